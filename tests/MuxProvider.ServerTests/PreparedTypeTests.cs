using System.Globalization;
using System.Numerics;
using System.Text;

namespace MuxProvider.ServerTests;

/// <summary>Every type of the server, and every type of parameter: the same whether the statement ran prepared or as text.</summary>
internal sealed class PreparedTypeTests : ServerFixture
{
    private static readonly TestCaseData[] Columns =
    [
        Column("TINYINT", "-128", "0", "127"),
        Column("TINYINT UNSIGNED", "0", "255"),
        Column("TINYINT(1)", "0", "1", "-5"),
        Column("SMALLINT", "-32768", "32767"),
        Column("SMALLINT UNSIGNED", "65535"),
        Column("MEDIUMINT", "-8388608", "8388607"),
        Column("MEDIUMINT UNSIGNED", "16777215"),
        Column("INT", "-2147483648", "2147483647"),
        Column("INT UNSIGNED", "4294967295"),
        Column("INT(5) UNSIGNED ZEROFILL", "42"),
        Column("BIGINT", "-9223372036854775808", "9223372036854775807"),
        Column("BIGINT UNSIGNED", "18446744073709551615"),
        Column("YEAR", "1901", "2155", "0000"),
        Column("BIT(1)", "b'0'", "b'1'"),
        Column("BIT(10)", "b'1000000001'"),
        Column("BIT(64)", "~0"),
        Column("DECIMAL(65,30)", "0.1234567890123456789012345678", "-1.5", "12345678901234567890123456789012345"),
        Column("DECIMAL(10,0)", "9999999999"),
        Column("FLOAT", "0", "1.5", "-1.25e-20", "123456"),
        Column("DOUBLE", "0", "0.1", "-1.7976931348623157e308", "2.2250738585072014e-308", "1e30", "123456789.125"),
        Column("DOUBLE(10,2)", "1.1", "12345.67"),
        Column("DATE", "'1000-01-01'", "'9999-12-31'", "'0000-00-00'", "'2024-00-00'"),
        Column("DATETIME", "'2024-02-29 23:59:59'", "'2024-02-29'", "'0000-00-00'"),
        Column("DATETIME(6)", "'9999-12-31 23:59:59.999999'", "'2024-01-01 00:00:00.000001'", "'2024-01-01'"),
        Column("DATETIME(3)", "'2024-01-01 01:02:03.450'"),
        Column("TIMESTAMP(6)", "'2026-07-08 09:10:11.123456'", "'0000-00-00'"),
        Column("TIME", "'00:00:00'", "'838:59:59'", "'-838:59:59'", "'24:00:00'"),
        Column("TIME(6)", "'-00:00:00.000001'", "'838:59:58.999999'", "'23:59:59.5'"),
        Column("CHAR(10)", "''", "'äöü'"),
        Column("CHAR(36)", "'00112233-4455-6677-8899-aabbccddeeff'", "'no guid'"),
        Column("VARCHAR(300)", "''", "REPEAT('x', 250)", "REPEAT('ü', 251)"),
        Column("LONGTEXT", "''", "REPEAT('x', 70000)"),
        Column("BINARY(16)", "0x00112233445566778899AABBCCDDEEFF"),
        Column("VARBINARY(300)", "''", "0xFF00FE"),
        Column("BLOB", "0x00"),
        Column("LONGBLOB", "REPEAT(0xFE, 70000)"),
        Column("ENUM('red','green')", "'red'", "2"),
        Column("SET('a','b','c')", "'a,c'", "''"),
        Column("JSON", "'{\"a\": [1, null]}'", "'\"x\"'"),
        Column("GEOMETRY", "ST_GeomFromText('POINT(1 2)')"),
    ];

