using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class OkPacketTests
{
    private const CapabilityFlags Tracking = CapabilityFlags.Protocol41 | CapabilityFlags.SessionTrack;

    /// <summary><c>USE test</c>, as a tracking server answers it.</summary>
    private const string UseHex = "00" + "00" + "00" + "0240" + "0000" + "00" + "07" + "01" + "05" + "0474657374";

    [TestCase(CapabilityFlags.Protocol41)]
    [TestCase(Tracking)]
    public void The_shortest_packet_is_read(CapabilityFlags capabilities)
    {
        var packet = OkPacket.Read(Payloads.Hex("00 00 00 0200 0000"), capabilities);
        Assert.That(packet.AffectedRows, Is.Zero);
        Assert.That(packet.LastInsertId, Is.Zero);
        Assert.That(packet.Status, Is.EqualTo(ServerStatus.AutoCommit));
        Assert.That(packet.Warnings, Is.Zero);
        Assert.That(packet.Message.IsEmpty);
        Assert.That(packet.SessionTrack.IsEmpty);
    }

    [TestCase("00")]
    [TestCase("FE")]
    public void A_packet_with_either_header_is_read_and_written_back(string header)
    {
        var hex = header + "FC2C01" + "FE0000000001000000" + "0240" + "0300" + "026869" + "07" + "01" + "05" + "0474657374";
        var bytes = Convert.FromHexString(hex);
        var packet = OkPacket.Read(bytes, Tracking);
        Assert.That(packet.AffectedRows, Is.EqualTo(300ul));
        Assert.That(packet.LastInsertId, Is.EqualTo(1ul << 32));
        Assert.That(packet.Status, Is.EqualTo(ServerStatus.AutoCommit | ServerStatus.SessionStateChanged));
        Assert.That(packet.Warnings, Is.EqualTo(3));
        Assert.That(Encoding.UTF8.GetString(packet.Message), Is.EqualTo("hi"));
        Assert.That(Convert.ToHexString(packet.SessionTrack), Is.EqualTo("01050474657374"));

        using var writer = new ByteWriter();
        packet.Write(writer, Tracking, endsResultSet: header == "FE");
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo(hex));
    }

    [Test]
    public void Without_session_tracking_the_message_is_the_rest_of_the_packet()
    {
        var packet = OkPacket.Read(Payloads.Hex("00 01 00 0200 0000 526F7773"), CapabilityFlags.Protocol41);
        Assert.That(Encoding.UTF8.GetString(packet.Message), Is.EqualTo("Rows"));
        Assert.That(packet.SessionTrack.IsEmpty);
    }

    [Test]
    public void Without_the_status_flag_nothing_is_tracked()
    {
        var packet = OkPacket.Read(Payloads.Hex("00 00 00 0200 0000 0161 0201 00"), Tracking);
        Assert.That(Encoding.UTF8.GetString(packet.Message), Is.EqualTo("a"));
        Assert.That(packet.SessionTrack.IsEmpty);
    }

    [TestCase("00 00 00 0240 0000")]
    [TestCase("00 00 00 0240 0000 00")]
    [TestCase("00 00 00 0240 0000 00 00")]
    public void The_status_flag_may_stand_without_a_block(string hex) =>
        Assert.That(OkPacket.Read(Payloads.Hex(hex), Tracking).SessionTrack.IsEmpty);

    [Test]
    public void A_packet_survives_the_round_trip(
        [Values] bool agreed,
        [Values] bool changed,
        [Values] bool endsResultSet,
        [Values("", "Zoë: 1 row")] string message,
        [Values(0ul, 250ul, 251ul, 65536ul, ulong.MaxValue)] ulong number)
    {
        var capabilities = agreed ? Tracking : CapabilityFlags.Protocol41;
        var written = new OkPacket
        {
            AffectedRows = number,
            LastInsertId = number / 2,
            Status = ServerStatus.InTransaction | (changed ? ServerStatus.SessionStateChanged : 0),
            Warnings = 65535,
            Message = Encoding.UTF8.GetBytes(message),
            SessionTrack = changed && agreed ? [2, 2, 1, (byte)'1'] : [],
        };
        using var writer = new ByteWriter();
        written.Write(writer, capabilities, endsResultSet);
        Assert.That(writer.WrittenSpan[0], Is.EqualTo(endsResultSet ? OkPacket.EndHeader : OkPacket.Header));
        var read = OkPacket.Read(writer.WrittenSpan, capabilities);
        Assert.That(read.AffectedRows, Is.EqualTo(written.AffectedRows));
        Assert.That(read.LastInsertId, Is.EqualTo(written.LastInsertId));
        Assert.That(read.Status, Is.EqualTo(written.Status));
        Assert.That(read.Warnings, Is.EqualTo(written.Warnings));
        Assert.That(Encoding.UTF8.GetString(read.Message), Is.EqualTo(message));
        Assert.That(read.SessionTrack.ToArray(), Is.EqualTo(written.SessionTrack.ToArray()));
    }

    [Test]
    public void Every_truncation_within_a_field_is_a_protocol_error()
    {
        var bytes = Convert.FromHexString(UseHex);
        for (var length = 0; length < bytes.Length; length++)
        {
            // Behind the warnings, and behind the message, a packet may end.
            var cut = bytes[..length];
            if (length is 7 or 8)
                OkPacket.Read(cut, Tracking);
            else
                Assert.Throws<ProtocolException>(() => OkPacket.Read(cut, Tracking), $"{length} bytes");
        }
    }

    [TestCase("01 00 00 0200 0000")]
    [TestCase("FB 00 00 0200 0000")]
    [TestCase("FF 00 00 0200 0000")]
    public void Another_header_is_refused_by_name(string hex) =>
        Assert.That(
            Assert.Throws<ProtocolException>(() => OkPacket.Read(Payloads.Hex(hex), Tracking))!.Message,
            Does.Contain("0x" + hex[..2]));

    [TestCase("00 FB 00 0200 0000", Description = "NULL rows.")]
    [TestCase("00 00 FF 0200 0000", Description = "No number for an id.")]
    [TestCase("00 00 00 0200 0000 0561", Description = "A message longer than the packet.")]
    [TestCase("00 00 00 0240 0000 00 FEFFFFFFFFFFFFFFFF", Description = "A block longer than any packet.")]
    [TestCase("00 00 00 0240 0000 FB", Description = "A NULL message.")]
    public void A_malformed_packet_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => OkPacket.Read(Payloads.Hex(hex), Tracking));

    [TestCase(20261007, CapabilityFlags.None)]
    [TestCase(20261008, Tracking)]
    public void Noise_and_damaged_packets_end_in_a_packet_or_a_protocol_error(int seed, CapabilityFlags capabilities)
    {
        var (refused, read) = Payloads.Fuzz(seed, 30_000, [Convert.FromHexString(UseHex), Payloads.Hex("FE 00 00 0240 0000 00 04 02020131")], payload => OkPacket.Read(payload, capabilities));
        Assert.That(refused, Is.Positive);
        Assert.That(read, Is.Positive);
    }
}
