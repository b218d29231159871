using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// A growing byte buffer on rented arrays that knows the protocol's
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_data_types.html">basic data types</see>.
/// Owned by one thread at a time.
/// </summary>
public sealed class ByteWriter : IBufferWriter<byte>, IDisposable
{
    private byte[] _buffer;
    private int _length;

    /// <summary>Creates an empty writer.</summary>
    /// <param name="capacity">Bytes to rent at the start.</param>
    public ByteWriter(int capacity = 256) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Bytes written so far.</summary>
    public int Length => _length;

    /// <summary>Bytes that fit without renting a larger array.</summary>
    public int Capacity => _buffer.Length;

    /// <summary>What has been written. Valid until the next write.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    /// <summary>What has been written. Valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _length);

    /// <summary>The written bytes, to be patched in place.</summary>
    internal Span<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Forgets the content and keeps the array, unless it is larger than <paramref name="keepAtMost"/> bytes.</summary>
    /// <param name="keepAtMost">The largest array worth keeping, in bytes.</param>
    public void Clear(int keepAtMost = int.MaxValue)
    {
        _length = 0;
        if (_buffer.Length > keepAtMost)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(keepAtMost, 4096));
        }
    }

    /// <summary>Forgets everything written after the first <paramref name="length"/> bytes.</summary>
    /// <param name="length">Bytes to keep.</param>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length, nameof(length));
        _length = length;
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _length), nameof(count));
        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(1, sizeHint));
        return _buffer.AsSpan(_length);
    }

    /// <summary>Appends one byte.</summary>
    /// <param name="value">The byte.</param>
    public void WriteByte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    /// <summary>Appends bytes as they are.</summary>
    /// <param name="value">The bytes.</param>
    public void Write(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
    }

    /// <summary>Appends zero bytes.</summary>
    /// <param name="count">How many.</param>
    public void WriteZeros(int count)
    {
        Reserve(count);
        _buffer.AsSpan(_length, count).Clear();
        _length += count;
    }

    /// <summary>Appends an <c>int&lt;2&gt;</c>, least significant byte first.</summary>
    /// <param name="value">The number.</param>
    public void WriteUInt16(ushort value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length), value);
        _length += 2;
    }

    /// <summary>Appends an <c>int&lt;3&gt;</c>, least significant byte first.</summary>
    /// <param name="value">The number; its upper byte is ignored.</param>
    public void WriteUInt24(int value)
    {
        WriteUInt16((ushort)value);
        WriteByte((byte)(value >> 16));
    }

    /// <summary>Appends an <c>int&lt;4&gt;</c>, least significant byte first.</summary>
    /// <param name="value">The number.</param>
    public void WriteUInt32(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), value);
        _length += 4;
    }

    /// <summary>Appends an <c>int&lt;8&gt;</c>, least significant byte first.</summary>
    /// <param name="value">The number.</param>
    public void WriteUInt64(ulong value)
    {
        Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += 8;
    }

    /// <summary>Appends an <c>int&lt;lenenc&gt;</c> (1, 3, 4 or 9 bytes).</summary>
    /// <param name="value">The number.</param>
    public void WriteLengthEncodedInteger(ulong value)
    {
        switch (value)
        {
            case < 251:
                WriteByte((byte)value);
                break;
            case <= ushort.MaxValue:
                WriteByte(0xFC);
                WriteUInt16((ushort)value);
                break;
            case <= 0xFFFFFF:
                WriteByte(0xFD);
                WriteUInt24((int)value);
                break;
            default:
                WriteByte(0xFE);
                WriteUInt64(value);
                break;
        }
    }

    /// <summary>Appends a <c>string&lt;lenenc&gt;</c>.</summary>
    /// <param name="value">The bytes of the string.</param>
    public void WriteLengthEncodedString(ReadOnlySpan<byte> value)
    {
        WriteLengthEncodedInteger((ulong)value.Length);
        Write(value);
    }

    /// <summary>Appends a <c>string&lt;lenenc&gt;</c> in UTF-8.</summary>
    /// <param name="value">The text.</param>
    public void WriteLengthEncodedString(ReadOnlySpan<char> value)
    {
        WriteLengthEncodedInteger((ulong)Encoding.UTF8.GetByteCount(value));
        WriteUtf8(value);
    }

    /// <summary>Appends a <c>string&lt;NUL&gt;</c> in UTF-8.</summary>
    /// <param name="value">The text, without a NUL character.</param>
    public void WriteNullTerminatedString(ReadOnlySpan<char> value)
    {
        WriteUtf8(value);
        WriteByte(0);
    }

    /// <summary>Appends text in UTF-8.</summary>
    /// <param name="value">The text.</param>
    public void WriteUtf8(ReadOnlySpan<char> value)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(value.Length));
        _length += Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
    }

    /// <summary>Gives the array back. The writer cannot be used afterwards.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count)
            Grow(count);
    }

    private void Grow(int count)
    {
        var needed = checked(_length + count);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, (int)Math.Min(Array.MaxLength, 2L * _buffer.Length)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        var old = _buffer;
        _buffer = larger;
        if (old.Length > 0)
            ArrayPool<byte>.Shared.Return(old);
    }
}
