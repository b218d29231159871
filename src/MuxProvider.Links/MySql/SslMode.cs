namespace MuxProvider.Links.MySql;

/// <summary>Whether a link is encrypted and what is checked.</summary>
public enum SslMode
{
    /// <summary>No TLS.</summary>
    None = 0,

    /// <summary>The same as <see cref="None"/>.</summary>
    Disabled = 0,

    /// <summary>TLS where the server offers it; any certificate.</summary>
    Preferred = 1,

    /// <summary>TLS or failure; any certificate.</summary>
    Required = 2,

    /// <summary>TLS with a certificate that a trusted authority signed.</summary>
    VerifyCA = 3,

    /// <summary>The same, and the certificate names the host.</summary>
    VerifyFull = 4,
}
