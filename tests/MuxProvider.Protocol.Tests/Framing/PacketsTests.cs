namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class PacketsTests
{
    [TestCase(0L, 1)]
    [TestCase(1L, 1)]
    [TestCase(0xFFFFFEL, 1)]
    [TestCase(0xFFFFFFL, 2)]
    [TestCase(0x1000000L, 2)]
    [TestCase(2 * 0xFFFFFFL - 1, 2)]
    [TestCase(2 * 0xFFFFFFL, 3)]
    [TestCase(2 * 0xFFFFFFL + 5, 3)]
    [TestCase(1L << 30, 65)]
    public void A_payload_takes_a_packet_more_for_every_full_one(long length, int packets) =>
        Assert.That(Packets.Count(length), Is.EqualTo(packets));

    [TestCase(0, new[] { 0 })]
    [TestCase(1, new[] { 1 })]
    [TestCase(0xFFFFFE, new[] { 0xFFFFFE })]
    [TestCase(0xFFFFFF, new[] { 0xFFFFFF, 0 })]
    [TestCase(0x1000000, new[] { 0xFFFFFF, 1 })]
    [TestCase(2 * 0xFFFFFF, new[] { 0xFFFFFF, 0xFFFFFF, 0 })]
    [TestCase(2 * 0xFFFFFF + 5, new[] { 0xFFFFFF, 0xFFFFFF, 5 })]
    public void A_payload_is_cut_into_packets_and_stays_intact(int length, int[] pieces)
    {
        var payload = new byte[length];
        new Random(20260201).NextBytes(payload);
        byte[] before = [0xA1, 0xA2, 0xA3];
        using var writer = new ByteWriter();
        writer.Write(before);
        var start = Packets.Begin(writer);
        writer.Write(payload);
        var next = Packets.End(writer, start, 254);

        Assert.That(start, Is.EqualTo(before.Length));
        Assert.That(next, Is.EqualTo((byte)(254 + pieces.Length)), "The sequence number wraps at 256.");
        var rest = writer.WrittenSpan;
        Assert.That(rest[..start].SequenceEqual(before), "What stands in front is untouched.");
        rest = rest[start..];
        var offset = 0;
        for (var i = 0; i < pieces.Length; i++)
        {
            Assert.That(Packets.PayloadLength(rest), Is.EqualTo(pieces[i]), $"length of packet {i}");
            Assert.That(Packets.Sequence(rest), Is.EqualTo((byte)(254 + i)), $"sequence number of packet {i}");
            rest = rest[Packets.HeaderLength..];
            Assert.That(rest[..pieces[i]].SequenceEqual(payload.AsSpan(offset, pieces[i])), $"content of packet {i}");
            offset += pieces[i];
            rest = rest[pieces[i]..];
        }

        Assert.That(offset, Is.EqualTo(length));
        Assert.That(rest.Length, Is.Zero);
    }

    [Test]
    public void Packets_of_one_writer_follow_each_other()
    {
        var bytes = Payloads.Written(writer =>
        {
            var start = Packets.Begin(writer);
            writer.Write("ab"u8);
            var sequence = Packets.End(writer, start, 0);
            start = Packets.Begin(writer);
            Packets.End(writer, start, sequence);
        });
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("02000000" + "6162" + "00000001"));
    }

    [TestCase(0, 0, "00000000")]
    [TestCase(1, 2, "01000002")]
    [TestCase(0x030201, 0x04, "01020304")]
    [TestCase(0xFFFFFF, 255, "FFFFFFFF")]
    public void A_header_is_three_bytes_of_length_and_one_of_sequence(int length, byte sequence, string hex)
    {
        var header = new byte[4];
        Packets.WriteHeader(header, length, sequence);
        Assert.That(Convert.ToHexString(header), Is.EqualTo(hex));
        Assert.That(Packets.PayloadLength(header), Is.EqualTo(length));
        Assert.That(Packets.Sequence(header), Is.EqualTo(sequence));
    }
}
