using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <content>Prepared statements: who wants them, and what the server says of a text.</content>
public sealed partial class Handle
{
    // A statement is found by the settings that are known. These may have changed others, which preparing freezes.
    private const PinReasons UnknownSettings = PinReasons.SessionVariable | PinReasons.Evidence | PinReasons.Routine | PinReasons.Role | PinReasons.Unknown;

    /// <summary>
    /// Has the server prepare a text where its next execution would probably run, so that its errors come out now. One round trip at
    /// most. A text that is not preparable is left alone.
    /// </summary>
    /// <param name="statement">The statement, every marker bound to something.</param>
    /// <param name="parsed">What <see cref="Parse"/> said of its text.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>What the server has against the text; null for nothing.</returns>
    /// <exception cref="LinkException">There is no answer.</exception>
    /// <exception cref="StatementAbandonedException">The deadline came.</exception>
    /// <exception cref="OperationCanceledException">The token was used, or <see cref="Cancel"/>.</exception>
    public ValueTask<ErrPacket?> PrepareAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(parsed);
        ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        if (!parsed.IsPreparable || statement.HasUserVariables)
            return default;
        return _lease is { } lease
            ? PrepareOnLeaseAsync(lease, statement, deadline, cancellationToken)
            : PrepareSomewhereAsync(statement, deadline, cancellationToken);
    }

    private async ValueTask<ErrPacket?> PrepareSomewhereAsync(Statement statement, Deadline deadline, CancellationToken cancellationToken)
    {
        var group = _group!;
        for (var attempt = 1; ; attempt++)
        {
            var settings = _session.Settings;
            ILink? link;
            while ((link = group.Pick(settings, ref _server)) is null)
                await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
            try
            {
                return await AskToPrepareAsync(link, statement, new Terms(settings, deadline, LeavesNoState: true, OnLease: false, default), cancellationToken).ConfigureAwait(false);
            }
            catch (LinkException failure) when (Failures.IsReplaceable(failure) && attempt < MostAttempts)
            {
                // Nothing ran: the text may as well be prepared on another link.
            }
        }
    }

    private async ValueTask<ErrPacket?> PrepareOnLeaseAsync(Lease lease, Statement statement, Deadline deadline, CancellationToken cancellationToken)
    {
        if (!_kill.IsCompleted)
            await WaitForKillAsync(cancellationToken).ConfigureAwait(false);
        var settings = _session.IsAsItIs ? null : _session.Settings;
        try
        {
            return await AskToPrepareAsync(lease.Link, statement, new Terms(settings, deadline, LeavesNoState: false, OnLease: true, default), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // What the server remembers of the last statement is gone; what we remember is not.
            lock (_gate)
                _session.AfterLocalAnswer(_session.RowCount, keepsWarnings: true);
        }
    }

    private async ValueTask<ErrPacket?> AskToPrepareAsync(ILink link, Statement statement, Terms terms, CancellationToken cancellationToken)
    {
        using var reply = link.Prepare(statement, terms);
        _group!.KeepDeadlines();
        await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
        if (reply.Failure is { } failure)
            throw failure.Rethrown();
        Failures.ThrowIfAbandoned(reply.Abandonment, reply.Delivery, link, cancellationToken);
        return reply.NextResult() == ReplyItem.Error ? reply.Error : null;
    }

    // Counts a use, so it is asked once for each execution.
    private bool MayRunPrepared(Statement statement, ParsedStatement parsed)
    {
        var least = _multiplexer.Options.AutoPrepareMinUses;
        var isWanted = statement.WantsPreparation || (least > 0 && parsed.CountUse() >= least);
        return isWanted && !statement.HasUserVariables && parsed.IsPreparable && !_session.IsAsItIs && (_session.Pins & UnknownSettings) == PinReasons.None;
    }
}
