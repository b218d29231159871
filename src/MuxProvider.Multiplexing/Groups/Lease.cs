using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>Exclusive possession of a link by one handle. Given back once; a lease that was lost by its handle is given back by the collector.</summary>
internal sealed class Lease
{
    private readonly LinkGroup _group;
    private int _isReturned;

    public Lease(LinkGroup group, ILink link)
    {
        _group = group;
        Link = link;
    }

    /// <summary>Nobody can vouch for a session whose handle was forgotten.</summary>
    ~Lease() => Return(isClean: false);

    /// <summary>The link.</summary>
    public ILink Link { get; }

    /// <summary>What pins it, for those who wait and want to know why.</summary>
    public PinReasons Reasons { get; set; }

    /// <summary>Gives the link back.</summary>
    /// <param name="isClean">Whether the session carries nothing of its handle.</param>
    public void Return(bool isClean)
    {
        if (Interlocked.Exchange(ref _isReturned, 1) != 0)
            return;
        GC.SuppressFinalize(this);
        _group.Return(this, isClean);
    }
}
