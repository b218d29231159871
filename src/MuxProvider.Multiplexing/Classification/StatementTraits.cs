namespace MuxProvider.Multiplexing;

/// <summary>
/// What the text of a statement (or of several statements in one text) says about it. Immutable, and shared by everybody
/// who runs the same text.
/// </summary>
public sealed class StatementTraits
{
    /// <summary>Where the text may run.</summary>
    public required Placement Placement { get; init; }

    /// <summary>What it pins when it runs; none unless <see cref="Placement"/> is <see cref="Multiplexing.Placement.Pin"/> or higher.</summary>
    public PinReasons PinReasons { get; init; }

    /// <summary>Whether it only reads, so that it may be sent once more when a link dies under it. Only ever true of what floats.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Whether a transaction may be open when it succeeds (START TRANSACTION, BEGIN, COMMIT AND CHAIN).</summary>
    public bool StartsTransaction { get; init; }

    /// <summary>Whether it commits or rolls back a whole transaction.</summary>
    public bool EndsTransaction { get; init; }

    /// <summary>Whether the text consists of nothing but statements that begin, end and subdivide transactions.</summary>
    public bool IsTransactionControl { get; init; }

    /// <summary>Whether it leaves no session state behind besides the transaction: then the server's status flags alone decide whether the lease may end.</summary>
    public bool IsClean { get; init; }

    /// <summary>Whether the session's default schema may be another one, or gone, afterwards.</summary>
    public bool MayChangeSchema { get; init; }

    /// <summary>Whether it may change what <c>LAST_INSERT_ID()</c> answers.</summary>
    public bool AffectsGeneratedId { get; init; }

    /// <summary>Whether it sets a user variable, no matter which parameters are bound.</summary>
    public bool HasUserVariableAssignment { get; init; }

    /// <summary>Why it is refused, and what to do instead; null unless <see cref="Placement"/> is <see cref="Multiplexing.Placement.Reject"/>.</summary>
    public string? Rejection { get; init; }

    /// <summary>The first word in upper case, for diagnostics; empty if there is none.</summary>
    public string Keyword { get; init; } = "";

    /// <summary>How many statements the text seems to hold, empty ones not counted. The server's answer, not this, says when a reply is over.</summary>
    public int StatementCount { get; init; }

    /// <summary>Whether the text is empty or holds comments only.</summary>
    public bool ConsistsOfNothing { get; init; }

    /// <summary>The same statement, when some <c>@name</c> in it is a user variable and not a parameter.</summary>
    /// <returns>Traits that pin, unless the statement is refused anyway.</returns>
    public StatementTraits WithUserVariables() => new()
    {
        Placement = Placement == Placement.Reject ? Placement.Reject : Placement.Pin,
        PinReasons = PinReasons | PinReasons.UserVariable,
        IsReadOnly = false,
        StartsTransaction = StartsTransaction,
        EndsTransaction = EndsTransaction,
        IsTransactionControl = false,
        IsClean = false,
        MayChangeSchema = MayChangeSchema,
        AffectsGeneratedId = AffectsGeneratedId,
        HasUserVariableAssignment = HasUserVariableAssignment,
        Rejection = Rejection,
        Keyword = Keyword,
        StatementCount = StatementCount,
        ConsistsOfNothing = ConsistsOfNothing,
    };

    /// <inheritdoc/>
    public override string ToString() => PinReasons == PinReasons.None ? $"{Keyword}: {Placement}" : $"{Keyword}: {Placement} ({PinReasons})";
}
