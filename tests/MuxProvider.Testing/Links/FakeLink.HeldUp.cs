using MuxProvider.Links;

namespace MuxProvider.Testing;

/// <content>Readers that need not wait.</content>
public sealed partial class FakeLink
{
    /// <summary>How often readers were let go.</summary>
    public int LetGo { get; private set; }

    /// <inheritdoc/>
    public void LetReadersGo(TimeSpan after)
    {
        LetGo++;
        foreach (var request in Pending.Skip(1).Where(request => request is { IsSent: true, Terms.MayMove: true }))
            request.Reply?.Fail(new LinkException(LinkFailureKind.HeldUp, Delivery.Sent, "It is held up."));
    }
}
