using System.Diagnostics;
using System.Globalization;

namespace MuxProvider.Soak;

/// <summary>One run: workers behind a wire that breaks, then silence, the reckoning, and a look at what was not given back.</summary>
internal sealed class Campaign(SoakArguments arguments, string connectionString, string? control)
{
    private const int MaxLinks = 40;
    private const int Samples = 20;

    // What was closed is still the server's for a moment, and what kills for others may have a connection of its own.
    private const int Late = 10;
    private const long GrowthAllowed = 24 * 1024 * 1024;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly List<Sample> _samples = [];
    private long _mostConnections;

    /// <summary>What was done and found.</summary>
    public Tally Tally { get; } = new();

    /// <summary>What went wrong on purpose.</summary>
    public IReadOnlyDictionary<string, int> Troubles { get; private set; } = new Dictionary<string, int>();

    /// <summary>What the multiplexer counted.</summary>
    public string Statistics { get; private set; } = "";

    /// <summary>The most connections that the server had of us.</summary>
    public long MostConnections => _mostConnections;

    /// <summary>Runs it.</summary>
    public async Task RunAsync()
    {
        var server = new MuxConnectionStringBuilder(connectionString) { Database = "" };
        await using var direct = MuxDataSource.Create($"{server.ConnectionString};Multiplexing=false;Pooling=false;Application Name=soak-direct;Reconnect Timeout=30");
        using var troubles = new Troubles("127.0.0.1", (int)server.Port, direct, arguments.Seed, control);
        var source = MuxDataSource.Create(
            $"{server.ConnectionString};Server=127.0.0.1;Port={troubles.Proxy.Port};Database=mux_soak_a;Max Links={MaxLinks};Allow User Variables=true;Track Last Insert Id=true;"
            + $"Default Command Timeout=20;Connection Timeout=15;SslMode=None;Allow Public Key Retrieval=true;{arguments.Options}");
        var count = arguments.Workers + arguments.Blocked;
        await Schema.CreateAsync(direct, count, mayWaitShortly: control is not null);
        var workers = Enumerable.Range(0, count).Select(owner => new Worker(owner, source, owner >= arguments.Workers, arguments.Seed, Tally)).ToList();

        using var stop = new CancellationTokenSource();
        var trouble = arguments.IsCalm ? Task.CompletedTask : troubles.RunAsync(stop.Token);
        var locking = RowLock.HoldAsync(direct, stop.Token);
        var working = workers.ConvertAll(worker => Start(worker, stop.Token));
        await WatchAsync(direct, source, workers, trouble);
        await stop.CancelAsync();
        await trouble;
        await locking;
        Troubles = troubles.Counts;
        await EndAsync(working, workers);
        await QuietenAsync(direct);
        await Settlement.SettleAsync(direct, workers, Tally);
        await LookForLeaksAsync(direct, source);
        await source.DisposeAsync();
        await LookForConnectionsAsync(direct);
        await Schema.DropAsync(direct);
    }

