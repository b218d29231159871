namespace MuxProvider.Twin;

/// <summary>What a step asks of the connection.</summary>
internal enum StepKind
{
    /// <summary>Executes a text and reads all of its results.</summary>
    Reader,

    /// <summary>Executes a text, reads one row and closes the reader.</summary>
    Early,

    /// <summary>Executes a text and asks for the rows changed.</summary>
    NonQuery,

    /// <summary>Executes a text and asks for its first cell.</summary>
    Scalar,

    /// <summary>Executes several texts as a batch; they are separated by <c>;;</c>.</summary>
    Batch,

    /// <summary>Changes the default schema.</summary>
    ChangeDatabase,

    /// <summary>Closes the connection and opens it again.</summary>
    Reopen,

    /// <summary>Begins a transaction; the text is the isolation level.</summary>
    Begin,

    /// <summary>Commits the transaction begun last.</summary>
    Commit,

    /// <summary>Rolls back the transaction begun last.</summary>
    Rollback,
}
