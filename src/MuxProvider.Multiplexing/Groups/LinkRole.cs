namespace MuxProvider.Multiplexing;

/// <summary>What a group uses a link for.</summary>
internal enum LinkRole : byte
{
    /// <summary>It was just opened.</summary>
    New,

    /// <summary>Statements of any handle float on it.</summary>
    Shared,

    /// <summary>It belongs to one handle.</summary>
    Leased,

    /// <summary>It waits, clean, for the next lease.</summary>
    Parked,

    /// <summary>Its session is being reset.</summary>
    Recycling,

    /// <summary>It was parked and is asked what its server is.</summary>
    Asked,

    /// <summary>It was shared and answers what it has; then it is leased.</summary>
    DrainingForLease,
}
