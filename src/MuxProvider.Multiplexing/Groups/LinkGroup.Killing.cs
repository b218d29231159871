using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Statements that run for nobody are ended on the server.</content>
internal sealed partial class LinkGroup
{
    /// <summary>Connections over which servers are told to end statements, and that nobody uses now.</summary>
    public int IdleControls => _controls.Idle;

    /// <summary>Ends the statement that a lease's link still runs for nobody. Not under the gate.</summary>
    /// <param name="target">The link; its owner sends nothing meanwhile.</param>
    /// <returns>When its owner may use the link again; false where nobody else may ever get it.</returns>
    public Task<bool> KillStatement(ILink target)
    {
        var errand = new KillErrand(target);
        var end = errand.RunAsync(_controls, _clock);
        Interlocked.Increment(ref _kills);
        return end;
    }

    // Whether a statement still runs on a link that is given back, and can be ended.
    private static bool MustEnd(ILink link) => link is { Depth: > 0, State: LinkState.Open, Facts.ServerIdentity.Length: > 0 };

    // A link comes back while a statement still runs on it, for nobody.
    private async Task EndAsync(GroupMember member, LeaseEnd end)
    {
        var link = member.Link;
        var isEnded = await KillStatement(link).ConfigureAwait(false);
        bool recycle;
        lock (_gate)
        {
            recycle = isEnded && !_isClosed && link.Depth == 0 && MayBeUsedAgain(member, end) && _members.ContainsKey(link);
            if (recycle)
                member.Role = LinkRole.Recycling;
        }

        if (recycle)
        {
            Interlocked.Increment(ref _resets);
            link.Recycle();
        }
        else
        {
            if (end == LeaseEnd.Discard)
                Interlocked.Increment(ref _discards);
            if (link.Depth > 0)
                Kill(link);
            link.Close();
        }

        KeepDeadlines();
    }

    // The server does not notice that a link is gone while it still runs a statement of it, and keeps its locks until then. Nobody
    // else can be hit: the number is only used on the server that gave it.
    private void Kill(ILink link)
    {
        if (link.Facts.ServerIdentity.Length > 0)
            _ = Task.Run(() => new ConnectionKillErrand(link).RunAsync(_controls, _clock));
    }
}
