using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Statements that run for nobody are ended on the server.</content>
internal sealed partial class LinkGroup
{
    /// <summary>Ends the statement that a lease's link still runs for nobody. Not under the gate.</summary>
    /// <param name="target">The link; its owner sends nothing meanwhile.</param>
    /// <returns>When its owner may use the link again; false where nobody else may ever get it.</returns>
    public Task<bool> KillStatement(ILink target)
    {
        var errand = new KillErrand(target);
        var end = errand.RunAsync(KillerOf(target), _transport, _clock);
        Interlocked.Increment(ref _kills);
        return end;
    }

    // A shared link to the same server that is not held up itself.
    private ILink? KillerOf(ILink link) => Array.Find(
        _shared.Now,
        other => other != link
            && other.State == LinkState.Open
            && other.Facts.ServerIdentity.Length > 0
            && other.Facts.ServerIdentity == link.Facts.ServerIdentity
            && other.EstimatedWait <= s_heldUpWait);

    // The server does not notice that a link is gone while it still runs a statement of it, and keeps its locks until then. Nobody
    // else can be hit: the link is this lease's alone, and the number is only used on the server that gave it.
    private void Kill(ILink link)
    {
        if (KillerOf(link) is not { } killer)
            return;
        var text = new StatementText(string.Create(CultureInfo.InvariantCulture, $"KILL {link.Facts.ServerThread}"), []);
        var reply = killer.Submit(new Statement(text), new Terms(null, Deadline.Never, LeavesNoState: true, OnLease: false, default));
        _ = Task.Run(() => ForgetAsync(reply));

        static async Task ForgetAsync(Reply reply)
        {
            await reply.Completion.ConfigureAwait(false);
            reply.Dispose();
        }
    }
}
