using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <content>A link of its own.</content>
public sealed partial class MuxConnection
{
    /// <summary>Why the connection keeps a link to itself now; none while it floats.</summary>
    /// <remarks>
    /// <list type="table">
    /// <listheader><term>Reason</term><description>What keeps the link, and until when</description></listheader>
    /// <item><term><see cref="PinReasons.Transaction"/></term><description>A transaction, until it is committed or rolled back.</description></item>
    /// <item><term><see cref="PinReasons.AutoCommitOff"/></term><description><c>autocommit=0</c>, until it is 1 again.</description></item>
    /// <item><term><see cref="PinReasons.TemporaryTable"/></term><description>A temporary table, until it is dropped.</description></item>
    /// <item><term><see cref="PinReasons.UserVariable"/></term><description>A user variable (<c>@name</c>), until Close.</description></item>
    /// <item><term><see cref="PinReasons.NamedLock"/></term><description>A lock of <c>GET_LOCK</c>, until it is released.</description></item>
    /// <item><term><see cref="PinReasons.TableLocks"/></term><description><c>LOCK TABLES</c> and its kin, until they are unlocked.</description></item>
    /// <item><term><see cref="PinReasons.SessionVariable"/></term><description>A session variable that cannot travel between links.</description></item>
    /// <item><term><see cref="PinReasons.SqlPrepare"/></term><description>A statement that was prepared in SQL (<c>PREPARE</c>).</description></item>
    /// <item><term><see cref="PinReasons.Handler"/></term><description>An open <c>HANDLER</c>.</description></item>
    /// <item><term><see cref="PinReasons.Role"/></term><description>A role that was set, until Close.</description></item>
    /// <item><term><see cref="PinReasons.Xa"/></term><description>An XA transaction.</description></item>
    /// <item><term><see cref="PinReasons.FoundRows"/></term><description>A row count that <c>FOUND_ROWS()</c> may be asked for next.</description></item>
    /// <item><term><see cref="PinReasons.Routine"/></term><description>A stored routine, or a function that is not known to be harmless.</description></item>
    /// <item><term><see cref="PinReasons.Schema"/></term><description>A default schema that was changed in SQL (<c>USE</c>) and cannot travel.</description></item>
    /// <item><term><see cref="PinReasons.Unknown"/></term><description>A statement that is not known to be harmless, until Close.</description></item>
    /// <item><term><see cref="PinReasons.MultiplexingOff"/></term><description><c>Multiplexing=false</c>, or a server that cannot share, until Close.</description></item>
    /// <item><term><see cref="PinReasons.Evidence"/></term><description>The server reported a change of the session that the text did not show.</description></item>
    /// <item><term><see cref="PinReasons.NextTransaction"/></term><description><c>SET TRANSACTION</c>, until the transaction that it is meant for.</description></item>
    /// <item><term><see cref="PinReasons.Requested"/></term><description><see cref="Pin"/>, until <see cref="Unpin"/>.</description></item>
    /// <item><term><see cref="PinReasons.Streaming"/></term><description>A large result that is read while it comes, until its reader is closed.</description></item>
    /// </list>
    /// </remarks>
    public PinReasons PinReasons => _state == ConnectionState.Open ? _conversation!.Handle.PinReasons : PinReasons.None;

    /// <summary>Takes a link of its own and keeps it until <see cref="Unpin"/> or Close, for what only the program knows to need one.</summary>
    /// <param name="reason">Why, in the program's words, for those who look at what holds links.</param>
    /// <exception cref="ArgumentException">The reason is empty.</exception>
    /// <exception cref="InvalidOperationException">The connection is not open, or a reader is.</exception>
    /// <exception cref="MuxException">No link could be had within the Connection Timeout.</exception>
    public void Pin(string reason) =>
        Blocking.Run((Connection: this, reason), static call => call.Connection.PinCoreAsync(call.reason, CancellationToken.None));

    /// <inheritdoc cref="Pin"/>
    /// <param name="reason">Why, in the program's words, for those who look at what holds links.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the connection has the link; at once where it keeps one already.</returns>
    public Task PinAsync(string reason, CancellationToken cancellationToken = default) => PinCoreAsync(reason, cancellationToken).AsTask();

    /// <summary>
    /// Ends what <see cref="Pin"/> began: the connection shares links again unless something else keeps its link. Costs no round
    /// trip, may be called while a reader is open, and does nothing where nothing was pinned or the connection is not open.
    /// </summary>
    public void Unpin()
    {
        if (_state != ConnectionState.Open)
            return;
        _conversation!.Handle.Unpin();
        TellNews();
    }

    private async ValueTask PinCoreAsync(string reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            throw new ArgumentException("A reason is needed, for those who look at what holds links.", nameof(reason));
        var conversation = Conversation;
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await conversation.PinAsync(reason, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TellNews();
        }
    }
}
