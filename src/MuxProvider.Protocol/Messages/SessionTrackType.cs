namespace MuxProvider.Protocol;

/// <summary>
/// What an entry of the session-tracking block tells of:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html">enum_session_state_type</see>.
/// </summary>
public enum SessionTrackType : byte
{
    /// <summary>A system variable has a new value.</summary>
    SystemVariable = 0,

    /// <summary>The default schema changed.</summary>
    Schema = 1,

    /// <summary>Some state of the session changed.</summary>
    StateChange = 2,

    /// <summary>Transaction identifiers.</summary>
    Gtids = 3,

    /// <summary>The statements that would start the same transaction again.</summary>
    TransactionCharacteristics = 4,

    /// <summary>The state of the transaction, eight characters.</summary>
    TransactionState = 5,
}
