using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MuxProvider.Testing;

/// <summary>An authority, a server's and a client's certificate, made on the spot. Immutable.</summary>
public sealed class FakeCertificates
{
    private static readonly Lazy<FakeCertificates> s_shared = new(() => new FakeCertificates());

    /// <summary>Makes the certificates.</summary>
    /// <param name="serverName">The server's DNS name; null for localhost, 127.0.0.1 and ::1.</param>
    /// <param name="expired">Whether the server's certificate is out of date.</param>
    public FakeCertificates(string? serverName = null, bool expired = false)
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=MuxProvider test authority", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Authority = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));

        var names = new SubjectAlternativeNameBuilder();
        if (serverName is not null)
        {
            names.AddDnsName(serverName);
        }
        else
        {
            names.AddDnsName("localhost");
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        Server = Issue(serverName ?? "localhost", "1.3.6.1.5.5.7.3.1", names.Build(), expired ? now.AddDays(-2) : now.AddDays(2));
        Client = Issue("mux client", "1.3.6.1.5.5.7.3.2", null, now.AddDays(2));
    }

    /// <summary>Certificates for localhost, made once a process.</summary>
    public static FakeCertificates Shared => s_shared.Value;

    /// <summary>The authority, with its key.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The server's certificate, with its key.</summary>
    public X509Certificate2 Server { get; }

    /// <summary>The client's certificate, with its key.</summary>
    public X509Certificate2 Client { get; }

    public string AuthorityPem => Authority.ExportCertificatePem();

    public string ServerPem => Server.ExportCertificatePem();

    /// <summary>The SHA-256 of the server's certificate, in upper-case digits.</summary>
    public string ServerThumbprint => Server.GetCertHashString(HashAlgorithmName.SHA256);

    public string ServerKeyPem => Key(Server);

    public string ClientPem => Client.ExportCertificatePem();

    public string ClientKeyPem => Key(Client);

    /// <summary>Whether the authority issued a certificate that is valid now.</summary>
    public bool Trusts(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private static string Key(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private X509Certificate2 Issue(string name, string usage, X509Extension? names, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names is not null)
            request.CertificateExtensions.Add(names);
        using var bare = request.Create(Authority, end.AddDays(-10), end, RandomNumberGenerator.GetBytes(8));
        using var whole = bare.CopyWithPrivateKey(key);

        // Not every platform's TLS takes a key that was never stored.
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }
}
