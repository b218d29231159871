namespace MuxProvider.Protocol;

/// <summary>
/// The first byte of a command:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/my__command_8h.html">enum_server_command</see>.
/// </summary>
public enum CommandCode : byte
{
    /// <summary>COM_QUIT: close; no reply.</summary>
    Quit = 0x01,

    /// <summary>COM_INIT_DB: choose the default schema.</summary>
    InitDb = 0x02,

    /// <summary>COM_QUERY: run a text.</summary>
    Query = 0x03,

    /// <summary>COM_PING: say OK, with the current status flags.</summary>
    Ping = 0x0E,

    /// <summary>COM_CHANGE_USER: log in again on the same conversation.</summary>
    ChangeUser = 0x11,

    /// <summary>COM_STMT_PREPARE: prepare a text.</summary>
    StatementPrepare = 0x16,

    /// <summary>COM_STMT_EXECUTE: run a prepared statement.</summary>
    StatementExecute = 0x17,

    /// <summary>COM_STMT_SEND_LONG_DATA: a piece of a parameter's value; no reply.</summary>
    StatementSendLongData = 0x18,

    /// <summary>COM_STMT_CLOSE: forget a prepared statement; no reply.</summary>
    StatementClose = 0x19,

    /// <summary>COM_STMT_RESET: forget the pieces that were sent of a statement's parameters.</summary>
    StatementReset = 0x1A,

    /// <summary>COM_RESET_CONNECTION: forget most of the session's state.</summary>
    ResetConnection = 0x1F,
}
