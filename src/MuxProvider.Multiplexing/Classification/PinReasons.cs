namespace MuxProvider.Multiplexing;

/// <summary>Why a handle keeps its lease: each flag is one kind of session state that cannot travel between links.</summary>
[Flags]
public enum PinReasons
{
    /// <summary>Nothing pins.</summary>
    None = 0,

    /// <summary>A transaction is open.</summary>
    Transaction = 1 << 0,

    /// <summary>The session does not commit by itself (<c>autocommit=0</c>).</summary>
    AutoCommitOff = 1 << 1,

    /// <summary>A temporary table may exist.</summary>
    TemporaryTable = 1 << 2,

    /// <summary>A user variable (<c>@name</c>) is used.</summary>
    UserVariable = 1 << 3,

    /// <summary>A named lock (<c>GET_LOCK</c>) may be held.</summary>
    NamedLock = 1 << 4,

    /// <summary>Tables, or the instance, may be locked.</summary>
    TableLocks = 1 << 5,

    /// <summary>A session variable was set.</summary>
    SessionVariable = 1 << 6,

    /// <summary>A statement was prepared in SQL (<c>PREPARE</c>).</summary>
    SqlPrepare = 1 << 7,

    /// <summary>A <c>HANDLER</c> may be open.</summary>
    Handler = 1 << 8,

    /// <summary>A role was set.</summary>
    Role = 1 << 9,

    /// <summary>An XA transaction.</summary>
    Xa = 1 << 10,

    /// <summary><c>SQL_CALC_FOUND_ROWS</c> counted rows that <c>FOUND_ROWS()</c> may be asked for next.</summary>
    FoundRows = 1 << 11,

    /// <summary>A routine ran, or a function that is not known to be harmless.</summary>
    Routine = 1 << 12,

    /// <summary>The default schema was changed in SQL (<c>USE</c>).</summary>
    Schema = 1 << 13,

    /// <summary>The statement is not on the list of those known to be harmless.</summary>
    Unknown = 1 << 14,

    /// <summary>Multiplexing is switched off, for the handle or because the server cannot share.</summary>
    MultiplexingOff = 1 << 15,

    /// <summary>The server reported a change of session state that the text did not show.</summary>
    Evidence = 1 << 16,

    /// <summary><c>SET TRANSACTION</c> waits for the transaction that it is meant for.</summary>
    NextTransaction = 1 << 17,

    /// <summary>The application asked for a link of its own.</summary>
    Requested = 1 << 18,

    /// <summary>A large result is read while it comes.</summary>
    Streaming = 1 << 20,
}
