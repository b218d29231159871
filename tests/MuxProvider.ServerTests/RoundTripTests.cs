using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MuxProvider.ServerTests;

/// <summary>Every .NET type of a parameter into every type of a column where that makes sense, and back, also as other .NET types.</summary>
internal sealed class RoundTripTests : ServerFixture
{
    private const string Utf8Text = "a'b\\c\"d`%_\0\r\n\t\u001aäß€😀🏳️‍🌈";
    private static readonly DateTime s_time = new DateTime(2026, 7, 8, 9, 10, 11).AddTicks(1_234_560);
    private static readonly Guid s_guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly byte[] s_bytes = [.. Enumerable.Range(0, 256).Select(static i => (byte)i)];

    private enum Small : byte
    {
        None,
        One,
        Most = 255,
    }

    private enum Wide : long
    {
        Least = long.MinValue,
        Two = 2,
    }

    [Flags]
    private enum Letters
    {
        A = 1,
        B = 2,
        C = 4,
    }

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
            yield return Case("DATETIME", time.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), time);
            yield return Case("DATETIME", new MuxDateTime(time), time);
            yield return Case("VARCHAR(30)", DateOnly.FromDateTime(time), time.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }

        yield return Case("DATETIME(6)", new DateTimeOffset(s_time, TimeSpan.FromHours(2)), s_time.AddHours(-2));
        yield return Case("TIME", new TimeOnly(23, 59, 59), new TimeSpan(23, 59, 59));
        yield return Case("TIME(6)", new TimeSpan(838, 59, 59), new TimeSpan(838, 59, 59));
        yield return Case("TIME(6)", -new TimeSpan(838, 59, 59), -new TimeSpan(838, 59, 59));
        foreach (var year in new[] { 1901, 2026, 2155 })
            yield return Case("YEAR", year, year);

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
        yield return Case("SMALLINT", Small.Most, (short)255);
        yield return Case("BIGINT", Wide.Least, long.MinValue);
        yield return Case("INT", DayOfWeek.Friday, 5);
        yield return Case("TEXT", JsonDocument.Parse("[1,\"x\"]"), "[1,\"x\"]");
        yield return Case("TEXT", JsonDocument.Parse("{\"a\":null}").RootElement, "{\"a\":null}");
        yield return Case("TEXT", JsonNode.Parse("[true]")!, "[true]");
    }

    [TestCaseSource(nameof(Values))]
    public async Task A_value_comes_back(string type, object sent, object back)
    {
        var table = await TableAsync($"v {type} NULL");
        var handle = await OpenAsync();
        await handle.RunAsync($"INSERT INTO {table} VALUES (@v)", ("v", sent));
        await using var reader = await handle.Command($"SELECT v FROM {table}").ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetValue(0), Is.EqualTo(back));
        Assert.That(reader.GetValue(0).GetType(), Is.EqualTo(back.GetType()).And.EqualTo(reader.GetFieldType(0)));
    }

    /// <summary>An expression, and what it is as another type.</summary>
    public static IEnumerable<TestCaseData> Conversions()
    {
        yield return As("5", 5).SetArgDisplayNames("5", "int");
        yield return As("5", (byte)5);
        yield return As("5", (sbyte)5);
        yield return As("5", (short)5);
        yield return As("5", (ushort)5);
        yield return As("5", 5u);
        yield return As("5", 5L);
        yield return As("5", 5UL);
        yield return As<int?>("5", 5);
        yield return As<ulong?>("5", 5);
        yield return As("5", true);
        yield return As("5", (BigInteger)5);
        yield return As<BigInteger?>("5", 5);
        yield return As("2", (Small)2);
        yield return As<Small?>("1", Small.One);
        yield return As<Small?>("NULL", null);
        yield return As("'One'", Small.One);
        yield return As("'most'", Small.Most);
        yield return As<Wide?>("'Two'", Wide.Two);
        yield return As("-9223372036854775808", Wide.Least);
        yield return As("'A,C'", Letters.A | Letters.C);
        yield return As("''", default(Letters));
        yield return As("CAST(12345678901234567890123456789012345678901234567890123456789012345 AS DECIMAL(65,0))", BigInteger.Parse("12345678901234567890123456789012345678901234567890123456789012345"));
        yield return As("CAST(12345678901234567890123456789012345.678901234567890123456789012345 AS DECIMAL(65,30))", "12345678901234567890123456789012345.678901234567890123456789012345");
        yield return As("1.50", "1.50");
        yield return As("1.5", 1.5m);
        yield return As("1.5", 1.5);
        yield return As("1.5", 1.5f);
        yield return As("1.5", (Half)1.5);
        yield return As("1.5e0", 1.5m);
        yield return As("DATE '2026-01-02'", new DateOnly(2026, 1, 2));
        yield return As("DATE '2026-01-02'", new DateTime(2026, 1, 2));
        yield return As<DateOnly?>("NULL", null);
        yield return As("DATE '2026-01-02'", new MuxDateTime(2026, 1, 2));
        yield return As("TIMESTAMP '2026-01-02 03:04:05'", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        yield return As("TIME '23:59:59.5'", new TimeOnly(23, 59, 59, 500));
        yield return As("TIME '-100:00:00'", TimeSpan.FromHours(-100));
        yield return As("'2026-01-02'", new DateTime(2026, 1, 2));
        yield return As("'x'", 'x');
        yield return As<char[]>("'xy'", ['x', 'y']);
        yield return As("'00112233-4455-6677-8899-aabbccddeeff'", s_guid);
        yield return As("x'33221100554477668899AABBCCDDEEFF'", s_guid);
        yield return As<byte[]>("x'00FF'", [0, 255]);
        yield return As<object>("NULL", DBNull.Value);
        yield return As<object>("'x'", "x");

        static TestCaseData As<T>(string sql, T expected) => new TestCaseData(
            sql,
            (Action<MuxDataReader>)(reader => Assert.That(reader.GetFieldValue<T>(0), Is.EqualTo(expected)))).SetArgDisplayNames(sql.Length > 30 ? sql[..30] : sql, typeof(T).ToString());
    }

    [TestCaseSource(nameof(Conversions))]
    public async Task A_cell_can_be_had_as(string sql, Action<MuxDataReader> check)
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command($"SELECT {sql} AS v").ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        check(reader);
    }

    /// <summary>An expression, and a type that would lose something of it.</summary>
    public static IEnumerable<TestCaseData> Losses()
    {
        yield return Loses<byte>("256");
        yield return Loses<sbyte>("-129");
        yield return Loses<uint>("-1");
        yield return Loses<long>("18446744073709551615");
        yield return Loses<int>("NULL");
        yield return Loses<string>("NULL");
        yield return Loses<int>("'x'");
        yield return Loses<string>("5");
        yield return Loses<decimal>("CAST(79228162514264337593543950336 AS DECIMAL(65,0))");
        yield return Loses<object>("CAST(79228162514264337593543950336 AS DECIMAL(65,0))");
        yield return Loses<float>("1e300");
        yield return Loses<BigInteger>("1.5");
        yield return Loses<BigInteger>("'5'");
        yield return Loses<Small>("256");
        yield return Loses<Small>("'Three'");
        yield return Loses<Small>("NULL");
        yield return Loses<Small>("1.5e0");
        yield return Loses<TimeOnly>("TIME '24:00:00'");
        yield return Loses<TimeOnly>("TIME '-00:00:01'");
        yield return Loses<DateOnly>("TIME '10:00:00'");
        yield return Loses<DateTime>("'yesterday!'");
        yield return Loses<char>("''");
        yield return Loses<Guid>("'not a guid'");
        yield return Loses<Guid>("x'00'");
        yield return Loses<byte[]>("'text'");
        yield return Loses<JsonDocument>("'{'");
        yield return Loses<JsonNode>("NULL");
        yield return Loses<Uri>("'http://x/'");
        yield return Loses<MuxDateTime>("5");

        static TestCaseData Loses<T>(string sql) =>
            new TestCaseData(sql, (Action<MuxDataReader>)(static reader => reader.GetFieldValue<T>(0))).SetArgDisplayNames(sql.Length > 30 ? sql[..30] : sql, typeof(T).Name);
    }

    [TestCaseSource(nameof(Losses))]
    public async Task What_would_be_lost_is_an_error_that_names_the_column(string sql, Action<MuxDataReader> read)
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command($"SELECT {sql} AS victim").ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(() => read(reader), Throws.InstanceOf<SystemException>().With.Message.Contains("'victim'"));
        Assert.That(reader.GetName(0), Is.EqualTo("victim"), "the reader can still be used");
    }

    [Test]
    public async Task Json_and_streams_are_read()
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command("SELECT '{\"a\":[1]}', x'010203', 'text', 'null'").ExecuteReaderAsync();
        await reader.ReadAsync();
        using var document = reader.GetFieldValue<JsonDocument>(0);
        Assert.That(document.RootElement.GetProperty("a")[0].GetInt32(), Is.EqualTo(1));
        Assert.That((await reader.GetFieldValueAsync<JsonElement>(0)).GetProperty("a").GetArrayLength(), Is.EqualTo(1));
        Assert.That(reader.GetFieldValue<JsonNode>(0)["a"]![0]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(reader.GetFieldValue<JsonObject>(0), Has.Count.EqualTo(1));
        Assert.That(reader.GetFieldValue<JsonNode>(3), Is.Null);
        Assert.That(reader.GetFieldValue<ReadOnlyMemory<byte>>(1).ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(reader.GetFieldValue<ReadOnlyMemory<char>>(2).ToString(), Is.EqualTo("text"));
        await using var stream = reader.GetFieldValue<Stream>(1);
        Assert.That(stream.ReadByte(), Is.EqualTo(1));
        using var text = reader.GetFieldValue<TextReader>(2);
        Assert.That(await text.ReadToEndAsync(), Is.EqualTo("text"));
        Assert.That(reader.GetBytes(1, 1, null, 0, 0), Is.EqualTo(3));
        Assert.That(() => reader.GetBytes(1, -1, new byte[1], 0, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => reader.GetBytes(1, 0, new byte[1], 0, 2), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => reader.GetChars(2, 0, new char[1], 1, 1), Throws.InstanceOf<ArgumentException>());
        Assert.That(reader.GetChars(2, 9, new char[1], 0, 1), Is.Zero);
        Assert.That(() => reader.GetData(0), Throws.InstanceOf<NotSupportedException>());
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
        var handle = await OpenAsync(NewSource($"GUID Format={format}"));
        await handle.RunAsync($"INSERT INTO {table} VALUES (@v)", ("v", s_guid));
        await using var reader = await handle.Command($"SELECT v FROM {table} WHERE v = @v", ("v", s_guid)).ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetGuid(0), Is.EqualTo(s_guid));
        Assert.That(reader.GetFieldType(0), Is.EqualTo(format == "None" ? typeof(string) : typeof(Guid)));
    }

    [Test]
    public async Task Zero_dates_are_kept_where_that_was_asked_for()
    {
        var table = await TableAsync("d DATE, t DATETIME(3)");
        await Server.AdminAsync("SET sql_mode = ''", $"INSERT INTO {Schema}.{table} VALUES ('0000-00-00', '2026-00-10 01:02:03.004'), ('2026-01-02', NULL)");
        var handle = await OpenAsync(NewSource("Allow Zero DateTime=true"));
        await using (var reader = await handle.Command($"SELECT d, t FROM {table} ORDER BY d").ExecuteReaderAsync())
        {
            Assert.That(reader.GetFieldType(0), Is.EqualTo(typeof(MuxDateTime)));
            await reader.ReadAsync();
            Assert.That(reader.GetValue(0), Is.EqualTo(default(MuxDateTime)));
            Assert.That(reader[1], Is.EqualTo(new MuxDateTime(2026, 0, 10, new TimeSpan(0, 1, 2, 3, 4))));
            Assert.That(() => reader.GetDateTime(0), Throws.InstanceOf<InvalidCastException>().With.Message.Contains("'d'"));
            await reader.ReadAsync();
            Assert.That(reader.GetDateTime(0), Is.EqualTo(new DateTime(2026, 1, 2)));
            Assert.That(reader.GetValue(1), Is.EqualTo(DBNull.Value));
        }

        await handle.RunAsync("SET sql_mode = ''");
        Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {table} WHERE d = @d", ("d", default(MuxDateTime))), Is.EqualTo(1));
        var converting = await OpenAsync(NewSource("Allow Zero DateTime=true;Convert Zero DateTime=true"));
        Assert.That(await converting.Command($"SELECT d FROM {table} ORDER BY d").ExecuteScalarAsync(), Is.EqualTo(DateTime.MinValue));
    }

    [TestCase("Utc", DateTimeKind.Utc, DateTimeKind.Local)]
    [TestCase("Local", DateTimeKind.Local, DateTimeKind.Utc)]
    public async Task The_kind_of_times_is_checked_and_given(string option, DateTimeKind kind, DateTimeKind refused)
    {
        var handle = await OpenAsync(NewSource($"DateTime Kind={option}"));
        var back = await handle.Command("SELECT @t", ("t", new DateTime(2026, 1, 2, 3, 4, 5, kind))).ExecuteScalarAsync();
        Assert.That(((DateTime)back!).Kind, Is.EqualTo(kind));
        await Sql.FailureOf<ArgumentException>(() => handle.RunAsync("SELECT @t", ("t", new DateTime(2026, 1, 2, 3, 4, 5, refused))));
        await handle.RunAsync("SELECT @t", ("t", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Unspecified)));
    }

    [Test]
    public async Task Payloads_beyond_a_packet_survive([Values(1 << 24, (1 << 24) - 1, (1 << 24) + 1)] int length)
    {
        var table = await TableAsync("b LONGBLOB, t LONGTEXT");
        var handle = await OpenAsync();
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        await handle.RunAsync($"INSERT INTO {table} VALUES (@b, NULL)", ("b", bytes));
        await handle.RunAsync($"UPDATE {table} SET t = @t", ("t", new string('ü', length / 2)));
        await using var reader = await handle.Command($"SELECT b, CHAR_LENGTH(t), t FROM {table}").ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(reader.GetInt64(1), Is.EqualTo(length / 2));
        Assert.That(reader.GetString(2).AsSpan().ContainsAnyExcept('ü'), Is.False);
    }

    [Test]
    public async Task A_vector_goes_and_comes_on_servers_that_have_it()
    {
        if (!Server.IsMySql)
            Assert.Ignore("MariaDB has no type for vectors on the wire: they are bytes there");
        var table = await TableAsync("v VECTOR(3)");
        var handle = await OpenAsync();
        float[] vector = [1.5f, -2f, 0f];
        await handle.RunAsync($"INSERT INTO {table} VALUES (@v)", ("v", vector));
        await using var reader = await handle.Command($"SELECT v FROM {table}").ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.That(reader.GetFieldValue<ReadOnlyMemory<float>>(0).ToArray(), Is.EqualTo(vector));
        Assert.That(reader.GetFieldValue<float[]>(0), Is.EqualTo(vector));
    }

    [Test]
    public async Task Names_of_columns_may_occur_twice_or_be_missing()
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command("SELECT 1 AS a, 2 AS A, '', 4 AS b").ExecuteReaderAsync();
        await reader.ReadAsync();
        Assert.That(Enumerable.Range(0, 4).Select(reader.GetName), Is.EqualTo(new[] { "a", "A", "", "b" }));
        Assert.That((reader.GetOrdinal("A"), reader.GetOrdinal(""), reader.GetOrdinal("B")), Is.EqualTo((0, 2, 3)));
        Assert.That(() => reader.GetOrdinal(null!), Throws.ArgumentNullException);
    }

    [Test]
    public async Task Sizes_cut_and_types_decide_what_is_sent()
    {
        var handle = await OpenAsync();
        async Task<string> SendAsync(object value, Action<MuxParameter> set)
        {
            await using var command = handle.Command("SELECT @v", ("v", value));
            set(command.Parameters[0]);
            return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture)!;
        }

        Assert.That(await SendAsync("abcdef", static p => p.Size = 3), Is.EqualTo("abc"));
        Assert.That(await SendAsync("ab😀", static p => p.Size = 3), Is.EqualTo("ab"));
        Assert.That(await SendAsync(Small.One, static p => p.DbType = System.Data.DbType.String), Is.EqualTo("One"));
        Assert.That(await SendAsync(Small.One, static p => p.MuxDbType = MuxDbType.Enum), Is.EqualTo("One"));
        Assert.That(await SendAsync(Small.One, static _ => { }), Is.EqualTo("1"));
        Assert.That(await SendAsync(s_time, static p => p.DbType = System.Data.DbType.Date), Does.StartWith("07/08/2026 00:00:00"));
        Assert.That(await SendAsync(s_time, static p => p.DbType = System.Data.DbType.Time), Is.EqualTo("09:10:11.1234560"));
        Assert.That(await handle.ScalarAsync<string>("SELECT JSON_EXTRACT(@j, '$.a')", ("j", JsonDocument.Parse("{\"a\":5}"))), Is.EqualTo("5"));
        var list = await Sql.FailureOf<NotSupportedException>(() => handle.RunAsync("SELECT @ids", ("ids", new List<int> { 1, 2 })));
        Assert.That(list.Message, Does.Contain("'ids'").And.Contain("IN (@id0"));
    }

    private static IEnumerable<object> Forms(BigInteger number)
    {
        yield return number;
        yield return number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (number >= long.MinValue && number <= long.MaxValue)
            yield return (long)number;
        if (number >= 0 && number <= ulong.MaxValue)
            yield return (ulong)number;
        if (number >= int.MinValue && number <= int.MaxValue)
            yield return (int)number;
        if (BigInteger.Abs(number) <= new BigInteger(decimal.MaxValue))
            yield return (decimal)number;
        yield return (Int128)number;
    }

    private static TestCaseData Case(string type, object sent, object back) =>
        new TestCaseData(type, sent, back).SetArgDisplayNames(type, sent.GetType().Name, Short(sent));

    private static string Short(object sent)
    {
        var text = sent as string ?? (sent is IFormattable number ? number.ToString(null, System.Globalization.CultureInfo.InvariantCulture) : "");
        return string.Concat(text.Where(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':' or ' ')) is { Length: > 40 } longer ? longer[..40] : text.Length > 40 ? "" : string.Concat(text.Where(static c => c is >= ' ' and < '\x7f'));
    }
}
