namespace MuxProvider.Multiplexing;

/// <summary>
/// The parts of the session's <c>sql_mode</c> that change how text is cut into tokens. They come from the handle's own
/// <c>sql_mode</c>, never from the server's status flags, which are wrong after CALL.
/// </summary>
[Flags]
public enum SqlModes
{
    /// <summary>None of the modes below.</summary>
    None = 0,

    /// <summary>A double quote quotes an identifier.</summary>
    AnsiQuotes = 1,

    /// <summary>A backslash in a string is an ordinary character.</summary>
    NoBackslashEscapes = 2,

    /// <summary>MariaDB: <c>sql_mode=ORACLE</c>.</summary>
    Oracle = 4,

    /// <summary>Any function name may be followed by spaces.</summary>
    IgnoreSpace = 8,

    /// <summary>MariaDB: <c>sql_mode=MSSQL</c>, in which <c>[…]</c> quotes an identifier.</summary>
    Mssql = 16,
}
