using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Shared links whose next answer grows so large that its handle takes them.</content>
internal sealed partial class LinkGroup
{
    /// <summary>Whether a lease can be had without waiting for anybody.</summary>
    public bool HasRoomForLease
    {
        get
        {
            lock (_gate)
                return !_isClosed && !_waiting.HasLeaseQueue && (_parked.Count > 0 || _members.Count + _opening < Options.MaxLinks);
        }
    }

    /// <inheritdoc/>
    bool ILinkObserver.OnLarge(ILink link)
    {
        var open = false;
        lock (_gate)
        {
            if (_isClosed || !_members.TryGetValue(link, out var member) || member.Role != LinkRole.Shared)
                return false;

            // Who reads the answer may do so with the help of other handles: they must not have to wait for this link.
            var others = _shared.HasOpenBeside(link);
            var room = _members.Count + _opening < Options.MaxLinks;
            if (!others && !room && _parked.Count == 0)
                return false;
            _shared.Remove(link);
            member.Role = LinkRole.Leased;
            member.IsPromoted = true;
            if (!others)
                ShareParked();
            if (!_shared.HasOpen && _opening == 0 && room)
            {
                _opening++;
                open = true;
            }
        }

        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
        return true;
    }

    /// <summary>A link whose answer grew large stays with its handle, because the session is not clean.</summary>
    public void ForgetPromotion(GroupMember member)
    {
        lock (_gate)
            member.IsPromoted = false;
    }

    // Whether statements of others are still on a link whose lease ends: they are answered first. Only with the gate held.
    private static bool EndsPromotion(GroupMember member, LeaseEnd end)
    {
        if (!member.IsPromoted)
            return false;
        member.IsPromoted = false;
        return member.Link.Depth > (end == LeaseEnd.Clean ? 0 : 1);
    }
}
