using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <content>Where the server is, who logs in, and how the way there is protected.</content>
public sealed partial class MuxConnectionStringBuilder
{
    /// <summary>
    /// The host, several hosts separated by commas, or the path of a Unix domain socket. Each host may have a port of its own
    /// (<c>db1,db2:3307,[::1]:3308</c>). "" is the local host. An open connection stays on one of several servers as long as that can be
    /// had, so that it finds what it has written itself.
    /// </summary>
    [AllowNull]
    public string Server
    {
        get => Get(OptionTable.Server);
        set => Set(OptionTable.Server, value);
    }

    /// <summary>The TCP port of every host that has none of its own. 3306 by default.</summary>
    public uint Port
    {
        get => Get(OptionTable.Port);
        set => Set(OptionTable.Port, value);
    }

    /// <summary>The user.</summary>
    [AllowNull]
    public string UserID
    {
        get => Get(OptionTable.UserID);
        set => Set(OptionTable.UserID, value);
    }

    /// <summary>The password.</summary>
    [AllowNull]
    public string Password
    {
        get => Get(OptionTable.Password);
        set => Set(OptionTable.Password, value);
    }

    /// <summary>The schema that connections start with.</summary>
    [AllowNull]
    public string Database
    {
        get => Get(OptionTable.Database);
        set => Set(OptionTable.Database, value);
    }

    /// <summary>
    /// In which order several hosts are tried when a link is opened; the first that answers, and suits <see cref="TargetSession"/>, is taken.
    /// One that failed comes last until it answers again. RoundRobin by default.
    /// </summary>
    public MuxLoadBalance LoadBalance
    {
        get => Get(OptionTable.LoadBalance);
        set => Set(OptionTable.LoadBalance, value);
    }

    /// <summary>
    /// To which servers links may lead: Any (the default), Primary, Replica, or PreferReplica. Servers are asked when a link is opened, every
    /// <see cref="ServerCheckInterval"/> seconds, and with Primary as soon as one refuses a change because it is read only: then its links
    /// are given up, and new ones lead elsewhere. A node of a Galera cluster that is not ready is never taken. Not for links over another
    /// provider.
    /// </summary>
    public MuxTargetSession TargetSession
    {
        get => Get(OptionTable.TargetSession);
        set => Set(OptionTable.TargetSession, value);
    }

    /// <summary>
    /// Every how many seconds each server in use is asked whether it still suits, and servers that failed are tried again, where there are
    /// several hosts or a <see cref="TargetSession"/> other than Any; 0 for never. 5 by default. A link that does not answer until the next
    /// time gets no more statements. Without effect on links over another provider.
    /// </summary>
    public uint ServerCheckInterval
    {
        get => Get(OptionTable.ServerCheckInterval);
        set => Set(OptionTable.ServerCheckInterval, value);
    }

    /// <summary>How the server is reached. Socket and UnixSocket are supported.</summary>
    public MuxConnectionProtocol ConnectionProtocol
    {
        get => Get(OptionTable.ConnectionProtocol);
        set => Set(OptionTable.ConnectionProtocol, value);
    }

    /// <summary>The name of the pipe. Without effect.</summary>
    [AllowNull]
    public string PipeName
    {
        get => Get(OptionTable.PipeName);
        set => Set(OptionTable.PipeName, value);
    }

    /// <summary>Whether the server's RSA key may be asked for over an unencrypted connection.</summary>
    public bool AllowPublicKeyRetrieval
    {
        get => Get(OptionTable.AllowPublicKeyRetrieval);
        set => Set(OptionTable.AllowPublicKeyRetrieval, value);
    }

    /// <summary>What the server's administrators see as the program's name.</summary>
    [AllowNull]
    public string ApplicationName
    {
        get => Get(OptionTable.ApplicationName);
        set => Set(OptionTable.ApplicationName, value);
    }

    /// <summary>Whether the password can be read back from an open connection.</summary>
    public bool PersistSecurityInfo
    {
        get => Get(OptionTable.PersistSecurityInfo);
        set => Set(OptionTable.PersistSecurityInfo, value);
    }

    /// <summary>Whether a link goes where a server sends it at the end of the login. Disabled by default.</summary>
    public MuxServerRedirectionMode ServerRedirectionMode
    {
        get => Get(OptionTable.ServerRedirectionMode);
        set => Set(OptionTable.ServerRedirectionMode, value);
    }

