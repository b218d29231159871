using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace MuxProvider.Multiplexing;

/// <summary>
/// What the bodies of stored routines and triggers say of the session: which names (of routines, and of tables whose triggers run) make
/// a statement stateful, and which routines are harmless. Empty until it was read; outdated by whatever is defined anew. Any thread may use it.
/// </summary>
internal sealed class RoutineScan
{
    private const int MostJudged = 4096;

    private readonly ConcurrentDictionary<(string Text, SqlModes Modes), bool?> _judged = new();
    private volatile Findings _findings = new(FrozenSet<string>.Empty, FrozenSet<string>.Empty);
    private int _changes = 1;
    private int _seen;

    /// <summary>Whether the bodies have to be read (again).</summary>
    public bool IsOutdated => Volatile.Read(ref _seen) != Volatile.Read(ref _changes);

    /// <summary>Whether there are stateful routines or triggers: then all statements have to be looked at.</summary>
    public bool HasStateful => _findings.Stateful.Count > 0;

    /// <summary>Something was defined, changed or dropped.</summary>
    public void Outdate() => Interlocked.Increment(ref _changes);

    /// <summary>The bodies are about to be read.</summary>
    /// <returns>What to hand to <see cref="Take"/>: what changes from now on is not in them.</returns>
    public int Begin() => Volatile.Read(ref _changes);

    /// <summary>Takes what was found.</summary>
    /// <param name="seen">What <see cref="Begin"/> returned.</param>
    /// <param name="stateful">Names, in upper case, that make a statement stateful.</param>
    /// <param name="harmless">Names, in upper case, of routines that leave nothing.</param>
    public void Take(int seen, IEnumerable<string> stateful, IEnumerable<string> harmless)
    {
        _findings = new Findings(stateful.ToFrozenSet(StringComparer.Ordinal), harmless.ToFrozenSet(StringComparer.Ordinal));
        _judged.Clear();
        Volatile.Write(ref _seen, seen);
    }

    /// <summary>What is known of the routines that a statement may run.</summary>
    /// <param name="parsed">The statement.</param>
    /// <param name="modes">The handle's modes.</param>
    /// <returns>True: they are harmless. False: one of them, or a trigger, touches the session. Null: nothing is known.</returns>
    public bool? AreRoutinesClean(ParsedStatement parsed, SqlModes modes)
    {
        var findings = _findings;
        if (findings.Stateful.Count == 0 && findings.Harmless.Count == 0)
            return null;
        var key = (parsed.Text.Text, modes);
        if (_judged.TryGetValue(key, out var known))
            return known;
        if (_judged.Count >= MostJudged)
            _judged.Clear();
        var judged = Judge(findings, parsed, modes);
        _judged[key] = judged;
        return judged;
    }

    private static bool? Judge(Findings findings, ParsedStatement parsed, SqlModes modes)
    {
        foreach (var name in StatementNames.Of(parsed.Text.Text, modes))
        {
            if (findings.Stateful.Contains(name))
                return false;
        }

        foreach (var name in parsed.Traits.CalledRoutines)
        {
            if (!findings.Harmless.Contains(name))
                return null;
        }

        return parsed.Traits.CalledRoutines.IsEmpty ? null : true;
    }

    private sealed record Findings(FrozenSet<string> Stateful, FrozenSet<string> Harmless);
}
