namespace MuxProvider.Links;

/// <summary>Why a caller stopped waiting.</summary>
public enum Abandonment : byte
{
    /// <summary>The caller did not stop waiting.</summary>
    None,

    /// <summary>The deadline came.</summary>
    TimedOut,

    /// <summary>The caller's token, or Cancel, was used.</summary>
    Cancelled,
}
