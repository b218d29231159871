using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>A handle's place in the queue for a link of its own.</summary>
internal sealed class LeaseRequest(Deadline deadline) : GroupWait(deadline)
{
    /// <summary>The link, once it was granted.</summary>
    public ILink? Link { get; private set; }

    /// <summary>Hands a link over.</summary>
    /// <param name="link">The link.</param>
    /// <returns>False if the handle is gone: the link belongs to the next one.</returns>
    public bool Grant(ILink link)
    {
        if (!TryEnd())
            return false;
        Link = link;
        Complete();
        return true;
    }
}
