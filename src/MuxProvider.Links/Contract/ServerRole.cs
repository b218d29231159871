namespace MuxProvider.Links;

/// <summary>What a server is among those that hold the same data.</summary>
public enum ServerRole : byte
{
    /// <summary>Nobody asked.</summary>
    Unknown,

    /// <summary>It takes changes.</summary>
    Primary,

    /// <summary>It refuses changes of ordinary users (<c>read_only</c>).</summary>
    Replica,

    /// <summary>It is a node of a cluster that runs no statements now (<c>wsrep_ready</c> is off).</summary>
    NotReady,
}
