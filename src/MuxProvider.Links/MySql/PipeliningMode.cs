namespace MuxProvider.Links.MySql;

/// <summary>Whether several statements may be in flight on a link.</summary>
public enum PipeliningMode
{
    /// <summary>Probed once per endpoint; some proxies and old clusters cannot.</summary>
    Auto,

    /// <summary>Yes, without a probe.</summary>
    On,

    /// <summary>No: one statement at a time, which is still shared by all handles.</summary>
    Off,
}
