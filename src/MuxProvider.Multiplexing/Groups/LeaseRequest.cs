using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A handle's place in the queue for a link of its own.</summary>
internal sealed class LeaseRequest : Pending
{
    private int _isOver;

    public LeaseRequest(Deadline deadline) => Deadline = deadline;

    /// <summary>The link, once it was granted.</summary>
    public ILink? Link { get; private set; }

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

    /// <summary>Hands a link over.</summary>
    /// <returns>False if the handle is gone: the link belongs to the next one.</returns>
    public bool Grant(ILink link)
    {
        if (!TryEnd())
            return false;
        Link = link;
        Complete();
        return true;
    }

    /// <summary>Ends the wait with a failure.</summary>
    public void Fail(LinkException failure)
    {
        if (!TryEnd())
            return;
        Failure = failure;
        Complete();
    }

    private bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
