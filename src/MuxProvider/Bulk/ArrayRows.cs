namespace MuxProvider;

/// <summary>Rows that come one by one. The first one says how many columns there are.</summary>
/// <param name="rows">The rows.</param>
internal sealed class ArrayRows(IAsyncEnumerable<object?[]> rows) : RowSource
{
    // The enumerator hears one token only, and there are several reasons to stop.
    private readonly CancellationTokenSource _stop = new();
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
        _rows = rows.GetAsyncEnumerator(_stop.Token);
        _isAhead = await MoveNextAsync(cancellationToken).ConfigureAwait(false);
        _columnCount = _isAhead ? _rows.Current.Length : 0;
        return _isAhead;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (!_isAhead && !await MoveNextAsync(cancellationToken).ConfigureAwait(false))
            return false;
        _isAhead = false;
        _row++;
        return _rows!.Current.Length == _columnCount
            ? true
            : throw new InvalidOperationException($"Row {_row} has {_rows.Current.Length} values where the first one has {_columnCount}.");
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_rows is not null)
            await _rows.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var moving = _rows!.MoveNextAsync();
        return moving.IsCompleted || !cancellationToken.CanBeCanceled ? moving : WaitAsync(moving, cancellationToken);
    }

    private async ValueTask<bool> WaitAsync(ValueTask<bool> moving, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop).ConfigureAwait(false))
            return await moving.ConfigureAwait(false);
    }
}
