namespace MuxProvider.Links.MySql;

/// <content>Who only reads does not wait behind what takes long: it asks elsewhere.</content>
internal sealed partial class MySqlLink
{
    /// <inheritdoc/>
    public void LetReadersGo(TimeSpan after)
    {
        RequestQueue unsent;
        lock (_gate)
        {
            if (_state != LinkState.Open || _pipeline.InFlight == 0 || _pace.HeadAge < after)
                return;
            _pipeline.LetReadersGo(HeldUp());
            unsent = _pipeline.TakeMovable();
            _depth = _pipeline.Depth;
        }

        // Nothing of it has reached the server, so whatever it is may go elsewhere.
        while (unsent.Count > 0)
            Drop(unsent.Take(), new LinkException(LinkFailureKind.Closed, Delivery.NotSent, $"The {this} is held up."));
    }

    private LinkException HeldUp() =>
        new(LinkFailureKind.HeldUp, Delivery.Sent, $"The {this} is held up by what stands before the statement.");
}
