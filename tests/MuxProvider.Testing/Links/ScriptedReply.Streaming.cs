using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <content>Replies whose rows are handed over before their end.</content>
public sealed partial class ScriptedReply
{
    private readonly ReplyWait _wait = new();
    private long _thrownAway;
    private bool _isStream;
    private volatile bool _hasEnded;

    /// <inheritdoc/>
    public override bool IsStream => _isStream;

    /// <inheritdoc/>
    public override bool IsEnded => !_isStream || _hasEnded;

    /// <inheritdoc/>
    public override bool MustWait => _isStream && IsAtEnd && (!_hasEnded || Failure is not null);

    /// <inheritdoc/>
    public override long Length => _results.Sum(static result => result.Rows.Sum(static row => row.Sum(static cell => FakeCell.Bytes(cell)?.LongLength ?? 0)));

    /// <summary>Whether its consumer wants no more of it.</summary>
    public bool IsDiscarded { get; private set; }

    private bool IsAtEnd => _result >= _results.Count - 1 && _rowIndex >= _rows.Count;

    /// <inheritdoc/>
    public override ReplyWait? Fetch(Deadline deadline)
    {
        if (_isStream && _hasEnded && IsAtEnd && Failure is { } failure)
            throw failure.Rethrown();
        return MustWait ? Begin(deadline) : null;
    }

    /// <inheritdoc/>
    public override void Discard() => IsDiscarded = true;

    /// <inheritdoc/>
    public override ReplyWait? FetchEnd(long atMost, Deadline deadline)
    {
        if (IsEnded && Failure is { } failure)
            throw failure.Rethrown();
        return IsEnded || _thrownAway > atMost ? null : Begin(deadline);
    }

    /// <summary>Hands the rows of an answer over; its end comes with the answer proper.</summary>
    /// <returns>False if nobody waits.</returns>
    internal bool BeginStream(FakeReply answer)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return false;
        _results = answer.Results;
        _isStream = true;
        Complete();
        return true;
    }

    /// <summary>Says how many bytes were thrown away.</summary>
    public void ThrowAway(long bytes)
    {
        _thrownAway = bytes;
        _wait.End();
    }

    /// <summary>Lets the consumer go whose deadline is over.</summary>
    internal void ExpireWait()
    {
        if (_wait.Deadline.IsOver)
            _wait.Abandon(Abandonment.TimedOut);
    }

    private ReplyWait? Begin(Deadline deadline)
    {
        _wait.Begin(deadline);

        // It may have ended meanwhile.
        if (IsEnded)
            _wait.End();
        return _wait;
    }

    private bool EndStream(FakeReply answer, in ReplyEvidence evidence, bool leavesNoState, Probes probes, ServerStatus status)
    {
        if (!_isStream || _hasEnded)
            return false;
        _results = answer.Results;
        Evidence = evidence;
        IsSurprise = answer.IsSurprise || leavesNoState && Contradicts(evidence);
        Delivery = Delivery.Answered;
        if (!IsSurprise)
            AnswerProbes(answer, probes, status);
        _hasEnded = true;
        _wait.End();
        return !IsDisposed;
    }

    private bool BreakStream(LinkException failure)
    {
        if (!_isStream || _hasEnded)
            return false;
        Failure = failure;
        Delivery = failure.Delivery;
        _hasEnded = true;
        _wait.End();
        return true;
    }
}
