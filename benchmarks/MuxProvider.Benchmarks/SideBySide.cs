using System.Diagnostics;
using System.Globalization;

namespace MuxProvider.Benchmarks;

/// <summary>
/// One unit of work is what a web request does: open a connection, read one row by its key, close. The same work is done over one
/// shared link, and over pools of connections that run one statement at a time, taking turns in one run.
/// </summary>
internal static class SideBySide
{
    private const int Rows = 10_000;

    public static async Task<int> RunAsync(string[] args)
    {
        if (Environment.GetEnvironmentVariable("MUX_SERVER") is not { Length: > 0 } server)
        {
            Console.Error.WriteLine("Set MUX_SERVER, or use: eng/with-server mariadb -- dotnet run -c Release --project benchmarks/MuxProvider.Benchmarks -- side-by-side");
            return 2;
        }

        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 2;
        await FillAsync(server);
        Case[] cases =
        [
            new("1 shared link, 64 handles", "Max Shared Links=1;Max Links=1", 64),
            new("2 shared links, 64 handles", "Max Shared Links=2;Max Links=2", 64),
            new("1 shared link, 1 handle", "Max Shared Links=1;Max Links=1", 1),
            new("1 shared link, 64 blocking handles", "Max Shared Links=1;Max Links=1", 64, IsBlocking: true),
            new("pool of 1, 64 handles", "Multiplexing=false;Max Shared Links=1;Max Links=1", 64),
            new("pool of 2, 64 handles", "Multiplexing=false;Max Shared Links=1;Max Links=2", 64),
            new("pool of 8, 64 handles", "Multiplexing=false;Max Shared Links=1;Max Links=8", 64),
            new("pool of 64, 64 handles", "Multiplexing=false;Max Shared Links=1;Max Links=64", 64),
            new("pool of 1, 1 handle", "Multiplexing=false;Max Shared Links=1;Max Links=1", 1),
        ];
        const int rounds = 3;
        var results = cases.Select(_ => new List<Sample>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                var sample = await MeasureAsync(server, cases[i], round == 0 ? seconds / 2 : seconds);
                if (round > 0)
                    results[i].Add(sample);
                Console.Error.Write('.');
            }
        }

        Console.Error.WriteLine();
        Console.WriteLine($"{"",-36} | {"ops/s (median)",14} | {"p50 ms",7} | {"p99 ms",7} | {"B/op",6} | {"client CPU us/op",16}");
        for (var i = 0; i < cases.Length; i++)
        {
            var median = results[i].OrderBy(sample => sample.Rate).ElementAt(rounds / 2);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{cases[i].Name,-36} | {median.Rate,14:N0} | {median.P50,7:F2} | {median.P99,7:F2} | {median.Bytes,6:F0} | {median.Cpu,16:F1}"));
        }

        double Rate(int index) => results[index].OrderBy(sample => sample.Rate).ElementAt(rounds / 2).Rate;
        var bestPool = Enumerable.Range(0, cases.Length).Where(i => cases[i].Name.StartsWith("pool", StringComparison.Ordinal)).Max(Rate);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"1 shared link to the pool of 1: {Rate(0) / Rate(4):F2}x; to the best pool: {Rate(0) / bestPool:F2}x"));
        return 0;
    }

    private static async Task FillAsync(string server)
    {
        await using var source = MuxDataSource.Create(server);
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "DROP TABLE IF EXISTS mux_bench";
        await command.ExecuteNonQueryAsync();
        command.CommandText = "CREATE TABLE mux_bench (id INT PRIMARY KEY, k INT NOT NULL, name VARCHAR(40) NOT NULL, val DOUBLE NOT NULL, created DATETIME NOT NULL)";
        await command.ExecuteNonQueryAsync();
        command.CommandText = "INSERT INTO mux_bench VALUES " + string.Join(',', Enumerable.Range(1, Rows).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"({i},{i % 100},'name of row {i}',{i}.25,'2026-01-01 12:00:00')")));
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Sample> MeasureAsync(string server, Case @case, double seconds)
    {
        await using var source = MuxDataSource.Create($"{server};{@case.Options};Application Name=bench;Connection Timeout=60");
        await (await source.OpenConnectionAsync()).DisposeAsync();
        using var stop = new CancellationTokenSource();
        var latencies = new List<double>[@case.Handles];
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(seconds);
        var workers = Enumerable.Range(0, @case.Handles).Select(i => @case.IsBlocking
            ? Task.Factory.StartNew(() => latencies[i] = Work(source, i, clock, end), TaskCreationOptions.LongRunning)
            : Task.Run(async () => latencies[i] = await WorkAsync(source, i, clock, end)));
        await Task.WhenAll(workers);
        var elapsed = clock.Elapsed;
        var usedCpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var usedBytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        var all = latencies.SelectMany(list => list).Order().ToArray();
        return new Sample(
            all.Length / elapsed.TotalSeconds,
            all[all.Length / 2],
            all[(int)(all.Length * 0.99)],
            usedBytes / (double)all.Length - sizeof(double),
            usedCpu.TotalMicroseconds / all.Length);
    }

    private static async Task<List<double>> WorkAsync(MuxDataSource source, int worker, Stopwatch clock, TimeSpan end)
    {
        var latencies = new List<double>(100_000);
        for (var i = worker * 7919; clock.Elapsed < end; i++)
        {
            var before = Stopwatch.GetTimestamp();
            await using (var connection = source.CreateConnection())
            {
                await connection.OpenAsync();
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT id, k, name, val, created FROM mux_bench WHERE id = @id";
                command.Parameters.AddWithValue("@id", i % Rows + 1);
                await using var reader = await command.ExecuteReaderAsync();
                if (!await reader.ReadAsync() || reader.GetInt32(0) != i % Rows + 1)
                    throw new InvalidOperationException("The wrong row came back.");
                _ = reader.GetInt32(1);
                _ = reader.GetString(2);
                _ = reader.GetDouble(3);
                _ = reader.GetDateTime(4);
            }

            latencies.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return latencies;
    }

    private static List<double> Work(MuxDataSource source, int worker, Stopwatch clock, TimeSpan end)
    {
        var latencies = new List<double>(100_000);
        for (var i = worker * 7919; clock.Elapsed < end; i++)
        {
            var before = Stopwatch.GetTimestamp();
            using (var connection = source.CreateConnection())
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT id, k, name, val, created FROM mux_bench WHERE id = @id";
                command.Parameters.AddWithValue("@id", i % Rows + 1);
                using var reader = command.ExecuteReader();
                if (!reader.Read() || reader.GetInt32(0) != i % Rows + 1)
                    throw new InvalidOperationException("The wrong row came back.");
                _ = reader.GetInt32(1);
                _ = reader.GetString(2);
                _ = reader.GetDouble(3);
                _ = reader.GetDateTime(4);
            }

            latencies.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return latencies;
    }

    private sealed record Case(string Name, string Options, int Handles, bool IsBlocking = false);

    private sealed record Sample(double Rate, double P50, double P99, double Bytes, double Cpu);
}
