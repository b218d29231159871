namespace MuxProvider;

/// <summary>
/// Makes a bulk operation one whole: it is undone where it fails. Where no transaction is open it gets one of its own, otherwise a
/// savepoint. Only engines with transactions can undo anything. Used by one caller.
/// </summary>
internal sealed class BulkScope
{
    private const string Savepoint = "muxprovider_bulk";

    // Nothing of these can be had together with a transaction of our own.
    private const Multiplexing.PinReasons Foreign =
        Multiplexing.PinReasons.AutoCommitOff | Multiplexing.PinReasons.TableLocks | Multiplexing.PinReasons.Xa | Multiplexing.PinReasons.NextTransaction;

    private readonly MuxConnection _connection;
    private readonly MuxTransaction? _transaction;
    private readonly bool _hasSavepoint;

    private BulkScope(MuxConnection connection, MuxTransaction? transaction, bool hasSavepoint)
    {
        _connection = connection;
        _transaction = transaction;
        _hasSavepoint = hasSavepoint;
    }

    /// <summary>Begins.</summary>
    /// <param name="connection">The connection, open.</param>
    /// <param name="mayBegin">Whether it gets a transaction of its own where none is open.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The scope.</returns>
    public static async ValueTask<BulkScope> BeginAsync(MuxConnection connection, bool mayBegin, CancellationToken cancellationToken)
    {
        var conversation = connection.Conversation;

        // Also one that is begun with its first statement, which the savepoint is.
        if ((conversation.Handle.PinReasons & Multiplexing.PinReasons.Transaction) != 0)
        {
            await conversation.RunAsync(TransactionTexts.Save(Savepoint), cancellationToken).ConfigureAwait(false);
            return new BulkScope(connection, null, hasSavepoint: true);
        }

        if (!mayBegin || (conversation.Handle.PinReasons & Foreign) != 0)
            return new BulkScope(connection, null, hasSavepoint: false);
        return new BulkScope(connection, await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false), hasSavepoint: false);
    }

    /// <summary>Keeps what was done.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public async ValueTask KeepAsync(CancellationToken cancellationToken)
    {
        if (_transaction is not null)
            await _transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        else if (_hasSavepoint)
            await _connection.Conversation.RunAsync(TransactionTexts.Release(Savepoint), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Undoes what was done, as far as that is possible. Never throws what the server says: why it is undone matters more.</summary>
    public async ValueTask UndoAsync()
    {
        if (_transaction is not null)
        {
            await _transaction.DisposeAsync().ConfigureAwait(false);
            return;
        }

        if (!_hasSavepoint || _connection.State != System.Data.ConnectionState.Open || !_connection.Conversation.Handle.IsInTransaction)
            return;
        try
        {
            await _connection.Conversation.RunAsync(TransactionTexts.RollbackTo(Savepoint), CancellationToken.None).ConfigureAwait(false);
            await _connection.Conversation.RunAsync(TransactionTexts.Release(Savepoint), CancellationToken.None).ConfigureAwait(false);
        }
        catch (MuxException)
        {
            // A deadlock, or the loss of the link, has rolled back everything, the savepoint with it.
        }
    }
}
