using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MuxProvider.Links.MySql;

/// <summary>Turns a connection into an encrypted one and checks the server's certificate as <see cref="SslMode"/> asks.</summary>
internal static class TlsUpgrade
{
    /// <summary>Starts TLS, blocking.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="options">What to check, and the client's certificate.</param>
    /// <param name="host">The name that the certificate must carry; null where there is none.</param>
    /// <param name="endpoint">Where the connection leads, for messages.</param>
    /// <returns>The encrypted connection.</returns>
    public static SslStream Start(Stream stream, MySqlTransportOptions options, string? host, string endpoint)
    {
        var authorities = options.SslCa.Length > 0 ? ReadAuthorities(options.SslCa) : null;
        var finding = "";
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = host ?? "",
                EnabledSslProtocols = options.TlsVersions,
                ClientCertificates = ReadClientCertificate(options),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (sender, certificate, received, errors) =>
                {
                    if (options.ServerCertificateCheck is { } check)
                        return check(sender, certificate, received, errors);
                    finding = Check(options.SslMode, authorities, certificate, received, errors);
                    return finding.Length == 0;
                },
            });
            return tls;
        }
        catch (AuthenticationException e)
        {
            tls.Dispose();
            throw new LinkException(
                LinkFailureKind.Tls,
                Delivery.NotSent,
                finding.Length > 0
                    ? $"The certificate of the server at {endpoint} was not accepted: {finding} SslMode={options.SslMode} asks for this check; set SSL CA to the authority that signed it."
                    : $"TLS could not be agreed with the server at {endpoint}: {e.InnerException?.Message ?? e.Message}",
                innerException: e);
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    // What is wrong with the certificate; "" for nothing.
    private static string Check(SslMode mode, X509Certificate2Collection? authorities, X509Certificate? certificate, X509Chain? received, SslPolicyErrors errors)
    {
        if (mode < SslMode.VerifyCA)
            return "";
        if (certificate is not X509Certificate2 server)
            return "the server sent none.";
        if (mode == SslMode.VerifyFull && (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
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

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unusable("SSL CA", path, e);
        }

        if (authorities.Count == 0)
            throw Unusable("SSL CA", path, null);
        return authorities;
    }

    private static X509CertificateCollection? ReadClientCertificate(MySqlTransportOptions options)
    {
        if (options.ClientCertificates is { } provider)
            return Provided(provider);
        try
        {
            if (options.CertificateFile.Length > 0)
                return new X509Certificate2Collection(X509CertificateLoader.LoadPkcs12FromFile(options.CertificateFile, options.CertificatePassword));
            if (options.SslCert.Length > 0)
                return new X509Certificate2Collection(X509Certificate2.CreateFromPemFile(options.SslCert, options.SslKey.Length > 0 ? options.SslKey : null));
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw options.CertificateFile.Length > 0
                ? Unusable("Certificate File", options.CertificateFile, e)
                : Unusable("SSL Cert", options.SslCert, e);
        }
    }

    private static X509CertificateCollection Provided(Func<X509CertificateCollection> provider)
    {
        try
        {
            return provider();
        }
        catch (Exception e)
        {
            throw new LinkException(LinkFailureKind.Tls, Delivery.NotSent, $"The client's certificates could not be had: {e.Message}", innerException: e);
        }
    }

    private static LinkException Unusable(string option, string path, Exception? cause) => new(
        LinkFailureKind.Tls,
        Delivery.NotSent,
        $"{option} '{path}' cannot be used: {cause?.Message ?? "it holds no certificate."}",
        innerException: cause);
}
