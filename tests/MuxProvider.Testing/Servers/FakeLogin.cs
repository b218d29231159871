using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>One login that a <see cref="FakeServer"/> saw.</summary>
/// <param name="ConnectionId">Of which connection.</param>
/// <param name="Response">What the client sent.</param>
/// <param name="IsEncrypted">Whether TLS was agreed before.</param>
/// <param name="ClientCertificate">The subject of the client's certificate; null for none.</param>
/// <param name="Plugin">The plugin that decided.</param>
/// <param name="WasSwitched">Whether the server asked for that plugin.</param>
/// <param name="UsedFullPassword">Whether the whole password was sent (in the clear inside TLS, or encrypted with RSA).</param>
/// <param name="Error">Why it was refused; null where it was not.</param>
public sealed record FakeLogin(
    int ConnectionId,
    HandshakeResponse41 Response,
    bool IsEncrypted,
    string? ClientCertificate,
    string Plugin,
    bool WasSwitched,
    bool UsedFullPassword,
    ErrPacket? Error)
{
    /// <summary>Whether the client asked for the server's RSA key.</summary>
    public bool SentKey { get; init; }

    /// <summary>The version of TLS; none without TLS.</summary>
    public System.Security.Authentication.SslProtocols TlsVersion { get; init; }
}
