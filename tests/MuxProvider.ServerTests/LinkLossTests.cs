using System.Collections.Concurrent;
using System.Data;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Links that are killed while the server goes on.</summary>
internal sealed class LinkLossTests : ServerFixture
{
    [TestCase("")]
    [TestCase("Pipelining=false")]
    public async Task Floating_handles_do_not_notice_that_their_idle_link_was_killed(string options)
    {
        var source = NewSource("Max Shared Links=1;" + options);
        var handle = await OpenAsync(source);
        var neighbour = await OpenAsync(source);
        for (var i = 0; i < 5; i++)
        {
            await Server.AdminAsync($"KILL {await handle.ScalarAsync<long>("SELECT CONNECTION_ID()")}");
            Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
            Assert.That(await neighbour.ScalarAsync<int>("SELECT 2"), Is.EqualTo(2));
            Assert.That(await (await OpenAsync(source)).ScalarAsync<int>("SELECT 3"), Is.EqualTo(3));
        }
    }

    [Test]
    public async Task A_link_killed_under_load_fails_only_what_was_on_it_and_never_runs_a_change_twice()
    {
        var table = await TableAsync("id INT PRIMARY KEY AUTO_INCREMENT, handle INT, n INT");
        var source = NewSource("Max Shared Links=2");
        var stop = false;
        var unknown = new ConcurrentBag<(int, int)>();
        var known = new ConcurrentBag<(int, int)>();
        var load = Enumerable.Range(0, 16).Select(h => Task.Run(async () =>
        {
            await using var handle = await source.OpenConnectionAsync();
            for (var n = 0; n < 40 || !Volatile.Read(ref stop); n++)
            {
                try
                {
                    Assert.That(await handle.RunAsync($"INSERT INTO {table} (handle, n) VALUES (@h, @n)", ("h", h), ("n", n)), Is.EqualTo(1));
                    known.Add((h, n));
                    Assert.That(await handle.ScalarAsync<int>("SELECT @n", ("n", n)), Is.EqualTo(n));
                }
                catch (MuxException e) when (e.OutcomeUnknown)
                {
                    Assert.That(e.IsTransient, Is.True);
                    unknown.Add((h, n));
                }
                catch (MuxException e) when (e.IsTransient)
                {
                    // A read that met two killed links.
                }
            }
        })).ToArray();
        var killer = await OpenAsync(source);
        for (var i = 0; i < 8; i++)
        {
            try
            {
                await Server.AdminAsync($"KILL {await killer.ScalarAsync<long>("SELECT CONNECTION_ID()")}");
            }
            catch (MuxException e) when (e.Number == 1094 || e.IsTransient)
            {
                // Gone already.
            }
        }

        Volatile.Write(ref stop, true);
        await Until.Ends(Task.WhenAll(load));

        Assert.That(await Server.AdminScalarAsync<long>($"SELECT COUNT(*) - COUNT(DISTINCT handle, n) FROM {Schema}.{table}"), Is.Zero, "nothing ran twice");
        var rows = (await (await OpenAsync()).TextAsync($"SELECT handle, n FROM {table}")).Split(';').Select(row => row.Split(',')).Select(row => (int.Parse(row[0]), int.Parse(row[1]))).ToHashSet();
        Assert.That(known.Where(insert => !rows.Contains(insert)), Is.Empty, "nothing that was answered is lost");
        Assert.That(rows.Where(row => !known.Contains(row) && !unknown.Contains(row)), Is.Empty, "nothing ran unsaid");
    }

    [Test]
    public async Task A_pinned_handle_that_loses_its_link_says_so_until_it_is_opened_again()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync();
        var neighbour = await OpenAsync();
        var transaction = await handle.BeginTransactionAsync();
        await handle.RunAsync($"INSERT INTO {table} VALUES (1)");
        var states = new List<ConnectionState>();
        handle.StateChange += (_, change) => states.Add(change.CurrentState);
        await Server.AdminAsync($"KILL {handle.ServerThread}");

        var error = await Sql.FailureOf<MuxException>(() => Until.Ends(handle.RunAsync($"INSERT INTO {table} VALUES (2)")));
        Assert.That(error.IsTransient, Is.True);
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Broken));
        var again = await Sql.FailureOf<InvalidOperationException>(() => handle.RunAsync($"INSERT INTO {table} VALUES (3)"));
        Assert.That(again.Message, Does.Contain("transaction").And.Contain("lost").And.Contain("open it again"));
        await Sql.FailureOf<InvalidOperationException>(() => transaction.CommitAsync());
        await transaction.DisposeAsync();
        Assert.That(await neighbour.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));

        handle.Close();
        await handle.OpenAsync();
        Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        Assert.That(states.Where(state => state != ConnectionState.Connecting), Is.EqualTo(new[] { ConnectionState.Broken, ConnectionState.Closed, ConnectionState.Open }));
    }

    [TestCase("SET @v = 1")]
    [TestCase("CREATE TEMPORARY TABLE mine (id INT)")]
    [TestCase("SELECT GET_LOCK('mux_test_loss', 0)")]
    public async Task Whatever_pinned_a_handle_is_not_silently_replaced(string text)
    {
        var handle = await OpenAsync(NewSource("Allow User Variables=true"));
        await handle.RunAsync(text);
        await Server.AdminAsync($"KILL {handle.ServerThread}");
        await Sql.MuxFailureOf(() => Until.Ends(handle.RunAsync("SELECT 1")));
        await Sql.FailureOf<InvalidOperationException>(() => handle.RunAsync("SELECT 1"));
        await handle.CloseAsync();
        await handle.OpenAsync();
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task A_statement_that_is_killed_says_so_and_its_handle_goes_on()
    {
        var handle = await OpenAsync();
        await handle.RunAsync("START TRANSACTION");
        var thread = handle.ServerThread;
        var sleeping = handle.TextAsync($"SELECT SLEEP(300) /* {Schema} kill */");
        await Until.Holds("the statement runs", async () => await Server.AdminScalarAsync<int>(
            $"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {thread} AND INFO LIKE '%{Schema} kill%'") > 0);
        await Server.AdminAsync($"KILL QUERY {thread}");
        try
        {
            // MySQL lets a killed SLEEP return.
            await Until.Ends(sleeping);
        }
        catch (MuxException error)
        {
            Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.QueryInterrupted));
        }

        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
    }

    [Test]
    public async Task A_handle_that_would_kill_its_own_link_is_refused_and_goes_on()
    {
        var source = NewSource("Max Shared Links=1");
        var handle = await OpenAsync(source);
        var neighbour = await OpenAsync(source);
        await handle.RunAsync("START TRANSACTION");
        await Sql.FailureOf<NotSupportedException>(() => Until.Ends(handle.RunAsync($"KILL {handle.ServerThread}")));
        Assert.That(await neighbour.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(await handle.ScalarAsync<int>("SELECT 2"), Is.EqualTo(2));
        await handle.RunAsync("COMMIT");
    }
}
