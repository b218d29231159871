using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>Tries whether a server is there by opening a link to it; nobody waits for that. Once it is open the link is its group's like any other.</summary>
/// <param name="group">The group.</param>
/// <param name="server">The server.</param>
/// <param name="isSuspect">Whether the group gives up its links to the server where this fails.</param>
internal sealed class ServerProbe(LinkGroup group, int server, bool isSuspect) : ILinkObserver
{
    private readonly ILinkObserver _group = group;

    /// <inheritdoc/>
    public void OnOpened(ILink link) => group.ProbeOpened(link);

    /// <inheritdoc/>
    public void OnOpenFailed(LinkException cause) => group.ProbeFailed(server, isSuspect);

    /// <inheritdoc/>
    public void OnIdle(ILink link) => _group.OnIdle(link);

    /// <inheritdoc/>
    public void OnRecycled(ILink link) => _group.OnRecycled(link);

    /// <inheritdoc/>
    public void OnSurprise(ILink link) => _group.OnSurprise(link);

    /// <inheritdoc/>
    public bool OnLarge(ILink link) => _group.OnLarge(link);

    /// <inheritdoc/>
    public void OnDemoted(ILink link) => _group.OnDemoted(link);

    /// <inheritdoc/>
    public void OnClosed(ILink link, LinkException? cause) => _group.OnClosed(link, cause);
}
