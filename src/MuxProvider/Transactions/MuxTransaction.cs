using System.Data;
using System.Data.Common;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>
/// A transaction. From its first statement to its end its connection keeps a physical link to itself, so keep it short. Disposing it
/// without Commit rolls it back.
/// </summary>
/// <remarks>
/// The begin travels with the first statement, in the same packet, and its errors are those of that statement, which then did not run. A
/// transaction without statements costs nothing and ends without the server.
/// </remarks>
public sealed class MuxTransaction : DbTransaction
{
    private readonly Conversation _conversation;
    private MuxConnection? _connection;
    private bool _isDisposed;

    internal MuxTransaction(MuxConnection connection, Conversation conversation, IsolationLevel isolationLevel)
    {
        _connection = connection;
        _conversation = conversation;
        IsolationLevel = isolationLevel;
    }

    /// <summary>The connection; null when the transaction has ended.</summary>
    public new MuxConnection? Connection => _connection;

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel { get; }

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection => _connection;

    /// <summary>Keeps what was done. One round trip, or none where nothing was done.</summary>
    /// <exception cref="InvalidOperationException">The transaction has ended already.</exception>
    /// <exception cref="MuxException">
    /// The server refused, or the connection was lost: then <see cref="MuxException.OutcomeUnknown"/> says whether the transaction may have
    /// been committed all the same. Where it is false, nothing was.
    /// </exception>
    public override void Commit() => Blocking.Run(this, static transaction => transaction.EndAsync(TransactionTexts.Commit, CancellationToken.None));

    /// <inheritdoc cref="Commit"/>
    /// <param name="cancellationToken">Lets the caller go; the transaction may have been committed all the same.</param>
    /// <returns>When it is kept.</returns>
    public override Task CommitAsync(CancellationToken cancellationToken = default) => EndAsync(TransactionTexts.Commit, cancellationToken).AsTask();

    /// <summary>Undoes what was done. One round trip.</summary>
    /// <exception cref="InvalidOperationException">The transaction has ended already.</exception>
    public override void Rollback() => Blocking.Run(this, static transaction => transaction.EndAsync(TransactionTexts.Rollback, CancellationToken.None));

    /// <summary>Undoes what was done. One round trip.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When it is undone.</returns>
    /// <exception cref="InvalidOperationException">The transaction has ended already.</exception>
    public override Task RollbackAsync(CancellationToken cancellationToken = default) => EndAsync(TransactionTexts.Rollback, cancellationToken).AsTask();

    /// <summary>Marks a place to come back to.</summary>
    /// <param name="savepointName">Its name.</param>
    public override void Save(string savepointName) => RunBlocking(TransactionTexts.Save, savepointName);

    /// <inheritdoc cref="Save"/>
    /// <param name="savepointName">Its name.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When it is marked.</returns>
    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default) =>
        RunAsync(TransactionTexts.Save, savepointName, cancellationToken).AsTask();

    /// <summary>Undoes what was done since a savepoint.</summary>
    /// <param name="savepointName">Its name.</param>
    public override void Rollback(string savepointName) => RunBlocking(TransactionTexts.RollbackTo, savepointName);

    /// <inheritdoc cref="Rollback(string)"/>
    /// <param name="savepointName">Its name.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When it is undone.</returns>
    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default) =>
        RunAsync(TransactionTexts.RollbackTo, savepointName, cancellationToken).AsTask();

    /// <summary>Forgets a savepoint.</summary>
    /// <param name="savepointName">Its name.</param>
    public override void Release(string savepointName) => RunBlocking(TransactionTexts.Release, savepointName);

    /// <inheritdoc cref="Release"/>
    /// <param name="savepointName">Its name.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When it is forgotten.</returns>
    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default) =>
        RunAsync(TransactionTexts.Release, savepointName, cancellationToken).AsTask();

    /// <summary>Rolls back if the transaction is open. The loss of the connection is no error here: it rolls back as well.</summary>
    /// <returns>When it is done.</returns>
    public override async ValueTask DisposeAsync()
    {
        await DisposeCoreAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The transaction has ended by other means: its connection was closed, or is lost.</summary>
    internal void Detach()
    {
        _connection = null;
        if (_conversation.Transaction == this)
            _conversation.Transaction = null;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
            Blocking.Run(this, static transaction => transaction.DisposeCoreAsync());
        base.Dispose(disposing);
    }

    private async ValueTask DisposeCoreAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (_connection is null)
            return;

        // An exception on the way out may have left a reader open.
        if (_conversation.Reader is { } reader)
            await reader.EndQuietlyAsync().ConfigureAwait(false);
        if (_connection is null)
            return;
        try
        {
            if (!_conversation.TryForgetBegin())
                await _conversation.RunAsync(TransactionTexts.Rollback, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MuxException)
        {
            // Nothing was committed, but whether the session is clean is not known: it must not be used further.
            _connection?.Break();
        }
        finally
        {
            Detach();
            _conversation.TellNews();
        }
    }

    private async ValueTask EndAsync(string text, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (!_conversation.TryForgetBegin())
                await _conversation.RunAsync(text, cancellationToken).ConfigureAwait(false);
            Detach();
        }
        finally
        {
            _conversation.TellNews();
        }
    }

    private async ValueTask RunAsync(Func<string, string> textOf, string savepointName, CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        var text = textOf(savepointName);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await _conversation.RunAsync(text, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _conversation.TellNews();
        }
    }

    private void RunBlocking(Func<string, string> textOf, string savepointName) => Blocking.Run(
        (Transaction: this, textOf, savepointName), static call => call.Transaction.RunAsync(call.textOf, call.savepointName, CancellationToken.None));

    private void ThrowIfEnded()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_connection is null)
            throw new InvalidOperationException("The transaction has ended already: it was committed or rolled back, or its connection was closed or lost.");
    }
}
