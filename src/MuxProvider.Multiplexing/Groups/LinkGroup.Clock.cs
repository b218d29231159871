using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>What has to be done as time goes by. What takes links out is called with the gate held.</content>
internal sealed partial class LinkGroup
{
    private void StartTicking()
    {
        lock (_gate)
        {
            if (_isTicking)
                return;
            _isTicking = true;
            _lastActive = _clock.GetTimestamp();
            _timer.Change(s_tick, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tick()
    {
        ILink[] links;
        ILink? drained;
        bool open;
        lock (_gate)
        {
            links = [.. _members.Keys];
            _waiting.ExpireOverdue();

            // A link that was held up flows again: nobody has to wait for another one.
            if (_waiting.WantsSharedLink && _shared.HasOpenWithin(s_heldUpWait))
                _waiting.EndLinkWaits();
            drained = _waiting.HasLeaseQueue && _opening == 0 && _members.Count >= Options.MaxLinks ? DrainSharedForLease() : null;

            // After a failure, those who wait wait for this.
            open = _pace.IsFailing && NeedsOpening();
        }

        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
        drained?.NotifyWhenIdle();
        foreach (var link in links)
            link.ExpireOverdue();
        JudgeSilence();
        EndOrphans();
        MoveHeldUp();
        LetReadersGo();

        List<ILink> idle;
        lock (_gate)
        {
            // Whoever submits from now on starts the ticking again; whoever just did is seen here.
            _isTicking = false;
            Interlocked.MemoryBarrier();
            if (IsActive())
            {
                _isTicking = true;
                _lastActive = _clock.GetTimestamp();
                _timer.Change(s_tick, Timeout.InfiniteTimeSpan);
            }
            else if (_isClosed)
            {
                _timer.Dispose();
            }
            else if (UntilUpkeep() is { } upkeep)
            {
                _timer.Change(upkeep, Timeout.InfiniteTimeSpan);
            }

            idle = _isClosed ? [] : [.. TakeIdle(), .. TakeOld()];
        }

        foreach (var link in idle)
            link.CloseWhenIdle();
        LookAfterServers();
    }

    // How long until somebody has to look at links that do nothing; null for never.
    private TimeSpan? UntilUpkeep()
    {
        if (_members.Count == 0)
            return null;
        TimeSpan? until = null;
        if (Options.IdleTimeout > TimeSpan.Zero)
        {
            var half = Options.IdleTimeout / 2;
            until = half > s_shortestIdleTick ? half : s_shortestIdleTick;
        }

        if (_watch?.UntilDue is { } due && _shared.Count + _parked.Count > 0 && (until is null || due < until))
            until = due > s_tick ? due : s_tick;
        return until;
    }

    private bool IsActive() => !_waiting.IsEmpty || _members.Keys.Any(static link => link.Depth > 0);

    // A link that is always in use is never given back; those who share it go on with a new one, which logs in anew.
    private List<ILink> TakeOld()
    {
        List<ILink> old = [];
        foreach (var link in _shared.Now)
        {
            if (!_members.TryGetValue(link, out var member) || !IsTooOld(member))
                continue;
            member.IsOutdated = true;
            old.Add(link);
            _shared.Remove(link);
        }

        return old;
    }

    private List<ILink> TakeIdle()
    {
        if (Options.IdleTimeout <= TimeSpan.Zero)
            return [];
        var spare = Math.Max(0, _members.Count - Options.MinLinks);
        var idle = _parked.TakeIdle(spare, _clock, Options.IdleTimeout);
        spare -= idle.Count;
        if (spare > 0 && _clock.GetElapsedTime(_lastActive) >= Options.IdleTimeout)
        {
            foreach (var link in _shared.Now.Take(spare))
            {
                idle.Add(link);
                _shared.Remove(link);
            }
        }

        return idle;
    }
}
