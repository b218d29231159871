using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>What links report, on their own threads.</content>
internal sealed partial class LinkGroup
{
    /// <inheritdoc/>
    void ILinkObserver.OnOpened(ILink link)
    {
        List<ILink>? outdated = null;
        bool open;
        bool isClosed;
        lock (_gate)
        {
            _opening--;
            isClosed = _isClosed;
            var member = new GroupMember(link, _clock.GetTimestamp(), Options.Chance());
            _members.Add(link, member);
            _pace.Succeeded();
            _openingFailure = null;
            var isGrowth = _isGrowing;
            _isGrowing = false;

            // The server's global sql_mode was changed: links opened before it have another session than this one.
            if (_facts is { } before && before.SqlMode != link.Facts.SqlMode)
                outdated = [.. _members.Values.Where(other => other.Link != link && other.Role is not LinkRole.Leased).Select(other => other.Link)];
            _facts = link.Facts;
            foreach (var old in outdated ?? [])
                _shared.Remove(old);
            if (!isClosed)
                MakeAvailable(member, isGrowth);
            open = NeedsOpening();

            // Those who hoped for this link look at what there is.
            if (_shared.HasOpen)
                _waiting.EndLinkWaits();
        }

        foreach (var old in outdated ?? [])
            old.CloseWhenIdle();
        if (isClosed)
            link.CloseWhenIdle();
        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
        Arrange(link);
        KeepDeadlines();
    }

    /// <inheritdoc/>
    void ILinkObserver.OnOpenFailed(LinkException cause)
    {
        ILink? drained = null;
        lock (_gate)
        {
            _opening--;
            _isGrowing = false;
            _pace.Failed();
            _openingFailure = cause;
            GrantParked();

            if (_shared.HasOpen)
                _waiting.EndLinkWaits();

            // Where the server only has no room, those who wait for a lease share the links that there are.
            var isFull = cause.ServerError?.Code is 1040 or 1203 or 1226 && (_members.Count > 0 || _opening > 0);
            if (isFull && _opening == 0 && _waiting.HasLeaseQueue)
            {
                drained = DrainSharedForLease();
            }
            else if (!isFull && !IsWorthWaiting(cause))
            {
                _waiting.FailLeases(cause);
                if (!_shared.HasOpen)
                    _waiting.FailLinkWaits(cause);
            }
        }

        drained?.NotifyWhenIdle();
    }

    /// <inheritdoc/>
    void ILinkObserver.OnIdle(ILink link)
    {
        var close = false;
        lock (_gate)
        {
            if (_members.TryGetValue(link, out var member) && member.Role == LinkRole.DrainingForLease)
            {
                close = _isClosed || link.State == LinkState.Closing;
                if (!close)
                    MakeAvailable(member);
            }
        }

        if (close)
            link.Close();
    }

    /// <inheritdoc/>
    void ILinkObserver.OnRecycled(ILink link)
    {
        lock (_gate)
        {
            if (_members.TryGetValue(link, out var member) && member.Role == LinkRole.Recycling)
                MakeAvailable(member);
        }
    }

    /// <inheritdoc/>
    void ILinkObserver.OnSurprise(ILink link)
    {
        Interlocked.Increment(ref _leakAlarms);
        Unshare(link);
    }

    /// <inheritdoc/>
    void ILinkObserver.OnClosed(ILink link, LinkException? cause)
    {
        bool open;
        lock (_gate)
        {
            _members.Remove(link);
            _shared.Remove(link);
            open = NeedsOpening();
        }

        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
    }
}
