namespace MuxProvider;

/// <summary>Whether a server's redirection to another server is followed.</summary>
public enum MuxServerRedirectionMode
{
    /// <summary>No.</summary>
    Disabled = 0,

    /// <summary>Where the server asks for it. Today it acts as <see cref="Disabled"/>.</summary>
    Preferred = 1,

    /// <summary>Connections without redirection fail: not supported.</summary>
    Required = 2,
}
