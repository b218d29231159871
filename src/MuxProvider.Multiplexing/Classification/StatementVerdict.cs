namespace MuxProvider.Multiplexing;

/// <summary>What is known of one statement of a text. The rules fill it in; the parser joins the verdicts of a text.</summary>
internal struct StatementVerdict
{
    /// <summary>Where it may run.</summary>
    public Placement Placement;

    /// <summary>What it pins.</summary>
    public PinReasons Reasons;

    /// <summary>It may be repeated without harm, as long as nothing else speaks against it.</summary>
    public bool IsReadOnly;

    /// <summary>It opens a transaction.</summary>
    public bool StartsTransaction;

    /// <summary>It is COMMIT or ROLLBACK of the whole transaction.</summary>
    public bool EndsTransaction;

    /// <summary>It does nothing but begin, end or subdivide a transaction.</summary>
    public bool IsTransactionControl;

    /// <summary>It sets the characteristics of the next transaction only.</summary>
    public bool IsOneShot;

    /// <summary>The default schema may be another one, or gone, afterwards.</summary>
    public bool MayChangeSchema;

    /// <summary>It may change what <c>LAST_INSERT_ID()</c> answers.</summary>
    public bool AffectsGeneratedId;

    /// <summary>It sets a user variable.</summary>
    public bool AssignsUserVariable;

    /// <summary>It reads <c>LAST_INSERT_ID()</c>, which is fine behind an INSERT of the same text.</summary>
    public bool ReadsGeneratedId;

    /// <summary>It reads <c>ROW_COUNT()</c>, which is fine behind a change of data in the same text.</summary>
    public bool ReadsRowCount;

    /// <summary>It is an INSERT or REPLACE.</summary>
    public bool Inserts;

    /// <summary>It changes rows.</summary>
    public bool ChangesRows;

    /// <summary>It begins a block of statements, so that what follows a semicolon may not be a statement of its own.</summary>
    public bool BeginsBlock;

    /// <summary>It names accounts, in which <c>@</c> precedes a host.</summary>
    public bool NamesAccounts;

    /// <summary>The index of the first token that belongs to the body of a routine; 0 if it has none.</summary>
    public int BodyStart;

    /// <summary>Why it is refused.</summary>
    public string? Rejection;

    /// <summary>Notes that it needs at least this much caution.</summary>
    public void Require(Placement placement)
    {
        if (placement > Placement)
            Placement = placement;
    }

    /// <summary>Notes that it pins.</summary>
    public void Pin(PinReasons reasons)
    {
        Require(Placement.Pin);
        Reasons |= reasons;
    }

    /// <summary>Notes that it must not be sent.</summary>
    public void Refuse(string rejection)
    {
        Require(Placement.Reject);
        Rejection ??= rejection;
    }
}
