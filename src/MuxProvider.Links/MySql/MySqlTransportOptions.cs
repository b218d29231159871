namespace MuxProvider.Links.MySql;

/// <summary>Where native links lead and how they log in. Immutable.</summary>
public sealed record MySqlTransportOptions
{
    /// <summary>
    /// Host names or addresses, each with a port where it has one of its own (<c>db2:3307</c>, <c>[::1]:3308</c>); ignored where
    /// <see cref="UnixSocket"/> is set.
    /// </summary>
    public IReadOnlyList<string> Hosts { get; init; } = ["localhost"];

    /// <summary>The TCP port of every host that has none of its own.</summary>
    public int Port { get; init; } = 3306;

    /// <summary>In which order hosts are tried.</summary>
    public LoadBalance LoadBalance { get; init; }

    /// <summary>To which servers links may lead.</summary>
    public TargetSession Target { get; init; }

    /// <summary>Whether links go where a server sends them at the end of the login.</summary>
    public RedirectionMode Redirection { get; init; }

    /// <summary>The hosts with their ports; one without either where a Unix socket is used.</summary>
    /// <exception cref="ArgumentException">A host is none.</exception>
    public IReadOnlyList<ServerAddress> Servers => UnixSocket is { } path
        ? [new ServerAddress(path, Port)]
        : [.. Hosts.Select(host => ServerAddress.Parse(host, Port))];

    /// <summary>Whether servers are asked what they are: there are several, or links must lead to one of a certain role.</summary>
    internal bool AsksRoles => Target != TargetSession.Any || (Hosts.Count > 1 && UnixSocket is null);

    /// <summary>Finds the addresses of a host name; blocks.</summary>
    internal Func<string, System.Net.IPAddress[]> Resolve { get; init; } = System.Net.Dns.GetHostAddresses;

    /// <summary>Where chance decides.</summary>
    internal Random Random { get; init; } = Random.Shared;

    /// <summary>Path of a Unix socket, or null for TCP.</summary>
    public string? UnixSocket { get; init; }

    /// <summary>The user.</summary>
    public string UserId { get; init; } = "";

    /// <summary>The password; "" for none.</summary>
    public string Password { get; init; } = "";

    /// <summary>
    /// Asked for the password at each login, with the server (of a Unix socket its path) and the time that is left; null to use <see cref="Password"/>. Called on the
    /// link's own thread, several at a time.
    /// </summary>
    public Func<ServerAddress, Deadline, string>? PasswordProvider { get; init; }

    /// <summary>Asked for the client's certificates at each login; null for those of the files.</summary>
    public Func<System.Security.Cryptography.X509Certificates.X509CertificateCollection>? ClientCertificates { get; init; }

    /// <summary>Decides about the server's certificate, whatever <see cref="SslMode"/> says; null to check it as that asks.</summary>
    public System.Net.Security.RemoteCertificateValidationCallback? ServerCertificateCheck { get; init; }

    /// <summary>
    /// SHA-256 thumbprints (hexadecimal digits) of the only server certificates that are accepted; none for no such limit. Below
    /// <see cref="SslMode.VerifyCA"/> they are the whole check, above they are asked for as well.
    /// </summary>
    public IReadOnlyList<string> ServerCertificateThumbprints { get; init; } = [];

    /// <summary>The authentication plugins that a server may ask for; none for all that are supported.</summary>
    public IReadOnlyList<string> AllowedAuthPlugins { get; init; } = [];

    /// <summary>Whether the link is encrypted.</summary>
    public SslMode SslMode { get; init; } = SslMode.Preferred;

    /// <summary>PEM file with the certificates of trusted authorities; "" for the system's.</summary>
    public string SslCa { get; init; } = "";

    /// <summary>PEM file with the client's certificate; "" for none.</summary>
    public string SslCert { get; init; } = "";

    /// <summary>PEM file with the client's private key; "" where <see cref="SslCert"/> holds it too.</summary>
    public string SslKey { get; init; } = "";

    /// <summary>PKCS#12 file with the client's certificate and key; "" for none.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>Password of <see cref="CertificateFile"/>.</summary>
    public string CertificatePassword { get; init; } = "";

    /// <summary>TLS versions that may be used (<c>Tls12</c>, <c>Tls13</c>); none for the system's choice.</summary>
    public System.Security.Authentication.SslProtocols TlsVersions { get; init; }

    /// <summary>PEM file with the server's RSA key, for caching_sha2_password and sha256_password without TLS; "" for none.</summary>
    public string ServerRsaPublicKeyFile { get; init; } = "";

    /// <summary>Whether the server may be asked for its RSA key on an unencrypted link. Always allowed on loopback.</summary>
    public bool AllowPublicKeyRetrieval { get; init; }

    /// <summary>Whether affected rows counts the rows changed instead of the rows found.</summary>
    public bool UseAffectedRows { get; init; }

    /// <summary>Whether servers are told that they may ask for local files. Each request still has to be one that its statement offers.</summary>
    public bool AllowsLocalFiles { get; init; }

    /// <summary>Whether the server's interactive_timeout applies.</summary>
    public bool InteractiveSession { get; init; }

    /// <summary>What the server's administrators see as program_name; "" for none.</summary>
    public string ApplicationName { get; init; } = "";

    /// <summary>Seconds of silence after which TCP asks whether the server is alive; 0 for the system's choice.</summary>
    public uint KeepAliveSeconds { get; init; }

    /// <summary>Whether several statements may be in flight.</summary>
    public PipeliningMode Pipelining { get; init; }

    /// <summary>The most statements in flight on one link.</summary>
    public int MaxDepth { get; init; } = 128;

    /// <summary>The most request bytes in flight on one link; a larger request travels alone.</summary>
    public int MaxUnansweredBytes { get; init; } = 256 * 1024;

    /// <summary>How many bytes of requests and answers may be held in memory, of all links together, before what floats has to wait; 0 for no limit.</summary>
    public long MaxBufferedBytes { get; init; }

    /// <summary>The most statements that one link keeps prepared; 0 for none.</summary>
    public int MaxPreparedStatements { get; init; } = 200;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Who logs in where: the password and the like are left out.</summary>
    /// <returns>The text.</returns>
    public override string ToString() =>
        UnixSocket is { } path ? $"{UserId}@{path}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{UserId}@{string.Join(',', Servers)}");
}
