namespace MuxProvider.Protocol;

/// <summary>
/// What client and server agree on at login:
/// <see href="https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html">capability flags</see>.
/// </summary>
[Flags]
public enum CapabilityFlags : uint
{
    /// <summary>No capability.</summary>
    None = 0,

    /// <summary>MySQL: the improved old password hash. MariaDB clears it to say that extended capabilities follow.</summary>
    LongPassword = 1u << 0,

    /// <summary>Affected rows counts the rows found, not the rows changed.</summary>
    FoundRows = 1u << 1,

    /// <summary>Longer column flags.</summary>
    LongFlag = 1u << 2,

    /// <summary>The login names a database.</summary>
    ConnectWithDb = 1u << 3,

    /// <summary>Compressed packets.</summary>
    Compress = 1u << 5,

    /// <summary>LOAD DATA LOCAL may be asked for.</summary>
    LocalFiles = 1u << 7,

    /// <summary>Spaces before a function's parenthesis are ignored.</summary>
    IgnoreSpace = 1u << 8,

    /// <summary>Protocol 4.1.</summary>
    Protocol41 = 1u << 9,

    /// <summary>The time-out is interactive_timeout.</summary>
    Interactive = 1u << 10,

    /// <summary>TLS follows.</summary>
    Ssl = 1u << 11,

    /// <summary>Status flags tell of transactions.</summary>
    Transactions = 1u << 13,

    /// <summary>Passwords of protocol 4.1.</summary>
    SecureConnection = 1u << 15,

    /// <summary>One text may hold several statements.</summary>
    MultiStatements = 1u << 16,

    /// <summary>One reply may hold several results.</summary>
    MultiResults = 1u << 17,

    /// <summary>The same for prepared statements.</summary>
    PreparedMultiResults = 1u << 18,

    /// <summary>Authentication plugins are named.</summary>
    PluginAuth = 1u << 19,

    /// <summary>Connection attributes may be sent.</summary>
    ConnectAttributes = 1u << 20,

    /// <summary>The authentication data has a length-encoded length.</summary>
    PluginAuthLengthEncodedData = 1u << 21,

    /// <summary>The client can handle expired passwords.</summary>
    CanHandleExpiredPasswords = 1u << 22,

    /// <summary>OK packets may carry session-tracking information.</summary>
    SessionTrack = 1u << 23,

    /// <summary>Result sets end with an OK packet instead of EOF.</summary>
    DeprecateEof = 1u << 24,

    /// <summary>Column metadata may be left out.</summary>
    OptionalResultSetMetadata = 1u << 25,

    /// <summary>Query attributes may be sent.</summary>
    QueryAttributes = 1u << 27,
}
