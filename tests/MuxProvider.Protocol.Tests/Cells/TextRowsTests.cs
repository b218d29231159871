namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class TextRowsTests
{
    [Test]
    public void A_golden_row_is_split_into_text_null_and_empty_cells()
    {
        var payload = Convert.FromHexString("0161" + "FB" + "00" + "03313233");
        var ranges = new CellRange[4];
        TextRows.Split(payload, ranges);
        Assert.That(ranges, Is.EqualTo(new CellRange[] { new(1, 1), new(3, -1), new(4, 0), new(5, 3) }));
        Assert.That(ranges[0].Slice(payload).ToArray(), Is.EqualTo("a"u8.ToArray()));
        Assert.That(ranges[1].IsNull, Is.True);
        Assert.That(ranges[1].Slice(payload).IsEmpty, Is.True);
        Assert.That(ranges[2].IsNull, Is.False);
        Assert.That(ranges[3].Slice(payload).ToArray(), Is.EqualTo("123"u8.ToArray()));
    }

    [TestCase(0)]
    [TestCase(250)]
    [TestCase(251)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(16777215)]
    [TestCase(16777216)]
    public void A_cell_of_any_length_is_found_between_its_neighbours(int length)
    {
        using var writer = new ByteWriter();
        writer.WriteLengthEncodedString("x"u8);
        writer.WriteLengthEncodedString(new byte[length]);
        writer.WriteByte(TextRows.NullMarker);
        var ranges = new CellRange[3];
        TextRows.Split(writer.WrittenSpan, ranges);
        Assert.That(ranges[0], Is.EqualTo(new CellRange(1, 1)));
        Assert.That(ranges[1].Length, Is.EqualTo(length));
        Assert.That(ranges[1].Start + length + 1, Is.EqualTo(writer.Length));
        Assert.That(ranges[2].IsNull, Is.True);
    }

    [Test]
    public void Every_truncation_is_a_protocol_error()
    {
        using var writer = new ByteWriter();
        writer.WriteLengthEncodedString("abc"u8);
        writer.WriteByte(TextRows.NullMarker);
        writer.WriteLengthEncodedString(new byte[300]);
        writer.WriteLengthEncodedString(new byte[70_000]);
        writer.WriteLengthEncodedString(""u8);
        var payload = writer.WrittenSpan.ToArray();
        var ranges = new CellRange[5];
        TextRows.Split(payload, ranges);
        for (var length = 0; length < payload.Length; length += length < 400 ? 1 : 97)
            Assert.Throws<ProtocolException>(() => TextRows.Split(payload.AsSpan(0, length), ranges), $"{length} bytes");
        Assert.Throws<ProtocolException>(() => TextRows.Split(payload.AsSpan(0, payload.Length - 1), ranges));
    }

    [TestCase("0161", 0)]
    [TestCase("0161", 2)]
    [TestCase("01610162", 1)]
    [TestCase("", 1)]
    [TestCase("FB", 2)]
    [TestCase("FF", 1)]
    [TestCase("FEFFFFFFFFFFFFFFFF", 1)]
    [TestCase("FEFFFFFF7F00000000", 1)]
    [TestCase("FE0000008000000000", 1)]
    public void A_row_with_another_number_of_cells_than_columns_is_a_protocol_error(string hex, int columns) =>
        Assert.Throws<ProtocolException>(() => TextRows.Split(Convert.FromHexString(hex), new CellRange[columns]));

    [Test]
    public void Random_payloads_end_in_ranges_within_the_payload_or_a_protocol_error()
    {
        var random = new Random(20260102);
        var split = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var payload = new byte[random.Next(24)];
            random.NextBytes(payload);

            // Small lengths and markers, or no random row would ever be whole.
            for (var j = 0; j < payload.Length; j++)
            {
                if (random.Next(3) > 0)
                    payload[j] = random.Next(6) == 0 ? (byte)random.Next(0xFA, 0x100) : (byte)random.Next(4);
            }

            var ranges = new CellRange[random.Next(8)];
            try
            {
                TextRows.Split(payload, ranges);
                split++;
            }
            catch (ProtocolException)
            {
                continue;
            }
            catch (Exception e)
            {
                Assert.Fail($"{Convert.ToHexString(payload)} for {ranges.Length} columns: {e}");
            }

            foreach (var range in ranges)
                _ = range.Slice(payload);
        }

        Assert.That(split, Is.GreaterThan(1000));
    }
}
