using System.Data;
using System.Globalization;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Large results are read while they come, in little memory, and harm nobody else.</summary>
internal sealed class StreamingTests : ServerFixture
{
    private const int RowBytes = 60_000;
    private const string Digits = "(SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)";
    private const long Roof = 16 * 1024 * 1024;

    // 256 MiB where nobody asks for more.
    private static long Mebibytes =>
        long.TryParse(Environment.GetEnvironmentVariable("MUX_STREAM_MIB"), CultureInfo.InvariantCulture, out var mebibytes) ? mebibytes : 256;

    private static long ManyRows => Mebibytes * 1024 * 1024 / RowBytes;

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_huge_result_is_read_in_little_memory_while_neighbours_go_on(bool isBlocking)
    {
        var handle = await OpenAsync();
        var neighbour = await OpenAsync();
        await handle.RunAsync("SELECT 1");
        var before = GC.GetTotalMemory(true);
        var most = 0L;
        var rows = 0L;
        await using (var reader = isBlocking ? handle.Command(Rows(ManyRows)).ExecuteReader() : await handle.Command(Rows(ManyRows)).ExecuteReaderAsync())
        {
            Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Streaming));
            while (isBlocking ? reader.Read() : await reader.ReadAsync())
            {
                Assert.That(reader.GetChars(0, 0, null, 0, 0), Is.EqualTo(RowBytes));
                if (++rows % 500 != 0)
                    continue;
                most = Math.Max(most, GC.GetTotalMemory(true));
                Assert.That(await neighbour.ScalarAsync<long>($"SELECT {rows}"), Is.EqualTo(rows));
            }
        }

        Assert.That((rows, handle.PinReasons), Is.EqualTo((ManyRows, PinReasons.None)));
        Assert.That(most - before, Is.LessThan(Roof));
        Assert.That(await handle.ScalarAsync<long>("SELECT 2"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_huge_result_that_nobody_wants_to_see_takes_little_memory()
    {
        var handle = await OpenAsync();
        await handle.RunAsync("SELECT 1");
        var before = GC.GetTotalMemory(true);
        var most = 0L;
        using var timer = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(false)), null, 0, 50);
        Assert.That(await handle.Command(Rows(ManyRows)).ExecuteNonQueryAsync(), Is.EqualTo(-1));
        Assert.That(handle.Command(Rows(ManyRows)).ExecuteScalar(), Has.Length.EqualTo(RowBytes));
        Assert.That(Source.GetStatistics().Streams, Is.EqualTo(2));

        // Without a collection before each look, some garbage comes on top.
        Assert.That(most - before, Is.LessThan(4 * Roof));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_transaction_survives_a_reader_that_is_closed_early(bool isCancelled)
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync();
        await using var transaction = await handle.BeginTransactionAsync();
        await handle.RunAsync($"INSERT INTO {table} VALUES (1)");
        var command = handle.Command(Rows(1_000));
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction | PinReasons.Streaming));
            Assert.That(await reader.ReadAsync(), Is.True);
            if (isCancelled)
                command.Cancel();
        }

        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
        Assert.That(await handle.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
        await transaction.CommitAsync();
        Assert.That(await Server.AdminScalarAsync<long>($"SELECT COUNT(*) FROM {Schema}.{table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task Twenty_handles_read_large_results_at_once()
    {
        var source = NewSource("Max Shared Links=2;Max Links=10");
        const int rows = 400;
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            await using var handle = await source.OpenConnectionAsync();
            await using var reader = await handle.Command($"SELECT {i}, {Rows(rows)[7..]}").ExecuteReaderAsync();
            var read = 0;
            while (await reader.ReadAsync())
            {
                Assert.That((reader.GetInt32(0), reader.GetString(1).Length), Is.EqualTo((i, RowBytes)));
                read++;
            }

            Assert.That(read, Is.EqualTo(rows));
        }))));
        Assert.That(source.GetStatistics().Streams, Is.GreaterThan(0));
    }

    [Test]
    public async Task Statements_behind_a_large_result_get_their_own_answers_however_slow_its_reader_is()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2");
        var table = await TableAsync("id INT PRIMARY KEY");
        var handle = await OpenAsync(source);
        var others = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync(source)));
        var opening = handle.Command($"SELECT SLEEP(0.2); {Rows(500)}").ExecuteReaderAsync();
        var behind = others.Select((other, i) => other.RunAsync($"INSERT INTO {table} VALUES ({i})")).ToArray();
        await using var reader = await opening;

        // Not read before all of them are answered.
        await Until.Ends(Task.WhenAll(behind));
        Assert.That(await others[0].ScalarAsync<long>($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(5));
        Assert.That(await reader.NextResultAsync(), Is.True);
        var rows = 0;
        while (await reader.ReadAsync())
            rows++;
        Assert.That(rows, Is.EqualTo(500));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_link_that_is_killed_in_the_middle_of_a_result_fails_the_read(bool inTransaction)
    {
        var handle = await OpenAsync();
        if (inTransaction)
            await handle.BeginTransactionAsync();
        var reader = await handle.Command(Rows(ManyRows)).ExecuteReaderAsync();
        await reader.ReadAsync();
        await Server.AdminAsync($"KILL {handle.ServerThread}");
        await Sql.FailureOf<MuxException>(async () =>
        {
            while (await reader.ReadAsync())
            {
            }
        });
        await reader.DisposeAsync();
        Assert.That(handle.State, Is.EqualTo(inTransaction ? ConnectionState.Broken : ConnectionState.Open));
        if (!inTransaction)
            Assert.That(await handle.ScalarAsync<long>("SELECT 3"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_reader_that_waits_longer_than_the_time_out_lets_its_caller_go()
    {
        var handle = await OpenAsync();
        var command = handle.Command("WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 201) SELECT REPEAT('x', 60000), IF(n > 200, SLEEP(60), 0) FROM s");
        command.CommandTimeout = 2;
        var reader = await command.ExecuteReaderAsync();
        var failure = await Sql.FailureOf<MuxException>(async () =>
        {
            while (await reader.ReadAsync())
            {
            }
        });
        Assert.That(failure.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        await reader.DisposeAsync();
        Assert.That(await handle.ScalarAsync<long>("SELECT 4"), Is.EqualTo(4));
    }

    [Test]
    public async Task A_reader_that_waits_can_be_cancelled()
    {
        var handle = await OpenAsync();
        var command = handle.Command("WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 201) SELECT REPEAT('x', 60000), IF(n > 200, SLEEP(60), 0) FROM s");
        using var source = new CancellationTokenSource();
        await using (var reader = await command.ExecuteReaderAsync())
        {
            for (var i = 0; i < 100; i++)
                await reader.ReadAsync(source.Token);
            source.CancelAfter(100);
            await Sql.FailureOf<OperationCanceledException>(async () =>
            {
                while (await reader.ReadAsync(source.Token))
                {
                }
            });
        }

        Assert.That(await handle.ScalarAsync<long>("SELECT 5"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_connection_may_be_closed_while_it_reads()
    {
        var handle = await OpenAsync();
        var reader = await handle.Command(Rows(ManyRows)).ExecuteReaderAsync();
        await reader.ReadAsync();
        await handle.CloseAsync();
        Assert.That((reader.IsClosed, handle.State), Is.EqualTo((true, ConnectionState.Closed)));
        await handle.OpenAsync();
        Assert.That(await handle.ScalarAsync<long>("SELECT 6"), Is.EqualTo(6));
    }

    [Test]
    public async Task One_cell_of_sixty_four_mebibytes_needs_memory_for_itself_only()
    {
        var handle = await OpenAsync();
        var largest = await handle.ScalarAsync<long>("SELECT CAST(@@max_allowed_packet AS SIGNED)");
        var size = (int)Math.Min(64 * 1024 * 1024, largest - 1024);
        await using var reader = await handle.Command($"SELECT REPEAT('x', {size}) UNION ALL SELECT REPEAT('y', {size})").ExecuteReaderAsync(CommandBehavior.SequentialAccess);
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetChars(0, 0, null, 0, 0), Is.EqualTo(size));
        var end = new char[3];

        // As often, and in whatever order, as one likes.
        Assert.That((reader.GetChars(0, size - 2, end, 0, 3), end[1], reader.GetChars(0, 0, end, 0, 1)), Is.EqualTo((2L, 'x', 1L)));
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That((reader.GetChars(0, 0, end, 0, 1), end[0]), Is.EqualTo((1L, 'y')));
        Assert.That(await reader.ReadAsync(), Is.False);
    }

    [Test]
    public async Task Messages_and_pins_are_told_when_the_reader_is_closed()
    {
        var handle = await OpenAsync();
        var heard = new List<string>();
        handle.InfoMessage += (_, message) => heard.Add($"message {message.Errors[0].Code}");
        handle.PinChanged += (_, change) => heard.Add($"{change.Before} to {change.Now}");
        await using (var reader = await handle.Command($"SELECT CAST('x' AS SIGNED), {Rows(200)[7..]}").ExecuteReaderAsync())
        {
            Assert.That(heard, Is.EqualTo(new[] { "None to Streaming" }));
            while (await reader.ReadAsync())
            {
            }
        }

        Assert.That(heard, Is.EqualTo(new[] { "None to Streaming", "Streaming to None", "message 1292" }));
    }

    private static string Rows(long count) =>
        string.Create(CultureInfo.InvariantCulture, $"SELECT REPEAT('x', {RowBytes}) FROM {Digits} a, {Digits} b, {Digits} c, {Digits} d, {Digits} e LIMIT {count}");
}
