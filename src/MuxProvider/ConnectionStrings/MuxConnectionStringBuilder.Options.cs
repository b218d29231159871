using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider;

/// <content>One typed property for each option.</content>
public sealed partial class MuxConnectionStringBuilder
{
    /// <summary>The host, several hosts separated by commas, or the path of a Unix domain socket. "" is the local host.</summary>
    [AllowNull]
    public string Server
    {
        get => Get(OptionTable.Server);
        set => Set(OptionTable.Server, value);
    }

    /// <summary>The TCP port of all hosts. 3306 by default.</summary>
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

    /// <summary>How one of several hosts is chosen.</summary>
    public MuxLoadBalance LoadBalance
    {
        get => Get(OptionTable.LoadBalance);
        set => Set(OptionTable.LoadBalance, value);
    }

    /// <summary>How the server is reached.</summary>
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

    /// <summary>Whether connections share links. Otherwise each keeps one while it is open. True by default.</summary>
    public bool Multiplexing
    {
        get => Get(OptionTable.Multiplexing);
        set => Set(OptionTable.Multiplexing, value);
    }

    /// <summary>The most links that are shared at a time. 4 by default.</summary>
    public uint MaxSharedLinks
    {
        get => Get(OptionTable.MaxSharedLinks);
        set => Set(OptionTable.MaxSharedLinks, value);
    }

    /// <summary>The most links in all, shared and leased. 100 by default.</summary>
    public uint MaxLinks
    {
        get => Get(OptionTable.MaxLinks);
        set => Set(OptionTable.MaxLinks, value);
    }

    /// <summary>The links that are kept however long they idle. 0 by default.</summary>
    public uint MinLinks
    {
        get => Get(OptionTable.MinLinks);
        set => Set(OptionTable.MinLinks, value);
    }

    /// <summary>Whether several statements may be in flight on one link.</summary>
    public MuxPipelining Pipelining
    {
        get => Get(OptionTable.Pipelining);
        set => Set(OptionTable.Pipelining, value);
    }

    /// <summary>Whether links outlive the connections that use them. True by default.</summary>
    public bool Pooling
    {
        get => Get(OptionTable.Pooling);
        set => Set(OptionTable.Pooling, value);
    }

    /// <summary>How old a link may become, in seconds; 0 for no limit.</summary>
    public uint ConnectionLifeTime
    {
        get => Get(OptionTable.ConnectionLifeTime);
        set => Set(OptionTable.ConnectionLifeTime, value);
    }

    /// <summary>Without effect: what one connection does to its session is never seen by another.</summary>
    public bool ConnectionReset
    {
        get => Get(OptionTable.ConnectionReset);
        set => Set(OptionTable.ConnectionReset, value);
    }

    /// <summary>Without effect.</summary>
    public bool DeferConnectionReset
    {
        get => Get(OptionTable.DeferConnectionReset);
        set => Set(OptionTable.DeferConnectionReset, value);
    }

    /// <summary>Without effect.</summary>
    public uint ConnectionIdlePingTime
    {
        get => Get(OptionTable.ConnectionIdlePingTime);
        set => Set(OptionTable.ConnectionIdlePingTime, value);
    }

    /// <summary>How long an unused link is kept, in seconds; 0 for ever. 180 by default.</summary>
    public uint ConnectionIdleTimeout
    {
        get => Get(OptionTable.ConnectionIdleTimeout);
        set => Set(OptionTable.ConnectionIdleTimeout, value);
    }

    /// <summary>Without effect.</summary>
    public uint DnsCheckInterval
    {
        get => Get(OptionTable.DnsCheckInterval);
        set => Set(OptionTable.DnsCheckInterval, value);
    }

    /// <summary>
    /// Whether stored routines are believed when their first run left no trace in the session: a statement with a stored function
    /// shares links from then on. Otherwise everything that calls a routine keeps a link to its connection. True by default.
    /// </summary>
    public bool TrustRoutines
    {
        get => Get(OptionTable.TrustRoutines);
        set => Set(OptionTable.TrustRoutines, value);
    }

    /// <summary>
    /// Whether the bodies of routines and triggers are read before the first statement, to know those that touch the session. The
    /// user needs the right to see them. False by default.
    /// </summary>
    public bool RoutineScan
    {
        get => Get(OptionTable.RoutineScan);
        set => Set(OptionTable.RoutineScan, value);
    }

    /// <summary>
    /// Whether <c>LAST_INSERT_ID()</c> in a later statement answers for its own connection. Auto by default: until it turns out
    /// that nobody asks. <see cref="MuxCommand.LastInsertedId"/> needs none of it.
    /// </summary>
    public MuxLastInsertIdTracking TrackLastInsertId
    {
        get => Get(OptionTable.TrackLastInsertId);
        set => Set(OptionTable.TrackLastInsertId, value);
    }

