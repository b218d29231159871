using System.Diagnostics;
using MuxProvider.Multiplexing;
using MuxProvider.Testing;

namespace MuxProvider.Soak;

/// <summary>
/// What goes wrong between the workers and the server: connections that break anywhere, come in pieces or fall silent, statements and
/// connections that are killed, a server that is killed and started again. In between nothing goes wrong for a while.
/// </summary>
internal sealed class Troubles : IDisposable
{
    private static readonly TimeSpan s_betweenRestarts = TimeSpan.FromSeconds(40);

    private readonly MuxDataSource _direct;
    private readonly Random _random;
    private readonly string? _control;
    private readonly Dictionary<string, int> _counts = [];
    private volatile bool _isRough;

    public Troubles(string host, int port, MuxDataSource direct, int seed, string? control)
    {
        _direct = direct;
        _random = new Random(seed);
        _control = control;
        Proxy = new FaultProxy(host, port, (id, way) => _isRough ? Fault(new Random(unchecked((seed * 31) + (2 * id) + (int)way))) : null);
    }

    /// <summary>Where the workers connect.</summary>
    public FaultProxy Proxy { get; }

    /// <summary>What was done, and how often.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>Makes trouble until told to stop; the server runs then.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var restarted = Stopwatch.GetTimestamp();
        try
        {
            while (true)
            {
                // A third of the time is calm, for what was waiting to settle.
                _isRough = _random.Next(3) != 0;
                await Task.Delay(_random.Next(300, 3000), stop);
                if (!_isRough)
                    continue;
                if (_control is not null && Stopwatch.GetElapsedTime(restarted) > s_betweenRestarts)
                {
                    await RestartAsync(stop);
                    restarted = Stopwatch.GetTimestamp();
                    continue;
                }

                await MakeOneAsync();
            }
        }
        catch (OperationCanceledException)
        {
            _isRough = false;
        }
    }

    public void Dispose() => Proxy.Dispose();

    private static WireFault? Fault(Random random) => random.Next(10) switch
    {
        < 4 => null,
        < 6 => new SplitFault(random.Next(1, 400)),
        < 9 => new CutFault(random.Next(2_000, 20_000_000), reset: random.Next(2) == 0),
        _ => new SwallowFault(random.Next(20_000, 20_000_000)),
    };

    private async Task MakeOneAsync()
    {
        switch (_random.Next(4))
        {
            case 0:
                Count("all connections cut");
                Proxy.CutAll(reset: _random.Next(2) == 0);
                break;

            case 1:
                await KillAsync("KILL", "connections killed");
                break;

            default:
                await KillAsync("KILL QUERY", "statements killed");
                break;
        }
    }

    private async Task RestartAsync(CancellationToken stop)
    {
        Count("server killed and started again");
        await ControlAsync("stop");
        try
        {
            await Task.Delay(_random.Next(0, 3000), stop);
        }
        finally
        {
            await ControlAsync("start");
        }
    }

    private async Task KillAsync(string how, string what)
    {
        try
        {
            await using var connection = await _direct.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = SUBSTRING_INDEX(CURRENT_USER(), '@', 1) AND ID <> CONNECTION_ID()";
            var ids = new List<long>();
            await using (var reader = await command.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                    ids.Add(reader.GetInt64(0));
            }

            if (ids.Count == 0)
                return;
            command.CommandText = $"{how} {ids[_random.Next(ids.Count)]}";
            await command.ExecuteNonQueryAsync();
            Count(what);
        }
        catch (Exception error) when (error is MuxException or StatementRejectedException)
        {
            // It had gone before, or is one of those that make the trouble.
        }
    }

    private void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    private async Task ControlAsync(string what)
    {
        using var process = Process.Start(new ProcessStartInfo(_control!, what))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"The server could not be told to {what}.");
    }
}
