namespace MuxProvider.Links;

/// <summary>
/// The wait for more of a reply that is a stream, used again for each wait. Begun and awaited by the consumer, ended by the
/// link: an end that comes late may end the next wait too early, so whoever waited asks again.
/// </summary>
public sealed class ReplyWait : Pending
{
    private int _isOver = 1;

    /// <summary>Whether, and why, the consumer stopped waiting.</summary>
    public Abandonment Abandonment { get; private set; }

    /// <inheritdoc/>
    public override bool Abandon(Abandonment reason)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return false;
        Abandonment = reason;
        Complete();
        return true;
    }

    /// <summary>Begins a wait; the one before is over.</summary>
    /// <param name="deadline">When the consumer stops waiting.</param>
    public void Begin(Deadline deadline)
    {
        Renew();
        Abandonment = Abandonment.None;
        Deadline = deadline;
        Volatile.Write(ref _isOver, 0);
    }

    /// <summary>Ends the wait, if somebody waits.</summary>
    public void End()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
            Complete();
    }
}
