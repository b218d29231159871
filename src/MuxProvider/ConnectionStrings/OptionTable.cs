using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MuxProvider;

/// <summary>All options of the connection string: the only place that knows their names and defaults. Immutable.</summary>
internal static class OptionTable
{
    // Where the server is.
    public static readonly Option<string> Server = Text("Server", "", "Host", "Data Source", "DataSource", "Address", "Addr", "Network Address");
    public static readonly Option<uint> Port = Number("Port", 3306, 1, 65535);
    public static readonly Option<string> UserID = Text("User ID", "", "UserID", "Username", "Uid", "User name", "User");
    public static readonly Option<string> Password = Text("Password", "", "pwd");
    public static readonly Option<string> Database = Text("Database", "", "Initial Catalog");
    public static readonly Option<MuxLoadBalance> LoadBalance = Choice(
        "Load Balance", MuxLoadBalance.RoundRobin, [("LeastConnections", MuxLoadBalance.LeastLinks), ("least-links", MuxLoadBalance.LeastLinks)], "LoadBalance");
    public static readonly Option<MuxTargetSession> TargetSession =
        Choice("Target Session", MuxTargetSession.Any, [("prefer-replica", MuxTargetSession.PreferReplica)], "TargetSession");
    public static readonly Option<uint> ServerCheckInterval = Seconds("Server Check Interval", 5, "ServerCheckInterval");
    public static readonly Option<MuxConnectionProtocol> ConnectionProtocol = Choice(
        "Connection Protocol",
        MuxConnectionProtocol.Socket,
        [
            ("Sockets", MuxConnectionProtocol.Socket), ("Tcp", MuxConnectionProtocol.Socket), ("Unix", MuxConnectionProtocol.UnixSocket),
            ("NamedPipe", MuxConnectionProtocol.Pipe), ("Memory", MuxConnectionProtocol.SharedMemory),
        ],
        "ConnectionProtocol",
        "Protocol");
    public static readonly Option<string> PipeName = Ignored("Pipe Name", "MYSQL", "PipeName", "Pipe");

    // TLS.
    public static readonly Option<MuxSslMode> SslMode = Choice("SSL Mode", MuxSslMode.Preferred, [("Disabled", MuxSslMode.None)], "SslMode");
    public static readonly Option<string> CertificateFile = Text("Certificate File", "", "CertificateFile");
    public static readonly Option<string> CertificatePassword = Text("Certificate Password", "", "CertificatePassword");
    public static readonly Option<MuxCertificateStoreLocation> CertificateStoreLocation =
        Choice("Certificate Store Location", MuxCertificateStoreLocation.None, [], "CertificateStoreLocation");
    public static readonly Option<string> CertificateThumbprint = Text("Certificate Thumbprint", "", "CertificateThumbprint", "Certificate Thumb Print");
    public static readonly Option<string> SslCert = Text("SSL Cert", "", "SslCert", "Ssl-Cert");
    public static readonly Option<string> SslKey = Text("SSL Key", "", "SslKey", "Ssl-Key");
    public static readonly Option<string> SslCa = Text("SSL CA", "", "CACertificateFile", "CA Certificate File", "SslCa", "Ssl-Ca");
    public static readonly Option<string> TlsVersion =
        new("TLS Version", "", "versions such as 'TLS 1.2, TLS 1.3'", OptionReaders.TlsVersions, "TlsVersion", "Tls-Version");
    public static readonly Option<string> TlsCipherSuites = Text("TLS Cipher Suites", "", "TlsCipherSuites");
    public static readonly Option<string> ServerCertificateThumbprint =
        new("Server Certificate Thumbprint", "", OptionReaders.ThumbprintsExpects, OptionReaders.Thumbprints, "ServerCertificateThumbprint");
    public static readonly Option<string> AllowedAuthPlugins =
        new("Allowed Auth Plugins", "", OptionReaders.AuthPluginsExpects, OptionReaders.AuthPlugins, "AllowedAuthPlugins");

