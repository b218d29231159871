using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>The session of one connection of a <see cref="FakeServer"/>. Used by that connection's thread only.</summary>
public sealed class FakeSession
{
    private readonly IReadOnlyDictionary<string, string> _globals;
    private readonly Dictionary<string, string> _variables;

    internal FakeSession(int connectionId, FakeServerOptions options)
    {
        ConnectionId = connectionId;
        Options = options;
        _globals = options.Variables;
        _variables = new Dictionary<string, string>(_globals, StringComparer.OrdinalIgnoreCase)
        {
            ["pseudo_thread_id"] = connectionId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    public int ConnectionId { get; }

    public FakeServerOptions Options { get; }

    public string User { get; internal set; } = "";

    /// <summary>What was agreed at login.</summary>
    public CapabilityFlags Capabilities { get; internal set; }

    /// <summary>The default schema; null for none.</summary>
    public string? Schema { get; set; }

    public bool IsInTransaction { get; set; }

    /// <summary>Values of user variables, as written.</summary>
    public Dictionary<string, string> UserVariables { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The session values of the system variables.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>The status flags that an OK packet carries now.</summary>
    public ServerStatus Status
    {
        get
        {
            var status = IsOn("autocommit") ? ServerStatus.AutoCommit : ServerStatus.None;
            if (IsInTransaction)
                status |= ServerStatus.InTransaction;
            if (Has("NO_BACKSLASH_ESCAPES"))
                status |= ServerStatus.NoBackslashEscapes;
            if (Has("ANSI_QUOTES") && Options.Version.Contains("MariaDB", StringComparison.Ordinal))
                status |= ServerStatus.AnsiQuotes;
            return status;

            bool Has(string mode) => _variables.GetValueOrDefault("sql_mode", "").Split(',').Contains(mode, StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <summary>Whether a variable is 1 or ON.</summary>
    public bool IsOn(string variable) => _variables.GetValueOrDefault(variable) is "1" || string.Equals(_variables.GetValueOrDefault(variable), "ON", StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets a system variable; <c>DEFAULT</c> means the global value.</summary>
    /// <returns>What session tracking says of it.</returns>
    public SessionTrack Set(string variable, string value)
    {
        _variables[variable] = string.Equals(value, "DEFAULT", StringComparison.OrdinalIgnoreCase) ? _globals.GetValueOrDefault(variable, "") : value;
        var tracked = _variables.GetValueOrDefault("session_track_system_variables", "");
        return tracked == "*" || tracked.Split(',', StringSplitOptions.TrimEntries).Contains(variable, StringComparer.OrdinalIgnoreCase)
            ? SessionTrack.Empty.Variable(variable, _variables[variable])
            : SessionTrack.Empty;
    }

    /// <summary>Changes the default schema.</summary>
    /// <returns>What session tracking says of it.</returns>
    public SessionTrack Use(string schema)
    {
        Schema = schema;
        return Changed(IsOn("session_track_schema") ? SessionTrack.Empty.Schema(schema) : SessionTrack.Empty);
    }

    /// <summary>Adds that some state changed, where the session tracks that.</summary>
    public SessionTrack Changed(SessionTrack track) => IsOn("session_track_state_change") ? track.StateChange() : track;

    /// <summary>Forgets what COM_RESET_CONNECTION forgets: all but the schema.</summary>
    public void Reset()
    {
        IsInTransaction = false;
        UserVariables.Clear();
        foreach (var (name, value) in _globals)
            _variables[name] = value;
    }
}
