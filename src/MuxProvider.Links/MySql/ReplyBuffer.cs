using System.Buffers;
using System.Buffers.Binary;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// The packets of one reply in rented chunks. Each packet lies in one piece, behind its length and kind. The link writes
/// it, then the consumer reads it, forward only: never both at once.
/// </summary>
internal sealed class ReplyBuffer
{
    private const int EntryHeader = 5;
    private const int FirstChunk = 4 * 1024;
    private const int LaterChunk = 64 * 1024;

    private readonly List<Chunk> _chunks = [];
    private int _readChunk;
    private int _readOffset;
    private BufferGauge? _gauge;
    private BufferShare? _share;

    /// <summary>Bytes held.</summary>
    public long Length { get; private set; }

    /// <summary>Has what is appended from now on counted, until it is cleared; null to count nothing any more. Only while nobody else uses the buffer.</summary>
    public void CountIn(BufferGauge? gauge)
    {
        _share?.Clear();
        if (_gauge == gauge)
            return;
        _gauge = gauge;
        _share = null;
    }

    public void Append(ReplyPacket kind, ReadOnlySpan<byte> payload)
    {
        var size = EntryHeader + payload.Length;
        if (_chunks.Count == 0 || _chunks[^1].Bytes.Length - _chunks[^1].Used < size)
            Grow(size);
        var chunk = _chunks[^1];
        var target = chunk.Bytes.AsSpan(chunk.Used, size);
        BinaryPrimitives.WriteInt32LittleEndian(target, payload.Length);
        target[4] = (byte)kind;
        payload.CopyTo(target[EntryHeader..]);
        _chunks[^1] = chunk with { Used = chunk.Used + size };
        Length += size;
    }

    /// <summary>The kind of the next packet, without going there.</summary>
    public bool TryPeek(out ReplyPacket kind)
    {
        if (!Settle())
        {
            kind = default;
            return false;
        }

        kind = (ReplyPacket)_chunks[_readChunk].Bytes[_readOffset + 4];
        return true;
    }

    /// <summary>Goes to the next packet.</summary>
    public bool TryRead(out ReplyPacket kind, out ReadOnlyMemory<byte> payload)
    {
        if (!Settle())
        {
            kind = default;
            payload = default;
            return false;
        }

        var bytes = _chunks[_readChunk].Bytes;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(_readOffset));
        kind = (ReplyPacket)bytes[_readOffset + 4];
        payload = bytes.AsMemory(_readOffset + EntryHeader, length);
        _readOffset += EntryHeader + length;
        return true;
    }

    /// <summary>
    /// The next <paramref name="count"/> packets as one run of bytes (with their lengths and kinds between them), where they lie
    /// in one chunk; nothing is read.
    /// </summary>
    public bool TryPeekRun(int count, out ReadOnlySpan<byte> run)
    {
        run = default;
        if (!Settle())
            return false;
        var chunk = _chunks[_readChunk];
        var offset = _readOffset;
        for (var i = 0; i < count; i++)
        {
            if (offset >= chunk.Used)
                return false;
            offset += EntryHeader + BinaryPrimitives.ReadInt32LittleEndian(chunk.Bytes.AsSpan(offset));
        }

        run = chunk.Bytes.AsSpan(_readOffset, offset - _readOffset);
        return true;
    }

    /// <summary>Where the next packet is read; set it to go back to a place that was read from before.</summary>
    public (int Chunk, int Offset) Position
    {
        get => (_readChunk, _readOffset);
        set => (_readChunk, _readOffset) = value;
    }

    /// <summary>Goes over as many bytes as <see cref="TryPeekRun"/> returned.</summary>
    public void Skip(int length) => _readOffset += length;

    /// <summary>Forgets everything; keeps one small chunk for the next reply.</summary>
    public void Clear()
    {
        for (var i = _chunks.Count - 1; i >= 0; i--)
        {
            var chunk = _chunks[i];
            if (i == 0 && chunk.Bytes.Length <= FirstChunk)
            {
                _chunks[0] = chunk with { Used = 0 };
            }
            else
            {
                ArrayPool<byte>.Shared.Return(chunk.Bytes);
                _chunks.RemoveAt(i);
            }
        }

        _readChunk = 0;
        _readOffset = 0;
        Length = 0;
        _share?.Clear();
    }

    private void Grow(int size)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Max(size, _chunks.Count == 0 ? FirstChunk : LaterChunk));
        _chunks.Add(new Chunk(bytes, 0));
        if (_gauge is null || bytes.Length <= BufferGauge.Small)
            return;
        _share ??= new BufferShare(_gauge);
        _share.Add(bytes.Length);
    }

    // Goes to the chunk with the next packet.
    private bool Settle()
    {
        while (_readChunk < _chunks.Count)
        {
            if (_readOffset < _chunks[_readChunk].Used)
                return true;
            if (_readChunk + 1 >= _chunks.Count)
                return false;
            _readChunk++;
            _readOffset = 0;
        }

        return false;
    }

    private readonly record struct Chunk(byte[] Bytes, int Used);
}
