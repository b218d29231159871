using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>What a group knows of one of its links. Guarded by the group, but for the reasons.</summary>
/// <param name="link">The link.</param>
/// <param name="openedAt">When it was opened.</param>
/// <param name="chance">Drawn for this link, from 0 up to 1: how much sooner than others it is too old.</param>
internal sealed class GroupMember(ILink link, long openedAt, double chance)
{
    // So much of the lifetime, at most, is left out, so that links opened together do not end together.
    private const double Spread = 0.1;

    /// <summary>The link.</summary>
    public ILink Link { get; } = link;

    /// <summary>When it was opened.</summary>
    public long OpenedAt { get; } = openedAt;

    /// <summary>How old it may become.</summary>
    /// <param name="most">How old any link may become.</param>
    /// <returns>No more than that, and at least nine tenths of it.</returns>
    public TimeSpan LifetimeOf(TimeSpan most) => most * (1 - Spread * chance);

    /// <summary>When it was parked.</summary>
    public long Since { get; set; } = openedAt;

    /// <summary>What it is used for.</summary>
    public LinkRole Role { get; set; }

    /// <summary>Whether it is closed when it is given back.</summary>
    public bool IsOutdated { get; set; }

    /// <summary>Why its lease is kept; written by the owner of the lease, read for descriptions.</summary>
    public PinReasons Reasons { get; set; }

    /// <summary>
    /// Whether its lease began with a floating statement whose answer grew large: what was sent behind it belongs to others.
    /// </summary>
    public bool IsPromoted { get; set; }

    /// <summary>What the application said when it asked for the lease; null for nothing.</summary>
    public string? Note { get; set; }
}
