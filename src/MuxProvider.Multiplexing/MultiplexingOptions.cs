namespace MuxProvider.Multiplexing;

/// <summary>How handles share links. Immutable, compared by value: groups are shared by equal options only.</summary>
public sealed record MultiplexingOptions
{
    // One for all, so that options stay equal.
    private static readonly Func<double> s_chance = Random.Shared.NextDouble;

    /// <summary>Whether handles share links at all. Otherwise every handle keeps a lease while it is open.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>The most links that are shared at a time; 1 or more.</summary>
    public int MaxSharedLinks { get; init; } = 4;

    /// <summary>The most links in all, shared and leased; at least <see cref="MaxSharedLinks"/>.</summary>
    public int MaxLinks { get; init; } = 100;

    /// <summary>Links that are kept however long they idle.</summary>
    public int MinLinks { get; init; }

    /// <summary>How long connecting and login may take, and how long a handle waits for a lease where its own deadline is later.</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a link that nobody uses is kept; zero for ever.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>How old a link may become before it is closed when it is given back; zero for no limit. Each link loses up to a tenth of it, by chance.</summary>
    public TimeSpan LinkLifetime { get; init; }

    /// <summary>How often servers are asked what they are, where there are several or links must lead to one of a certain role; zero for never.</summary>
    public TimeSpan ServerCheckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often host names are resolved again, to give up links to addresses that are gone; zero for never.</summary>
    public TimeSpan DnsCheckInterval { get; init; }

    /// <summary>Where chance decides: from 0 up to 1.</summary>
    internal Func<double> Chance { get; init; } = s_chance;

    /// <summary>Whether a lease's link is used again after it was reset. Otherwise it is closed with its handle.</summary>
    public bool ReusesLinks { get; init; } = true;

    /// <summary>
    /// Whether routines are believed when their first run left no trace: a statement with a stored function floats from then on.
    /// Otherwise CALL and stored functions pin their handle.
    /// </summary>
    public bool TrustsRoutines { get; init; } = true;

    /// <summary>Whether statements may offer local data; then what is explained takes it for offered.</summary>
    public bool OffersLocalData { get; init; }

    /// <summary>Whether the bodies of routines and triggers are read before the first statement, to know those that touch the session.</summary>
    public bool ScansRoutines { get; init; }

    /// <summary>From which use on a text runs prepared, where nobody asked for that; 0 for never.</summary>
    public int AutoPrepareMinUses { get; init; }

    /// <summary>
    /// Whether <c>LAST_INSERT_ID()</c> is kept for each handle: true for always, null for until enough handles have inserted
    /// rows without anybody asking for it in a statement of its own.
    /// </summary>
    public bool? TracksGeneratedIds { get; init; }

    /// <summary>
    /// How many bytes of an answer are kept in memory on a shared link before its handle takes the link and reads the rest while it
    /// comes; 0 to keep all, however many, and on leases, too.
    /// </summary>
    public long StreamsAbove { get; init; } = 4 * 1024 * 1024;

    /// <summary>A statement whose answer was larger than this runs on a lease from then on, where there is one to be had.</summary>
    internal long LargeFrom => StreamsAbove / 16;

    /// <summary>How many bytes are read ahead of who reads a large answer; on a lease, larger answers are read while they come.</summary>
    internal long StreamWindow => Math.Max(1, StreamsAbove / 4);
}
