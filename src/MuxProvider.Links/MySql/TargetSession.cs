namespace MuxProvider.Links.MySql;

/// <summary>To which servers links may lead.</summary>
public enum TargetSession
{
    /// <summary>To any that runs statements.</summary>
    Any,

    /// <summary>To one that takes changes.</summary>
    Primary,

    /// <summary>To one that is read only.</summary>
    Replica,

    /// <summary>To one that is read only where there is one, else to one that takes changes.</summary>
    PreferReplica,
}
