namespace MuxProvider.Links;

/// <summary>What a link looked like when somebody gave up a request on it. Immutable.</summary>
public sealed record LinkGlance
{
    /// <summary>Requests in flight before the one that was given up: 0 where the server runs it, null where it is not in flight.</summary>
    public int? Ahead { get; init; }

    /// <summary>Whether the request waits to be sent.</summary>
    public bool IsUnsent { get; init; }

    /// <summary>How long ago the request was sent; zero where it is not in flight.</summary>
    public TimeSpan SentAgo { get; init; }

    /// <summary>The text of the request that is due, with its values: not for people; null for none.</summary>
    public string? HeadText { get; init; }

    /// <summary>For how long the answer that comes next has been due.</summary>
    public TimeSpan HeadAge { get; init; }

    /// <summary>How long ago bytes came last.</summary>
    public TimeSpan LastRead { get; init; }

    /// <summary>Bytes that came and were not read yet.</summary>
    public int UnreadBytes { get; init; }

    /// <summary>Requests that wait to be sent.</summary>
    public int Unsent { get; init; }
}
