using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// The links of a group that are shared. Changed under the group's lock; any thread may look, because the array is replaced and never
/// changed. Whoever still looks at an old one is refused by the link itself.
/// </summary>
internal sealed class SharedLinks
{
    private volatile ILink[] _links = [];

    /// <summary>The links of now; not to be changed.</summary>
    public ILink[] Now => _links;

    /// <summary>How many there are, whether they take requests or not.</summary>
    public int Count => _links.Length;

    /// <summary>Whether one takes requests.</summary>
    public bool HasOpen => Array.Exists(_links, static link => link.State == LinkState.Open);

    /// <summary>Whether another one takes requests.</summary>
    /// <param name="link">The one that does not count.</param>
    public bool HasOpenBeside(ILink link) => Array.Exists(_links, other => other != link && other.State == LinkState.Open);

    /// <summary>Whether one takes requests and answers soon.</summary>
    /// <param name="within">How soon.</param>
    public bool HasOpenWithin(TimeSpan within) => Array.Exists(_links, link => link.State == LinkState.Open && link.EstimatedWait <= within);

    /// <summary>Shares a link.</summary>
    public void Add(ILink link)
    {
        link.Share();
        _links = [.. _links, link];
    }

    /// <summary>Shares a link no longer; nothing happens where it is not shared.</summary>
    public void Remove(ILink link)
    {
        if (Array.IndexOf(_links, link) < 0)
            return;
        _links = Array.FindAll(_links, other => other != link);
        link.Unshare();
    }

    /// <summary>Shares none any longer.</summary>
    public void Clear()
    {
        var links = _links;
        _links = [];
        foreach (var link in links)
            link.Unshare();
    }
}
