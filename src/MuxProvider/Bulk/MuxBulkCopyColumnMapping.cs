namespace MuxProvider;

/// <summary>Where a column of the source goes.</summary>
public sealed class MuxBulkCopyColumnMapping
{
    /// <summary>Creates a mapping of the first column to nowhere yet.</summary>
    public MuxBulkCopyColumnMapping()
    {
    }

    /// <summary>Creates a mapping.</summary>
    /// <param name="sourceOrdinal">The column of the source, from 0.</param>
    /// <param name="destinationColumn">The column of the table, without quotes; or an <c>@name</c> for the expression.</param>
    /// <param name="expression">What to make of it; null to store it as it is.</param>
    public MuxBulkCopyColumnMapping(int sourceOrdinal, string destinationColumn, string? expression = null)
    {
        SourceOrdinal = sourceOrdinal;
        DestinationColumn = destinationColumn;
        Expression = expression;
    }

    /// <summary>The column of the source, from 0.</summary>
    public int SourceOrdinal { get; set; }

    /// <summary>The column of the table, without quotes; or an <c>@name</c> that <see cref="Expression"/> uses.</summary>
    public string DestinationColumn { get; set; } = "";

    /// <summary>
    /// An assignment that stores the value (<c>`price` = @p * 100</c>), where <see cref="DestinationColumn"/> is an <c>@name</c>; otherwise
    /// null. Bytes reach the variable as hexadecimal digits, for <c>UNHEX</c>. Nobody can ask for the variable afterwards.
    /// </summary>
    public string? Expression { get; set; }
}
