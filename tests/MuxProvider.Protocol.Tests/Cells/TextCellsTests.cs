using System.Globalization;
using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class TextCellsTests
{
    [TestCase("0", 0L)]
    [TestCase("-1", -1L)]
    [TestCase("00042", 42L)]
    [TestCase("9223372036854775807", long.MaxValue)]
    [TestCase("-9223372036854775808", long.MinValue)]
    [TestCase("000000000000000000000000000000000000000000005", 5L)]
    public void A_signed_integer_is_read(string text, long value)
    {
        Assert.That(TextCells.TryReadInt64(Bytes(text), out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [TestCase("0", 0ul)]
    [TestCase("18446744073709551615", ulong.MaxValue)]
    [TestCase("0000000000000000000000000000000018446744073709551615", ulong.MaxValue)]
    public void An_unsigned_integer_is_read(string text, ulong value)
    {
        Assert.That(TextCells.TryReadUInt64(Bytes(text), out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [TestCase("")]
    [TestCase("-")]
    [TestCase("abc")]
    [TestCase("1a")]
    [TestCase("1.0")]
    [TestCase(" 1")]
    [TestCase("1 ")]
    [TestCase("18446744073709551616")]
    [TestCase("1\0")]
    public void What_is_no_integer_is_not_read(string text)
    {
        Assert.That(TextCells.TryReadInt64(Bytes(text), out _), Is.False);
        Assert.That(TextCells.TryReadUInt64(Bytes(text), out _), Is.False);
    }

    [TestCase("00", 0ul)]
    [TestCase("01", 1ul)]
    [TestCase("0102", 0x0102ul)]
    [TestCase("FFFFFFFFFFFFFFFF", ulong.MaxValue)]
    public void Bits_are_read_most_significant_byte_first(string hex, ulong value)
    {
        Assert.That(TextCells.TryReadBits(Convert.FromHexString(hex), out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [TestCase("")]
    [TestCase("000000000000000000")]
    public void Bits_are_1_to_8_bytes(string hex) => Assert.That(TextCells.TryReadBits(Convert.FromHexString(hex), out _), Is.False);

    [TestCase("0", "0")]
    [TestCase("-1.50", "-1.50")]
    [TestCase("0.000000000000000000000000000001", "0.0000000000000000000000000000")]
    [TestCase("1.000000000000000000000000000000", "1.0000000000000000000000000000")]
    [TestCase("-12345678901234567890.123456789012345678901234567890", "-12345678901234567890.123456789")]
    [TestCase("79228162514264337593543950335", "79228162514264337593543950335")]
    [TestCase("79228162514264337593543950335.400000000000000000000000000000", "79228162514264337593543950335")]
    [TestCase("00000000000000000000000000000000000000000000000000000000000000001.5", "1.5")]
    public void A_decimal_is_read_and_rounded_only_behind_the_point(string text, string value)
    {
        Assert.That(TextCells.TryReadDecimal(Bytes(text), out var read, out var isOutOfRange), Is.True);
        Assert.That(read.ToString(CultureInfo.InvariantCulture), Is.EqualTo(value));
        Assert.That(isOutOfRange, Is.False);
    }

    [TestCase("79228162514264337593543950336", true)]
    [TestCase("-99999999999999999999999999999999999999999999999999999999999999999", true)]
    [TestCase("99999999999999999999999999999999999.999999999999999999999999999999", true)]
    [TestCase("", false)]
    [TestCase("-", false)]
    [TestCase(".", false)]
    [TestCase("abc", false)]
    [TestCase("1,5", false)]
    [TestCase("1.2.3", false)]
    [TestCase("999999999999999999999999999999999999x", false)]
    public void A_decimal_out_of_range_is_told_from_a_malformed_one(string text, bool outOfRange)
    {
        Assert.That(TextCells.TryReadDecimal(Bytes(text), out _, out var isOutOfRange), Is.False);
        Assert.That(isOutOfRange, Is.EqualTo(outOfRange));
    }

    [TestCase("0", 0d)]
    [TestCase("-1.5", -1.5)]
    [TestCase("1.7976931348623157e308", double.MaxValue)]
    [TestCase("5e-324", double.Epsilon)]
    [TestCase("0.1", 0.1)]
    public void A_double_is_read(string text, double value)
    {
        Assert.That(TextCells.TryReadDouble(Bytes(text), out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [Test]
    public void Random_doubles_read_back_bit_by_bit()
    {
        var random = new Random(20260107);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value))
                continue;
            Assert.That(TextCells.TryReadDouble(Bytes(value.ToString("R", CultureInfo.InvariantCulture)), out var read), Is.True);
            Assert.That(BitConverter.DoubleToInt64Bits(read), Is.EqualTo(BitConverter.DoubleToInt64Bits(value)));
        }
    }

    [TestCase("")]
    [TestCase("abc")]
    [TestCase("1e")]
    [TestCase("1e999")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase(" 1")]
    public void What_is_no_finite_number_is_not_read(string text)
    {
        Assert.That(TextCells.TryReadDouble(Bytes(text), out _), Is.False);
        Assert.That(TextCells.TryReadSingle(Bytes(text), out _), Is.False);
    }

    [TestCase("3.40282e38", 3.40282e38f)]
    [TestCase("0.1", 0.1f)]
    public void A_float_is_read(string text, float value)
    {
        Assert.That(TextCells.TryReadSingle(Bytes(text), out var read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [TestCase("2024-02-29", 2024, 2, 29)]
    [TestCase("0000-00-00", 0, 0, 0)]
    [TestCase("2020-00-00", 2020, 0, 0)]
    [TestCase("9999-12-31", 9999, 12, 31)]
    [TestCase("2023-02-31", 2023, 2, 31)]
    public void A_date_is_read_even_if_no_calendar_has_it(string text, int year, int month, int day)
    {
        Assert.That(TextCells.TryReadDate(Bytes(text), out var read), Is.True);
        Assert.That(read, Is.EqualTo(new DateTimeFields(year, month, day, TimeSpan.Zero)));
        Assert.That(TextCells.TryReadDateTime(Bytes(text), out read), Is.True);
        Assert.That(read.IsZero, Is.EqualTo(text == "0000-00-00"));
    }

    [TestCase("")]
    [TestCase("2024")]
    [TestCase("2024-02-2")]
    [TestCase("2024/02/29")]
    [TestCase("2024-13-01")]
    [TestCase("2024-01-32")]
    [TestCase("2024-0x-01")]
    [TestCase("-024-01-01")]
    [TestCase("2024-01-01 ")]
    [TestCase("2024-01-01 10")]
    [TestCase("2024-01-01 10:00")]
    [TestCase("2024-01-01T10:00:00")]
    [TestCase("2024-01-01 24:00:00")]
    [TestCase("2024-01-01 10:60:00")]
    [TestCase("2024-01-01 10:00:60")]
    [TestCase("2024-01-01 10:00:00.")]
    [TestCase("2024-01-01 10:00:00.12345678")]
    [TestCase("2024-01-01 10:00:00x1")]
    [TestCase("2024-01-01 1é:00:00")]
    public void What_is_no_date_is_not_read(string text) => Assert.That(TextCells.TryReadDateTime(Bytes(text), out _), Is.False);

    [TestCase("2024-01-01 10:11:12", 0)]
    [TestCase("2024-01-01 10:11:12.5", 5_000_000)]
    [TestCase("2024-01-01 10:11:12.000001", 10)]
    [TestCase("2024-01-01 10:11:12.999999", 9_999_990)]
    [TestCase("2024-01-01 10:11:12.1234567", 1_234_567)]
    public void A_fraction_of_a_second_has_up_to_seven_digits(string text, int ticks)
    {
        Assert.That(TextCells.TryReadDateTime(Bytes(text), out var read), Is.True);
        Assert.That(read.TryToDateTime(DateTimeKind.Utc, out var value), Is.True);
        Assert.That(value, Is.EqualTo(new DateTime(2024, 1, 1, 10, 11, 12).AddTicks(ticks)));
        Assert.That(value.Kind, Is.EqualTo(DateTimeKind.Utc));
    }

    [TestCase("00:00:00", 0L)]
    [TestCase("-00:00:00.000001", -10L)]
    [TestCase("10:11:12", 366_720_000_000L)]
    [TestCase("838:59:59.999999", 30_203_999_999_990L)]
    [TestCase("-838:59:59.999999", -30_203_999_999_990L)]
    public void A_time_is_read(string text, long ticks)
    {
        Assert.That(TextCells.TryReadTime(Bytes(text), out var read), Is.True);
        Assert.That(read.Ticks, Is.EqualTo(ticks));
    }

    [TestCase("")]
    [TestCase("-")]
    [TestCase("--1:00:00")]
    [TestCase(":00:00")]
    [TestCase("10")]
    [TestCase("10:00")]
    [TestCase("10:00:0")]
    [TestCase("10:60:00")]
    [TestCase("10:00:61")]
    [TestCase("839:00:00")]
    [TestCase("1000:00:00")]
    [TestCase("10:00:00.")]
    [TestCase("10:00:00.00000000")]
    public void What_is_no_time_is_not_read(string text) => Assert.That(TextCells.TryReadTime(Bytes(text), out _), Is.False);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
