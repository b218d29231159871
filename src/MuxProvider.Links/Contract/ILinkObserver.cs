namespace MuxProvider.Links;

/// <summary>
/// Hears what happens to links. Called on the link's own thread, without any lock of the link: an observer must not block
/// and must not run user code.
/// </summary>
public interface ILinkObserver
{
    /// <summary>A link is open and takes requests.</summary>
    /// <param name="link">The link.</param>
    void OnOpened(ILink link);

    /// <summary>A link could not be opened.</summary>
    /// <param name="cause">Why.</param>
    void OnOpenFailed(LinkException cause);

    /// <summary>A link has answered everything it took, as <see cref="ILink.NotifyWhenIdle"/> asked.</summary>
    /// <param name="link">The link.</param>
    void OnIdle(ILink link);

    /// <summary>A link's session is clean again.</summary>
    /// <param name="link">The link.</param>
    void OnRecycled(ILink link);

    /// <summary>
    /// A statement that was forecast to leave no state changed the session. What was sent behind it has failed as suspect;
    /// the link takes no more requests until somebody adopts it.
    /// </summary>
    /// <param name="link">The link.</param>
    void OnSurprise(ILink link);

    /// <summary>
    /// The answer to a floating statement grows large. Where the observer agrees, the link takes requests of its lease's owner only
    /// from then on, and the reply is handed over as a stream: its handle has to take the link. What was sent behind the statement
    /// is answered behind the stream.
    /// </summary>
    /// <param name="link">The link.</param>
    /// <returns>False to keep the whole answer in memory; it is asked again when the answer has doubled.</returns>
    bool OnLarge(ILink link) => false;

    /// <summary>A statement's error says that the link's server must not have links like this one any more: it takes no changes, or is out of its cluster.</summary>
    /// <param name="link">The link; it goes on.</param>
    void OnDemoted(ILink link)
    {
    }

    /// <summary>A link is gone. Called once, last.</summary>
    /// <param name="link">The link.</param>
    /// <param name="cause">Why; null when it was closed on purpose.</param>
    void OnClosed(ILink link, LinkException? cause);
}
