using System.Diagnostics;
using System.Globalization;

namespace MuxProvider.Load;

/// <summary>
/// What small statements notice of a neighbour on the same links: of nobody, of one who reads a gigabyte, of one or three who sleep, of
/// one who waits for a lock. All scenes take turns in one run, so that whatever else the machine does meets all of them.
/// </summary>
internal sealed class Neighbours(string server, int workers, int links, TimeSpan time, int rounds)
{
    private const double MostRatio = 3;
    private const int RowsOfGigabyte = 1_000_000;
    private static readonly (string Name, string Goal)[] s_scenes =
    [
        ("alone", ""), ("beside a reader of 1 GB", "large"), ("beside SELECT SLEEP(10)", "sleep"), ("beside 3 x SELECT SLEEP(10)", "sleepers"), ("beside an UPDATE that waits", "lock"),
    ];

    private readonly List<Latencies>[] _latencies = [.. s_scenes.Select(static _ => new List<Latencies>())];
    private int _reads;

    /// <summary>Measures, prints, and says whether all stayed within the goal.</summary>
    /// <returns>The status for the shell.</returns>
    public async Task<int> RunAsync()
    {
        await Work.PrepareAsync(server);
        await using var source = MuxDataSource.Create($"{server};Max Shared Links={links};Default Command Timeout=120;Application Name=neighbours");
        for (var round = 0; round <= rounds; round++)
        {
            for (var scene = 0; scene < s_scenes.Length; scene++)
            {
                var latencies = await MeasureAsync(source, scene);
                if (round > 0)
                    _latencies[scene].Add(latencies);
                Console.Error.Write('.');
            }
        }

        Console.Error.WriteLine();
        Console.WriteLine(source.GetStatistics());
        Print();
        return Judge() ? 0 : 1;
    }

    private Task<Latencies> MeasureAsync(MuxDataSource source, int scene) => scene switch
    {
        0 => MeasureAsync(source, () => Task.Delay(time)),
        1 => MeasureAsync(source, () => ReadAsync(source)),
        2 => MeasureAsync(source, () => SleepAsync(source)),
        3 => MeasureAsync(source, () => Task.WhenAll(SleepAsync(source), SleepAsync(source), SleepAsync(source))),
        _ => MeasureAsync(source, () => WaitForLockAsync(source)),
    };

    // The small statements go on for as long as the neighbour does.
    private async Task<Latencies> MeasureAsync(MuxDataSource source, Func<Task> neighbour)
    {
        using var end = new CancellationTokenSource();
        var small = Enumerable.Range(0, workers).Select(worker => Task.Run(() => AskAsync(source, worker, end.Token))).ToArray();
        await neighbour();
        await end.CancelAsync();
        return Latencies.Of((await Task.WhenAll(small)).SelectMany(static each => each));
    }

    private static async Task<List<long>> AskAsync(MuxDataSource source, int worker, CancellationToken end)
    {
        var durations = new List<long>(100_000);
        var random = new Random(worker);
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM mux_load WHERE id = @id";
        var id = command.Parameters.AddWithValue("id", 0);
        while (!end.IsCancellationRequested)
        {
            var row = random.Next(2, Work.Rows + 1);
            id.Value = row;
            var start = Stopwatch.GetTimestamp();
            Work.Check(await command.ExecuteScalarAsync(CancellationToken.None), row);
            durations.Add(Stopwatch.GetTimestamp() - start);
        }

        return durations;
    }

    // Each time a text of its own, so that nobody can know beforehand how large its answer is.
    private async Task ReadAsync(MuxDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT REPEAT('x', 1000) AS read{++_reads} FROM mux_load AS a JOIN (SELECT id FROM mux_load LIMIT {RowsOfGigabyte / Work.Rows}) AS b";
        var (rows, bytes) = (0, 0L);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                rows++;
                bytes += reader.GetString(0).Length;
            }
        }

        if (rows != RowsOfGigabyte || bytes != RowsOfGigabyte * 1000L)
            throw new InvalidOperationException($"{rows} rows with {bytes} characters came.");
    }

    private static async Task SleepAsync(MuxDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT SLEEP(10)";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) != 0)
            throw new InvalidOperationException("It was interrupted.");
    }

    // Row 1 is nobody else's.
    private async Task WaitForLockAsync(MuxDataSource source)
    {
        await using var owner = await source.OpenConnectionAsync();
        await using var transaction = await owner.BeginTransactionAsync();
        await using var take = owner.CreateCommand();
        take.CommandText = "UPDATE mux_load SET name = 'taken' WHERE id = 1";
        await take.ExecuteNonQueryAsync();
        await using var waiter = await source.OpenConnectionAsync();
        await using var wait = waiter.CreateCommand();
        wait.CommandText = "UPDATE mux_load SET name = 'name of row 1' WHERE id = 1";
        var waiting = wait.ExecuteNonQueryAsync();
        await Task.Delay(time);
        await transaction.CommitAsync();
        await waiting;
    }

    private void Print()
    {
        Console.WriteLine($"{workers} handles await one row by its key each, again and again, over at most {links} shared links; medians of {rounds} rounds");
        Console.WriteLine($"{"",-28} | {"statements",10} | {"p50 ms",7} | {"p99 ms",7} | {"max ms",8} | {"over 100 ms",11} | {"p50 ratio",9} | {"p99 ratio",9}");
        for (var scene = 0; scene < s_scenes.Length; scene++)
        {
            var all = _latencies[scene];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{s_scenes[scene].Name,-28} | {Median(all, static round => round.Count),10:F0} | {Median(all, static round => round.P50),7:F2} | {Median(all, static round => round.P99),7:F2} | {all.Max(static round => round.Max),8:F1} | {all.Sum(static round => round.Stuck),11} | {Ratio(scene, static round => round.P50),9:F2} | {Ratio(scene, static round => round.P99),9:F2}"));
        }
    }

    private bool Judge()
    {
        var isFine = true;
        for (var scene = 1; scene < s_scenes.Length; scene++)
        {
            var ratio = Ratio(scene, static round => round.P99);
            isFine &= ratio <= MostRatio;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"goal neighbours-{s_scenes[scene].Goal} {ratio:F1} {MostRatio:F0} {(ratio <= MostRatio ? "ok" : "short")}"));
        }

        return isFine;
    }

    // Within each round, then the median of the rounds.
    private double Ratio(int scene, Func<Latencies, double> what) =>
        Middle(_latencies[scene].Zip(_latencies[0], (with, without) => what(with) / what(without)));

    private static double Median(List<Latencies> latencies, Func<Latencies, double> what) => Middle(latencies.Select(what));

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
