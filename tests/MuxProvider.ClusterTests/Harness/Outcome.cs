namespace MuxProvider.ClusterTests;

/// <summary>What a handle was told of a row it wrote.</summary>
internal enum Outcome
{
    /// <summary>It is there.</summary>
    Done,

    /// <summary>Nobody knows.</summary>
    Unknown,

    /// <summary>It is not there.</summary>
    NotRun,
}
