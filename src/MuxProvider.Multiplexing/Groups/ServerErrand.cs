using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Something that has to be said to a link's server while the link itself cannot say it. Run once, by its group; where it fails, nothing
/// was said.
/// </summary>
/// <param name="target">The link.</param>
internal abstract class ServerErrand(ILink target)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    private volatile ILink? _messenger;

    /// <summary>The link.</summary>
    protected ILink Target => target;

    /// <summary>Whether the server was told to end something.</summary>
    public bool HasKilled { get; protected set; }

    /// <summary>Runs the errand.</summary>
    /// <param name="controls">Where to get a connection to the same server.</param>
    /// <param name="clock">Measures how long the errand may take.</param>
    /// <returns>
    /// When the link may be used again. Never fails. False where a kill may still come: then nobody else may ever get the link.
    /// </returns>
    public async Task<bool> RunAsync(ControlLinks controls, TimeProvider clock)
    {
        if (target.Facts.ServerIdentity.Length == 0)
            return true;
        try
        {
            // Not on the caller's thread, which may be a blocked one: it leaves, and what it awaits would never go on.
            return await Task.Run(() => GoAsync(controls)).WaitAsync(s_limit, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Whoever waits does not wait for ever, and a connection that does not answer is of no use to anybody.
            _messenger?.Close();
            return false;
        }
    }

    /// <summary>Says it.</summary>
    /// <param name="messenger">A connection to the same server, for the errand alone.</param>
    /// <returns>False where it is not known what became of it.</returns>
    protected abstract Task<bool> SpeakAsync(ILink messenger);

    /// <summary>Waits until what was said can have no effect any more.</summary>
    /// <returns>False where that is not known.</returns>
    protected virtual Task<bool> SettleAsync() => Task.FromResult(true);

    /// <summary>Runs a statement and forgets its answer.</summary>
    /// <param name="link">On which link.</param>
    /// <param name="text">The statement.</param>
    /// <returns>Whether there was an answer, whatever it was.</returns>
    protected static async Task<bool> AskAsync(ILink link, StatementText text)
    {
        using var reply = Submit(link, text);
        await reply.Completion.ConfigureAwait(false);
        return reply.Failure is null || reply.Failure.Delivery == Delivery.NotSent;
    }

    /// <summary>Submits a statement that takes the session as it is.</summary>
    protected static Reply Submit(ILink link, StatementText text) =>
        link.Submit(new Statement(text), new Terms(null, Deadline.Never, LeavesNoState: false, OnLease: true, default));

    private async Task<bool> GoAsync(ControlLinks controls)
    {
        if (await controls.RentAsync(target.Facts).ConfigureAwait(false) is not { } messenger)
            return true;
        _messenger = messenger;
        try
        {
            if (!await SpeakAsync(messenger).ConfigureAwait(false))
                return false;
        }
        finally
        {
            controls.Return(messenger);
        }

        return await SettleAsync().ConfigureAwait(false);
    }
}
