using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>What the columns of the current result are: worked out once per result, so that a cell costs one look. Used again by the connection's next reader.</summary>
internal sealed class ResultShape
{
    private ValueKind[] _kinds = [];

    /// <summary>The columns.</summary>
    public IReadOnlyList<ColumnDefinition> Columns { get; private set; } = [];

    /// <summary>How many columns there are.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the columns of another result.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="options">How cells are read.</param>
    public void Take(IReadOnlyList<ColumnDefinition> columns, CellOptions options)
    {
        Columns = columns;
        Count = columns.Count;
        if (_kinds.Length < Count)
            _kinds = new ValueKind[Math.Max(Count, 8)];
        for (var i = 0; i < Count; i++)
            _kinds[i] = ValueKinds.Of(columns[i], options);
    }

    /// <summary>Forgets the columns.</summary>
    public void Clear()
    {
        Columns = [];
        Count = 0;
    }

    /// <summary>What the cells of a column are.</summary>
    /// <param name="ordinal">The column, in range.</param>
    /// <returns>The kind.</returns>
    public ValueKind Kind(int ordinal) => _kinds[ordinal];

    /// <summary>The first column with a name, case ignored.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The column, or −1.</returns>
    public int Find(string name)
    {
        for (var i = 0; i < Count; i++)
        {
            if (string.Equals(Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }
}
