using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <content>Transactions that are begun with their first statement, in the same packet.</content>
public sealed partial class Handle
{
    /// <summary>
    /// Begins a transaction with the next statement: that costs no round trip, and no lease until then. Errors of the begin are those of
    /// that statement, which then did not run; the next one tries again.
    /// </summary>
    /// <param name="characteristics">What SET TRANSACTION says of it (<c>ISOLATION LEVEL SERIALIZABLE</c>).</param>
    /// <param name="begin">The statement that begins it (<c>START TRANSACTION READ ONLY</c>).</param>
    /// <returns>False where it makes a difference when the transaction begins: then it has to be begun by a statement of its own.</returns>
    public bool TryBeginLater(string characteristics, string begin)
    {
        ArgumentException.ThrowIfNullOrEmpty(characteristics);
        ArgumentException.ThrowIfNullOrEmpty(begin);
        ThrowIfUnusable();
        lock (_gate)
        {
            if (!_session.CanBeginLater)
                return false;
            _session.BeginLater(characteristics, begin, Facts.ServerVersion.IsMariaDb);
            return true;
        }
    }

    /// <summary>Ends a transaction of which nothing was sent. Never waits.</summary>
    /// <returns>False where the server may know of it: then it has to be ended by a statement.</returns>
    public bool TryForgetBegin()
    {
        lock (_gate)
        {
            if (_session.UnsentBegin is null)
                return false;
            _session.ForgetUnsentBegin(Facts.ServerVersion.IsMariaDb);
            return true;
        }
    }

    private static bool IsRollback(StatementTraits traits) =>
        traits is { Keyword: "ROLLBACK", EndsTransaction: true, StartsTransaction: false, StatementCount: 1 };

    // The answer that would have told whether the transaction began was not waited for. What follows must not run outside it.
    private async ValueTask<Reply> ProveBeginFirstAsync(
        Statement statement, ParsedStatement parsed, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        if (!_kill.IsCompleted)
            await WaitForKillAsync(cancellationToken).ConfigureAwait(false);
        if (_lease is { } lease)
        {
            var generation = _generation;
            using var reply = lease.Link.Ping(new Terms(null, deadline, LeavesNoState: false, OnLease: true, default));
            _group!.KeepDeadlines();
            await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
            Failures.ThrowIfAbandoned(reply.Abandonment, reply.Delivery, lease.Link, cancellationToken);
            ThrowIfClosedSince(generation);
            LearnWhetherBegun(lease, reply);
            NotePins(null);
        }

        ThrowIfUnusable();
        return await Execute(statement, parsed, traits, deadline, cancellationToken).ConfigureAwait(false);
    }

    private void LearnWhetherBegun(Lease lease, Reply reply)
    {
        lock (_gate)
        {
            if (reply.Failure is null)
                _session.LearnStatus(reply.Evidence);
            else
                _session.Lose($"The connection that held the session ({_session.Pins}) was lost: {reply.Failure.Message}");
            if (reply.Failure is null && !IsInTransaction)
                _session.Lose("The first statement of the transaction got no answer in time, and now there is no transaction.");
            if (_session.LostBecause is not null && _lease == lease)
                Release(lease, LeaseEnd.Discard);
        }
    }
}
