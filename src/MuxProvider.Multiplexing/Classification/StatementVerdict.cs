namespace MuxProvider.Multiplexing;

/// <summary>What is known of one statement of a text. The rules fill it in; the parser joins the verdicts of a text.</summary>
internal struct StatementVerdict
{
    // Longer words than this tell people nothing more.
    private const int LongestDecidingToken = 40;

    private int _atStart;
    private int _atEnd;
    private int _decidingStart;
    private int _decidingEnd;

    /// <summary>Where it may run.</summary>
    public Placement Placement;

    /// <summary>What it pins.</summary>
    public PinReasons Reasons;

    /// <summary>It may be repeated without harm, as long as nothing else speaks against it.</summary>
    public bool IsReadOnly;

    /// <summary>It may leave session state that its placement does not tell.</summary>
    public bool IsUnclean;

    /// <summary>It opens a transaction.</summary>
    public bool StartsTransaction;

    /// <summary>It is COMMIT or ROLLBACK of the whole transaction.</summary>
    public bool EndsTransaction;

    /// <summary>It does nothing but begin, end or subdivide a transaction.</summary>
    public bool IsTransactionControl;

    /// <summary>What it says of the next transaction only; null unless it says nothing else.</summary>
    public string? NextTransaction;

    /// <summary>The default schema may be another one, or gone, afterwards.</summary>
    public bool MayChangeSchema;

    /// <summary>The schema of USE.</summary>
    public string? Schema;

    /// <summary>It may change what <c>LAST_INSERT_ID()</c> answers.</summary>
    public bool AffectsGeneratedId;

    /// <summary>What it leaves in <c>LAST_INSERT_ID()</c> need not be what the OK packet says.</summary>
    public bool HidesGeneratedId;

    /// <summary>It surely puts a value of its own into <c>LAST_INSERT_ID()</c>, or is meant to: INSERT, an argument.</summary>
    public bool GivesGeneratedId;

    /// <summary>It asks for <c>LAST_INSERT_ID()</c> or sets it.</summary>
    public bool UsesGeneratedId;

    /// <summary>It sets a user variable.</summary>
    public bool AssignsUserVariable;

    /// <summary>The first <c>@name</c> that may be a user variable.</summary>
    public string? UserVariable;

    /// <summary>What it asks of the statements before it.</summary>
    public SessionRegisters Reads;

    /// <summary>It only looks at what the statement before it left, and leaves that as it is.</summary>
    public bool IsDiagnostic;

    /// <summary>It is a query, which sets <c>FOUND_ROWS()</c>.</summary>
    public bool IsQuery;

    /// <summary>It counts rows for <c>FOUND_ROWS()</c>.</summary>
    public bool CountsFoundRows;

    /// <summary>It reads a file of the client (LOCAL INFILE).</summary>
    public bool LoadsLocalData;

    /// <summary>It takes or sets the next value of a sequence.</summary>
    public bool TakesSequenceValue;

    /// <summary>The sequences that it takes a value of.</summary>
    public List<string>? TakenSequences;

    /// <summary>The sequences of whose last value it asks.</summary>
    public List<string>? AskedSequences;

    /// <summary>It may run routines that are not known.</summary>
    public bool CallsRoutines;

    /// <summary>The routines that it calls, in upper case.</summary>
    public List<string>? CalledRoutines;

    /// <summary>Where it could run if all routines were known to be harmless.</summary>
    public Placement WithoutRoutines;

    /// <summary>It is CALL or a block.</summary>
    public bool IsCall;

    /// <summary>It defines, changes or drops what others may have learned of.</summary>
    public bool DefinesObjects;

    /// <summary>The server reports changes of state that it takes back.</summary>
    public bool HasTrackerNoise;

    /// <summary>The session variables that it sets and that travel.</summary>
    public List<SettingChange>? Settings;

    /// <summary>What it makes that pins until it is dropped.</summary>
    public List<SessionObject>? Opens;

    /// <summary>What it drops.</summary>
    public List<SessionObject>? Closes;

    /// <summary>How it may be answered without the server.</summary>
    public LocalAnswer LocalAnswer;

    /// <summary>The name of the only column of a local answer.</summary>
    public string? LocalColumn;

    /// <summary>How many calls it has that take or give back named locks.</summary>
    public int LockCalls;

    /// <summary>What its answer tells of named locks.</summary>
    public NamedLockCall NamedLockCall;

    /// <summary>The connection that it kills.</summary>
    public ulong? KilledThread;

    /// <summary>It names accounts, in which <c>@</c> precedes a host.</summary>
    public bool NamesAccounts;

    /// <summary>The index of the first token that belongs to the body of a routine; 0 if it has none.</summary>
    public int BodyStart;

    /// <summary>Why it is refused.</summary>
    public string? Rejection;

    /// <summary>The words that decided where it runs; empty until <see cref="Decide"/>.</summary>
    public string DecidingToken;

