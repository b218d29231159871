namespace MuxProvider;

/// <summary>
/// Whether a link goes where a server sends it at the end of the login (<c>redirect_url</c>: MariaDB 11.3 and later, Azure). Only one step is
/// taken, and under the same TLS options; a link that was encrypted goes on encrypted.
/// </summary>
public enum MuxServerRedirectionMode
{
    /// <summary>No.</summary>
    Disabled = 0,

    /// <summary>Where the server asks for it and the other place can be reached; otherwise the link stays.</summary>
    Preferred = 1,

    /// <summary>Always: a server that does not redirect, or to a place that cannot be reached, is an error.</summary>
    Required = 2,
}
