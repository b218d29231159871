namespace MuxProvider.Multiplexing;

/// <summary>What a multiplexer has done since it was made. Counts, not rates; immutable.</summary>
public sealed record MultiplexerStatistics
{
    /// <summary>Handles that were opened.</summary>
    public long Opens { get; init; }

    /// <summary>Links that are open now, shared or leased.</summary>
    public int Links { get; init; }

    /// <summary>Statements that floated.</summary>
    public long FloatingStatements { get; init; }

    /// <summary>Statements that ran on a lease, be it for that one statement only.</summary>
    public long LeasedStatements { get; init; }

    /// <summary>Statements that were answered without the server.</summary>
    public long LocalAnswers { get; init; }

    /// <summary>Statements that were refused before anything was sent.</summary>
    public long Rejections { get; init; }

    /// <summary>Statements in front of which settings had to be brought to their link.</summary>
    public long PrefixedStatements { get; init; }

    /// <summary>Large answers that were read while they came.</summary>
    public long Streams { get; init; }

    /// <summary>Those of them whose statement floated, so that its handle took the shared link.</summary>
    public long Promotions { get; init; }

    /// <summary>Sessions that were reset before their link was used again.</summary>
    public long Resets { get; init; }

    /// <summary>Links that were closed because a reset would not have cleaned them.</summary>
    public long Discards { get; init; }

    /// <summary>Floating statements that changed the session against the forecast.</summary>
    public long LeakAlarms { get; init; }

    /// <summary>Statements that servers were told to end (<c>KILL QUERY</c>), because nobody waited for them any more.</summary>
    public long Kills { get; init; }

    /// <summary>Statements that servers prepared, once on each link that needed them.</summary>
    public long Prepares { get; init; }

    /// <summary>Executions of prepared statements.</summary>
    public long PreparedExecutions { get; init; }

    /// <summary>Prepared statements that were closed to make room for others.</summary>
    public long PreparedEvictions { get; init; }

    /// <summary>Statements that might have run prepared and ran as text: not prepared yet on their link, refused, or behind a prefix.</summary>
    public long PreparedFallbacks { get; init; }

    /// <summary>Bytes of requests and answers that are held in memory now; small ones are not counted.</summary>
    public long BufferedBytes { get; init; }

    /// <summary>Pins by reason: each reason that occurred, sorted by its value.</summary>
    public IReadOnlyList<PinStatistics> Pins { get; init; } = [];
}
