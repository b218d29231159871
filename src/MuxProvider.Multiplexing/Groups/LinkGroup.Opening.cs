using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>When links are opened. Private members are called with the gate held, unless said otherwise.</content>
internal sealed partial class LinkGroup
{
    // Whether a link has to be opened for those who wait; if so, it is counted, and the caller opens it outside the gate.
    private bool NeedsOpening()
    {
        if (_isClosed || _members.Count + _opening >= Options.MaxLinks || !_pace.MayOpen(_opening))
            return false;
        var floats = _waiting.WantsSharedLink && !_shared.HasOpen ? 1 : 0;
        if (_waiting.Leases + floats <= _opening)
            return false;
        _opening++;
        return true;
    }

    /// <summary>Why no link could be opened, while there is none; null where there is one, or none was tried.</summary>
    public LinkException? OpeningFailure
    {
        get
        {
            lock (_gate)
                return _members.Count == 0 ? _openingFailure : null;
        }
    }

    // Whether a server that was there may be back soon. What it refuses on purpose, it will refuse again.
    private bool IsWorthWaiting(LinkException cause) =>
        _facts is not null
        && _pace.FailingFor < Options.ReconnectTimeout
        && (cause.Kind is LinkFailureKind.Unreachable or LinkFailureKind.TimedOut or LinkFailureKind.ConnectionLost
            || cause.ServerError?.Code is 1040 or 1047 or 1053 or 1203 or 1226);

    // Whether another shared link is there or on its way. Not under the gate.
    private bool Grow()
    {
        lock (_gate)
        {
            if (_isClosed || _shared.Count >= Options.MaxSharedLinks)
                return false;
            if (_isGrowing)
                return true;
            if (_opening > 0)
                return false;
            if (_parked.Count > 0)
            {
                ShareParked();
                return false;
            }

            if (_members.Count >= Options.MaxLinks || (_pace.IsFailing && _pace.SinceFailure < s_growthPause))
                return false;
            _opening++;
            _isGrowing = true;
        }

        _transport.BeginOpen(this, Options.ConnectionTimeout);
        return true;
    }
}