    /// <summary>
    /// How large the answer to a command may grow in memory, in bytes (4 MiB by default; <c>64K</c>, <c>4M</c> and <c>1G</c> may be
    /// written): the connection then takes the link to itself, and the reader reads what is left while it comes, until it is closed.
    /// On a link of its own the connection reads a quarter of this ahead, and a command whose answers are larger than a sixteenth of
    /// it takes such a link from the start where there is one. 0 keeps every answer in memory, however large.
    /// </summary>
    public long StreamResultsAbove
    {
        get => Get(OptionTable.StreamResultsAbove);
        set => Set(OptionTable.StreamResultsAbove, value);
    }

    /// <summary>Whether the server may ask for local files. Not supported yet.</summary>
    public bool AllowLoadLocalInfile
    {
        get => Get(OptionTable.AllowLoadLocalInfile);
        set => Set(OptionTable.AllowLoadLocalInfile, value);
    }

    /// <summary>Whether the server's RSA key may be asked for over an unencrypted connection.</summary>
    public bool AllowPublicKeyRetrieval
    {
        get => Get(OptionTable.AllowPublicKeyRetrieval);
        set => Set(OptionTable.AllowPublicKeyRetrieval, value);
    }

    /// <summary>Whether an <c>@name</c> without a parameter is a user variable, rather than an error.</summary>
    public bool AllowUserVariables
    {
        get => Get(OptionTable.AllowUserVariables);
        set => Set(OptionTable.AllowUserVariables, value);
    }

    /// <summary>Whether date columns are read as <see cref="MuxDateTime"/>, which has the date 0000-00-00. <see cref="ConvertZeroDateTime"/> comes first.</summary>
    public bool AllowZeroDateTime
    {
        get => Get(OptionTable.AllowZeroDateTime);
        set => Set(OptionTable.AllowZeroDateTime, value);
    }

    /// <summary>What the server's administrators see as the program's name.</summary>
    [AllowNull]
    public string ApplicationName
    {
        get => Get(OptionTable.ApplicationName);
        set => Set(OptionTable.ApplicationName, value);
    }

    /// <summary>Whether opening a connection joins the ambient System.Transactions transaction. True by default.</summary>
    public bool AutoEnlist
    {
        get => Get(OptionTable.AutoEnlist);
        set => Set(OptionTable.AutoEnlist, value);
    }

    /// <summary>How long a cancelled command waits, in seconds; 0 switches command time-outs off. 2 by default.</summary>
    public int CancellationTimeout
    {
        get => Get(OptionTable.CancellationTimeout);
        set => Set(OptionTable.CancellationTimeout, value);
    }

    /// <summary>Without effect: it is always utf8mb4.</summary>
    [AllowNull]
    public string CharacterSet
    {
        get => Get(OptionTable.CharacterSet);
        set => Set(OptionTable.CharacterSet, value);
    }

    /// <summary>How long opening a connection may take, in seconds; 0 for ever. 15 by default.</summary>
    public uint ConnectionTimeout
    {
        get => Get(OptionTable.ConnectionTimeout);
        set => Set(OptionTable.ConnectionTimeout, value);
    }

    /// <summary>Whether a zero date reads as <see cref="DateTime.MinValue"/>.</summary>
    public bool ConvertZeroDateTime
    {
        get => Get(OptionTable.ConvertZeroDateTime);
        set => Set(OptionTable.ConvertZeroDateTime, value);
    }

    /// <summary>The kind of the dates that are read, and demanded of those that are sent.</summary>
    public DateTimeKind DateTimeKind
    {
        get => Get(OptionTable.DateTimeKind);
        set => Set(OptionTable.DateTimeKind, value);
    }

    /// <summary>How long a command may take, in seconds, where it does not say otherwise; 0 for ever. 30 by default.</summary>
    public uint DefaultCommandTimeout
    {
        get => Get(OptionTable.DefaultCommandTimeout);
        set => Set(OptionTable.DefaultCommandTimeout, value);
    }

    /// <summary>Without effect.</summary>
    public bool ForceSynchronous
    {
        get => Get(OptionTable.ForceSynchronous);
        set => Set(OptionTable.ForceSynchronous, value);
    }

    /// <summary>In which columns a Guid is stored, and how.</summary>
    public MuxGuidFormat GuidFormat
    {
        get => Get(OptionTable.GuidFormat);
        set => Set(OptionTable.GuidFormat, value);
    }

