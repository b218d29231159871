using System.Transactions;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>
/// The part of one handle in a System.Transactions transaction: a plain transaction of the server, committed in one phase. While the
/// connection is closed inside the scope the part keeps the handle, and the next connection that opens there goes on with it. Used by its
/// connection's caller; System.Transactions ends it from any thread.
/// </summary>
internal sealed class EnlistedTransaction : IPromotableSinglePhaseNotification
{
    // Guards whose the handle is and how far the transaction is.
    private readonly Lock _gate = new();
    private readonly MuxDataSource _source;
    private MuxConnection? _connection;
    private Conversation _conversation;
    private State _state;

    /// <summary>Creates the part of an open connection.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="conversation">Its conversation, in which a transaction was begun.</param>
    /// <param name="source">Where the connection comes from.</param>
    public EnlistedTransaction(Transaction transaction, MuxConnection connection, Conversation conversation, MuxDataSource source)
    {
        Transaction = transaction.Clone();
        _connection = connection;
        _conversation = conversation;
        _source = source;
    }

    private enum State : byte
    {
        Active,
        Committed,
        Aborted,
    }

    /// <summary>The transaction.</summary>
    public Transaction Transaction { get; }

    /// <summary>Whether the transaction has not ended.</summary>
    public bool IsActive
    {
        get
        {
            lock (_gate)
                return _state == State.Active;
        }
    }

    /// <summary>Lets a connection that is being opened go on where the one before it was closed.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="source">Where it comes from.</param>
    /// <returns>Its conversation, with an open handle.</returns>
    /// <exception cref="NotSupportedException">Another connection is open in the transaction, or leads elsewhere.</exception>
    /// <exception cref="TransactionAbortedException">The transaction was rolled back, or its connection was lost.</exception>
    public Conversation Resume(MuxConnection connection, MuxDataSource source)
    {
        lock (_gate)
        {
            if (_connection is not null || source != _source)
                throw SecondConnection(_source);
            if (_state != State.Active || !_conversation.Handle.IsOpen)
                throw new TransactionAbortedException("The transaction was rolled back, or its connection was lost.");
            _connection = connection;
            return _conversation = new Conversation(connection, _conversation.Handle, source.Settings) { Enlisted = this };
        }
    }

    /// <summary>Keeps the handle of a connection that is closed.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>False where the handle has to be closed: the transaction is over, or the handle is.</returns>
    public bool TryPark(MuxConnection connection)
    {
        lock (_gate)
        {
            if (_connection != connection)
                return false;
            _connection = null;
            _conversation.Handle.ListensForWarnings = false;
            return _state == State.Active && _conversation.Handle.IsOpen;
        }
    }

    /// <summary>
    /// Keeps statements from running outside a transaction that was rolled back under them (its time was up) while its scope goes on.
    /// </summary>
    /// <param name="conversation">Who is about to run one.</param>
    /// <exception cref="TransactionAbortedException">The ambient transaction is this one, and it was rolled back.</exception>
    public void ThrowIfAborted(Conversation conversation)
    {
        lock (_gate)
        {
            if (_state != State.Aborted)
                return;
        }

        if (System.Transactions.Transaction.Current == Transaction)
            throw new TransactionAbortedException("The transaction of this scope was rolled back, perhaps because its time was up. Leave the scope and begin again.");
        conversation.Enlisted = null;
    }

    /// <inheritdoc/>
    public void Initialize()
    {
        // The begin goes with the first statement.
    }

    /// <inheritdoc/>
    /// <exception cref="TransactionPromotionException">Always.</exception>
    public byte[] Promote() => throw new TransactionPromotionException(
        "The transaction has another resource besides a MuxConnection, and would need two-phase commit, which is not supported. Keep the other resource out of the scope (TransactionScopeOption.Suppress), or open the connection with Auto Enlist=false.");

    /// <inheritdoc/>
    public void SinglePhaseCommit(SinglePhaseEnlistment singlePhaseEnlistment)
    {
        ArgumentNullException.ThrowIfNull(singlePhaseEnlistment);
        try
        {
            // A reader that the program left open holds up nobody else.
            _conversation.Reader?.EndQuietly();
            if (!_conversation.Handle.IsOpen)
                throw new MuxException((int)MuxErrorCode.ConnectionLost, null, "The connection was lost before the transaction was committed: nothing of it was kept.");
            if (!_conversation.TryForgetBegin())
                Run(TransactionTexts.Commit);
        }
        catch (MuxException error) when (error.OutcomeUnknown)
        {
            End(State.Aborted, isClean: false);
            singlePhaseEnlistment.InDoubt(error);
            return;
        }
        catch (Exception error)
        {
            End(State.Aborted, isClean: false);
            singlePhaseEnlistment.Aborted(error);
            return;
        }

        End(State.Committed, isClean: true);
        singlePhaseEnlistment.Committed();
    }

    /// <inheritdoc/>
    public void Rollback(SinglePhaseEnlistment singlePhaseEnlistment)
    {
        ArgumentNullException.ThrowIfNull(singlePhaseEnlistment);
        var isClean = false;
        try
        {
            if (_conversation.Handle.IsOpen && !_conversation.TryForgetBegin())
                Run(TransactionTexts.Rollback);
            isClean = _conversation.Handle.IsOpen;
        }
        catch (Exception error) when (error is MuxException or InvalidOperationException)
        {
            // Lost, or in use by a statement or a reader of another thread: then the handle is closed, which rolls back as well.
        }

        End(State.Aborted, isClean);
        singlePhaseEnlistment.Aborted();
    }

    /// <summary>Forgets a part that came to nothing.</summary>
    public void Abandon()
    {
        EnlistedTransactions.Remove(this);
        lock (_gate)
            _state = State.Committed;
    }

    /// <summary>Says that one transaction cannot have two connections.</summary>
    /// <param name="source">Where the one that it has leads.</param>
    /// <returns>The exception.</returns>
    public static NotSupportedException SecondConnection(MuxDataSource source) => new(
        $"The System.Transactions transaction has a connection to {source.Settings.Server} already, and two connections cannot commit as one. "
        + "Close the one before opening the next with the same connection string (it goes on where the one before was), use one connection for everything, "
        + "or keep this one out of the transaction: Auto Enlist=false, or TransactionScopeOption.Suppress.");

    private void Run(string text) => Blocking.Run((_conversation, text), static call => call._conversation.EndTransactionAsync(call.text));

    private void End(State state, bool isClean)
    {
        EnlistedTransactions.Remove(this);
        MuxConnection? connection;
        lock (_gate)
        {
            _state = state;
            connection = _connection;
            _connection = null;
            if (state == State.Committed)
                _conversation.Enlisted = null;
        }

        if (connection is null)
            _conversation.Handle.Close();
        else if (!isClean)
            connection.Break();
    }
}
