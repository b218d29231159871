using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A handle's wait until the group has a shared link again. It gets no link of its own: it looks again.</summary>
internal sealed class LinkWait(Deadline deadline) : GroupWait(deadline)
{
    /// <summary>Ends the wait: there is something to look at.</summary>
    public void End()
    {
        if (TryEnd())
            Complete();
    }
}
