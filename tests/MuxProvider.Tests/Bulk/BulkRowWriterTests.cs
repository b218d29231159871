using System.Data;
using System.Globalization;
using System.Numerics;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>Values as LOAD DATA reads them.</summary>
public sealed class BulkRowWriterTests
{
    private static readonly Guid s_guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    private static readonly TestCaseData[] s_values =
    [
        Value(null, @"\N", @"\N", @"\N"),
        Value(DBNull.Value, @"\N", @"\N", @"\N"),
        Value("", "", "", ""),
        Value("a\tb\nc\\d\0e\rf'g\"h", @"a\tb\nc\\d\0e" + "\rf'g\"h", "6109620A635C6400650D66276722 68".Replace(" ", "", StringComparison.Ordinal), @"a\tb\nc\\d\0e" + "\rf'g\"h"),
        Value("ä😀", "ä😀", "C3A4F09F9880", "ä😀"),
        Value(@"\N", @"\\N", "5C4E", @"\\N"),
        Value('x', "x", "78", "x"),
        Value(new StringBuilder("b"), "b", "62", "b"),
        Value(true, "1", "31", "1"),
        Value(false, "0", "30", "0"),
        Value((sbyte)-5, "-5", "2D35", "-5"),
        Value(ulong.MaxValue, "18446744073709551615", null, "18446744073709551615"),
        Value(BigInteger.Pow(10, 30), "1000000000000000000000000000000", null, "1000000000000000000000000000000"),
        Value(12.50m, "12.50", null, "12.50"),
        Value(0.1, "0.1", null, "0.1"),
        Value(1.5f, "1.5", null, "1.5"),
        Value(DayOfWeek.Friday, "5", null, "5"),
        Value(new DateTime(2024, 2, 29, 23, 59, 58).AddTicks(1234560), "2024-02-29 23:59:58.123456", null, null),
        Value(new DateOnly(2024, 2, 29), "2024-02-29", null, null),
        Value(new TimeOnly(1, 2, 3), "1:02:03", null, null),
        Value(new TimeSpan(-30, 1, 2, 3), "-718:57:57", null, null),
        Value(s_guid, "00112233-4455-6677-8899-aabbccddeeff", null, null),
        Value(new byte[] { 0, 9, 10, 92, 65, 255 }, null, "00090A5C41FF", null),
        Value("A\t\\"u8.ToArray(), @"A\t\\", "41095C", "41095C"),
        Value(new ReadOnlyMemory<byte>([1]), null, "01", "01"),
        Value(new ArraySegment<byte>([1, 2, 3], 1, 1), null, "02", "02"),
        Value(new float[] { 1.5f }, null, "0000C03F", "0000C03F"),
    ];

    [TestCaseSource(nameof(s_values))]
    public void A_value_is_written_for_its_column(object? value, string? text, string? hex, string? variable)
    {
        foreach (var (encoding, expected) in new[] { (BulkEncoding.Text, text), (BulkEncoding.Hex, hex), (BulkEncoding.Variable, variable) })
        {
            if (expected is not null)
                Assert.That(Written(encoding, default, value), Is.EqualTo(expected + "\n"), encoding.ToString());
        }
    }

    [TestCase(true, "1")]
    [TestCase(5UL, "5")]
    [TestCase(null, "\\N")]
    public void Bits_are_numbers(object? value, string expected) => Assert.That(Written(BulkEncoding.Bits, default, value), Is.EqualTo(expected + "\n"));

    [Test]
    public void Bytes_for_bits_are_a_number_too() => Assert.That(Written(BulkEncoding.Bits, default, new byte[] { 1, 2 }), Is.EqualTo("258\n"));

    [TestCase(GuidFormat.Binary16, "00112233445566778899AABBCCDDEEFF")]
    [TestCase(GuidFormat.LittleEndianBinary16, "33221100554477668899AABBCCDDEEFF")]
    [TestCase(GuidFormat.Char32, "3030313132323333343435353636373738383939616162626363646465656666")]
    public void A_guid_is_bytes_where_the_connection_keeps_it_so(GuidFormat format, string hex) =>
        Assert.That(Written(BulkEncoding.Hex, new LiteralOptions(true, format), s_guid), Is.EqualTo(hex + "\n"));

    [Test]
    public void A_row_is_its_fields_in_the_order_of_the_mapping_or_nothing_at_all()
    {
        using var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add("a", typeof(object));
        table.Columns.Add("b", typeof(object));
        table.Rows.Add(1, "x");
        table.Rows.Add(double.NaN, "y");
        var source = new DataRowRows(table.Rows.Cast<DataRow>(), 2);
        using var writer = new BulkRowWriter([new(1, "b", null, BulkEncoding.Text), new(0, "a", null, BulkEncoding.Text)], default);
        using var target = new ByteWriter();
        Assert.That(source.ReadAsync(default).AsTask().Result);
        writer.Write(target, source);
        Assert.That(source.ReadAsync(default).AsTask().Result);
        Assert.Throws<ArgumentException>(() => writer.Write(target, source));
        Assert.That(Encoding.UTF8.GetString(target.WrittenSpan), Is.EqualTo("x\t1\n"));
    }

    [Test]
    public void A_type_that_cannot_be_sent_is_refused() =>
        Assert.Throws<NotSupportedException>(() => Written(BulkEncoding.Text, default, new object()));

    private static TestCaseData Value(object? value, string? text, string? hex, string? variable) =>
        new TestCaseData(value, text, hex, variable).SetArgDisplayNames($"{value?.GetType().Name ?? "null"} {text ?? hex}");

    private static string Written(BulkEncoding encoding, LiteralOptions literals, object? value)
    {
        using var table = new DataTable { Locale = CultureInfo.InvariantCulture };
        table.Columns.Add("a", typeof(object));
        table.Rows.Add(value);
        var source = new DataRowRows(table.Rows.Cast<DataRow>(), 1);
        _ = source.ReadAsync(default).AsTask().Result;
        using var writer = new BulkRowWriter([new(0, "a", null, encoding)], literals);
        using var target = new ByteWriter();
        writer.Write(target, source);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }
}
