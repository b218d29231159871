using System.Data.Common;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// How links over another ADO.NET provider are opened, and what stands for that which ADO.NET has no members for. Immutable.
/// </summary>
public sealed record AdoNetTransportOptions
{
    /// <summary>
    /// Makes a closed connection of the provider underneath, with its connection string. Each becomes one link: the provider should not
    /// pool it. Called on the link's own thread, for several links at a time.
    /// </summary>
    public required Func<DbConnection> CreateConnection { get; init; }

    /// <summary>
    /// Brings an open connection's session back to how it was after the login, as COM_RESET_CONNECTION does, and returns false where it
    /// cannot: then the connection is closed. Null for the provider's own <c>ResetConnectionAsync</c> or <c>ResetConnection</c>, found by
    /// name; where it has none connections are closed.
    /// </summary>
    public Func<DbConnection, CancellationToken, ValueTask<bool>>? Reset { get; init; }

    /// <summary>
    /// The id that the command has just generated, 0 for none. Null for the command's own <c>LastInsertedId</c>, found by name; where it
    /// has none the server is asked behind each statement that may generate one.
    /// </summary>
    public Func<DbCommand, long>? LastInsertedId { get; init; }

    /// <summary>The server's number of an open connection (<c>CONNECTION_ID()</c>). Null to ask the server once.</summary>
    public Func<DbConnection, long>? ServerThread { get; init; }

    /// <summary>
    /// Whether reading statements of several handles that wait for the same link are sent together, as one <see cref="DbBatch"/>, where
    /// the provider has it.
    /// </summary>
    public bool Coalesces { get; init; }

    /// <summary>Where the links lead, for people (<c>MySqlConnection to db1:3306</c>). Never a connection string: it may hold a password.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The clock of deadlines and waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
