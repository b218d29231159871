using System.Buffers;
using System.Diagnostics;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>Reads whole payloads from a stream, blocking. Owned by the link's own thread.</summary>
internal sealed class PacketSource : IDisposable
{
    private const int BufferLength = 64 * 1024;

    // What a payload is believed to have before its bytes came; more is rented as they come.
    private const int FirstLarge = 1024 * 1024;

    // With room for what is written around it.
    private static readonly int s_largestPayload = Array.MaxLength - 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private byte[]? _large;
    private int _start;
    private int _end;
    private long _lastRead = Stopwatch.GetTimestamp();

    /// <summary>Where the bytes come from; changes once, when TLS begins.</summary>
    public required Stream Stream { get; set; }

    /// <summary>How many bytes of payload may still come; enough for ever where nobody says otherwise.</summary>
    public long Allowance { get; set; } = long.MaxValue;

    /// <summary>Whether the next packet is here already, so that reading it blocks nobody.</summary>
    public bool HasPacket
    {
        get
        {
            var available = _end - _start;
            return available >= Packets.HeaderLength
                && available >= Packets.HeaderLength + Packets.PayloadLength(_buffer.AsSpan(_start));
        }
    }

    /// <summary>When bytes came last. Any thread may ask.</summary>
    public long LastRead => Volatile.Read(ref _lastRead);

    /// <summary>Whether bytes came that were not asked for: before TLS there must be none.</summary>
    public bool HasBytes => _end > _start;

    /// <summary>Reads the next payload, of however many packets.</summary>
    /// <param name="sequence">The sequence number of its first packet.</param>
    /// <param name="packets">How many packets it took.</param>
    /// <returns>The payload; valid until the next call.</returns>
    /// <exception cref="EndOfStreamException">The other side closed.</exception>
    /// <exception cref="ProtocolException">The packets of one payload are out of order, or more comes than may.</exception>
    public ReadOnlySpan<byte> Read(out byte sequence, out int packets)
    {
        ReturnLarge();
        Fill(Packets.HeaderLength);
        var header = _buffer.AsSpan(_start, Packets.HeaderLength);
        var length = Packets.PayloadLength(header);
        sequence = Packets.Sequence(header);
        packets = 1;
        _start += Packets.HeaderLength;
        Admit(length);
        if (length <= _buffer.Length)
        {
            Fill(length);
            var payload = _buffer.AsSpan(_start, length);
            _start += length;
            return payload;
        }

        var total = ReadLarge(length, sequence, ref packets);
        return _large.AsSpan(0, total);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        ReturnLarge();
    }

    // Reads a payload that does not fit into the buffer, and returns its length.
    private int ReadLarge(int length, byte sequence, ref int packets)
    {
        _large = ArrayPool<byte>.Shared.Rent(Math.Min(length, FirstLarge));
        var total = 0;
        while (true)
        {
            ReadPiece(length, ref total);
            if (length < Packets.MaxPayloadLength)
                return total;

            Fill(Packets.HeaderLength);
            var header = _buffer.AsSpan(_start, Packets.HeaderLength);
            length = Packets.PayloadLength(header);
            if (Packets.Sequence(header) != (byte)(sequence + packets))
                throw new ProtocolException($"Packet {Packets.Sequence(header)} follows packet {(byte)(sequence + packets - 1)} of the same payload.");
            packets++;
            _start += Packets.HeaderLength;
            Admit(length);
            if ((long)total + length > s_largestPayload)
                throw new ProtocolException($"The payload of a packet has more than {s_largestPayload} bytes.");
        }
    }

    // A length is a claim: memory is rented for it as far as bytes have come.
    private void ReadPiece(int length, ref int total)
    {
        var left = length;
        while (left > 0)
        {
            if (total == _large!.Length)
                Enlarge(total, left, moreFollows: length == Packets.MaxPayloadLength);
            var target = _large.AsSpan(total, Math.Min(left, _large.Length - total));
            ReadInto(target);
            total += target.Length;
            left -= target.Length;
        }
    }

    private void Enlarge(int total, int left, bool moreFollows)
    {
        var wanted = total < Packets.MaxPayloadLength ? 4L * total : 2L * total;
        if (!moreFollows)
            wanted = Math.Min(wanted, (long)total + left);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        _large.AsSpan(0, total).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_large!);
        _large = larger;
    }

    private void Admit(int length)
    {
        if (length > Allowance)
            throw new ProtocolException($"A packet of {length} bytes came where no more than {Allowance} bytes were expected.");
        Allowance -= length;
    }

    private void ReadInto(Span<byte> target)
    {
        var buffered = Math.Min(target.Length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(target);
        _start += buffered;
        while (buffered < target.Length)
            buffered += Receive(target[buffered..]);
    }

    // Makes sure that this many bytes lie in the buffer in one piece.
    private void Fill(int count)
    {
        if (_end - _start >= count)
            return;
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_buffer.Length - _start < count)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
            _end += Receive(_buffer.AsSpan(_end));
    }

    private int Receive(Span<byte> target)
    {
        var read = Stream.Read(target);
        if (read == 0)
            throw new EndOfStreamException("The server closed the connection.");
        Volatile.Write(ref _lastRead, Stopwatch.GetTimestamp());
        return read;
    }

    private void ReturnLarge()
    {
        if (_large is { } large)
            ArrayPool<byte>.Shared.Return(large);
        _large = null;
    }
}
