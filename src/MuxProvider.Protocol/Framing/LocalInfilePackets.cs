namespace MuxProvider.Protocol;

/// <summary>
/// Frames what is sent for a <see cref="LocalInfileRequest"/>: packets of any length but 0, then an empty one. Unlike the pieces of one
/// payload, every packet stands for itself, so none may have the length that announces another piece.
/// </summary>
public static class LocalInfilePackets
{
    /// <summary>The longest packet that can be sent.</summary>
    public const int Longest = Packets.MaxPayloadLength - 1;

    /// <summary>Writes a part of the file.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="data">The bytes; nothing is written where there are none, because that would end the file.</param>
    /// <param name="longest">The most bytes of one packet: 1 to <see cref="Longest"/>.</param>
    /// <param name="sequence">The sequence number of the first packet: one behind that of the request, or of the packet before.</param>
    /// <returns>The sequence number that follows the last packet.</returns>
    public static byte Write(ByteWriter writer, ReadOnlySpan<byte> data, int longest, byte sequence)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longest, Longest);
        while (!data.IsEmpty)
        {
            var length = Math.Min(data.Length, longest);
            var start = Packets.Begin(writer);
            writer.Write(data[..length]);
            sequence = Packets.End(writer, start, sequence);
            data = data[length..];
        }

        return sequence;
    }

    /// <summary>Writes the end of the file.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="sequence">The sequence number of the packet.</param>
    /// <returns>The sequence number that the server's next packet has.</returns>
    public static byte WriteEnd(ByteWriter writer, byte sequence)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return Packets.End(writer, Packets.Begin(writer), sequence);
    }
}
