using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace MuxProvider;

/// <summary>
/// What a data source has learned of the stored routines that it called by name. Forgotten where a call fails, where something is defined
/// anew by any connection of this process to the same server, and after a minute, because others define routines, too. Any thread may use it.
/// </summary>
/// <param name="server">Which server it is: what is defined anew there is forgotten by all who know it by this name.</param>
/// <param name="clock">Tells how old things are.</param>
internal sealed class RoutineCatalog(string server, TimeProvider clock)
{
    private const int MostRoutines = 1024;
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    // How often something was defined anew on each server.
    private static readonly ConcurrentDictionary<string, StrongBox<long>> s_changes = new(StringComparer.OrdinalIgnoreCase);

    private readonly StrongBox<long> _changes = s_changes.GetOrAdd(server, static _ => new StrongBox<long>());
    private readonly ConcurrentDictionary<(string Schema, string Name, bool IsFunction), Entry> _routines = new(KeyComparer.Instance);

    /// <summary>How far definitions are: to be asked for before a routine is looked up, for <see cref="Learn"/>.</summary>
    public long Changes => Volatile.Read(ref _changes.Value);

    /// <summary>Looks a routine up.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The routine.</param>
    /// <param name="isFunction">Whether a function is meant.</param>
    /// <returns>The routine; null where it is not known, or not any more.</returns>
    public Routine? Find(string schema, string name, bool isFunction) =>
        _routines.TryGetValue((schema, name, isFunction), out var entry) && entry.Changes == Changes && clock.GetElapsedTime(entry.Learned) < s_longest
            ? entry.Routine
            : null;

    /// <summary>Remembers a routine.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="routine">The routine.</param>
    /// <param name="changes">What <see cref="Changes"/> was before the server was asked: what was defined meanwhile may have changed it.</param>
    public void Learn(string schema, Routine routine, long changes)
    {
        if (_routines.Count >= MostRoutines)
            _routines.Clear();
        _routines[(schema, routine.Name.Name, routine.IsFunction)] = new Entry(routine, changes, clock.GetTimestamp());
    }

    /// <summary>Forgets a routine that may have changed.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="routine">The routine.</param>
    public void Forget(string schema, Routine routine) => _routines.TryRemove((schema, routine.Name.Name, routine.IsFunction), out _);

    /// <summary>Something was defined anew.</summary>
    public void Clear() => Interlocked.Increment(ref _changes.Value);

    private sealed record Entry(Routine Routine, long Changes, long Learned);

    // Names of routines ignore case, those of schemas may not.
    private sealed class KeyComparer : IEqualityComparer<(string Schema, string Name, bool IsFunction)>
    {
        public static readonly KeyComparer Instance = new();

        public bool Equals((string Schema, string Name, bool IsFunction) x, (string Schema, string Name, bool IsFunction) y) =>
            x.IsFunction == y.IsFunction
            && string.Equals(x.Schema, y.Schema, StringComparison.Ordinal)
            && string.Equals(x.Name, y.Name, StringComparison.OrdinalIgnoreCase);

        public int GetHashCode((string Schema, string Name, bool IsFunction) key) => HashCode.Combine(
            StringComparer.Ordinal.GetHashCode(key.Schema), StringComparer.OrdinalIgnoreCase.GetHashCode(key.Name), key.IsFunction);
    }
}
