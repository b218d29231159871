using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>ExecuteScalar: the first cell of the first result.</summary>
internal sealed class ScalarTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private static IEnumerable<TestCaseData> Cases()
    {
        (string Text, object? Value)[] cases =
        [
            ("SELECT 'first', 'second'", "first"),
            ("SELECT 'a' UNION ALL SELECT 'b'", "a"),
            ("SELECT NULL", DBNull.Value),
            ("SELECT 'a' FROM DUAL WHERE 1 = 0", null),
            ("SELECT ''", ""),
            ("DELETE FROM no_rows", null),
            ("UPDATE no_rows SET id = 1", null),
            ("DELETE FROM no_rows; SELECT 'x'", "x"),
            ("SELECT 'x'; SELECT 'y'", "x"),
            ("SELECT 'x'; DELETE FROM no_rows", "x"),
            ("SELECT 'x' FROM no_rows; SELECT 'y'", null),
            ("SELECT COUNT(*) FROM no_rows", 0L),
            ("SELECT MAX(id) FROM no_rows", DBNull.Value),
            ("SELECT id FROM no_rows", null),
            ("SELECT 1.50", 1.50m),
            ("SELECT 2.5e0", 2.5),
            ("SELECT x'0102'", new byte[] { 1, 2 }),
            ("SELECT DATE '2026-01-02'", new DateTime(2026, 1, 2)),
            ("SELECT TIME '10:00:00'", TimeSpan.FromHours(10)),
            ("SELECT CAST(18446744073709551615 AS UNSIGNED)", ulong.MaxValue),
        ];
        return from row in cases from calling in Enum.GetValues<Calling>() select new TestCaseData(row.Text, row.Value, calling);
    }

    [TestCaseSource(nameof(Cases))]
    public async Task The_first_cell_of_the_first_result_is_the_answer(string text, object? value, Calling calling)
    {
        Assert.That(await Command(text).ScalarAsync(calling), Is.EqualTo(value));
        await AssertUsableAsync(Connection);
    }

    [TestCase("SELECT 1; SELECT * FROM no_such_table")]
    [TestCase("SELECT id FROM no_rows; SELECT * FROM no_such_table")]
    [TestCase("SELECT 1; SELECT 2; INSERT INTO no_such_table VALUES (1)")]
    public async Task An_error_behind_the_first_result_is_not_lost(string text)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var error = await Sql.FailureOf<DbException>(() => Command(text).ScalarAsync(calling));
            Assert.That(Provider.NumberOf(error), Is.EqualTo(1146));
            error = await Sql.FailureOf<DbException>(() => Command(text).NonQueryAsync(calling));
            Assert.That(Provider.NumberOf(error), Is.EqualTo(1146));
        }
    }

    [Test]
    public async Task Everything_behind_the_first_result_is_run([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        Assert.That(await Command($"SELECT 'x'; INSERT INTO {table} VALUES (1); SELECT 2; INSERT INTO {table} VALUES (2)").ScalarAsync(calling), Is.EqualTo("x"));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(2));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync($"CREATE TABLE {Schema}.no_rows (id INT)");
}
