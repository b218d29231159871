namespace MuxProvider.Protocol;

/// <summary>
/// The server's
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html#a1d854e841086925be1883e4d7b4e8cad">status flags</see>,
/// part of every OK and EOF packet. An ERR packet carries none.
/// </summary>
[Flags]
public enum ServerStatus : ushort
{
    /// <summary>No flag is set.</summary>
    None = 0,

    /// <summary>A transaction is open.</summary>
    InTransaction = 0x0001,

    /// <summary>The session commits every statement by itself.</summary>
    AutoCommit = 0x0002,

    /// <summary>Another result follows in the same reply.</summary>
    MoreResultsExist = 0x0008,

    /// <summary>No good index was used.</summary>
    NoGoodIndexUsed = 0x0010,

    /// <summary>No index was used.</summary>
    NoIndexUsed = 0x0020,

    /// <summary>A read-only cursor is open.</summary>
    CursorExists = 0x0040,

    /// <summary>The cursor's last row was sent.</summary>
    LastRowSent = 0x0080,

    /// <summary>The current database was dropped.</summary>
    DatabaseDropped = 0x0100,

    /// <summary>The sql_mode contains NO_BACKSLASH_ESCAPES. Stale after CALL.</summary>
    NoBackslashEscapes = 0x0200,

    /// <summary>A re-prepared statement returned other columns.</summary>
    MetadataChanged = 0x0400,

    /// <summary>The statement was slow.</summary>
    QueryWasSlow = 0x0800,

    /// <summary>The result carries the output parameters of a procedure.</summary>
    PreparedOutParameters = 0x1000,

    /// <summary>The open transaction is read only.</summary>
    InReadOnlyTransaction = 0x2000,

    /// <summary>Session-tracking information follows in the OK packet.</summary>
    SessionStateChanged = 0x4000,

    /// <summary>MariaDB: the sql_mode contains ANSI_QUOTES. Stale after CALL.</summary>
    AnsiQuotes = 0x8000,
}
