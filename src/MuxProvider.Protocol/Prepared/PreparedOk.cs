namespace MuxProvider.Protocol;

/// <summary>
/// Success of COM_STMT_PREPARE:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_prepare.html">COM_STMT_PREPARE_OK</see>.
/// The definitions of the parameters and of the columns follow it. It carries no status flags and no session tracking.
/// </summary>
/// <param name="Id">The statement's id on this conversation.</param>
/// <param name="Columns">How many columns its result has.</param>
/// <param name="Parameters">How many parameters it has.</param>
/// <param name="Warnings">How many warnings preparing it left.</param>
public readonly record struct PreparedOk(uint Id, ushort Columns, ushort Parameters, ushort Warnings)
{
    /// <summary>The packet's first byte.</summary>
    public const byte Header = 0x00;

    /// <summary>Reads the packet.</summary>
    /// <param name="payload">Its payload.</param>
    /// <returns>The packet.</returns>
    /// <exception cref="ProtocolException">The payload is malformed.</exception>
    public static PreparedOk Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        var header = reader.ReadByte();
        if (header != Header)
            throw new ProtocolException($"The answer to a statement that was to be prepared cannot start with the byte 0x{header:X2}.");
        var id = reader.ReadUInt32();
        var columns = reader.ReadUInt16();
        var parameters = reader.ReadUInt16();
        reader.ReadByte();
        return new PreparedOk(id, columns, parameters, reader.Remaining >= 2 ? reader.ReadUInt16() : (ushort)0);
    }

    /// <summary>Writes the payload, as a server does.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteByte(Header);
        writer.WriteUInt32(Id);
        writer.WriteUInt16(Columns);
        writer.WriteUInt16(Parameters);
        writer.WriteByte(0);
        writer.WriteUInt16(Warnings);
    }
}