    // Links.
    public static readonly Option<bool> Multiplexing = Truth("Multiplexing", true);
    public static readonly Option<uint> MaxSharedLinks = Number("Max Shared Links", 4, 1, 1024, "MaxSharedLinks");
    public static readonly Option<uint> MaxLinks =
        Number("Max Links", 100, 1, 100_000, "MaxLinks", "Maximum Pool Size", "Max Pool Size", "MaximumPoolSize", "maxpoolsize");
    public static readonly Option<uint> MinLinks =
        Number("Min Links", 0, 0, 100_000, "MinLinks", "Minimum Pool Size", "Min Pool Size", "MinimumPoolSize", "minpoolsize");
    public static readonly Option<MuxPipelining> Pipelining = AutoOrTruth("Pipelining", MuxPipelining.Auto, MuxPipelining.On, MuxPipelining.Off);
    public static readonly Option<bool> Pooling = Truth("Pooling", true);
    public static readonly Option<uint> ConnectionLifeTime = Seconds("Connection Lifetime", 0, "ConnectionLifeTime");
    public static readonly Option<bool> ConnectionReset = IgnoredTruth("Connection Reset", true, "ConnectionReset");
    public static readonly Option<bool> DeferConnectionReset = IgnoredTruth("Defer Connection Reset", true, "DeferConnectionReset");
    public static readonly Option<uint> ConnectionIdlePingTime = IgnoredSeconds("Connection Idle Ping Time", 0, "ConnectionIdlePingTime");
    public static readonly Option<uint> ConnectionIdleTimeout = Seconds("Connection Idle Timeout", 180, "ConnectionIdleTimeout");
    public static readonly Option<uint> DnsCheckInterval = Seconds("DNS Check Interval", 0, "DnsCheckInterval");

    public static readonly Option<long> StreamResultsAbove =
        new("Stream Results Above", 4 * 1024 * 1024, OptionReaders.BytesExpects, OptionReaders.Bytes, "StreamResultsAbove");

    // What is taken for granted of sessions that share links.
    public static readonly Option<bool> TrustRoutines = Truth("Trust Routines", true, "TrustRoutines");
    public static readonly Option<bool> RoutineScan = Truth("Routine Scan", false, "RoutineScan");
    public static readonly Option<MuxLastInsertIdTracking> TrackLastInsertId = AutoOrTruth(
        "Track Last Insert Id",
        MuxLastInsertIdTracking.Auto,
        MuxLastInsertIdTracking.On,
        MuxLastInsertIdTracking.Off,
        "TrackLastInsertId");

    // Another provider underneath.
    public static readonly Option<string> Provider = Text("Provider", "");
    public static readonly Option<bool> Coalesce = Truth("Coalesce", false);

