using System.Globalization;
using System.Text;

namespace MuxProvider.Protocol.Tests;

/// <summary>The same cell from a row of text and from a binary row: every getter gives the same value, or the same words.</summary>
[TestFixture]
public sealed class BinaryCellTests
{
    private const ColumnFlags Unsigned = ColumnFlags.Unsigned;

    private delegate object? Getter(in Cell cell);

    private static readonly (string Name, Getter Get)[] Getters =
    [
        ("GetValue", static (in Cell cell) => cell.GetValue()),
        ("GetBoolean", static (in Cell cell) => cell.GetBoolean()),
        ("GetSByte", static (in Cell cell) => cell.GetSByte()),
        ("GetByte", static (in Cell cell) => cell.GetByte()),
        ("GetInt16", static (in Cell cell) => cell.GetInt16()),
        ("GetUInt16", static (in Cell cell) => cell.GetUInt16()),
        ("GetInt32", static (in Cell cell) => cell.GetInt32()),
        ("GetUInt32", static (in Cell cell) => cell.GetUInt32()),
        ("GetInt64", static (in Cell cell) => cell.GetInt64()),
        ("GetUInt64", static (in Cell cell) => cell.GetUInt64()),
        ("GetDecimal", static (in Cell cell) => cell.GetDecimal()),
        ("GetDouble", static (in Cell cell) => cell.GetDouble()),
        ("GetFloat", static (in Cell cell) => cell.GetFloat()),
        ("GetString", static (in Cell cell) => cell.GetString()),
        ("GetChar", static (in Cell cell) => cell.GetChar()),
        ("GetGuid", static (in Cell cell) => cell.GetGuid()),
        ("GetDateTime", static (in Cell cell) => cell.GetDateTime()),
        ("GetDateTimeOffset", static (in Cell cell) => cell.GetDateTimeOffset()),
        ("GetDateOnly", static (in Cell cell) => cell.GetDateOnly()),
        ("GetTimeOnly", static (in Cell cell) => cell.GetTimeOnly()),
        ("GetTimeSpan", static (in Cell cell) => cell.GetTimeSpan()),
        ("GetBytes", static (in Cell cell) => cell.GetBytes()),
    ];

    private static readonly TestCaseData[] Cells =
    [
        Case(ColumnType.Tiny, 1, "1", "01"),
        Case(ColumnType.Tiny, 4, "-128", "80"),
        Case(ColumnType.Tiny, 3, "255", "FF", Unsigned),
        Case(ColumnType.Short, 6, "-32768", "0080"),
        Case(ColumnType.Short, 5, "65535", "FFFF", Unsigned),
        Case(ColumnType.Int24, 9, "-8388608", "000080FF"),
        Case(ColumnType.Int24, 8, "16777215", "FFFFFF00", Unsigned),
        Case(ColumnType.Long, 11, "-2147483648", "00000080"),
        Case(ColumnType.Long, 10, "4294967295", "FFFFFFFF", Unsigned),
        Case(ColumnType.LongLong, 20, "-9223372036854775808", "0000000000000080"),
        Case(ColumnType.LongLong, 20, "18446744073709551615", "FFFFFFFFFFFFFFFF", Unsigned),
        Case(ColumnType.Year, 4, "2024", "E807", Unsigned | ColumnFlags.ZeroFill),
        Case(ColumnType.Year, 4, "0", "0000", Unsigned | ColumnFlags.ZeroFill),
        Case(ColumnType.Float, 12, "1.5", "0000C03F"),
        Case(ColumnType.Float, 12, "0", "00000000"),
        Case(ColumnType.Double, 22, "0.1", "9A9999999999B93F"),
        Case(ColumnType.Double, 22, "-1.7976931348623157e308", "FFFFFFFFFFFFEFFF"),
        Case(ColumnType.Double, 22, "1e30", "EA8CA039593E2946"),
        Case(ColumnType.Date, 10, "2024-02-29", "E807021D"),
        Case(ColumnType.Date, 10, "0000-00-00", ""),
        Case(ColumnType.Date, 10, "2024-00-00", "E8070000"),
        Case(ColumnType.Date, 10, "9999-12-31", "0F270C1F"),
        Case(ColumnType.DateTime, 19, "2024-02-29 00:00:00", "E807021D"),
        Case(ColumnType.DateTime, 19, "2024-02-29 23:59:58", "E807021D173B3A"),
        Case(ColumnType.DateTime, 26, "2024-02-29 23:59:58.000001", "E807021D173B3A01000000", decimals: 6),
        Case(ColumnType.DateTime, 22, "2024-02-31 23:59:58.10", "E807021F173B3AA0860100", decimals: 2),
        Case(ColumnType.Timestamp, 19, "0000-00-00 00:00:00", ""),
        Case(ColumnType.Time, 10, "00:00:00", ""),
        Case(ColumnType.Time, 10, "23:59:58", "00" + "00000000" + "173B3A"),
        Case(ColumnType.Time, 10, "-838:59:59", "01" + "22000000" + "163B3B"),
        Case(ColumnType.Time, 17, "24:00:00.500000", "00" + "01000000" + "000000" + "20A10700", decimals: 6),
        Case(ColumnType.NewDecimal, 12, "-12345.6789", null),
        Case(ColumnType.NewDecimal, 65, "123456789012345678901234567890123456789", null),
        Case(ColumnType.Bit, 8, "\u0005", null, Unsigned),
        Case(ColumnType.Bit, 8, "5", null, Unsigned | ColumnFlags.Binary),
        Case(ColumnType.VarString, 40, "2024-02-29 01:02:03", null, collation: 45),
        Case(ColumnType.VarString, 40, "ü", null, collation: 45),
        Case(ColumnType.VarString, 16, "0123456789abcdef", null),
        Case(ColumnType.String, 144, "00112233-4455-6677-8899-aabbccddeeff", null, collation: 45),
        Case(ColumnType.String, 40, "red", null, ColumnFlags.Enum, collation: 45),
        Case(ColumnType.Json, 400, "{\"a\": 1}", null, collation: 45),
        Case(ColumnType.Geometry, 400, "\u0001\u0002", null),
    ];

