using System.Data;
using System.Data.Common;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>The rows of a data reader, which stays open.</summary>
/// <param name="reader">The reader.</param>
internal sealed class DataReaderRows(IDataReader reader) : RowSource
{
    /// <inheritdoc/>
    public override int ColumnCount => reader.FieldCount;

    /// <inheritdoc/>
    public override object? this[int ordinal] => reader.GetValue(ordinal);

    /// <inheritdoc/>
    public override ValueTask<bool> ReadAsync(CancellationToken cancellationToken) => reader is DbDataReader asynchronous && !Blocking.IsActive
        ? new ValueTask<bool>(asynchronous.ReadAsync(cancellationToken))
        : new ValueTask<bool>(reader.Read());
}
