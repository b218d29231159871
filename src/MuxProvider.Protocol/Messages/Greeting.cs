using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// The server's first packet:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html">Protocol::HandshakeV10</see>.
/// </summary>
/// <param name="Version">The server's version text, as sent.</param>
/// <param name="ThreadId">The server's id of this conversation (<c>CONNECTION_ID()</c>).</param>
/// <param name="Nonce">The 20 random bytes that the password is scrambled with.</param>
/// <param name="Capabilities">What the server can do.</param>
/// <param name="Collation">The server's default collation number.</param>
/// <param name="Status">The status flags.</param>
/// <param name="AuthenticationPlugin">The server's default plugin; "" where it names none.</param>
public sealed record Greeting(
    string Version,
    uint ThreadId,
    byte[] Nonce,
    CapabilityFlags Capabilities,
    byte Collation,
    ServerStatus Status,
    string AuthenticationPlugin)
{
    private const byte ProtocolVersion = 10;
    private const int NonceLength = 20;

    /// <summary>Reads a greeting.</summary>
    /// <param name="payload">The packet's payload.</param>
    /// <returns>The greeting.</returns>
    /// <exception cref="ProtocolException">The payload is malformed, or the server speaks another protocol.</exception>
    public static Greeting Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        var protocol = reader.ReadByte();
        if (protocol != ProtocolVersion)
            throw new ProtocolException($"The server greets with protocol version {protocol}; only version {ProtocolVersion} is spoken. Is this a MySQL or MariaDB server?");
        var version = Encoding.UTF8.GetString(reader.ReadNullTerminatedBytes());
        var threadId = reader.ReadUInt32();
        var nonce = new byte[NonceLength];
        reader.ReadBytes(8).CopyTo(nonce);
        reader.ReadByte();
        var capabilities = (CapabilityFlags)reader.ReadUInt16();
        byte collation = 0;
        var status = ServerStatus.None;
        var plugin = "";
        if (reader.Remaining > 0)
        {
            collation = reader.ReadByte();
            status = (ServerStatus)reader.ReadUInt16();
            capabilities |= (CapabilityFlags)((uint)reader.ReadUInt16() << 16);
            var authenticationLength = reader.ReadByte();
            reader.ReadBytes(10);
            var second = reader.ReadBytes(Math.Min(reader.Remaining, Math.Max(13, authenticationLength - 8)));
            if (second.Length < NonceLength - 8 && (capabilities & CapabilityFlags.SecureConnection) != 0)
                throw new ProtocolException($"The greeting's random bytes end early: {8 + second.Length} of {NonceLength} came.");
            second[..Math.Min(second.Length, NonceLength - 8)].CopyTo(nonce.AsSpan(8));
            if ((capabilities & CapabilityFlags.PluginAuth) != 0)
                plugin = Encoding.UTF8.GetString(reader.ReadNullTerminatedOrToEnd());
        }

        return new Greeting(version, threadId, nonce, capabilities, collation, status, plugin);
    }

    /// <summary>Writes the greeting's payload, as a server does.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteByte(ProtocolVersion);
        writer.WriteNullTerminatedString(Version);
        writer.WriteUInt32(ThreadId);
        writer.Write(Nonce.AsSpan(0, 8));
        writer.WriteByte(0);
        writer.WriteUInt16((ushort)Capabilities);
        writer.WriteByte(Collation);
        writer.WriteUInt16((ushort)Status);
        writer.WriteUInt16((ushort)((uint)Capabilities >> 16));
        writer.WriteByte(NonceLength + 1);
        writer.WriteZeros(10);
        writer.Write(Nonce.AsSpan(8));
        writer.WriteByte(0);
        writer.WriteNullTerminatedString(AuthenticationPlugin);
    }
}
