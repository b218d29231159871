namespace MuxProvider.Multiplexing;

/// <summary>What a session remembers of its last statements.</summary>
[Flags]
public enum SessionRegisters : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>LAST_INSERT_ID()</c>, <c>@@last_insert_id</c>, <c>@@identity</c></summary>
    GeneratedId = 1,

    /// <summary><c>ROW_COUNT()</c></summary>
    RowCount = 2,

    /// <summary><c>FOUND_ROWS()</c></summary>
    FoundRows = 4,

    /// <summary>Warnings and errors: SHOW WARNINGS, SHOW ERRORS, <c>@@warning_count</c>, <c>@@error_count</c>, GET DIAGNOSTICS</summary>
    Diagnostics = 8,

    /// <summary><c>LASTVAL(s)</c>, <c>PREVIOUS VALUE FOR s</c></summary>
    SequenceValue = 16,

    /// <summary><c>SHOW PROFILE</c>, <c>SHOW PROFILES</c>, <c>WSREP_LAST_WRITTEN_GTID()</c> and whatever else only the same link can tell</summary>
    Other = 32,
}
