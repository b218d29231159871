using System.Collections.Immutable;
using System.Diagnostics;

namespace MuxProvider.Twin;

/// <summary>
/// Makes the program of a difference as small as it can, as long as some difference stays: first the programs before it go, then
/// handles, then steps, by halves and one by one.
/// </summary>
/// <param name="stage">Where the programs are played; afterwards its links are fresh.</param>
/// <param name="patience">How long it may take.</param>
internal sealed class Shrinker(Stage stage, TimeSpan patience)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private Difference? _best;

    /// <summary>Makes a difference smaller.</summary>
    /// <param name="difference">The difference.</param>
    /// <param name="before">The programs that ran on the same links before, the last one last.</param>
    /// <returns>The smallest that was found; the same where it does not happen again.</returns>
    public async Task<Difference> ShrinkAsync(Difference difference, ImmutableArray<TwinProgram> before)
    {
        var program = difference.Program;
        if (!await TryAsync([program]) && !await TryAsync([.. before, program]))
            return difference;
        while (_best!.Programs.Length > 1 && (await DropProgramsAsync(_best.Programs.Length / 2) || await DropProgramsAsync(1)))
        {
        }

        if (_best.Program.IsConcurrent)
            await TryAsync(_best.Programs.SetItem(_best.Programs.Length - 1, _best.Program with { IsConcurrent = false }));
        for (var at = 0; at < _best.Programs.Length; at++)
            await ShrinkAsync(at);
        return _best;
    }

    private async Task<bool> DropProgramsAsync(int count)
    {
        for (var at = 0; at + count < _best!.Programs.Length; at += count)
            if (await TryAsync(_best.Programs.RemoveRange(at, count)))
                return true;
        return false;
    }

    private async Task ShrinkAsync(int at)
    {
        foreach (var handle in _best!.Programs[at].Handles().ToArray())
            await TryAsync(at, turns => turns.RemoveAll(turn => turn.Handle == handle));
        for (var count = _best.Programs[at].Turns.Length / 2; count > 0; count /= 2)
        {
            for (var first = _best.Programs[at].Turns.Length - count; first >= 0; first -= count)
            {
                if (first + count <= _best.Programs[at].Turns.Length)
                    await TryAsync(at, turns => turns.RemoveRange(first, count));
            }
        }
    }

    private Task<bool> TryAsync(int at, Func<ImmutableArray<Turn>, ImmutableArray<Turn>> change)
    {
        var program = _best!.Programs[at];
        var turns = change(program.Turns);
        return turns.IsEmpty || turns.Length == program.Turns.Length
            ? Task.FromResult(false)
            : TryAsync(_best.Programs.SetItem(at, program with { Turns = turns }));
    }

    // What happens at once may happen in different ways: then one try says little.
    private async Task<bool> TryAsync(ImmutableArray<TwinProgram> programs)
    {
        for (var tries = programs.Any(program => program.IsConcurrent) ? 4 : 1; tries > 0; tries--)
        {
            if (Stopwatch.GetElapsedTime(_start) > patience)
                return false;
            if (await stage.PlayAfreshAsync(programs) is { } difference)
            {
                _best = difference;
                return true;
            }
        }

        return false;
    }
}
