namespace MuxProvider.Links.MySql;

/// <summary>Who can listen on a connection, and who is at its other end.</summary>
internal enum ChannelTrust
{
    /// <summary>TCP without TLS: anybody on the way can listen.</summary>
    Open,

    /// <summary>TLS with a certificate that nobody has checked: safe from listeners, not from whoever stands in between.</summary>
    Encrypted,

    /// <summary>TLS with the certificate of a server that the user named, or a Unix socket.</summary>
    Known,
}
