using System.Collections.Immutable;
using System.Text;

namespace MuxProvider.Links;

/// <summary>
/// Session variables that travel with a handle, by name in lower case, each with its value as a SQL literal
/// (<c>'+00:00'</c>, <c>0</c>, <c>ON</c>). What is not among them has the value of a fresh session. Immutable, compared by value.
/// </summary>
public sealed class SessionVariables : IEquatable<SessionVariables>
{
    private readonly ImmutableArray<KeyValuePair<string, string>> _items;
    private readonly int _hash;

    private SessionVariables(ImmutableArray<KeyValuePair<string, string>> items)
    {
        _items = items;
        var hash = new HashCode();
        foreach (var (name, value) in items)
        {
            hash.Add(name);
            hash.Add(value);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>No variables: a fresh session.</summary>
    public static SessionVariables None { get; } = new([]);

    /// <summary>How many there are.</summary>
    public int Count => _items.Length;

    /// <summary>The variables, sorted by name.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>> Items => _items.AsSpan();

    /// <summary>The value of a variable as a SQL literal; null where it has that of a fresh session.</summary>
    /// <param name="name">The name in lower case.</param>
    public string? this[string name]
    {
        get
        {
            var index = Find(name);
            return index < 0 ? null : _items[index].Value;
        }
    }

    /// <summary>The same variables with one of them changed.</summary>
    /// <param name="name">The name in lower case.</param>
    /// <param name="value">Its value as a SQL literal; null for that of a fresh session.</param>
    /// <returns>This object where nothing changes.</returns>
    public SessionVariables With(string name, string? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var index = Find(name);
        if (index >= 0)
        {
            if (_items[index].Value == value)
                return this;
            return value is null
                ? _items.Length == 1 ? None : new SessionVariables(_items.RemoveAt(index))
                : new SessionVariables(_items.SetItem(index, KeyValuePair.Create(name, value)));
        }

        return value is null ? this : new SessionVariables(_items.Insert(~index, KeyValuePair.Create(name, value)));
    }

    /// <inheritdoc/>
    public bool Equals(SessionVariables? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && _items.AsSpan().SequenceEqual(other._items.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SessionVariables);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The variables as SET has them.</summary>
    /// <returns><c>a=1, b='x'</c>; empty for none.</returns>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _items)
            text.Append(text.Length == 0 ? "" : ", ").Append(name).Append('=').Append(value);
        return text.ToString();
    }

    // The index, or the complement of the place where it belongs.
    private int Find(string name)
    {
        var (low, high) = (0, _items.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(_items[middle].Key, name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
