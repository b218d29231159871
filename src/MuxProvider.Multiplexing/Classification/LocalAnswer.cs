namespace MuxProvider.Multiplexing;

/// <summary>What a text asks for that the multiplexer may answer without the server. The text is then one statement of exactly that shape.</summary>
public enum LocalAnswer : byte
{
    /// <summary>Nothing: the server answers.</summary>
    None = 0,

    /// <summary>
    /// OK, where the handle floats: there is nothing to do. COMMIT and ROLLBACK (without CHAIN), SAVEPOINT, UNLOCK TABLES,
    /// <c>SET autocommit=1</c>, comments without a statement.
    /// </summary>
    OkWhenFloating,

    /// <summary>OK, always: a setting that belongs to the link (<c>SET wait_timeout</c>, <c>interactive_timeout</c>).</summary>
    OkAlways,

    /// <summary><c>SELECT ROW_COUNT()</c></summary>
    RowCount,

    /// <summary><c>SHOW WARNINGS</c> without LIMIT</summary>
    ShowWarnings,

    /// <summary><c>SHOW ERRORS</c> without LIMIT</summary>
    ShowErrors,

    /// <summary><c>SHOW COUNT(*) WARNINGS</c>, <c>SELECT @@warning_count</c></summary>
    WarningCount,

    /// <summary><c>SHOW COUNT(*) ERRORS</c>, <c>SELECT @@error_count</c></summary>
    ErrorCount,
}
