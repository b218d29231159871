namespace MuxProvider.Links;

/// <summary>Opens links of one kind to one place.</summary>
public interface ILinkTransport
{
    /// <summary>
    /// Starts to open a link and returns at once. Either <see cref="ILinkObserver.OnOpened"/> or
    /// <see cref="ILinkObserver.OnOpenFailed"/> is called, once.
    /// </summary>
    /// <param name="observer">Who hears of the link.</param>
    /// <param name="timeout">How long connecting, TLS and login may take together.</param>
    void BeginOpen(ILinkObserver observer, TimeSpan timeout);

    /// <summary>The same, to a certain server where one can be had.</summary>
    /// <param name="observer">Who hears of the link.</param>
    /// <param name="timeout">How long connecting, TLS and login may take together.</param>
    /// <param name="server">The server (<see cref="LinkFacts.Server"/>); negative for any.</param>
    void BeginOpen(ILinkObserver observer, TimeSpan timeout, int server) => BeginOpen(observer, timeout);

    /// <summary>The servers, where there is something to choose or to look after; null where links simply lead to one place.</summary>
    IServerSet? Servers => null;

    /// <summary>What its links have prepared so far; nothing where they cannot prepare.</summary>
    PreparationStatistics Preparations => default;
}
