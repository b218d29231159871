namespace MuxProvider.Multiplexing;

/// <summary>Where a statement may run, judged by its text. A higher value is the more cautious one.</summary>
public enum Placement
{
    /// <summary>On any shared link: it neither reads nor leaves session state.</summary>
    Float = 0,

    /// <summary>On a link of its own while it runs (it may block, or is several statements in one), but it leaves no session state.</summary>
    StatementLease = 1,

    /// <summary>On a lease that the handle keeps: see the pin reasons.</summary>
    Pin = 2,

    /// <summary>Nowhere: it is refused before anything is sent.</summary>
    Reject = 3,
}
