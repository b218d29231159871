using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <content>Replies that are handed over before their end has come.</content>
internal sealed partial class MySqlReply
{
    private const int Streaming = 3;

    // From there on an answer need not be kept where too much is held altogether.
    private const int SoftShare = 16;

    private long _budget = long.MaxValue;
    private long _softBudget = long.MaxValue;
    private long _window;
    private long _length;
    private volatile RowStream? _stream;

    /// <inheritdoc/>
    public override bool IsStream => _stream is not null;

    /// <inheritdoc/>
    public override bool IsEnded => _stream?.IsEnded ?? true;

    /// <inheritdoc/>
    public override bool MustWait => _stream is not null && !_packets.TryPeek(out _);

    /// <inheritdoc/>
    public override long Length => Volatile.Read(ref _length);

    /// <summary>Whether more has come than is to be kept. Only the link's reader.</summary>
    internal bool IsLarge { get; private set; }

    /// <summary>The part of the reply that comes after it was handed over; null where there is none.</summary>
    internal RowStream? Rows => _stream;

    /// <inheritdoc/>
    public override ReplyWait? Fetch(Deadline deadline)
    {
        if (_stream?.Fetch(ref _packets, deadline) is { } wait)
            return wait;
        return MustWait && Failure is { } failure ? throw failure.Rethrown() : null;
    }

    /// <inheritdoc/>
    public override void Discard() => _stream?.Discard();

    /// <inheritdoc/>
    public override ReplyWait? FetchEnd(long atMost, Deadline deadline)
    {
        if (_stream?.WaitForEnd(atMost, deadline) is { } wait)
            return wait;
        return IsEnded && Failure is { } failure ? throw failure.Rethrown() : null;
    }

    /// <summary>Keeps more: nobody may have the link for this reply alone.</summary>
    internal void KeepMore()
    {
        if (_packets.Length > _budget)
            _budget = _budget > long.MaxValue / 2 ? long.MaxValue : 2 * _budget;
        _softBudget = 2 * _packets.Length;
        IsLarge = false;
    }

    /// <summary>Hands over what has come; the rest follows in <see cref="Rows"/>.</summary>
    /// <returns>False if the consumer is gone.</returns>
    internal bool TryBeginStream()
    {
        Volatile.Write(ref _length, _packets.Length);
        _stream = new RowStream(_window);

        // How much of it is held from here on is bounded by the window.
        _packets.CountIn(null);
        if (Interlocked.CompareExchange(ref _state, Streaming, Sent) == Sent)
            return true;
        _stream = null;
        IsLarge = false;
        return false;
    }

    /// <summary>Tells the consumer of a stream that it may begin.</summary>
    internal void BeginStream() => Complete();

    private void Keep(ReplyPacket kind, ReadOnlySpan<byte> payload)
    {
        if (_stream is { } stream)
        {
            _length += payload.Length;
            stream.Take(kind, payload);
            return;
        }

        _packets.Append(kind, payload);
        var length = _packets.Length;
        IsLarge = kind == ReplyPacket.Row && (length > _budget || (length > _softBudget && _transport!.Buffers.IsOver));
    }

    private bool End()
    {
        if (_stream is { } stream)
            return stream.End();
        _length = _packets.Length;
        Conclude();
        return true;
    }

    private void ResetStream()
    {
        _stream?.Clear();
        _stream = null;
        _budget = _softBudget = long.MaxValue;
        _length = 0;
        IsLarge = false;
    }
}
