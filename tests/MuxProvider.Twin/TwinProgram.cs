using System.Collections.Immutable;

namespace MuxProvider.Twin;

/// <summary>What some handles do, and in which order. Immutable.</summary>
/// <param name="Seed">The seed that it was made from.</param>
/// <param name="Options">The options of the shared links.</param>
/// <param name="IsConcurrent">Whether all handles run at once, each in its own order; otherwise one step is made at a time.</param>
/// <param name="HasSchema">Whether the handles open with a default schema.</param>
/// <param name="Listens">Whether somebody listens for the warnings of every statement.</param>
/// <param name="Tables">The tables, or sequences, that it uses and that must be brought to their first state.</param>
/// <param name="Turns">The steps of all handles.</param>
internal sealed record TwinProgram(
    int Seed,
    string Options,
    bool IsConcurrent,
    bool HasSchema,
    bool Listens,
    ImmutableSortedSet<string> Tables,
    ImmutableArray<Turn> Turns)
{
    /// <summary>The handles that do something, in order.</summary>
    /// <returns>Their numbers.</returns>
    public IEnumerable<int> Handles() => Turns.Select(turn => turn.Handle).Distinct().Order();
}
