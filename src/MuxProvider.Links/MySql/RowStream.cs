using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// The rest of a reply whose consumer reads it while it comes. The link fills buffers and hands them over one by one; each
/// belongs to one side at a time. Where the consumer is slow the link's reader waits here, but not for ever: a server that
/// cannot write gives the link up. A buffer never ends between the columns of a result and what follows them.
/// </summary>
/// <param name="window">How many bytes are read ahead of the consumer.</param>
internal sealed class RowStream(long window)
{
    /// <summary>What is read of a link now and then while its consumer sleeps: surely enough for the server to be able to write.</summary>
    internal const long Sip = 4 * 1024 * 1024;

    // As much is handed over at once where more is there.
    private const int Piece = 64 * 1024;

    // Statements behind the stream wait no longer than this for its consumer.
    private static readonly TimeSpan s_followersPatience = TimeSpan.FromSeconds(1);

    // Guards everything but what only the link's reader touches; pulsed when the reader may go on.
    private readonly object _gate = new();
    private readonly Queue<ReplyBuffer> _ready = new();
    private readonly ReplyWait _wait = new();
    private ReplyBuffer? _spare;
    private long _readyBytes;
    private long _credit;
    private long _thrownAway;
    private long _mayThrowAway = long.MaxValue;
    private long? _blockedSince;
    private volatile bool _isDiscarding;
    private bool _isAbandoned;
    private bool _isUnbounded;
    private volatile bool _isEnded;

    // Only the reader touches these.
    private ReplyBuffer _filling = new();
    private bool _mayCut;

    /// <summary>Whether nothing more comes.</summary>
    public bool IsEnded => _isEnded;

    // ---- the link ----------------------------------------------------------------------------------------------------------

    /// <summary>Takes a packet.</summary>
    public void Take(ReplyPacket kind, ReadOnlySpan<byte> payload)
    {
        if (_isDiscarding)
        {
            ThrowAway(payload.Length);
            return;
        }

        _filling.Append(kind, payload);
        _mayCut = kind is ReplyPacket.Row or ReplyPacket.RowsEnd or ReplyPacket.Ok or ReplyPacket.Error;
    }

    /// <summary>Hands over what has come, and waits while the consumer has enough.</summary>
    /// <param name="isMoreThere">Whether the next packet is there already.</param>
    /// <param name="clock">Measures the wait.</param>
    public void HandOver(bool isMoreThere, TimeProvider clock)
    {
        if (!_mayCut || _filling.Length == 0 || (isMoreThere && _filling.Length < Piece))
            return;
        lock (_gate)
            Enqueue();
        _wait.End();
        WaitForRoom(clock);
    }

    /// <summary>Nothing more comes.</summary>
    /// <returns>False if the consumer is gone.</returns>
    public bool End()
    {
        lock (_gate)
        {
            Enqueue();
            _isEnded = true;
            _wait.End();
            return !_isAbandoned;
        }
    }

