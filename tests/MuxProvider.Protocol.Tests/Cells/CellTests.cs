using System.Globalization;
using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class CellTests
{
    private const ushort Utf8Mb4 = 45;
    private const ushort Binary = 63;

    private static readonly Guid SomeGuid = Guid.Parse("00112233-4455-6677-8899-AABBCCDDEEFF");

    private static readonly ColumnDefinition Bool = Column(ColumnType.Tiny, 1);
    private static readonly ColumnDefinition TinyInt = Column(ColumnType.Tiny, 4);
    private static readonly ColumnDefinition TinyUnsigned = Column(ColumnType.Tiny, 3, ColumnFlags.Unsigned);
    private static readonly ColumnDefinition SmallInt = Column(ColumnType.Short, 6);
    private static readonly ColumnDefinition SmallUnsigned = Column(ColumnType.Short, 5, ColumnFlags.Unsigned);
    private static readonly ColumnDefinition MediumInt = Column(ColumnType.Int24, 9);
    private static readonly ColumnDefinition Int = Column(ColumnType.Long, 11);
    private static readonly ColumnDefinition IntUnsigned = Column(ColumnType.Long, 10, ColumnFlags.Unsigned);
    private static readonly ColumnDefinition BigInt = Column(ColumnType.LongLong, 20);
    private static readonly ColumnDefinition BigUnsigned = Column(ColumnType.LongLong, 20, ColumnFlags.Unsigned);
    private static readonly ColumnDefinition Year = Column(ColumnType.Year, 4, ColumnFlags.Unsigned);
    private static readonly ColumnDefinition Bit = Column(ColumnType.Bit, 64, ColumnFlags.Unsigned);
    private static readonly ColumnDefinition BitAggregate = Column(ColumnType.Bit, 64, ColumnFlags.Unsigned | ColumnFlags.Binary);
    private static readonly ColumnDefinition DecimalColumn = Column(ColumnType.NewDecimal, 67);
    private static readonly ColumnDefinition Float = Column(ColumnType.Float, 12);
    private static readonly ColumnDefinition DoubleColumn = Column(ColumnType.Double, 22);
    private static readonly ColumnDefinition Date = Column(ColumnType.Date, 10);
    private static readonly ColumnDefinition DateTimeColumn = Column(ColumnType.DateTime, 26);
    private static readonly ColumnDefinition Time = Column(ColumnType.Time, 17);
    private static readonly ColumnDefinition VarChar = Column(ColumnType.VarString, 400, collation: Utf8Mb4);
    private static readonly ColumnDefinition Json = Column(ColumnType.Json, uint.MaxValue);
    private static readonly ColumnDefinition Blob = Column(ColumnType.Blob, 65535, ColumnFlags.Blob | ColumnFlags.Binary);
    private static readonly ColumnDefinition Geometry = Column(ColumnType.Geometry, uint.MaxValue, ColumnFlags.Blob | ColumnFlags.Binary);
    private static readonly ColumnDefinition Vector = Column(ColumnType.Vector, 12);
    private static readonly ColumnDefinition Char36 = Column(ColumnType.String, 144, collation: Utf8Mb4);
    private static readonly ColumnDefinition Char32 = Column(ColumnType.String, 128, collation: Utf8Mb4);
    private static readonly ColumnDefinition Binary16 = Column(ColumnType.String, 16, ColumnFlags.Binary);
    private static readonly ColumnDefinition NullColumn = Column(ColumnType.Null, 0);

    private static readonly (ColumnDefinition Column, string Text)[] All =
    [
        (Bool, "1"), (TinyInt, "1"), (TinyUnsigned, "1"), (SmallInt, "1"), (SmallUnsigned, "1"), (MediumInt, "1"), (Int, "1"), (IntUnsigned, "1"),
        (BigInt, "1"), (BigUnsigned, "1"), (Year, "2024"), (Bit, "\u0001"), (BitAggregate, "1"), (DecimalColumn, "1"), (Float, "1"), (DoubleColumn, "1"),
        (Date, "2024-01-01"), (DateTimeColumn, "2024-01-01 00:00:00"), (Time, "01:00:00"), (VarChar, "x"), (Json, "{}"), (Blob, "x"), (Geometry, "x"),
        (Vector, "abcd"), (Char36, "00112233-4455-6677-8899-aabbccddeeff"),
    ];

    /// <summary>A getter, without the box around the cell that a delegate of <c>Func</c> would need.</summary>
    private delegate object? Getter(Cell cell);

    private static readonly Dictionary<string, Getter> Getters = new()
    {
        ["Boolean"] = cell => cell.GetBoolean(),
        ["SByte"] = cell => cell.GetSByte(),
        ["Byte"] = cell => cell.GetByte(),
        ["Int16"] = cell => cell.GetInt16(),
        ["UInt16"] = cell => cell.GetUInt16(),
        ["Int32"] = cell => cell.GetInt32(),
        ["UInt32"] = cell => cell.GetUInt32(),
        ["Int64"] = cell => cell.GetInt64(),
        ["UInt64"] = cell => cell.GetUInt64(),
        ["Decimal"] = cell => cell.GetDecimal(),
        ["Double"] = cell => cell.GetDouble(),
        ["Single"] = cell => cell.GetFloat(),
        ["String"] = cell => cell.GetString(),
        ["Char"] = cell => cell.GetChar(),
        ["Guid"] = cell => cell.GetGuid(),
        ["DateTime"] = cell => cell.GetDateTime(),
        ["DateTimeOffset"] = cell => cell.GetDateTimeOffset(),
        ["DateOnly"] = cell => cell.GetDateOnly(),
        ["TimeOnly"] = cell => cell.GetTimeOnly(),
        ["TimeSpan"] = cell => cell.GetTimeSpan(),
        ["bytes"] = cell => cell.GetBytes(),
    };

    private static readonly string[] Integers = ["SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64"];

    [Test]
    public void A_value_is_of_the_type_that_its_kind_names()
    {
        Is(Bool, "0", false);
        Is(Bool, "1", true);
        Is(Bool, "-5", true);
        Is(TinyInt, "-128", sbyte.MinValue);
        Is(TinyUnsigned, "255", byte.MaxValue);
        Is(SmallInt, "-32768", short.MinValue);
        Is(SmallUnsigned, "65535", ushort.MaxValue);
        Is(MediumInt, "-8388608", -8388608);
        Is(Int, "2147483647", int.MaxValue);
        Is(IntUnsigned, "4294967295", uint.MaxValue);
        Is(BigInt, "-9223372036854775808", long.MinValue);
        Is(BigUnsigned, "18446744073709551615", ulong.MaxValue);
        Is(Year, "0000", 0);
        Is(Year, "2155", 2155);
        Is(Bit, "\u0001\u0002", 0x0102ul);
        Is(BitAggregate, "18446744073709551615", ulong.MaxValue);
        Is(DecimalColumn, "1.000000000000000000000000000000", 1m);
        Is(Float, "0.1", 0.1f);
        Is(DoubleColumn, "0.1", 0.1);
        Is(Date, "2024-02-29", new DateTime(2024, 2, 29));
        Is(DateTimeColumn, "2024-02-29 01:02:03.4", new DateTime(2024, 2, 29, 1, 2, 3, 400));
        Is(Time, "-838:59:59", -new TimeSpan(838, 59, 59));
        Is(VarChar, "Zoë 😀", "Zoë 😀");
        Is(VarChar, "", "");
        Is(Json, "{\"a\":1}", "{\"a\":1}");
        Is(Blob, "abc", "abc"u8.ToArray());
        Is(Blob, "", Array.Empty<byte>());
        Is(Geometry, "abc", "abc"u8.ToArray());
        Is(Char36, "00112233-4455-6677-8899-aabbccddeeff", SomeGuid);
        Is(Char36, "00112233-4455-6677-8899-AABBCCDDEEFF", SomeGuid);

        static void Is(ColumnDefinition column, string text, object expected)
        {
            var cell = Cell(column, Encoding.UTF8.GetBytes(text));
            Assert.That(cell.GetValue(), NUnit.Framework.Is.EqualTo(expected), column.ToString());
            Assert.That(ValueKinds.ClrType(cell.Kind), NUnit.Framework.Is.EqualTo(expected.GetType()), column.ToString());
        }
    }

    [Test]
    public void A_vector_is_memory_of_floats()
    {
        var cell = Cell(Vector, Convert.FromHexString("0000803F000000C000002041"));
        Assert.That(((ReadOnlyMemory<float>)cell.GetValue()).ToArray(), Is.EqualTo(new[] { 1f, -2f, 10f }));
        Throws<FormatException>(Vector, "abcde", c => c.GetValue());
    }

    [Test]
    public void A_null_is_dbnull_and_no_typed_getter_takes_it()
    {
        foreach (var (column, _) in All.Append((NullColumn, "")))
        {
            var kind = ValueKinds.Of(column, CellOptions.Default);
            Assert.That(new Cell(default, true, column, kind, CellOptions.Default).GetValue(), Is.EqualTo(DBNull.Value));
            foreach (var (name, getter) in Getters)
            {
                var e = Assert.Throws<InvalidCastException>(() => getter(new Cell(default, true, column, kind, CellOptions.Default)), $"{name} of {column}");
                Assert.That(e!.Message, Does.Contain("'the_column'").And.Contain("IsDBNull").And.Contain(name));
            }

            Assert.Throws<InvalidCastException>(() => new Cell(default, true, column, kind, CellOptions.Default).CopyBytes(0, new byte[1]));
            Assert.Throws<InvalidCastException>(() => new Cell(default, true, column, kind, CellOptions.Default).CopyChars(0, new char[1]));
        }
    }

    [Test]
    public void Each_getter_takes_exactly_the_columns_it_is_meant_for()
    {
        ColumnDefinition[] integers = [Bool, TinyInt, TinyUnsigned, SmallInt, SmallUnsigned, MediumInt, Int, IntUnsigned, BigInt, BigUnsigned, Bit, BitAggregate];
        ColumnDefinition[] integral = [.. integers, DecimalColumn];
        var accepted = new Dictionary<string, ColumnDefinition[]>
        {
            ["Boolean"] = [.. integral, Year],
            ["SByte"] = integral, // 2024 does not fit
            ["Byte"] = integral,
            ["Decimal"] = [DecimalColumn, Float, DoubleColumn],
            ["Double"] = [DecimalColumn, Float, DoubleColumn],
            ["Single"] = [DecimalColumn, Float, DoubleColumn],
            ["String"] = [VarChar, Json],
            ["Char"] = [VarChar, Json],
            ["Guid"] = [Char36],
            ["DateTime"] = [Date, DateTimeColumn],
            ["DateTimeOffset"] = [Date, DateTimeColumn],
            ["DateOnly"] = [Date, DateTimeColumn],
            ["TimeOnly"] = [Time],
            ["TimeSpan"] = [Time],
            ["bytes"] = [Blob, Geometry, Vector],
        };
        foreach (var name in Integers.Skip(2))
            accepted[name] = [.. integral, Year];

        foreach (var (name, getter) in Getters)
        {
            foreach (var (column, text) in All)
            {
                var isAccepted = true;
                try
                {
                    getter(Cell(column, Encoding.UTF8.GetBytes(text)));
                }
                catch (Exception e) when (e is InvalidCastException or OverflowException or FormatException)
                {
                    isAccepted = false;
                    Assert.That(e.Message, Does.Contain("'the_column'").And.Contain(name).And.Contain(ValueKinds.DataTypeName(column, CellOptions.Default)));
                }

                Assert.That(isAccepted, Is.EqualTo(accepted[name].Contains(column)), $"{name} of {column}");
            }
        }
    }

    [Test]
    public void A_number_that_does_not_fit_is_an_overflow_that_names_the_column()
    {
        (ColumnDefinition Column, string Text, string[] Fits)[] cases =
        [
            (BigInt, "127", Integers),
            (BigInt, "128", ["Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64"]),
            (BigInt, "-1", ["SByte", "Int16", "Int32", "Int64"]),
            (BigInt, "-129", ["Int16", "Int32", "Int64"]),
            (BigInt, "256", ["Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64"]),
            (BigInt, "-32769", ["Int32", "Int64"]),
            (BigInt, "65535", ["UInt16", "Int32", "UInt32", "Int64", "UInt64"]),
            (BigInt, "2147483648", ["UInt32", "Int64", "UInt64"]),
            (BigInt, "4294967296", ["Int64", "UInt64"]),
            (BigInt, "-9223372036854775808", ["Int64"]),
            (BigUnsigned, "255", ["Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64"]),
            (BigUnsigned, "9223372036854775807", ["Int64", "UInt64"]),
            (BigUnsigned, "9223372036854775808", ["UInt64"]),
            (BitAggregate, "18446744073709551615", ["UInt64"]),
            (DecimalColumn, "-0.9", Integers),
            (DecimalColumn, "127.9", Integers),
            (DecimalColumn, "-1.5", ["SByte", "Int16", "Int32", "Int64"]),
            (DecimalColumn, "18446744073709551615.9", ["UInt64"]),
            (DecimalColumn, "18446744073709551616", []),
            (DecimalColumn, "-9223372036854775808.9", ["Int64"]),
            (DecimalColumn, "-9223372036854775809", []),
        ];
        foreach (var (column, text, fits) in cases)
        {
            foreach (var name in Integers)
            {
                if (fits.Contains(name))
                {
                    var expected = decimal.Truncate(decimal.Parse(text, CultureInfo.InvariantCulture));
                    Assert.That(Convert.ToDecimal(Get(column, text, Getters[name]), CultureInfo.InvariantCulture), Is.EqualTo(expected), $"{name} of {text}");
                }
                else
                {
                    var e = Throws<OverflowException>(column, text, Getters[name]);
                    Assert.That(e.Message, Does.Contain(text).And.Contain(name));
                }
            }
        }
    }

    [Test]
    public void Bits_that_do_not_fit_are_named_as_a_number() =>
        Assert.That(Throws<OverflowException>(Bit, "\u0001\u0000", c => c.GetByte()).Message, Does.Contain("value 256"));

    [Test]
    public void A_bool_is_one_or_zero_as_a_number()
    {
        foreach (var name in Integers)
        {
            Assert.That(Convert.ToInt32(Get(Bool, "5", Getters[name]), CultureInfo.InvariantCulture), Is.EqualTo(1));
            Assert.That(Convert.ToInt32(Get(Bool, "0", Getters[name]), CultureInfo.InvariantCulture), Is.Zero);
        }
    }

    [Test]
    public void A_number_is_true_when_it_is_not_zero()
    {
        foreach (var (column, text, expected) in new[] { (BigInt, "-1", true), (BigInt, "0", false), (BigUnsigned, "9", true), (Bit, "\0", false), (Bit, "\u0001", true), (DecimalColumn, "0.00", false), (DecimalColumn, "0.10", true), (Year, "0000", false) })
            Assert.That(Get(column, text, c => c.GetBoolean()), Is.EqualTo(expected), text);
    }

    [Test]
    public void Fractional_numbers_convert_into_each_other_within_their_ranges()
    {
        Assert.That(Get(DoubleColumn, "1.5", c => c.GetDecimal()), Is.EqualTo(1.5m));
        Assert.That(Get(Float, "0.1", c => c.GetDecimal()), Is.EqualTo(0.1m));
        Assert.That(Get(Float, "0.1", c => c.GetDouble()), Is.EqualTo((double)0.1f));
        Assert.That(Get(DecimalColumn, "0.1", c => c.GetDouble()), Is.EqualTo(0.1));
        Assert.That(Get(DecimalColumn, "0.1", c => c.GetFloat()), Is.EqualTo(0.1f));
        Assert.That(Get(DecimalColumn, new string('9', 65), c => c.GetDouble()), Is.EqualTo(1e65));
        Assert.That(Get(DoubleColumn, "1.5", c => c.GetFloat()), Is.EqualTo(1.5f));
        Throws<OverflowException>(DoubleColumn, "7.922816251426434e28", c => c.GetDecimal());
        Throws<OverflowException>(Float, "3e38", c => c.GetDecimal());
        Throws<OverflowException>(DecimalColumn, new string('9', 65), c => c.GetDecimal());
        Throws<OverflowException>(DecimalColumn, new string('9', 65), c => c.GetValue());
        Throws<InvalidCastException>(DoubleColumn, "1e39", c => c.GetFloat());
        Assert.That(Get(DoubleColumn, BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(79228162514264337593543950336d) - 1).ToString("R", CultureInfo.InvariantCulture), c => c.GetDecimal()), Is.GreaterThan(7.9e28m));
    }

    [Test]
    public void A_character_is_the_first_of_its_text()
    {
        Assert.That(Get(VarChar, "äb", c => c.GetChar()), Is.EqualTo('ä'));
        Assert.That(Get(VarChar, "😀", c => c.GetChar()), Is.EqualTo('\uD83D'));
        Throws<InvalidCastException>(VarChar, "", c => c.GetChar());
    }

    [Test]
    public void A_zero_date_is_refused_unless_it_may_be_converted()
    {
        foreach (var (column, text) in new[] { (Date, "0000-00-00"), (DateTimeColumn, "0000-00-00 00:00:00"), (DateTimeColumn, "0000-00-00 00:00:00.000000"), (VarChar, "0000-00-00") })
        {
            foreach (var allow in new[] { false, true })
            {
                var e = Assert.Throws<InvalidCastException>(() => Cell(column, text, new CellOptions { AllowZeroDateTime = allow }).GetDateTime());
                Assert.That(e!.Message, Does.Contain("'the_column'").And.Contain("Convert Zero DateTime").And.Contain("ConvertZeroDateTime").And.Contain("Allow Zero DateTime"));
                Assert.That(Cell(column, text, new CellOptions { AllowZeroDateTime = allow, ConvertZeroDateTime = true }).GetDateTime(), Is.EqualTo(DateTime.MinValue));
            }
        }

        Throws<InvalidCastException>(Date, "0000-00-00", c => c.GetValue());
        Assert.That(Cell(Date, "0000-00-00", new CellOptions { ConvertZeroDateTime = true }).GetDateOnly(), Is.EqualTo(DateOnly.MinValue));
    }

    [TestCase("2020-00-00")]
    [TestCase("2020-01-00")]
    [TestCase("0000-01-01")]
    [TestCase("2023-02-29")]
    public void A_date_outside_of_the_calendar_is_refused_even_if_zero_dates_are_converted(string text)
    {
        var e = Assert.Throws<InvalidCastException>(() => Cell(Date, text, new CellOptions { ConvertZeroDateTime = true }).GetDateTime());
        Assert.That(e!.Message, Does.Contain("'the_column'").And.Contain(text));
    }

    [Test]
    public void A_date_has_the_kind_of_the_options([Values] DateTimeKind kind)
    {
        var options = new CellOptions { DateTimeKind = kind };
        Assert.That(Cell(DateTimeColumn, "2024-01-01 10:00:00", options).GetDateTime().Kind, Is.EqualTo(kind));
        Assert.That(Cell(Date, "2024-01-01", options).GetDateTime().Kind, Is.EqualTo(kind));
        Assert.That(Cell(DateTimeColumn, "2024-01-01 10:00:00", options).GetDateTimeOffset(), Is.EqualTo(new DateTimeOffset(2024, 1, 1, 10, 0, 0, TimeSpan.Zero)));
    }

    [Test]
    public void A_date_is_read_from_text_of_its_form()
    {
        Assert.That(Get(VarChar, "2024-01-02", c => c.GetDateTime()), Is.EqualTo(new DateTime(2024, 1, 2)));
        Assert.That(Get(VarChar, "2024-01-02 03:04:05.678901", c => c.GetDateTime()), Is.EqualTo(new DateTime(2024, 1, 2, 3, 4, 5).AddTicks(6789010)));
        Assert.That(Get(VarChar, "2024-01-02", c => c.GetDateOnly()), Is.EqualTo(new DateOnly(2024, 1, 2)));
        foreach (var text in new[] { "", "2024", "2024-01-02 03:04:05.67890123", "yesterday at noon", "2024-01-02T03:04:05" })
        {
            var e = Throws<FormatException>(VarChar, text, c => c.GetDateTime());
            Assert.That(text.Length == 0 || !e.Message.Contains(text), "the text of a string column may be private");
        }
    }

    [Test]
    public void A_time_beyond_a_day_is_no_time_of_day()
    {
        Assert.That(Get(Time, "23:59:59.999999", c => c.GetTimeOnly()), Is.EqualTo(new TimeOnly(23, 59, 59).Add(new TimeSpan(9_999_990))));
        Throws<OverflowException>(Time, "24:00:00", c => c.GetTimeOnly());
        Throws<OverflowException>(Time, "-00:00:01", c => c.GetTimeOnly());
    }

    [TestCase(GuidFormat.Binary16, "00112233445566778899AABBCCDDEEFF")]
    [TestCase(GuidFormat.TimeSwapBinary16, "66774455001122338899AABBCCDDEEFF")]
    [TestCase(GuidFormat.LittleEndianBinary16, "33221100554477668899AABBCCDDEEFF")]
    public void A_binary_guid_is_read_in_the_order_of_its_format(GuidFormat format, string hex)
    {
        var options = new CellOptions { GuidFormat = format };
        var bytes = Convert.FromHexString(hex);
        Assert.That(Cell(Binary16, bytes, options).GetValue(), Is.EqualTo(SomeGuid));
        Assert.That(Cell(Binary16, bytes, options).GetGuid(), Is.EqualTo(SomeGuid));
        Assert.That(Cell(Binary16, bytes, options).GetBytes(), Is.EqualTo(bytes), "as stored");
        Assert.That(Cell(Blob, bytes, options).GetGuid(), Is.EqualTo(SomeGuid), "any 16 bytes");
        Assert.Throws<FormatException>(() => Cell(Binary16, new byte[15], options).GetGuid());
    }

    [Test]
    public void Every_guid_survives_the_round_trip_in_every_format([Values] GuidFormat format)
    {
        var random = new Random(20260108);
        var bytes = new byte[16];
        var column = format switch
        {
            GuidFormat.Char32 => Char32,
            GuidFormat.Binary16 or GuidFormat.TimeSwapBinary16 or GuidFormat.LittleEndianBinary16 => Binary16,
            _ => Char36,
        };
        using var writer = new ByteWriter();
        for (var i = 0; i < 1000; i++)
        {
            random.NextBytes(bytes);
            var guid = new Guid(bytes);
            writer.Clear();
            SqlLiteral.Write(writer, guid, new LiteralOptions(false, format));
            var stored = LiteralLexer.Read(writer.WrittenSpan, false);
            Assert.That(Cell(column, stored!, new CellOptions { GuidFormat = format }).GetGuid(), Is.EqualTo(guid));
        }
    }

    [Test]
    public void Sixteen_bytes_are_a_little_endian_guid_unless_the_format_says_otherwise()
    {
        Assert.That(Cell(Blob, SomeGuid.ToByteArray(), CellOptions.Default).GetGuid(), Is.EqualTo(SomeGuid));
        Throws<InvalidCastException>(Blob, "fifteen bytes!!", c => c.GetGuid());
    }

    [Test]
    public void A_guid_is_read_from_text_in_any_form()
    {
        foreach (var form in new[] { "D", "N", "B", "P" })
            Assert.That(Get(VarChar, SomeGuid.ToString(form), c => c.GetGuid()), Is.EqualTo(SomeGuid));
        Throws<InvalidCastException>(VarChar, "no guid", c => c.GetGuid());
    }

    [TestCase("")]
    [TestCase("no guid")]
    [TestCase("00112233445566778899aabbccddeeff")]
    [TestCase("00112233-4455-6677-8899-aabbccddeeffx")]
    public void A_char36_that_holds_something_else_is_a_format_error_that_points_at_the_option(string text)
    {
        var e = Throws<FormatException>(Char36, text, c => c.GetGuid());
        Assert.That(e.Message, Does.Contain("GUID Format"));
        Throws<FormatException>(Char36, text, c => c.GetValue());
        Assert.That(Cell(Char36, text, new CellOptions { GuidFormat = GuidFormat.None }).GetString(), Is.EqualTo(text));
    }

    [Test]
    public void Bytes_are_copied_in_parts()
    {
        var destination = new byte[3];
        Assert.That(Get(Blob, "abcdefg", c => c.GetBytesLength()), Is.EqualTo(7));
        Assert.That(Get(Blob, "abcdefg", c => c.CopyBytes(0, destination)), Is.EqualTo(3));
        Assert.That(destination, Is.EqualTo("abc"u8.ToArray()));
        Assert.That(Get(Blob, "abcdefg", c => c.CopyBytes(5, destination)), Is.EqualTo(2));
        Assert.That(destination, Is.EqualTo("fgc"u8.ToArray()));
        Assert.That(Get(Blob, "abcdefg", c => c.CopyBytes(7, destination)), Is.Zero);
        Assert.That(Get(Blob, "abcdefg", c => c.CopyBytes(long.MaxValue, destination)), Is.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => Cell(Blob, "abc").CopyBytes(-1, destination));
    }

    [Test]
    public void Characters_are_copied_in_parts_of_any_size()
    {
        var text = string.Concat(Enumerable.Repeat("aé数😀", 200));
        Assert.That(Get(VarChar, text, c => c.GetCharsLength()), Is.EqualTo(text.Length));
        foreach (var size in new[] { 1, 2, 3, 7, 255, 256, 257, 5000 })
        {
            var read = new StringBuilder();
            var destination = new char[size];
            int copied;
            while ((copied = Cell(VarChar, text).CopyChars(read.Length, destination)) > 0)
                read.Append(destination, 0, copied);
            Assert.That(read.ToString(), Is.EqualTo(text), $"in parts of {size}");
        }

        Assert.That(Cell(VarChar, text).CopyChars(long.MaxValue, new char[1]), Is.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => Cell(VarChar, "abc").CopyChars(-1, new char[1]));
    }

    [Test]
    public void Damaged_cells_end_in_a_value_or_one_of_the_three_documented_exceptions()
    {
        var random = new Random(20260109);
        byte[] alphabet = [.. "0123456789-:. eE+x"u8, 0, 0xFF, 0xC3];
        CellOptions[] options =
        [
            CellOptions.Default,
            new() { ConvertZeroDateTime = true, TreatTinyAsBoolean = false },
            new() { GuidFormat = GuidFormat.Char32 },
            new() { GuidFormat = GuidFormat.TimeSwapBinary16, DateTimeKind = DateTimeKind.Utc },
        ];
        for (var i = 0; i < 40_000; i++)
        {
            var (column, text) = All[random.Next(All.Length)];
            var bytes = Encoding.UTF8.GetBytes(text);
            switch (i % 3)
            {
                case 0:
                    bytes = bytes[..random.Next(bytes.Length + 1)];
                    break;
                case 1 when bytes.Length > 0:
                    bytes[random.Next(bytes.Length)] = alphabet[random.Next(alphabet.Length)];
                    break;
                default:
                    bytes = new byte[random.Next(30)];
                    for (var j = 0; j < bytes.Length; j++)
                        bytes[j] = alphabet[random.Next(alphabet.Length)];
                    break;
            }

            var option = options[random.Next(options.Length)];
            foreach (var getter in Getters.Values.Append(c => c.GetValue()))
            {
                try
                {
                    getter(Cell(column, bytes, option));
                }
                catch (Exception e) when (e is InvalidCastException or OverflowException or FormatException)
                {
                    if (!e.Message.Contains("'the_column'", StringComparison.Ordinal))
                        Assert.Fail(e.ToString());
                }
                catch (Exception e)
                {
                    Assert.Fail($"{column} {Convert.ToHexString(bytes)}: {e}");
                }
            }
        }
    }

    [Test]
    public void Reading_without_a_string_or_an_array_allocates_nothing()
    {
        byte[] number = [.. "12345"u8], date = [.. "2024-01-01 00:00:00.5"u8], time = [.. "10:00:00"u8], guid = [.. "00112233-4455-6677-8899-aabbccddeeff"u8], fraction = [.. "1.25"u8];
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Read();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Read()
        {
            Cell(Int, number).GetInt32();
            Cell(BigUnsigned, number).GetUInt64();
            Cell(DecimalColumn, fraction).GetDecimal();
            Cell(DoubleColumn, fraction).GetDouble();
            Cell(DateTimeColumn, date).GetDateTime();
            Cell(Time, time).GetTimeSpan();
            Cell(Char36, guid).GetGuid();
            Cell(Bool, number).GetValue();
        }
    }

    private static ColumnDefinition Column(ColumnType type, uint length, ColumnFlags flags = ColumnFlags.None, ushort collation = Binary) =>
        new() { Name = "the_column", Type = type, Length = length, Flags = flags, Collation = collation };

    private static Cell Cell(ColumnDefinition column, ReadOnlySpan<byte> bytes, CellOptions? options = null)
    {
        options ??= CellOptions.Default;
        return new Cell(bytes, false, column, ValueKinds.Of(column, options), options);
    }

    private static Cell Cell(ColumnDefinition column, string text, CellOptions? options = null) => Cell(column, Encoding.UTF8.GetBytes(text).AsSpan(), options);

    private static object? Get(ColumnDefinition column, string text, Getter getter) => getter(Cell(column, text));

    private static T Throws<T>(ColumnDefinition column, string text, Getter getter)
        where T : Exception
    {
        var e = Assert.Throws<T>(() => getter(Cell(column, text)), $"{column} '{text}'")!;
        Assert.That(e.Message, Does.Contain("'the_column'"));
        return e;
    }
}
