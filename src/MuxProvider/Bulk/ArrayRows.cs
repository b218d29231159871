namespace MuxProvider;

/// <summary>Rows that come one by one. The first one says how many columns there are.</summary>
/// <param name="rows">The rows.</param>
internal sealed class ArrayRows(IAsyncEnumerable<object?[]> rows) : RowSource
{
    private IAsyncEnumerator<object?[]>? _rows;
    private int _columnCount;
    private bool _isAhead;
    private long _row;

    /// <inheritdoc/>
    public override int ColumnCount => _columnCount;

    /// <inheritdoc/>
    public override object? this[int ordinal] => _rows!.Current[ordinal];

    /// <inheritdoc/>
    public override async ValueTask<bool> BeginAsync(CancellationToken cancellationToken)
    {
        _rows = rows.GetAsyncEnumerator(cancellationToken);
        _isAhead = await _rows.MoveNextAsync().ConfigureAwait(false);
        _columnCount = _isAhead ? _rows.Current.Length : 0;
        return _isAhead;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_isAhead && !await _rows!.MoveNextAsync().ConfigureAwait(false))
            return false;
        _isAhead = false;
        _row++;
        return _rows!.Current.Length == _columnCount
            ? true
            : throw new InvalidOperationException($"Row {_row} has {_rows.Current.Length} values where the first one has {_columnCount}.");
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => _rows?.DisposeAsync() ?? default;
}
