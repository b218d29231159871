using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// Judges the certificate of one server as <see cref="SslMode"/>, the pinned thumbprints and the authorities ask. Used by one handshake.
/// </summary>
/// <param name="options">What to check.</param>
/// <param name="authorities">The authorities that the user trusts; null for the system's.</param>
/// <param name="canBeProven">Whether the server may show at the end of the login that the certificate is its own.</param>
internal sealed class CertificateCheck(MySqlTransportOptions options, X509Certificate2Collection? authorities, bool canBeProven)
{
    private static readonly Version s_firstWithProof = new(11, 4);

    /// <summary>What is wrong with the certificate; "" for nothing.</summary>
    public string Finding { get; private set; } = "";

    /// <summary>What to do about it.</summary>
    public string Advice { get; private set; } = "";

    /// <summary>What the connection is worth.</summary>
    public ChannelTrust Trust { get; private set; } = ChannelTrust.Encrypted;

    /// <summary>The SHA-256 of the certificate.</summary>
    public byte[] Hash { get; private set; } = [];

    /// <summary>
    /// Whether a server could prove at the end of the login that its certificate is its own. Only where the user named neither authority
    /// nor thumbprint, which say more, and named mysql_native_password: until the proof comes an impostor sees one hash, and may relay it.
    /// </summary>
    public static bool CanBeProven(MySqlTransportOptions options, ServerVersion version) =>
        options.SslMode >= SslMode.VerifyCA
        && options.SslCa.Length == 0
        && options.ServerCertificateThumbprints.Count == 0
        && options.ServerCertificateCheck is null
        && options.UnixSocket is null
        && options.Password.Length > 0
        && version.IsMariaDb
        && version.Number >= s_firstWithProof
        && new PluginRules(options.AllowedAuthPlugins).Names(AuthenticationPlugins.NativePassword);

    /// <summary>Judges the certificate: what TLS calls in the handshake.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? received, SslPolicyErrors errors)
    {
        if (options.ServerCertificateCheck is { } check)
        {
            Trust = ChannelTrust.Known;
            return check(sender, certificate, received, errors);
        }

        Hash = certificate is null ? [] : SHA256.HashData(certificate.GetRawCertData());
        if (!IsPinned())
            return false;
        Finding = Judge(certificate, received, errors);
        if (Finding.Length == 0)
        {
            if (options.SslMode >= SslMode.VerifyCA || options.ServerCertificateThumbprints.Count > 0)
                Trust = ChannelTrust.Known;
            return true;
        }

        Advice = $"SslMode={options.SslMode} asks for this check; set SSL CA to the authority that signed it.";
        if (!canBeProven || Hash.Length == 0 || !IsOnlyUnknown(received))
            return false;
        Trust = ChannelTrust.Unproven;
        return true;
    }

    private bool IsPinned()
    {
        var thumbprint = Convert.ToHexString(Hash);
        if (options.ServerCertificateThumbprints.Count == 0 || options.ServerCertificateThumbprints.Contains(thumbprint, StringComparer.OrdinalIgnoreCase))
            return true;
        Finding = Hash.Length == 0 ? "the server sent none." : $"its SHA-256 thumbprint is {thumbprint}.";
        Advice = "Server Certificate Thumbprint names another one. If the server's certificate was changed on purpose, name the new one there.";
        return false;
    }

    private string Judge(X509Certificate? certificate, X509Chain? received, SslPolicyErrors errors)
    {
        if (options.SslMode < SslMode.VerifyCA)
            return "";
        if (certificate is not X509Certificate2 server)
            return "the server sent none.";
        if (options.SslMode == SslMode.VerifyFull && (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
            return $"it is issued for another name ('{server.Subject}').";
        if (authorities is null)
            return (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0 ? "" : "no authority that this system trusts has signed it.";

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // Authorities in between, which the server sent along.
        if (received is not null)
            chain.ChainPolicy.ExtraStore.AddRange(received.ChainPolicy.ExtraStore);
        if (chain.Build(server))
            return "";
        var reasons = string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
        return $"the authorities in SSL CA did not sign it ({reasons}).";
    }

    // Nobody vouches for it, but it is in order: not expired, not revoked, no wrong signature.
    private static bool IsOnlyUnknown(X509Chain? received) => received is not null
        && received.ChainStatus.All(static status => status.Status is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain);
}
