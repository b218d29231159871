using MuxProvider.Links.MySql;
using MuxProvider.Protocol;

namespace MuxProvider.Links.Tests;

public sealed class PacketSourceTests
{
    [TestCase(100)]
    [TestCase(100_000)]
    [TestCase(3_000_000)]
    [TestCase(Packets.MaxPayloadLength - 1)]
    public void Room_grows_only_with_the_bytes_that_come(int thatCome)
    {
        var stream = new ClaimingStream([0xFE, 0xFF, 0xFF, 0], thatCome);
        using var source = new PacketSource { Stream = stream };
        Assert.That(() => source.Read(out _, out _), Throws.InstanceOf<EndOfStreamException>());
        Assert.That(stream.MostRoom, Is.LessThanOrEqualTo(4));
    }

    [TestCase(0)]
    [TestCase(251)]
    [TestCase(65_536)]
    [TestCase(65_537)]
    [TestCase(1_048_577)]
    [TestCase(Packets.MaxPayloadLength - 1)]
    [TestCase(Packets.MaxPayloadLength)]
    [TestCase(Packets.MaxPayloadLength + 1)]
    [TestCase(2 * Packets.MaxPayloadLength + 70_000)]
    public void A_payload_of_any_length_comes_whole(int length)
    {
        using var writer = new ByteWriter(length + 100);
        var start = Packets.Begin(writer);
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        writer.Write(bytes);
        Packets.End(writer, start, 3);
        Packets.End(writer, Packets.Begin(writer), 9);
        using var source = new PacketSource { Stream = new ClaimingStream(writer.WrittenSpan.ToArray(), writer.Length) };
        Assert.That(source.Read(out var sequence, out var packets).SequenceEqual(bytes), Is.True);
        Assert.That((sequence, packets), Is.EqualTo(((byte)3, Packets.Count(length))));
        Assert.That(source.Read(out sequence, out _).Length, Is.Zero);
        Assert.That(sequence, Is.EqualTo(9));
    }

    [Test]
    public void More_than_is_allowed_is_refused_before_it_comes()
    {
        using var source = new PacketSource { Stream = new ClaimingStream([10, 0, 0, 0], 28), Allowance = 19 };
        Assert.That(source.Read(out _, out _).Length, Is.EqualTo(10));
        Assert.That(source.Allowance, Is.EqualTo(9));
        using var claim = new PacketSource { Stream = new ClaimingStream([20, 0, 0, 0], 4), Allowance = 19 };
        Assert.That(() => claim.Read(out _, out _), Throws.InstanceOf<ProtocolException>().With.Message.Contains("19"));
    }

    [Test]
    public void Pieces_of_a_payload_that_are_out_of_order_are_refused()
    {
        var bytes = new byte[Packets.HeaderLength + Packets.MaxPayloadLength + Packets.HeaderLength];
        Packets.WriteHeader(bytes, Packets.MaxPayloadLength, 255);
        Packets.WriteHeader(bytes.AsSpan(Packets.HeaderLength + Packets.MaxPayloadLength), 0, 1);
        using var source = new PacketSource { Stream = new ClaimingStream(bytes, bytes.Length) };
        Assert.That(() => source.Read(out _, out _), Throws.InstanceOf<ProtocolException>());
    }
}
