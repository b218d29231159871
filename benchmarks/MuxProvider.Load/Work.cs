using System.Data.Common;
using System.Diagnostics;

namespace MuxProvider.Load;

/// <summary>The unit of work: open a connection, read one row by its key, close. What a web request does.</summary>
internal static class Work
{
    /// <summary>Ids are 1 to this.</summary>
    public const int Rows = 10_000;

    public static async Task PrepareAsync(string server)
    {
        await using var source = MuxDataSource.Create(server);
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "DROP TABLE IF EXISTS mux_load; CREATE TABLE mux_load (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL)";
        await command.ExecuteNonQueryAsync();
        command.CommandText = "INSERT INTO mux_load VALUES " + string.Join(',', Enumerable.Range(1, Rows).Select(static i => $"({i},'name of row {i}')"));
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Has many workers do the work for a while.</summary>
    public static async Task<Sample> RunAsync(Contender contender, int workers, bool isBlocking, TimeSpan time)
    {
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var start = Stopwatch.GetTimestamp();
        var durations = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => isBlocking
            ? Task.Factory.StartNew(() => Block(contender, worker, until), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : Task.Run(() => AwaitAsync(contender, worker, until))));
        var elapsed = Stopwatch.GetElapsedTime(start);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        var all = durations.SelectMany(static each => each).Order().ToArray();
        return new Sample(
            all.Length / elapsed.TotalSeconds,
            Milliseconds(all[all.Length / 2]),
            Milliseconds(all[Math.Min(all.Length - 1, all.Length * 99 / 100)]),
            cpu.TotalMicroseconds / all.Length);
    }

    private static async Task<List<long>> AwaitAsync(Contender contender, int worker, long until)
    {
        var durations = new List<long>();
        var random = new Random(worker);
        for (var start = Stopwatch.GetTimestamp(); start < until;)
        {
            var id = random.Next(1, Rows + 1);
            await using (var connection = contender.Source())
            {
                await connection.OpenAsync();
                await using var command = Command(connection, id);
                Check(await command.ExecuteScalarAsync(), id);
            }

            var end = Stopwatch.GetTimestamp();
            durations.Add(end - start);
            start = end;
        }

        return durations;
    }

    private static List<long> Block(Contender contender, int worker, long until)
    {
        var durations = new List<long>();
        var random = new Random(worker);
        for (var start = Stopwatch.GetTimestamp(); start < until;)
        {
            var id = random.Next(1, Rows + 1);
            using (var connection = contender.Source())
            {
                connection.Open();
                using var command = Command(connection, id);
                Check(command.ExecuteScalar(), id);
            }

            var end = Stopwatch.GetTimestamp();
            durations.Add(end - start);
            start = end;
        }

        return durations;
    }

    private static DbCommand Command(DbConnection connection, int id)
    {
        var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM mux_load WHERE id = @id";
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@id";
        parameter.Value = id;
        command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>A number that was got by a wrong answer is worth nothing.</summary>
    public static void Check(object? name, int id)
    {
        if (name as string != $"name of row {id}")
            throw new InvalidOperationException($"Row {id} was answered with '{name}'.");
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
