using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MuxProvider.ServerTests;

/// <summary>Every .NET type of a parameter into every type of a column where that makes sense, and back; as text and binary.</summary>
internal sealed class RoundTripTests(Wire wire) : WireFixture(wire)
{
    private const string Utf8Text = "a'b\\c\"d`%_\0\r\n\t\u001aäß€😀🏳️‍🌈";
    private static readonly DateTime s_time = new DateTime(2026, 7, 8, 9, 10, 11).AddTicks(1_234_560);
    private static readonly Guid s_guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 256).Select(static i => (byte)i)];

    private readonly Dictionary<string, string> _tables = [];
    private int _rows;

    /// <summary>A column type, a value, and the value as GetValue gives it.</summary>
    public static IEnumerable<TestCaseData> Values()
    {
        // Every integer type takes its extremes, in every .NET type that holds them.
        (string Type, BigInteger Least, BigInteger Most, Func<BigInteger, object> Back)[] integers =
        [
            ("TINYINT", sbyte.MinValue, sbyte.MaxValue, static n => (sbyte)n), ("TINYINT UNSIGNED", 0, byte.MaxValue, static n => (byte)n),
            ("SMALLINT", short.MinValue, short.MaxValue, static n => (short)n), ("SMALLINT UNSIGNED", 0, ushort.MaxValue, static n => (ushort)n),
            ("MEDIUMINT", -8388608, 8388607, static n => (int)n), ("MEDIUMINT UNSIGNED", 0, 16777215, static n => (uint)n),
            ("INT", int.MinValue, int.MaxValue, static n => (int)n), ("INT UNSIGNED", 0, uint.MaxValue, static n => (uint)n),
            ("BIGINT", long.MinValue, long.MaxValue, static n => (long)n), ("BIGINT UNSIGNED", 0, ulong.MaxValue, static n => (ulong)n),
            ("DECIMAL(30,0)", -BigInteger.Pow(10, 28), BigInteger.Pow(10, 28), static n => (decimal)n),
        ];
        foreach (var (type, least, most, back) in integers)
        {
            foreach (var number in new[] { least, most, BigInteger.One })
            {
                foreach (var sent in Forms(number))
                    yield return Case(type, sent, back(number));
            }
        }

        foreach (var type in new[] { "BOOL", "TINYINT(1)" })
        {
            foreach (var (sent, back) in new (object, bool)[] { (true, true), (false, false), (1, true), (0, false), ((sbyte)-1, true), (1m, true), ("1", true) })
                yield return Case(type, sent, back);
        }

        foreach (var number in new[] { 0m, -1.5m, 12345.678m, decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m })
            yield return Case("DECIMAL(65,30)", number, number);
        yield return Case("DECIMAL(10,2)", 1.005, 1.01m);
        yield return Case("DECIMAL(10,2)", 2.5f, 2.50m);
        foreach (var number in new[] { 0d, 1.5, -1e300, double.MaxValue, double.MinValue, Math.E, 1e-300 })
            yield return Case("DOUBLE", number, number);
        foreach (var number in new[] { 0f, 1.5f, -123456f, 1e30f, 1e-30f })
        {
            yield return Case("FLOAT", number, number);
            yield return Case("DOUBLE", (double)number, (double)number);
        }

        yield return Case("DOUBLE", (Half)1.5, 1.5);
        yield return Case("DOUBLE", 1.25m, 1.25);
        yield return Case("DOUBLE", 7, 7d);

        // Fractions of every precision; what is finer is rounded by the server.
        for (var digits = 0; digits <= 6; digits++)
        {
            var unit = (long)Math.Pow(10, 7 - digits);
            var time = new DateTime(s_time.Ticks / unit * unit);
            yield return Case($"DATETIME({digits})", time, time);
            yield return Case($"TIMESTAMP({digits})", time, time);
            var span = new TimeSpan(new TimeSpan(-12, 34, 56).Ticks - 9_876_540 / unit * unit);
            yield return Case($"TIME({digits})", span, span);
        }

        foreach (var time in new[] { new DateTime(1000, 1, 1), new DateTime(9999, 12, 31, 23, 59, 59), new DateTime(2024, 2, 29) })
        {
            yield return Case("DATETIME", time, time);
            yield return Case("DATE", time, time.Date);
            yield return Case("DATE", DateOnly.FromDateTime(time), time.Date);
            yield return Case("DATETIME", DateOnly.FromDateTime(time), time.Date);
            yield return Case("DATETIME", new DateTimeOffset(time, TimeSpan.Zero), time);
            yield return Case("DATETIME", time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), time);
            yield return Case("DATETIME", new MuxDateTime(time), time);
            yield return Case("VARCHAR(30)", DateOnly.FromDateTime(time), time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        foreach (var time in new[] { new DateTime(1000, 1, 1).AddTicks(10), new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9_999_990) })
            yield return Case("DATETIME(6)", time, time);

        // A day from its ends, whatever the server's time zone.
        foreach (var time in new[] { new DateTime(1970, 1, 2).AddTicks(10), new DateTime(2038, 1, 18).AddTicks(9_999_990) })
            yield return Case("TIMESTAMP(6)", time, time);

        yield return Case("DATETIME(6)", new DateTimeOffset(s_time, TimeSpan.FromHours(2)), s_time.AddHours(-2));
        yield return Case("TIME", new TimeOnly(23, 59, 59), new TimeSpan(23, 59, 59));
        yield return Case("TIME(6)", new TimeSpan(838, 59, 59), new TimeSpan(838, 59, 59));
        yield return Case("TIME(6)", -new TimeSpan(838, 59, 59), -new TimeSpan(838, 59, 59));
        foreach (var year in new[] { 1901, 2026, 2155 })
            yield return Case("YEAR", year, year);
        yield return Case("TIME(6)", TimeSpan.FromMicroseconds(-1), TimeSpan.FromMicroseconds(-1));
        yield return Case("TIME(6)", new TimeOnly(23, 59, 59).Add(TimeSpan.FromMicroseconds(999_999)), TimeSpan.FromDays(1) - TimeSpan.FromMicroseconds(1));

        foreach (var bits in new[] { 1, 2, 7, 8, 9, 31, 32, 33, 63, 64 })
        {
            var most = ulong.MaxValue >> (64 - bits);
            yield return Case($"BIT({bits})", most, most);
            yield return Case($"BIT({bits})", most / 2 + 1, most / 2 + 1);
            yield return Case($"BIT({bits})", 0, 0ul);
        }

        foreach (var type in new[] { "VARCHAR(100)", "TEXT", "MEDIUMTEXT", "LONGTEXT", "CHAR(100)" })
        {
            yield return Case(type, Utf8Text, Utf8Text);
            yield return Case(type, Utf8Text.ToCharArray(), Utf8Text);
            yield return Case(type, Utf8Text.AsMemory(), Utf8Text);
            yield return Case(type, new Memory<char>(Utf8Text.ToCharArray()), Utf8Text);
            yield return Case(type, new StringBuilder(Utf8Text), Utf8Text);
            yield return Case(type, new StringReader(Utf8Text), Utf8Text);
            yield return Case(type, "", "");
            yield return Case(type, 'ß', "ß");
            yield return Case(type, 42, "42");
            yield return Case(type, -1.5m, "-1.5");
            yield return Case(type, s_guid, s_guid.ToString());
        }

        foreach (var type in new[] { "VARBINARY(300)", "BLOB", "MEDIUMBLOB", "LONGBLOB" })
        {
            yield return Case(type, s_bytes, s_bytes);
            yield return Case(type, s_bytes.AsMemory(), s_bytes);
            yield return Case(type, new ReadOnlyMemory<byte>(s_bytes), s_bytes);
            yield return Case(type, new ArraySegment<byte>(s_bytes, 0, 256), s_bytes);
            yield return Case(type, new MemoryStream(s_bytes), s_bytes);
            yield return Case(type, new BufferedStream(new MemoryStream(s_bytes)), s_bytes);
        }

        yield return Case("BINARY(255)", s_bytes[1..], s_bytes[1..]);
        yield return Case("BINARY(255)", s_bytes[..255], s_bytes[..255]);
        foreach (var type in new[] { "VARBINARY(300)", "BLOB", "LONGBLOB" })
        {
            yield return Case(type, Array.Empty<byte>(), Array.Empty<byte>());
            yield return Case(type, new[] { 1.5f, -2f }, new byte[] { 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0 });
            yield return Case(type, new ReadOnlyMemory<float>([1f]), new byte[] { 0, 0, 0x80, 0x3F });
            yield return Case(type, "text", "text"u8.ToArray());
        }

        yield return Case("CHAR(36)", s_guid, s_guid);
        yield return Case("CHAR(36)", s_guid.ToString().ToUpperInvariant(), s_guid);
        yield return Case("ENUM('red','it''s')", "it's", "it's");
        yield return Case("ENUM('red','it''s')", 1, "red");
        yield return Case("SET('a','b','c')", "c,a", "a,c");
        yield return Case("SET('a','b','c')", 6, "b,c");
        yield return Case("SET('a','b','c')", "", "");
        yield return Case("SMALLINT", CellTests.Small.Most, (short)255);
        yield return Case("BIGINT", CellTests.Wide.Least, long.MinValue);
        yield return Case("INT", DayOfWeek.Friday, 5);
        yield return Case("TEXT", JsonDocument.Parse("[1,\"x\"]"), "[1,\"x\"]");
        yield return Case("TEXT", JsonDocument.Parse("{\"a\":null}").RootElement, "{\"a\":null}");
        yield return Case("TEXT", JsonNode.Parse("[true]")!, "[true]");
    }

    [TestCaseSource(nameof(Values))]
    public async Task A_value_comes_back_and_so_does_NULL(string type, object sent, object back)
    {
        var table = await TableOfAsync(type);
        var handle = await OpenOneAsync();
        var first = _rows + 1;
        var insert = await ReadyAsync(handle, $"INSERT INTO {table} VALUES (@id, @v)", ("id", 0), ("v", sent));
        foreach (var value in new[] { sent, DBNull.Value })
        {
            insert.Parameters[0].Value = ++_rows;
            insert.Parameters[1].Value = value;
            Assert.That(await insert.ExecuteNonQueryAsync(), Is.EqualTo(1));
        }

        var reader = await ReadAsync(handle, $"SELECT v FROM {table} WHERE id >= @first ORDER BY id", ("first", first));
        Assert.That(reader.GetValue(0), Is.EqualTo(back));
        Assert.That(reader.GetValue(0).GetType(), Is.EqualTo(back.GetType()).And.EqualTo(reader.GetFieldType(0)));
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That((reader.IsDBNull(0), reader.GetValue(0)), Is.EqualTo((true, (object)DBNull.Value)));
        Assert.That(await reader.ReadAsync(), Is.False);
    }

    [TestCase("12345678901234567890123456789012345678901234567890123456789012345")]
    [TestCase("-99999999999999999999999999999999999999999999999999999999999999999")]
    public async Task A_number_with_more_digits_than_a_decimal_comes_back_as_other_types(string digits)
    {
        var table = await TableAsync("v DECIMAL(65,0)");
        var handle = await OpenOneAsync();
        var number = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        await RunAsync(handle, $"INSERT INTO {table} VALUES (@v)", ("v", number));
        var reader = await ReadAsync(handle, $"SELECT v FROM {table} WHERE v = @v", ("v", digits));
        Assert.That((reader.GetFieldValue<BigInteger>(0), reader.GetFieldValue<string>(0)), Is.EqualTo((number, digits)));
    }

    [TestCase(float.MaxValue)]
    [TestCase(float.MinValue)]
    [TestCase(1.17549435e-38f)]
    [TestCase(16777215f)]
    public async Task Text_has_six_digits_of_a_float_and_binary_has_all(float sent)
    {
        var table = await TableAsync("v FLOAT");
        var handle = await OpenOneAsync();
        await RunAsync(handle, $"INSERT INTO {table} VALUES (@v)", ("v", sent));
        var back = (await ReadAsync(handle, $"SELECT v FROM {table}")).GetFloat(0);
        Assert.That(back, Wire == Wire.Binary ? Is.EqualTo(sent) : Is.EqualTo(sent).Within(1e-3).Percent);
    }

    [TestCase(1)]
    [TestCase(-1)]
    public async Task The_longest_time_with_a_fraction_comes_back_unless_MySQL_gets_it_binary(int sign)
    {
        var table = await TableAsync("v TIME(6)");
        var handle = await OpenOneAsync();
        var time = sign * (new TimeSpan(838, 59, 59) - TimeSpan.FromMicroseconds(1));
        var insert = await ReadyAsync(handle, $"INSERT INTO {table} VALUES (@v)", ("v", time));
        if (Server.IsMySql && Wire == Wire.Binary)
        {
            // MySQL takes the fraction for an hour too many.
            Assert.That((await Sql.MuxFailureOf(() => insert.ExecuteNonQueryAsync())).Number, Is.EqualTo(1690));
            time = sign * (new TimeSpan(838, 0, 0) - TimeSpan.FromMicroseconds(1));
            insert.Parameters[0].Value = time;
        }

        await insert.ExecuteNonQueryAsync();
        Assert.That((await ReadAsync(handle, $"SELECT v FROM {table}")).GetTimeSpan(0), Is.EqualTo(time));
    }

    [TestCase("None", "CHAR(36)")]
    [TestCase("Char36", "CHAR(36)")]
    [TestCase("Char32", "CHAR(32)")]
    [TestCase("Binary16", "BINARY(16)")]
    [TestCase("TimeSwapBinary16", "BINARY(16)")]
    [TestCase("LittleEndianBinary16", "BINARY(16)")]
    public async Task A_guid_is_stored_and_found_in_its_format(string format, string type)
    {
        var table = await TableAsync($"v {type}");
        var handle = await OpenOneAsync($"GUID Format={format}");
        await RunAsync(handle, $"INSERT INTO {table} VALUES (@v)", ("v", s_guid));
        var reader = await ReadAsync(handle, $"SELECT v FROM {table} WHERE v = @v", ("v", s_guid));
        Assert.That(reader.GetGuid(0), Is.EqualTo(s_guid));
        Assert.That(reader.GetFieldType(0), Is.EqualTo(format == "None" ? typeof(string) : typeof(Guid)));
    }

    [TestCase("Utc", DateTimeKind.Utc, DateTimeKind.Local)]
    [TestCase("Local", DateTimeKind.Local, DateTimeKind.Utc)]
    public async Task The_kind_of_times_is_checked_and_given(string option, DateTimeKind kind, DateTimeKind refused)
    {
        var table = await TableAsync("v DATETIME(6)");
        var handle = await OpenOneAsync($"DateTime Kind={option}");
        var time = new DateTime(2026, 1, 2, 3, 4, 5, kind);
        var insert = await ReadyAsync(handle, $"INSERT INTO {table} VALUES (@t)", ("t", time));
        await insert.ExecuteNonQueryAsync();
        await using (var reader = await ReadAsync(handle, $"SELECT v FROM {table}"))
            Assert.That((reader.GetDateTime(0), reader.GetDateTime(0).Kind), Is.EqualTo((time, kind)));
        insert.Parameters[0].Value = DateTime.SpecifyKind(time, refused);
        await Sql.FailureOf<ArgumentException>(() => insert.ExecuteNonQueryAsync());
        insert.Parameters[0].Value = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
        await insert.ExecuteNonQueryAsync();
    }

    [Test]
    public async Task Sizes_cut_and_types_decide_what_is_sent()
    {
        var table = await TableAsync("id INT PRIMARY KEY, v VARCHAR(40)");
        var handle = await OpenOneAsync();
        async Task<string> SendAsync(object value, Action<MuxParameter> set)
        {
            var insert = await ReadyAsync(handle, $"REPLACE INTO {table} VALUES (1, @v)", ("v", value));
            set(insert.Parameters[0]);
            await insert.ExecuteNonQueryAsync();
            await using var reader = await ReadAsync(handle, $"SELECT v FROM {table}");
            return reader.GetString(0);
        }

        Assert.That(await SendAsync("abcdef", static p => p.Size = 3), Is.EqualTo("abc"));
        Assert.That(await SendAsync("ab😀", static p => p.Size = 3), Is.EqualTo("ab"));
        Assert.That(await SendAsync(CellTests.Small.One, static p => p.DbType = System.Data.DbType.String), Is.EqualTo("One"));
        Assert.That(await SendAsync(CellTests.Small.One, static p => p.MuxDbType = MuxDbType.Enum), Is.EqualTo("One"));
        Assert.That(await SendAsync(CellTests.Small.One, static _ => { }), Is.EqualTo("1"));
        Assert.That(await SendAsync(s_time, static p => p.DbType = System.Data.DbType.Date), Is.EqualTo("2026-07-08"));
        Assert.That(await SendAsync(s_time, static p => p.DbType = System.Data.DbType.Time), Is.EqualTo("09:10:11.123456"));
        var list = await Sql.FailureOf<NotSupportedException>(() => handle.RunAsync("SELECT @ids", ("ids", new List<int> { 1, 2 })));
        Assert.That(list.Message, Does.Contain("'ids'").And.Contain("IN (@id0"));
    }

    [Test]
    public async Task Json_is_a_value_like_any_other()
    {
        var handle = await OpenOneAsync();
        var reader = await ReadAsync(handle, "SELECT 1 FROM DUAL WHERE JSON_EXTRACT(@j, '$.a') = 5", ("j", JsonDocument.Parse("{\"a\":5}")));
        Assert.That(reader.GetInt32(0), Is.EqualTo(1));
    }

    // One table for each type: its cases differ in their rows.
    private async Task<string> TableOfAsync(string type)
    {
        if (!_tables.TryGetValue(type, out var table))
            _tables.Add(type, table = await TableAsync($"id INT PRIMARY KEY, v {type} NULL"));
        return table;
    }

    private static IEnumerable<object> Forms(BigInteger number)
    {
        yield return number;
        yield return number.ToString(CultureInfo.InvariantCulture);
        if (number >= long.MinValue && number <= long.MaxValue)
            yield return (long)number;
        if (number >= 0 && number <= ulong.MaxValue)
            yield return (ulong)number;
        if (number >= int.MinValue && number <= int.MaxValue)
            yield return (int)number;
        if (BigInteger.Abs(number) <= new BigInteger(decimal.MaxValue))
            yield return (decimal)number;
        if (number >= sbyte.MinValue && number <= sbyte.MaxValue)
            yield return (sbyte)number;
        if (number >= 0 && number <= byte.MaxValue)
            yield return (byte)number;
        if (number >= short.MinValue && number <= short.MaxValue)
            yield return (short)number;
        if (number >= 0 && number <= ushort.MaxValue)
            yield return (ushort)number;
        if (number >= 0 && number <= uint.MaxValue)
            yield return (uint)number;
        yield return (Int128)number;
        if (number >= 0)
            yield return (UInt128)number;
    }

    private static TestCaseData Case(string type, object sent, object back) =>
        new TestCaseData(type, sent, back).SetArgDisplayNames(type, sent.GetType().Name, Short(sent));

    private static string Short(object sent)
    {
        var text = sent as string ?? (sent is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : "");
        return string.Concat(text.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':' or ' ')) is { Length: > 40 } longer ? longer[..40] : text.Length > 40 ? "" : string.Concat(text.Where(static c => c is >= ' ' and < '\x7f'));
    }
}
