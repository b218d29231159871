using System.Collections.Immutable;

namespace MuxProvider.Twin;

/// <summary>Both twins, and what they are played on. Plays one program at a time.</summary>
internal sealed class Stage : IDisposable
{
    // No program generates so many ids.
    private const long IdsPerProgram = 10_000;

    // However busy the machine is, a program that takes so long waits for something that does not come.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private readonly Side _shared;
    private readonly Side _alone;
    private readonly Servers _server;
    private long _base = IdsPerProgram;

    /// <summary>Creates a stage; nothing is connected yet.</summary>
    /// <param name="connectionString">The server, and a user who may do everything.</param>
    /// <param name="server">The server: one flag.</param>
    /// <param name="tag">What its names begin with; no other stage may use it.</param>
    /// <param name="isSelfTest">Whether both twins have connections of their own: then every difference is the generator's fault.</param>
    /// <param name="provider">The provider that the links of both run over; null for links of our own.</param>
    public Stage(string connectionString, Servers server, string tag, bool isSelfTest, string? provider = null)
    {
        _server = server;
        _shared = new Side(connectionString, tag + "s", isShared: !isSelfTest, provider);
        _alone = new Side(connectionString, tag + "d", isShared: false, provider);
    }

    /// <summary>Hears of every program that was played and its answers, different or not.</summary>
    public Action<Difference>? Played { get; init; }

    /// <summary>Makes schemas, tables and routines.</summary>
    /// <returns>When they are there.</returns>
    public Task SetUpAsync() => Task.WhenAll(_shared.SetUpAsync(_server), _alone.SetUpAsync(_server));

    /// <summary>Drops them.</summary>
    /// <returns>When they are gone.</returns>
    public Task TearDownAsync() => Task.WhenAll(_shared.TearDownAsync(), _alone.TearDownAsync());

    /// <summary>Plays a program on the links that are there.</summary>
    /// <param name="program">The program.</param>
    /// <returns>The difference, or the alarm; null for none.</returns>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public async Task<Difference?> PlayAsync(TwinProgram program)
    {
        _base += IdsPerProgram;
        var alarms = _shared.Alarms;
        var shared = await RunAsync(_shared, program, new Answer?[program.Turns.Length]);
        alarms = _shared.Alarms - alarms;

        // What may be refused and was is not done on the other side either: it would change what comes after.
        var skipped = program.Turns.Select((turn, i) => shared[i].IsRejected && DocumentedRejection.Allows(turn.Step) ? shared[i] : null).ToArray();
        var alone = await RunAsync(_alone, program, skipped);
        var result = new Difference([program], shared, alone, Difference.Find(shared, alone), _shared.Names(_base), alarms, IsReproduced: false);
        Played?.Invoke(result);
        return result.Index == Difference.None && alarms == 0 ? null : result;
    }

    /// <summary>Plays programs one after the other on fresh links; only the last one may be answered differently.</summary>
    /// <param name="programs">The programs.</param>
    /// <returns>The difference; null for none.</returns>
    public async Task<Difference?> PlayAfreshAsync(ImmutableArray<TwinProgram> programs)
    {
        _shared.Renew();
        _alone.Renew();
        foreach (var before in programs[..^1])
        {
            _base += IdsPerProgram;
            await RunAsync(_shared, before, new Answer?[before.Turns.Length]);
        }

        return await PlayAsync(programs[^1]) is { } difference ? difference with { Programs = programs, IsReproduced = true } : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shared.Dispose();
        _alone.Dispose();
    }

    private async Task<Answer[]> RunAsync(Side side, TwinProgram program, Answer?[] skipped)
    {
        try
        {
            return await side.RunAsync(program, _base, skipped).WaitAsync(s_patience);
        }
        catch (Exception error)
        {
            var steps = string.Join("\n  ", program.Turns.Select(turn => $"h{turn.Handle}: {turn.Step.Describe(side.Names(_base))}"));
            throw new InvalidOperationException(
                $"Seed {program.Seed} did not come to its end on {(side.IsShared ? "shared links" : "connections of its own")}: {error.Message}\n  {program}\n  {steps}", error);
        }
    }
}
