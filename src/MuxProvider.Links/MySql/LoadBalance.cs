namespace MuxProvider.Links.MySql;

/// <summary>In which order servers are tried when a link is opened.</summary>
public enum LoadBalance
{
    /// <summary>Each link begins with the next server.</summary>
    RoundRobin,

    /// <summary>As they were given; links go back to an earlier server when it is there again.</summary>
    FailOver,

    /// <summary>Any order.</summary>
    Random,

    /// <summary>The server with the fewest links first.</summary>
    LeastLinks,
}
