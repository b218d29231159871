using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>
/// What kind of server reads the text, as far as it decides which comments are executed. The default value is a server
/// that is not known. Pure.
/// </summary>
/// <param name="IsMariaDb">Whether the server is a MariaDB.</param>
/// <param name="Version">Its version in one number: 101119 for 10.11.19, 90704 for 9.7.4; 0 where it is not known.</param>
public readonly record struct ServerDialect(bool IsMariaDb, int Version)
{
    /// <summary>Whether anything is known of the server.</summary>
    public bool IsKnown => Version > 0;

    /// <summary>The dialect of a server that has introduced itself.</summary>
    /// <param name="server">What its greeting says.</param>
    /// <returns>The dialect; the unknown one where the greeting has no numbers.</returns>
    public static ServerDialect From(ServerVersion server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var number = server.Number;
        var version = (number.Major * 10_000) + (number.Minor * 100) + Math.Max(number.Build, 0);
        return version > 0 ? new ServerDialect(server.IsMariaDb, version) : default;
    }

    /// <summary>Whether the server executes the body of a comment that begins with <c>/*!</c> or <c>/*M!</c>.</summary>
    /// <param name="onlyMariaDb">Whether it begins with <c>/*M!</c>.</param>
    /// <param name="version">The version behind the mark; 0 for none.</param>
    /// <returns>True when it does; never of an unknown server.</returns>
    public bool Executes(bool onlyMariaDb, int version)
    {
        if (version > Version || !IsKnown)
            return false;

        // MariaDB leaves out what is meant for the MySQL versions that it does not follow.
        return IsMariaDb ? onlyMariaDb || version is < 50_700 or > 99_999 : !onlyMariaDb;
    }

    /// <inheritdoc/>
    public override string ToString() => IsKnown ? $"{(IsMariaDb ? "MariaDB" : "MySQL")} {Version}" : "unknown";
}
