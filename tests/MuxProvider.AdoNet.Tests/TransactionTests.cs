using MuxProvider.Multiplexing;

namespace MuxProvider.AdoNet.Tests;

/// <summary>Transactions and generated ids.</summary>
internal sealed class TransactionTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task A_transaction_keeps_a_connection_until_it_is_over()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var source = NewSource("Max Links=3;Max Shared Links=1");
        var (writer, reader) = (await OpenAsync(source), await OpenAsync(source));

        await using (var transaction = await writer.BeginTransactionAsync())
        {
            await writer.RunAsync($"INSERT INTO {table} VALUES (1)");
            Assert.That(writer.PinReasons, Is.EqualTo(PinReasons.Transaction));
            Assert.That(await reader.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Is.Zero);
            await transaction.CommitAsync();
        }

        Assert.That(writer.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(await reader.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
        await using (var transaction = await writer.BeginTransactionAsync())
        {
            await writer.RunAsync($"INSERT INTO {table} VALUES (2)");
            await transaction.RollbackAsync();
        }

        Assert.That(await reader.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_connection_that_is_closed_within_a_transaction_leaves_nothing_of_it()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var source = NewSource("Max Links=2;Max Shared Links=1");
        await using (var writer = await source.OpenConnectionAsync())
        {
            await writer.RunAsync("START TRANSACTION");
            await writer.RunAsync($"INSERT INTO {table} VALUES (1)");
        }

        var reader = await OpenAsync(source);

        await Until.Holds("the row is gone", async () => await reader.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}") == 0);
        Assert.That(await reader.RunAsync($"INSERT INTO {table} VALUES (1)"), Is.EqualTo(1));
    }

    [Test]
    public async Task Savepoints_work()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync(NewSource());
        await using var transaction = await handle.BeginTransactionAsync();
        await handle.RunAsync($"INSERT INTO {table} VALUES (1)");
        await transaction.SaveAsync("here");
        await handle.RunAsync($"INSERT INTO {table} VALUES (2)");
        await transaction.RollbackAsync("here");
        await transaction.CommitAsync();

        Assert.That(await handle.TextAsync($"SELECT id FROM {table}"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Every_handle_has_its_own_last_insert_id()
    {
        var table = await TableAsync("id BIGINT AUTO_INCREMENT PRIMARY KEY, who INT");
        var source = NewSource("Max Links=1;Max Shared Links=1;Track Last Insert Id=true");
        var handles = new List<MuxConnection>();
        for (var i = 0; i < 5; i++)
            handles.Add(await OpenAsync(source));

        var ids = new long[handles.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            await using var insert = handles[i].Command($"INSERT INTO {table} (who) VALUES (@who)", ("@who", i));
            Assert.That(await insert.ExecuteNonQueryAsync(), Is.EqualTo(1));
            ids[i] = insert.LastInsertedId;
        }

        Assert.That(ids, Is.Unique.And.All.GreaterThan(0));
        for (var i = 0; i < ids.Length; i++)
            Assert.That(await handles[i].ScalarAsync<long>("SELECT LAST_INSERT_ID()"), Is.EqualTo(ids[i]));
    }

    [Test]
    public async Task Without_the_hook_the_server_is_asked_for_the_id()
    {
        var table = await TableAsync("id BIGINT AUTO_INCREMENT PRIMARY KEY, who INT");
        var handle = await OpenAsync(NewSource("", static hooks => hooks.LastInsertedId = null));
        await using var insert = handle.Command($"INSERT INTO {table} (who) VALUES (1), (2)");

        await insert.ExecuteNonQueryAsync();

        Assert.That(insert.LastInsertedId, Is.EqualTo(await handle.ScalarAsync<long>($"SELECT MIN(id) FROM {table}")));
    }

    [Test]
    public async Task Rows_found_are_counted_unless_rows_changed_are_wanted([Values] bool changed)
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(10)");
        var handle = await OpenAsync(NewSource($"Use Affected Rows={changed}"));
        await handle.RunAsync($"INSERT INTO {table} VALUES (1, 'a'), (2, 'b')");

        Assert.That(await handle.RunAsync($"UPDATE {table} SET name='a'"), Is.EqualTo(changed ? 1 : 2));
    }
}
