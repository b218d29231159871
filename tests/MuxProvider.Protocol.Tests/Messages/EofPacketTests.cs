namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class EofPacketTests
{
    [TestCase("FE00000200", 0, ServerStatus.AutoCommit)]
    [TestCase("FE03000A00", 3, ServerStatus.AutoCommit | ServerStatus.MoreResultsExist)]
    [TestCase("FEFFFF0180", 65535, ServerStatus.InTransaction | ServerStatus.AnsiQuotes)]
    public void A_golden_packet_is_read_and_written_back(string hex, int warnings, ServerStatus status)
    {
        var packet = EofPacket.Read(Convert.FromHexString(hex));
        Assert.That(packet, Is.EqualTo(new EofPacket((ushort)warnings, status)));
        Assert.That(Convert.ToHexString(Payloads.Written(packet.Write)), Is.EqualTo(hex));
    }

    [TestCase("")]
    [TestCase("FE")]
    [TestCase("FE00")]
    [TestCase("FE0000")]
    [TestCase("FE000002")]
    public void Every_truncation_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => EofPacket.Read(Convert.FromHexString(hex)));

    [TestCase("0000000200")]
    [TestCase("FF00000200")]
    public void Another_header_is_refused_by_name(string hex) =>
        Assert.That(
            Assert.Throws<ProtocolException>(() => EofPacket.Read(Convert.FromHexString(hex)))!.Message,
            Does.Contain("0x" + hex[..2]));
}
