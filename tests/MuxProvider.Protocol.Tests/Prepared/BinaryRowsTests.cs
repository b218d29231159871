namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class BinaryRowsTests
{
    private static readonly ColumnType[] AllTypes = Enum.GetValues<ColumnType>();

    [Test]
    public void A_golden_row_is_split_by_the_types_of_its_columns()
    {
        var columns = Columns(ColumnType.Long, ColumnType.VarString, ColumnType.VarString, ColumnType.DateTime, ColumnType.Tiny, ColumnType.Time);
        var payload = Convert.FromHexString("00" + "08" + "01000000" + "00" + "04E8070102" + "FF" + "00");
        var ranges = new CellRange[6];
        BinaryRows.Split(payload, columns, ranges);
        Assert.That(ranges, Is.EqualTo(new CellRange[] { new(2, 4), new(6, -1), new(7, 0), new(8, 4), new(12, 1), new(14, 0) }));
    }

    [Test]
    public void The_seventh_column_has_its_null_bit_in_the_second_byte()
    {
        var columns = Columns([.. Enumerable.Repeat(ColumnType.Tiny, 7)]);
        var ranges = new CellRange[7];
        BinaryRows.Split(Convert.FromHexString("00" + "0001" + "010203040506"), columns, ranges);
        Assert.That(ranges.Select(range => range.Length), Is.EqualTo(new[] { 1, 1, 1, 1, 1, 1, -1 }));
    }

    [TestCase(0)]
    [TestCase(250)]
    [TestCase(251)]
    [TestCase(65536)]
    [TestCase(16777216)]
    public void A_cell_of_any_length_is_found_between_its_neighbours(int length)
    {
        using var writer = new ByteWriter();
        writer.WriteUInt16(0);
        writer.WriteByte(1);
        writer.WriteLengthEncodedString(new byte[length]);
        writer.WriteByte(2);
        var ranges = new CellRange[3];
        BinaryRows.Split(writer.WrittenSpan, Columns(ColumnType.Tiny, ColumnType.Blob, ColumnType.Tiny), ranges);
        Assert.That((ranges[1].Length, ranges[2].Start), Is.EqualTo((length, writer.Length - 1)));
    }

    [TestCase("", TestName = "Nothing_is_no_row")]
    [TestCase("00", TestName = "A_row_without_its_null_bits_is_refused")]
    [TestCase("0100" + "01", TestName = "A_row_with_another_header_is_refused")]
    [TestCase("0000" + "01" + "02", TestName = "A_row_that_is_too_long_is_refused")]
    public void Malformed(string hex) =>
        Assert.Throws<ProtocolException>(() => BinaryRows.Split(Convert.FromHexString(hex), Columns(ColumnType.Tiny), new CellRange[1]));

    [Test]
    public void A_date_and_a_time_have_but_few_lengths()
    {
        foreach (var type in (ColumnType[])[ColumnType.Date, ColumnType.DateTime, ColumnType.Timestamp, ColumnType.Time])
        {
            for (byte length = 0; length < 16; length++)
            {
                byte[] payload = [0, 0, length, .. new byte[length]];
                var isPossible = type == ColumnType.Time ? length is 0 or 8 or 12 : length is 0 or 4 or 7 or 11;
                Assert.That(
                    () => BinaryRows.Split(payload, Columns(type), new CellRange[1]),
                    isPossible ? Throws.Nothing : Throws.TypeOf<ProtocolException>(),
                    $"{type} of {length}");
            }
        }
    }

    [Test]
    public void A_literal_NULL_that_is_not_NULL_is_refused() =>
        Assert.Throws<ProtocolException>(() => BinaryRows.Split([0, 0], Columns(ColumnType.Null), new CellRange[1]));

    [Test]
    public void Every_truncation_is_a_protocol_error()
    {
        var columns = Columns(ColumnType.LongLong, ColumnType.Blob, ColumnType.Time, ColumnType.Double, ColumnType.Blob);
        using var writer = new ByteWriter();
        writer.WriteUInt16(0);
        writer.WriteUInt64(1);
        writer.WriteLengthEncodedString(new byte[300]);
        writer.WriteByte(12);
        writer.WriteZeros(12);
        writer.WriteUInt64(1);
        writer.WriteLengthEncodedString(""u8);
        var payload = writer.WrittenSpan.ToArray();
        BinaryRows.Split(payload, columns, new CellRange[5]);
        for (var length = 0; length < payload.Length; length++)
            Assert.Throws<ProtocolException>(() => BinaryRows.Split(payload.AsSpan(0, length), columns, new CellRange[5]), $"{length} bytes");
    }

    // Whatever comes, it is split into cells that lie within the packet, or refused; and no cell can do worse than say what it is not.
    [Test]
    public void Garbage_is_split_or_refused_but_never_read_beyond_its_end()
    {
        var random = new Random(20240229);
        var split = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var columns = new ColumnDefinition[random.Next(1, 6)];
            for (var i = 0; i < columns.Length; i++)
            {
                columns[i] = new ColumnDefinition
                {
                    Name = "c",
                    Type = AllTypes[random.Next(AllTypes.Length)],
                    Collation = random.Next(2) == 0 ? ColumnDefinition.BinaryCollation : (ushort)45,
                    Flags = (ColumnFlags)random.Next(0x10000),
                    Length = (uint)random.Next(40),
                    Decimals = (byte)random.Next(40),
                };
            }

            var payload = new byte[random.Next(48)];
            random.NextBytes(payload);
            if (payload.Length > 0)
                payload[0] = 0;

            // Small lengths, so that rows come out whole now and then.
            for (var i = 1; i < payload.Length; i++)
                payload[i] = random.Next(3) == 0 ? payload[i] : (byte)random.Next(13);
            var ranges = new CellRange[columns.Length];
            try
            {
                BinaryRows.Split(payload, columns, ranges);
            }
            catch (ProtocolException)
            {
                continue;
            }

            split++;
            for (var i = 0; i < ranges.Length; i++)
                Read(ranges[i], payload, columns[i]);
        }

        Assert.That(split, Is.GreaterThan(1000));
    }

    private static void Read(CellRange range, byte[] payload, ColumnDefinition column)
    {
        var kind = ValueKinds.Of(column, CellOptions.Default);
        try
        {
            new Cell(range.Slice(payload), range.IsNull, column, kind, CellOptions.Default, isBinary: true).GetValue();
        }
        catch (Exception e) when (e is InvalidCastException or FormatException or OverflowException)
        {
            // What the getters say of bytes that are no such value.
        }

        if (!range.IsNull)
            BinaryCells.ToText(range.Slice(payload), column);
    }

    private static ColumnDefinition[] Columns(params ColumnType[] types) => [.. types.Select(type => new ColumnDefinition { Name = "c", Type = type })];
}
