using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>Makes handles over the links of one host key. Any thread may use it.</summary>
public sealed class Multiplexer : IDisposable
{
    private readonly HostKey _hostKey;
    private readonly MultiplexingOptions _options;
    private readonly Func<ILinkTransport> _transport;
    private readonly TimeProvider _clock;

    // Guards the groups: they are rented when they are needed first.
    private readonly Lock _gate = new();
    private LinkGroup? _withSchema;
    private LinkGroup? _withoutSchema;
    private volatile LinkFacts? _known;
    private bool _isDisposed;

    /// <summary>Creates the multiplexer. Nothing is connected yet.</summary>
    /// <param name="hostKey">What the links have in common; links are shared by all multiplexers with the same key and options.</param>
    /// <param name="options">How handles share links.</param>
    /// <param name="transport">Makes the transport, where no other multiplexer with the same key has one.</param>
    /// <param name="clock">The clock; null for the system's.</param>
    public Multiplexer(HostKey hostKey, MultiplexingOptions options, Func<ILinkTransport> transport, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(hostKey);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxSharedLinks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxLinks, options.MaxSharedLinks);
        _hostKey = hostKey;
        _options = options;
        _transport = transport;
        _clock = clock ?? TimeProvider.System;
        Knowledge = new HostKnowledge(options);
        Pins = new PinLedger(_clock);
    }

    /// <summary>The clock.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>How handles share links.</summary>
    internal MultiplexingOptions Options => _options;

    /// <summary>What was learned of the server and the application.</summary>
    internal HostKnowledge Knowledge { get; }

    /// <summary>What handles do.</summary>
    internal MultiplexerCounters Counters { get; } = new();

    /// <summary>What pins handles.</summary>
    internal PinLedger Pins { get; }

    /// <summary>Texts cut into tokens before.</summary>
    internal StatementCache Statements { get; } = new();

    /// <summary>Links that are open now, shared or leased.</summary>
    public int LinkCount
    {
        get
        {
            lock (_gate)
                return (_withSchema?.LinkCount ?? 0) + (_withoutSchema?.LinkCount ?? 0);
        }
    }

    /// <summary>Who hears of pins and leak alarms; null for nobody.</summary>
    public IMultiplexerObserver? Observer { get; set; }

    /// <summary>What was done so far.</summary>
    /// <returns>The counts of now.</returns>
    public MultiplexerStatistics GetStatistics()
    {
        var statistics = Counters.Read() with { Pins = Pins.Read() };
        lock (_gate)
        {
            foreach (var group in (ReadOnlySpan<LinkGroup?>)[_withSchema, _withoutSchema])
            {
                if (group is null)
                    continue;
                var preparations = group.Preparations;
                statistics = statistics with
                {
                    Links = statistics.Links + group.LinkCount,
                    Resets = statistics.Resets + group.Resets,
                    Discards = statistics.Discards + group.Discards,
                    LeakAlarms = statistics.LeakAlarms + group.LeakAlarms,
                    Kills = statistics.Kills + group.Kills,
                    Prepares = statistics.Prepares + preparations.Prepares,
                    PreparedExecutions = statistics.PreparedExecutions + preparations.Executions,
                    PreparedEvictions = statistics.PreparedEvictions + preparations.Evictions,
                    BufferedBytes = statistics.BufferedBytes + group.BufferedBytes,
                    PreparedFallbacks = statistics.PreparedFallbacks + preparations.Fallbacks,
                };
            }
        }

        return statistics;
    }

    /// <summary>Where a text would run on a handle that floats, and why. Nothing is sent.</summary>
    /// <param name="text">The SQL text; every <c>@name</c> counts as a parameter.</param>
    /// <returns>The explanation.</returns>
    public StatementExplanation Explain(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var facts = _withSchema?.Facts ?? _withoutSchema?.Facts;
        return Explanation.Of(Statements.Get(text, facts is null ? SqlModes.None : SqlModeText.Parse(facts.SqlMode)).Traits, _options.TrustsRoutines, _options.OffersLocalData);
    }

    /// <summary>Makes a closed handle.</summary>
    /// <param name="schema">Its default schema, or null for none.</param>
    /// <param name="literals">How values are written into its texts.</param>
    /// <returns>The handle.</returns>
    public Handle CreateHandle(string? schema, LiteralOptions literals = default) => new(this, schema, literals);

    /// <summary>
    /// Closes the links that nobody uses, and the others when they have answered what they have or are given back. Open handles go on;
    /// their next statements open new links. Other multiplexers with the same key share the links, and so the clearing.
    /// </summary>
    public void Clear()
    {
        LinkGroup? withSchema, withoutSchema;
        lock (_gate)
            (withSchema, withoutSchema) = (_withSchema, _withoutSchema);
        withSchema?.Clear();
        withoutSchema?.Clear();
    }

    /// <summary>Clears the links of all multiplexers of the process.</summary>
    public static void ClearAll() => LinkGroups.ClearAll();

    /// <summary>Closes the links that nobody uses, and the others when they are given back, where no other multiplexer shares them.</summary>
    public void Dispose()
    {
        LinkGroup? withSchema, withoutSchema;
        lock (_gate)
        {
            _isDisposed = true;
            (withSchema, _withSchema) = (_withSchema, null);
            (withoutSchema, _withoutSchema) = (_withoutSchema, null);
        }

        if (withSchema is not null)
            LinkGroups.Return(withSchema);
        if (withoutSchema is not null)
            LinkGroups.Return(withoutSchema);
    }

    /// <summary>What the links do, for people.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => _withSchema?.ToString() ?? _withoutSchema?.ToString() ?? $"no links to {_hostKey.Endpoints}";

    /// <summary>Texts are read as the server reads them, once it is known.</summary>
    internal void Know(LinkFacts facts)
    {
        if (ReferenceEquals(facts, _known))
            return;
        _known = facts;
        Statements.Dialect = ServerDialect.From(facts.ServerVersion);
    }

    /// <summary>Whether a connection of the server is one of the links.</summary>
    internal bool OwnsThread(ulong serverThread) =>
        (_withSchema?.OwnsThread(serverThread) ?? false) || (_withoutSchema?.OwnsThread(serverThread) ?? false);

    /// <summary>Forgets which schemas can be used.</summary>
    internal void ForgetSchemas()
    {
        _withSchema?.ForgetSchemas();
        _withoutSchema?.ForgetSchemas();
    }

    /// <summary>The group for handles with, or without, a default schema.</summary>
    internal LinkGroup Group(bool hasSchema)
    {
        var group = hasSchema ? _withSchema : _withoutSchema;
        if (group is not null)
            return group;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return hasSchema
                ? _withSchema ??= LinkGroups.Rent(_hostKey, hasSchema: true, _options, _transport, _clock)
                : _withoutSchema ??= LinkGroups.Rent(_hostKey, hasSchema: false, _options, _transport, _clock);
        }
    }
}
