using System.Data;
using System.Data.Common;
using Dapper;
using MuxProvider.Multiplexing;

namespace MuxProvider.Consumers;

/// <summary>Dapper over connections that share links.</summary>
internal sealed class DapperTests : ServerFixture
{
    [OneTimeSetUp]
    public async Task CreateShop() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.customer (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(50) NOT NULL, vip TINYINT(1) NOT NULL DEFAULT 0)",
        $"CREATE TABLE {Schema}.purchase (id INT PRIMARY KEY AUTO_INCREMENT, customer INT NOT NULL, total DECIMAL(10,2) NULL, bought DATETIME(6) NULL, token CHAR(36) NULL)",
        $"INSERT INTO {Schema}.customer VALUES (1, 'Ada', 1), (2, 'Bob', 0), (3, 'Cy', 0)",
        $"INSERT INTO {Schema}.purchase (customer, total, bought) VALUES (1, 10.50, '2026-01-02 03:04:05.678901'), (1, 20, NULL), (2, NULL, NULL)");

    [Test]
    public async Task A_large_unbuffered_query_may_be_broken_off()
    {
        var handle = await OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            var read = 0;
            foreach (var row in handle.Query<string>("SELECT REPEAT('x', 60000) FROM purchase a, purchase b, purchase c, purchase d, purchase e, purchase f LIMIT 600", buffered: false))
            {
                Assert.That(row, Has.Length.EqualTo(60_000));
                if (++read == 3)
                    break;
            }

            Assert.That(await handle.ExecuteScalarAsync<long>("SELECT 7"), Is.EqualTo(7));
        }

        Assert.That((handle.State, handle.PinReasons), Is.EqualTo((ConnectionState.Open, PinReasons.None)));
    }

    [Test]
    public async Task Queries_map_rows_to_objects()
    {
        var handle = await OpenAsync();
        var customers = handle.Query<Customer>("SELECT id, name, vip FROM customer WHERE id <= @max ORDER BY id", new { max = 3 }).ToList();
        Assert.That(customers, Is.EqualTo(new[] { new Customer(1, "Ada", true), new Customer(2, "Bob", false), new Customer(3, "Cy", false) }));
        var again = (await handle.QueryAsync<Customer>("SELECT id, name, vip FROM customer WHERE name = @name", new { name = "Bob" })).Single();
        Assert.That(again.Id, Is.EqualTo(2));
        Assert.That(await handle.QueryFirstOrDefaultAsync<Customer>("SELECT id, name, vip FROM customer WHERE id = 99"), Is.Null);
        Assert.That(await handle.QuerySingleAsync<string>("SELECT name FROM customer WHERE id = ?id?", new { id = 1 }), Is.EqualTo("Ada"));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Nulls_decimals_and_times_map()
    {
        var handle = await OpenAsync();
        var purchases = (await handle.QueryAsync<Purchase>("SELECT id, customer, total, bought FROM purchase WHERE id <= 3 ORDER BY id")).ToList();
        Assert.That(purchases[0].Total, Is.EqualTo(10.50m));
        Assert.That(purchases[0].Bought, Is.EqualTo(new DateTime(2026, 1, 2, 3, 4, 5).AddTicks(6_789_010)));
        Assert.That(purchases[2].Total, Is.Null);
        Assert.That(purchases[2].Bought, Is.Null);
    }

    [Test]
    public async Task Rows_can_be_dynamic()
    {
        var handle = await OpenAsync();
        var row = (await handle.QueryAsync("SELECT id, name, vip, NULL AS nothing FROM customer WHERE id = 1")).Single();
        Assert.That((int)row.id, Is.EqualTo(1));
        Assert.That((string)row.name, Is.EqualTo("Ada"));
        Assert.That((bool)row.vip, Is.True);
        Assert.That((object?)row.nothing, Is.Null);
    }

    [Test]
    public async Task Executing_with_a_list_runs_once_for_each()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20)");
        var handle = await OpenAsync();
        var rows = Enumerable.Range(1, 25).Select(i => new { id = i, name = $"n{i}" });
        Assert.That(await handle.ExecuteAsync($"INSERT INTO {table} VALUES (@id, @name)", rows), Is.EqualTo(25));
        Assert.That(handle.Execute($"UPDATE {table} SET name = @name WHERE id = @id", new[] { new { id = 1, name = "x" }, new { id = 2, name = "y" } }), Is.EqualTo(2));
        Assert.That(await handle.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(25));
        Assert.That(handle.ExecuteScalar<int?>($"SELECT MAX(id) FROM {table} WHERE id > 100"), Is.Null);
    }

    [Test]
    public async Task Multi_mapping_joins_objects()
    {
        var handle = await OpenAsync();
        var joined = (await handle.QueryAsync<Purchase, Customer, (decimal?, string)>(
            "SELECT p.id, p.customer, p.total, p.bought, c.id, c.name, c.vip FROM purchase p JOIN customer c ON c.id = p.customer WHERE p.id <= 3 ORDER BY p.id",
            (purchase, customer) => (purchase.Total, customer.Name),
            splitOn: "id")).ToList();
        Assert.That(joined, Is.EqualTo(new (decimal?, string)[] { (10.50m, "Ada"), (20m, "Ada"), (null, "Bob") }));
    }

    [Test]
    public async Task QueryMultiple_reads_one_result_after_the_other_and_may_stop_early()
    {
        var handle = await OpenAsync();
        await using (var grid = await handle.QueryMultipleAsync("SELECT COUNT(*) FROM customer; SELECT name FROM customer ORDER BY id; SELECT 5", commandType: CommandType.Text))
        {
            Assert.That(await grid.ReadSingleAsync<int>(), Is.EqualTo(3));
            Assert.That(await grid.ReadAsync<string>(), Is.EqualTo(new[] { "Ada", "Bob", "Cy" }));
            Assert.That(grid.IsConsumed, Is.False);
        }

        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Lists_expand_also_empty_and_long_ones()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.QueryAsync<int>("SELECT id FROM customer WHERE id IN @ids ORDER BY id", new { ids = new[] { 1, 3, 99 } }), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(await handle.QueryAsync<int>("SELECT id FROM customer WHERE id IN @ids", new { ids = Array.Empty<int>() }), Is.Empty);
        Assert.That(await handle.QueryAsync<int>("SELECT id FROM customer WHERE id IN @ids ORDER BY id", new { ids = Enumerable.Range(2, 800) }), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(await handle.QueryAsync<int>("SELECT id FROM customer WHERE name IN @names", new { names = new List<string> { "it's", "Bob" } }), Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public async Task Parameters_of_all_common_types_come_back()
    {
        var handle = await OpenAsync();
        await Same(handle, 42);
        await Same(handle, 42L);
        await Same(handle, ulong.MaxValue);
        await Same(handle, 1.25m);
        await Same(handle, 1.25);
        await Same(handle, "it's 〠 😀");
        await Same(handle, 'ß');
        await Same(handle, true);
        await Same(handle, (byte)200);
        await Same(handle, new DateTime(2026, 1, 2, 3, 4, 5).AddTicks(10));
        await Same(handle, TimeSpan.FromHours(-30));
        await Same(handle, new DateOnly(2026, 1, 2));
        await Same(handle, new TimeOnly(10, 11, 12));
        await Same(handle, DayOfWeek.Friday);
        await Same<int?>(handle, null);
        await Same<DateTime?>(handle, null);
        Assert.That(await handle.QuerySingleAsync<byte[]>("SELECT @v", new { v = new byte[] { 0, 39, 92, 255 } }), Is.EqualTo(new byte[] { 0, 39, 92, 255 }));
        var named = new DynamicParameters();
        named.Add("@a", "ansi", DbType.AnsiString, size: 10);
        named.Add("b", 5, DbType.Int16);
        Assert.That(await handle.QuerySingleAsync<string>("SELECT CONCAT(@a, @b)", named), Is.EqualTo("ansi5"));

        var guid = Guid.NewGuid();
        await handle.ExecuteAsync("UPDATE purchase SET token = @guid WHERE id = 1", new { guid });
        Assert.That(await handle.QuerySingleAsync<Guid>("SELECT token FROM purchase WHERE token = @guid", new { guid }), Is.EqualTo(guid));
        Assert.That(await handle.QuerySingleAsync<Guid?>("SELECT token FROM purchase WHERE id = 2"), Is.Null);

        static async Task Same<T>(MuxConnection handle, T value) =>
            Assert.That(await handle.QuerySingleAsync<T>("SELECT @v", new { v = value }), Is.EqualTo(value));
    }

    [Test]
    public async Task Transactions_of_Dapper_calls_commit_and_roll_back()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync();
        await using (var transaction = await handle.BeginTransactionAsync())
        {
            await handle.ExecuteAsync($"INSERT INTO {table} VALUES (1)", transaction: transaction);
            await handle.ExecuteAsync($"INSERT INTO {table} VALUES (2)");
            await transaction.CommitAsync();
        }

        await using (var transaction = await handle.BeginTransactionAsync())
            await handle.ExecuteAsync($"INSERT INTO {table} VALUES (3)", transaction: transaction);
        Assert.That(await handle.QueryAsync<int>($"SELECT id FROM {table} ORDER BY id"), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task Unbuffered_queries_that_stop_early_leave_the_connection_usable()
    {
        var handle = await OpenAsync();
        foreach (var name in handle.Query<string>("SELECT name FROM customer ORDER BY id", buffered: false))
        {
            Assert.That(name, Is.EqualTo("Ada"));
            break;
        }

        await foreach (var id in handle.QueryUnbufferedAsync<int>("SELECT id FROM customer ORDER BY id"))
        {
            Assert.That(id, Is.EqualTo(1));
            break;
        }

        Assert.That(await handle.QuerySingleAsync<int>("SELECT 7"), Is.EqualTo(7));
    }

    [Test]
    public async Task Dapper_opens_and_closes_a_closed_connection()
    {
        await using var handle = Source.CreateConnection();
        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(handle.Query<int>("SELECT 2").Single(), Is.EqualTo(2));
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
        using (var reader = handle.ExecuteReader("SELECT 3"))
        using (var table = new DataTable())
        {
            table.Load(reader);
            Assert.That(table.Rows, Has.Count.EqualTo(1));
        }

        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
    }

    [Test]
    public async Task An_error_of_a_later_result_is_not_lost()
    {
        var handle = await OpenAsync();
        var error = await Sql.MuxFailureOf(() => handle.QueryAsync<int>("SELECT 1; SELECT * FROM nowhere"));
        Assert.That(error.Number, Is.EqualTo(1146));
    }

    [Test]
    public async Task A_cancelled_query_leaves()
    {
        var handle = await OpenAsync();
        await Sql.FailureOf<OperationCanceledException>(() => handle.QueryAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: new CancellationToken(true))));
        Assert.That(await handle.QuerySingleAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_generated_id_is_read_in_the_same_text()
    {
        var handle = await OpenAsync();
        var id = await handle.QuerySingleAsync<long>("INSERT INTO customer (name) VALUES (@name); SELECT LAST_INSERT_ID()", new { name = "New" });
        Assert.That(await handle.QuerySingleAsync<string>("SELECT name FROM customer WHERE id = @id", new { id }), Is.EqualTo("New"));
        await handle.ExecuteAsync("DELETE FROM customer WHERE id = @id", new { id });
    }

    [Test]
    public async Task Hundreds_of_Dapper_queries_at_once_share_a_link()
    {
        var source = NewSource("Max Shared Links=1");
        var names = await Until.Ends(Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            await using DbConnection handle = await source.OpenConnectionAsync();
            return await handle.QuerySingleAsync<string>("SELECT CONCAT(name, @i) FROM customer WHERE id = @id", new { i, id = i % 3 + 1 });
        })));
        Assert.That(names, Is.EqualTo(Enumerable.Range(0, 300).Select(i => new[] { "Ada", "Bob", "Cy" }[i % 3] + i)));
    }

    private sealed record Customer(int Id, string Name, bool Vip);

    private sealed class Purchase
    {
        public int Id { get; set; }

        public int Customer { get; set; }

        public decimal? Total { get; set; }

        public DateTime? Bought { get; set; }
    }
}
