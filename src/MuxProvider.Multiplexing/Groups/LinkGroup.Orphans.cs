using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>
/// Statements that shared links run for nobody are ended on the server, where nobody else can be hit: on MariaDB by the number of the
/// statement, elsewhere where the link has nothing else.
/// </content>
internal sealed partial class LinkGroup
{
    // Each may need a connection of its own.
    private const int MostErrands = 4;

    private int _errands;

    // Not under the gate.
    private void EndOrphans()
    {
        List<(ILink Link, long Orphan)>? due = null;
        lock (_gate)
        {
            foreach (var (link, member) in _members)
            {
                if (member.Role is not (LinkRole.Shared or LinkRole.Doubted or LinkRole.DrainingForLease) || link.Facts.ServerIdentity.Length == 0)
                    continue;
                var orphan = link.Depth > 0 ? link.Orphan : null;
                if (!member.Orphans.IsDue(orphan, _errands < MostErrands && CanEnd(member), _clock))
                    continue;
                _errands++;
                if (!link.Facts.ServerVersion.IsMariaDb)
                    Fence(member);
                (due ??= []).Add((link, orphan!.Value));
            }
        }

        foreach (var (link, orphan) in due ?? [])
            _ = EndOrphanAsync(link, orphan);
    }

    private async Task EndOrphanAsync(ILink link, long orphan)
    {
        ServerErrand errand = link.Facts.ServerVersion.IsMariaDb ? new OrphanErrand(link, orphan) : new KillErrand(link);

        // It was alone before the link was fenced; somebody may have come in between.
        var isSafe = errand is OrphanErrand || (link.Depth == 1 && link.Orphan == orphan)
            ? await errand.RunAsync(_controls, _clock).ConfigureAwait(false)
            : true;
        if (errand.HasKilled)
            Interlocked.Increment(ref _kills);
        var close = false;
        lock (_gate)
        {
            _errands--;
            if (errand is KillErrand && _members.TryGetValue(link, out var member) && member.Role == LinkRole.Fenced)
            {
                close = !isSafe;
                if (isSafe)
                    Restore(member);
            }
        }

        if (!close)
            return;
        Kill(link);
        link.Close();
    }

    // Only MariaDB can be told which statement is meant.
    private static bool CanEnd(GroupMember member) =>
        member.Link.Facts.ServerVersion.IsMariaDb || (member.Role != LinkRole.DrainingForLease && member.Link.Depth == 1);

    // Nobody else gets the link until no kill can come any more. Only with the gate held.
    private void Fence(GroupMember member)
    {
        _shared.Remove(member.Link);
        member.Role = LinkRole.Fenced;
    }

    // A link is as good as any again. Only with the gate held.
    private void Restore(GroupMember member)
    {
        if (member.Link.State != LinkState.Open)
            return;
        if (Shares && !_isClosed && _shared.Count < Options.MaxSharedLinks)
        {
            Share(member);
            return;
        }

        member.Role = LinkRole.DrainingForLease;
        member.Link.NotifyWhenIdle();
    }
}
