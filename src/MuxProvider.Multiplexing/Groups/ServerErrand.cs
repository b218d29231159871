using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Something that has to be said to a link's server while the link itself cannot say it: over another link to the same server, or over
/// a connection that is opened for that. Run once, by its group; where it fails, nothing was said.
/// </summary>
/// <param name="target">The link.</param>
internal abstract class ServerErrand(ILink target) : ILinkObserver
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<ILink?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The link.</summary>
    protected ILink Target => target;

    /// <summary>Whether the server was told to end something.</summary>
    public bool HasKilled { get; protected set; }

    /// <summary>Runs the errand.</summary>
    /// <param name="messenger">A shared link to the same server; null to open a connection.</param>
    /// <param name="transport">Opens it.</param>
    /// <param name="clock">Measures how long the errand may take.</param>
    /// <returns>
    /// When the link may be used again. Never fails. False where a kill may still come: then nobody else may ever get the link.
    /// </returns>
    public async Task<bool> RunAsync(ILink? messenger, ILinkTransport transport, TimeProvider clock)
    {
        if (target.Facts.ServerIdentity.Length == 0)
            return true;
        try
        {
            // Not on the caller's thread, which may be a blocked one: it leaves, and what it awaits would never go on.
            return await Task.Run(() => GoAsync(messenger, transport)).WaitAsync(s_limit, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Whoever waits does not wait for ever.
            return false;
        }
    }

    /// <inheritdoc/>
    void ILinkObserver.OnOpened(ILink link) => _opened.TrySetResult(link);

    /// <inheritdoc/>
    void ILinkObserver.OnOpenFailed(LinkException cause) => _opened.TrySetResult(null);

    /// <inheritdoc/>
    void ILinkObserver.OnIdle(ILink link)
    {
    }

    /// <inheritdoc/>
    void ILinkObserver.OnRecycled(ILink link)
    {
    }

    /// <inheritdoc/>
    void ILinkObserver.OnSurprise(ILink link)
    {
    }

    /// <inheritdoc/>
    void ILinkObserver.OnClosed(ILink link, LinkException? cause)
    {
    }

    /// <summary>Says it.</summary>
    /// <param name="messenger">A link to the same server.</param>
    /// <param name="isOwn">Whether the errand has the link for itself.</param>
    /// <returns>False where it is not known what became of it.</returns>
    protected abstract Task<bool> SpeakAsync(ILink messenger, bool isOwn);

    /// <summary>Waits until what was said can have no effect any more.</summary>
    /// <returns>False where that is not known.</returns>
    protected virtual Task<bool> SettleAsync() => Task.FromResult(true);

    /// <summary>Runs a statement and forgets its answer.</summary>
    /// <param name="link">On which link.</param>
    /// <param name="text">The statement.</param>
    /// <param name="onLease">Whether nobody else uses the link.</param>
    /// <returns>Whether there was an answer, whatever it was.</returns>
    protected static async Task<bool> AskAsync(ILink link, StatementText text, bool onLease)
    {
        using var reply = Submit(link, text, onLease);
        await reply.Completion.ConfigureAwait(false);
        return reply.Failure is null || reply.Failure.Delivery == Delivery.NotSent;
    }

    /// <summary>Submits a statement that takes the session as it is.</summary>
    protected static Reply Submit(ILink link, StatementText text, bool onLease) =>
        link.Submit(new Statement(text), new Terms(null, Deadline.Never, LeavesNoState: !onLease, onLease, default));

    private async Task<bool> GoAsync(ILink? messenger, ILinkTransport transport)
    {
        var own = messenger is null ? await OpenAsync(transport).ConfigureAwait(false) : null;
        try
        {
            // Behind one name there may be several servers, and on another the number is somebody else's.
            if ((messenger ?? own) is not { } link || link.Facts.ServerIdentity != target.Facts.ServerIdentity)
                return true;
            if (!await SpeakAsync(link, own is not null).ConfigureAwait(false))
                return false;
        }
        finally
        {
            own?.CloseWhenIdle();
        }

        return await SettleAsync().ConfigureAwait(false);
    }

    private Task<ILink?> OpenAsync(ILinkTransport transport)
    {
        transport.BeginOpen(this, s_limit);
        return _opened.Task;
    }
}
