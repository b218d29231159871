using MuxProvider.Protocol;

namespace MuxProvider.Links;

/// <summary>What was learned when a link was opened. Immutable.</summary>
public sealed record LinkFacts
{
    /// <summary>The server.</summary>
    public required ServerVersion ServerVersion { get; init; }

    /// <summary>The server's id of the link (<c>CONNECTION_ID()</c>).</summary>
    public uint ServerThread { get; init; }

    /// <summary>The session's sql_mode after login, and after every reset.</summary>
    public string SqlMode { get; init; } = "";

    /// <summary>Whether a backslash in a string is an ordinary character under <see cref="SqlMode"/>.</summary>
    public bool NoBackslashEscapes => SqlMode.Contains("NO_BACKSLASH_ESCAPES", StringComparison.OrdinalIgnoreCase);

    /// <summary>Which server answers, whatever name or balancer led there; "" where it cannot be told. Server threads mean something on one server only.</summary>
    public string ServerIdentity { get; init; } = "";

    /// <summary>The role that the session begins with; "" for none, null where the server has no roles. A reset must lead back to it.</summary>
    public string? Role { get; init; }

    /// <summary>The largest request the server takes, in bytes.</summary>
    public long MaxAllowedPacket { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long the server waits for a client that does not read before it gives the link up (net_write_timeout).</summary>
    public TimeSpan NetWriteTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether several statements may be in flight.</summary>
    public bool SupportsPipelining { get; init; }

    /// <summary>Whether replies carry the evidence that sharing needs. Without it every handle keeps a lease.</summary>
    public bool CanBeShared { get; init; }

    /// <summary>
    /// Whether replies tell what became of the session (status flags, session tracking). Without it a link may be shared all the same, but
    /// only by statements whose text says that they leave nothing behind.
    /// </summary>
    public bool TracksSession { get; init; } = true;

    /// <summary>Where the link leads, for people (<c>db1:3306</c>).</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Which of the transport's servers it is, from 0.</summary>
    public int Server { get; init; }

    /// <summary>What the server was when the link was opened.</summary>
    public ServerRole ServerRole { get; init; }

    /// <summary>Whether the server is a node of a Galera cluster.</summary>
    public bool IsClusterNode { get; init; }

    /// <summary>The address to which the link was opened, where a name led there; "" otherwise.</summary>
    public string Address { get; init; } = "";

    /// <summary>Whether the link is encrypted.</summary>
    public bool IsEncrypted { get; init; }
}
