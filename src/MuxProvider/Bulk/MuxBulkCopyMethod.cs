namespace MuxProvider;

/// <summary>By which statements a bulk copy sends its rows.</summary>
public enum MuxBulkCopyMethod
{
    /// <summary>
    /// <c>LOAD DATA LOCAL INFILE</c> where <c>Allow Load Local Infile=true</c> and the server's <c>local_infile</c> let it, otherwise
    /// <c>INSERT</c>.
    /// </summary>
    Auto,

    /// <summary><c>LOAD DATA LOCAL INFILE</c>: the fastest way. Values that do not fit are cut off, with a warning.</summary>
    LoadData,

    /// <summary><c>INSERT</c> with many rows each: needs no permission, and values that do not fit are errors.</summary>
    Insert,
}
