namespace MuxProvider;

/// <summary>Counts the rows of one copy, and tells who wants to know. Used by one caller.</summary>
/// <param name="notifyAfter">After how many rows; 0 for never.</param>
/// <param name="notify">Whom to tell; answers whether to stop.</param>
internal sealed class BulkProgress(int notifyAfter, Func<long, bool> notify)
{
    /// <summary>The rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Whether the copy was stopped on purpose.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>A row was read.</summary>
    public void Count()
    {
        Rows++;
        if (notifyAfter > 0 && Rows % notifyAfter == 0)
            IsAborted = notify(Rows);
    }
}
