using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Shared links from which nothing comes although requests on them have timed out.</content>
internal sealed partial class LinkGroup
{
    // Not under the gate.
    private void JudgeSilence()
    {
        List<ILink>? cut = null;
        lock (_gate)
        {
            foreach (var (link, member) in _members)
            {
                if (member.Role is not (LinkRole.Shared or LinkRole.Doubted))
                    continue;
                TimeSpan? doubtedFor = member.DoubtedSince is { } since ? _clock.GetElapsedTime(since) : null;
                switch (StuckRule.Of(link.Depth == 0 ? default : link.Silence, doubtedFor))
                {
                    case StuckVerdict.Trust:
                        member.DoubtedSince = null;
                        if (member.Role == LinkRole.Doubted)
                            Restore(member);
                        break;

                    case StuckVerdict.Doubt when member.Role == LinkRole.Shared:
                        Doubt(member);
                        break;

                    case StuckVerdict.Cut:
                        (cut ??= []).Add(link);
                        break;
                }
            }
        }

        foreach (var link in cut ?? [])
        {
            Kill(link);
            link.Close();
        }
    }

    // Only with the gate held.
    private void Doubt(GroupMember member)
    {
        if (member.DoubtedSince is null)
        {
            member.DoubtedSince = _clock.GetTimestamp();
            member.Link.Doubt();
        }

        // Where there is nowhere else to go, what is asked next finds out.
        if (!_shared.HasOpenBeside(member.Link) && _parked.Count == 0 && _members.Count + _opening >= Options.MaxLinks)
            return;
        _shared.Remove(member.Link);
        member.Role = LinkRole.Doubted;
        if (!_shared.HasOpen)
            ShareParked();
    }
}
