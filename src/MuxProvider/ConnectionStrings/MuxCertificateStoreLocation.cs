namespace MuxProvider;

/// <summary>Which certificate store of the machine holds the client's certificate.</summary>
public enum MuxCertificateStoreLocation
{
    /// <summary>None is used.</summary>
    None = 0,

    /// <summary>The machine's.</summary>
    LocalMachine = 1,

    /// <summary>The user's.</summary>
    CurrentUser = 2,
}