    /// <summary>Never waits for the consumer again. Any thread.</summary>
    public void Lift()
    {
        lock (_gate)
        {
            _isUnbounded = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Lets the consumer go whose deadline is over, and the reader go on that has waited for long. Any thread.</summary>
    /// <param name="clock">Measures the wait.</param>
    /// <param name="patience">How long the server may be kept waiting.</param>
    /// <param name="hasFollowers">Whether statements of others wait behind the stream.</param>
    public void Expire(TimeProvider clock, TimeSpan patience, bool hasFollowers)
    {
        lock (_gate)
        {
            if (!_wait.IsCompleted && _wait.Deadline.IsOver)
                _wait.Abandon(Abandonment.TimedOut);
            if (_blockedSince is not { } since)
                return;
            var waited = clock.GetElapsedTime(since);
            if (hasFollowers && waited >= s_followersPatience)
                _isUnbounded = true;
            else if (waited >= patience)
                _credit += Sip;
            else
                return;
            _blockedSince = clock.GetTimestamp();
            Monitor.PulseAll(_gate);
        }
    }

    // ---- the consumer ------------------------------------------------------------------------------------------------------

    /// <summary>Exchanges a buffer that was read to its end for the next one.</summary>
    /// <param name="current">The buffer.</param>
    /// <returns>False where there is none now.</returns>
    public bool TryTake(ref ReplyBuffer current)
    {
        lock (_gate)
        {
            if (!_ready.TryDequeue(out var next))
                return false;
            current.Clear();
            _spare = current;
            current = next;
            _readyBytes -= next.Length;
            if (_readyBytes <= window / 2)
            {
                _credit = 0;
                Monitor.PulseAll(_gate);
            }

            return true;
        }
    }

    /// <summary>Makes sure that the next packet is there, in one buffer or the next.</summary>
    /// <param name="current">The buffer that is being read; another one where it was read to its end.</param>
    /// <param name="deadline">When the consumer stops waiting.</param>
    /// <returns>What to wait for before asking again; null where a packet is there, or none comes.</returns>
    public ReplyWait? Fetch(ref ReplyBuffer current, Deadline deadline)
    {
        while (!current.TryPeek(out _))
        {
            // The end is looked at first: what came before it is there then.
            var isEnded = IsEnded;
            if (TryTake(ref current))
                continue;
            if (Wait(deadline) is { } wait)
                return wait;
            if (isEnded)
                return null;
        }

        return null;
    }

    /// <summary>Begins to wait for the next buffer.</summary>
    /// <returns>The wait; null where a buffer is there, or none comes.</returns>
    public ReplyWait? Wait(Deadline deadline)
    {
        lock (_gate)
            return _isEnded || _ready.Count > 0 ? null : Begin(deadline);
    }

    /// <summary>Begins to wait for the end of what is thrown away.</summary>
    /// <returns>The wait; null where the end has come, or more than this.</returns>
    public ReplyWait? WaitForEnd(long atMost, Deadline deadline)
    {
        lock (_gate)
        {
            _mayThrowAway = atMost;
            return _isEnded || _thrownAway > atMost ? null : Begin(deadline);
        }
    }

    /// <summary>Throws away what is there, and what comes.</summary>
    public void Discard()
    {
        lock (_gate)
            DiscardCore();
    }

    /// <summary>The consumer goes away.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _isAbandoned = true;
            DiscardCore();
        }
    }

    /// <summary>Gives all memory back. When neither side uses it any more.</summary>
    public void Clear()
    {
        while (_ready.TryDequeue(out var buffer))
            buffer.Clear();
        _filling.Clear();
    }

    // ---- both ----------------------------------------------------------------------------------------------------------------

    private void DiscardCore()
    {
        _isDiscarding = true;
        while (_ready.TryDequeue(out var buffer))
            buffer.Clear();
        _readyBytes = 0;
        Monitor.PulseAll(_gate);
    }

    private ReplyWait Begin(Deadline deadline)
    {
        _wait.Begin(deadline);
        return _wait;
    }

    private void Enqueue()
    {
        if (_isDiscarding || _filling.Length == 0)
            return;
        _ready.Enqueue(_filling);
        _readyBytes += _filling.Length;
        _filling = _spare ?? new ReplyBuffer();
        _spare = null;
    }

    private void ThrowAway(int bytes)
    {
        lock (_gate)
        {
            var before = _thrownAway;
            _thrownAway += bytes;
            if (before <= _mayThrowAway && _thrownAway > _mayThrowAway)
                _wait.End();
        }
    }

    private void WaitForRoom(TimeProvider clock)
    {
        lock (_gate)
        {
            while (!_isDiscarding && !_isUnbounded && _readyBytes >= window + _credit)
            {
                _blockedSince ??= clock.GetTimestamp();
                Monitor.Wait(_gate);
            }

            _blockedSince = null;
        }
    }
}
