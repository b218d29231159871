using System.Data.Common;

namespace MuxProvider;

/// <summary>
/// The server refused a statement, or no answer could be had. <see cref="Number"/> tells which, <see cref="OutcomeUnknown"/>
/// whether the statement may have run all the same.
/// </summary>
public sealed class MuxException : DbException
{
    internal MuxException(int number, string? sqlState, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Number = number;
        SqlState = sqlState;
        Data["Server Error Code"] = number;
        Data["SqlState"] = sqlState;
    }

    /// <summary>The error's number: the server's own, or one of the client's (see <see cref="MuxErrorCode"/>).</summary>
    public int Number { get; }

    /// <summary>The number as an enumeration.</summary>
    public new MuxErrorCode ErrorCode => (MuxErrorCode)Number;

    /// <summary>The five characters of the SQL standard, or null where the server did not answer.</summary>
    public override string? SqlState { get; }

    /// <summary>What the server said, without our words; null where it said nothing.</summary>
    public string? ServerMessage { get; internal init; }

    /// <summary>
    /// Whether the same may succeed when it is tried again, within a transaction the whole of it: too many connections, no connection,
    /// a lock or a deadlock, a server that shuts down or takes no writes any more, a lost connection. Look at <see cref="OutcomeUnknown"/>
    /// first: what may have run already must not just be repeated.
    /// </summary>
    public override bool IsTransient => IsConnectionLoss || TransientErrors.Contains(Number, ServerMessage);

    /// <summary>
    /// Whether the statement was sent, could have changed something, and its answer never came: look before trying again. Of a
    /// COMMIT it means that the transaction may have been committed. A statement of an open transaction is undone when the connection is
    /// lost (in tables that know transactions), so there it is false.
    /// </summary>
    public bool OutcomeUnknown { get; internal init; }

    /// <summary>Whether the connection ended.</summary>
    internal bool IsConnectionLoss { get; init; }

    /// <summary>The command of a batch that the error belongs to.</summary>
    internal MuxBatchCommand? FailedBatchCommand { get; set; }

    /// <inheritdoc/>
    protected override DbBatchCommand? DbBatchCommand => FailedBatchCommand;
}
