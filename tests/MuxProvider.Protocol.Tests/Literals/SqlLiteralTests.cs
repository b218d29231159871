using System.Globalization;
using System.Numerics;
using System.Text;

namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class SqlLiteralTests
{
    private static readonly LiteralOptions Backslashes = new(NoBackslashEscapes: false, GuidFormat.Default);
    private static readonly LiteralOptions NoBackslashes = new(NoBackslashEscapes: true, GuidFormat.Default);

    private enum Size : byte
    {
        Large = 200,
    }

    private enum Huge : ulong
    {
        All = ulong.MaxValue,
    }

    private enum Signed
    {
        Less = -1,
    }

    private static IEnumerable<TestCaseData> Golden()
    {
        yield return new(null, "NULL");
        yield return new(DBNull.Value, "NULL");
        yield return new(true, "true");
        yield return new(false, "false");
        yield return new(sbyte.MinValue, "-128");
        yield return new(byte.MaxValue, "255");
        yield return new(short.MinValue, "-32768");
        yield return new(ushort.MaxValue, "65535");
        yield return new(int.MinValue, "-2147483648");
        yield return new(uint.MaxValue, "4294967295");
        yield return new(long.MinValue, "-9223372036854775808");
        yield return new(ulong.MaxValue, "18446744073709551615");
        yield return new(Size.Large, "200");
        yield return new(Huge.All, "18446744073709551615");
        yield return new(Signed.Less, "-1");
        yield return new(DayOfWeek.Friday, "5");
        yield return new(1.5f, "1.5");
        yield return new(0.1f, "0.1");
        yield return new(float.MaxValue, "3.4028234663852886E+38");
        yield return new(0.1, "0.1");
        yield return new(double.MaxValue, "1.7976931348623157E+308");
        yield return new(double.Epsilon, "5E-324");
        yield return new(-0.0, "-0E0");
        yield return new(-0.0f, "-0E0");
        yield return new(0.0, "0");
        yield return new(1.10m, "1.10");
        yield return new(decimal.MinValue, "-79228162514264337593543950335");
        yield return new(0.0000000000000000000000000001m, "0.0000000000000000000000000001");
        yield return new(BigInteger.Pow(10, 40), "1" + new string('0', 40));
        yield return new(-BigInteger.Pow(10, 20), "-1" + new string('0', 20));
        yield return new("", "''");
        yield return new("O'Brien", "'O''Brien'");
        yield return new('\'', "''''");
        yield return new('\uD800', "'\uFFFD'");
        yield return new("abc".ToCharArray(), "'abc'");
        yield return new("abc".AsMemory(), "'abc'");
        yield return new(new Memory<char>("abc".ToCharArray()), "'abc'");
        yield return new(new StringBuilder("it's"), "'it''s'");
        yield return new("a\0b", "'a\0b'");
        yield return new("a\nb\rc\x1A", "'a\nb\rc\x1A'");
        yield return new(Array.Empty<byte>(), "_binary''");
        yield return new("it's"u8.ToArray(), "_binary'it''s'");
        yield return new(new ArraySegment<byte>("abcde"u8.ToArray(), 1, 3), "_binary'bcd'");
        yield return new(default(ArraySegment<byte>), "_binary''");
        yield return new(new Memory<byte>("ab"u8.ToArray()), "_binary'ab'");
        yield return new(new ReadOnlyMemory<byte>("ab"u8.ToArray()), "_binary'ab'");
        yield return new(new MemoryStream("ab"u8.ToArray()) { Position = 1 }, "_binary'ab'");
        yield return new(new MemoryStream("abcd"u8.ToArray(), 1, 2, true, publiclyVisible: true), "_binary'bc'");
        yield return new(new DateTime(2024, 2, 29, 13, 4, 5), "timestamp'2024-02-29 13:04:05'");
        yield return new(new DateTime(2024, 2, 29, 13, 4, 5).AddTicks(1234567), "timestamp'2024-02-29 13:04:05.123456'");
        yield return new(new DateTime(2024, 2, 29).AddTicks(10), "timestamp'2024-02-29 00:00:00.000001'");
        yield return new(DateTime.MinValue, "timestamp'0001-01-01 00:00:00'");
        yield return new(DateTime.MaxValue, "timestamp'9999-12-31 23:59:59.999999'");
        yield return new(new DateTimeOffset(2024, 1, 1, 1, 0, 0, TimeSpan.FromHours(2)), "timestamp'2023-12-31 23:00:00'");
        yield return new(new DateOnly(7, 1, 2), "date'0007-01-02'");
        yield return new(new TimeOnly(1, 2, 3), "time'1:02:03'");
        yield return new(TimeOnly.MaxValue, "time'23:59:59.999999'");
        yield return new(TimeSpan.Zero, "time'0:00:00'");
        yield return new(new TimeSpan(-1), "time'0:00:00'");
        yield return new(new TimeSpan(-10), "time'-0:00:00.000001'");
        yield return new(-new TimeSpan(1, 10, 2, 3, 40), "time'-34:02:03.040000'");
        yield return new(new TimeSpan(838, 59, 59) + new TimeSpan(9999990), "time'838:59:59.999999'");
        yield return new(-new TimeSpan(838, 59, 59), "time'-838:59:59'");
        yield return new(Guid.Parse("00112233-4455-6677-8899-AABBCCDDEEFF"), "'00112233-4455-6677-8899-aabbccddeeff'");
    }

    [TestCaseSource(nameof(Golden))]
    public void A_value_has_its_golden_literal(object? value, string literal)
    {
        Assert.That(Text(value, Backslashes), Is.EqualTo(literal));
        Assert.That(Text(value, NoBackslashes), Is.EqualTo(literal), "without a backslash the mode makes no difference");
        Assert.That(SqlLiteral.CanWrite(value), Is.True);
    }

    [Test]
    public void A_backslash_is_doubled_unless_the_mode_makes_it_an_ordinary_character()
    {
        Assert.That(Text(@"C:\", Backslashes), Is.EqualTo(@"'C:\\'"));
        Assert.That(Text(@"C:\", NoBackslashes), Is.EqualTo(@"'C:\'"));
        Assert.That(Text(@"\'"u8.ToArray(), Backslashes), Is.EqualTo(@"_binary'\\'''"));
        Assert.That(Text(@"\'"u8.ToArray(), NoBackslashes), Is.EqualTo(@"_binary'\'''"));
    }

    [TestCase(GuidFormat.Default, "2730303131323233332D343435352D363637372D383839392D61616262636364646565666627")]
    [TestCase(GuidFormat.None, "2730303131323233332D343435352D363637372D383839392D61616262636364646565666627")]
    [TestCase(GuidFormat.Char36, "2730303131323233332D343435352D363637372D383839392D61616262636364646565666627")]
    [TestCase(GuidFormat.Char32, "27303031313232333334343535363637373838393961616262636364646565666627")]
    [TestCase(GuidFormat.Binary16, "5F62696E6172792700112233445566778899AABBCCDDEEFF27")]
    [TestCase(GuidFormat.TimeSwapBinary16, "5F62696E6172792766774455001122338899AABBCCDDEEFF27")]
    [TestCase(GuidFormat.LittleEndianBinary16, "5F62696E6172792733221100554477668899AABBCCDDEEFF27")]
    public void A_guid_is_written_in_its_format(GuidFormat format, string hex)
    {
        using var writer = new ByteWriter();
        SqlLiteral.Write(writer, Guid.Parse("00112233-4455-6677-8899-AABBCCDDEEFF"), new LiteralOptions(false, format));
        Assert.That(Convert.ToHexString(writer.WrittenSpan), Is.EqualTo(hex));
    }

    [Test]
    public void A_binary_guid_is_escaped_as_the_mode_asks([Values] bool noBackslashEscapes)
    {
        var bytes = new byte[16];
        bytes.AsSpan().Fill((byte)'\\');
        bytes[15] = (byte)'\'';
        using var writer = new ByteWriter();
        SqlLiteral.Write(writer, new Guid(bytes), new LiteralOptions(noBackslashEscapes, GuidFormat.LittleEndianBinary16));
        Assert.That(LiteralLexer.Read(writer.WrittenSpan, noBackslashEscapes), Is.EqualTo(bytes));
    }

    [Test]
    public void Hostile_strings_read_back_as_they_were([Values] bool noBackslashEscapes)
    {
        var random = new Random(20260103);
        string[] alphabet =
        [
            "'", "'", "'", "\\", "\\", "\\", "\"", "`", "\0", "\n", "\r", "\x1A", "%", "_", "-- ", "/*", "*/", "#", ";", " OR 1=1",
            "a", "0", "n", "Z", "é", "数", "😀", "\uD83D", "\uDE00", "\u02BC", "\u2019", "\uFF07", "\uFF3C", "\u00A5", "\u20A9", "\uFEFF", "\u0141", "\u5C27",
        ];
        var options = new LiteralOptions(noBackslashEscapes, GuidFormat.Default);
        using var writer = new ByteWriter();
        for (var i = 0; i < 50_000; i++)
        {
            var builder = new StringBuilder();
            for (var j = random.Next(12); j > 0; j--)
            {
                if (random.Next(5) == 0)
                    builder.Append((char)random.Next(0x10000));
                else
                    builder.Append(alphabet[random.Next(alphabet.Length)]);
            }

            var text = builder.ToString();
            object value = (i % 4) switch
            {
                0 => text,
                1 => text.AsMemory(),
                2 => text.ToCharArray(),
                _ => builder,
            };
            writer.Clear();
            SqlLiteral.Write(writer, value, options);
            if (!Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(LiteralLexer.Read(writer.WrittenSpan, noBackslashEscapes)))
                Assert.Fail($"{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))} became {Convert.ToHexString(writer.WrittenSpan)}");
        }
    }

    [Test]
    public void Every_single_character_reads_back_as_it_was([Values] bool noBackslashEscapes)
    {
        var options = new LiteralOptions(noBackslashEscapes, GuidFormat.Default);
        using var writer = new ByteWriter();
        for (var c = 0; c < 0x10000; c++)
        {
            writer.Clear();
            SqlLiteral.Write(writer, (char)c, options);
            if (!Encoding.UTF8.GetBytes([(char)c]).AsSpan().SequenceEqual(LiteralLexer.Read(writer.WrittenSpan, noBackslashEscapes)))
                Assert.Fail($"U+{c:X4} became {Convert.ToHexString(writer.WrittenSpan)}");
        }
    }

    [Test]
    public void Hostile_bytes_read_back_as_they_were([Values] bool noBackslashEscapes)
    {
        // Lead bytes of multi-byte characters before quotes: a lexer that trusts a lead byte would swallow the quote.
        byte[] alphabet = [(byte)'\'', (byte)'\'', (byte)'\\', (byte)'\\', 0, 0xBF, 0xC2, 0xE0, 0xE6, 0xF0, 0xF4, 0xFF, 0x80, 0x9F, (byte)'n', (byte)'%'];
        var random = new Random(20260104);
        var options = new LiteralOptions(noBackslashEscapes, GuidFormat.Default);
        using var writer = new ByteWriter();
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = new byte[random.Next(16)];
            for (var j = 0; j < bytes.Length; j++)
                bytes[j] = random.Next(4) == 0 ? (byte)random.Next(256) : alphabet[random.Next(alphabet.Length)];
            object value = (i % 4) switch
            {
                0 => bytes,
                1 => new ArraySegment<byte>(bytes),
                2 => new ReadOnlyMemory<byte>(bytes),
                _ => new MemoryStream(bytes),
            };
            writer.Clear();
            SqlLiteral.Write(writer, value, options);
            if (!bytes.AsSpan().SequenceEqual(LiteralLexer.Read(writer.WrittenSpan, noBackslashEscapes)))
                Assert.Fail($"{Convert.ToHexString(bytes)} became {Convert.ToHexString(writer.WrittenSpan)}");
        }
    }

    [Test]
    public void The_lexer_of_these_tests_sees_an_injection_when_there_is_one()
    {
        Assert.That(LiteralLexer.Read("'a' OR 1=1 -- '"u8, false), Is.Null);
        Assert.That(LiteralLexer.Read(@"'\'' OR 1=1"u8, true), Is.Null);
        Assert.That(LiteralLexer.Read(@"'\'"u8, false), Is.Null);
        Assert.That(LiteralLexer.Read(@"'\''"u8, false), Is.EqualTo("'"u8.ToArray()));
    }

    [Test]
    public void A_surrogate_pair_across_the_pieces_of_a_builder_stays_whole()
    {
        var builder = new StringBuilder(1, int.MaxValue);
        for (var i = 0; i < 10_000; i++)
            builder.Append('\uD83D').Append('\uDE00').Append(i % 7 == 0 ? "x" : "");
        Assert.That(Text(builder, Backslashes), Is.EqualTo("'" + builder + "'"));
    }

    [Test]
    public void Random_floating_point_numbers_read_back_bit_by_bit()
    {
        var random = new Random(20260105);
        for (var i = 0; i < 20_000; i++)
        {
            var wide = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(wide))
                Assert.That(double.Parse(Text(wide, Backslashes), CultureInfo.InvariantCulture), Is.EqualTo(wide));
            var narrow = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            if (float.IsFinite(narrow))
                Assert.That(float.Parse(Text(narrow, Backslashes), CultureInfo.InvariantCulture), Is.EqualTo(narrow));
        }
    }

    [Test]
    public void Random_times_read_back_to_the_microsecond()
    {
        var random = new Random(20260106);
        for (var i = 0; i < 20_000; i++)
        {
            var time = new TimeSpan(random.NextInt64(-839 * TimeSpan.TicksPerHour + 1, 839 * TimeSpan.TicksPerHour));
            var literal = Text(time, Backslashes);
            Assert.That(TextCells.TryReadTime(Encoding.UTF8.GetBytes(literal[5..^1]), out var back), Is.True, literal);
            Assert.That(back.Ticks, Is.EqualTo(time.Ticks / 10 * 10));

            var date = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks));
            literal = Text(date, Backslashes);
            Assert.That(TextCells.TryReadDateTime(Encoding.UTF8.GetBytes(literal[10..^1]), out var fields), Is.True, literal);
            Assert.That(fields.TryToDateTime(DateTimeKind.Unspecified, out var dateBack), Is.True);
            Assert.That(dateBack.Ticks, Is.EqualTo(date.Ticks / 10 * 10));
        }
    }

    [Test]
    public void What_the_server_cannot_hold_is_refused_and_nothing_is_written()
    {
        using var writer = new ByteWriter();
        Assert.Throws<ArgumentException>(() => SqlLiteral.Write(writer, double.NaN, Backslashes));
        Assert.Throws<ArgumentException>(() => SqlLiteral.Write(writer, double.NegativeInfinity, Backslashes));
        Assert.Throws<ArgumentException>(() => SqlLiteral.Write(writer, float.NaN, Backslashes));
        Assert.Throws<ArgumentException>(() => SqlLiteral.Write(writer, float.PositiveInfinity, Backslashes));
        foreach (var time in new[] { TimeSpan.FromHours(839), TimeSpan.FromHours(-839), TimeSpan.MinValue, TimeSpan.MaxValue })
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(() => SqlLiteral.Write(writer, time, Backslashes));
            Assert.That(e!.Message, Does.Contain("838:59:59.999999"));
        }

        Assert.That(writer.Length, Is.Zero);
    }

    [TestCase(DateTimeKind.Utc, DateTimeKind.Local, false)]
    [TestCase(DateTimeKind.Local, DateTimeKind.Utc, false)]
    [TestCase(DateTimeKind.Utc, DateTimeKind.Utc, true)]
    [TestCase(DateTimeKind.Utc, DateTimeKind.Unspecified, true)]
    [TestCase(DateTimeKind.Local, DateTimeKind.Unspecified, true)]
    [TestCase(DateTimeKind.Local, DateTimeKind.Local, true)]
    [TestCase(DateTimeKind.Unspecified, DateTimeKind.Utc, true)]
    [TestCase(DateTimeKind.Unspecified, DateTimeKind.Local, true)]
    public void A_date_of_the_other_kind_is_refused(DateTimeKind option, DateTimeKind kind, bool accepted)
    {
        using var writer = new ByteWriter();
        var options = new LiteralOptions(false, GuidFormat.Default, option);
        var value = new DateTime(2024, 1, 1, 0, 0, 0, kind);
        if (accepted)
            Assert.DoesNotThrow(() => SqlLiteral.Write(writer, value, options));
        else
            Assert.That(Assert.Throws<ArgumentException>(() => SqlLiteral.Write(writer, value, options))!.Message, Does.Contain("DateTime Kind"));
        Assert.That(writer.Length > 0, Is.EqualTo(accepted));
    }

    [Test]
    public void An_unknown_type_is_refused_by_name()
    {
        using var writer = new ByteWriter();
        foreach (var value in new object[] { new Uri("http://x"), new object(), new[] { 1 }, (1, 2), new Int128(0, 1), Half.One })
        {
            Assert.That(SqlLiteral.CanWrite(value), Is.False);
            var e = Assert.Throws<NotSupportedException>(() => SqlLiteral.Write(writer, value, Backslashes));
            Assert.That(e!.Message, Does.Contain(value.GetType().ToString()).And.Contain("Convert"));
        }

        Assert.That(writer.Length, Is.Zero);
    }

    [Test]
    public void The_common_types_are_written_without_allocating()
    {
        object[] values = [1, -5L, 1.25, 0.1f, 1.10m, "it's a \\ string", true, DateTime.UnixEpoch, TimeSpan.FromHours(1), Guid.Empty, new byte[100], DayOfWeek.Friday, new DateOnly(2024, 1, 1)];
        using var writer = new ByteWriter(4096);
        WriteAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            WriteAll();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void WriteAll()
        {
            writer.Clear();
            foreach (var value in values)
                SqlLiteral.Write(writer, value, Backslashes);
        }
    }

    private static string Text(object? value, LiteralOptions options)
    {
        using var writer = new ByteWriter();
        SqlLiteral.Write(writer, value, options);
        return Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}
