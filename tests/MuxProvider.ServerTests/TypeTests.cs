using System.Globalization;
using System.Numerics;
using System.Text;

namespace MuxProvider.ServerTests;

/// <summary>Every column type and every parameter type, there and back.</summary>
internal sealed class TypeTests : ServerFixture
{
    private static readonly byte[] s_allBytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
    private static readonly string s_text = "ASCII äöüß 汉字 кириллица 😀👩‍👩‍👧 \0 \u0001 \x1a % _ ' \" ` \\ \r\n\t \u2028 end";
    private static readonly Guid s_guid = new("00112233-4455-6677-8899-aabbccddeeff");

    /// <summary>Column type; what is sent; what comes back, which is also of the type that GetFieldType says.</summary>
    private static IEnumerable<TestCaseData> Columns()
    {
        static TestCaseData Case(string type, object sent, object? back = null) =>
            new TestCaseData(type, sent, back ?? sent).SetArgDisplayNames(type, Name(sent));

        static string Name(object value)
        {
            var text = value switch
            {
                byte[] bytes => $"{bytes.Length} bytes {Convert.ToHexString(bytes.AsSpan(0, Math.Min(4, bytes.Length)))}",
                DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
                string { Length: > 20 } longText => $"{longText.Length} characters",
                _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            };
            return $"{value.GetType().Name} {string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || "-+:. ".Contains(c, StringComparison.Ordinal) ? c : '_'))}";
        }

        foreach (var value in new sbyte[] { sbyte.MinValue, -1, 0, sbyte.MaxValue })
            yield return Case("TINYINT", value);
        foreach (var value in new byte[] { 0, byte.MaxValue })
            yield return Case("TINYINT UNSIGNED", value);
        foreach (var value in new[] { short.MinValue, short.MaxValue })
            yield return Case("SMALLINT", value);
        foreach (var value in new[] { ushort.MinValue, ushort.MaxValue })
            yield return Case("SMALLINT UNSIGNED", value);
        foreach (var value in new[] { -8388608, 8388607 })
            yield return Case("MEDIUMINT", value);
        foreach (var value in new[] { 0u, 16777215u })
            yield return Case("MEDIUMINT UNSIGNED", value);
        foreach (var value in new[] { int.MinValue, int.MaxValue })
            yield return Case("INT", value);
        foreach (var value in new[] { uint.MinValue, uint.MaxValue })
            yield return Case("INT UNSIGNED", value);
        foreach (var value in new[] { long.MinValue, long.MaxValue })
            yield return Case("BIGINT", value);
        foreach (var value in new[] { ulong.MinValue, ulong.MaxValue, (ulong)long.MaxValue + 1 })
            yield return Case("BIGINT UNSIGNED", value);
        yield return Case("INT(5) UNSIGNED ZEROFILL", 42u);
        yield return Case("TINYINT(1)", true);
        yield return Case("TINYINT(1)", false);
        yield return Case("BOOL", true);

        foreach (var value in new[] { 0m, 1.5m, -79228162514264337593543950335m, 79228162514264337593543950335m })
            yield return Case("DECIMAL(65,1)", value);
        yield return Case("DECIMAL(65,30)", 0.1234567890123456789012345678m);
        yield return Case("DECIMAL(65,30)", -1.000000000000000000000000001m);
        yield return Case("DECIMAL(10,0)", 9999999999m);
        yield return Case("DECIMAL(10,2)", new BigInteger(12345678), 12345678.00m);
        foreach (var value in new[] { 0f, 1.5f, -1.25e-20f, 123456f })
            yield return Case("FLOAT", value);
        foreach (var value in new[] { 0d, 0.1, Math.PI, -1.7976931348623157e308, 2.2250738585072014e-308 })
            yield return Case("DOUBLE", value);

        yield return Case("DATE", new DateTime(1000, 1, 1));
        yield return Case("DATE", new DateOnly(9999, 12, 31), new DateTime(9999, 12, 31));
        yield return Case("DATETIME", new DateTime(2024, 2, 29, 23, 59, 59));
        yield return Case("DATETIME(6)", new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9_999_990));
        yield return Case("DATETIME(6)", new DateTime(1000, 1, 1, 0, 0, 0).AddTicks(10));
        yield return Case("DATETIME(3)", new DateTime(2026, 1, 2, 3, 4, 5, 678));
        yield return Case("TIMESTAMP(6)", new DateTime(2026, 7, 8, 9, 10, 11).AddTicks(1_234_560));
        yield return Case("TIMESTAMP", new DateTime(1971, 1, 1, 0, 0, 0));
        yield return Case("DATETIME(6)", new DateTimeOffset(2026, 7, 8, 9, 10, 11, TimeSpan.FromHours(2)), new DateTime(2026, 7, 8, 7, 10, 11));
        yield return Case("TIME", TimeSpan.Zero);
        yield return Case("TIME", new TimeSpan(838, 59, 59));
        yield return Case("TIME", -new TimeSpan(838, 59, 59));
        yield return Case("TIME(6)", new TimeSpan(-1), TimeSpan.Zero);
        yield return Case("TIME(6)", -TimeSpan.FromMicroseconds(1));
        yield return Case("TIME(6)", new TimeSpan(0, 12, 34, 56).Add(TimeSpan.FromMicroseconds(789012)));
        yield return Case("TIME(6)", new TimeOnly(23, 59, 59).Add(TimeSpan.FromMicroseconds(999999)), new TimeSpan(0, 23, 59, 59).Add(TimeSpan.FromMicroseconds(999999)));
        yield return Case("YEAR", 1901);
        yield return Case("YEAR", 2155);
        yield return Case("YEAR", 0);

