namespace MuxProvider.Links.MySql;

/// <content>Large replies are read by their consumers while they come.</content>
internal sealed partial class MySqlLink
{
    // What comes of the reply that is read while it comes; null for none. Written by the reader.
    private volatile RowStream? _rows;

    // Whether a handle took the link because its answer grew large: what was sent behind it is of others. Guarded by the gate.
    private bool _isPromoted;

    // On the link's own thread.
    private void Stream(MySqlReply reply)
    {
        if (reply.IsStream || TryBeginStream(reply))
            reply.Rows!.HandOver(_session.Source.HasPacket, _transport.Options.TimeProvider);
    }

    private bool TryBeginStream(MySqlReply reply)
    {
        if (!reply.OnLease && !_observer.OnLarge(this))
        {
            reply.KeepMore();
            return false;
        }

        var isTaken = reply.TryBeginStream();
        RequestQueue unsent = default;
        var isCut = false;
        lock (_gate)
        {
            if (!reply.OnLease)
            {
                _isShared = false;
                _isPromoted = true;
                unsent = _pipeline.TakeMovable();
                _pipeline.LetReadersGo(HeldUp());
                _depth = _pipeline.Depth;

                // Its caller has just gone away, so nobody will take the link.
                if (!isTaken && _state == LinkState.Open)
                    _state = LinkState.Closing;
            }

            if (isTaken)
            {
                _rows = reply.Rows;
                isCut = _isCut;
            }
        }

        while (unsent.Count > 0)
            Drop(unsent.Take(), Refusal());
        if (isCut)
            reply.Rows!.Lift();
        if (isTaken)
            reply.BeginStream();
        return isTaken;
    }

    // A neighbour behind a stream has changed the session, which belongs to somebody else meanwhile: nobody can keep it. Guarded by the gate.
    private bool Distrust(MySqlReply reply)
    {
        reply.IsSuspect = true;
        _pipeline.SuspectFollowers();
        if (_state == LinkState.Open)
            _state = LinkState.Closing;
        return false;
    }
}
