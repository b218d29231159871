using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Ends the statement that a lease's link still runs for nobody: <c>KILL QUERY</c> from another link to the same server, or from a
/// connection that is opened for that. A kill that comes late would hit what the link runs next, so something that does not matter is run
/// behind it. Where any of this fails, the statement just goes on.
/// </summary>
/// <param name="target">The link; its lease's owner sends nothing meanwhile.</param>
internal sealed class KillErrand(ILink target) : ILinkObserver
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);
    private static readonly StatementText s_nothing = new("DO 0", []);

    private readonly TaskCompletionSource<ILink?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs the errand.</summary>
    /// <param name="killer">A shared link to the same server; null to open a connection.</param>
    /// <param name="transport">Opens it.</param>
    /// <param name="clock">Measures how long the errand may take.</param>
    /// <returns>
    /// When its owner may use the link again. Never fails. False where a kill may still come: then nobody else may ever get the link.
    /// </returns>
    public async Task<bool> RunAsync(ILink? killer, ILinkTransport transport, TimeProvider clock)
    {
        if (target.Facts.ServerIdentity.Length == 0)
            return true;
        try
        {
            // Not on the caller's thread, which may be a blocked one: it leaves, and what it awaits would never go on.
            return await Task.Run(() => GoAsync(killer, transport)).WaitAsync(s_limit, clock).ConfigureAwait(false);
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

    private async Task<bool> GoAsync(ILink? killer, ILinkTransport transport)
    {
        var own = killer is null ? await OpenAsync(transport).ConfigureAwait(false) : null;
        try
        {
            // Behind one name there may be several servers, and on another the number is somebody else's.
            if ((killer ?? own) is not { } link || link.Facts.ServerIdentity != target.Facts.ServerIdentity)
                return true;
            var text = new StatementText(string.Create(CultureInfo.InvariantCulture, $"KILL QUERY {target.Facts.ServerThread}"), []);
            if (!await AskAsync(link, text, onLease: own is not null).ConfigureAwait(false))
                return false;
        }
        finally
        {
            own?.CloseWhenIdle();
        }

        return await AskAsync(target, s_nothing, onLease: true).ConfigureAwait(false);
    }

    private Task<ILink?> OpenAsync(ILinkTransport transport)
    {
        transport.BeginOpen(this, s_limit, target.Facts.Server);
        return _opened.Task;
    }

    // Whether there was an answer, whatever it was.
    private static async Task<bool> AskAsync(ILink link, StatementText text, bool onLease)
    {
        using var reply = link.Submit(new Statement(text), new Terms(null, Deadline.Never, LeavesNoState: !onLease, onLease, default));
        await reply.Completion.ConfigureAwait(false);
        return reply.Failure is null || reply.Failure.Delivery == Delivery.NotSent;
    }
}