        for (var bits = 1; bits <= 64; bits += 7)
            yield return Case($"BIT({bits})", ulong.MaxValue >> (64 - bits));
        yield return Case("BIT(8)", 0x27ul);
        yield return Case("BIT(64)", 0x5C27000000000001ul);

        foreach (var type in new[] { "CHAR(200)", "VARCHAR(200)", "TINYTEXT", "TEXT", "MEDIUMTEXT", "LONGTEXT" })
        {
            yield return Case(type, s_text);
            yield return Case(type, "");
        }

        yield return Case("VARCHAR(10)", 'x', "x");
        yield return Case("TEXT", new StringBuilder("built ").Append('\'').Append("😀"), "built '😀");
        yield return Case("TEXT", "chars'".ToCharArray(), "chars'");
        yield return Case("TEXT", "memory'".AsMemory(), "memory'");
        yield return Case("CHAR(20) CHARACTER SET latin1", "äöü");
        yield return Case("LONGTEXT", new string('ß', 100_000));
        foreach (var type in new[] { "VARBINARY(256)", "BLOB", "MEDIUMBLOB", "LONGBLOB" })
            yield return Case(type, s_allBytes);
        yield return Case("TINYBLOB", s_allBytes[1..]);
        yield return Case("BINARY(128)", s_allBytes[..128]);
        yield return Case("BINARY(128)", s_allBytes[128..]);
        yield return Case("BLOB", Array.Empty<byte>());
        yield return Case("BLOB", new ReadOnlyMemory<byte>(s_allBytes), s_allBytes);
        yield return Case("BLOB", new Memory<byte>(s_allBytes), s_allBytes);
        yield return Case("BLOB", new ArraySegment<byte>(s_allBytes, 10, 90), s_allBytes[10..100]);
        yield return Case("BLOB", new MemoryStream(s_allBytes), s_allBytes);
        yield return Case("ENUM('a','b','it''s')", "it's");
        yield return Case("SET('a','b','c')", "a,c");
        yield return Case("SET('a','b','c')", "");