    // The rest.
    public static readonly Option<bool> AllowLoadLocalInfile = Truth("Allow Load Local Infile", false, "AllowLoadLocalInfile");
    public static readonly Option<bool> AllowPublicKeyRetrieval = Truth("Allow Public Key Retrieval", false, "AllowPublicKeyRetrieval");
    public static readonly Option<bool> AllowUserVariables = Truth("Allow User Variables", false, "AllowUserVariables");
    public static readonly Option<bool> AllowZeroDateTime = Truth("Allow Zero DateTime", false, "AllowZeroDateTime");
    public static readonly Option<string> ApplicationName = Text("Application Name", "", "ApplicationName");
    public static readonly Option<bool> AutoEnlist = Truth("Auto Enlist", true, "AutoEnlist");
    public static readonly Option<int> CancellationTimeout =
        new("Cancellation Timeout", 2, "seconds, 0 for no command time-outs, or -1", OptionReaders.SecondsOrMinusOne, "CancellationTimeout");
    public static readonly Option<string> CharacterSet = Ignored("Character Set", "", "CharSet", "CharacterSet");
    public static readonly Option<uint> ConnectionTimeout = Seconds("Connection Timeout", 15, "ConnectionTimeout", "Connect Timeout");
    public static readonly Option<bool> ConvertZeroDateTime = Truth("Convert Zero DateTime", false, "ConvertZeroDateTime");
    public static readonly Option<DateTimeKind> DateTimeKind = Choice("DateTime Kind", System.DateTimeKind.Unspecified, [], "DateTimeKind");
    public static readonly Option<uint> DefaultCommandTimeout = Seconds("Default Command Timeout", DefaultCommandTimeoutSeconds, "DefaultCommandTimeout", "Command Timeout");
    public static readonly Option<bool> ForceSynchronous = IgnoredTruth("Force Synchronous", false, "ForceSynchronous");
    public static readonly Option<MuxGuidFormat> GuidFormat = Choice("GUID Format", MuxGuidFormat.Default, [], "GuidFormat");
    public static readonly Option<bool> IgnoreCommandTransaction = Truth("Ignore Command Transaction", false, "IgnoreCommandTransaction");
    public static readonly Option<bool> IgnorePrepare = Truth("Ignore Prepare", false, "IgnorePrepare");
    public static readonly Option<uint> AutoPrepareMinUses = Number("Auto Prepare Min Uses", 0, 0, int.MaxValue, "AutoPrepareMinUses");
    public static readonly Option<uint> MaxPreparedStatements = Number("Max Prepared Statements", 200, 0, 16382, "MaxPreparedStatements");
    public static readonly Option<bool> InteractiveSession = Truth("Interactive Session", false, "InteractiveSession", "Interactive");
    public static readonly Option<uint> Keepalive = Seconds("Keep Alive", 0, "Keepalive");
    public static readonly Option<bool> NoBackslashEscapes = IgnoredTruth("No Backslash Escapes", false, "NoBackslashEscapes");
    public static readonly Option<bool> OldGuids = Truth("Old Guids", false, "OldGuids");
    public static readonly Option<bool> PersistSecurityInfo = Truth("Persist Security Info", false, "PersistSecurityInfo");
    public static readonly Option<MuxServerRedirectionMode> ServerRedirectionMode =
        Choice("Server Redirection Mode", MuxServerRedirectionMode.Disabled, [], "ServerRedirectionMode");
    public static readonly Option<string> ServerRsaPublicKeyFile = Text("Server RSA Public Key File", "", "ServerRsaPublicKeyFile");
    public static readonly Option<string> ServerSPN = Ignored("Server SPN", "", "ServerSPN");
    public static readonly Option<bool> TreatTinyAsBoolean = Truth("Treat Tiny As Boolean", true, "TreatTinyAsBoolean");
    public static readonly Option<bool> UseAffectedRows = Truth("Use Affected Rows", false, "UseAffectedRows");
    public static readonly Option<bool> UseCompression = Truth("Use Compression", false, "UseCompression", "Compress");
    public static readonly Option<bool> UseXaTransactions = IgnoredTruth("Use XA Transactions", true, "UseXaTransactions");

    /// <summary>The options in the order in which the canonical text has them.</summary>
    public static readonly ImmutableArray<Option> All =
    [
        Server, Port, UserID, Password, Database, LoadBalance, ConnectionProtocol, PipeName, SslMode, CertificateFile,
        CertificatePassword, CertificateStoreLocation, CertificateThumbprint, SslCert, SslKey, SslCa, TlsVersion, TlsCipherSuites,
        Multiplexing, MaxSharedLinks, MaxLinks, MinLinks, Pipelining, Pooling, ConnectionLifeTime, ConnectionReset, DeferConnectionReset,
        ConnectionIdlePingTime, ConnectionIdleTimeout, DnsCheckInterval, StreamResultsAbove, TrustRoutines, RoutineScan, TrackLastInsertId, AllowLoadLocalInfile, AllowPublicKeyRetrieval,
        AllowUserVariables, AllowZeroDateTime, ApplicationName, AutoEnlist, CancellationTimeout, CharacterSet, ConnectionTimeout,
        ConvertZeroDateTime, DateTimeKind, DefaultCommandTimeout, ForceSynchronous, GuidFormat, IgnoreCommandTransaction, IgnorePrepare,
        InteractiveSession, Keepalive, NoBackslashEscapes, OldGuids, PersistSecurityInfo, ServerRedirectionMode, ServerRsaPublicKeyFile,
        ServerSPN, TreatTinyAsBoolean, UseAffectedRows, UseCompression, UseXaTransactions, AutoPrepareMinUses, MaxPreparedStatements, Provider, Coalesce,
        ServerCertificateThumbprint, AllowedAuthPlugins,
        TargetSession, ServerCheckInterval,
    ];

