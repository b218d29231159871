namespace MuxProvider;

/// <summary>Whether, and how strictly, connections are encrypted.</summary>
public enum MuxSslMode
{
    /// <summary>No TLS. Also written <c>Disabled</c>.</summary>
    None = 0,

    /// <summary>TLS where the server offers it; its certificate is not checked.</summary>
    Preferred = 1,

    /// <summary>TLS; the server's certificate is not checked.</summary>
    Required = 2,

    /// <summary>TLS; the server's certificate must come from a trusted authority.</summary>
    VerifyCA = 3,

    /// <summary>TLS; the server's certificate must come from a trusted authority and name the host.</summary>
    VerifyFull = 4,
}
