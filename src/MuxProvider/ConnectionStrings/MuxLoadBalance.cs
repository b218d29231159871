namespace MuxProvider;

/// <summary>How one of several hosts is chosen. Today only <see cref="FailOver"/> works with several hosts.</summary>
public enum MuxLoadBalance
{
    /// <summary>One after the other. The default; with several hosts it acts as <see cref="FailOver"/> unless it was asked for.</summary>
    RoundRobin = 0,

    /// <summary>The first host that answers, in the order given.</summary>
    FailOver = 1,

    /// <summary>Any.</summary>
    Random = 2,

    /// <summary>The one with the fewest connections.</summary>
    LeastConnections = 3,
}
