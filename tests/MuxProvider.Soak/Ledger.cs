namespace MuxProvider.Soak;

/// <summary>
/// What one worker knows of the rows that it wrote. Used by its worker, and at the end by whoever settles.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<long, long> _acknowledged = [];
    private readonly HashSet<long> _unknown = [];
    private readonly HashSet<long> _notRun = [];
    private long _last;

    /// <summary>Rows of which it is certain that they are there, with the row that was written in the same transaction; 0 for none.</summary>
    public IReadOnlyDictionary<long, long> Acknowledged => _acknowledged;

    /// <summary>Increments of the worker's counter that were acknowledged.</summary>
    public long Increments { get; set; }

    /// <summary>Increments whose outcome is unknown.</summary>
    public long UnknownIncrements { get; set; }

    /// <summary>A number that no other row of the worker has.</summary>
    public long Next() => ++_last;

    /// <summary>A row is there.</summary>
    public void Acknowledge(long row) => _acknowledged[row] = 0;

    /// <summary>Two rows of one transaction are there.</summary>
    public void Acknowledge(long row, long other)
    {
        _acknowledged[row] = other;
        _acknowledged[other] = row;
    }

    /// <summary>Nobody knows whether a row is there.</summary>
    public void Doubt(long row)
    {
        _acknowledged.Remove(row);
        _unknown.Add(row);
    }

    /// <summary>A row is not there, and never will be.</summary>
    public void Deny(long row) => _notRun.Add(row);

    /// <summary>Rows are gone: the worker has deleted them.</summary>
    public void Forget(IEnumerable<long> rows)
    {
        foreach (var row in rows)
            _acknowledged.Remove(row);
    }

    /// <summary>Compares with what is there.</summary>
    /// <param name="owner">Whose ledger it is.</param>
    /// <param name="rows">The rows, with how many there are of each and what they say.</param>
    /// <param name="tally">Hears of differences.</param>
    public void Compare(int owner, IReadOnlyDictionary<long, (int Count, string Word)> rows, Tally tally)
    {
        foreach (var (row, (count, word)) in rows)
        {
            if (count > 1)
                tally.Duplicated($"worker {owner}: row {row} is there {count} times");
            if (word != Word(owner, row))
                tally.Wrong($"worker {owner}: row {row} says '{word}'");
            if (_acknowledged.ContainsKey(row) || _unknown.Contains(row))
                continue;
            tally.Wrong(_notRun.Contains(row)
                ? $"worker {owner}: row {row} is there, though it was said not to have run"
                : $"worker {owner}: row {row} is there, though nobody wrote it now");
        }

        foreach (var row in _acknowledged.Keys)
        {
            if (!rows.ContainsKey(row))
                tally.Lost($"worker {owner}: row {row} was acknowledged and is not there");
        }
    }

    /// <summary>What a row says.</summary>
    public static string Word(int owner, long row) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{owner}/{row}");
}
