using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>One field of the rows that a bulk copy sends. Immutable.</summary>
/// <param name="Ordinal">The column of the source.</param>
/// <param name="Target">The quoted column of the table; or the variable, where there is an expression.</param>
/// <param name="Expression">The assignment that stores the variable; null for none.</param>
/// <param name="Encoding">How the value is written.</param>
internal sealed record BulkField(int Ordinal, string Target, string? Expression, BulkEncoding Encoding)
{
    /// <summary>The fields of a copy.</summary>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="mappings">What goes where; where there is nothing, each column of the source goes to the one in the same place.</param>
    /// <param name="sourceCount">How many columns the source has.</param>
    /// <param name="table">The table, for messages.</param>
    /// <returns>The fields in order.</returns>
    /// <exception cref="InvalidOperationException">A mapping names a column that is not there.</exception>
    public static BulkField[] Of(IReadOnlyList<ColumnDefinition> columns, IReadOnlyList<MuxBulkCopyColumnMapping> mappings, int sourceCount, string table)
    {
        if (mappings.Count == 0)
        {
            if (sourceCount > columns.Count)
                throw new InvalidOperationException($"The source has {sourceCount} columns, but the table {table} only {columns.Count}: add ColumnMappings.");
            return [.. Enumerable.Range(0, sourceCount).Select(i => OfColumn(i, columns[i]))];
        }

        return [.. mappings.Select(mapping => OfMapping(mapping, columns, sourceCount, table))];
    }

    private static BulkField OfMapping(MuxBulkCopyColumnMapping mapping, IReadOnlyList<ColumnDefinition> columns, int sourceCount, string table)
    {
        var target = mapping.DestinationColumn;
        if (mapping.SourceOrdinal < 0 || mapping.SourceOrdinal >= sourceCount)
            throw new InvalidOperationException($"The mapping to '{target}' names column {mapping.SourceOrdinal} of a source that has {sourceCount}, counted from 0.");
        if (!string.IsNullOrWhiteSpace(mapping.Expression))
        {
            return IsVariable(target)
                ? new BulkField(mapping.SourceOrdinal, target, mapping.Expression, BulkEncoding.Variable)
                : throw new InvalidOperationException($"The mapping to '{target}' has an expression, so DestinationColumn must be the variable that the expression uses, such as @v.");
        }

        var column = columns.FirstOrDefault(column => string.Equals(column.OriginalName, target, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidOperationException($"The table {table} has no column '{target}'.");
        return OfColumn(mapping.SourceOrdinal, column);
    }

    private static BulkField OfColumn(int ordinal, ColumnDefinition column) => new(
        ordinal,
        $"`{column.OriginalName.Replace("`", "``", StringComparison.Ordinal)}`",
        null,
        column.Type switch
        {
            ColumnType.Bit => BulkEncoding.Bits,
            ColumnType.Geometry or ColumnType.Vector => BulkEncoding.Hex,
            ColumnType.TinyBlob or ColumnType.Blob or ColumnType.MediumBlob or ColumnType.LongBlob or ColumnType.String or ColumnType.VarString or ColumnType.VarChar
                when column.Collation == ColumnDefinition.BinaryCollation => BulkEncoding.Hex,
            _ => BulkEncoding.Text,
        });

    // Letters, digits, _ and $ as the server has them without quotes.
    private static bool IsVariable(string name) =>
        name.Length > 1 && name[0] == '@' && name.AsSpan(1).IndexOfAnyExcept(s_variable) < 0;

    private static readonly System.Buffers.SearchValues<char> s_variable =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");
}
