using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// The server's <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response_local_infile_request.html">request
/// for a file of the client</see>: in the middle of a reply, in place of a result.
/// </summary>
public static class LocalInfileRequest
{
    /// <summary>The first byte of the payload.</summary>
    public const byte Header = 0xFB;

    /// <summary>Reads which file is asked for.</summary>
    /// <param name="payload">The payload of the packet.</param>
    /// <returns>The name as the statement has it.</returns>
    /// <exception cref="ProtocolException">The packet is something else.</exception>
    public static string ReadFileName(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        if (reader.ReadByte() != Header)
            throw new ProtocolException($"The byte 0x{payload[0]:X2} stands where a request for a local file is expected.");
        return Encoding.UTF8.GetString(reader.ReadToEnd());
    }

    /// <summary>Writes a request.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="fileName">The file.</param>
    public static void Write(ByteWriter writer, ReadOnlySpan<char> fileName)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteByte(Header);
        writer.WriteUtf8(fileName);
    }
}