    [TestCaseSource(nameof(Columns))]
    public async Task A_column_reads_the_same_prepared_or_not(string type, string[] values)
    {
        var table = await TableAsync($"id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(5) DEFAULT 'a', c {type}, z INT DEFAULT 7");
        await Server.AdminAsync(
            [$"SET sql_mode='{(Server.IsMySql ? "ALLOW_INVALID_DATES" : "")}'", .. values.Append("NULL").Select(value => $"INSERT INTO {Schema}.{table} (c) VALUES ({value})")]);
        foreach (var text in (string[])[$"SELECT a, c, z FROM {table} WHERE id > @after ORDER BY id", $"SELECT MAX(c), MIN(c), COUNT(c) FROM {table} WHERE id > @after"])
        {
            if (type == "GEOMETRY" && text.Contains("MAX", StringComparison.Ordinal))
                continue;
            var asText = await ReadAsync(Source, text, isPrepared: false);
            var source = NewSource("Max Shared Links=1");
            var prepared = await ReadAsync(source, text, isPrepared: true);
            Assert.That(prepared, Is.EqualTo(asText));
            Assert.That(source.GetStatistics().PreparedExecutions, Is.EqualTo(1), "executions of a prepared statement");
        }
    }

    [Test]
    public async Task A_float_is_exact_where_text_has_six_digits()
    {
        var table = await TableAsync("f FLOAT");
        await Server.AdminAsync($"INSERT INTO {Schema}.{table} VALUES (1234567.8)");
        var source = NewSource("Max Shared Links=1");
        var connection = await OpenAsync(source);
        await using var command = connection.Command($"SELECT f FROM {table}");
        var asText = await command.ExecuteScalarAsync();
        await command.PrepareAsync();
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1234567.75f));
        Assert.That(asText, Is.EqualTo(1234570f));
    }

    private static readonly TestCaseData[] Values =
    [
        Value("INT", true, sbyte.MinValue, byte.MaxValue, short.MinValue, ushort.MaxValue, int.MinValue, 7L, 7UL, 7m, 7.0, 7f, DayOfWeek.Friday, BigInteger.One, null),
        Value("BIGINT", uint.MaxValue, long.MinValue, long.MaxValue, (ulong)long.MaxValue, -5m),
        Value("BIGINT UNSIGNED", ulong.MaxValue, 18446744073709551615m, new BigInteger(ulong.MaxValue)),
        Value("DECIMAL(65,30)", 1.5m, -0.1234567890123456789012345678m, 1.5, 0.1f, new BigInteger(decimal.MaxValue), 79228162514264337593543950335m),
        Value("DOUBLE", 0.1, 0.1f, 1e300, -1.7976931348623157e308, 1e20f, 5, 1.5m),
        Value("FLOAT", 1.5f, 1.5, 5),
        Value("VARCHAR(300) CHARACTER SET utf8mb4", "", "it's \\ \0 \n ü 😀", 'x', new StringBuilder("builder"), "memory".AsMemory(), "array".ToCharArray(), 5, 1.5m, new Guid("00112233-4455-6677-8899-aabbccddeeff")),
        Value("LONGBLOB", new byte[] { 0, 0xFF, (byte)'\'', (byte)'\\' }, new byte[300], new ArraySegment<byte>([1, 2, 3], 1, 2), new ReadOnlyMemory<byte>([4]), new Memory<byte>([5]), new MemoryStream([6, 7])),
        Value("LONGBLOB", new MemoryStream(new byte[2_000_000]), new byte[2_000_000]),
        Value("DATETIME(6)", new DateTime(2024, 2, 29, 23, 59, 58).AddTicks(1_234_567), new DateTime(1000, 1, 1), new DateTime(9999, 12, 31, 23, 59, 59), new DateTimeOffset(2024, 3, 1, 1, 0, 0, TimeSpan.FromHours(2)), new DateOnly(2024, 2, 29)),
        Value("DATE", new DateOnly(9999, 12, 31), new DateTime(2024, 2, 29)),
        Value("TIME(6)", TimeSpan.Zero, new TimeSpan(838, 59, 59), new TimeSpan(0, 837, 59, 59, 999, 999), -new TimeSpan(0, 837, 59, 59, 999, 999), TimeSpan.FromTicks(-9), new TimeOnly(23, 59, 59, 999)),
        Value("YEAR", 2024),
        Value("BIT(64)", ulong.MaxValue, 5),
        Value("ENUM('red','green')", "green", 2),
        Value("SET('a','b','c')", "a,c", 5),
        Value("JSON", "{\"a\": 1}"),
    ];

    [TestCaseSource(nameof(Values))]
    public async Task A_value_arrives_the_same_prepared_or_not(string type, object?[] values)
    {
        var table = await TableAsync($"id INT PRIMARY KEY AUTO_INCREMENT, c {type}");
        var source = NewSource("Max Shared Links=1;Track Last Insert Id=false");
        var connection = await OpenAsync(source);
        await using var asText = connection.Command($"INSERT INTO {table} (c) VALUES (@value)", ("value", null));
        await using var prepared = connection.Command($"INSERT INTO {table} (c) VALUES (@value)", ("value", null));
        await using var find = connection.Command($"SELECT COUNT(*) FROM {table} WHERE c <=> @value", ("value", null));
        await prepared.PrepareAsync();
        foreach (var value in values)
        {
            asText.Parameters[0].Value = prepared.Parameters[0].Value = value;
            Assert.That(await asText.ExecuteNonQueryAsync(), Is.EqualTo(1));
            Assert.That(await prepared.ExecuteNonQueryAsync(), Is.EqualTo(1));
            var rows = (await connection.TextAsync($"SELECT c FROM {table} WHERE id > {asText.LastInsertedId - 1} ORDER BY id")).Split(';');
            Assert.That(rows, Has.Length.EqualTo(2));
            Assert.That(rows[1], Is.EqualTo(rows[0]), $"{value?.GetType()} {value}");
        }

        Assert.That(source.GetStatistics().PreparedExecutions, Is.EqualTo(values.Length));
        foreach (var value in values)
        {
            find.Parameters[0].Value = value;
            var expected = await find.ExecuteScalarAsync();
            await find.PrepareAsync();
            if (type != "FLOAT")
                Assert.That(await find.ExecuteScalarAsync(), Is.EqualTo(expected), $"{value?.GetType()} {value}");
        }
    }

    // Columns, then each cell as every getter reads it.
    private async Task<string> ReadAsync(MuxDataSource source, string text, bool isPrepared)
    {
        var connection = await OpenAsync(source);
        await using var command = connection.Command(text, ("after", 0));
        if (isPrepared)
            await command.PrepareAsync();
        await using var reader = await command.ExecuteReaderAsync();
        var result = new StringBuilder();
        for (var i = 0; i < reader.FieldCount; i++)
            result.Append(CultureInfo.InvariantCulture, $"{reader.GetName(i)} {reader.GetDataTypeName(i)} {reader.GetFieldType(i)}\n");
        while (await reader.ReadAsync())
        {
            for (var i = 0; i < reader.FieldCount; i++)
                result.Append(CultureInfo.InvariantCulture, $"{reader.IsDBNull(i)} {Cell(reader, i)}\n");
        }

        return result.ToString();
    }

    private static string Cell(MuxDataReader reader, int ordinal) => string.Join(
        ' ',
        Try(() => reader.GetValue(ordinal)),
        Try(() => reader.GetInt32(ordinal)),
        Try(() => reader.GetUInt64(ordinal)),
        Try(() => reader.GetDecimal(ordinal)),
        Try(() => reader.GetDouble(ordinal)),
        Try(() => reader.GetBoolean(ordinal)),
        Try(() => reader.GetString(ordinal)),
        Try(() => reader.GetDateTime(ordinal)),
        Try(() => reader.GetTimeSpan(ordinal)),
        Try(() => reader.GetFieldValue<byte[]>(ordinal)));

    private static string Try(Func<object> read)
    {
        try
        {
            var value = read();
            return value switch
            {
                byte[] bytes => Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 40))) + bytes.Length.ToString(CultureInfo.InvariantCulture),
                DateTime time => time.Ticks.ToString(CultureInfo.InvariantCulture),
                TimeSpan time => time.Ticks.ToString(CultureInfo.InvariantCulture),
                _ => $"{value.GetType().Name} {Convert.ToString(value, CultureInfo.InvariantCulture)}",
            };
        }
        catch (Exception e) when (e is InvalidCastException or FormatException or OverflowException)
        {
            return e.Message;
        }
    }

    private static TestCaseData Column(string type, params string[] values) => new TestCaseData(type, values).SetArgDisplayNames(type, $"{values.Length} values");

    private static TestCaseData Value(string type, params object?[] values) => new TestCaseData(type, values).SetArgDisplayNames(type, string.Join(' ', values.Select(value => value?.GetType().Name ?? "null")));
}
