namespace MuxProvider.Links;

/// <summary>What went wrong with a link.</summary>
public enum LinkFailureKind
{
    /// <summary>The connection ended, or bytes could not be written or read.</summary>
    ConnectionLost,

    /// <summary>No connection could be made.</summary>
    Unreachable,

    /// <summary>The server refused the login.</summary>
    LoginRefused,

    /// <summary>The application did not give the password.</summary>
    NoPassword,

    /// <summary>TLS could not be agreed, or the certificate was not accepted.</summary>
    Tls,

    /// <summary>The other side broke the protocol.</summary>
    Protocol,

    /// <summary>Time ran out.</summary>
    TimedOut,

    /// <summary>The request is larger than the server takes.</summary>
    PacketTooLarge,

    /// <summary>The handle's settings could not be brought to the link.</summary>
    SettingsRefused,

    /// <summary>A neighbour's statement changed the session without warning, so what ran behind it is suspect.</summary>
    Suspect,

    /// <summary>A statement that may run prepared could not be executed so after all. Nothing ran: submit it again, as text.</summary>
    NotPrepared,

    /// <summary>
    /// What stands before the statement holds the link up, so the caller was let go (<see cref="Terms.MayMove"/>). It only reads: submit it
    /// again, elsewhere.
    /// </summary>
    HeldUp,

    /// <summary>The link was closed on purpose.</summary>
    Closed,

    /// <summary>No link came free in time.</summary>
    NoLinkAvailable,
}
