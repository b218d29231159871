using System.Collections.Immutable;

namespace MuxProvider.Multiplexing;

/// <summary>
/// What the text of a statement (or of several statements in one text) says about it. Immutable, and shared by everybody
/// who runs the same text.
/// </summary>
public sealed record StatementTraits
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

    /// <summary>
    /// Whether a transaction is open when the whole text has succeeded, as the last of its statements that begins or ends one leaves it;
    /// null where there is none, or none for sure.
    /// </summary>
    public bool? LeavesTransaction { get; init; }

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

    /// <summary>
    /// The session variables that it sets and that travel with the handle, in order. They do not pin, unless
    /// <see cref="PinReasons"/> says so (several statements in a text, of which one may fail, are judged by their outcome).
    /// </summary>
    public ImmutableArray<SettingChange> Settings { get; init; } = [];

    /// <summary>What SET TRANSACTION says of the next transaction (<c>ISOLATION LEVEL SERIALIZABLE, READ ONLY</c>); null unless the text is just that.</summary>
    public string? NextTransaction { get; init; }

    /// <summary>The schema of <c>USE</c>, without quotes; null unless the text is just that.</summary>
    public string? Schema { get; init; }

    /// <summary>How it may be answered without the server.</summary>
    public LocalAnswer LocalAnswer { get; init; }

    /// <summary>The name of the only column of a local answer, as the server would name it; null for the statement's own columns.</summary>
    public string? LocalColumn { get; init; }

    /// <summary>What it asks that only the statements before this text can have left. It floats or pins regardless of that.</summary>
    public SessionRegisters Reads { get; init; }

    /// <summary>Whether it asks for <c>LAST_INSERT_ID()</c> at all, be it behind an INSERT of its own.</summary>
    public bool UsesGeneratedId { get; init; }

    /// <summary>Whether what it leaves in <c>LAST_INSERT_ID()</c> need not be what the OK packet says (RETURNING, an argument, CALL …).</summary>
    public bool HidesGeneratedId { get; init; }

    /// <summary>Whether it counts rows for FOUND_ROWS().</summary>
    public bool CountsFoundRows { get; init; }

    /// <summary>The sequences of which it surely takes a value, as written, in lower case.</summary>
    public ImmutableArray<string> TakenSequences { get; init; } = [];

    /// <summary>The sequences whose last value it asks for.</summary>
    public ImmutableArray<string> AskedSequences { get; init; } = [];

    /// <summary>Whether it reads a file of the client (LOCAL INFILE): it runs only where the statement offers one.</summary>
    public bool LoadsLocalData { get; init; }

    /// <summary>Whether it takes the next value of a sequence.</summary>
    public bool TakesSequenceValue { get; init; }

    /// <summary>Whether routines that are not known may run: CALL, unknown functions. What they do to the session has to be seen from the reply.</summary>
    public bool CallsRoutines { get; init; }

    /// <summary>The names, in upper case and without schema, of the procedures and unknown functions that it calls; each once.</summary>
    public ImmutableArray<string> CalledRoutines { get; init; } = [];

    /// <summary>Whether nothing but unknown functions keeps it from floating: where they are known to be harmless, it floats.</summary>
    public bool FloatsWithCleanRoutines { get; init; }

    /// <summary>Whether it is CALL or a block of statements: it never floats, however often it was seen to be clean.</summary>
    public bool IsCall { get; init; }

    /// <summary>Whether it defines, changes or drops schemas, tables, routines or privileges: what was learned of them is void.</summary>
    public bool DefinesObjects { get; init; }

    /// <summary>
    /// Whether the server reports a change of session state that is no surprise: it takes it back by itself (<c>SET STATEMENT … FOR</c>,
    /// <c>SET_VAR</c>), or the status flags tell of it (<c>SET autocommit</c>).
    /// </summary>
    public bool HasTrackerNoise { get; init; }

    /// <summary>What it makes that pins until it is dropped. In a text of several statements the names are empty: nothing proves that it is gone.</summary>
    public ImmutableArray<SessionObject> Opens { get; init; } = [];

    /// <summary>What it drops. Always empty in a text of several statements.</summary>
    public ImmutableArray<SessionObject> Closes { get; init; } = [];

    /// <summary>What it does with named locks, where its answer tells.</summary>
    public NamedLockCall NamedLockCall { get; init; }

    /// <summary>The connection that it kills (KILL 5, KILL QUERY 5); null for none, 0 for its own (<c>KILL CONNECTION_ID()</c>).</summary>
    public ulong? KilledThread { get; init; }

    /// <summary>The words of the text that decided where it runs, for people; empty where nothing did.</summary>
    public string DecidingToken { get; init; } = "";

    /// <summary>Why it is refused, and what to do instead; null unless <see cref="Placement"/> is <see cref="Multiplexing.Placement.Reject"/>.</summary>
    public string? Rejection { get; init; }

    /// <summary>The first word in upper case, for diagnostics; empty if there is none.</summary>
    public string Keyword { get; init; } = "";

    /// <summary>How many statements the text seems to hold, empty ones not counted. The server's answer, not this, says when a reply is over.</summary>
    public int StatementCount { get; init; }

    /// <summary>Whether the text is empty or holds comments only.</summary>
    public bool ConsistsOfNothing { get; init; }

    /// <summary>The first <c>@name</c> that may be a user variable, as it is written; null for none.</summary>
    internal string? UserVariable { get; init; }

    /// <summary>The same statement, when some <c>@name</c> in it is a user variable and not a parameter.</summary>
    /// <returns>Traits that pin, unless the statement is refused anyway.</returns>
    public StatementTraits WithUserVariables() => this with
    {
        Placement = Placement == Placement.Reject ? Placement.Reject : Placement.Pin,
        PinReasons = PinReasons | PinReasons.UserVariable,
        IsReadOnly = false,
        IsTransactionControl = false,
        IsClean = false,
        LocalAnswer = LocalAnswer.None,
        LocalColumn = null,
        DecidingToken = Placement >= Placement.Pin || UserVariable is null ? DecidingToken : UserVariable,
    };

    /// <summary>
    /// The same text, when all user variables in it are its own: it sets them before it reads them, and nobody asks for them later.
    /// They do not pin, and a reset behind the text takes them away.
    /// </summary>
    /// <returns>Traits that lease, unless something else pins or refuses.</returns>
    public StatementTraits WithOwnVariables()
    {
        var reasons = PinReasons & ~PinReasons.UserVariable;
        return this with
        {
            Placement = Placement switch
            {
                Placement.Reject => Placement.Reject,
                Placement.Pin when reasons != PinReasons.None => Placement.Pin,
                _ => Placement.StatementLease,
            },
            PinReasons = reasons,
            HasUserVariableAssignment = false,
            IsReadOnly = false,
            IsTransactionControl = false,
            IsClean = false,
            LocalAnswer = LocalAnswer.None,
            LocalColumn = null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => PinReasons == PinReasons.None ? $"{Keyword}: {Placement}" : $"{Keyword}: {Placement} ({PinReasons})";
}
