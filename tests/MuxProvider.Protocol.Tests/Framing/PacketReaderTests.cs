namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class PacketReaderTests
{
    [TestCase("")]
    [TestCase("FC")]
    [TestCase("FC00")]
    [TestCase("FD0000")]
    [TestCase("FE00000000000000")]
    public void A_cut_length_encoded_integer_is_a_protocol_error(string hex) =>
        Assert.Throws<ProtocolException>(() => new PacketReader(Convert.FromHexString(hex)).ReadLengthEncodedInteger());

    [TestCase("FB")]
    [TestCase("FF")]
    public void The_markers_of_null_and_error_are_no_integers(string hex) =>
        Assert.Throws<ProtocolException>(() => new PacketReader(Convert.FromHexString(hex)).ReadLengthEncodedInteger());

    [TestCase("0100")]
    [TestCase("FC01")]
    [TestCase("FE0100000000000000")]
    public void A_length_may_be_written_in_a_longer_form_than_needed(string hex)
    {
        if (hex.Length < 18)
            hex = hex.PadRight(6, '0');
        Assert.That(new PacketReader(Convert.FromHexString(hex)).ReadLengthEncodedInteger(), Is.EqualTo(1));
    }

    [TestCase("05616263")]
    [TestCase("FEFFFFFFFFFFFFFFFF61")]
    [TestCase("FE0000008000000000")]
    public void A_string_longer_than_the_packet_is_a_protocol_error(string hex)
    {
        Assert.Throws<ProtocolException>(() => new PacketReader(Convert.FromHexString(hex)).ReadLengthEncodedBytes());
        Assert.Throws<ProtocolException>(() => new PacketReader(Convert.FromHexString(hex)).ReadLengthEncodedString());
    }

    [Test]
    public void Reading_beyond_the_end_is_a_protocol_error()
    {
        Assert.Throws<ProtocolException>(() => new PacketReader([]).ReadByte());
        Assert.Throws<ProtocolException>(() => new PacketReader([1]).ReadUInt16());
        Assert.Throws<ProtocolException>(() => new PacketReader([1, 2]).ReadUInt24());
        Assert.Throws<ProtocolException>(() => new PacketReader([1, 2, 3]).ReadUInt32());
        Assert.Throws<ProtocolException>(() => new PacketReader([1, 2, 3, 4, 5, 6, 7]).ReadUInt64());
        Assert.Throws<ProtocolException>(() => new PacketReader([1]).ReadBytes(2));
        Assert.Throws<ProtocolException>(() => new PacketReader([1]).ReadBytes(-1));
    }

    [Test]
    public void A_nul_terminated_string_needs_its_end_unless_the_packet_may_be_it()
    {
        Assert.Throws<ProtocolException>(() => new PacketReader("abc"u8).ReadNullTerminatedBytes());
        Assert.That(new PacketReader("abc"u8).ReadNullTerminatedOrToEnd().ToArray(), Is.EqualTo("abc"u8.ToArray()));
        var reader = new PacketReader("ab\0c"u8);
        Assert.That(reader.ReadNullTerminatedOrToEnd().ToArray(), Is.EqualTo("ab"u8.ToArray()));
        Assert.That(reader.Rest.ToArray(), Is.EqualTo("c"u8.ToArray()));
    }
}
