namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class PreparedCommandsTests
{
    [Test]
    public void Preparing_sends_the_text() =>
        Assert.That(Hex(writer => PreparedCommands.WritePrepare(writer, "DO ?"u8)), Is.EqualTo("05000000" + "16" + "444F203F"));

    [Test]
    public void Closing_and_resetting_name_the_statement()
    {
        Assert.That(Hex(writer => PreparedCommands.WriteClose(writer, 0x01020304)), Is.EqualTo("05000000" + "19" + "04030201"));
        Assert.That(Hex(writer => PreparedCommands.WriteReset(writer, 7)), Is.EqualTo("05000000" + "1A" + "07000000"));
    }

    [Test]
    public void A_piece_of_a_value_names_its_parameter() =>
        Assert.That(Hex(writer => PreparedCommands.WriteLongData(writer, 7, 2, "ab"u8)), Is.EqualTo("09000000" + "18" + "07000000" + "0200" + "6162"));

    [Test]
    public void A_statement_without_parameters_is_executed_by_its_id() =>
        Assert.That(Hex(writer => PreparedCommands.WriteExecute(writer, 3, [], default)), Is.EqualTo("0A000000" + "17" + "03000000" + "00" + "01000000"));

    [Test]
    public void Parameters_follow_the_null_bits_and_their_types() =>
        Assert.That(
            Hex(writer => PreparedCommands.WriteExecute(writer, 3, [1, null, "ab"], default)),
            Is.EqualTo("19000000" + "17" + "03000000" + "00" + "01000000" + "02" + "01" + "0300" + "0600" + "FD00" + "01000000" + "026162"));

    [Test]
    public void The_ninth_parameter_has_its_bit_in_the_second_byte()
    {
        var values = new object?[9];
        values[0] = ulong.MaxValue;
        Assert.That(
            Hex(writer => PreparedCommands.WriteExecute(writer, 3, values, default))[28..],
            Is.EqualTo("FE01" + "01" + "0880" + string.Concat(Enumerable.Repeat("0600", 8)) + "FFFFFFFFFFFFFFFF"));
    }

    [Test]
    public void A_large_stream_travels_in_pieces_in_front()
    {
        var content = new byte[700_000];
        Random.Shared.NextBytes(content);
        var stream = new MemoryStream(content, 0, content.Length, writable: false, publiclyVisible: true) { Position = 5 };
        using var writer = new ByteWriter();
        var (sequence, largest) = PreparedCommands.WriteExecute(writer, 9, ["x", stream], default);
        Assert.That((sequence, largest), Is.EqualTo(((byte)1, 7 + 512 * 1024)));

        var sent = new List<byte>();
        var rest = writer.WrittenSpan;
        while (rest[4] == (byte)CommandCode.StatementSendLongData)
        {
            var length = Packets.PayloadLength(rest);
            Assert.That(Convert.ToHexString(rest[5..11]), Is.EqualTo("09000000" + "0100"));
            sent.AddRange(rest[11..(4 + length)]);
            rest = rest[(4 + length)..];
        }

        Assert.That(sent, Is.EqualTo(content));
        Assert.That(Convert.ToHexString(rest), Is.EqualTo("12000000" + "17" + "09000000" + "00" + "01000000" + "00" + "01" + "FD00" + "FC00" + "0178"));
    }

    [Test]
    public void An_executed_statement_of_16_MiB_says_where_its_reply_begins()
    {
        using var writer = new ByteWriter();
        var (sequence, largest) = PreparedCommands.WriteExecute(writer, 9, [new byte[Packets.MaxPayloadLength]], default);
        Assert.That((sequence, largest), Is.EqualTo(((byte)2, Packets.MaxPayloadLength + 10 + 4 + 4)));
    }

    [Test]
    public void The_answer_to_preparing_is_read_as_it_was_written()
    {
        var ok = new PreparedOk(0x01020304, 5, 6, 7);
        var payload = Payloads.Written(ok.Write);
        Assert.That(Convert.ToHexString(payload), Is.EqualTo("00" + "04030201" + "0500" + "0600" + "00" + "0700"));
        Assert.That(PreparedOk.Read(payload), Is.EqualTo(ok));
        Assert.That(PreparedOk.Read(payload.AsSpan(0, 10)), Is.EqualTo(ok with { Warnings = 0 }));
        for (var length = 0; length < 10; length++)
            Assert.Throws<ProtocolException>(() => PreparedOk.Read(payload.AsSpan(0, length)));
        Assert.Throws<ProtocolException>(() => PreparedOk.Read([1, .. payload.AsSpan(1)]));
    }

    [TestCase(0, 0, false, 0)]
    [TestCase(0, 0, true, 0)]
    [TestCase(2, 3, true, 5)]
    [TestCase(2, 3, false, 7)]
    [TestCase(2, 0, false, 3)]
    [TestCase(0, 1, false, 2)]
    public void The_reply_to_preparing_ends_behind_its_definitions(int columns, int parameters, bool deprecateEof, int packets)
    {
        var framer = new PrepareFramer(deprecateEof ? CapabilityFlags.DeprecateEof : CapabilityFlags.None);
        Assert.That(framer.IsComplete, Is.False);
        framer.Take(Payloads.Written(new PreparedOk(1, (ushort)columns, (ushort)parameters, 0).Write));
        for (var i = 0; i < packets; i++)
        {
            Assert.That(framer.IsComplete, Is.False);
            framer.Take([3]);
        }

        Assert.That((framer.IsComplete, framer.Prepared?.Id, framer.ErrorCode), Is.EqualTo((true, 1u, (ushort)0)));
        Assert.Throws<ProtocolException>(() => framer.Take([3]));
    }

    [Test]
    public void An_error_ends_the_reply_to_preparing_wherever_it_stands()
    {
        var error = Payloads.Written(new ErrPacket(1295, "HY000", "no").Write);
        var framer = new PrepareFramer(CapabilityFlags.DeprecateEof);
        framer.Take(error);
        Assert.That((framer.IsComplete, framer.Prepared, framer.ErrorCode), Is.EqualTo((true, (PreparedOk?)null, (ushort)1295)));

        framer = new PrepareFramer(CapabilityFlags.DeprecateEof);
        framer.Take(Payloads.Written(new PreparedOk(1, 2, 2, 0).Write));
        framer.Take(error);
        Assert.That((framer.IsComplete, framer.Prepared, framer.ErrorCode), Is.EqualTo((true, (PreparedOk?)null, (ushort)1295)));
    }

    [Test]
    public void Nothing_is_no_reply_to_preparing()
    {
        var framer = new PrepareFramer(CapabilityFlags.DeprecateEof);
        Assert.Throws<ProtocolException>(() => framer.Take([]));
    }

    private static string Hex(Action<ByteWriter> write) => Convert.ToHexString(Payloads.Written(write));
}
