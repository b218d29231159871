using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>Results one after the other: several, empty, without rows, and with an error among them.</summary>
internal sealed class ResultTests(Sharing sharing) : ConformanceFixture(sharing)
{
    // Each result as its cells, rows with semicolons; "-" is a result without rows that has columns.
    [TestCase("SELECT 1", "1")]
    [TestCase("SELECT 1; SELECT 2", "1|2")]
    [TestCase("SELECT 1; SELECT 2;", "1|2")]
    [TestCase("SELECT id FROM three ORDER BY id; SELECT id FROM three WHERE id > 9; SELECT 4", "1;2;3|-|4")]
    [TestCase("SELECT id FROM three WHERE id > 9", "-")]
    [TestCase("SELECT id FROM three WHERE id > 9; SELECT id FROM three WHERE id > 9", "-|-")]
    [TestCase("UPDATE three SET name = 'x' WHERE id = 99; SELECT 1", "1")]
    [TestCase("SELECT 1; UPDATE three SET name = 'x' WHERE id = 99", "1")]
    [TestCase("SELECT 1; UPDATE three SET name = 'x' WHERE id = 99; SELECT 2", "1|2")]
    [TestCase("UPDATE three SET name = 'x' WHERE id = 99; UPDATE three SET name = 'x' WHERE id = 99; SELECT 1; SELECT 2", "1|2")]
    [TestCase("SELECT NULL; SELECT ''", "NULL|")]
    public async Task Results_with_rows_come_in_order_and_those_without_are_passed_over(string text, string expected)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            await using var reader = await Command(text).ReaderAsync(calling);
            var results = new List<string>();
            do
            {
                var rows = new List<string>();
                Assert.That(reader.FieldCount, Is.EqualTo(1));
                var hasRows = reader.HasRows;
                while (await reader.ReadAsync(calling))
                    rows.Add(reader.IsDBNull(0) ? "NULL" : reader.GetValue(0).ToString()!);
                Assert.That(hasRows, Is.EqualTo(rows.Count > 0));
                results.Add(rows.Count == 0 ? "-" : string.Join(';', rows));
            }
            while (await reader.NextResultAsync(calling));
            Assert.That(string.Join('|', results), Is.EqualTo(expected), calling.ToString());
        }
    }

    [TestCase("SELECT 1", -1)]
    [TestCase("SHOW TABLES", -1)]
    [TestCase("SELECT id FROM three WHERE id > 9", -1)]
    [TestCase("UPDATE three SET name = name WHERE id = 99", 0)]
    [TestCase("UPDATE three SET name = CONCAT(name, 'x')", 3)]
    [TestCase("UPDATE three SET name = name", 3, Description = "rows found, not rows changed, as Use Affected Rows=false says")]
    [TestCase("INSERT INTO more VALUES (1), (2); INSERT INTO more VALUES (3)", 3)]
    [TestCase("INSERT INTO more VALUES (1), (2); SELECT 1; INSERT INTO more VALUES (3)", 3)]
    [TestCase("DELETE FROM more WHERE 1 = 0", 0)]
    [TestCase("CREATE TABLE made_1 (id INT); DROP TABLE made_1", 0)]
    public async Task Affected_rows_add_up_until_the_reader_is_closed(string text, int expected)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var reader = await Command(text).ReaderAsync(calling);
            while (await reader.NextResultAsync(calling))
            {
            }

            await reader.CloseAsync(calling);
            Assert.That(reader.RecordsAffected, Is.EqualTo(expected), calling.ToString());
            Assert.That(await Command(text).NonQueryAsync(calling), Is.EqualTo(expected), calling.ToString());
        }
    }

    [Test]
    public async Task Affected_rows_are_complete_when_a_reader_is_closed_before_its_end([Values] Calling calling)
    {
        var reader = await Command("SELECT 1; INSERT INTO more VALUES (1), (2)").ReaderAsync(calling);
        await reader.CloseAsync(calling);
        Assert.That(reader.RecordsAffected, Is.EqualTo(2));
    }

    [Test]
    public async Task Each_result_has_its_own_columns([Values] Calling calling)
    {
        await using var reader = await Command("SELECT 1 AS a; SELECT 'x' AS b, 2.5 AS c").ReaderAsync(calling);
        Assert.That(reader.FieldCount, Is.EqualTo(1));
        Assert.That(reader.GetName(0), Is.EqualTo("a"));
        Assert.That(await reader.NextResultAsync(calling), Is.True);
        Assert.That(reader.FieldCount, Is.EqualTo(2));
        Assert.That(reader.GetName(1), Is.EqualTo("c"));
        Assert.That(reader.GetFieldType(0), Is.EqualTo(typeof(string)));
        Assert.That(() => reader.GetOrdinal("a"), Throws.InstanceOf<IndexOutOfRangeException>());
        Assert.That(() => reader.GetValue(0), Throws.InstanceOf<InvalidOperationException>(), "NextResult stands before the first row");
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetDecimal(1), Is.EqualTo(2.5m));
    }

    [Test]
    public async Task NextResult_leaves_out_rows_that_were_not_read([Values] Calling calling)
    {
        await using var reader = await Command("SELECT id FROM three ORDER BY id; SELECT 7").ReaderAsync(calling);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(await reader.NextResultAsync(calling), Is.True);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetInt32(0), Is.EqualTo(7));
    }

    [Test]
    public async Task An_error_of_the_first_statement_comes_from_executing([Values] Calling calling)
    {
        Assert.That(async () => await Command("SELECT * FROM nowhere; SELECT 1").ReaderAsync(calling), Throws.InstanceOf<DbException>());
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task An_error_of_a_later_statement_comes_from_NextResult_when_the_rows_before_it_are_read([Values] Calling calling)
    {
        var reader = Keep(await Command("SELECT 1; SELECT * FROM nowhere; SELECT 3").ReaderAsync(calling));
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetInt32(0), Is.EqualTo(1));
        Assert.That(await reader.ReadAsync(calling), Is.False);
        var error = await Sql.FailureOf<DbException>(() => reader.NextResultAsync(calling));
        Assert.That(Provider.NumberOf(error), Is.EqualTo(1146));
        Assert.That(await reader.NextResultAsync(calling), Is.False, "nothing comes behind an error");
        await reader.CloseAsync(calling);
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task Closing_before_a_later_error_does_not_throw([Values] Calling calling)
    {
        var reader = Keep(await Command("SELECT 1; SELECT * FROM nowhere").ReaderAsync(calling));
        await reader.CloseAsync(calling);
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task Enumerating_gives_one_record_for_each_row()
    {
        await using var reader = await Command("SELECT id, name FROM three ORDER BY id").ExecuteReaderAsync();
        var ids = new List<int>();
        foreach (DbDataRecord record in reader)
        {
            Assert.That(record.FieldCount, Is.EqualTo(2));
            Assert.That(record.GetName(1), Is.EqualTo("name"));
            ids.Add(record.GetInt32(0));
        }

        Assert.That(ids, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [TestCase("SELECT 1 AS A, 2 AS a", "a", 0)]
    [TestCase("SELECT 1 AS x, 2 AS x", "x", 0)]
    [TestCase("SELECT 1 AS x, 2 AS y", "Y", 1)]
    [TestCase("SELECT 1 AS `a b`, 2 AS `c``d`", "c`d", 1)]
    [TestCase("SELECT 1 AS ``, 2 AS b", "b", 1)]
    [TestCase("SELECT 1 AS ä, 2 AS ü", "ü", 1)]
    public async Task A_name_finds_the_first_column_that_has_it_in_any_case(string text, string name, int ordinal)
    {
        await using var reader = await Command(text).ExecuteReaderAsync();
        Assert.That(reader.GetOrdinal(name), Is.EqualTo(ordinal));
        Assert.That(reader.GetName(0), Is.Not.Null);
        Assert.That(() => reader.GetOrdinal("no such column"), Throws.InstanceOf<IndexOutOfRangeException>());
        Assert.That(() => reader.GetOrdinal(null!), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(reader.Read(), Is.True);
        Assert.That(() => reader["no such column"], Throws.InstanceOf<IndexOutOfRangeException>());
    }

    [TestCase(0, 0)]
    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(5, 2)]
    public async Task GetValues_fills_as_much_as_there_is_room_or_columns_for(int room, int filled)
    {
        var reader = await ReadAsync("SELECT 1, NULL");
        var values = new object[room];
        Assert.That(reader.GetValues(values), Is.EqualTo(filled));
        Assert.That(values.Skip(1).Take(1), Is.All.EqualTo(DBNull.Value));
        Assert.That(values.Skip(2), Is.All.Null);
        Assert.That(() => reader.GetValues(null!), Throws.InstanceOf<ArgumentNullException>());
    }

    [Test]
    public async Task Thousands_of_rows_come_whole_and_in_order([Values] Calling calling)
    {
        await using var reader = await Command(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT a.i * 1000 + b.i, REPEAT('x', 50) FROM n a, n b WHERE b.i <= 10 ORDER BY 1").ReaderAsync(calling);
        var last = 0L;
        var rows = 0;
        for (; await reader.ReadAsync(calling); rows++)
        {
            var value = Convert.ToInt64(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture);
            Assert.That(value, Is.GreaterThan(last));
            last = value;
        }

        Assert.That(rows, Is.EqualTo(9000));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.three (id INT PRIMARY KEY, name VARCHAR(50))",
        $"INSERT INTO {Schema}.three VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        $"CREATE TABLE {Schema}.more (id INT)");
}