    /// <summary>Whether a command's transaction is not compared with its connection's.</summary>
    public bool IgnoreCommandTransaction
    {
        get => Get(OptionTable.IgnoreCommandTransaction);
        set => Set(OptionTable.IgnoreCommandTransaction, value);
    }

    /// <summary>Whether <see cref="MuxCommand.Prepare"/> does nothing.</summary>
    public bool IgnorePrepare
    {
        get => Get(OptionTable.IgnorePrepare);
        set => Set(OptionTable.IgnorePrepare, value);
    }

    /// <summary>
    /// From which use of a text on its statement runs prepared without <see cref="MuxCommand.Prepare"/>; 0 for never. All connections
    /// with equal options count together.
    /// </summary>
    public uint AutoPrepareMinUses
    {
        get => Get(OptionTable.AutoPrepareMinUses);
        set => Set(OptionTable.AutoPrepareMinUses, value);
    }

    /// <summary>The most statements that one link keeps prepared, 0 for none: the one unused for longest makes room.</summary>
    public uint MaxPreparedStatements
    {
        get => Get(OptionTable.MaxPreparedStatements);
        set => Set(OptionTable.MaxPreparedStatements, value);
    }

    /// <summary>Without effect.</summary>
    public bool InteractiveSession
    {
        get => Get(OptionTable.InteractiveSession);
        set => Set(OptionTable.InteractiveSession, value);
    }

    /// <summary>Without effect.</summary>
    public uint Keepalive
    {
        get => Get(OptionTable.Keepalive);
        set => Set(OptionTable.Keepalive, value);
    }

    /// <summary>Whether a backslash in a string is an ordinary character on the server (<c>NO_BACKSLASH_ESCAPES</c>).</summary>
    public bool NoBackslashEscapes
    {
        get => Get(OptionTable.NoBackslashEscapes);
        set => Set(OptionTable.NoBackslashEscapes, value);
    }

    /// <summary>Whether <c>BINARY(16)</c> holds Guids in little-endian order; not together with <see cref="GuidFormat"/>.</summary>
    public bool OldGuids
    {
        get => Get(OptionTable.OldGuids);
        set => Set(OptionTable.OldGuids, value);
    }

    /// <summary>Whether the password can be read back from an open connection.</summary>
    public bool PersistSecurityInfo
    {
        get => Get(OptionTable.PersistSecurityInfo);
        set => Set(OptionTable.PersistSecurityInfo, value);
    }

    /// <summary>Whether a server's redirection is followed.</summary>
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

    /// <summary>Whether <c>TINYINT(1)</c> reads as <see cref="bool"/>. True by default.</summary>
    public bool TreatTinyAsBoolean
    {
        get => Get(OptionTable.TreatTinyAsBoolean);
        set => Set(OptionTable.TreatTinyAsBoolean, value);
    }

    /// <summary>Whether an UPDATE counts the rows it changed, rather than those it found.</summary>
    public bool UseAffectedRows
    {
        get => Get(OptionTable.UseAffectedRows);
        set => Set(OptionTable.UseAffectedRows, value);
    }

    /// <summary>Whether the conversation is compressed. Not supported yet.</summary>
    public bool UseCompression
    {
        get => Get(OptionTable.UseCompression);
        set => Set(OptionTable.UseCompression, value);
    }

    /// <summary>Without effect: connections join System.Transactions transactions with plain ones, one connection at a time.</summary>
    public bool UseXaTransactions
    {
        get => Get(OptionTable.UseXaTransactions);
        set => Set(OptionTable.UseXaTransactions, value);
    }

    /// <summary>
    /// The factory of another ADO.NET provider, whose connections are the links: the assembly-qualified name of its type, such as
    /// <c>MySqlConnector.MySqlConnectorFactory, MySqlConnector</c>. "" for MuxProvider's own links. In code
    /// <see cref="MuxDataSourceBuilder.UseProvider"/> says the same without a search by name.
    /// </summary>
    [AllowNull]
    public string Provider
    {
        get => Get(OptionTable.Provider);
        set => Set(OptionTable.Provider, value);
    }

    /// <summary>
    /// Whether reading statements of several connections that wait for the same link are sent together, where links are connections of
    /// another provider that has <see cref="DbBatch"/>. False by default.
    /// </summary>
    public bool Coalesce
    {
        get => Get(OptionTable.Coalesce);
        set => Set(OptionTable.Coalesce, value);
    }

    /// <summary>Another name of <see cref="MaxLinks"/>.</summary>
    public uint MaximumPoolSize
    {
        get => MaxLinks;
        set => MaxLinks = value;
    }

    /// <summary>Another name of <see cref="MinLinks"/>.</summary>
    public uint MinimumPoolSize
    {
        get => MinLinks;
        set => MinLinks = value;
    }
}
