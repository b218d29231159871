namespace MuxProvider.Protocol;

/// <summary>
/// The end of columns or rows where CLIENT_DEPRECATE_EOF was not agreed:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_eof_packet.html">EOF_Packet</see>.
/// </summary>
/// <param name="Warnings">How many warnings the statement left.</param>
/// <param name="Status">The status flags.</param>
public readonly record struct EofPacket(ushort Warnings, ServerStatus Status)
{
    /// <summary>The packet's first byte.</summary>
    public const byte Header = 0xFE;

    /// <summary>Reads an EOF packet.</summary>
    /// <param name="payload">The packet's payload.</param>
    /// <returns>The packet.</returns>
    /// <exception cref="ProtocolException">The payload is malformed.</exception>
    public static EofPacket Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        var header = reader.ReadByte();
        if (header != Header)
            throw new ProtocolException($"An EOF packet cannot start with the byte 0x{header:X2}.");
        return new EofPacket(reader.ReadUInt16(), (ServerStatus)reader.ReadUInt16());
    }

    /// <summary>Writes the payload, as a server does.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteByte(Header);
        writer.WriteUInt16(Warnings);
        writer.WriteUInt16((ushort)Status);
    }
}
