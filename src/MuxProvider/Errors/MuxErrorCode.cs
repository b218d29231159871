namespace MuxProvider;

/// <summary>
/// The error numbers that programs usually ask for. Negative ones are the client's own; a server may send any other number,
/// which is then the value all the same.
/// </summary>
public enum MuxErrorCode
{
    /// <summary>The application's password provider failed.</summary>
    ProvidePasswordCallbackFailed = -4,

    /// <summary>A bulk copy inserted fewer rows than it sent.</summary>
    BulkCopyFailed = -2,

    /// <summary>The command did not end in time.</summary>
    CommandTimeoutExpired = -1,

    /// <summary>No number.</summary>
    None = 0,

    /// <summary>The server takes no more connections.</summary>
    ConnectionCountError = 1040,

    /// <summary>No connection could be made.</summary>
    UnableToConnectToHost = 1042,

    /// <summary>The user may not use the schema.</summary>
    DatabaseAccessDenied = 1044,

    /// <summary>The user or the password is wrong.</summary>
    AccessDenied = 1045,

    /// <summary>A column that cannot be NULL would be.</summary>
    ColumnCannotBeNull = 1048,

    /// <summary>The schema is unknown.</summary>
    UnknownDatabase = 1049,

    /// <summary>The table exists already.</summary>
    TableExists = 1050,

    /// <summary>A column is unknown.</summary>
    BadFieldError = 1054,

    /// <summary>A unique key has the value already.</summary>
    DuplicateKeyEntry = 1062,

    /// <summary>The text is not SQL the server understands.</summary>
    ParseError = 1064,

    /// <summary>The text has no statement.</summary>
    EmptyQuery = 1065,

    /// <summary>The server is shutting down.</summary>
    ServerShutdown = 1053,

    /// <summary>A table is unknown.</summary>
    NoSuchTable = 1146,

    /// <summary>The request is larger than the server takes (<c>max_allowed_packet</c>).</summary>
    PacketTooLarge = 1153,

    /// <summary>A lock did not come in time.</summary>
    LockWaitTimeout = 1205,

    /// <summary>Two transactions waited for each other.</summary>
    LockDeadlock = 1213,

    /// <summary>The statement was cancelled.</summary>
    QueryInterrupted = 1317,

    /// <summary>A value does not fit its column.</summary>
    DataTooLong = 1406,

    /// <summary>A row is still referred to.</summary>
    RowIsReferenced = 1451,

    /// <summary>A row refers to one that is not there.</summary>
    NoReferencedRow = 1452,

    /// <summary>An XA transaction was rolled back because of a deadlock.</summary>
    XARBDeadlock = 1614,

    /// <summary>The connection ended before the answer came.</summary>
    ConnectionLost = 2013,

    /// <summary>MariaDB: the server reads no local files (<c>local_infile</c>).</summary>
    CommandNotAllowed = 1148,

    /// <summary>The server asked for a local file that the statement does not offer.</summary>
    LocalFileRefused = 2068,

    /// <summary>MySQL: the server reads no local files (<c>local_infile</c>).</summary>
    LocalFilesDisabled = 3948,

    /// <summary>MariaDB 11: the server reads no local files (<c>local_infile</c>).</summary>
    LocalInfileDisabled = 4166,

    /// <summary>The server, or what stands before it, broke the protocol.</summary>
    MalformedPacket = 2027,
}
