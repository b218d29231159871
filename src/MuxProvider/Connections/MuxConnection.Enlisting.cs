using System.Data;
using System.Runtime.CompilerServices;
using MuxProvider.Links;
using DistributedTransaction = System.Transactions.Transaction;

namespace MuxProvider;

/// <content>System.Transactions.</content>
public sealed partial class MuxConnection
{
    /// <summary>
    /// Takes part in a System.Transactions transaction, as Open does with the ambient one unless <c>Auto Enlist=false</c>. It is a plain
    /// transaction of the server with that transaction's isolation level, so it can have one connection at a time: one that is closed inside
    /// the scope and opened again with the same connection string goes on where it was. Costs no round trip.
    /// </summary>
    /// <param name="transaction">The transaction to join; null does nothing where the connection takes part in none.</param>
    /// <exception cref="InvalidOperationException">The connection is not open, or is in a transaction already.</exception>
    /// <exception cref="NotSupportedException">The transaction has another connection or another resource.</exception>
    /// <exception cref="System.Transactions.TransactionException">The transaction has ended.</exception>
    public override void EnlistTransaction(DistributedTransaction? transaction) =>
        Blocking.Run((Connection: this, transaction), static call => call.Connection.EnlistAsync(call.transaction, CancellationToken.None));

    private async ValueTask EnlistAsync(DistributedTransaction? transaction, CancellationToken cancellationToken)
    {
        var conversation = Conversation;
        if (conversation.Enlisted is { IsActive: true } enlisted)
        {
            if (transaction == enlisted.Transaction)
                return;
            throw new InvalidOperationException("The connection takes part in a System.Transactions transaction that has not ended: end that first.");
        }

        if (transaction is null)
            return;
        if (conversation.Transaction is not null)
            throw new InvalidOperationException("The connection has a transaction of its own (BeginTransaction): end that first.");
        try
        {
            await JoinAsync(conversation, transaction, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TellNews();
        }
    }

    private async ValueTask JoinAsync(Conversation conversation, DistributedTransaction transaction, CancellationToken cancellationToken)
    {
        var source = Source;
        var level = LevelOf(transaction.IsolationLevel);
        var part = new EnlistedTransaction(transaction, this, conversation, source);
        if (!EnlistedTransactions.TryAdd(part))
            throw EnlistedTransaction.SecondConnection(source);
        var isBegun = false;
        try
        {
            var (characteristics, start) = (TransactionTexts.Characteristics(level), TransactionTexts.Start(level, null));
            if (level == IsolationLevel.Snapshot || !conversation.TryBeginLater(characteristics, start))
                await BeginAsync(conversation, TransactionTexts.AtOnce(characteristics, start, IsAutoCommitOff(conversation)), cancellationToken).ConfigureAwait(false);
            isBegun = true;
            if (!transaction.EnlistPromotableSinglePhase(part))
            {
                throw new NotSupportedException(
                    "The transaction has another resource already, and would need two-phase commit, which is not supported. Keep this connection out of it: Auto Enlist=false, or TransactionScopeOption.Suppress.");
            }

            conversation.Enlisted = part;
        }
        catch
        {
            part.Abandon();
            if (isBegun && !conversation.TryForgetBegin())
                await conversation.RunAsync(TransactionTexts.Rollback, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // The conversation of the connection that was closed before inside the same transaction; null where there was none.
    private Conversation? Resume(DistributedTransaction ambient, MuxDataSource source) => EnlistedTransactions.Find(ambient)?.Resume(this, source);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask RestoreSchemaAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        if (conversation.Settings.Schema is { } schema && conversation.Handle.Schema != schema)
            await conversation.ChangeSchemaAsync(schema, cancellationToken).ConfigureAwait(false);
    }

    private static IsolationLevel LevelOf(System.Transactions.IsolationLevel level) => level switch
    {
        System.Transactions.IsolationLevel.Serializable => IsolationLevel.Serializable,
        System.Transactions.IsolationLevel.RepeatableRead or System.Transactions.IsolationLevel.Unspecified => IsolationLevel.RepeatableRead,
        System.Transactions.IsolationLevel.ReadCommitted => IsolationLevel.ReadCommitted,
        System.Transactions.IsolationLevel.ReadUncommitted => IsolationLevel.ReadUncommitted,
        System.Transactions.IsolationLevel.Snapshot => IsolationLevel.Snapshot,
        _ => throw new NotSupportedException($"MySQL and MariaDB have no isolation level {level}."),
    };
}
