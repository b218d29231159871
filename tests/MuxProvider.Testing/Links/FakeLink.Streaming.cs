using MuxProvider.Links;

namespace MuxProvider.Testing;

/// <content>Answers that are read while they come.</content>
public sealed partial class FakeLink
{
    // The request whose rows were handed over, and its answer. Guarded by the gate.
    private FakeRequest? _streaming;
    private FakeReply? _streamed;

    /// <summary>What is read while it comes; null for nothing.</summary>
    public ScriptedReply? Stream
    {
        get
        {
            lock (_gate)
                return _streaming?.Reply;
        }
    }

    /// <summary>Lets the answer end that is read while it comes.</summary>
    /// <param name="change">How it ends otherwise than it was said; null for as it was.</param>
    public void EndStream(Func<FakeReply, FakeReply>? change = null)
    {
        FakeRequest request;
        FakeReply answer;
        lock (_gate)
        {
            request = _streaming ?? throw new InvalidOperationException($"Link {Id} has no stream.");
            answer = _streamed! with { IsStream = false };
            _streaming = null;
        }

        Complete(request, change is null ? answer : change(answer));
        AnswerWhatCanBe();
    }

    // Whether the rows of an answer are handed over now, and its end later.
    private bool TryBeginStream(FakeRequest request, FakeReply answer)
    {
        if (!answer.IsStream || request.Reply is not { IsCompleted: false } reply || request.Terms.StreamAbove == 0)
            return false;
        if (!request.Terms.OnLease && !_observer.OnLarge(this))
            return false;
        List<FakeRequest> unsent = [];
        lock (_gate)
        {
            if (_pending.Count == 0 || _pending[0] != request)
                return true;
            _streaming = request;
            _streamed = answer;
            _asked.Add(request);
            if (!request.Terms.OnLease)
            {
                _isShared = false;
                unsent.AddRange(_pending.Where(behind => !behind.IsSent && behind.Kind != FakeRequestKind.Recycle));
                _pending.RemoveAll(unsent.Contains);
            }
        }

        foreach (var behind in unsent)
            behind.Reply?.Fail(new LinkException(LinkFailureKind.Closed, Delivery.NotSent, "The link takes no more requests."));
        reply.BeginStream(answer);
        return true;
    }
}
