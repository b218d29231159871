using System.Data;

namespace MuxProvider;

/// <summary>Rows of tables; those that were deleted are left out.</summary>
/// <param name="rows">The rows.</param>
/// <param name="columnCount">How many columns each has.</param>
internal sealed class DataRowRows(IEnumerable<DataRow> rows, int columnCount) : RowSource
{
    private IEnumerator<DataRow>? _rows;

    /// <inheritdoc/>
    public override int ColumnCount => columnCount;

    /// <inheritdoc/>
    public override object? this[int ordinal] => _rows!.Current[ordinal];

    /// <inheritdoc/>
    public override ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        _rows ??= rows.GetEnumerator();
        while (_rows.MoveNext())
        {
            if (_rows.Current.RowState != DataRowState.Deleted)
                return new ValueTask<bool>(true);
        }

        return new ValueTask<bool>(false);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _rows?.Dispose();
        return default;
    }
}
