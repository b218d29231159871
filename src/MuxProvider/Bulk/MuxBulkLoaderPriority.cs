namespace MuxProvider;

/// <summary>How LOAD DATA gets along with those who read the table, where its engine locks whole tables.</summary>
public enum MuxBulkLoaderPriority
{
    /// <summary>As usual.</summary>
    None,

    /// <summary>It waits until nobody reads (<c>LOW_PRIORITY</c>).</summary>
    Low,

    /// <summary>Others may read meanwhile (<c>CONCURRENT</c>).</summary>
    Concurrent,
}
