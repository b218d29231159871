using System.Text;

namespace MuxProvider.Protocol;

/// <summary>
/// The client's login:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_response.html">Protocol::HandshakeResponse41</see>.
/// </summary>
/// <param name="Capabilities">What client and server will use.</param>
/// <param name="MaxPacketSize">The longest packet the client wants, in bytes.</param>
/// <param name="Collation">The collation number of the session.</param>
/// <param name="UserId">The user.</param>
/// <param name="AuthenticationResponse">What the plugin makes of password and nonce.</param>
/// <param name="Schema">The default schema, or null.</param>
/// <param name="AuthenticationPlugin">The plugin that made the response.</param>
/// <param name="Attributes">Connection attributes, or null.</param>
public sealed record HandshakeResponse41(
    CapabilityFlags Capabilities,
    uint MaxPacketSize,
    byte Collation,
    string UserId,
    byte[] AuthenticationResponse,
    string? Schema,
    string AuthenticationPlugin,
    IReadOnlyList<KeyValuePair<string, string>>? Attributes)
{
    private const int FillerLength = 23;

    /// <summary>Writes the payload of the packet that asks for TLS: the login's beginning.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteSslRequest(ByteWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteUInt32((uint)Capabilities);
        writer.WriteUInt32(MaxPacketSize);
        writer.WriteByte(Collation);
        writer.WriteZeros(FillerLength);
    }

    /// <summary>Writes the payload.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ByteWriter writer)
    {
        WriteSslRequest(writer);
        writer.WriteNullTerminatedString(UserId);
        if ((Capabilities & CapabilityFlags.PluginAuthLengthEncodedData) != 0)
        {
            writer.WriteLengthEncodedString(AuthenticationResponse);
        }
        else
        {
            writer.WriteByte(checked((byte)AuthenticationResponse.Length));
            writer.Write(AuthenticationResponse);
        }

        if ((Capabilities & CapabilityFlags.ConnectWithDb) != 0)
            writer.WriteNullTerminatedString(Schema);
        if ((Capabilities & CapabilityFlags.PluginAuth) != 0)
            writer.WriteNullTerminatedString(AuthenticationPlugin);
        if ((Capabilities & CapabilityFlags.ConnectAttributes) != 0)
        {
            using var attributes = new ByteWriter();
            foreach (var (name, value) in Attributes ?? [])
            {
                attributes.WriteLengthEncodedString(name);
                attributes.WriteLengthEncodedString(value);
            }

            writer.WriteLengthEncodedString(attributes.WrittenSpan);
        }
    }

    /// <summary>Whether a payload is the request for TLS rather than a whole login.</summary>
    /// <param name="payload">The payload.</param>
    /// <returns>True for a request for TLS.</returns>
    public static bool IsSslRequest(ReadOnlySpan<byte> payload) => payload.Length == 4 + 4 + 1 + FillerLength;

    /// <summary>Reads a login, as a server does.</summary>
    /// <param name="payload">The packet's payload.</param>
    /// <returns>The login.</returns>
    /// <exception cref="ProtocolException">The payload is malformed.</exception>
    public static HandshakeResponse41 Read(ReadOnlySpan<byte> payload)
    {
        var reader = new PacketReader(payload);
        var capabilities = (CapabilityFlags)reader.ReadUInt32();
        var maxPacketSize = reader.ReadUInt32();
        var collation = reader.ReadByte();
        reader.ReadBytes(FillerLength);
        var user = Encoding.UTF8.GetString(reader.ReadNullTerminatedBytes());
        var response = (capabilities & CapabilityFlags.PluginAuthLengthEncodedData) != 0
            ? reader.ReadLengthEncodedBytes().ToArray()
            : reader.ReadBytes(reader.ReadByte()).ToArray();
        string? schema = null;
        if ((capabilities & CapabilityFlags.ConnectWithDb) != 0)
            schema = Encoding.UTF8.GetString(reader.ReadNullTerminatedBytes());
        var plugin = "";
        if ((capabilities & CapabilityFlags.PluginAuth) != 0)
            plugin = Encoding.UTF8.GetString(reader.ReadNullTerminatedBytes());
        List<KeyValuePair<string, string>>? attributes = null;
        if ((capabilities & CapabilityFlags.ConnectAttributes) != 0)
        {
            attributes = [];
            var pairs = new PacketReader(reader.ReadLengthEncodedBytes());
            while (pairs.Remaining > 0)
                attributes.Add(new(pairs.ReadLengthEncodedString(), pairs.ReadLengthEncodedString()));
        }

        return new HandshakeResponse41(capabilities, maxPacketSize, collation, user, response, schema, plugin, attributes);
    }
}
