using System.Buffers.Binary;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>What healthy servers send: what the tests with hostile ones start from. Depends on nothing but the protocol.</summary>
public static class Transcripts
{
    /// <summary>What is agreed with servers of today.</summary>
    public const CapabilityFlags Modern = CapabilityFlags.Protocol41 | CapabilityFlags.SecureConnection | CapabilityFlags.PluginAuth
        | CapabilityFlags.MultiStatements | CapabilityFlags.MultiResults | CapabilityFlags.Transactions
        | CapabilityFlags.SessionTrack | CapabilityFlags.DeprecateEof;

    private const CapabilityFlags Old = Modern & ~(CapabilityFlags.SessionTrack | CapabilityFlags.DeprecateEof);

    private static readonly ColumnDefinition[] s_columns =
    [
        Column("tiny", ColumnType.Tiny, length: 4),
        Column("flag", ColumnType.Tiny, length: 1),
        Column("small", ColumnType.Short, ColumnFlags.Unsigned),
        Column("int", ColumnType.Long),
        Column("big", ColumnType.LongLong, ColumnFlags.Unsigned | ColumnFlags.NotNull),
        Column("year", ColumnType.Year),
        Column("float", ColumnType.Float, decimals: 31),
        Column("double", ColumnType.Double, decimals: 31),
        Column("decimal", ColumnType.NewDecimal, decimals: 4),
        Column("bits", ColumnType.Bit, ColumnFlags.Unsigned, length: 9),
        Column("date", ColumnType.Date),
        Column("moment", ColumnType.DateTime, decimals: 6),
        Column("stamp", ColumnType.Timestamp),
        Column("time", ColumnType.Time, decimals: 3),
        Column("text", ColumnType.VarString, collation: 45),
        Column("json", ColumnType.Json, collation: 45),
        Column("guid", ColumnType.String, length: 144, collation: 45),
        Column("bytes", ColumnType.Blob, ColumnFlags.Blob | ColumnFlags.Binary),
        Column("place", ColumnType.Geometry, ColumnFlags.Binary),
        Column("vector", ColumnType.Vector, ColumnFlags.Binary),
    ];

