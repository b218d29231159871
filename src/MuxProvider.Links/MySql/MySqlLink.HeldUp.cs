namespace MuxProvider.Links.MySql;

/// <content>Who only reads does not wait behind what takes long: it asks elsewhere.</content>
internal sealed partial class MySqlLink
{
    /// <inheritdoc/>
    public void LetReadersGo(TimeSpan after)
    {
        lock (_gate)
        {
            if (_state == LinkState.Open && _pipeline.InFlight > 1 && _pace.HeadAge >= after)
                _pipeline.LetReadersGo(HeldUp());
        }
    }

    private LinkException HeldUp() =>
        new(LinkFailureKind.HeldUp, Delivery.Sent, $"The {this} is held up by what stands before the statement.");
}
