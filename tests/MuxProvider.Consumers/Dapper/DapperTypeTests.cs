using System.Data;
using System.Text.Json;
using Dapper;

namespace MuxProvider.Consumers;

/// <summary>The types that Dapper reads and writes.</summary>
internal sealed class DapperTypeTests : ServerFixture
{
    private static readonly Guid s_guid = new("00112233-4455-6677-8899-aabbccddeeff");

    private enum Colour : byte
    {
        Red = 1,
        Green = 2,
    }

    private static IEnumerable<TestCaseData> Scalars()
    {
        (string Text, object? Value, Type Type)[] cases =
        [
            ("SELECT 5", 5, typeof(int)), ("SELECT 5", 5L, typeof(long)), ("SELECT 5", (short)5, typeof(short)), ("SELECT 5", 5m, typeof(decimal)),
            ("SELECT 5", 5.0, typeof(double)), ("SELECT 5", "5", typeof(string)), ("SELECT 1", true, typeof(bool)), ("SELECT 0", false, typeof(bool)),
            ("SELECT COUNT(*) FROM kinds", 2, typeof(int)), ("SELECT '7'", 7, typeof(int)), ("SELECT NULL", null, typeof(int?)), ("SELECT 3", 3, typeof(int?)),
            ("SELECT NULL", 0, typeof(int)), ("SELECT NULL", null, typeof(string)), ("SELECT id FROM kinds WHERE id > 99", 0, typeof(int)),
            ("SELECT id FROM kinds WHERE id > 99", null, typeof(int?)), ("SELECT truth FROM kinds WHERE id = 1", true, typeof(bool)),
            ("SELECT 2", DayOfWeek.Tuesday, typeof(DayOfWeek)), ("SELECT 1.25", 1.25m, typeof(decimal)), ("SELECT 1.25e0", 1.25, typeof(double)),
            ("SELECT 1.25e0", 1.25f, typeof(float)), ("SELECT DATE '2026-01-02'", new DateTime(2026, 1, 2), typeof(DateTime)),
            ("SELECT TIME '-30:00:00'", TimeSpan.FromHours(-30), typeof(TimeSpan)), ("SELECT token FROM kinds WHERE id = 1", s_guid, typeof(Guid)),
            ("SELECT x'0102'", new byte[] { 1, 2 }, typeof(byte[])), ("SELECT CAST(18446744073709551615 AS UNSIGNED)", ulong.MaxValue, typeof(ulong)),
        ];
        return cases.Select(row => new TestCaseData(row.Text, row.Value, row.Type).SetArgDisplayNames(row.Text, row.Type.ToString()));
    }

    [TestCaseSource(nameof(Scalars))]
    public async Task ExecuteScalar_converts(string text, object? value, Type type)
    {
        var handle = await OpenAsync();
        var test = (Task)typeof(DapperTypeTests).GetMethod(nameof(ScalarsAsync), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, [handle, text, value])!;
        await test;
    }

    [Test]
    public async Task An_object_takes_a_column_of_every_type()
    {
        var handle = await OpenAsync();
        var rows = (await handle.QueryAsync<Kinds>("SELECT * FROM kinds ORDER BY id")).ToList();
        Assert.That(rows[0], Is.EqualTo(new Kinds
        {
            Id = 1, Truth = true, Small = -7, Byte = 200, Big = ulong.MaxValue, Price = 12.75m, Ratio = 1.5, Name = "it's 😀", Letter = 'x', Colour = Colour.Green,
            Word = DayOfWeek.Friday, Day = new DateOnly(2026, 1, 2), Hour = new TimeOnly(10, 11, 12), Span = TimeSpan.FromHours(-30), Born = new DateTime(2026, 1, 2, 3, 4, 5), Token = s_guid,
        }));
        Assert.That(rows[1], Is.EqualTo(new Kinds { Id = 2 }));
        Assert.That((await handle.QuerySingleAsync<byte[]>("SELECT bytes FROM kinds WHERE id = 1")), Is.EqualTo(new byte[] { 0, 39, 92, 255 }));
        Assert.That((await handle.QuerySingleAsync<byte[]?>("SELECT bytes FROM kinds WHERE id = 2")), Is.Null);
    }

