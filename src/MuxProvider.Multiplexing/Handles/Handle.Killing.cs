using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>
/// A statement on the lease whose caller has gone is ended on the server: it holds up nobody but its own handle, and nobody else can be hit.
/// Statements that float are left alone.
/// </content>
public sealed partial class Handle
{
    // The errand that ends the statement before; nothing is sent on the lease until it is done. Guarded by the gate.
    private Task _kill = Task.CompletedTask;

    // Under the gate.
    private void KillAbandoned(Lease lease, Reply reply, StatementTraits traits)
    {
        // What ends a transaction is better left to end it.
        if (_lease == lease && reply.Delivery == Delivery.Sent && !traits.IsTransactionControl)
            _kill = _group!.KillStatement(lease.Link);
    }

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