        yield return Case("CHAR(36)", s_guid);
        yield return Case("CHAR(36)", "00112233-4455-6677-8899-aabbccddeeff", s_guid);
        yield return Case("VARCHAR(36)", s_guid, s_guid.ToString());
        yield return Case("INT", DayOfWeek.Friday, 5);
        yield return Case("VARCHAR(20)", 42, "42");
        yield return Case("INT", "42", 42);
    }

    [TestCaseSource(nameof(Columns))]
    public async Task A_value_survives_the_way_from_parameter_to_column_to_reader(string type, object sent, object back)
    {
        var table = await TableAsync($"id INT PRIMARY KEY AUTO_INCREMENT, v {type} NULL");
        var handle = await OpenAsync();

        Assert.That(await handle.RunAsync($"INSERT INTO {table} (v) VALUES (@v), (NULL)", ("v", sent)), Is.EqualTo(2));

        await using var command = handle.Command($"SELECT v FROM {table} ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync();
        var type1 = reader.GetFieldType(0);
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetValue(0), Is.EqualTo(back));
        Assert.That(reader.GetValue(0).GetType(), Is.EqualTo(type1));
        Assert.That(reader[0], Is.EqualTo(back));
        Assert.That(reader["v"], Is.EqualTo(back));
        Assert.That(reader.GetFieldValue<object>(0), Is.EqualTo(back));
        Assert.That(reader.GetDataTypeName(0), Is.Not.Empty);
        Assert.That(reader.IsDBNull(0), Is.False);
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.IsDBNull(0), Is.True);
        Assert.That(reader.GetValue(0), Is.EqualTo(DBNull.Value));
        Assert.That(reader.GetFieldType(0), Is.EqualTo(type1), "the type follows from the column alone");
        Assert.That(await reader.ReadAsync(), Is.False);
        await reader.DisposeAsync();

        // The same value finds its row again. (FLOAT is compared as DOUBLE; a time's literal is finer than its column.)
        if (sent is not (float or TimeSpan { Ticks: -1 } or DateTimeOffset) && !type.StartsWith("CHAR(200)", StringComparison.Ordinal) && back is not "")
            Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {table} WHERE v = @v", ("v", sent)), Is.EqualTo(1));
        Assert.That(handle.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
    }

    [TestCaseSource(nameof(Columns))]
    public async Task A_value_survives_where_backslashes_escape_nothing(string type, object sent, object back)
    {
        var table = await TableAsync($"v {type} NULL");
        var handle = await OpenAsync();
        await handle.RunAsync("SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES,ANSI_QUOTES')");

        await handle.RunAsync($"INSERT INTO {table} (v) VALUES (@v)", ("v", sent));

        await using var command = handle.Command($"SELECT v FROM {table}");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(back));
    }

    [Test]
    public async Task Json_survives()
    {
        var table = await TableAsync("v JSON");
        var handle = await OpenAsync();
        var json = """{"a": [1, 2.5, null, true], "b": "it's \"quoted\" \\ 😀"}""";
        await handle.RunAsync($"INSERT INTO {table} VALUES (@v)", ("v", json));

        await using var reader = await handle.Command($"SELECT v, JSON_UNQUOTE(JSON_EXTRACT(v, '$.b')) FROM {table}").ExecuteReaderAsync();
        Assert.That(reader.GetFieldType(0), Is.EqualTo(typeof(string)));
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(System.Text.Json.JsonDocument.Parse(reader.GetString(0)).RootElement.GetProperty("b").GetString(), Is.EqualTo("it's \"quoted\" \\ 😀"));
        Assert.That(reader.GetString(1), Is.EqualTo("it's \"quoted\" \\ 😀"));
    }

    [Test]
    public async Task Geometry_comes_as_its_bytes_and_goes_back()
    {
        var table = await TableAsync("v GEOMETRY");
        var handle = await OpenAsync();
        await handle.RunAsync($"INSERT INTO {table} VALUES (ST_GeomFromText('POINT(1 2)'))");
        await using var command = handle.Command($"SELECT v FROM {table}");
        var bytes = (byte[])(await command.ExecuteScalarAsync())!;
        Assert.That(bytes, Has.Length.EqualTo(25), "SRID and WKB");
        await handle.RunAsync($"INSERT INTO {table} VALUES (@v)", ("v", bytes));
        Assert.That(await handle.TextAsync($"SELECT ST_AsText(v) FROM {table}"), Is.EqualTo("POINT(1 2);POINT(1 2)"));
    }

    [Test]
    public async Task Zero_dates_are_an_error_or_the_smallest_date_as_asked_for()
    {
        var table = await TableAsync("d DATE, t DATETIME");
        await Server.AdminAsync("SET sql_mode = ''", $"INSERT INTO {Schema}.{table} VALUES ('0000-00-00', '0000-00-00 00:00:00')");

        var handle = await OpenAsync();
        var command = handle.Command($"SELECT d, t FROM {table}");
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.That(await reader.ReadAsync(), Is.True);
            var error = Assert.Throws<InvalidCastException>(() => reader.GetValue(0));
            Assert.That(error.Message, Does.Contain("'d'").And.Contain("Convert Zero DateTime"));
            Assert.That(() => reader.GetDateTime(1), Throws.InstanceOf<InvalidCastException>());
        }

        var converting = await OpenAsync(NewSource("Convert Zero DateTime=true"));
        await using (var reader = await converting.Command($"SELECT d, t FROM {table}").ExecuteReaderAsync())
        {
            Assert.That(await reader.ReadAsync(), Is.True);
            Assert.That(reader.GetValue(0), Is.EqualTo(DateTime.MinValue));
            Assert.That(reader.GetDateTime(1), Is.EqualTo(DateTime.MinValue));
        }
    }

    [Test]
    public async Task Options_decide_what_small_numbers_guids_and_times_are()
    {
        var table = await TableAsync("t TINYINT(1), g BINARY(16), c CHAR(32), d DATETIME");
        var plain = await OpenAsync(NewSource("Treat Tiny As Boolean=false;GUID Format=None"));
        await plain.RunAsync($"INSERT INTO {table} VALUES (2, @g, @c, '2026-01-02 03:04:05')", ("g", s_guid.ToByteArray(bigEndian: true)), ("c", s_guid.ToString("N")));
        Assert.That(await plain.ScalarAsync<object>($"SELECT t FROM {table}"), Is.EqualTo((sbyte)2));

        var binary = await OpenAsync(NewSource("GUID Format=Binary16;DateTime Kind=Utc"));
        Assert.That(await binary.ScalarAsync<object>($"SELECT g FROM {table} WHERE g = @g", ("g", s_guid)), Is.EqualTo(s_guid));
        var time = await binary.ScalarAsync<DateTime>($"SELECT d FROM {table}");
        Assert.That(time.Kind, Is.EqualTo(DateTimeKind.Utc));
        var wrong = await Sql.FailureOf<ArgumentException>(() => binary.RunAsync("SELECT @d", ("d", DateTime.Now)));
        Assert.That(wrong.Message, Does.Contain("Utc"));

        var char32 = await OpenAsync(NewSource("GUID Format=Char32"));
        Assert.That(await char32.ScalarAsync<object>($"SELECT c FROM {table} WHERE c = @c", ("c", s_guid)), Is.EqualTo(s_guid));
    }

    [Test]
    public async Task Typed_getters_read_what_they_should_and_refuse_what_they_cannot()
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command(
            "SELECT 300, CAST(18446744073709551615 AS UNSIGNED), 1.5, 'text', NULL, DATE '2026-01-02', TIME '10:11:12', _binary'ab', 1e0").ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);

        Assert.That(reader.GetInt16(0), Is.EqualTo(300));
        Assert.That(reader.GetFieldValue<long?>(0), Is.EqualTo(300));
        Assert.That(() => reader.GetByte(0), Throws.InstanceOf<OverflowException>());
        Assert.That(reader.GetUInt64(1), Is.EqualTo(ulong.MaxValue));
        Assert.That(() => reader.GetInt64(1), Throws.InstanceOf<OverflowException>());
        Assert.That(reader.GetDecimal(2), Is.EqualTo(1.5m));
        Assert.That(reader.GetDouble(2), Is.EqualTo(1.5));
        Assert.That(() => reader.GetInt32(3), Throws.InstanceOf<InvalidCastException>().Or.InstanceOf<FormatException>());
        Assert.That(() => reader.GetString(4), Throws.InstanceOf<InvalidCastException>());
        Assert.That(reader.GetFieldValue<int?>(4), Is.Null);
        Assert.That(reader.GetFieldValue<DateOnly>(5), Is.EqualTo(new DateOnly(2026, 1, 2)));
        Assert.That(reader.GetFieldValue<TimeOnly>(6), Is.EqualTo(new TimeOnly(10, 11, 12)));
        Assert.That(reader.GetTimeSpan(6), Is.EqualTo(new TimeSpan(10, 11, 12)));
        var buffer = new byte[5];
        Assert.That(reader.GetBytes(7, 0, buffer, 1, 4), Is.EqualTo(2));
        Assert.That(buffer, Is.EqualTo(new byte[] { 0, (byte)'a', (byte)'b', 0, 0 }));
        Assert.That(reader.GetBytes(7, 0, null, 0, 0), Is.EqualTo(2));
        var chars = new char[3];
        Assert.That(reader.GetChars(3, 1, chars, 0, 3), Is.EqualTo(3));
        Assert.That(new string(chars), Is.EqualTo("ext"));
        using var stream = reader.GetStream(7);
        Assert.That(stream.Length, Is.EqualTo(2));
        Assert.That(reader.GetTextReader(3).ReadToEnd(), Is.EqualTo("text"));
        Assert.That(() => reader.GetInt32(99), Throws.InstanceOf<IndexOutOfRangeException>());
        Assert.That(() => reader.GetOrdinal("nope"), Throws.InstanceOf<IndexOutOfRangeException>().With.Message.Contains("nope"));
    }

    [Test]
    public async Task Strings_never_break_out_of_their_quotes([Values("", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES")] string mode)
    {
        var handle = await OpenAsync();
        if (mode.Length > 0)
            await handle.RunAsync($"SET sql_mode = '{mode}'");
        string[] attacks =
        [
            "'", "''", "\\", "\\'", "\\\\'", "'; DROP TABLE x; --", "\\'; DROP TABLE x; --", "\" OR \"\"=\"", "\\\" --", "` --", "/* ' */",
            "*/ '", "-- '", "# '", "\0'", "\x1a'", "\u00bf'", "\u5c5c'", "'\u0000\\", "a\\", "ends with \\", "@p", "?", ":p", "\\%", "\r\n'",
            "\ud800'", "'\udfff", "x\\\\\\'; SELECT 1; --",
        ];
        foreach (var attack in attacks)
        {
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(attack));
            Assert.That(await handle.TextAsync("SELECT @p", ("p", attack)), Is.EqualTo(expected), attack);
            Assert.That(await handle.TextAsync("SELECT ?, 'it''s', ?", ("", attack), ("", attack)), Is.EqualTo($"{expected},it's,{expected}"), attack);
            var bytes = Encoding.UTF8.GetBytes(attack);
            Assert.That(await handle.TextAsync("SELECT @p", ("p", bytes)), Is.EqualTo(Convert.ToHexString(bytes)), attack);
        }
    }

    [Test]
    public async Task Markers_inside_quotes_and_comments_are_text([Values("", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES")] string mode)
    {
        var handle = await OpenAsync();
        if (mode.Length > 0)
            await handle.RunAsync($"SET sql_mode = '{mode}'");
        var text = mode == "NO_BACKSLASH_ESCAPES" ? @"SELECT '@p\', @p, '?'" : @"SELECT '@p\'', @p, '?'";
        var first = mode == "NO_BACKSLASH_ESCAPES" ? @"@p\" : "@p'";
        Assert.That(await handle.TextAsync(text + " /* @q */ -- @r\n# ?\n", ("p", 5)), Is.EqualTo($"{first},5,?"));
        var quoted = await handle.TextAsync("SELECT 1 AS \"@p\", `@q` FROM (SELECT 2 AS `@q`) AS x");
        Assert.That(quoted, Is.EqualTo("1,2"));
    }

    [Test]
    public async Task A_procedure_that_plays_with_sql_mode_does_not_fool_the_quoting()
    {
        var name = Server.NewName("p");
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{name}() SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
        var handle = await OpenAsync();
        await handle.RunAsync($"CALL {name}()");
        foreach (var attack in new[] { "\\", "\\'", "'; SELECT 2; --", "\\'; SELECT 2; -- " })
            Assert.That(await handle.TextAsync("SELECT @p", ("p", attack)), Is.EqualTo(attack));
    }

    [TestCase(typeof(object))]
    [TestCase(typeof(int[]))]
    [TestCase(typeof(Uri))]
    public async Task A_parameter_of_another_type_is_refused_by_name_and_leaves_the_handle_usable(Type type)
    {
        object value = type == typeof(object) ? new object() : type == typeof(Uri) ? new Uri("http://x/") : new[] { 1, 2 };
        var handle = await OpenAsync();
        var error = await Sql.FailureOf<NotSupportedException>(() => handle.RunAsync("SELECT @v", ("v", value)));
        Assert.That(error.Message, Does.Contain(type.Name));
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    [TestCase(float.NegativeInfinity)]
    public async Task A_number_that_the_server_does_not_have_is_refused(object value)
    {
        var handle = await OpenAsync();
        await Sql.FailureOf<ArgumentException>(() => handle.RunAsync("SELECT @v", ("v", value)));
        await Sql.FailureOf<ArgumentOutOfRangeException>(() => handle.RunAsync("SELECT @v", ("v", TimeSpan.FromHours(839))));
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Columns_without_table_have_the_types_of_their_expressions()
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command(
            "SELECT 1 = 1, COUNT(*), SUM(1), AVG(1), MAX(_utf8mb4'a'), NULL, 1e0, 1.0, NOW(), CURDATE(), CURTIME(), USER(), x'00FF', TRUE, -1, 18446744073709551615").ExecuteReaderAsync();
        Type[] types =
        [
            reader.GetFieldType(0), typeof(long), typeof(decimal), typeof(decimal), typeof(string), typeof(object), typeof(double), typeof(decimal),
            typeof(DateTime), typeof(DateTime), typeof(TimeSpan), typeof(string), typeof(byte[]), reader.GetFieldType(13), reader.GetFieldType(14), typeof(ulong),
        ];
        Assert.That(await reader.ReadAsync(), Is.True);
        for (var i = 0; i < types.Length; i++)
        {
            Assert.That(reader.GetFieldType(i), Is.EqualTo(types[i]), $"column {i}");
            if (!reader.IsDBNull(i))
                Assert.That(reader.GetValue(i).GetType(), Is.EqualTo(types[i]), $"value {i}");
        }
    }

    [Test]
    public async Task A_parameter_of_every_type_comes_back_as_that_type_in_an_expression()
    {
        var handle = await OpenAsync();
        (object Sent, object Back)[] cases =
        [
            (1, 1L), ("text", "text"), (1.5, 1.5), (1.5m, 1.5m), (s_allBytes, s_allBytes), (TimeSpan.FromHours(-100), TimeSpan.FromHours(-100)),
            (new DateTime(2026, 1, 2, 3, 4, 5), new DateTime(2026, 1, 2, 3, 4, 5)), (new DateOnly(2026, 1, 2), new DateTime(2026, 1, 2)),
            (DBNull.Value, DBNull.Value), ("😀", "😀"),
        ];
        foreach (var (sent, back) in cases)
        {
            await using var command = handle.Command("SELECT @v", ("v", sent));
            var value = await command.ExecuteScalarAsync();
            if (back is long number)
                Assert.That(Convert.ToInt64(value, CultureInfo.InvariantCulture), Is.EqualTo(number));
            else
                Assert.That(value, Is.EqualTo(back));
        }
    }
}