    /// <summary>Says which words are looked at: they are to blame for what is noted next.</summary>
    public void At(in StatementTokens tokens, int first, int last)
    {
        _atStart = tokens[first].Start;
        _atEnd = tokens[last].End;
    }

    /// <summary>Says which word is looked at.</summary>
    public void At(in StatementTokens tokens, int index) => At(tokens, index, index);

    /// <summary>Notes that it needs at least this much caution.</summary>
    public void Require(Placement placement)
    {
        if (placement > WithoutRoutines)
            WithoutRoutines = placement;
        Raise(placement);
    }

    private void Raise(Placement placement)
    {
        if (placement <= Placement)
            return;
        Placement = placement;
        (_decidingStart, _decidingEnd) = (_atStart, _atEnd);
    }

    /// <summary>Notes that it pins.</summary>
    public void Pin(PinReasons reasons)
    {
        Require(Placement.Pin);
        Reasons |= reasons;
    }

    /// <summary>Notes that it pins, if there is a reason.</summary>
    public void Mark(PinReasons reasons)
    {
        if (reasons != PinReasons.None)
            Pin(reasons);
    }

    /// <summary>Notes that it names a variable that no parameter can stand for.</summary>
    public void PinVariable(in StatementTokens tokens, int index)
    {
        if (Placement < Placement.Pin)
            DecidingToken = tokens.Written(index).ToString();
        Pin(PinReasons.UserVariable);
    }

    /// <summary>Notes that it must not be sent.</summary>
    public void Refuse(string rejection)
    {
        Require(Placement.Reject);
        Rejection ??= rejection;
    }

    /// <summary>Notes that a routine may run that is not known: what that leaves behind has to be seen.</summary>
    /// <param name="name">Its name; null where there is none, or more than a name.</param>
    public void CallRoutine(string? name)
    {
        Raise(Placement.StatementLease);
        (CalledRoutines ??= []).Add(name?.ToUpperInvariant() ?? "");
        CallsRoutines = true;
        IsUnclean = true;
        AffectsGeneratedId = true;
        HidesGeneratedId = true;
    }

    /// <summary>Notes that it asks for what earlier statements left.</summary>
    public void Read(SessionRegisters registers)
    {
        Reads |= registers;
        UsesGeneratedId |= (registers & SessionRegisters.GeneratedId) != 0;
        if (_decidingEnd == 0)
            (_decidingStart, _decidingEnd) = (_atStart, _atEnd);
    }

    /// <summary>Notes that it sets a session variable that travels.</summary>
    public void Set(string name, string? value, bool isLiteral) => (Settings ??= []).Add(new SettingChange(name, value, isLiteral));

    /// <summary>Notes that it makes something that pins.</summary>
    public void Open(PinReasons reason, string name)
    {
        Pin(reason);
        (Opens ??= []).Add(new SessionObject(reason, name));
    }

    /// <summary>Notes that it drops something that pinned.</summary>
    public void Close(PinReasons reason, string name) => (Closes ??= []).Add(new SessionObject(reason, name));

    /// <summary>Adds what is known of a part of the statement.</summary>
    public void Absorb(in StatementVerdict part)
    {
        if (part.Placement > Placement)
            (Placement, _decidingStart, _decidingEnd) = (part.Placement, part._decidingStart, part._decidingEnd);
        else if (_decidingEnd == 0)
            (_decidingStart, _decidingEnd) = (part._decidingStart, part._decidingEnd);
        if (part.WithoutRoutines > WithoutRoutines)
            WithoutRoutines = part.WithoutRoutines;
        if (part.CalledRoutines is { } called)
            (CalledRoutines ??= []).AddRange(called);
        Reasons |= part.Reasons;
        IsUnclean |= part.IsUnclean;
        AffectsGeneratedId |= part.AffectsGeneratedId;
        HidesGeneratedId |= part.HidesGeneratedId;
        GivesGeneratedId |= part.GivesGeneratedId;
        UsesGeneratedId |= part.UsesGeneratedId;
        AssignsUserVariable |= part.AssignsUserVariable;
        Reads |= part.Reads;
        CountsFoundRows |= part.CountsFoundRows;
        TakesSequenceValue |= part.TakesSequenceValue;
        if (part.AskedSequences is { } asked)
            (AskedSequences ??= []).AddRange(asked);
        LoadsLocalData |= part.LoadsLocalData;
        CallsRoutines |= part.CallsRoutines;
        LockCalls += part.LockCalls;
        Rejection ??= part.Rejection;
    }

    /// <summary>Keeps the words that decided, before the tokens are gone.</summary>
    public void Decide(in StatementTokens tokens)
    {
        if (_decidingEnd == 0)
            return;
        var start = tokens[0].Start;
        var words = tokens.Between(0, tokens.Count - 1)[(_decidingStart - start)..(_decidingEnd - start)];
        DecidingToken = words.Length <= LongestDecidingToken ? words.ToString() : $"{words[..(LongestDecidingToken - 1)]}…";
    }
}
