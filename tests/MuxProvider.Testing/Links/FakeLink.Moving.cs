using MuxProvider.Links;

namespace MuxProvider.Testing;

/// <content>Requests that wait to be sent.</content>
public sealed partial class FakeLink
{
    /// <inheritdoc/>
    public int Unsent
    {
        get
        {
            lock (_gate)
                return _pending.Count(static request => !request.IsSent);
        }
    }

    /// <inheritdoc/>
    public void MoveUnsent()
    {
        List<FakeRequest> moved;
        lock (_gate)
        {
            moved = [.. _pending.Where(static request => request is { IsSent: false, Terms.OnLease: false, Kind: not FakeRequestKind.Recycle })];
            _pending.RemoveAll(moved.Contains);
        }

        foreach (var request in moved)
            request.Reply?.Fail(new LinkException(LinkFailureKind.Closed, Delivery.NotSent, "The link is held up."));
        Changed?.Invoke();
    }
}
