using System.Globalization;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>
/// The limit that the server itself keeps for a statement: a session variable that travels like others, so that it costs nothing where the
/// one before had the same. MariaDB limits every statement, MySQL only SELECT. Pure.
/// </summary>
internal static class ServerTimeLimit
{
    private const ushort MariaDbExceeded = 1969;
    private const ushort MySqlExceeded = 3024;

    // What the servers take at most: a year, and 32 bits of milliseconds.
    private static readonly TimeSpan s_mostOnMariaDb = TimeSpan.FromDays(365);
    private static readonly TimeSpan s_mostOnMySql = TimeSpan.FromMilliseconds(uint.MaxValue);

    /// <summary>The settings with the limit of a statement, unless they have one already, which the application has set.</summary>
    /// <param name="settings">The handle's own.</param>
    /// <param name="limit">The statement's time; zero for ever.</param>
    /// <param name="version">The server.</param>
    public static Settings Of(Settings settings, TimeSpan limit, ServerVersion version)
    {
        var name = NameOn(version);
        return settings.Variables[name] is null
            ? settings with { Variables = settings.Variables.With(name, version.IsMariaDb ? Seconds(limit) : Milliseconds(limit)) }
            : settings;
    }

    /// <summary>Whether a statement was ended because of the limit that it was given here.</summary>
    /// <param name="own">The handle's own settings.</param>
    /// <param name="found">Those that the statement found.</param>
    /// <param name="errorCode">The server's error.</param>
    /// <param name="version">The server.</param>
    public static bool IsExceeded(Settings own, Settings? found, ushort errorCode, ServerVersion version)
    {
        if (errorCode is not (MariaDbExceeded or MySqlExceeded) || found is null)
            return false;
        var name = NameOn(version);
        return own.Variables[name] is null && found.Variables[name] is not null;
    }

    private static string NameOn(ServerVersion version) => version.IsMariaDb ? "max_statement_time" : "max_execution_time";

    private static string Seconds(TimeSpan limit) =>
        (limit < s_mostOnMariaDb ? limit : s_mostOnMariaDb).TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);

    // Zero would be no limit at all.
    private static string Milliseconds(TimeSpan limit) =>
        Math.Ceiling((limit < s_mostOnMySql ? limit : s_mostOnMySql).TotalMilliseconds).ToString("0", CultureInfo.InvariantCulture);
}
