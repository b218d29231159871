using System.Buffers.Binary;

namespace MuxProvider.Protocol;

/// <summary>The three orders in which a <see cref="Guid"/> is kept in 16 bytes.</summary>
public static class GuidBytes
{
    /// <summary>Reads a Guid.</summary>
    /// <param name="bytes">16 bytes.</param>
    /// <param name="format">The order; what is not one of the three binary formats means little-endian.</param>
    /// <returns>The Guid.</returns>
    public static Guid Read(ReadOnlySpan<byte> bytes, GuidFormat format)
    {
        switch (format)
        {
            case GuidFormat.Binary16:
                return new Guid(bytes, bigEndian: true);
            case GuidFormat.TimeSwapBinary16:
                // Stored: group 3, group 2, group 1, the rest. All most significant byte first.
                return new Guid(
                    BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
                    BinaryPrimitives.ReadUInt16BigEndian(bytes),
                    bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]);
            default:
                return new Guid(bytes);
        }
    }

    /// <summary>Writes a Guid.</summary>
    /// <param name="value">The Guid.</param>
    /// <param name="format">The order; what is not one of the three binary formats means little-endian.</param>
    /// <param name="bytes">Receives 16 bytes.</param>
    public static void Write(Guid value, GuidFormat format, Span<byte> bytes)
    {
        value.TryWriteBytes(bytes, bigEndian: format is GuidFormat.Binary16 or GuidFormat.TimeSwapBinary16, out _);
        if (format == GuidFormat.TimeSwapBinary16)
        {
            var low = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var mid = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
            var high = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
            BinaryPrimitives.WriteUInt16BigEndian(bytes, high);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], mid);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], low);
        }
    }
}
