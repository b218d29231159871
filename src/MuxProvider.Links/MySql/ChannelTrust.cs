namespace MuxProvider.Links.MySql;

/// <summary>Who can listen on a connection, and who is at its other end.</summary>
internal enum ChannelTrust
{
    /// <summary>TCP without TLS: anybody on the way can listen.</summary>
    Open,

    /// <summary>TLS with a certificate that nobody has checked: safe from listeners, not from whoever stands in between.</summary>
    Encrypted,

    /// <summary>
    /// TLS with a certificate that should be checked and that nobody vouches for: the server has to prove itself at the end of the
    /// login (<see cref="Protocol.CertificateProof"/>), and gets nothing before that could be used by another.
    /// </summary>
    Unproven,

    /// <summary>TLS with the certificate of the server that the user meant, or a Unix socket.</summary>
    Known,
}