    [TestCaseSource(nameof(Cells))]
    public void Every_getter_says_the_same_of_text_and_of_bytes(ColumnDefinition column, byte[] text, byte[] bytes)
    {
        foreach (var convertZero in (bool[])[false, true])
        {
            var options = new CellOptions { ConvertZeroDateTime = convertZero };
            var kind = ValueKinds.Of(column, options);
            foreach (var (name, getter) in Getters)
            {
                var ofText = Outcome(new Cell(text, false, column, kind, options), getter);
                var ofBytes = Outcome(new Cell(bytes, false, column, kind, options, isBinary: true), getter);
                Assert.That(ofBytes, Is.EqualTo(ofText), name);
            }
        }
    }

    [TestCaseSource(nameof(Cells))]
    public void What_looks_into_a_cell_finds_the_text(ColumnDefinition column, byte[] text, byte[] bytes)
    {
        Assert.That(BinaryCells.ToText(bytes, column) ?? Encoding.UTF8.GetString(bytes), Is.EqualTo(Encoding.UTF8.GetString(text)));
    }

    [TestCase(ColumnType.Long, "010203")]
    [TestCase(ColumnType.Double, "01020304")]
    [TestCase(ColumnType.Double, "000000000000F07F")]
    [TestCase(ColumnType.Float, "0000C07F")]
    [TestCase(ColumnType.Date, "10270101")]
    [TestCase(ColumnType.Date, "E8070D01")]
    [TestCase(ColumnType.Date, "E8070120")]
    [TestCase(ColumnType.DateTime, "E8070101180000")]
    [TestCase(ColumnType.DateTime, "E8070101003C00")]
    [TestCase(ColumnType.DateTime, "E807010100000040420F00")]
    [TestCase(ColumnType.Time, "0200000000000000")]
    [TestCase(ColumnType.Time, "0022000000170000")]
    [TestCase(ColumnType.Time, "0000000001000000")]
    public void Bytes_that_are_no_such_value_are_malformed(ColumnType type, string hex)
    {
        var column = Column(type, 20, ColumnFlags.None, ColumnDefinition.BinaryCollation, 0);
        var kind = ValueKinds.Of(column, CellOptions.Default);
        var error = Assert.Throws<FormatException>(
            () => new Cell(Convert.FromHexString(hex), false, column, kind, CellOptions.Default, isBinary: true).GetValue())!;
        Assert.That(error.Message, Does.Contain("'the_column'"));
    }

    [Test]
    public void A_float_is_exact_where_text_has_six_digits()
    {
        var column = Column(ColumnType.Float, 12, ColumnFlags.None, ColumnDefinition.BinaryCollation, 31);
        var cell = new Cell(BitConverter.GetBytes(16777217f / 3), false, column, ValueKind.Single, CellOptions.Default, isBinary: true);
        Assert.That((cell.GetFloat(), cell.GetValue()), Is.EqualTo((16777217f / 3, (object)(16777217f / 3))));
    }

    [Test]
    public void Reading_without_a_string_or_an_array_allocates_nothing()
    {
        var number = Column(ColumnType.Long, 11, ColumnFlags.None, 63, 0);
        var date = Column(ColumnType.DateTime, 19, ColumnFlags.None, 63, 0);
        byte[] five = [5, 0, 0, 0], day = [0xE8, 7, 1, 1, 1, 2, 3];
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Read();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Read()
        {
            new Cell(five, false, number, ValueKind.Int32, CellOptions.Default, isBinary: true).GetInt32();
            new Cell(day, false, date, ValueKind.DateTime, CellOptions.Default, isBinary: true).GetDateTime();
        }
    }

    private static string Outcome(in Cell cell, Getter getter)
    {
        try
        {
            return getter(cell) switch
            {
                byte[] bytes => Convert.ToHexString(bytes),
                { } value => string.Create(CultureInfo.InvariantCulture, $"{value.GetType()} {Plain(value)}"),
                null => "null",
            };
        }
        catch (Exception e) when (e is InvalidCastException or FormatException or OverflowException)
        {
            return $"{e.GetType()} {e.Message}";
        }
    }

    private static object Plain(object value) => value switch
    {
        DateTime date => date.Ticks,
        DateTimeOffset date => date.Ticks,
        TimeSpan time => time.Ticks,
        TimeOnly time => time.Ticks,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => value,
    };

    private static TestCaseData Case(
        ColumnType type, uint length, string text, string? hex, ColumnFlags flags = ColumnFlags.None, ushort collation = ColumnDefinition.BinaryCollation, byte decimals = 0)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return new TestCaseData(Column(type, length, flags, collation, decimals), bytes, hex is null ? bytes : Convert.FromHexString(hex))
            .SetArgDisplayNames($"{type}({length}) {flags} {Convert.ToHexString(bytes)} {hex}");
    }

    private static ColumnDefinition Column(ColumnType type, uint length, ColumnFlags flags, ushort collation, byte decimals) =>
        new() { Name = "the_column", Type = type, Length = length, Flags = flags, Collation = collation, Decimals = decimals };
}
