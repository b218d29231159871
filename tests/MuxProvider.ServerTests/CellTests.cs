using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MuxProvider.ServerTests;

/// <summary>Cells as every .NET type that they can be, whether they come as text or binary.</summary>
internal sealed class CellTests(Wire wire) : WireFixture(wire)
{
    private static readonly Guid s_guid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");

    internal enum Small : byte
    {
        None,
        One,
        Most = 255,
    }

    internal enum Wide : long
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
        var reader = await ReadAsync(await OpenOneAsync(), $"SELECT {sql} AS v");
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
        var reader = await ReadAsync(await OpenOneAsync(), $"SELECT {sql} AS victim");
        Assert.That(() => read(reader), Throws.InstanceOf<SystemException>().With.Message.Contains("'victim'"));
        Assert.That(reader.GetName(0), Is.EqualTo("victim"), "the reader can still be used");
    }

    [Test]
    public async Task Json_and_streams_are_read()
    {
        var reader = await ReadAsync(await OpenOneAsync(), "SELECT '{\"a\":[1]}', x'010203', 'text', 'null'");
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

    [Test]
    public async Task Zero_dates_are_kept_where_that_was_asked_for()
    {
        var table = await TableAsync("d DATE, t DATETIME(3)");
        await Server.AdminAsync("SET sql_mode = ''", $"INSERT INTO {Schema}.{table} VALUES ('0000-00-00', '2026-00-10 01:02:03.004'), ('2026-01-02', NULL)");
        var handle = await OpenOneAsync("Allow Zero DateTime=true");
        await using (var reader = await ReadAsync(handle, $"SELECT d, t FROM {table} ORDER BY d"))
        {
            Assert.That(reader.GetFieldType(0), Is.EqualTo(typeof(MuxDateTime)));
            Assert.That(reader.GetValue(0), Is.EqualTo(default(MuxDateTime)));
            Assert.That(reader[1], Is.EqualTo(new MuxDateTime(2026, 0, 10, new TimeSpan(0, 1, 2, 3, 4))));
            Assert.That(() => reader.GetDateTime(0), Throws.InstanceOf<InvalidCastException>().With.Message.Contains("'d'"));
            await reader.ReadAsync();
            Assert.That(reader.GetDateTime(0), Is.EqualTo(new DateTime(2026, 1, 2)));
            Assert.That(reader.GetValue(1), Is.EqualTo(DBNull.Value));
        }

        await handle.RunAsync("SET sql_mode = ''");
        await using (var found = await ReadAsync(handle, $"SELECT COUNT(*) FROM {table} WHERE d = @d", ("d", default(MuxDateTime))))
            Assert.That(found.GetInt32(0), Is.EqualTo(1));
    }

    [Test]
    public async Task Zero_dates_are_the_smallest_where_that_was_asked_for()
    {
        var table = await TableAsync("d DATE, t DATETIME");
        await Server.AdminAsync("SET sql_mode = ''", $"INSERT INTO {Schema}.{table} VALUES ('0000-00-00', '0000-00-00 00:00:00')");
        var reader = await ReadAsync(await OpenOneAsync("Allow Zero DateTime=true;Convert Zero DateTime=true"), $"SELECT d, t FROM {table}");
        Assert.That((reader.GetValue(0), reader.GetDateTime(1)), Is.EqualTo(((object)DateTime.MinValue, DateTime.MinValue)));
    }

    [Test]
    public async Task A_vector_goes_and_comes_on_servers_that_have_it()
    {
        if (!Server.IsMySql)
            Assert.Ignore("MariaDB has no type for vectors on the wire: they are bytes there");
        var table = await TableAsync("v VECTOR(3)");
        var handle = await OpenOneAsync();
        float[] vector = [1.5f, -2f, 0f];
        await RunAsync(handle, $"INSERT INTO {table} VALUES (@v)", ("v", vector));
        var reader = await ReadAsync(handle, $"SELECT v FROM {table}");
        Assert.That(reader.GetFieldValue<ReadOnlyMemory<float>>(0).ToArray(), Is.EqualTo(vector));
        Assert.That(reader.GetFieldValue<float[]>(0), Is.EqualTo(vector));
    }

    [Test]
    public async Task Names_of_columns_may_occur_twice_or_be_missing()
    {
        var reader = await ReadAsync(await OpenOneAsync(), "SELECT 1 AS a, 2 AS A, '', 4 AS b");
        Assert.That(Enumerable.Range(0, 4).Select(reader.GetName), Is.EqualTo(new[] { "a", "A", "", "b" }));
        Assert.That((reader.GetOrdinal("A"), reader.GetOrdinal(""), reader.GetOrdinal("B")), Is.EqualTo((0, 2, 3)));
        Assert.That(() => reader.GetOrdinal(null!), Throws.ArgumentNullException);
    }
}
