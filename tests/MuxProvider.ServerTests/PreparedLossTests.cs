using System.Data;

namespace MuxProvider.ServerTests;

/// <summary>Prepared commands whose links, or whose server, end between two executions.</summary>
[NonParallelizable]
internal sealed class PreparedLossTests : ServerFixture
{
    private string _table = "";

    [SetUp]
    public async Task MakeTable()
    {
        _table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20), changes INT DEFAULT 0");
        await Server.AdminAsync($"INSERT INTO {Schema}.{_table} (id, name) VALUES (1, 'n1'), (2, 'n2'), (3, 'n3')");
    }

    // Runs before the base's: everything else needs the server.
    [TearDown]
    public async Task StartServer() => await Server.ControlAsync("start");

    [TestCase("Max Shared Links=1", false)]
    [TestCase("Max Shared Links=3", false)]
    [TestCase("Max Shared Links=1;Pipelining=false", false)]
    [TestCase("Max Shared Links=1", true)]
    public async Task A_floating_command_does_not_notice_that_its_links_are_gone(string options, bool serverToo)
    {
        var source = NewSource(options);
        var connection = await OpenAsync(source);
        await using var name = await PreparedAsync(connection, $"SELECT name FROM {_table} WHERE id = @id", ("id", 0));
        await using var id = await PreparedAsync(connection, $"SELECT id FROM {_table} WHERE name = @name", ("name", ""));
        for (var round = 0; round < 3; round++)
        {
            // In another order each time: the numbers that the server gives the statements are others then.
            for (var i = 1; i <= 3; i++)
            {
                (name.Parameters[0].Value, id.Parameters[0].Value) = (i, $"n{i}");
                foreach (var command in round % 2 == 0 ? [name, id] : new[] { id, name })
                    Assert.That(await Until.Ends(command.ExecuteScalarAsync()), Is.EqualTo(command == name ? $"n{i}" : i));
            }

            await LoseAsync(serverToo);
        }

        Assert.That((name.IsPrepared, id.IsPrepared, connection.State), Is.EqualTo((true, true, ConnectionState.Open)));
        var statistics = source.GetStatistics();
        Assert.That(statistics.PreparedExecutions, Is.GreaterThan(0));
        Assert.That(statistics.Prepares, Is.GreaterThanOrEqualTo(6), "both, on each round's links");
    }

    [Test]
    public async Task What_prepares_itself_does_so_on_new_links_as_well([Values] bool serverToo)
    {
        var source = NewSource("Max Shared Links=1;Auto Prepare Min Uses=2");
        var connection = await OpenAsync(source);
        for (var round = 0; round < 2; round++)
        {
            var before = source.GetStatistics().PreparedExecutions;
            for (var use = 0; use < 8; use++)
                Assert.That(await Until.Ends(connection.ScalarAsync<string>($"SELECT name FROM {_table} WHERE id = @id", ("id", 2))), Is.EqualTo("n2"));
            Assert.That(source.GetStatistics().PreparedExecutions, Is.GreaterThan(before));
            await LoseAsync(serverToo);
        }
    }

    [TestCase("transaction", "", false)]
    [TestCase("transaction", "Pipelining=false", false)]
    [TestCase("pin", "", false)]
    [TestCase("own link", "Multiplexing=false", false)]
    [TestCase("transaction", "", true)]
    [TestCase("own link", "Multiplexing=false", true)]
    public async Task A_command_on_a_lease_says_that_its_session_is_lost_and_runs_again_when_its_connection_was_opened_again(string lease, string options, bool serverToo)
    {
        var source = NewSource(options);
        var connection = await OpenAsync(source);
        if (lease == "transaction")
            await connection.RunAsync("START TRANSACTION");
        if (lease == "pin")
            await connection.PinAsync("to keep the link");
        await using var change = await PreparedAsync(connection, $"UPDATE {_table} SET changes = changes + @by WHERE id = @id", ("by", 1), ("id", 2));
        await using var read = await PreparedAsync(connection, $"SELECT changes FROM {_table} WHERE id = @id", ("id", 2));
        Assert.That(await change.ExecuteNonQueryAsync(), Is.EqualTo(1));
        Assert.That(await read.ExecuteScalarAsync(), Is.EqualTo(1));
        Assert.That(source.GetStatistics().PreparedExecutions, Is.EqualTo(2));
        await LoseAsync(serverToo);

        Assert.That((await Sql.MuxFailureOf(() => Until.Ends(change.ExecuteNonQueryAsync()))).IsTransient, Is.True);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Broken));
        await Sql.FailureOf<InvalidOperationException>(() => read.ExecuteScalarAsync());
        connection.Close();
        await connection.OpenAsync();

        // What was not committed is undone; the rest stays.
        Assert.That(await Until.Ends(read.ExecuteScalarAsync()), Is.EqualTo(lease == "transaction" ? 0 : 1));
        Assert.That(await change.ExecuteNonQueryAsync(), Is.EqualTo(1));
        Assert.That(await read.ExecuteScalarAsync(), Is.EqualTo(lease == "transaction" ? 1 : 2));
    }

    [Test]
    public async Task A_link_that_ends_under_a_prepared_change_leaves_its_outcome_unknown([Values] bool serverToo)
    {
        // It waits for a row that somebody else has locked.
        var blocker = await OpenAsync(NewSource("Multiplexing=false;Database="));
        await blocker.RunAsync("START TRANSACTION");
        await blocker.RunAsync($"UPDATE {Schema}.{_table} SET name = 'locked' WHERE id = 2");
        var source = NewSource("Max Shared Links=1");
        var connection = await OpenAsync(source);
        await using var change = await PreparedAsync(connection, $"UPDATE {_table} SET changes = changes + @by WHERE id = @id /* {Schema} loss */", ("by", 1), ("id", 2));
        change.Parameters[1].Value = 3;
        Assert.That(await change.ExecuteNonQueryAsync(), Is.EqualTo(1), "prepared and answered");
        change.Parameters[1].Value = 2;
        var running = change.ExecuteNonQueryAsync();
        await Until.Holds("the change runs", async () => await Server.AdminScalarAsync<int>(
            $"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%{Schema} loss%' AND INFO NOT LIKE '%PROCESSLIST%'") > 0);
        await LoseAsync(serverToo);

        var error = await Sql.MuxFailureOf(() => Until.Ends(running));
        Assert.That((error.IsTransient, error.OutcomeUnknown), Is.EqualTo((true, true)));
        var statistics = source.GetStatistics();
        Assert.That((statistics.PreparedExecutions, statistics.PreparedFallbacks), Is.EqualTo((1L, 0L)), "an execution counts when it is answered");
        Assert.That(await connection.ScalarAsync<int>($"SELECT changes FROM {_table} WHERE id = 2"), Is.Zero, "it was not run again");
    }

    private static async Task<MuxCommand> PreparedAsync(MuxConnection connection, string text, params (string Name, object? Value)[] parameters)
    {
        var command = connection.Command(text, parameters);
        await command.PrepareAsync();
        Assert.That(command.IsPrepared, Is.True);
        return command;
    }

    // All links of the fixture end, or all of the server's.
    private async Task LoseAsync(bool serverToo)
    {
        if (serverToo)
        {
            await Server.ControlAsync("stop");
            await Server.ControlAsync("start");
            return;
        }

        var ids = $"SELECT ID FROM information_schema.PROCESSLIST WHERE DB = '{Schema}'";
        await using var source = MuxDataSource.Create(Server.Options("Multiplexing=false;Database="));
        await using var killer = await source.OpenConnectionAsync();
        var links = (await killer.TextAsync(ids)).Split(';');
        Assert.That(links, Has.Some.Not.Empty);
        foreach (var link in links)
            await killer.RunAsync($"KILL {link}");
        await Until.Holds("all links are gone", async () => await killer.TextAsync(ids) == "");
    }
}
