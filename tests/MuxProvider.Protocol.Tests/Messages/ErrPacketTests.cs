namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class ErrPacketTests
{
    /// <summary>The packet of the protocol's documentation.</summary>
    private const string Golden = "FF" + "4804" + "23" + "4859303030" + "4E6F207461626C65732075736564";

    [Test]
    public void A_golden_packet_is_read_and_written_back()
    {
        var packet = ErrPacket.Read(Convert.FromHexString(Golden));
        Assert.That(packet, Is.EqualTo(new ErrPacket(1096, "HY000", "No tables used")));
        Assert.That(Convert.ToHexString(Payloads.Written(packet.Write)), Is.EqualTo(Golden));
    }

    [TestCase("FF1004" + "546F6F206D616E79", 1040, "HY000", "Too many", Description = "Before the login there is no SQLSTATE.")]
    [TestCase("FF2804" + "23" + "3432303030" + "6E6F", 1064, "42000", "no")]
    [TestCase("FF2804" + "23" + "3432303030", 1064, "42000", "")]
    [TestCase("FF2804" + "23" + "34323030", 1064, "HY000", "#4200", Description = "Too short for a SQLSTATE.")]
    [TestCase("FF2804" + "23", 1064, "HY000", "#")]
    [TestCase("FFFFFF", 65535, "HY000", "")]
    [TestCase("FF2804" + "23" + "3432303030" + "C3A9F09F9880", 1064, "42000", "é😀")]
    [TestCase("FF2804" + "61" + "23" + "3432303030", 1064, "HY000", "a#42000")]
    [TestCase("FF2804" + "23" + "3432303030" + "E9", 1064, "42000", "\uFFFD", Description = "No UTF-8.")]
    public void A_packet_is_read_with_and_without_its_SQLSTATE(string hex, int code, string state, string message) =>
        Assert.That(ErrPacket.Read(Convert.FromHexString(hex)), Is.EqualTo(new ErrPacket((ushort)code, state, message)));

    [TestCase(1062, "23000", "Duplicate entry '数' for key 'a'")]
    [TestCase(0, "HY000", "")]
    [TestCase(65535, "#####", "#")]
    public void A_packet_survives_the_round_trip(int code, string state, string message)
    {
        var packet = new ErrPacket((ushort)code, state, message);
        Assert.That(ErrPacket.Read(Payloads.Written(packet.Write)), Is.EqualTo(packet));
    }

    [TestCase("")]
    [TestCase("FF")]
    [TestCase("FF10")]
    public void A_packet_without_a_whole_number_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => ErrPacket.Read(Convert.FromHexString(hex)));

    [TestCase("00480423")]
    [TestCase("FE480423")]
    public void Another_header_is_refused_by_name(string hex) =>
        Assert.That(
            Assert.Throws<ProtocolException>(() => ErrPacket.Read(Convert.FromHexString(hex)))!.Message,
            Does.Contain("0x" + hex[..2]));

    [TestCase(20261006)]
    public void Noise_and_damaged_packets_end_in_a_packet_or_a_protocol_error(int seed)
    {
        var (refused, read) = Payloads.Fuzz(seed, 30_000, [Convert.FromHexString(Golden)], payload =>
        {
            var packet = ErrPacket.Read(payload);
            if (packet.SqlState.Length != 5)
                Assert.Fail($"The SQLSTATE is \"{packet.SqlState}\".");
        });
        Assert.That(refused, Is.Positive);
        Assert.That(read, Is.Positive);
    }
}
