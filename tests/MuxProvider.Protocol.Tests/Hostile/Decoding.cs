using MuxProvider.Testing;

namespace MuxProvider.Protocol.Tests;

/// <summary>
/// Reads what a server sends as a client does: packet by packet, everything that it claims to hold. What is malformed ends in a
/// <see cref="ProtocolException"/>; anything else comes out as it is.
/// </summary>
internal static class Decoding
{
    private const int Getters = 20;

    private static readonly CellOptions[] s_options =
    [
        CellOptions.Default,
        new() { TreatTinyAsBoolean = false, GuidFormat = GuidFormat.Binary16, ConvertZeroDateTime = true },
        new() { GuidFormat = GuidFormat.None, AllowZeroDateTime = true, DateTimeKind = DateTimeKind.Utc },
    ];

    /// <summary>Reads a whole conversation.</summary>
    /// <param name="conversation">What it is.</param>
    /// <param name="packets">Its packets, with their headers.</param>
    /// <param name="random">Decides what is asked of the cells.</param>
    /// <exception cref="ProtocolException">It is malformed.</exception>
    public static void Read(Transcript conversation, IReadOnlyList<byte[]> packets, Random random)
    {
        switch (conversation.Kind)
        {
            case TranscriptKind.Login:
                ReadLogin(packets, random);
                break;
            case TranscriptKind.Preparation:
                ReadPreparation(packets, conversation.Capabilities);
                break;
            default:
                for (var position = 0; position < packets.Count;)
                    position = ReadReply(packets, position, conversation.Capabilities, conversation.Kind == TranscriptKind.Execution, random);
                break;
        }
    }

    /// <summary>Gives one payload to one decoder, whether it is meant for it or not.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="decoder">Which, modulo how many there are.</param>
    /// <param name="random">Decides what is asked of the cells.</param>
    /// <exception cref="ProtocolException">It is malformed.</exception>
    public static void Read(ReadOnlySpan<byte> payload, int decoder, Random random)
    {
        var capabilities = random.Next(2) == 0 ? Transcripts.Modern : CapabilityFlags.Protocol41;
        switch (decoder % 11)
        {
            case 0:
                ServerVersion.Parse(Greeting.Read(payload).Version);
                break;
            case 1:
                ReadOk(OkPacket.Read(payload, capabilities));
                break;
            case 2:
                ErrPacket.Read(payload);
                break;
            case 3:
                EofPacket.Read(payload);
                break;
            case 4:
                ReadCell(payload, isNull: false, ColumnDefinition.Read(payload), isBinary: random.Next(2) == 0, random);
                break;
            case 5:
                TextRows.Split(payload, new CellRange[random.Next(40)]);
                break;
            case 6:
                BinaryRows.Split(payload, [.. Enumerable.Range(0, random.Next(40)).Select(_ => RandomColumn(random))], new CellRange[40]);
                break;
            case 7:
                ReadTrack(payload);
                break;
            case 8:
                LocalInfileRequest.ReadFileName(payload);
                break;
            case 9:
                AuthSwitchRequest.Read(payload);
                break;
            default:
                ReadCell(payload, isNull: false, RandomColumn(random), isBinary: random.Next(2) == 0, random);
                break;
        }
    }

    private static void ReadLogin(IReadOnlyList<byte[]> packets, Random random)
    {
        if (packets.Count == 0)
            return;
        if (Payload(packets[0]) is [ErrPacket.Header, ..])
        {
            ErrPacket.Read(Payload(packets[0]));
            return;
        }

        ServerVersion.Parse(Greeting.Read(Payload(packets[0])).Version);
        var position = 1;
        for (var isIn = false; !isIn && position < packets.Count; position++)
        {
            var payload = Payload(packets[position]);
            if (payload.IsEmpty)
                throw new ProtocolException("An empty packet.");
            switch (payload[0])
            {
                case OkPacket.Header:
                    isIn = true;
                    break;
                case ErrPacket.Header:
                    ErrPacket.Read(payload);
                    return;
                case AuthSwitchRequest.Header:
                    AuthSwitchRequest.Read(payload);
                    break;
            }
        }

        while (position < packets.Count)
            position = ReadReply(packets, position, Transcripts.Modern, isBinary: false, random);
    }

    private static void ReadPreparation(IReadOnlyList<byte[]> packets, CapabilityFlags capabilities)
    {
        var framer = new PrepareFramer(capabilities);
        foreach (var packet in packets)
        {
            framer.Take(Payload(packet));
            if (framer.IsComplete)
                return;
        }
    }

