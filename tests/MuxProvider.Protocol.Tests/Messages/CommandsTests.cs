namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class CommandsTests
{
    [TestCase(CommandCode.Quit, "01000000" + "01")]
    [TestCase(CommandCode.Ping, "01000000" + "0E")]
    [TestCase(CommandCode.ResetConnection, "01000000" + "1F")]
    public void A_command_without_argument_is_one_byte(CommandCode code, string hex) =>
        Assert.That(Convert.ToHexString(Payloads.Written(writer => Commands.Write(writer, code))), Is.EqualTo(hex));

    [TestCase("shop", "05000000" + "02" + "73686F70")]
    [TestCase("数", "04000000" + "02" + "E695B0")]
    [TestCase("a`b", "04000000" + "02" + "616062")]
    public void A_schema_is_chosen_by_its_bare_name_in_utf8(string schema, string hex) =>
        Assert.That(Convert.ToHexString(Payloads.Written(writer => Commands.WriteInitDb(writer, schema))), Is.EqualTo(hex));

    [TestCase("", "01000000" + "03")]
    [TestCase("DO 1", "05000000" + "03" + "444F2031")]
    [TestCase("DO 'é'", "08000000" + "03" + "444F2027C3A927")]
    public void A_query_is_its_text_in_utf8(string text, string hex) =>
        Assert.That(Convert.ToHexString(Payloads.Written(writer => Commands.WriteQuery(writer, text))), Is.EqualTo(hex));

    [Test]
    public void A_query_may_have_more_text_in_front_in_the_same_packet()
    {
        var query = Payloads.Written(writer => Commands.WriteQuery(writer, "DO 1"));
        var bytes = Payloads.Written(writer => Commands.WriteQueryBehind(writer, "SET a=1;"u8, query));
        Assert.That(bytes, Is.EqualTo(Payloads.Written(writer => Commands.WriteQuery(writer, "SET a=1;DO 1"u8))));
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("0D000000" + "03" + "53455420613D313B" + "444F2031"));
    }

    [TestCase(0xFFFFFD, 1)]
    [TestCase(0xFFFFFE, 2)]
    [TestCase(0xFFFFFF, 2)]
    public void A_long_query_takes_several_packets_of_one_sequence(int textLength, int packets)
    {
        var bytes = Payloads.Written(writer => Commands.WriteQuery(writer, new string('x', textLength)));
        Assert.That(bytes, Has.Length.EqualTo(packets * Packets.HeaderLength + 1 + textLength));
        Assert.That(bytes[4], Is.EqualTo((byte)CommandCode.Query));
        var offset = 0;
        for (var i = 0; i < packets; i++)
        {
            Assert.That(Packets.Sequence(bytes.AsSpan(offset)), Is.EqualTo(i));
            offset += Packets.HeaderLength + Packets.PayloadLength(bytes.AsSpan(offset));
        }

        Assert.That(offset, Is.EqualTo(bytes.Length));
    }

    [Test]
    public void Commands_one_after_another_start_a_sequence_each()
    {
        var bytes = Payloads.Written(writer =>
        {
            Commands.Write(writer, CommandCode.ResetConnection);
            Commands.WriteInitDb(writer, "a");
            Commands.WriteQuery(writer, "b");
        });
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("01000000" + "1F" + "02000000" + "0261" + "02000000" + "0362"));
    }
}