    private static readonly string?[][] s_rows =
    [
        ["-128", "1", "65535", "-2147483648", "18446744073709551615", "2026", "1.5", "-2.25e-300", "123456789012.3456", "\u0001\u0002", "2026-11-21", "2026-11-21 12:34:56.789012", "1970-01-01 00:00:01", "-838:59:59.999", "Zürich 🏔", "{\"a\": [1]}", "6ccd780c-baba-1026-9564-5b8c656024db", "\0\u0001\u0002", "point", "12345678"],
        [.. s_columns.Select(_ => (string?)null)],
        ["0", "0", "0", "0", "0", "0000", "0", "0", "-0.0000", "\0\0", "0000-00-00", "0000-00-00 00:00:00.000000", "2038-01-19 03:14:07", "00:00:00.000", "", "null", "6ccd780c-baba-1026-9564-5b8c656024db", new string('b', 300), "", ""],
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Transcript> All { get; } = [.. Logins(), .. Replies(Modern), .. Replies(Old)];

    private static IEnumerable<Transcript> Logins()
    {
        yield return Login("a login with a native password", "mysql_native_password", writer => writer.Turn(2).Packet(Ok(Modern)));
        yield return Login("a fast login", "caching_sha2_password", writer => writer.Turn(2).Packet(1, LoginPackets.FastAuthSuccess).Packet(Ok(Modern)));
        yield return Login("a full login", "caching_sha2_password", writer => writer.Turn(2).Packet(1, LoginPackets.FullAuthRequired)
            .Turn(4).Packet([1, .. "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAL8=\n-----END PUBLIC KEY-----\n"u8]).Turn(6).Packet(Ok(Modern)));
        yield return Login("a login with another plugin", "caching_sha2_password", writer => writer
            .Turn(2).Packet(new AuthSwitchRequest("mysql_native_password", Nonce()).Write).Turn(4).Packet(Ok(Modern)));
        yield return Login("a refused login", "mysql_native_password", writer => writer
            .Turn(2).Packet(new ErrPacket(1045, "28000", "Access denied for user 'mux'@'localhost'").Write));
        yield return new Transcript("a full house", TranscriptKind.Login, Modern, new TranscriptWriter(0).Packet([0xFF, 0x10, 0x04, .. "Too many connections"u8]).Bytes);
    }

    private static Transcript Login(string name, string plugin, Action<TranscriptWriter> authenticate)
    {
        var writer = new TranscriptWriter(0);
        writer.Packet(new Greeting("5.5.5-10.11.19-MariaDB-hostile", 7, Nonce(), Modern, 45, ServerStatus.AutoCommit, plugin).Write);
        authenticate(writer);
        writer.Turn(1).Packet(Ok(Modern, Track()));
        Rows(
            writer.Turn(1),
            Modern,
            [.. Enumerable.Range(0, 8).Select(i => Column($"v{i}", ColumnType.VarString, collation: 45))],
            [["STRICT_TRANS_TABLES", "16777216", "7", "fake", "3306", "1", "utf8mb4", "60"]]);
        Rows(writer.Turn(1), Modern, [Column("CURRENT_ROLE()", ColumnType.VarString, collation: 45)], [[null]]);
        return new Transcript(name, TranscriptKind.Login, Modern, writer.Bytes);
    }

    private static IEnumerable<Transcript> Replies(CapabilityFlags capabilities)
    {
        Transcript Reply(string name, TranscriptKind kind, Action<TranscriptWriter> write)
        {
            var writer = new TranscriptWriter(1);
            write(writer);
            return new Transcript($"{name}, {(capabilities == Modern ? "modern" : "old")}", kind, capabilities, writer.Bytes);
        }

        yield return Reply("OK", TranscriptKind.Query, writer => writer.Packet(Ok(capabilities)));
        yield return Reply("OK with a session", TranscriptKind.Query, writer => writer.Packet(Ok(capabilities, Track())));
        yield return Reply("an error", TranscriptKind.Query, writer => writer.Packet(new ErrPacket(1062, "23000", "Duplicate entry '1' for key 'PRIMARY'").Write));
        yield return Reply("rows", TranscriptKind.Query, writer => Rows(writer, capabilities, s_columns, s_rows));
        yield return Reply("no rows", TranscriptKind.Query, writer => Rows(writer, capabilities, s_columns[..1], []));
        yield return Reply("rows that end in an error", TranscriptKind.Query, writer =>
        {
            Header(writer, capabilities, s_columns[..3]);
            writer.Packet(TextRow(s_rows[0][..3])).Packet(new ErrPacket(1317, "70100", "Query execution was interrupted").Write);
        });
        yield return Reply("several results", TranscriptKind.Query, writer =>
        {
            Rows(writer, capabilities, s_columns[..5], [s_rows[0][..5], s_rows[2][..5]], more: true);
            Rows(writer, capabilities, s_columns[14..16], [s_rows[0][14..16]], more: true);
            writer.Packet(Ok(capabilities));
        });
        yield return Reply("a request for a file", TranscriptKind.Query, writer => writer.Packet(to => LocalInfileRequest.Write(to, "data/file.csv")).Turn(5).Packet(Ok(capabilities)));
        yield return Reply("binary rows", TranscriptKind.Execution, writer =>
        {
            Header(writer, capabilities, s_columns);
            foreach (var row in s_rows)
                writer.Packet(BinaryRow(row));
            End(writer, capabilities, more: false);
        });
        yield return Reply("what was prepared", TranscriptKind.Preparation, writer =>
        {
            writer.Packet(new PreparedOk(3, (ushort)s_columns.Length, 2, 0).Write);
            Definitions(writer, capabilities, s_columns[..2]);
            Definitions(writer, capabilities, s_columns);
        });
        yield return Reply("what was prepared without anything", TranscriptKind.Preparation, writer => writer.Packet(new PreparedOk(4, 0, 0, 0).Write));
        yield return Reply("what was not prepared", TranscriptKind.Preparation, writer => writer.Packet(new ErrPacket(1064, "42000", "You have an error").Write));
    }

    private static void Rows(TranscriptWriter writer, CapabilityFlags capabilities, ColumnDefinition[] columns, string?[][] rows, bool more = false)
    {
        Header(writer, capabilities, columns);
        foreach (var row in rows)
            writer.Packet(TextRow(row));
        End(writer, capabilities, more);
    }

    private static void Header(TranscriptWriter writer, CapabilityFlags capabilities, ColumnDefinition[] columns)
    {
        writer.Packet(to => to.WriteLengthEncodedInteger((ulong)columns.Length));
        Definitions(writer, capabilities, columns);
    }

    private static void Definitions(TranscriptWriter writer, CapabilityFlags capabilities, ColumnDefinition[] columns)
    {
        foreach (var column in columns)
            writer.Packet(column.Write);
        if ((capabilities & CapabilityFlags.DeprecateEof) == 0)
            writer.Packet(new EofPacket(0, ServerStatus.AutoCommit).Write);
    }

    private static void End(TranscriptWriter writer, CapabilityFlags capabilities, bool more)
    {
        var status = ServerStatus.AutoCommit | (more ? ServerStatus.MoreResultsExist : ServerStatus.None);
        if ((capabilities & CapabilityFlags.DeprecateEof) == 0)
            writer.Packet(new EofPacket(1, status).Write);
        else
            writer.Packet(to => new OkPacket { Status = status, Warnings = 1 }.Write(to, capabilities, endsResultSet: true));
    }

    private static Action<ByteWriter> Ok(CapabilityFlags capabilities, byte[]? track = null) => to => new OkPacket
    {
        AffectedRows = 300,
        LastInsertId = 70_000,
        Status = ServerStatus.AutoCommit | (track is null ? ServerStatus.None : ServerStatus.SessionStateChanged),
        Warnings = 2,
        Message = "Rows matched: 300  Changed: 300  Warnings: 2"u8,
        SessionTrack = track,
    }.Write(to, capabilities);

    private static byte[] Track()
    {
        using var block = new ByteWriter();
        Entry(SessionTrackType.Schema, "other");
        Entry(SessionTrackType.SystemVariable, "sql_mode", "ANSI_QUOTES");
        Entry(SessionTrackType.SystemVariable, "character_set_client", "utf8mb4");
        Entry(SessionTrackType.StateChange, "1");
        Entry(SessionTrackType.TransactionState, "T_R_____");
        return block.WrittenSpan.ToArray();

        void Entry(SessionTrackType type, params string[] texts)
        {
            using var data = new ByteWriter();
            foreach (var text in texts)
                data.WriteLengthEncodedString(text);
            block.WriteByte((byte)type);
            block.WriteLengthEncodedString(data.WrittenSpan);
        }
    }

    private static Action<ByteWriter> TextRow(string?[] cells) => to =>
    {
        foreach (var cell in cells)
        {
            if (cell is null)
                to.WriteByte(TextRows.NullMarker);
            else
                to.WriteLengthEncodedString(cell);
        }
    };

    private static Action<ByteWriter> BinaryRow(string?[] cells) => to =>
    {
        to.WriteByte(BinaryRows.Header);
        var nulls = new byte[BinaryRows.NullBytes(cells.Length)];
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] is null)
                nulls[(i + 2) / 8] |= (byte)(1 << ((i + 2) % 8));
        }

        to.Write(nulls);
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] is { } cell)
                BinaryCell(to, s_columns[i].Type, cell);
        }
    };

    private static void BinaryCell(ByteWriter to, ColumnType type, string text)
    {
        var isZero = text[..Math.Min(1, text.Length)] == "0";
        switch (type)
        {
            case ColumnType.Tiny:
                to.WriteByte(isZero ? (byte)0 : (byte)1);
                break;
            case ColumnType.Short or ColumnType.Year:
                to.WriteUInt16(isZero ? (ushort)0 : (ushort)2026);
                break;
            case ColumnType.Long:
                to.WriteUInt32(isZero ? 0 : 0x80000000);
                break;
            case ColumnType.Float:
                to.WriteUInt32(BitConverter.SingleToUInt32Bits(isZero ? 0 : 1.5f));
                break;
            case ColumnType.LongLong:
                to.WriteUInt64(isZero ? 0 : ulong.MaxValue);
                break;
            case ColumnType.Double:
                to.WriteUInt64(BitConverter.DoubleToUInt64Bits(isZero ? 0 : -2.25e-300));
                break;
            case ColumnType.Date:
                to.WriteLengthEncodedString(isZero ? [] : Day());
                break;
            case ColumnType.DateTime or ColumnType.Timestamp:
                to.WriteLengthEncodedString(isZero ? [] : [.. Day(), 12, 34, 56, .. Micro()]);
                break;
            case ColumnType.Time:
                to.WriteLengthEncodedString(isZero ? [] : [1, 34, 0, 0, 0, 22, 59, 59, .. Micro()]);
                break;
            default:
                to.WriteLengthEncodedString(Encoding.UTF8.GetBytes(text));
                break;
        }
    }

    private static byte[] Day() => [0xEA, 0x07, 11, 21];

    private static byte[] Micro()
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 999_999);
        return bytes;
    }

    private static byte[] Nonce() => [.. Enumerable.Range(0x41, 20).Select(i => (byte)i)];

    private static ColumnDefinition Column(string name, ColumnType type, ColumnFlags flags = ColumnFlags.None, uint length = 20, byte decimals = 0, ushort collation = ColumnDefinition.BinaryCollation) => new()
    {
        Schema = "test",
        Table = "t",
        OriginalTable = "t",
        Name = name,
        OriginalName = name,
        Type = type,
        Flags = flags,
        Length = length,
        Decimals = decimals,
        Collation = collation,
    };
}
