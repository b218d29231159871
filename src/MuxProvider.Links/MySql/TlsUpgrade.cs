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
    /// <param name="canBeProven">Whether the server may show later that the certificate is its own.</param>
    /// <returns>The encrypted connection, and what was found out about the certificate.</returns>
    public static (SslStream Stream, CertificateCheck Certificate) Start(Stream stream, MySqlTransportOptions options, string? host, string endpoint, bool canBeProven)
    {
        var check = new CertificateCheck(options, options.SslCa.Length > 0 ? ReadAuthorities(options.SslCa) : null, canBeProven);
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            tls.AuthenticateAsClient(new SslClientAuthenticationOptions
            {
                TargetHost = host ?? "",
                EnabledSslProtocols = options.TlsVersions,
                ClientCertificates = ReadClientCertificate(options),
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = check.Accept,
            });
            return (tls, check);
        }
        catch (AuthenticationException e)
        {
            tls.Dispose();
            throw check.Finding.Length > 0
                ? Unaccepted(check, endpoint, "", e)
                : new LinkException(LinkFailureKind.Tls, Delivery.NotSent, $"TLS could not be agreed with the server at {endpoint}: {e.InnerException?.Message ?? e.Message}", innerException: e);
        }
        catch
        {
            tls.Dispose();
            throw;
        }
    }

    /// <summary>The server's certificate was not accepted.</summary>
    /// <param name="check">Why.</param>
    /// <param name="endpoint">Where the connection leads.</param>
    /// <param name="more">What else speaks against it; "" for nothing.</param>
    /// <param name="cause">The cause, or null.</param>
    /// <returns>The exception.</returns>
    public static LinkException Unaccepted(CertificateCheck check, string endpoint, string more, Exception? cause = null) => new(
        LinkFailureKind.Tls,
        Delivery.NotSent,
        $"The certificate of the server at {endpoint} was not accepted: {check.Finding} {(more.Length > 0 ? more + " " : "")}{check.Advice}",
        innerException: cause);

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
