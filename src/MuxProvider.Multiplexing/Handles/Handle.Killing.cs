using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>
/// A statement on the lease whose caller has gone is ended on the server: it holds up nobody but its own handle, and nobody else can be hit.
/// Statements that float are looked after by the group: there others can.
/// </content>
public sealed partial class Handle
{
    private static readonly Task<bool> s_noKill = Task.FromResult(true);

    // The errand that ends the statement before; nothing is sent on the lease until it is done. Guarded by the gate.
    private Task<bool> _kill = s_noKill;

    // Whether a kill may still come to the lease's link, and hit whoever has it then. Under the gate.
    private bool MayBeKilled => !_kill.IsCompletedSuccessfully || !_kill.Result;

    // What ends a transaction is better left to end it; of several statements nobody knows which one runs.
    private static bool MayBeKilledAbandoned(StatementTraits traits) => traits is { IsTransactionControl: false, StatementCount: 1 };

    // Under the gate.
    private void KillAbandoned(Lease lease, Reply reply, StatementTraits traits)
    {
        // What ends a transaction is better left to end it.
        if (_lease == lease && reply.Delivery == Delivery.Sent && !traits.IsTransactionControl)
            _kill = AfterKills(_kill, _group!.KillStatement(lease.Link));
    }

    // One that was given up spoils the link for good.
    private static async Task<bool> AfterKills(Task<bool> former, Task<bool> latest) => await latest.ConfigureAwait(false) & await former.ConfigureAwait(false);

    private async ValueTask WaitForKillAsync(CancellationToken cancellationToken)
    {
        // An errand takes a few seconds at most, whatever happens.
        var wait = new ReplyWait();
        wait.Begin(Deadline.Never);
        _ = _kill.ContinueWith(
            static (_, wait) => ((ReplyWait)wait!).End(), wait, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        if (wait.Abandonment != Abandonment.None)
            throw new OperationCanceledException(cancellationToken);
    }
}
