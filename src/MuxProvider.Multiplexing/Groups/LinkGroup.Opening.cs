using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>When links are opened. Private members are called with the gate held, unless said otherwise.</content>
internal sealed partial class LinkGroup
{
    // Whether a link has to be opened for those who wait; if so, it is counted, and the caller opens it outside the gate.
    private bool NeedsOpening()
    {
        if (_isClosed || _members.Count + _opening >= Options.MaxLinks)
            return false;
        var floats = _waiting.WantsSharedLink && !_shared.HasOpen ? 1 : 0;
        if (_waiting.Leases + floats <= _opening)
            return false;
        _opening++;
        return true;
    }

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

            if (_members.Count >= Options.MaxLinks || (_lastFailure is { } failure && _clock.GetElapsedTime(failure) < s_growthPause))
                return false;
            _opening++;
            _isGrowing = true;
        }

        _transport.BeginOpen(this, Options.ConnectionTimeout);
        return true;
    }
}