    private Task Start(Worker worker, CancellationToken stop) => worker.Owner < arguments.Workers
        ? Task.Run(() => worker.RunAsync(stop), CancellationToken.None)
        : Task.Factory.StartNew(
            () => worker.RunAsync(stop).GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task WatchAsync(MuxDataSource direct, MuxDataSource source, List<Worker> workers, Task trouble)
    {
        Console.WriteLine(Sample.Head);
        var start = Stopwatch.GetTimestamp();
        var next = arguments.Duration / Samples;
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < arguments.Duration && !trouble.IsFaulted)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5));
            await CountConnectionsAsync(direct);
            foreach (var worker in workers)
            {
                var (chore, since) = worker.Now;
                if (since != 0 && Environment.TickCount64 - since > s_patience.TotalMilliseconds)
                    Tally.Unexpected($"worker {worker.Owner} has been busy with '{chore}' for {(Environment.TickCount64 - since) / 1000} s");
            }

            if (elapsed < next)
                continue;
            next += arguments.Duration / Samples;
            _samples.Add(Sample.Take(elapsed, Tally, source));
            Console.WriteLine(_samples[^1]);
        }
    }

    private async Task CountConnectionsAsync(MuxDataSource direct)
    {
        try
        {
            var connections = await CountAsync(direct);
            _mostConnections = Math.Max(_mostConnections, connections);

            // What was cut is still the server's for a moment.
            if (arguments.IsCalm && connections > MaxLinks + Late)
                Tally.Leaked($"the server has {connections} connections of at most {MaxLinks}: {await DescribeAsync(direct)}");
        }
        catch (MuxException)
        {
            // The server is down just now.
        }
    }

    private static async Task<string> DescribeAsync(MuxDataSource direct)
    {
        await using var connection = await direct.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COMMAND, STATE, LEFT(INFO, 60), COUNT(*) FROM information_schema.PROCESSLIST GROUP BY COMMAND, STATE, LEFT(INFO, 60) ORDER BY 4 DESC";
        await using var reader = await command.ExecuteReaderAsync();
        var groups = new List<string>();
        while (await reader.ReadAsync())
            groups.Add($"{reader.GetValue(3)} {reader.GetValue(0)} '{reader.GetValue(1)}' {reader.GetValue(2)}");
        return string.Join("; ", groups);
    }

    private static async Task<long> CountAsync(MuxDataSource direct)
    {
        await using var connection = await direct.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AND ID <> CONNECTION_ID()";
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private async Task EndAsync(List<Task> working, List<Worker> workers)
    {
        var all = Task.WhenAll(working);
        if (await Task.WhenAny(all, Task.Delay(s_patience)) == all)
        {
            await all;
            return;
        }

        foreach (var (index, task) in working.Index())
        {
            if (!task.IsCompleted)
                Tally.Unexpected($"worker {workers[index].Owner} never ended '{workers[index].Now.Chore}'");
        }
    }

    // What nobody waits for any more may still run.
    private static async Task QuietenAsync(MuxDataSource direct)
    {
        await using var connection = await direct.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AND ID <> CONNECTION_ID() AND COMMAND <> 'Sleep'";
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_patience;)
        {
            if (Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) == 0)
                return;
            await Task.Delay(200);
        }
    }

    private async Task LookForLeaksAsync(MuxDataSource direct, MuxDataSource source)
    {
        // What was forgotten is given back by the collector, what a silent link holds when it is cut.
        string state = "";
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_patience;)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(100);
            state = source.ToString();
            if (state.Contains(" 0 leased", StringComparison.Ordinal) && state.EndsWith(" 0 waiting for a lease", StringComparison.Ordinal) && source.GetStatistics().BufferedBytes == 0)
                break;
        }

        var statistics = source.GetStatistics();
        Statistics = statistics.ToString();
        if (!state.Contains(" 0 leased", StringComparison.Ordinal) || !state.EndsWith(" 0 waiting for a lease", StringComparison.Ordinal))
            Tally.Leaked(state);
        if (statistics.BufferedBytes != 0)
            Tally.Leaked($"{statistics.BufferedBytes} bytes of requests and answers");
        if (statistics.LeakAlarms != 0)
            Tally.Leaked($"{statistics.LeakAlarms} floating statements changed their session");
        foreach (var pin in statistics.Pins.Where(static pin => pin.Current != 0))
            Tally.Leaked($"{pin.Current} pins by {pin.Reason}");
        if (_samples.Count < Samples / 2)
            return;

        // The first quarter is for warming up.
        var quarter = _samples.Count / 4;
        var early = _samples.Skip(quarter).Take(quarter).Max(static sample => sample.Heap);
        var late = _samples.TakeLast(quarter).Min(static sample => sample.Heap);
        if (late - early > GrowthAllowed)
            Tally.Leaked($"the heap grew from {early / 1048576} to {late / 1048576} MiB");
    }

    private async Task LookForConnectionsAsync(MuxDataSource direct)
    {
        // One that fell silent is cut four time-outs later.
        long left = 0;
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < s_patience;)
        {
            left = await CountAsync(direct);
            if (left == 0)
                return;
            await Task.Delay(200);
        }

        Tally.Leaked($"the server still has {left} connections: {await DescribeAsync(direct)}");
    }
}
