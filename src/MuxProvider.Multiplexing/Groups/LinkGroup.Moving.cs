using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Statements that wait on a link that is held up are placed again, where another link is free.</content>
internal sealed partial class LinkGroup
{
    // Longer than where new statements avoid a link, so that what was just placed is not moved at once.
    private static readonly TimeSpan s_moveWait = 2 * s_heldUpWait;

    // Not under the gate.
    private void MoveHeldUp()
    {
        List<ILink>? heldUp = null;
        bool hasFree;
        lock (_gate)
        {
            foreach (var (link, member) in _members)
            {
                if (member.Role is LinkRole.Shared or LinkRole.Doubted && link.EstimatedWait > s_moveWait && link.Unsent > 0)
                    (heldUp ??= []).Add(link);
            }

            hasFree = heldUp is not null && _shared.HasOpenWithin(s_heldUpWait);
        }

        if (heldUp is null)
            return;

        // Without a link that is free they would only change places.
        if (!hasFree)
        {
            Grow();
            return;
        }

        foreach (var link in heldUp)
            link.MoveUnsent();
    }
}
