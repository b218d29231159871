namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class ReplyFramerTests
{
    private const CapabilityFlags WithEof = CapabilityFlags.Protocol41 | CapabilityFlags.SessionTrack;
    private const CapabilityFlags WithoutEof = WithEof | CapabilityFlags.DeprecateEof;

    private const string Ok = "00 00 00 0200 0000";
    private const string OkMore = "00 01 00 0A00 0000"; // one row changed, more results follow
    private const string Err = "FF 4804 23 4859303030 4E6F";
    private const string Eof = "FE 0000 0200";
    private const string EofMore = "FE 0000 0A00";
    private const string End = "FE 00 00 0200 0000";
    private const string EndMore = "FE 00 00 0A00 0000";
    private const string Column = "03646566 00 00 00 0131 00 0C 3F00 01000000 08 8100 00 0000";
    private const string Row = "01 31";
    private const string NullRow = "FB";

    private static readonly TestCaseData[] Replies =
    [
        Reply("an OK packet", WithoutEof, [Ok], [ReplyPacket.Ok]),
        Reply("an ERR packet", WithoutEof, [Err], [ReplyPacket.Error]),
        Reply("the shortest ERR packet", WithoutEof, ["FF 4804"], [ReplyPacket.Error]),
        Reply("rows that end with OK", WithoutEof, ["01", Column, Row, NullRow, End], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.Row, ReplyPacket.Row, ReplyPacket.RowsEnd]),
        Reply("rows that end with EOF", WithEof, ["01", Column, Eof, Row, NullRow, Eof], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.ColumnsEnd, ReplyPacket.Row, ReplyPacket.Row, ReplyPacket.RowsEnd]),
        Reply("no rows, then OK", WithoutEof, ["02", Column, Column, End], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.Column, ReplyPacket.RowsEnd]),
        Reply("no rows, then EOF", WithEof, ["02", Column, Column, Eof, Eof], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.Column, ReplyPacket.ColumnsEnd, ReplyPacket.RowsEnd]),
        Reply("several OK packets", WithoutEof, [OkMore, OkMore, Ok], [ReplyPacket.Ok, ReplyPacket.Ok, ReplyPacket.Ok]),
        Reply("OK, rows, OK", WithoutEof, [OkMore, "01", Column, Row, EndMore, Ok], [ReplyPacket.Ok, ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.Row, ReplyPacket.RowsEnd, ReplyPacket.Ok]),
        Reply("rows, rows, with EOF", WithEof, ["01", Column, EofMore, Row, EofMore, "01", Column, Eof, Eof], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.ColumnsEnd, ReplyPacket.Row, ReplyPacket.RowsEnd, ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.ColumnsEnd, ReplyPacket.RowsEnd]),
        Reply("an error amid the rows", WithoutEof, ["01", Column, Row, Err], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.Row, ReplyPacket.Error]),
        Reply("an error amid the rows, with EOF", WithEof, ["01", Column, Eof, Row, Err], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.ColumnsEnd, ReplyPacket.Row, ReplyPacket.Error]),
        Reply("an error instead of the next result", WithoutEof, [OkMore, Err], [ReplyPacket.Ok, ReplyPacket.Error]),
        Reply("rows whose first cell is empty", WithoutEof, ["01", Column, "00", "00 00 00 0200 0000", End], [ReplyPacket.ColumnCount, ReplyPacket.Column, ReplyPacket.Row, ReplyPacket.Row, ReplyPacket.RowsEnd]),
    ];

    [TestCaseSource(nameof(Replies))]
    public void A_reply_is_complete_with_its_last_packet_and_not_before(CapabilityFlags capabilities, string[] packets, ReplyPacket[] expected)
    {
        var framer = new ReplyFramer(capabilities);
        for (var i = 0; i < packets.Length; i++)
        {
            Assert.That(framer.IsComplete, Is.False, $"before packet {i}");
            Assert.That(framer.Take(Payloads.Hex(packets[i])), Is.EqualTo(expected[i]), $"packet {i}");
        }

        Assert.That(framer.IsComplete);
    }

    [TestCase(WithoutEof, new[] { OkMore }, 1)]
    [TestCase(WithoutEof, new[] { OkMore, Ok }, 0)]
    [TestCase(WithoutEof, new[] { OkMore, "01", Column, Row, End }, -1)]
    [TestCase(WithEof, new[] { OkMore, "01", Column, Eof, Row, Eof }, -1)]
    [TestCase(WithoutEof, new[] { "01", Column, Row, EndMore, OkMore, Err }, 1)]
    public void Rows_of_the_last_result_are_counted(CapabilityFlags capabilities, string[] packets, long rows) =>
        Assert.That(After(capabilities, packets).Evidence.RowCount, Is.EqualTo(rows));

    [TestCaseSource(nameof(Replies))]
    public void A_packet_behind_the_end_is_refused(CapabilityFlags capabilities, string[] packets, ReplyPacket[] expected)
    {
        foreach (var behind in new[] { Ok, Err, Eof, "01", Row, "" })
        {
            var framer = After(capabilities, packets);
            var evidence = framer.Evidence;
            Assert.That(expected, Has.Length.EqualTo(packets.Length));
            Assert.Throws<ProtocolException>(() => framer.Take(Payloads.Hex(behind)), behind);
            Assert.That(framer.IsComplete);
            Assert.That(framer.Evidence, Is.EqualTo(evidence), behind);
        }
    }

    [TestCase(WithoutEof, new[] { Ok }, ServerStatus.AutoCommit)]
    [TestCase(WithoutEof, new[] { OkMore, "01", Column, Row, "FE 00 00 0300 0000" }, ServerStatus.AutoCommit | ServerStatus.InTransaction)]
    [TestCase(WithEof, new[] { "01", Column, Eof, Row, "FE 0000 0100" }, ServerStatus.InTransaction)]
    [TestCase(WithoutEof, new[] { OkMore, Err }, ServerStatus.AutoCommit | ServerStatus.MoreResultsExist)]
    [TestCase(WithEof, new[] { "01", Column, "FE 0000 2200", Row, Err }, ServerStatus.AutoCommit | ServerStatus.NoIndexUsed)]
    public void The_status_is_that_of_the_last_packet_that_has_one(CapabilityFlags capabilities, string[] packets, ServerStatus status)
    {
        var evidence = After(capabilities, packets).Evidence;
        Assert.That(evidence.HasStatus);
        Assert.That(evidence.Status, Is.EqualTo(status));
    }

    [Test]
    public void An_error_has_its_number_and_no_status()
    {
        var evidence = After(WithoutEof, Err).Evidence;
        Assert.That(evidence.ErrorCode, Is.EqualTo(1096));
        Assert.That(evidence.HasStatus, Is.False);
        Assert.That(After(WithoutEof, "01", Column, Row, "FF FEFF").Evidence.ErrorCode, Is.EqualTo(0xFFFE));
        Assert.That(After(WithoutEof, Ok).Evidence.ErrorCode, Is.Zero);
    }

    [Test]
    public void Session_tracking_of_all_results_is_gathered()
    {
        var evidence = After(
            WithoutEof,
            "00 00 00 0A40 0000 00 07 01 05 0474657374", // the schema is test
            "01",
            Column,
            "FE 00 00 0A40 0000 00 04 02 02 0131", // the state changed
            "00 00 00 0240 0000 00 0C 00 0A 08 73716C5F6D6F6465 00").Evidence; // the sql_mode is empty
        Assert.That(evidence.Schema, Is.EqualTo("test"));
        Assert.That(evidence.SchemaChanged);
        Assert.That(evidence.StateChanged);
        Assert.That(evidence.SqlMode, Is.Empty);
    }

    [Test]
    public void Without_session_tracking_agreed_the_block_is_text()
    {
        var evidence = After(CapabilityFlags.Protocol41, "00 00 00 0240 0000 00 07 01 05 0474657374").Evidence;
        Assert.That(evidence.SchemaChanged, Is.False);
    }

    [TestCase(WithoutEof, 0x1000000, Description = "The shortest cell whose length takes nine bytes.")]
    [TestCase(WithEof, 0x1000000)]
    [TestCase(WithoutEof, 2 * 0xFFFFFF + 5)]
    [TestCase(WithEof, 2 * 0xFFFFFF + 5)]
    public void A_row_that_starts_with_0xFE_is_no_end_when_it_is_long(CapabilityFlags capabilities, int cellLength)
    {
        var row = Payloads.Written(writer =>
        {
            writer.WriteLengthEncodedInteger((ulong)cellLength);
            writer.WriteZeros(cellLength);
        });
        Assert.That(row[0], Is.EqualTo(0xFE));
        var framer = InRows(capabilities);
        Assert.That(framer.Take(row), Is.EqualTo(ReplyPacket.Row));
        Assert.That(framer.IsComplete, Is.False);
        Assert.That(framer.Take(Payloads.Hex(capabilities == WithEof ? Eof : End)), Is.EqualTo(ReplyPacket.RowsEnd));
        Assert.That(framer.IsComplete);
    }

    [Test]
    public void Where_rows_end_with_EOF_only_less_than_nine_bytes_are_an_end()
    {
        var framer = InRows(WithEof);
        Assert.That(framer.Take(Payloads.Hex("FE 0000000000000000")), Is.EqualTo(ReplyPacket.Row));
        Assert.That(framer.Take(Payloads.Hex("FE 0000 0200 000000")), Is.EqualTo(ReplyPacket.RowsEnd));
    }

    [Test]
    public void Where_rows_end_with_OK_the_end_may_carry_a_long_message_and_block()
    {
        var schema = new string('s', 300);
        var entry = Payloads.Written(writer => writer.WriteLengthEncodedString(schema));
        var block = Payloads.Written(writer =>
        {
            writer.WriteByte((byte)SessionTrackType.Schema);
            writer.WriteLengthEncodedString(entry);
        });
        var end = Payloads.Written(writer =>
            new OkPacket { Status = ServerStatus.SessionStateChanged, Message = new byte[70_000], SessionTrack = block }.Write(writer, WithoutEof, endsResultSet: true));
        var framer = InRows(WithoutEof);
        Assert.That(framer.Take(end), Is.EqualTo(ReplyPacket.RowsEnd));
        Assert.That(framer.IsComplete);
        Assert.That(framer.Evidence.Schema, Is.EqualTo(schema));
    }

    [TestCase("FB")]
    [TestCase("FB 2F6574632F706173737764")]
    public void A_request_for_a_local_file_does_not_end_the_reply(string hex)
    {
        foreach (var framer in (ReplyFramer[])[After(WithoutEof, hex), After(WithoutEof | CapabilityFlags.LocalFiles, OkMore, hex)])
        {
            var next = framer;
            Assert.That(next.IsComplete, Is.False);
            Assert.That(next.Take(Payloads.Hex(hex)), Is.EqualTo(ReplyPacket.LocalInfile), "another file of the same text");
            Assert.That(next.Take(Payloads.Hex(Ok)), Is.EqualTo(ReplyPacket.Ok));
            Assert.That(next.IsComplete);
        }
    }

    [TestCase("FC 0000", Description = "Zero in a longer form.")]
    [TestCase("FD 000000")]
    [TestCase("FE 0000000000000000")]
    [TestCase("FD 000001", Description = "65536.")]
    [TestCase("FE FFFFFFFFFFFFFFFF")]
    [TestCase("FC 01", Description = "Half a number.")]
    [TestCase("01 00", Description = "A byte too many.")]
    [TestCase("0A 352E35", Description = "A greeting.")]
    [TestCase(Eof)]
    [TestCase(End)]
    [TestCase(Column)]
    public void A_column_count_that_is_none_is_refused(string hex)
    {
        Assert.Throws<ProtocolException>(() => After(WithoutEof, hex));
        Assert.Throws<ProtocolException>(() => After(WithEof, hex));
        Assert.Throws<ProtocolException>(() => After(WithoutEof, OkMore, hex));
    }

    [TestCase("FA", 250)]
    [TestCase("FC FB00", 251)]
    [TestCase("FC 0010", 4096)]
    [TestCase("FC FFFF", 65535)]
    public void As_many_columns_are_taken_as_announced(string hex, int count)
    {
        var framer = After(WithEof, hex);
        var column = Payloads.Hex(Column);
        for (var i = 0; i < count; i++)
        {
            if (framer.Take(column) != ReplyPacket.Column)
                Assert.Fail($"Column {i} is none.");
        }

        Assert.That(framer.Take(Payloads.Hex(Eof)), Is.EqualTo(ReplyPacket.ColumnsEnd));
    }

    [TestCase(WithoutEof, new string[0])]
    [TestCase(WithoutEof, new[] { OkMore })]
    [TestCase(WithoutEof, new[] { "01" })]
    [TestCase(WithEof, new[] { "01", Column })]
    [TestCase(WithEof, new[] { "01", Column, Eof })]
    [TestCase(WithoutEof, new[] { "01", Column })]
    [TestCase(WithoutEof, new[] { "01", Column, Row })]
    public void An_empty_packet_is_refused(CapabilityFlags capabilities, string[] packets)
    {
        var framer = After(capabilities, packets);
        Assert.Throws<ProtocolException>(() => framer.Take([]));
        Assert.That(framer.IsComplete, Is.False);
    }

    [TestCase(Row)]
    [TestCase(Ok)]
    [TestCase(Column)]
    [TestCase("FE")]
    [TestCase("FE 0000 02")]
    public void Only_EOF_ends_the_columns(string hex) =>
        Assert.Throws<ProtocolException>(() => After(WithEof, "01", Column, hex));

    [TestCase(WithoutEof, "FE")]
    [TestCase(WithoutEof, "FE 00 00 0200 00")]
    [TestCase(WithoutEof, Eof, Description = "EOF where OK was agreed.")]
    [TestCase(WithoutEof, "FE 00 00 0240 0000 00 02 0105", Description = "Malformed session tracking.")]
    [TestCase(WithEof, "FE")]
    [TestCase(WithEof, "FE 0000 02")]
    [TestCase(WithEof, "FF 48", Description = "Half an error number.")]
    [TestCase(WithoutEof, "FF")]
    public void A_malformed_end_of_rows_is_a_protocol_error(CapabilityFlags capabilities, string hex)
    {
        var framer = InRows(capabilities);
        Assert.Throws<ProtocolException>(() => framer.Take(Payloads.Hex(hex)));
    }

    [TestCase("00")]
    [TestCase("00 00 00 0200 00")]
    [TestCase("00 FB 00 0200 0000")]
    [TestCase("00 00 00 0240 0000 00 02 0105")]
    [TestCase("FF")]
    [TestCase("FF 48")]
    public void A_malformed_first_packet_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => After(WithoutEof, hex));

    [TestCase(20261011)]
    [TestCase(20261012)]
    [TestCase(20261013)]
    public void Random_sequences_of_packets_end_in_a_reply_or_a_protocol_error(int seed)
    {
        const int most = 40;
        byte[][] sound = [.. new[] { Ok, OkMore, Err, Eof, EofMore, End, EndMore, Column, Row, NullRow, "01", "02", "FC 0300", "00 00 00 0A40 0000 00 0B 01 05 0474657374 02 02 0131" }.Select(Payloads.Hex)];
        var random = new Random(seed);
        int refused = 0, complete = 0, open = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var framer = new ReplyFramer(random.Next(2) == 0 ? WithEof : WithoutEof);
            var sent = new List<byte[]>();
            try
            {
                while (!framer.IsComplete && sent.Count < most)
                {
                    sent.Add(random.Next(12) switch
                    {
                        0 => Payloads.Noise(random, 24),
                        1 => Payloads.Damaged(random, sound[random.Next(sound.Length)]),
                        _ => sound[random.Next(sound.Length)],
                    });
                    framer.Take(sent[^1]);
                }

                if (framer.IsComplete)
                    complete++;
                else
                    open++;
            }
            catch (ProtocolException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, reply {i}, {string.Join(' ', sent.Select(Convert.ToHexString))}: {e}");
            }
        }

        Assert.That(refused, Is.Positive);
        Assert.That(complete, Is.Positive);
        TestContext.Out.WriteLine($"{complete} complete, {open} open after {most} packets, {refused} refused.");
    }

    [TestCase(20261014)]
    [TestCase(20261015)]
    public void Random_sound_replies_are_framed_as_they_were_made(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 3_000; i++)
        {
            var capabilities = random.Next(2) == 0 ? WithEof : WithoutEof;
            var packets = new List<(byte[] Payload, ReplyPacket Kind)>();
            for (var results = random.Next(1, 5); results > 0; results--)
                AddResult(packets, random, capabilities, isLast: results == 1);
            var framer = new ReplyFramer(capabilities);
            foreach (var (payload, kind) in packets)
            {
                if (framer.IsComplete || framer.Take(payload) != kind)
                    Assert.Fail($"Seed {seed}, reply {i}, {kind}: {Convert.ToHexString(payload)}");
            }

            Assert.That(framer.IsComplete);
        }
    }

    private static void AddResult(List<(byte[] Payload, ReplyPacket Kind)> packets, Random random, CapabilityFlags capabilities, bool isLast)
    {
        if (random.Next(3) == 0)
        {
            packets.Add((Payloads.Hex(isLast ? Ok : OkMore), ReplyPacket.Ok));
            return;
        }

        var columns = random.Next(1, 300);
        packets.Add((Payloads.Written(writer => writer.WriteLengthEncodedInteger((ulong)columns)), ReplyPacket.ColumnCount));
        for (var i = 0; i < columns; i++)
            packets.Add((Payloads.Hex(Column), ReplyPacket.Column));
        if (capabilities == WithEof)
            packets.Add((Payloads.Hex(isLast ? Eof : EofMore), ReplyPacket.ColumnsEnd));
        for (var rows = random.Next(8); rows > 0; rows--)
        {
            packets.Add((Payloads.Written(writer =>
            {
                for (var i = 0; i < columns; i++)
                {
                    if (random.Next(4) == 0)
                        writer.WriteByte(0xFB);
                    else
                        writer.WriteLengthEncodedString(Payloads.Noise(random, random.Next(20) == 0 ? 400 : 8));
                }
            }), ReplyPacket.Row));
        }

        if (isLast && random.Next(4) == 0)
            packets.Add((Payloads.Hex(Err), ReplyPacket.Error));
        else if (capabilities == WithEof)
            packets.Add((Payloads.Hex(isLast ? Eof : EofMore), ReplyPacket.RowsEnd));
        else
            packets.Add((Payloads.Hex(isLast ? End : EndMore), ReplyPacket.RowsEnd));
    }

    private static TestCaseData Reply(string name, CapabilityFlags capabilities, string[] packets, ReplyPacket[] expected) =>
        new TestCaseData(capabilities, packets, expected).SetArgDisplayNames(name);

    private static ReplyFramer InRows(CapabilityFlags capabilities) =>
        capabilities == WithEof ? After(capabilities, "01", Column, Eof) : After(capabilities, "01", Column);

    private static ReplyFramer After(CapabilityFlags capabilities, params string[] packets)
    {
        var framer = new ReplyFramer(capabilities);
        foreach (var packet in packets)
            framer.Take(Payloads.Hex(packet));
        return framer;
    }
}
