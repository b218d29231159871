namespace MuxProvider.Links;

/// <summary>How far a statement got when it failed: may it be run again?</summary>
public enum Delivery : byte
{
    /// <summary>Nothing was sent: it can be run elsewhere without a trace.</summary>
    NotSent,

    /// <summary>It was sent, at least in part, and no answer came: whether it ran is unknown.</summary>
    Sent,

    /// <summary>The server answered.</summary>
    Answered,
}