    // Returns where the next reply begins.
    private static int ReadReply(IReadOnlyList<byte[]> packets, int position, CapabilityFlags capabilities, bool isBinary, Random random)
    {
        var framer = new ReplyFramer(capabilities);
        var columns = new List<ColumnDefinition>();
        while (position < packets.Count && !framer.IsComplete)
        {
            var payload = Payload(packets[position++]);
            switch (framer.Take(payload))
            {
                case ReplyPacket.ColumnCount:
                    columns.Clear();
                    break;
                case ReplyPacket.Column:
                    columns.Add(ColumnDefinition.Read(payload));
                    break;
                case ReplyPacket.Row:
                    ReadRow(payload, columns, isBinary, random);
                    break;
                case ReplyPacket.Error:
                    ErrPacket.Read(payload);
                    break;
                case ReplyPacket.Ok:
                    ReadOk(OkPacket.Read(payload, capabilities));
                    break;
                case ReplyPacket.LocalInfile:
                    LocalInfileRequest.ReadFileName(payload);
                    break;
            }
        }

        return position;
    }

    private static void ReadRow(ReadOnlySpan<byte> payload, List<ColumnDefinition> columns, bool isBinary, Random random)
    {
        var ranges = new CellRange[columns.Count];
        if (isBinary)
            BinaryRows.Split(payload, [.. columns], ranges);
        else
            TextRows.Split(payload, ranges);
        for (var i = 0; i < ranges.Length; i++)
            ReadCell(ranges[i].Slice(payload), ranges[i].IsNull, columns[i], isBinary, random);
    }

    private static void ReadOk(in OkPacket packet)
    {
        var evidence = default(ReplyEvidence);
        evidence.Add(packet);
        ReadTrack(packet.SessionTrack);
    }

    private static void ReadTrack(ReadOnlySpan<byte> block)
    {
        var reader = new SessionTrackReader(block);
        var entries = 0;
        while (reader.Read())
        {
            if (++entries > block.Length)
                throw new InvalidOperationException("More entries than bytes.");
            if (reader.Type is SessionTrackType.Schema or SessionTrackType.SystemVariable)
                reader.ReadName();
            if (reader.Type == SessionTrackType.SystemVariable)
                reader.ReadValue();
        }
    }

    // One of the ways in which an application may ask, each of which may say in its own words that it will not do.
    private static void ReadCell(ReadOnlySpan<byte> bytes, bool isNull, ColumnDefinition column, bool isBinary, Random random)
    {
        var options = s_options[random.Next(s_options.Length)];
        var cell = new Cell(bytes, isNull, column, ValueKinds.Of(column, options), options, isBinary);
        try
        {
            ValueKinds.DataTypeName(column, options);

            // What fits nearly always, more often than what hardly ever does: refusals are slow.
            Read(cell, random.Next(4) == 0 ? random.Next(Getters) : 0);
        }
        catch (Exception e) when (e is InvalidCastException or OverflowException or FormatException)
        {
            // Documented.
        }
    }

    private static void Read(in Cell cell, int getter)
    {
        switch (getter)
        {
            case 1:
                cell.GetBoolean();
                break;
            case 2:
                cell.GetSByte();
                break;
            case 3:
                cell.GetByte();
                break;
            case 4:
                cell.GetInt16();
                break;
            case 5:
                cell.GetInt32();
                break;
            case 6:
                cell.GetInt64();
                break;
            case 7:
                cell.GetUInt64();
                break;
            case 8:
                cell.GetDecimal();
                break;
            case 9:
                cell.GetDouble();
                break;
            case 10:
                cell.GetFloat();
                break;
            case 11:
                cell.GetString();
                break;
            case 12:
                cell.GetChar();
                break;
            case 13:
                cell.GetGuid();
                break;
            case 14:
                cell.GetDateTime();
                cell.GetDateTimeOffset();
                cell.GetDateOnly();
                break;
            case 15:
                cell.GetTimeOnly();
                break;
            case 16:
                cell.GetTimeSpan();
                break;
            case 17:
                cell.GetBytes();
                cell.CopyBytes(3, stackalloc byte[5]);
                break;
            case 18:
                cell.GetCharsLength();
                cell.CopyChars(3, stackalloc char[5]);
                break;
            case 19:
                cell.GetDateTimeFields();
                break;
            default:
                cell.GetValue();
                break;
        }
    }

    private static ReadOnlySpan<byte> Payload(byte[] packet) => packet.AsSpan(Packets.HeaderLength);

    private static ColumnDefinition RandomColumn(Random random) => new()
    {
        Name = "c",
        Type = (ColumnType)random.Next(256),
        Flags = (ColumnFlags)random.Next(65536),
        Length = (uint)random.Next(300),
        Decimals = (byte)random.Next(256),
        Collation = random.Next(2) == 0 ? (ushort)45 : ColumnDefinition.BinaryCollation,
    };
}
