namespace MuxProvider.Protocol.Tests;

/// <summary>The server's request for a file, and the packets of the file.</summary>
[TestFixture]
public sealed class LocalInfileTests
{
    [TestCase("FB 2F746D702F78", "/tmp/x")]
    [TestCase("FB", "")]
    [TestCase("FB C3A9", "é")]
    public void A_request_names_the_file(string hex, string name)
    {
        Assert.That(LocalInfileRequest.ReadFileName(Payloads.Hex(hex)), Is.EqualTo(name));
        Assert.That(Payloads.Written(writer => LocalInfileRequest.Write(writer, name)), Is.EqualTo(Payloads.Hex(hex)));
    }

    [TestCase("")]
    [TestCase("00 61")]
    public void Anything_else_is_no_request(string hex) =>
        Assert.Throws<ProtocolException>(() => LocalInfileRequest.ReadFileName(Payloads.Hex(hex)));

    [Test]
    public void A_file_is_packets_and_an_empty_one()
    {
        using var writer = new ByteWriter();
        var sequence = LocalInfilePackets.Write(writer, "abcde"u8, 2, 254);
        sequence = LocalInfilePackets.WriteEnd(writer, sequence);
        Assert.That(writer.WrittenSpan.ToArray(), Is.EqualTo(Payloads.Hex("020000FE 6162 020000FF 6364 01000000 65 00000001")));
        Assert.That(sequence, Is.EqualTo(2));
    }

    [Test]
    public void Nothing_is_no_packet()
    {
        using var writer = new ByteWriter();
        Assert.That(LocalInfilePackets.Write(writer, default, 5, 3), Is.EqualTo(3));
        Assert.That(writer.Length, Is.Zero);
    }

    [TestCase(LocalInfilePackets.Longest, 1)]
    [TestCase(LocalInfilePackets.Longest + 1, 2)]
    [TestCase(LocalInfilePackets.Longest + 2, 2)]
    public void No_packet_announces_another_piece(int length, int packets)
    {
        var data = new byte[length];
        using var writer = new ByteWriter();
        Assert.That(LocalInfilePackets.Write(writer, data, LocalInfilePackets.Longest, 0), Is.EqualTo(packets));
        var rest = writer.WrittenSpan;
        var total = 0;
        for (var i = 0; i < packets; i++)
        {
            var payload = Packets.PayloadLength(rest);
            Assert.That(payload, Is.LessThan(Packets.MaxPayloadLength).And.Positive);
            Assert.That(Packets.Sequence(rest), Is.EqualTo(i));
            total += payload;
            rest = rest[(Packets.HeaderLength + payload)..];
        }

        Assert.That((total, rest.Length), Is.EqualTo((length, 0)));
    }

    [TestCase(0)]
    [TestCase(LocalInfilePackets.Longest + 1)]
    public void A_packet_has_a_length_that_can_be_sent(int longest)
    {
        using var writer = new ByteWriter();
        Assert.Throws<ArgumentOutOfRangeException>(() => LocalInfilePackets.Write(writer, "a"u8, longest, 0));
    }
}
