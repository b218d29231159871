using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// Failure:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html">ERR_Packet</see>.
/// It carries no status flags and no session tracking.
/// </summary>
/// <param name="Code">The server's error number.</param>
/// <param name="SqlState">Five characters.</param>
/// <param name="Message">Text for people.</param>
public sealed record ErrPacket(ushort Code, string SqlState, string Message)
{
    /// <summary>The packet's first byte.</summary>
    public const byte Header = 0xFF;

    private const string GeneralState = "HY000";

    /// <summary>Reads an ERR packet. Before the login it has no SQLSTATE; then it reads as HY000.</summary>
    /// <param name="payload">The packet's payload.</param>
    /// <returns>The packet.</returns>
    /// <exception cref="ProtocolException">The payload is malformed.</exception>
    public static ErrPacket Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        var header = reader.ReadByte();
        if (header != Header)
            throw new ProtocolException($"An ERR packet cannot start with the byte 0x{header:X2}.");
        var code = reader.ReadUInt16();
        var sqlState = GeneralState;
        if (reader.Remaining >= 6 && reader.Rest[0] == (byte)'#')
        {
            reader.ReadByte();
            sqlState = Encoding.ASCII.GetString(reader.ReadBytes(5));
        }

        return new ErrPacket(code, sqlState, Encoding.UTF8.GetString(reader.ReadToEnd()));
    }

    /// <summary>Writes the payload, as a server does.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteByte(Header);
        writer.WriteUInt16(Code);
        writer.WriteByte((byte)'#');
        writer.WriteUtf8(SqlState);
        writer.WriteUtf8(Message);
    }
}
