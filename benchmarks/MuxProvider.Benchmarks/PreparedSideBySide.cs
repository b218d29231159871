using System.Diagnostics;
using System.Globalization;

namespace MuxProvider.Benchmarks;

/// <summary>The same statements as text and prepared, over one shared link, taking turns in one run: what counts is the ratio.</summary>
internal static class PreparedSideBySide
{
    private const int Rows = 10_000;
    private const int Rounds = 3;

    private static readonly Shape[] s_shapes =
    [
        new("one row by its key", "SELECT id, k, name, val, created FROM mux_prep WHERE id = @id", 1),
        new("a long text, one row", $"SELECT a.id, {string.Join(", ", Enumerable.Range(0, 20).Select(i => $"CASE WHEN a.k = {i} THEN CONCAT(a.name, 'x{i}') ELSE a.name END AS c{i}"))} FROM mux_prep a JOIN mux_prep b ON b.id = a.id JOIN mux_prep c ON c.id = b.id WHERE a.id = @id", 1),
        new("500 rows of numbers and dates", "SELECT id, k, val, created FROM mux_prep WHERE id BETWEEN @id AND @id + 499", 500),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        if (Environment.GetEnvironmentVariable("MUX_SERVER") is not { Length: > 0 } server)
        {
            Console.Error.WriteLine("Set MUX_SERVER, or use: eng/with-server mariadb -- dotnet run -c Release --project benchmarks/MuxProvider.Benchmarks -- prepared");
            return 2;
        }

        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 2;
        await FillAsync(server);
        Console.WriteLine($"{"",-30} | {"handles",7} | {"text ops/s",10} | {"prepared",10} | {"ratio",5} | {"client CPU us/op, text and prepared",35}");
        foreach (var shape in s_shapes)
        {
            foreach (var handles in (int[])[1, 64])
            {
                var samples = new List<Sample>[] { [], [] };
                for (var round = 0; round <= Rounds; round++)
                {
                    for (var way = 0; way < 2; way++)
                    {
                        var sample = await MeasureAsync(server, shape, handles, isPrepared: way == 1, round == 0 ? seconds / 2 : seconds);
                        if (round > 0)
                            samples[way].Add(sample);
                    }
                }

                var (text, prepared) = (Median(samples[0]), Median(samples[1]));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{shape.Name,-30} | {handles,7} | {text.Rate,10:N0} | {prepared.Rate,10:N0} | {prepared.Rate / text.Rate,5:F2} | {text.Cpu,17:F1} {prepared.Cpu,17:F1}"));
            }
        }

        return 0;
    }

    private static Sample Median(List<Sample> samples) => samples.OrderBy(sample => sample.Rate).ElementAt(samples.Count / 2);

    private static async Task FillAsync(string server)
    {
        await using var source = MuxDataSource.Create(server);
        await using var connection = await source.OpenConnectionAsync();
        foreach (var text in (string[])
            [
                "DROP TABLE IF EXISTS mux_prep",
                "CREATE TABLE mux_prep (id INT PRIMARY KEY, k INT NOT NULL, name VARCHAR(40) NOT NULL, val DOUBLE NOT NULL, created DATETIME NOT NULL)",
                "INSERT INTO mux_prep VALUES " + string.Join(',', Enumerable.Range(1, Rows).Select(i =>
                    string.Create(CultureInfo.InvariantCulture, $"({i},{i % 100},'name of row {i}',{i}.25,'2026-01-01 12:00:00')"))),
            ])
        {
            await using var command = connection.CreateCommand();
            command.CommandText = text;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<Sample> MeasureAsync(string server, Shape shape, int handles, bool isPrepared, double seconds)
    {
        await using var source = MuxDataSource.Create($"{server};Max Shared Links=1;Max Links=1;Application Name=bench");
        await (await source.OpenConnectionAsync()).DisposeAsync();
        GC.Collect();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var end = TimeSpan.FromSeconds(seconds);
        var counts = await Task.WhenAll(Enumerable.Range(0, handles).Select(i => Task.Run(() => WorkAsync(source, shape, i, isPrepared, clock, end))));
        var elapsed = clock.Elapsed;
        var count = counts.Sum();
        return new Sample(count / elapsed.TotalSeconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds / count);
    }

    private static async Task<long> WorkAsync(MuxDataSource source, Shape shape, int worker, bool isPrepared, Stopwatch clock, TimeSpan end)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = shape.Text;
        var id = command.Parameters.AddWithValue("@id", 1);
        if (isPrepared)
            await command.PrepareAsync();
        var done = 0L;
        for (var i = worker * 7919; clock.Elapsed < end; i++, done++)
        {
            id.Value = i % (Rows - shape.Rows) + 1;
            await using var reader = await command.ExecuteReaderAsync();
            var rows = 0;
            for (; await reader.ReadAsync(); rows++)
            {
                _ = reader.GetInt32(0);
                if (shape.Rows == 1)
                    continue;
                _ = reader.GetInt32(1);
                _ = reader.GetDouble(2);
                _ = reader.GetDateTime(3);
            }

            if (rows != shape.Rows)
                throw new InvalidOperationException($"{rows} rows came back.");
        }

        return done;
    }

    private sealed record Shape(string Name, string Text, int Rows);

    private sealed record Sample(double Rate, double Cpu);
}
