using System.Buffers.Binary;

namespace MuxProvider.Protocol;

/// <summary>
/// Frames payloads as
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html">packets</see>:
/// three bytes of length, one byte of sequence number, payload. A payload of 16 MiB - 1 or more takes several packets.
/// </summary>
public static class Packets
{
    /// <summary>Bytes of a packet's header.</summary>
    public const int HeaderLength = 4;

    /// <summary>The longest payload of one packet; a packet of this length is followed by another of the same payload.</summary>
    public const int MaxPayloadLength = 0xFFFFFF;

    /// <summary>The length in a packet's header.</summary>
    /// <param name="header">At least four bytes.</param>
    /// <returns>The length of the payload in bytes.</returns>
    public static int PayloadLength(ReadOnlySpan<byte> header) => header[0] | header[1] << 8 | header[2] << 16;

    /// <summary>The sequence number in a packet's header.</summary>
    /// <param name="header">At least four bytes.</param>
    /// <returns>0 to 255.</returns>
    public static byte Sequence(ReadOnlySpan<byte> header) => header[3];

    /// <summary>How many packets a payload takes.</summary>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    /// <returns>1 or more.</returns>
    public static int Count(long payloadLength) => (int)(payloadLength / MaxPayloadLength) + 1;

    /// <summary>Leaves room for a header. Write the payload next, then call <see cref="End"/>.</summary>
    /// <param name="writer">Where to.</param>
    /// <returns>Where the packet starts in <paramref name="writer"/>.</returns>
    public static int Begin(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var start = writer.Length;
        writer.WriteUInt32(0);
        return start;
    }

    /// <summary>Writes the header of the payload that follows <paramref name="start"/>, cutting the payload where it is too long for one packet.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="start">What <see cref="Begin"/> returned.</param>
    /// <param name="sequence">The sequence number of the first packet.</param>
    /// <returns>The sequence number that follows the last packet.</returns>
    public static byte End(ByteWriter writer, int start, byte sequence)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var length = writer.Length - start - HeaderLength;
        if (length < MaxPayloadLength)
        {
            WriteHeader(writer.Written[start..], length, sequence);
            return (byte)(sequence + 1);
        }

        // Make room for the other headers, then move the pieces to their places, the last one first.
        var packets = Count(length);
        writer.WriteZeros((packets - 1) * HeaderLength);
        var area = writer.Written[start..];
        for (var i = packets - 1; i >= 0; i--)
        {
            var pieceLength = i == packets - 1 ? length - i * MaxPayloadLength : MaxPayloadLength;
            var from = HeaderLength + i * MaxPayloadLength;
            var to = i * (HeaderLength + MaxPayloadLength);
            area.Slice(from, pieceLength).CopyTo(area[(to + HeaderLength)..]);
            WriteHeader(area[to..], pieceLength, (byte)(sequence + i));
        }

        return (byte)(sequence + packets);
    }

    /// <summary>Writes one header.</summary>
    /// <param name="destination">At least four bytes.</param>
    /// <param name="payloadLength">0 to <see cref="MaxPayloadLength"/>.</param>
    /// <param name="sequence">The sequence number.</param>
    public static void WriteHeader(Span<byte> destination, int payloadLength, byte sequence) =>
        BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)payloadLength | (uint)sequence << 24);
}
