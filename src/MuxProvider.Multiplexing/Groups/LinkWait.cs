using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A handle's wait until the group has a shared link again. It gets no link of its own: it looks again.</summary>
internal sealed class LinkWait : Pending
{
    private int _isOver;

    public LinkWait(Deadline deadline) => Deadline = deadline;

    /// <summary>Why there is no link.</summary>
    public LinkException? Failure { get; private set; }

    /// <summary>Whether, and why, the handle stopped waiting.</summary>
    public Abandonment Abandonment { get; private set; }

    /// <summary>Whether the wait is over.</summary>
    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <inheritdoc/>
    public override bool Abandon(Abandonment reason)
    {
        if (!TryEnd())
            return false;
        Abandonment = reason;
        Complete();
        return true;
    }

    /// <summary>Ends the wait.</summary>
    /// <param name="failure">Why there is no link; null when there is one.</param>
    public void End(LinkException? failure)
    {
        if (!TryEnd())
            return;
        Failure = failure;
        Complete();
    }

    private bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
