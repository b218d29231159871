using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;

namespace MuxProvider.Twin;

/// <summary>Plays many programs on several stages at once, and shrinks what was answered differently.</summary>
internal sealed class Campaign
{
    // Links keep what earlier programs left behind: so many of them are played again with one that does not differ alone.
    private const int Memory = 12;

    private readonly ConcurrentQueue<Difference> _differences = new();
    private readonly SemaphoreSlim _shrinking = new(1, 1);
    private int _next;
    private int _played;
    private int _differing;
    private int _noted;
    private long _alarms;
    private long _start;

    /// <summary>The server, and a user who may do everything.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The server: one flag.</summary>
    public required Servers Server { get; init; }

    /// <summary>The first seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many programs are played at most.</summary>
    public int Programs { get; init; } = 1000;

    /// <summary>How long it may take; programs that have begun are finished.</summary>
    public TimeSpan Limit { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>Whether handles run at once; null for every other program.</summary>
    public bool? IsConcurrent { get; init; }

    /// <summary>The groups of the grammar that are left out.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();

    /// <summary>Whether both twins have connections of their own.</summary>
    public bool IsSelfTest { get; init; }

    /// <summary>The provider that the links of both twins run over (see <see cref="Underneath"/>); null for links of our own.</summary>
    public string? Provider { get; init; }

    /// <summary>How many programs are played at once.</summary>
    public int Stages { get; init; } = 4;

    /// <summary>How many differences are shrunk and kept; the others are only counted.</summary>
    public int Kept { get; init; } = 10;

    /// <summary>What the names on the server begin with.</summary>
    public string Tag { get; init; } = FormattableString.Invariant($"twin{Environment.ProcessId}");

    /// <summary>Programs that were played to their end.</summary>
    public int Played => _played;

    /// <summary>Programs that were answered differently.</summary>
    public int Differing => _differing;

    /// <summary>Floating statements that were found to have changed the session.</summary>
    public long Alarms => Interlocked.Read(ref _alarms);

    /// <summary>The differences that were kept.</summary>
    public IReadOnlyCollection<Difference> Differences => _differences;

    /// <summary>Hears of every difference that is kept. Called by one thread at a time.</summary>
    public Action<Difference>? Found { get; init; }

    /// <summary>Hears of every program that was played and its answers, different or not. Called by several threads at once.</summary>
    public Action<Difference>? Ended { get; init; }

    /// <summary>Plays.</summary>
    /// <returns>When all programs were played, or time ran out.</returns>
    public async Task RunAsync()
    {
        var stages = Enumerable.Range(0, Math.Min(Stages, Programs))
            .Select(number => new Stage(ConnectionString, Server, FormattableString.Invariant($"{Tag}{(char)('a' + number)}"), IsSelfTest, Provider) { Played = Ended })
            .ToArray();
        try
        {
            foreach (var stage in stages)
                await stage.SetUpAsync();
            _start = Stopwatch.GetTimestamp();
            await Task.WhenAll(stages.Select(stage => Task.Run(() => PlayAsync(stage))));
            await Task.WhenAll(stages.Select(stage => stage.TearDownAsync()));
        }
        finally
        {
            foreach (var stage in stages)
                stage.Dispose();
        }
    }

    private async Task PlayAsync(Stage stage)
    {
        var generator = new ProgramGenerator(Server, IsConcurrent, Without.Concat(Underneath.LeftOut(Provider)).ToHashSet());
        var before = ImmutableArray<TwinProgram>.Empty;
        while (true)
        {
            var number = Interlocked.Increment(ref _next) - 1;
            if (number >= Programs || (Limit != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(_start) > Limit))
                return;
            var program = generator.Make(unchecked(Seed + number));
            var difference = await stage.PlayAsync(program);
            Interlocked.Increment(ref _played);
            if (difference is not null && await NoteAsync(stage, difference, before))
                before = [];
            else
                before = [.. before.Skip(Math.Max(0, before.Length - Memory + 1)), program];
        }
    }

    // Whether the stage has fresh links now.
    private async Task<bool> NoteAsync(Stage stage, Difference difference, ImmutableArray<TwinProgram> before)
    {
        Interlocked.Add(ref _alarms, difference.Alarms);
        if (difference.Index != Difference.None)
            Interlocked.Increment(ref _differing);
        if (Interlocked.Increment(ref _noted) > Kept)
            return false;
        await _shrinking.WaitAsync();
        try
        {
            difference = await new Shrinker(stage, TimeSpan.FromSeconds(20)).ShrinkAsync(difference, before);
            _differences.Enqueue(difference);
            Found?.Invoke(difference);
        }
        finally
        {
            _shrinking.Release();
        }

        return true;
    }
}
