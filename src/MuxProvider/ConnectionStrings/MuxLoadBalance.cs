namespace MuxProvider;

/// <summary>In which order several servers are tried when a link is opened.</summary>
public enum MuxLoadBalance
{
    /// <summary>Each link begins with the next server. The default.</summary>
    RoundRobin = 0,

    /// <summary>The order given: an earlier server is used as soon as it is there.</summary>
    FailOver = 1,

    /// <summary>Any.</summary>
    Random = 2,

    /// <summary>The server with the fewest links first. <c>LeastConnections</c> in a connection string means the same.</summary>
    LeastLinks = 3,
}
