namespace MuxProvider.Multiplexing;

/// <summary>How an assignment to a session variable is treated.</summary>
internal enum SettingKind : byte
{
    /// <summary>Not known, or known not to travel: it pins.</summary>
    Pins = 0,

    /// <summary>It travels with the handle.</summary>
    Travels,

    /// <summary>It travels; a new value changes only what it names, so that the session has to be asked for all of it.</summary>
    TravelsWhole,

    /// <summary>It travels while it is off; on, it changes what statements mean that do not name it.</summary>
    TravelsWhenOff,

    /// <summary>It travels unless the value is so short that it would harm the others on a link.</summary>
    TravelsWhenLong,

    /// <summary><c>collation_connection</c></summary>
    Collation,

    /// <summary><c>character_set_client</c>, <c>character_set_results</c></summary>
    CharacterSet,

    /// <summary><c>character_set_connection</c>, which sets the collation, too.</summary>
    ConnectionCharacterSet,

    /// <summary><c>transaction_isolation</c></summary>
    Isolation,

    /// <summary><c>transaction_read_only</c></summary>
    ReadOnly,

    /// <summary><c>autocommit</c></summary>
    AutoCommit,

    /// <summary><c>last_insert_id</c>, <c>identity</c></summary>
    GeneratedId,

    /// <summary><c>completion_type</c></summary>
    CompletionType,

    /// <summary>It is the link's, and the handle is told that it worked: the idle timeouts.</summary>
    LinkOwned,

    /// <summary>The multiplexer itself needs it: <c>session_track_…</c></summary>
    Multiplexers,

    /// <summary><c>max_allowed_packet</c></summary>
    PacketLimit,
}
