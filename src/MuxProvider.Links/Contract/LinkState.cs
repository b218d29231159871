namespace MuxProvider.Links;

/// <summary>The life of a link.</summary>
public enum LinkState : byte
{
    /// <summary>Takes requests.</summary>
    Open,

    /// <summary>Takes no more requests; those it has are answered, then it closes.</summary>
    Closing,

    /// <summary>Gone.</summary>
    Closed,
}
