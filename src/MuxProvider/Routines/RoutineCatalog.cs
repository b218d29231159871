using System.Collections.Concurrent;

namespace MuxProvider;

/// <summary>
/// What a data source has learned of the stored routines that it called by name. Forgotten where a call fails, and where something is
/// defined anew on a connection of the same data source. Any thread may use it.
/// </summary>
internal sealed class RoutineCatalog
{
    private const int MostRoutines = 1024;

    private readonly ConcurrentDictionary<(string Schema, string Name, bool IsFunction), Routine> _routines = new(KeyComparer.Instance);

    /// <summary>Looks a routine up.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The routine.</param>
    /// <param name="isFunction">Whether a function is meant.</param>
    /// <returns>The routine; null where it is not known.</returns>
    public Routine? Find(string schema, string name, bool isFunction) => _routines.GetValueOrDefault((schema, name, isFunction));

    /// <summary>Remembers a routine.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="routine">The routine.</param>
    public void Learn(string schema, Routine routine)
    {
        if (_routines.Count >= MostRoutines)
            _routines.Clear();
        _routines[(schema, routine.Name.Name, routine.IsFunction)] = routine;
    }

    /// <summary>Forgets a routine that may have changed.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="routine">The routine.</param>
    public void Forget(string schema, Routine routine) => _routines.TryRemove((schema, routine.Name.Name, routine.IsFunction), out _);

    /// <summary>Something was defined anew.</summary>
    public void Clear()
    {
        if (!_routines.IsEmpty)
            _routines.Clear();
    }

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
