namespace MuxProvider;

/// <summary>What a bulk copy has done. Immutable.</summary>
public sealed class MuxBulkCopyResult
{
    internal MuxBulkCopyResult(long rowsInserted, IReadOnlyList<MuxError> warnings, MuxBulkCopyMethod method)
    {
        RowsInserted = (int)Math.Min(rowsInserted, int.MaxValue);
        Warnings = warnings;
        Method = method;
    }

    /// <summary>The rows that the server says it inserted. A row that was replaced counts twice.</summary>
    public int RowsInserted { get; }

    /// <summary>What the server warned of; not more than its <c>max_error_count</c> for each statement.</summary>
    public IReadOnlyList<MuxError> Warnings { get; }

    /// <summary>How the rows were sent: <see cref="MuxBulkCopyMethod.LoadData"/> or <see cref="MuxBulkCopyMethod.Insert"/>.</summary>
    public MuxBulkCopyMethod Method { get; }
}
