namespace MuxProvider.Protocol;

/// <summary>
/// Success, or the end of a result set:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html">OK_Packet</see>.
/// Lives as long as the payload it was read from.
/// </summary>
public readonly ref struct OkPacket
{
    /// <summary>The packet's first byte.</summary>
    public const byte Header = 0x00;

    /// <summary>The packet's first byte where it ends a result set (CLIENT_DEPRECATE_EOF).</summary>
    public const byte EndHeader = 0xFE;

    /// <summary>Rows changed, or found (CLIENT_FOUND_ROWS).</summary>
    public ulong AffectedRows { get; init; }

    /// <summary>The first generated id, or the id that was written; 0 for none.</summary>
    public ulong LastInsertId { get; init; }

    /// <summary>The status flags.</summary>
    public ServerStatus Status { get; init; }

    /// <summary>How many warnings the statement left.</summary>
    public ushort Warnings { get; init; }

    /// <summary>Text for people, in UTF-8.</summary>
    public ReadOnlySpan<byte> Message { get; init; }

    /// <summary>The session-tracking block; empty where there is none. See <see cref="SessionTrackReader"/>.</summary>
    public ReadOnlySpan<byte> SessionTrack { get; init; }

    /// <summary>Reads an OK packet.</summary>
    /// <param name="payload">The payload, with either header.</param>
    /// <param name="capabilities">What was agreed at login.</param>
    /// <returns>The packet.</returns>
    /// <exception cref="ProtocolException">The payload is malformed.</exception>
    public static OkPacket Read(ReadOnlySpan<byte> payload, CapabilityFlags capabilities)
    {
        var reader = new PacketReader(payload);
        var header = reader.ReadByte();
        if (header is not (Header or EndHeader))
            throw new ProtocolException($"An OK packet cannot start with the byte 0x{header:X2}.");
        var affectedRows = reader.ReadLengthEncodedInteger();
        var lastInsertId = reader.ReadLengthEncodedInteger();
        var status = (ServerStatus)reader.ReadUInt16();
        var warnings = reader.ReadUInt16();
        ReadOnlySpan<byte> message = default, sessionTrack = default;
        if ((capabilities & CapabilityFlags.SessionTrack) == 0)
        {
            message = reader.ReadToEnd();
        }
        else if (reader.Remaining > 0)
        {
            message = reader.ReadLengthEncodedBytes();
            if ((status & ServerStatus.SessionStateChanged) != 0 && reader.Remaining > 0)
                sessionTrack = reader.ReadLengthEncodedBytes();
        }

        return new OkPacket
        {
            AffectedRows = affectedRows,
            LastInsertId = lastInsertId,
            Status = status,
            Warnings = warnings,
            Message = message,
            SessionTrack = sessionTrack,
        };
    }

    /// <summary>Writes the payload, as a server does.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="capabilities">What was agreed at login.</param>
    /// <param name="endsResultSet">Whether the packet stands in for EOF at the end of a result set.</param>
    public void Write(ByteWriter writer, CapabilityFlags capabilities, bool endsResultSet = false)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteByte(endsResultSet ? EndHeader : Header);
        writer.WriteLengthEncodedInteger(AffectedRows);
        writer.WriteLengthEncodedInteger(LastInsertId);
        writer.WriteUInt16((ushort)Status);
        writer.WriteUInt16(Warnings);
        if ((capabilities & CapabilityFlags.SessionTrack) == 0)
        {
            writer.Write(Message);
            return;
        }

        var tracks = (Status & ServerStatus.SessionStateChanged) != 0;
        if (!Message.IsEmpty || tracks)
            writer.WriteLengthEncodedString(Message);
        if (tracks)
            writer.WriteLengthEncodedString(SessionTrack);
    }
}
