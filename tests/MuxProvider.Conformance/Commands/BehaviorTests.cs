using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>The flags of CommandBehavior.</summary>
internal sealed class BehaviorTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCase(CommandBehavior.Default)]
    [TestCase(CommandBehavior.SequentialAccess)]
    [TestCase(CommandBehavior.SingleResult)]
    [TestCase(CommandBehavior.KeyInfo)]
    [TestCase(CommandBehavior.SequentialAccess | CommandBehavior.SingleResult)]
    [TestCase(CommandBehavior.SequentialAccess | CommandBehavior.KeyInfo)]
    [TestCase(CommandBehavior.SingleResult | CommandBehavior.KeyInfo)]
    public async Task Rows_come_with_every_flag(CommandBehavior behavior)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            await using (var reader = await Command("SELECT id, name FROM two ORDER BY id").ReaderAsync(calling, behavior))
            {
                Assert.That(reader.FieldCount, Is.EqualTo(2));
                Assert.That(await reader.ReadAsync(calling), Is.True);
                Assert.That(reader.GetInt32(0), Is.EqualTo(1));
                Assert.That(reader.GetString(1), Is.EqualTo("a"));
                Assert.That(await reader.ReadAsync(calling), Is.True);
                Assert.That(await reader.ReadAsync(calling), Is.False);
            }

            Assert.That(Connection.State, Is.EqualTo(ConnectionState.Open));
            await AssertUsableAsync(Connection);
        }
    }

    [TestCase(CommandBehavior.SingleRow)]
    [TestCase(CommandBehavior.SingleRow | CommandBehavior.SequentialAccess)]
    [TestCase(CommandBehavior.SingleRow | CommandBehavior.SingleResult)]
    [TestCase(CommandBehavior.SingleRow | CommandBehavior.SingleResult | CommandBehavior.SequentialAccess)]
    public async Task The_first_row_comes_when_a_single_one_is_expected(CommandBehavior behavior)
    {
        // Providers may use the flag to fetch less, but need not: whether a second row comes is nobody's promise.
        foreach (var calling in Enum.GetValues<Calling>())
        {
            await using (var reader = await Command("SELECT id FROM two ORDER BY id").ReaderAsync(calling, behavior))
            {
                Assert.That(await reader.ReadAsync(calling), Is.True);
                Assert.That(reader.GetInt32(0), Is.EqualTo(1));
            }

            await AssertUsableAsync(Connection);
            Assert.That(await AskAsync("SELECT COUNT(*) FROM two"), Is.EqualTo(2), "later statements are not limited");
        }
    }

    [Test]
    public async Task SchemaOnly_gives_the_columns_and_no_rows([Values] Calling calling)
    {
        await using (var reader = await Command("SELECT id, name FROM two").ReaderAsync(calling, CommandBehavior.SchemaOnly))
        {
            Assert.That(reader.FieldCount, Is.EqualTo(2));
            Assert.That(reader.GetName(1), Is.EqualTo("name"));
            Assert.That(reader.GetFieldType(0), Is.EqualTo(typeof(int)));
            using var table = reader.GetSchemaTable();
            Assert.That(table!.Rows, Has.Count.EqualTo(2));
            Assert.That(reader.HasRows, Is.False);
            Assert.That(await reader.ReadAsync(calling), Is.False);
        }

        Assert.That(await AskAsync("SELECT COUNT(*) FROM two"), Is.EqualTo(2), "later statements are not limited");
        Assert.That(Convert.ToInt32(await Command("SELECT COUNT(*) FROM (SELECT id FROM two LIMIT 5) AS t").ScalarAsync(calling), null), Is.EqualTo(2));
    }

    [Test]
    public async Task KeyInfo_knows_the_primary_key([Values] Calling calling)
    {
        await using var reader = await Command("SELECT name, id FROM two").ReaderAsync(calling, CommandBehavior.KeyInfo);
        Assert.That(reader.GetColumnSchema().Select(column => column.IsKey), Is.EqualTo(new bool?[] { false, true }));
    }

    [Test]
    public async Task SequentialAccess_reads_columns_in_order_and_large_ones_as_streams([Values] Calling calling)
    {
        await using var reader = await Command("SELECT 1, REPEAT('x', 100000), CAST(REPEAT('y', 100000) AS BINARY), 2").ReaderAsync(calling, CommandBehavior.SequentialAccess);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetInt32(0), Is.EqualTo(1));
        using (var text = reader.GetTextReader(1))
            Assert.That((await text.ReadToEndAsync()).Length, Is.EqualTo(100000));
        await using (var bytes = reader.GetStream(2))
        {
            using var copy = new MemoryStream();
            await bytes.CopyToAsync(copy);
            Assert.That(copy.Length, Is.EqualTo(100000));
        }

        Assert.That(reader.GetInt32(3), Is.EqualTo(2));
    }

    [TestCase(CommandBehavior.CloseConnection)]
    [TestCase(CommandBehavior.CloseConnection | CommandBehavior.SequentialAccess)]
    [TestCase(CommandBehavior.CloseConnection | CommandBehavior.SingleRow)]
    [TestCase(CommandBehavior.CloseConnection | CommandBehavior.SchemaOnly)]
    [TestCase(CommandBehavior.CloseConnection | CommandBehavior.KeyInfo)]
    public async Task The_reader_takes_its_connection_along(CommandBehavior behavior)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            foreach (var disposes in new[] { false, true })
            {
                var connection = await OpenAnotherAsync();
                var reader = await Command(connection, "SELECT id FROM two").ReaderAsync(calling, behavior);
                await reader.ReadAsync(calling);
                Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
                if (disposes)
                    await reader.DisposeAsync(calling);
                else
                    await reader.CloseAsync(calling);
                Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
                Assert.That(reader.IsClosed, Is.True);
                await connection.OpenAsync(calling);
                await AssertUsableAsync(connection);
            }
        }
    }

    [Test]
    public async Task CloseConnection_counts_for_statements_without_result_as_well([Values] Calling calling)
    {
        var reader = await Command("DELETE FROM two WHERE id < 0").ReaderAsync(calling, CommandBehavior.CloseConnection);
        Assert.That(Connection.State, Is.EqualTo(ConnectionState.Open));
        await reader.CloseAsync(calling);
        Assert.That(Connection.State, Is.EqualTo(ConnectionState.Closed));
    }

    [Test]
    public async Task Enumerating_with_CloseConnection_closes_in_the_end()
    {
        var reader = Keep(await Command("SELECT id FROM two").ExecuteReaderAsync(CommandBehavior.CloseConnection));
        Assert.That(reader.Cast<DbDataRecord>().Count(), Is.EqualTo(2));
        Assert.That(reader.IsClosed, Is.True);
        Assert.That(Connection.State, Is.EqualTo(ConnectionState.Closed));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.two (id INT PRIMARY KEY, name VARCHAR(20))",
        $"INSERT INTO {Schema}.two VALUES (1, 'a'), (2, 'b')");
}
