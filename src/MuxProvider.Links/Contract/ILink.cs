namespace MuxProvider.Links;

/// <summary>
/// One authenticated physical conversation with a server. Requests are answered in the order in which they were taken;
/// how many are in flight at once is the transport's affair. All members may be called by any thread.
/// </summary>
public interface ILink
{
    /// <summary>A number that no other link of the process has.</summary>
    int Id { get; }

    /// <summary>What was learned when the link was opened.</summary>
    LinkFacts Facts { get; }

    /// <summary>Whether the link takes requests.</summary>
    LinkState State { get; }

    /// <summary>Requests taken and not answered yet.</summary>
    int Depth { get; }

    /// <summary>How long a request taken now would wait for those before it: an estimate.</summary>
    TimeSpan EstimatedWait { get; }

    /// <summary>The settings that the next request will find if it brings none: those of the last request sent; null for unknown.</summary>
    Settings? Settings { get; }

    /// <summary>
    /// Takes a statement. Returns at once; the reply is complete when the whole answer has come, or it failed.
    /// The request is never sent half.
    /// </summary>
    /// <param name="statement">The statement; it is encoded before the method returns.</param>
    /// <param name="terms">Under which terms it runs.</param>
    /// <returns>The reply, to be disposed by the caller.</returns>
    /// <exception cref="LinkException">The statement is larger than the server takes.</exception>
    /// <exception cref="NotSupportedException">A parameter's type cannot be sent.</exception>
    /// <exception cref="ArgumentException">A parameter's value cannot be sent.</exception>
    Reply Submit(Statement statement, in Terms terms);

    /// <summary>Asks for a sign of life under the given settings: an unknown schema fails the reply.</summary>
    /// <param name="terms">Under which terms.</param>
    /// <returns>The reply, to be disposed by the caller.</returns>
    Reply Ping(in Terms terms);

    /// <summary>
    /// Makes sure that the server can prepare a statement, unless it is prepared on the link already: then, and where the link cannot
    /// prepare, the reply is a sign of life. The statement's values do not matter.
    /// </summary>
    /// <param name="statement">The statement: just one, every marker bound to something.</param>
    /// <param name="terms">Under which terms.</param>
    /// <returns>The reply, with the server's error or without any result; to be disposed by the caller.</returns>
    Reply Prepare(Statement statement, in Terms terms) => Ping(terms);

    /// <summary>Takes requests of handles that have no lease. A link begins without this.</summary>
    void Share();

    /// <summary>Takes requests of its lease's owner only; what was taken before is answered.</summary>
    void Unshare();

    /// <summary>
    /// Cleans the session behind everything taken so far; then <see cref="ILinkObserver.OnRecycled"/> is called, or
    /// <see cref="ILinkObserver.OnClosed"/> where it does not come clean.
    /// </summary>
    void Recycle();

    /// <summary>Calls <see cref="ILinkObserver.OnIdle"/> once, when everything taken so far has been answered.</summary>
    void NotifyWhenIdle();

    /// <summary>After a surprise: the handle that caused it keeps the link, so it takes requests again.</summary>
    void Adopt();

    /// <summary>Gives up the waits whose deadline is over.</summary>
    void ExpireOverdue();

    /// <summary>
    /// The number of the request that is due, where nobody waits for it any more and it may be killed (<see cref="Terms.MayBeKilled"/>): an
    /// orphan. Null for none.
    /// </summary>
    long? Orphan => null;

    /// <summary>
    /// Whether what the server shows of the link can only be the orphan, because nothing in flight behind it would look the same. To be
    /// asked after the server has shown it.
    /// </summary>
    /// <param name="number">The orphan: it still has to be due.</param>
    /// <param name="command">The command that the server shows (<c>Query</c>).</param>
    /// <param name="text">The text that the server shows, in its own bytes.</param>
    /// <returns>False where it may be something else.</returns>
    bool IsOrphan(long number, ReadOnlySpan<byte> command, ReadOnlySpan<byte> text) => false;

    /// <summary>Requests that were taken and not sent yet.</summary>
    int Unsent => 0;

    /// <summary>Fails what was not sent and may as well run on another link: not delivered, and this link goes on.</summary>
    void MoveUnsent()
    {
    }

    /// <summary>What can be said of requests that timed out while nothing came.</summary>
    LinkSilence Silence => default;

    /// <summary>Looks at the link for somebody who gave a request up, and wants to know why.</summary>
    /// <param name="reply">The reply that did not come, and was not given back yet; null to look at the link alone.</param>
    /// <returns>What can be seen; null where nothing can.</returns>
    LinkGlance? Look(Reply? reply) => null;

    /// <summary>Its observer believes that the server is gone: what was learned of the place where the link leads has to be found out again.</summary>
    void Doubt()
    {
    }

    /// <summary>
    /// Where the request whose answer comes next holds up the others, lets those go that may move (<see cref="Terms.MayMove"/>). Their
    /// answers are dropped when they come.
    /// </summary>
    /// <param name="after">How long it has to have been at it.</param>
    void LetReadersGo(TimeSpan after)
    {
    }

    /// <summary>Takes no more requests, answers what it has, then closes.</summary>
    void CloseWhenIdle();

    /// <summary>Closes at once: what is in flight fails.</summary>
    void Close();
}
