namespace MuxProvider.Links.MySql;

/// <content>Requests that wait on a link that is held up, while others are free.</content>
internal sealed partial class MySqlLink
{
    /// <inheritdoc/>
    public int Unsent
    {
        get
        {
            lock (_gate)
                return _state == LinkState.Open ? _pipeline.Depth - _pipeline.InFlight : 0;
        }
    }

    /// <inheritdoc/>
    public void MoveUnsent()
    {
        RequestQueue unsent;
        lock (_gate)
        {
            // Where nothing is in flight it is about to be sent.
            if (_state != LinkState.Open || _pipeline.InFlight == 0)
                return;
            unsent = _pipeline.TakeMovable();
            _depth = _pipeline.Depth;
        }

        while (unsent.Count > 0)
            Drop(unsent.Take(), new LinkException(LinkFailureKind.Closed, Delivery.NotSent, $"The {this} is held up."));
    }
}
