using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>What was seen when a statement's time ran out. Immutable.</summary>
internal sealed record TimeoutFacts
{
    /// <summary>The time that the statement had; zero where nobody knows.</summary>
    public TimeSpan Limit { get; init; }

    /// <summary>The time that has passed.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How far the statement got.</summary>
    public required Delivery Delivery { get; init; }

    /// <summary>The link, for people: its number, and where it leads.</summary>
    public required string Link { get; init; }

    /// <summary>Requests on the link.</summary>
    public int Depth { get; init; }

    /// <summary>What the link looked like; null where it does not tell.</summary>
    public LinkGlance? Glance { get; init; }

    /// <summary>The statement that is due on the link, without its values; null where it is not known.</summary>
    public string? Head { get; init; }

    /// <summary>Whether other links have heard of the server since the statement was sent; null where none has waited for it for long.</summary>
    public bool? OthersHear { get; init; }

    /// <summary>The thread pool.</summary>
    public PoolGlance Pool { get; init; }

    /// <summary>Links that are open, and how many there may be.</summary>
    public (int Open, int AtMost) Links { get; init; }
}
