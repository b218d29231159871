using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>
/// Answers that are read while they come. The handle keeps the link until the reply is disposed; only then the statement has ended
/// for it, and is judged.
/// </content>
public sealed partial class Handle
{
    // What is left of an answer that nobody reads to its end is taken from the link where it is as little as this; otherwise the link goes.
    private const long Little = 1024 * 1024;

    private static readonly TimeSpan s_littleWhile = TimeSpan.FromMilliseconds(100);

    // The answer that is being read; null for none. Guarded by the gate.
    private StreamedReply? _stream;

    /// <summary>Waits for more of an answer. Only for the reply itself.</summary>
    internal async ValueTask WaitForRowsAsync(StreamedReply stream, ReplyWait wait, CancellationToken cancellationToken)
    {
        _group!.KeepDeadlines();
        lock (_gate)
        {
            // Who cancels from here on finds the wait; who did so before has only left word.
            _current = wait;
            if (stream.Interruption != Abandonment.None)
                wait.Abandon(stream.Interruption);
        }

        await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _current = null;
            if (wait.Abandonment != Abandonment.None)
                stream.Interrupt(wait.Abandonment);
        }
    }

    /// <summary>The consumer is done with the answer, read to its end or not. Only for the reply itself.</summary>
    internal async ValueTask EndStreamAsync(StreamedReply stream)
    {
        var statement = stream.Statement;
        var isOver = stream.IsEnded || await DrainAsync(stream, statement).ConfigureAwait(false);
        bool isOurs;
        lock (_gate)
        {
            isOurs = _stream == stream;
            if (isOurs)
                _stream = null;
            isOver |= stream.IsEnded;
            stream.TakeEnd(isOver);
            statement.Reply.Dispose();
            if (isOurs)
                _session.Pin(PinReasons.Streaming, false);
        }

        if (!isOurs)
            return;
        if (statement.IsPromoted)
            EndPromoted(stream, statement);
        else
            await EndOnLeaseAsync(stream, statement).ConfigureAwait(false);
    }

    private async ValueTask EndOnLeaseAsync(StreamedReply stream, StreamedStatement statement)
    {
        var (lease, parsed, traits, generation) = (statement.Lease, statement.Parsed, statement.Traits, statement.Generation);
        if (!Judge(lease, stream, parsed, traits, statement.Terms, statement.IsNew, generation))
            return;
        if (stream.Failure is null && stream.Abandonment == Abandonment.None)
            await EndStatementAsync(lease, stream, parsed, traits, statement.Terms.Deadline.Again(), generation).ConfigureAwait(false);
        else
            NotePins(parsed);
    }

    // The statement floated, so there is nothing to keep the link for, unless it has left something against the forecast.
    private void EndPromoted(StreamedReply stream, StreamedStatement statement)
    {
        var (lease, parsed, traits) = (statement.Lease, statement.Parsed, statement.Traits);
        var isAnswered = stream.Failure is null && stream.Abandonment == Abandonment.None;
        if (isAnswered && stream.IsSurprise)
        {
            _knowledge.Routines.Add(Schema ?? "", parsed.Digest, isClean: false);
            _multiplexer.Observer?.OnLeakAlarm(parsed.Digest);
        }

        lock (_gate)
        {
            if (statement.Generation != _generation)
                return;
            _isRunning = false;
            if (!isAnswered)
            {
                LoseAnswer(traits, statement.Generation);
                Release(lease, LeaseEnd.Discard);
            }
            else if (stream.IsSurprise)
            {
                lease.Adopt();
                _session.AfterSurprise(stream, traits, statement.Terms, Facts.ServerVersion.IsMariaDb);
                PinSchemaOfForeignGroup(_session.Settings.Schema);
                lease.Explain(_session.Pins);
            }
            else
            {
                _session.AfterFloat(stream, traits, statement.Terms, Facts.ServerVersion.IsMariaDb);
                Release(lease, LeaseEnd.Clean);
            }
        }

        if (isAnswered && traits.DefinesObjects)
            ObjectsChanged(traits);
        NotePins(parsed);
    }

    // Whether the answer has ended, or its link. Where the link holds nothing that is worth it, and where the caller does not want to wait,
    // only a little is waited for.
    private async ValueTask<bool> DrainAsync(StreamedReply stream, StreamedStatement statement)
    {
        var reply = statement.Reply;
        if (stream.Interruption == Abandonment.TimedOut)
            return false;
        var mayStop = statement.Traits.IsReadOnly && (_session.Pins & ~PinReasons.Streaming) == PinReasons.None;
        var isBrief = mayStop || stream.Interruption != Abandonment.None;
        var most = isBrief ? Little : long.MaxValue;
        var deadline = isBrief ? Deadline.In(_group!.Clock, s_littleWhile) : statement.Terms.Deadline.Again();
        reply.Discard();
        _group!.KeepDeadlines();
        try
        {
            while (reply.FetchEnd(most, deadline) is { } wait)
            {
                await WaitAsync(wait, CancellationToken.None).ConfigureAwait(false);
                if (wait.Abandonment != Abandonment.None)
                    return false;
            }
        }
        catch (LinkException)
        {
            // It is judged as the reply's failure.
        }

        return reply.IsEnded;
    }

    private StreamedReply BeginStream(StreamedStatement statement)
    {
        var stream = new StreamedReply(this, statement);
        _multiplexer.Counters.Streamed(statement.IsPromoted);
        var isOurs = false;
        lock (_gate)
        {
            if (statement.Generation == _generation)
            {
                isOurs = true;
                if (statement.IsPromoted)
                {
                    Hold(statement.Lease);
                    _isRunning = true;
                }

                _stream = stream;
                _session.Pin(PinReasons.Streaming, true);
                statement.Lease.Explain(_session.Pins);
            }
        }

        if (!isOurs)
        {
            statement.Reply.Dispose();
            statement.Lease.Return(LeaseEnd.Discard);
            ThrowIfClosedSince(statement.Generation);
        }

        NotePins(statement.Parsed);
        return stream;
    }

    // ---- whose answers are large -------------------------------------------------------------------------------------------

    private bool HasLargeAnswers(ParsedStatement parsed, StatementTraits traits) =>
        traits.Placement == Placement.Float && _knowledge.LargeAnswers.Contains(parsed.Digest) && _group!.HasRoomForLease;

    private void NoteLength(Reply reply, ParsedStatement parsed)
    {
        var answers = _knowledge.LargeAnswers;
        var from = _multiplexer.Options.LargeFrom;
        if (from > 0 && reply.Length > from)
            answers.Add(parsed.Digest);
        else if (answers.HasAny)
            answers.WasSmall(parsed.Digest);
    }
}
