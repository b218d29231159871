namespace MuxProvider;

/// <summary>To which servers links may lead.</summary>
public enum MuxTargetSession
{
    /// <summary>To any that runs statements.</summary>
    Any = 0,

    /// <summary>To one that takes changes (<c>read_only</c> is off).</summary>
    Primary = 1,

    /// <summary>To one that is read only.</summary>
    Replica = 2,

    /// <summary>To one that is read only where there is one, else to one that takes changes.</summary>
    PreferReplica = 3,
}