    /// <summary>How long a command may take that has no connection to ask, in seconds.</summary>
    public const int DefaultCommandTimeoutSeconds = 30;

    private static readonly FrozenDictionary<string, Option> s_byName = All
        .SelectMany(static option => option.Aliases.Prepend(option.Name), static (option, name) => KeyValuePair.Create(name, option))
        .DistinctBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The option with a name.</summary>
    /// <param name="name">Its canonical name or an alias, in any case.</param>
    /// <returns>The option, or null.</returns>
    public static Option? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>The option with a name.</summary>
    /// <param name="name">Its canonical name or an alias, in any case.</param>
    /// <returns>The option.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Option Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Find(name) ?? throw new ArgumentException(
            Nearest(name) is { } near
                ? $"There is no connection-string option '{name}'. Did you mean '{near}'?"
                : $"There is no connection-string option '{name}'.",
            nameof(name));
    }

    // The known name that differs least, where it differs by little.
    private static string? Nearest(string name)
    {
        string? nearest = null;
        var least = Math.Min(3, name.Length / 3 + 1);
        foreach (var (known, option) in s_byName)
        {
            var distance = EditDistance.Between(name, known, least);
            if (distance < least)
            {
                least = distance;
                nearest = option.Name;
            }
        }

        return nearest;
    }

    private static Option<string> Text(string name, string value, params string[] aliases) =>
        new(name, value, "text", OptionReaders.Text, aliases);

    private static Option<string> Ignored(string name, string value, params string[] aliases) =>
        new(name, value, "text", OptionReaders.Text, aliases) { HasEffect = false };

    private static Option<bool> Truth(string name, bool value, params string[] aliases) =>
        new(name, value, OptionReaders.TruthExpects, OptionReaders.Truth, aliases);

    private static Option<bool> IgnoredTruth(string name, bool value, params string[] aliases) =>
        new(name, value, OptionReaders.TruthExpects, OptionReaders.Truth, aliases) { HasEffect = false };

    private static Option<uint> Number(string name, uint value, uint least, uint most, params string[] aliases) =>
        new(name, value, $"a whole number from {least} to {most}", OptionReaders.Number(least, most), aliases);

    private static Option<uint> Seconds(string name, uint value, params string[] aliases) =>
        new(name, value, "a number of seconds", OptionReaders.Number(0, int.MaxValue), aliases);

    private static Option<uint> IgnoredSeconds(string name, uint value, params string[] aliases) =>
        new(name, value, "a number of seconds", OptionReaders.Number(0, int.MaxValue), aliases) { HasEffect = false };

    private static Option<T> Choice<T>(string name, T value, (string Name, T Value)[] otherNames, params string[] aliases)
        where T : struct, Enum =>
        new(name, value, "one of " + string.Join(", ", Enum.GetNames<T>()), OptionReaders.Choice(otherNames), aliases);

    private static Option<T> AutoOrTruth<T>(string name, T auto, T on, T off, params string[] aliases)
        where T : struct, Enum =>
        new(name, auto, "Auto, true or false", OptionReaders.Choice(("true", on), ("yes", on), ("1", on), ("false", off), ("no", off), ("0", off)), aliases);
}
