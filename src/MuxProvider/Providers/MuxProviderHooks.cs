using System.Data.Common;

namespace MuxProvider;

/// <summary>
/// What stands for that which ADO.NET has no members for, where links are connections of another provider. All of it may be left out:
/// what is null has a default that works with MySqlConnector and MySql.Data.
/// </summary>
public sealed class MuxProviderHooks
{
    /// <summary>
    /// Brings an open connection's session back to how it was behind its login (COM_RESET_CONNECTION), and returns false where it cannot:
    /// then the connection is closed. Called on the link's own thread, when no statement is under way. Null for the provider's own
    /// <c>ResetConnectionAsync</c> or <c>ResetConnection</c>, found by name; where it has none, connections whose session is not known to
    /// be clean are closed.
    /// </summary>
    public Func<DbConnection, CancellationToken, ValueTask<bool>>? Reset { get; set; }

    /// <summary>
    /// The id that a command has just generated, 0 for none. Null for the command's own <c>LastInsertedId</c>, found by name; where it has
    /// none, the server is asked behind each statement that may generate one.
    /// </summary>
    public Func<DbCommand, long>? LastInsertedId { get; set; }

    /// <summary>The server's number of an open connection (<c>CONNECTION_ID()</c>). Null to ask the server, once for each connection.</summary>
    public Func<DbConnection, long>? ServerThread { get; set; }

    /// <summary>What is set now, whatever is set later.</summary>
    /// <returns>The copy.</returns>
    internal MuxProviderHooks Copy() => new() { Reset = Reset, LastInsertedId = LastInsertedId, ServerThread = ServerThread };
}
