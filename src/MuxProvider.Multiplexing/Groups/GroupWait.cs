using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A handle's wait for something of its group. It ends once: with what was waited for, a failure, or because the handle went away.</summary>
internal abstract class GroupWait : Pending
{
    private int _isOver;

    protected GroupWait(Deadline deadline) => Deadline = deadline;

    /// <summary>Why there is nothing; null when there is.</summary>
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

    /// <summary>Ends the wait with a failure.</summary>
    /// <param name="failure">Why.</param>
    public void Fail(LinkException failure)
    {
        if (!TryEnd())
            return;
        Failure = failure;
        Complete();
    }

    /// <summary>Claims the end of the wait: whoever gets true completes it.</summary>
    protected bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
