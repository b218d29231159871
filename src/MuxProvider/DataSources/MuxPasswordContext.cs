namespace MuxProvider;

/// <summary>For what a password is needed: one login of a physical link. Immutable.</summary>
public sealed class MuxPasswordContext
{
    internal MuxPasswordContext(string server, int port, string userId, string? database)
    {
        Server = server;
        Port = port;
        UserId = userId;
        Database = database;
    }

    /// <summary>The host, or the path of the Unix socket.</summary>
    public string Server { get; }

    /// <summary>The TCP port.</summary>
    public int Port { get; }

    /// <summary>The user.</summary>
    public string UserId { get; }

    /// <summary>The schema of the connection string; null for none. The link serves connections with other schemas, too.</summary>
    public string? Database { get; }
}
