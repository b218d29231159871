using System.Globalization;

namespace MuxProvider.Load;

/// <summary>
/// Opens and closes connections for ever and looks whether anything piles up: connections that were used and that were not, pinned ones
/// that are closed as they are, readers that nobody disposes, connections that nobody closes, opens that fail.
/// </summary>
internal sealed class Opens(string server, int workers, long opens)
{
    private const long MostGrowth = 4 * 1024 * 1024;

    private readonly List<(long Done, long Heap)> _heaps = [];
    private long _begun;
    private long _failed;

    /// <summary>Opens, prints what memory does, and says whether it grew.</summary>
    /// <returns>The status for the shell.</returns>
    public async Task<int> RunAsync()
    {
        await Work.PrepareAsync(server);
        await using var source = MuxDataSource.Create($"{server};Max Links=16;Allow User Variables=true;Application Name=opens");
        await using var wrong = MuxDataSource.Create($"{server};Database=mux_no_such_schema;Application Name=opens");
        Console.WriteLine($"{"opens",10} | {"heap kB",8} | {"working set MB",14} | {"links",5} | {"resets",7} | {"discards",8} | {"to be finalized",15} | {"threads",7}");
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            var until = opens * tenth / 10;
            await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => WorkAsync(source, wrong, worker, until))));
            Look(source, until);
        }

        // From a fifth on everything has been there once.
        var growth = _heaps[^1].Heap - _heaps[1].Heap;
        var statistics = source.GetStatistics();
        var isFine = growth <= MostGrowth && statistics is { LeakAlarms: 0 };
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"opens={opens} failed={_failed} heap-growth-kB={growth / 1024} leak-alarms={statistics.LeakAlarms} {(isFine ? "ok" : "short")}"));
        return isFine ? 0 : 1;
    }

    private async Task WorkAsync(MuxDataSource source, MuxDataSource wrong, int worker, long until)
    {
        var random = new Random(worker);
        for (long n; (n = Interlocked.Increment(ref _begun)) <= until;)
        {
            switch (n % 1000)
            {
                case 1:
                    await FailAsync(wrong);
                    break;
                case 2 or 3:
                    await LeaveReaderAsync(source, random);
                    break;
                case 4:
                    await PinAsync(source, "START TRANSACTION");
                    break;
                case 5:
                    await PinAsync(source, "SET @mine = 1");
                    break;
                case 6:
                    await PinAsync(source, "CREATE TEMPORARY TABLE mine (id INT)");
                    break;
                case 7:
                    await ForgetAsync(source, random);
                    break;
                default:
                    await OpenAsync(source, random, asks: n % 10 == 0);
                    break;
            }
        }

        // The one that was too many is the next tenth's first.
        Interlocked.Decrement(ref _begun);
    }

    private static async Task OpenAsync(MuxDataSource source, Random random, bool asks)
    {
        await using var connection = await source.OpenConnectionAsync();
        if (asks)
            await AskAsync(connection, random);
    }

    private static async Task AskAsync(MuxConnection connection, Random random)
    {
        var row = random.Next(1, Work.Rows + 1);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM mux_load WHERE id = @id";
        command.Parameters.AddWithValue("id", row);
        Work.Check(await command.ExecuteScalarAsync(), row);
    }

    private static async Task LeaveReaderAsync(MuxDataSource source, Random random)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT name FROM mux_load LIMIT {random.Next(1, 50)}";
        await (await command.ExecuteReaderAsync()).ReadAsync();
    }

    private static async Task PinAsync(MuxDataSource source, string text)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ForgetAsync(MuxDataSource source, Random random) => await AskAsync(await source.OpenConnectionAsync(), random);

    private async Task FailAsync(MuxDataSource wrong)
    {
        try
        {
            await (await wrong.OpenConnectionAsync()).DisposeAsync();
            throw new InvalidOperationException("A schema that is not there was opened.");
        }
        catch (MuxException)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private void Look(MuxDataSource source, long done)
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        // What the last full collection left; GetTotalMemory also counts what threads have put aside for later.
        var memory = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        var heap = memory.HeapSizeBytes;
        _heaps.Add((done, heap));
        var statistics = source.GetStatistics();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done,10} | {heap / 1024,8} | {Environment.WorkingSet / 1048576,14} | {statistics.Links,5} | {statistics.Resets,7} | {statistics.Discards,8} | {memory.FinalizationPendingCount,15} | {ThreadPool.ThreadCount,7}"));
    }
}
