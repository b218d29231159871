namespace MuxProvider;

/// <summary>What happens to a row whose key is there already.</summary>
public enum MuxBulkLoaderConflictOption
{
    /// <summary>Nothing is said about it: the server refuses it, or leaves it out with a warning where the data is local.</summary>
    None,

    /// <summary>It takes the place of the row that is there.</summary>
    Replace,

    /// <summary>It is left out.</summary>
    Ignore,
}
