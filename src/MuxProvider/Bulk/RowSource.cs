namespace MuxProvider;

/// <summary>The rows of a bulk copy, one after the other. Used by one caller.</summary>
internal abstract class RowSource : IAsyncDisposable
{
    /// <summary>How many columns a row has.</summary>
    public abstract int ColumnCount { get; }

    /// <summary>A value of the current row; null or <see cref="DBNull"/> for NULL.</summary>
    /// <param name="ordinal">The column, from 0.</param>
    public abstract object? this[int ordinal] { get; }

    /// <summary>Makes ready what must be known before the first row.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>False where there are no rows and so no columns are known.</returns>
    public virtual ValueTask<bool> BeginAsync(CancellationToken cancellationToken) => new(true);

    /// <summary>Goes to the next row.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>False behind the last row.</returns>
    public abstract ValueTask<bool> ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync() => default;
}
