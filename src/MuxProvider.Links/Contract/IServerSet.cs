namespace MuxProvider.Links;

/// <summary>
/// The servers to which a transport's links may lead, and what is known of them. Servers have numbers, from 0 in the order in which they
/// were given (<see cref="LinkFacts.Server"/>). Any thread may use it; nothing here blocks.
/// </summary>
public interface IServerSet
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>Whether they have to be asked now and then: there are several, or links must lead to one of a certain role.</summary>
    bool AreChecked { get; }

    /// <summary>What tells whether links to a server may be kept: one statement that reads one row and leaves nothing behind.</summary>
    /// <param name="facts">The link on which it is asked.</param>
    /// <returns>The statement's text.</returns>
    StatementText QuestionFor(LinkFacts facts);

    /// <summary>Learns from the answer to <see cref="QuestionFor"/>.</summary>
    /// <param name="facts">The link on which it was asked.</param>
    /// <param name="answer">The whole answer, not read yet.</param>
    /// <returns>Whether links to that server may be kept.</returns>
    bool Learn(LinkFacts facts, Reply answer);

    /// <summary>How well a server suits, as far as is known: links to a server with a higher number are given up for one with a lower.</summary>
    /// <param name="server">The server.</param>
    /// <returns>0 for the best.</returns>
    int RankOf(int server);

    /// <summary>Which servers without links are worth a try now. Each is named once; it is due again later, ever later while it fails.</summary>
    /// <returns>The servers.</returns>
    IReadOnlyList<int> TakeDue();

    /// <summary>Starts to open a link to one server and no other; otherwise as <see cref="ILinkTransport.BeginOpen(ILinkObserver, TimeSpan)"/>.</summary>
    /// <param name="observer">Who hears of the link.</param>
    /// <param name="server">The server.</param>
    /// <param name="timeout">How long connecting, TLS and login may take together.</param>
    void BeginProbe(ILinkObserver observer, int server, TimeSpan timeout);

    /// <summary>Which addresses the name of a server means now.</summary>
    /// <param name="server">The server.</param>
    /// <returns>The addresses as <see cref="LinkFacts.Address"/> has them; null where they cannot be told, or cannot change.</returns>
    Task<IReadOnlyCollection<string>?> ResolveAsync(int server);
}
