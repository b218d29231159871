using System.Numerics;
using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class BinaryParameterTests
{
    private static readonly Guid Id = new("00112233-4455-6677-8899-aabbccddeeff");

    private static readonly LiteralOptions Swapped = new(false, GuidFormat.TimeSwapBinary16);

    private static readonly TestCaseData[] Values =
    [
        Case(null, ColumnType.Null, ""),
        Case(DBNull.Value, ColumnType.Null, ""),
        Case(true, ColumnType.Long, "01000000"),
        Case(false, ColumnType.Long, "00000000"),
        Case((sbyte)-1, ColumnType.Long, "FFFFFFFF"),
        Case((byte)255, ColumnType.Long, "FF000000"),
        Case(short.MinValue, ColumnType.Long, "0080FFFF"),
        Case(ushort.MaxValue, ColumnType.Long, "FFFF0000"),
        Case(int.MinValue, ColumnType.Long, "00000080"),
        Case(uint.MaxValue, ColumnType.LongLong, "FFFFFFFF00000000"),
        Case(5L, ColumnType.Long, "05000000"),
        Case(int.MaxValue + 1L, ColumnType.LongLong, "0000008000000000"),
        Case(long.MinValue, ColumnType.LongLong, "0000000000000080"),
        Case((ulong)long.MaxValue, ColumnType.LongLong, "FFFFFFFFFFFFFF7F"),
        Case(DayOfWeek.Friday, ColumnType.Long, "05000000"),
        Case(1.5m, ColumnType.NewDecimal, "03312E35"),
        Case(-1.50m, ColumnType.NewDecimal, "052D312E3530"),
        Case(7m, ColumnType.Long, "07000000"),
        Case(18446744073709551616m, ColumnType.NewDecimal, "14" + "3138343436373434303733373039353531363136"),
        Case(1.5, ColumnType.NewDecimal, "03312E35"),
        Case(2.0, ColumnType.Long, "02000000"),
        Case(1e300, ColumnType.Double, "9C7500883CE4377E"),
        Case(double.NegativeZero, ColumnType.Double, "0000000000000080"),
        Case(0.0, ColumnType.Long, "00000000"),
        Case(0.1f, ColumnType.NewDecimal, "03302E31"),
        Case(1e20f, ColumnType.Double, "408CB5781DAF1544"),
        Case(BigInteger.Parse("-9223372036854775809"), ColumnType.NewDecimal, "14" + "2D39323233333732303336383534373735383039"),
        Case(BigInteger.One, ColumnType.Long, "01000000"),
        Case('ü', ColumnType.VarString, "02C3BC"),
        Case("", ColumnType.VarString, "00"),
        Case("a'\\\0", ColumnType.VarString, "04" + "61275C00"),
        Case("\ud83d\ude00", ColumnType.VarString, "04F09F9880"),
        Case("\ud83d", ColumnType.VarString, "03EFBFBD"),
        Case(new StringBuilder("ab"), ColumnType.VarString, "026162"),
        Case("ab".ToCharArray(), ColumnType.VarString, "026162"),
        Case("ab".AsMemory(), ColumnType.VarString, "026162"),
        Case(new Memory<char>(['a', 'b']), ColumnType.VarString, "026162"),
        Case(new byte[] { 0xFF, 0 }, ColumnType.Blob, "02FF00"),
        Case(new ArraySegment<byte>([1, 2, 3], 1, 1), ColumnType.Blob, "0102"),
        Case(new ReadOnlyMemory<byte>([1, 2]), ColumnType.Blob, "020102"),
        Case(new Memory<byte>([1, 2]), ColumnType.Blob, "020102"),
        Case(new MemoryStream([1, 2]), ColumnType.Blob, "020102"),
        Case(new DateTime(2024, 2, 29, 23, 59, 58), ColumnType.DateTime, "07" + "E807021D" + "173B3A"),
        Case(new DateTime(2024, 2, 29), ColumnType.DateTime, "07" + "E807021D" + "000000"),
        Case(new DateTime(2024, 2, 29, 0, 0, 1).AddTicks(19), ColumnType.DateTime, "0B" + "E807021D" + "000001" + "01000000"),
        Case(new DateTimeOffset(2024, 3, 1, 1, 0, 0, TimeSpan.FromHours(2)), ColumnType.DateTime, "07" + "E807021D" + "170000"),
        Case(new DateOnly(1, 1, 1), ColumnType.Date, "04" + "01000101"),
        Case(new TimeOnly(1, 2, 3), ColumnType.Time, "08" + "00" + "00000000" + "010203"),
        Case(TimeSpan.Zero, ColumnType.Time, "08" + "00" + "00000000" + "000000"),
        Case(new TimeSpan(-1, -6, -4, -5, -500), ColumnType.Time, "0C" + "01" + "01000000" + "060405" + "20A10700"),
        Case(new TimeSpan(838, 59, 59), ColumnType.Time, "08" + "00" + "22000000" + "163B3B"),
        Case(TimeSpan.FromTicks(-9), ColumnType.Time, "08" + "00" + "00000000" + "000000"),
        Case(Id, ColumnType.VarString, "24" + "30303131323233332D343435352D363637372D383839392D616162626363646465656666"),
    ];

    [TestCaseSource(nameof(Values))]
    public void A_value_has_the_type_of_its_literal(object? value, ColumnType type, string hex)
    {
        using var writer = new ByteWriter();
        Assert.That(BinaryParameter.Write(writer, value, default), Is.EqualTo(new ParameterType(type)));
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo(hex));
        Assert.That(SqlLiteral.CanWrite(value), Is.True);
    }

    [Test]
    public void Only_what_no_signed_number_holds_is_unsigned()
    {
        using var writer = new ByteWriter();
        Assert.That(BinaryParameter.Write(writer, ulong.MaxValue, default), Is.EqualTo(new ParameterType(ColumnType.LongLong, IsUnsigned: true)));
        Assert.That(BinaryParameter.Write(writer, 18446744073709551615m, default), Is.EqualTo(new ParameterType(ColumnType.LongLong, IsUnsigned: true)));
        Assert.That(writer.WrittenSpan.ToArray(), Is.All.EqualTo(0xFF));
    }

    [Test]
    public void A_guid_has_the_form_of_the_option()
    {
        using var writer = new ByteWriter();
        Assert.That(BinaryParameter.Write(writer, Id, Swapped).Column, Is.EqualTo(ColumnType.Blob));
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo("10" + "6677445500112233" + "8899AABBCCDDEEFF"));
        writer.Clear();
        Assert.That(BinaryParameter.Write(writer, Id, new LiteralOptions(false, GuidFormat.Char32)).Column, Is.EqualTo(ColumnType.VarString));
        Assert.That(writer.Length, Is.EqualTo(33));
    }

    private static readonly object[] Refused =
    [
        double.NaN, double.PositiveInfinity, float.NegativeInfinity, TimeSpan.FromHours(839), TimeSpan.FromHours(-839), new object(), new Uri("http://a"),
        new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Local),
    ];

    [TestCaseSource(nameof(Refused))]
    public void What_no_literal_can_say_is_refused_as_the_literal_is(object value)
    {
        var options = new LiteralOptions(false, GuidFormat.Default, DateTimeKind.Utc);
        using var writer = new ByteWriter();
        var asText = Assert.Catch(() => SqlLiteral.Write(writer, value, options))!;
        var asBytes = Assert.Catch(() => BinaryParameter.Write(writer, value, options))!;
        Assert.That(asBytes.GetType(), Is.EqualTo(asText.GetType()));
        if (asText is not NotSupportedException)
            Assert.That(asBytes.Message, Is.EqualTo(asText.Message));
    }

    [Test]
    public void Common_values_are_written_without_allocation()
    {
        using var writer = new ByteWriter(4096);
        object[] values = [1, 2L, 1.5, 1.5m, "text", new DateTime(2024, 1, 1), TimeSpan.Zero, Id, new byte[4]];
        Write();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Write();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Write()
        {
            writer.Clear();
            PreparedCommands.WriteExecute(writer, 1, values, default);
        }
    }

    private static TestCaseData Case(object? value, ColumnType type, string hex) =>
        new TestCaseData(value, type, hex).SetArgDisplayNames($"{value?.GetType().Name ?? "null"} {value} {type} {hex}");
}
