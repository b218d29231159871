using System.Data;
using System.Data.Common;
using MuxProvider.Links;

namespace MuxProvider;

/// <content>Transactions.</content>
public sealed partial class MuxConnection
{
    /// <summary>Begins a transaction with the isolation level REPEATABLE READ. Costs no round trip: the first statement takes the begin along.</summary>
    /// <returns>The transaction.</returns>
    public new MuxTransaction BeginTransaction() => BeginTransaction(IsolationLevel.Unspecified, null);

    /// <summary>Begins a transaction. Costs no round trip: the first statement takes the begin along.</summary>
    /// <param name="isolationLevel">
    /// The isolation level of this transaction only; unspecified means REPEATABLE READ. Snapshot means REPEATABLE READ with a view of
    /// now, so it is sent at once.
    /// </param>
    /// <returns>The transaction.</returns>
    public new MuxTransaction BeginTransaction(IsolationLevel isolationLevel) => BeginTransaction(isolationLevel, null);

    /// <summary>Begins a transaction. Costs no round trip: the first statement takes the begin along.</summary>
    /// <param name="isolationLevel">
    /// The isolation level of this transaction only; unspecified means REPEATABLE READ. Snapshot means REPEATABLE READ with a view of
    /// now, so it is sent at once.
    /// </param>
    /// <param name="isReadOnly">Whether it only reads; null for the server's default.</param>
    /// <returns>The transaction.</returns>
    /// <exception cref="InvalidOperationException">A transaction is open already, or a reader is.</exception>
    /// <exception cref="NotSupportedException">The server has no such isolation level.</exception>
    public MuxTransaction BeginTransaction(IsolationLevel isolationLevel, bool? isReadOnly) => Blocking.Run(
        (Connection: this, isolationLevel, isReadOnly),
        static call => call.Connection.BeginTransactionAsync(call.isolationLevel, call.isReadOnly, CancellationToken.None));

    /// <inheritdoc cref="BeginTransaction()"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public new ValueTask<MuxTransaction> BeginTransactionAsync(CancellationToken cancellationToken = default) =>
        BeginTransactionAsync(IsolationLevel.Unspecified, null, cancellationToken);

    /// <inheritdoc cref="BeginTransaction(IsolationLevel)"/>
    /// <param name="isolationLevel">The isolation level of this transaction only; unspecified means REPEATABLE READ.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public new ValueTask<MuxTransaction> BeginTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken = default) =>
        BeginTransactionAsync(isolationLevel, null, cancellationToken);

    /// <inheritdoc cref="BeginTransaction(IsolationLevel, bool?)"/>
    /// <param name="isolationLevel">The isolation level of this transaction only; unspecified means REPEATABLE READ.</param>
    /// <param name="isReadOnly">Whether it only reads; null for the server's default.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public async ValueTask<MuxTransaction> BeginTransactionAsync(
        IsolationLevel isolationLevel,
        bool? isReadOnly,
        CancellationToken cancellationToken = default)
    {
        var conversation = Conversation;
        if (conversation.Transaction is not null)
            throw new InvalidOperationException(
                "A transaction of this connection is open already, and transactions do not nest. Use Save for a part that can be undone, or another connection.");
        if (conversation.Enlisted is { IsActive: true })
            throw new InvalidOperationException("The connection takes part in a System.Transactions transaction, which ends with its scope. Use that one, or a connection with Auto Enlist=false.");
        var characteristics = TransactionTexts.Characteristics(isolationLevel);
        var start = TransactionTexts.Start(isolationLevel, isReadOnly);
        cancellationToken.ThrowIfCancellationRequested();
        MuxTransaction? begun = null;
        try
        {
            // The view of a snapshot is that of now.
            if (isolationLevel == IsolationLevel.Snapshot || !conversation.TryBeginLater(characteristics, start))
                await BeginAsync(conversation, TransactionTexts.AtOnce(characteristics, start, IsAutoCommitOff(conversation)), cancellationToken).ConfigureAwait(false);
            begun = new MuxTransaction(this, conversation, isolationLevel == IsolationLevel.Unspecified ? IsolationLevel.RepeatableRead : isolationLevel);
            conversation.Transaction = begun;
            return begun;
        }
        finally
        {
            await TellNewsAsync(begun).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => BeginTransaction(isolationLevel, null);

    /// <inheritdoc/>
    protected override async ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken) =>
        await BeginTransactionAsync(isolationLevel, null, cancellationToken).ConfigureAwait(false);

    private static bool IsAutoCommitOff(Conversation conversation) => (conversation.Handle.PinReasons & Multiplexing.PinReasons.AutoCommitOff) != 0;

    private async ValueTask BeginAsync(Conversation conversation, string text, CancellationToken cancellationToken)
    {
        try
        {
            await conversation.RunAsync(text, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not MuxException { ServerMessage: not null } and not InvalidOperationException)
        {
            // Where it was sent it may have begun all the same: what follows must not run inside it unnoticed.
            if (conversation.Handle.IsInTransaction)
                Break();
            throw;
        }
    }

    private async ValueTask TellNewsAsync(MuxTransaction? begun)
    {
        try
        {
            TellNews();
        }
        catch when (begun is not null)
        {
            // The caller does not get the transaction, so nobody could end it.
            await begun.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
