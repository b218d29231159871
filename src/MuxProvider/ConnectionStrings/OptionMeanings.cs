using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>What the options of a connection string mean to the floors below.</summary>
internal static class OptionMeanings
{
    /// <summary>How cells are read.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The options of floor 0.</returns>
    public static CellOptions Cells(MuxConnectionStringBuilder options) => new()
    {
        TreatTinyAsBoolean = options.TreatTinyAsBoolean,
        GuidFormat = Guids(options),
        AllowZeroDateTime = options.AllowZeroDateTime,
        ConvertZeroDateTime = options.ConvertZeroDateTime,
        DateTimeKind = options.DateTimeKind,
    };

    /// <summary>How values are written where the session's sql_mode says nothing else.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The options of floor 0.</returns>
    public static LiteralOptions Literals(MuxConnectionStringBuilder options) =>
        new(options.NoBackslashEscapes, Guids(options), options.DateTimeKind);

    /// <summary>How links are shared.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The options of floor 2.</returns>
    public static MultiplexingOptions Multiplexing(MuxConnectionStringBuilder options) => new()
    {
        // Without pooling every connection has a link of its own, and takes it along when it goes.
        IsEnabled = options.Multiplexing && options.Pooling,
        ReusesLinks = options.Pooling,
        MaxSharedLinks = (int)Math.Min(options.MaxSharedLinks, options.MaxLinks),
        MaxLinks = (int)options.MaxLinks,
        MinLinks = options.Pooling ? (int)options.MinLinks : 0,
        ConnectionTimeout = options.ConnectionTimeout == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(options.ConnectionTimeout),
        IdleTimeout = TimeSpan.FromSeconds(options.ConnectionIdleTimeout),
        LinkLifetime = TimeSpan.FromSeconds(options.ConnectionLifeTime),
        ServerCheckInterval = TimeSpan.FromSeconds(options.ServerCheckInterval),
        DnsCheckInterval = TimeSpan.FromSeconds(options.DnsCheckInterval),
        TrustsRoutines = options.TrustRoutines,
        ScansRoutines = options.RoutineScan,
        OffersLocalData = options.AllowLoadLocalInfile,
        StreamsAbove = options.StreamResultsAbove,
        AutoPrepareMinUses = (int)options.AutoPrepareMinUses,
        TracksGeneratedIds = options.TrackLastInsertId switch
        {
            MuxLastInsertIdTracking.On => true,
            MuxLastInsertIdTracking.Off => false,
            _ => null,
        },
    };

    private static GuidFormat Guids(MuxConnectionStringBuilder options) => options.OldGuids
        ? GuidFormat.LittleEndianBinary16
        : options.GuidFormat switch
        {
            MuxGuidFormat.None => GuidFormat.None,
            MuxGuidFormat.Char32 => GuidFormat.Char32,
            MuxGuidFormat.Binary16 => GuidFormat.Binary16,
            MuxGuidFormat.TimeSwapBinary16 => GuidFormat.TimeSwapBinary16,
            MuxGuidFormat.LittleEndianBinary16 => GuidFormat.LittleEndianBinary16,
            _ => GuidFormat.Char36,
        };
}
