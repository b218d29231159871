using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class ByteWriterTests
{
    [TestCase(0ul, "00")]
    [TestCase(1ul, "01")]
    [TestCase(250ul, "FA")]
    [TestCase(251ul, "FCFB00")]
    [TestCase(252ul, "FCFC00")]
    [TestCase(255ul, "FCFF00")]
    [TestCase(256ul, "FC0001")]
    [TestCase(65535ul, "FCFFFF")]
    [TestCase(65536ul, "FD000001")]
    [TestCase(16777215ul, "FDFFFFFF")]
    [TestCase(16777216ul, "FE0000000100000000")]
    [TestCase(4294967295ul, "FEFFFFFFFF00000000")]
    [TestCase(4294967296ul, "FE0000000001000000")]
    [TestCase(9223372036854775807ul, "FEFFFFFFFFFFFFFF7F")]
    [TestCase(18446744073709551615ul, "FEFFFFFFFFFFFFFFFF")]
    public void A_length_encoded_integer_takes_the_form_of_its_range_and_reads_back(ulong value, string hex)
    {
        using var writer = new ByteWriter();
        writer.WriteLengthEncodedInteger(value);
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo(hex));
        var reader = new PacketReader(writer.WrittenSpan);
        Assert.That(reader.ReadLengthEncodedInteger(), Is.EqualTo(value));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void Fixed_integers_are_written_least_significant_byte_first_and_read_back()
    {
        using var writer = new ByteWriter();
        writer.WriteByte(0x01);
        writer.WriteUInt16(0x0302);
        writer.WriteUInt24(0x060504);
        writer.WriteUInt32(0x0A090807);
        writer.WriteUInt64(0x1211100F0E0D0C0B);
        writer.WriteZeros(2);
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo("0102030405060708090A0B0C0D0E0F1011120000"));

        var reader = new PacketReader(writer.WrittenSpan);
        Assert.That(reader.ReadByte(), Is.EqualTo(0x01));
        Assert.That(reader.ReadUInt16(), Is.EqualTo(0x0302));
        Assert.That(reader.ReadUInt24(), Is.EqualTo(0x060504));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(0x0A090807u));
        Assert.That(reader.ReadUInt64(), Is.EqualTo(0x1211100F0E0D0C0Bul));
        Assert.That(reader.ReadBytes(2).ToArray(), Is.EqualTo(new byte[2]));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [TestCase("")]
    [TestCase("a")]
    [TestCase("Zoë, 数, 😀")]
    public void A_string_reads_back_in_every_form(string text)
    {
        using var writer = new ByteWriter(1);
        writer.WriteLengthEncodedString(text);
        writer.WriteLengthEncodedString(Encoding.UTF8.GetBytes(text));
        writer.WriteNullTerminatedString(text);
        writer.WriteUtf8(text);
        var reader = new PacketReader(writer.WrittenSpan);
        Assert.That(reader.ReadLengthEncodedString(), Is.EqualTo(text));
        Assert.That(Encoding.UTF8.GetString(reader.ReadLengthEncodedBytes()), Is.EqualTo(text));
        Assert.That(Encoding.UTF8.GetString(reader.ReadNullTerminatedBytes()), Is.EqualTo(text));
        Assert.That(Encoding.UTF8.GetString(reader.ReadToEnd()), Is.EqualTo(text));
    }

    [TestCase(250)]
    [TestCase(251)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(16777216)]
    public void A_long_string_reads_back(int length)
    {
        using var writer = new ByteWriter();
        writer.WriteLengthEncodedString(new byte[length]);
        var reader = new PacketReader(writer.WrittenSpan);
        Assert.That(reader.ReadLengthEncodedBytes().Length, Is.EqualTo(length));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void Growing_keeps_what_was_written()
    {
        using var writer = new ByteWriter(1);
        for (var i = 0; i < 100_000; i++)
            writer.WriteByte((byte)i);
        Assert.That(writer.Length, Is.EqualTo(100_000));
        var written = writer.WrittenSpan.ToArray();
        Assert.That(written.Select((b, i) => b == (byte)i).All(same => same));
    }

    [Test]
    public void Truncating_forgets_the_end_and_clearing_forgets_all()
    {
        using var writer = new ByteWriter();
        writer.Write([1, 2, 3]);
        writer.Truncate(2);
        Assert.That(writer.WrittenSpan.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Truncate(3));
        writer.Clear();
        Assert.That(writer.Length, Is.Zero);
    }

    [Test]
    public void Clearing_gives_a_large_array_back()
    {
        using var writer = new ByteWriter();
        writer.WriteZeros(1_000_000);
        writer.Clear(keepAtMost: 1000);
        Assert.That(writer.Capacity, Is.LessThan(1_000_000));
    }

    [Test]
    public void Advancing_beyond_the_reserved_bytes_is_refused()
    {
        using var writer = new ByteWriter();
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(writer.Capacity + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
    }
}
