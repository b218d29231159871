using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// The server asks for another plugin:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_auth_switch_request.html">Protocol::AuthSwitchRequest</see>.
/// </summary>
/// <param name="AuthenticationPlugin">The plugin.</param>
/// <param name="Nonce">The plugin's data, without the NUL at its end.</param>
public sealed record AuthSwitchRequest(string AuthenticationPlugin, byte[] Nonce)
{
    /// <summary>The packet's first byte.</summary>
    public const byte Header = 0xFE;

    /// <summary>Reads the request.</summary>
    /// <param name="payload">The packet's payload.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ProtocolException">The payload is malformed.</exception>
    public static AuthSwitchRequest Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        var header = reader.ReadByte();
        if (header != Header)
            throw new ProtocolException($"A request for another plugin cannot start with the byte 0x{header:X2}.");
        if (reader.Remaining == 0)
            return new AuthSwitchRequest("mysql_old_password", []);
        var plugin = Encoding.UTF8.GetString(reader.ReadNullTerminatedBytes());
        var nonce = reader.ReadToEnd();
        if (!nonce.IsEmpty && nonce[^1] == 0)
            nonce = nonce[..^1];
        return new AuthSwitchRequest(plugin, nonce.ToArray());
    }

    /// <summary>Writes the payload, as a server does.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteByte(Header);
        writer.WriteNullTerminatedString(AuthenticationPlugin);
        writer.Write(Nonce);
        writer.WriteByte(0);
    }
}
