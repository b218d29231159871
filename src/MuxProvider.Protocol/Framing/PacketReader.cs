using System.Buffers.Binary;
using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// Reads the protocol's
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_data_types.html">basic data types</see>
/// from the payload of one packet. Every read checks the length: a short packet is a <see cref="ProtocolException"/>.
/// </summary>
/// <param name="payload">The payload, without the four header bytes.</param>
public ref struct PacketReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>The bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Reads one byte.</summary>
    /// <returns>The byte.</returns>
    public byte ReadByte() => Take(1)[0];

    /// <summary>Reads an <c>int&lt;2&gt;</c>.</summary>
    /// <returns>The number.</returns>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    /// <summary>Reads an <c>int&lt;3&gt;</c>.</summary>
    /// <returns>The number.</returns>
    public int ReadUInt24()
    {
        var bytes = Take(3);
        return bytes[0] | bytes[1] << 8 | bytes[2] << 16;
    }

    /// <summary>Reads an <c>int&lt;4&gt;</c>.</summary>
    /// <returns>The number.</returns>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    /// <summary>Reads an <c>int&lt;8&gt;</c>.</summary>
    /// <returns>The number.</returns>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Reads an <c>int&lt;lenenc&gt;</c>. The NULL marker 0xFB and the error marker 0xFF are no integers.</summary>
    /// <returns>The number.</returns>
    public ulong ReadLengthEncodedInteger()
    {
        var first = ReadByte();
        return first switch
        {
            < 0xFB => first,
            0xFC => ReadUInt16(),
            0xFD => (ulong)ReadUInt24(),
            0xFE => ReadUInt64(),
            _ => throw new ProtocolException($"A length-encoded integer cannot start with the byte 0x{first:X2}."),
        };
    }

    /// <summary>Reads bytes of known length.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The bytes; they live as long as the payload.</returns>
    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    /// <summary>Reads the rest of the packet (<c>string&lt;EOF&gt;</c>).</summary>
    /// <returns>The bytes; they live as long as the payload.</returns>
    public ReadOnlySpan<byte> ReadToEnd() => Take(_rest.Length);

    /// <summary>Reads a <c>string&lt;lenenc&gt;</c>.</summary>
    /// <returns>The bytes; they live as long as the payload.</returns>
    public ReadOnlySpan<byte> ReadLengthEncodedBytes()
    {
        var length = ReadLengthEncodedInteger();
        if (length > (ulong)_rest.Length)
            throw Short(length);
        return Take((int)length);
    }

    /// <summary>Reads a <c>string&lt;lenenc&gt;</c> as UTF-8.</summary>
    /// <returns>The text.</returns>
    public string ReadLengthEncodedString()
    {
        var bytes = ReadLengthEncodedBytes();
        return bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Reads a <c>string&lt;NUL&gt;</c>; its end must be marked.</summary>
    /// <returns>The bytes without the NUL; they live as long as the payload.</returns>
    public ReadOnlySpan<byte> ReadNullTerminatedBytes()
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
            throw new ProtocolException("A NUL-terminated string has no end.");
        var bytes = Take(end);
        Take(1);
        return bytes;
    }

    /// <summary>Reads a <c>string&lt;NUL&gt;</c>, or what is left of the packet where the NUL is missing.</summary>
    /// <returns>The bytes without the NUL; they live as long as the payload.</returns>
    public ReadOnlySpan<byte> ReadNullTerminatedOrToEnd() => _rest.Contains((byte)0) ? ReadNullTerminatedBytes() : ReadToEnd();

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
            throw Short((ulong)count);
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private readonly ProtocolException Short(ulong wanted) =>
        new($"The packet ends early: {wanted} more bytes were expected, {_rest.Length} are left.");
}