    /// <summary>A PEM file with the server's RSA key.</summary>
    [AllowNull]
    public string ServerRsaPublicKeyFile
    {
        get => Get(OptionTable.ServerRsaPublicKeyFile);
        set => Set(OptionTable.ServerRsaPublicKeyFile, value);
    }

    /// <summary>Without effect.</summary>
    [AllowNull]
    public string ServerSPN
    {
        get => Get(OptionTable.ServerSPN);
        set => Set(OptionTable.ServerSPN, value);
    }

    /// <summary>Whether, and how strictly, connections are encrypted.</summary>
    public MuxSslMode SslMode
    {
        get => Get(OptionTable.SslMode);
        set => Set(OptionTable.SslMode, value);
    }

    /// <summary>A PKCS#12 file with the client's certificate and key.</summary>
    [AllowNull]
    public string CertificateFile
    {
        get => Get(OptionTable.CertificateFile);
        set => Set(OptionTable.CertificateFile, value);
    }

    /// <summary>The password of <see cref="CertificateFile"/>.</summary>
    [AllowNull]
    public string CertificatePassword
    {
        get => Get(OptionTable.CertificatePassword);
        set => Set(OptionTable.CertificatePassword, value);
    }

    /// <summary>The certificate store that holds the client's certificate. Not supported yet.</summary>
    public MuxCertificateStoreLocation CertificateStoreLocation
    {
        get => Get(OptionTable.CertificateStoreLocation);
        set => Set(OptionTable.CertificateStoreLocation, value);
    }

    /// <summary>Which certificate of the store to use. Not supported yet.</summary>
    [AllowNull]
    public string CertificateThumbprint
    {
        get => Get(OptionTable.CertificateThumbprint);
        set => Set(OptionTable.CertificateThumbprint, value);
    }

    /// <summary>A PEM file with the client's certificate.</summary>
    [AllowNull]
    public string SslCert
    {
        get => Get(OptionTable.SslCert);
        set => Set(OptionTable.SslCert, value);
    }

    /// <summary>A PEM file with the client's private key.</summary>
    [AllowNull]
    public string SslKey
    {
        get => Get(OptionTable.SslKey);
        set => Set(OptionTable.SslKey, value);
    }

    /// <summary>A PEM file with the authorities that are trusted.</summary>
    [AllowNull]
    public string SslCa
    {
        get => Get(OptionTable.SslCa);
        set => Set(OptionTable.SslCa, value);
    }

    /// <summary>The TLS versions that may be used; "" for the system's choice.</summary>
    [AllowNull]
    public string TlsVersion
    {
        get => Get(OptionTable.TlsVersion);
        set => Set(OptionTable.TlsVersion, value);
    }

    /// <summary>The cipher suites that may be used. Not supported yet.</summary>
    [AllowNull]
    public string TlsCipherSuites
    {
        get => Get(OptionTable.TlsCipherSuites);
        set => Set(OptionTable.TlsCipherSuites, value);
    }

    /// <summary>
    /// SHA-256 thumbprints (64 hexadecimal digits, separated by commas) of the only server certificates that are accepted. With
    /// <c>SSL Mode=Required</c>, which it implies where no mode is given, the thumbprint is the whole check and needs no authority; with
    /// VerifyCA and VerifyFull it is asked for as well. "" for no such limit.
    /// </summary>
    [AllowNull]
    public string ServerCertificateThumbprint
    {
        get => Get(OptionTable.ServerCertificateThumbprint);
        set => Set(OptionTable.ServerCertificateThumbprint, value);
    }

    /// <summary>
    /// The authentication plugins that a server may ask for, separated by commas; a server that asks for another one is refused and gets
    /// no answer. "" for all that are supported: caching_sha2_password, mysql_native_password, sha256_password, and mysql_clear_password
    /// over TLS with a checked certificate or a Unix socket. Where mysql_clear_password is named it is answered over any TLS.
    /// </summary>
    [AllowNull]
    public string AllowedAuthPlugins
    {
        get => Get(OptionTable.AllowedAuthPlugins);
        set => Set(OptionTable.AllowedAuthPlugins, value);
    }
}