    [Test]
    public async Task An_object_goes_into_a_row_and_comes_back()
    {
        var table = await TableAsync($"LIKE {Schema}.kinds");
        var handle = await OpenAsync();
        foreach (var row in await handle.QueryAsync<Kinds>("SELECT * FROM kinds"))
        {
            Assert.That(await handle.ExecuteAsync(
                $"INSERT INTO {table} (id, truth, small, `byte`, big, price, ratio, name, letter, colour, word, day, hour, span, born, token) VALUES (@Id, @Truth, @Small, @Byte, @Big, @Price, @Ratio, @Name, @Letter, @Colour, @Word, @Day, @Hour, @Span, @Born, @Token)",
                row), Is.EqualTo(1));
            Assert.That(await handle.QuerySingleAsync<Kinds>($"SELECT * FROM {table} WHERE id = @Id", row), Is.EqualTo(row));
        }
    }

    [Test]
    public async Task Columns_come_as_the_same_type_however_often_and_whatever_is_NULL()
    {
        // Dapper compiles a reader for the types of the first time.
        var handle = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await handle.QueryAsync<Kinds>("SELECT * FROM kinds ORDER BY id DESC")).Select(row => row.Id), Is.EqualTo(new[] { 2, 1 }));
            Assert.That((await handle.QueryAsync<Kinds>("SELECT * FROM kinds WHERE id = @id", new { id = i % 2 + 1 })).Single().Id, Is.EqualTo(i % 2 + 1));
        }
    }

    [TestCase("a", "a")]
    [TestCase("@a", "a")]
    [TestCase("?a", "@a")]
    [TestCase("a", "?a")]
    public async Task Dynamic_parameters_have_names_in_any_form(string added, string asked)
    {
        var handle = await OpenAsync();
        var parameters = new DynamicParameters();
        parameters.Add(added, 7);
        Assert.That(await handle.QuerySingleAsync<int>("SELECT @a", parameters), Is.EqualTo(7));
        Assert.That(parameters.Get<int>(asked), Is.EqualTo(7));
    }

    [Test]
    public async Task Dynamic_parameters_of_every_type_are_sent([Values] DbType type)
    {
        object? value = type switch
        {
            DbType.AnsiString or DbType.String or DbType.AnsiStringFixedLength or DbType.StringFixedLength or DbType.Xml => "text",
            DbType.Binary => new byte[] { 1, 2 },
            DbType.Boolean => true,
            DbType.Date or DbType.DateTime or DbType.DateTime2 => new DateTime(2026, 1, 2),
            DbType.DateTimeOffset => new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
            DbType.Time => TimeSpan.FromHours(3),
            DbType.Guid => s_guid,
            DbType.Single => 1.5f,
            DbType.Double => 1.5,
            DbType.Decimal or DbType.Currency or DbType.VarNumeric => 1.5m,
            DbType.SByte => (sbyte)5,
            DbType.Byte => (byte)5,
            DbType.Int16 => (short)5,
            DbType.UInt16 => (ushort)5,
            DbType.Int64 => 5L,
            DbType.UInt64 => 5ul,
            DbType.UInt32 => 5u,
            _ => 5,
        };
        var handle = await OpenAsync();
        foreach (var given in new[] { value, null })
        {
            var parameters = new DynamicParameters();
            parameters.Add("v", given, type);
            Assert.That(await handle.ExecuteScalarAsync("SELECT @v", parameters), given is null ? Is.EqualTo(DBNull.Value).Or.Null : Is.Not.Null.And.Not.EqualTo(DBNull.Value));
        }
    }

    [Test]
    public async Task Parameters_from_templates_and_from_dictionaries_are_sent()
    {
        var handle = await OpenAsync();
        var parameters = new DynamicParameters(new { a = 1, b = "x" });
        parameters.AddDynamicParams(new { c = 2.5m });
        parameters.AddDynamicParams(new Dictionary<string, object?> { ["d"] = null });
        Assert.That(await handle.QuerySingleAsync<string>("SELECT CONCAT_WS('|', @a, @b, @c, @d)", parameters), Is.EqualTo("1|x|2.5"));
        Assert.That(await handle.QuerySingleAsync<int>("SELECT @e", new Dictionary<string, object> { ["e"] = 9 }), Is.EqualTo(9));
    }

    [Test]
    public async Task Strings_with_length_and_ansi_are_sent()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.QuerySingleAsync<int>("SELECT id FROM kinds WHERE name = @name", new { name = new DbString { Value = "it's 😀", Length = 50 } }), Is.EqualTo(1));
        Assert.That(await handle.QuerySingleAsync<string>("SELECT @s", new { s = new DbString { Value = "abc", IsAnsi = true, IsFixedLength = true, Length = 3 } }), Is.EqualTo("abc"));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(500)]
    [TestCase(3000)]
    public async Task Lists_of_any_length_expand(int length)
    {
        var handle = await OpenAsync();
        var text = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT COUNT(*) FROM n WHERE i IN @list";
        Assert.That(await handle.ExecuteScalarAsync<int>(text, new { list = Enumerable.Range(1, length) }), Is.EqualTo(Math.Min(length, 900)));
        Assert.That(await handle.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM kinds WHERE token IN @list", new { list = Enumerable.Repeat(s_guid, length).ToArray() }), Is.EqualTo(length == 0 ? 0 : 1));
        Assert.That(await handle.QueryAsync<int>("SELECT id FROM kinds WHERE name IN @list", new { list = Enumerable.Range(0, length).Select(i => $"'{i}\\") }), Is.Empty);
    }

    [Test]
    public async Task A_list_beside_other_parameters_and_in_several_places_expands()
    {
        var handle = await OpenAsync();
        Assert.That(
            await handle.QueryAsync<int>("SELECT id FROM kinds WHERE id IN @ids AND (id > @least OR id NOT IN @ids) ORDER BY id", new { ids = new[] { 1, 2, 3 }, least = 1 }),
            Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Literals_are_written_into_the_text()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.QuerySingleAsync<int>("SELECT {=n} + {=m}", new { n = 5, m = 6L }), Is.EqualTo(11));
    }

    [Test]
    public async Task Type_handlers_write_and_read()
    {
        SqlMapper.AddTypeHandler(new JsonHandler());
        var table = await TableAsync("id INT PRIMARY KEY, tags JSON");
        var handle = await OpenAsync();
        await handle.ExecuteAsync($"INSERT INTO {table} VALUES (@Id, @Tags)", new Tagged { Id = 1, Tags = new Tags(["a", "it's", "😀"]) });
        await handle.ExecuteAsync($"INSERT INTO {table} VALUES (@Id, @Tags)", new Tagged { Id = 2 });
        var rows = (await handle.QueryAsync<Tagged>($"SELECT * FROM {table} ORDER BY id")).ToList();
        Assert.That(rows[0].Tags!.Words, Is.EqualTo(new[] { "a", "it's", "😀" }));
        Assert.That(rows[1].Tags, Is.Null);
    }

    [Test]
    public async Task Enumerations_come_from_numbers_and_from_names()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.QuerySingleAsync<Colour>("SELECT 2"), Is.EqualTo(Colour.Green));
        Assert.That((await handle.QuerySingleAsync<Kinds>("SELECT 'Friday' AS Word")).Word, Is.EqualTo(DayOfWeek.Friday));
        Assert.That((await handle.QuerySingleAsync<Kinds>("SELECT 5 AS Word")).Word, Is.EqualTo(DayOfWeek.Friday));
        Assert.That(await handle.QuerySingleAsync<int>("SELECT @c", new { c = Colour.Green }), Is.EqualTo(2));
        Assert.That(await handle.QuerySingleAsync<int?>("SELECT @c", new { c = (Colour?)null }), Is.Null);
    }

    [Test]
    public async Task Tuples_constructors_and_anonymous_shapes_are_filled()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.QuerySingleAsync<(int, string)>("SELECT 1, 'x'"), Is.EqualTo((1, "x")));
        Assert.That(await handle.QuerySingleAsync<Pair>("SELECT id AS Number, letter AS Text FROM kinds WHERE id = 1"), Is.EqualTo(new Pair(1, "x")));
        var row = (IDictionary<string, object?>)await handle.QuerySingleAsync("SELECT 1 AS a, NULL AS b");
        Assert.That(row["b"], Is.Null);
        Assert.That(row.Keys, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Multi_mapping_goes_up_to_seven_objects()
    {
        var handle = await OpenAsync();
        var sums = await handle.QueryAsync<decimal, decimal, decimal, decimal, decimal, decimal, decimal, decimal>(
            "SELECT 1.0 AS a, 2.0 AS b, 3.0 AS c, 4.0 AS d, 5.0 AS e, 6.0 AS f, 7.0 AS g", (a, b, c, d, e, f, g) => a + b + c + d + e + f + g, splitOn: "b,c,d,e,f,g");
        Assert.That(sums, Is.EqualTo(new[] { 28m }));
        var outer = handle.Query<Pair, Pair?, bool>(
            "SELECT l.id AS Number, l.name AS Text, r.id AS Number, r.name AS Text FROM kinds AS l LEFT JOIN kinds AS r ON r.id = l.id + 90 WHERE l.id = 1", (_, right) => right is null, splitOn: "Number", buffered: false);
        Assert.That(outer.Single(), Is.True);
    }

    [OneTimeSetUp]
    public async Task CreateTable() => await Server.AdminAsync(
        $"""
        CREATE TABLE {Schema}.kinds (id INT PRIMARY KEY, truth TINYINT(1), small TINYINT, `byte` TINYINT UNSIGNED, big BIGINT UNSIGNED, price DECIMAL(10,2), ratio DOUBLE,
        name VARCHAR(50), letter CHAR(1), colour TINYINT UNSIGNED, word VARCHAR(10), day DATE, hour TIME, span TIME, born DATETIME, token CHAR(36), bytes VARBINARY(10))
        """,
        $"""
        INSERT INTO {Schema}.kinds VALUES (1, 1, -7, 200, 18446744073709551615, 12.75, 1.5, 'it''s 😀', 'x', 2, 'Friday', '2026-01-02', '10:11:12', '-30:00:00', '2026-01-02 03:04:05', '{s_guid}', x'00275cff'),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
        """);

    private static async Task ScalarsAsync<T>(MuxConnection handle, string text, object? value)
    {
        Assert.That(handle.ExecuteScalar<T>(text), Is.EqualTo(value));
        Assert.That(await handle.ExecuteScalarAsync<T>(text), Is.EqualTo(value));
    }

    private sealed record Kinds
    {
        public int Id { get; init; }

        public bool? Truth { get; init; }

        public sbyte? Small { get; init; }

        public byte? Byte { get; init; }

        public ulong? Big { get; init; }

        public decimal? Price { get; init; }

        public double? Ratio { get; init; }

        public string? Name { get; init; }

        public char? Letter { get; init; }

        public Colour? Colour { get; init; }

        public DayOfWeek? Word { get; init; }

        public DateOnly? Day { get; init; }

        public TimeOnly? Hour { get; init; }

        public TimeSpan? Span { get; init; }

        public DateTime? Born { get; init; }

        public Guid? Token { get; init; }
    }

    private sealed record Pair(int Number, string Text);

    private sealed record Tags(string[] Words);

    private sealed class Tagged
    {
        public int Id { get; set; }

        public Tags? Tags { get; set; }
    }

    private sealed class JsonHandler : SqlMapper.TypeHandler<Tags>
    {
        public override void SetValue(IDbDataParameter parameter, Tags? value) => parameter.Value = value is null ? DBNull.Value : JsonSerializer.Serialize(value.Words);

        public override Tags Parse(object value) => new(JsonSerializer.Deserialize<string[]>((string)value)!);
    }
}
