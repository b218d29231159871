namespace MuxProvider.Links;

/// <summary>
/// A server's request for local data in the middle of a reply, which may come or not. Where a reply has one it is waited for first,
/// then answered if it came, then the <see cref="Next"/> one is waited for; the reply itself is over when none comes any more.
/// Used by the statement's caller.
/// </summary>
public abstract class LocalRequest : Pending
{
    /// <summary>What the server asks for; null where the reply is over without another request.</summary>
    public string? Name { get; protected set; }

    /// <summary>The request behind this one, once this one was answered.</summary>
    public LocalRequest? Next { get; protected set; }

    /// <summary>
    /// Sends what the server asks for, on the caller's thread where it is blocked, else on one of its own. The link goes on reading.
    /// </summary>
    /// <param name="data">Where to find it.</param>
    /// <param name="mayEnd">
    /// What to do where there is not all of it: true to end it, so that the server takes what it has and the link stays; false to close
    /// the link, so that the server undoes the statement as far as it can.
    /// </param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>Why there was not all of it; null where there was, or where the reply itself says why not.</returns>
    public abstract ValueTask<Exception?> AnswerAsync(ILocalData data, bool mayEnd, CancellationToken cancellationToken);
}
