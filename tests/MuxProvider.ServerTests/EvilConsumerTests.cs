using System.Collections.Concurrent;

namespace MuxProvider.ServerTests;

/// <summary>Consumers that never finish, block or need many threads stall nobody else.</summary>
internal sealed class EvilConsumerTests : ServerFixture
{
    [Test]
    public async Task A_reader_that_is_never_disposed_stalls_nobody()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2");
        var evil = new List<MuxDataReader>();
        for (var i = 0; i < 50; i++)
        {
            // Ends up neither read nor disposed.
            var handle = await source.OpenConnectionAsync();
            evil.Add(await handle.Command("SELECT REPEAT('x', 100000) UNION ALL SELECT 'y'").ExecuteReaderAsync());
        }

        await FlowAsync(source);
        foreach (var reader in evil)
        {
            Assert.That(reader.Read(), Is.True);
            Assert.That(reader.GetString(0), Has.Length.EqualTo(100_000));
        }
    }

    [Test]
    public async Task A_continuation_that_blocks_stalls_nobody()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2");
        using var gate = new ManualResetEventSlim();
        var handles = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync(source)));
        var stuck = handles.Select(handle => Task.Run(async () =>
        {
            var answer = await handle.Command("SELECT 1").ExecuteScalarAsync();
            gate.Wait();
            return answer;
        })).ToArray();
        try
        {
            // Blocked callers need no thread of the pool, so they flow even where the evil ones hold all of it.
            await Until.Ends(Task.Factory.StartNew(() => FlowBlocking(source), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
            Assert.That(stuck.Any(task => task.IsCompleted), Is.False);
        }
        finally
        {
            gate.Set();
        }

        Assert.That(await Until.Ends(Task.WhenAll(stuck)), Is.All.EqualTo(1));
    }

    [Test]
    public async Task A_continuation_that_throws_harms_only_itself()
    {
        var source = NewSource("Max Shared Links=1");
        var handle = await OpenAsync(source);
        var thrown = handle.Command("SELECT 1").ExecuteScalarAsync().ContinueWith(
            static _ => throw new InvalidTimeZoneException("mine"),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        await Sql.FailureOf<InvalidTimeZoneException>(() => thrown);
        await FlowAsync(source);
    }

    [TestCase("Max Shared Links=1")]
    [TestCase("Max Shared Links=4")]
    [TestCase("Max Shared Links=2;Pipelining=false")]
    public async Task Two_hundred_blocking_callers_flow_on_a_pool_of_two_threads(string options)
    {
        var source = NewSource(options);
        ThreadPool.GetMinThreads(out var workers, out var ports);
        Assert.That(ThreadPool.SetMinThreads(2, 2), Is.True);
        try
        {
            var failures = new ConcurrentQueue<Exception>();
            var done = 0;
            var threads = Enumerable.Range(0, 200).Select(t => new Thread(() =>
            {
                try
                {
                    for (var i = 0; i < 10; i++)
                    {
                        using var handle = source.OpenConnection();
                        Assert.That(handle.Scalar<int>("SELECT @a + @b", ("a", t), ("b", i)), Is.EqualTo(t + i));
                    }

                    Interlocked.Increment(ref done);
                }
                catch (Exception failure)
                {
                    failures.Enqueue(failure);
                }
            }, 256 * 1024)).ToList();
            threads.ForEach(thread => thread.Start());

            await Until.Ends(Task.Factory.StartNew(() => threads.ForEach(thread => thread.Join()), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

            Assert.That(failures, Is.Empty);
            Assert.That(done, Is.EqualTo(200));
        }
        finally
        {
            ThreadPool.SetMinThreads(workers, ports);
        }
    }

    [Test]
    public async Task Two_hundred_blocking_callers_of_the_pool_itself_flow()
    {
        // The worst of habits: blocking calls on the pool's own threads, which they all take.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        Assert.That(ThreadPool.SetMinThreads(2, 2), Is.True);
        try
        {
            var tasks = Enumerable.Range(0, 200).Select(t => Task.Run(() =>
            {
                using var handle = Source.OpenConnection();
                return handle.Scalar<int>("SELECT @t", ("t", t));
            })).ToArray();
            Assert.That(await Until.Ends(Task.WhenAll(tasks)), Is.EqualTo(Enumerable.Range(0, 200)));
        }
        finally
        {
            ThreadPool.SetMinThreads(workers, ports);
        }
    }

    [Test]
    public async Task Blocking_transactions_flow_as_well()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var source = NewSource("Max Shared Links=1;Max Links=5;Connection Timeout=60");
        var threads = Enumerable.Range(0, 30).Select(t => Task.Factory.StartNew(
            () =>
            {
                using var handle = source.OpenConnection();
                using var transaction = handle.BeginTransaction();
                using var command = handle.Command($"INSERT INTO {table} VALUES (@t)", ("t", t));
                command.ExecuteNonQuery();
                if (t % 2 == 0)
                    transaction.Commit();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        await Until.Ends(Task.WhenAll(threads));
        Assert.That(await (await OpenAsync(source)).ScalarAsync<int>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(15));
    }

    private static async Task FlowAsync(MuxDataSource source) => await Until.Ends(Task.WhenAll(Enumerable.Range(0, 20).Select(async h =>
    {
        await using var handle = await source.OpenConnectionAsync();
        for (var i = 0; i < 20; i++)
            Assert.That(await handle.ScalarAsync<int>("SELECT @n", ("n", h * i)), Is.EqualTo(h * i));
    })));

    private static void FlowBlocking(MuxDataSource source)
    {
        for (var h = 0; h < 20; h++)
        {
            using var handle = source.OpenConnection();
            for (var i = 0; i < 20; i++)
                Assert.That(handle.Scalar<int>("SELECT @n", ("n", h * i)), Is.EqualTo(h * i));
        }
    }
}
