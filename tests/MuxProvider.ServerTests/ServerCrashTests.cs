using System.Collections.Concurrent;

namespace MuxProvider.ServerTests;

/// <summary>The server is killed and started again.</summary>
[NonParallelizable]
internal sealed class ServerCrashTests : ServerFixture
{
    // Runs before the base's: everything else needs the server.
    [TearDown]
    public async Task StartServer() => await Server.ControlAsync("start");

    [TestCase("Max Shared Links=2")]
    [TestCase("Max Shared Links=2;Pipelining=false")]
    [TestCase("Multiplexing=false;Max Links=60")]
    public async Task A_server_that_is_killed_under_load_leaves_nobody_waiting_and_the_next_Open_works(string options)
    {
        var table = await TableAsync("id INT PRIMARY KEY AUTO_INCREMENT, n INT");
        var source = NewSource(options + ";Connection Timeout=20");
        var errors = new ConcurrentBag<Exception>();
        var flowing = new CountdownEvent(50);
        var load = Enumerable.Range(0, 50).Select(h => Task.Run(async () =>
        {
            try
            {
                await using var handle = await source.OpenConnectionAsync();
                if (h % 5 == 0 && !options.Contains("Multiplexing=false", StringComparison.Ordinal))
                    await handle.RunAsync("START TRANSACTION");
                for (var n = 0; ; n++)
                {
                    if (h % 2 == 0)
                        await handle.RunAsync($"INSERT INTO {table} (n) VALUES (@n)", ("n", n));
                    else
                        Assert.That(await handle.ScalarAsync<int>("SELECT @n", ("n", n)), Is.EqualTo(n));
                    if (n == 3)
                        flowing.Signal();
                }
            }
            catch (Exception error)
            {
                errors.Add(error);
            }
        })).ToArray();
        await Until.Ends(Task.Factory.StartNew(flowing.Wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        await Server.ControlAsync("stop");

        await Until.Ends(Task.WhenAll(load));
        Assert.That(errors, Has.Count.EqualTo(50));
        Assert.That(errors, Has.All.InstanceOf<MuxException>());
        Assert.That(errors.Cast<MuxException>().Where(error => !error.IsTransient), Is.Empty);
        var closed = await Sql.MuxFailureOf(() => Until.Ends(source.OpenConnectionAsync().AsTask()));
        Assert.That(closed.ErrorCode, Is.EqualTo(MuxErrorCode.UnableToConnectToHost));

        await Server.ControlAsync("start");

        await using var again = await source.OpenConnectionAsync();
        Assert.That(await again.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(await again.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(Schema));
    }

    [Test]
    public async Task A_floating_handle_lives_through_a_restart_and_a_pinned_one_says_what_it_lost()
    {
        var floating = await OpenAsync();
        var pinned = await OpenAsync();
        await pinned.RunAsync("START TRANSACTION");
        Assert.That(await floating.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));

        await Server.ControlAsync("stop");
        var down = await Sql.MuxFailureOf(() => Until.Ends(floating.ScalarAsync<int>("SELECT 1")));
        Assert.That(down.IsTransient, Is.True);
        await Server.ControlAsync("start");

        Assert.That(await Until.Ends(floating.ScalarAsync<int>("SELECT 1")), Is.EqualTo(1));
        var lost = await Sql.FailureOf<Exception>(() => Until.Ends(pinned.RunAsync("COMMIT")));
        Assert.That(lost, Is.InstanceOf<MuxException>().Or.InstanceOf<InvalidOperationException>());
        pinned.Close();
        await pinned.OpenAsync();
        Assert.That(await pinned.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Blocked_callers_are_let_go_when_the_server_dies()
    {
        var source = NewSource("Max Shared Links=1");
        var open = 0;
        var threads = Enumerable.Range(0, 10).Select(h => Task.Factory.StartNew(
            () =>
            {
                using var handle = source.OpenConnection();
                Interlocked.Increment(ref open);
                Assert.Throws<MuxException>(() => handle.Scalar<int>(h % 2 == 0 ? $"SELECT SLEEP(300) /* {Schema} blocked */" : $"SELECT COUNT(*) FROM information_schema.TABLES AS a, information_schema.TABLES AS b, information_schema.COLUMNS AS c, information_schema.COLUMNS AS d /* {Schema} heavy */"));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        await Until.Holds("all are open", () => Task.FromResult(Volatile.Read(ref open) == threads.Length));
        await Until.Holds("they wait", async () => await Server.AdminScalarAsync<int>(
            $"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%{Schema} blocked%' AND INFO NOT LIKE '%PROCESSLIST%'") >= 5);

        await Server.ControlAsync("stop");

        await Until.Ends(Task.WhenAll(threads));
    }
}
