namespace MuxProvider.Links;

/// <summary>What is asked directly behind a statement, with nothing in between, because the next statement would overwrite it.</summary>
[Flags]
public enum Probes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>SHOW WARNINGS</c>: see <see cref="Reply.WarningList"/>.</summary>
    Warnings = 1,

    /// <summary><c>SELECT LAST_INSERT_ID()</c>: see <see cref="Reply.GeneratedId"/>.</summary>
    GeneratedId = 2,

    /// <summary>A sign of life, whose status flags tell of the session what an error does not: see <see cref="Reply.StatusAfter"/>. Where the link does not track the session: its schema, sql_mode and autocommit.</summary>
    Status = 4,
}
