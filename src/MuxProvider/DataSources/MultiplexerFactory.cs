using System.Globalization;
using System.Security.Authentication;
using MuxProvider.Links.AdoNet;
using MuxProvider.Links.MySql;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>Joins the floors: options, a transport, the multiplexer.</summary>
internal static class MultiplexerFactory
{
    /// <summary>Makes the multiplexer that the options describe; nothing is connected yet.</summary>
    /// <param name="options">The options, checked by <see cref="OptionRules"/>.</param>
    /// <returns>The multiplexer.</returns>
    public static Multiplexer Create(MuxConnectionStringBuilder options) => Create(options, new LoginCallbacks());

    /// <summary>Makes the multiplexer that the options and callbacks describe; nothing is connected yet.</summary>
    /// <param name="options">The options, checked by <see cref="OptionRules"/>.</param>
    /// <param name="callbacks">What the program decides at each login.</param>
    /// <returns>The multiplexer.</returns>
    public static Multiplexer Create(MuxConnectionStringBuilder options, LoginCallbacks callbacks)
    {
        var transport = callbacks.AddTo(Transport(options), options.Database);
        var key = Key(transport);
        if (!callbacks.AreNone)
            key = key with { CredentialHash = key.CredentialHash + LoginCallbacks.NewIdentity() };
        return new Multiplexer(key, OptionMeanings.Multiplexing(options), () => new MySqlTransport(transport));
    }

    /// <summary>Makes the multiplexer over connections of another provider; nothing is connected yet.</summary>
    /// <param name="options">The options, checked by <see cref="OptionRules"/>.</param>
    /// <param name="inner">The other provider.</param>
    /// <returns>The multiplexer.</returns>
    public static Multiplexer Create(MuxConnectionStringBuilder options, InnerProvider inner)
    {
        var transport = new AdoNetTransportOptions
        {
            CreateConnection = inner.CreateConnection,
            Reset = inner.Hooks.Reset,
            LastInsertedId = inner.Hooks.LastInsertedId,
            ServerThread = inner.Hooks.ServerThread,
            Coalesces = options.Coalesce,
            Endpoint = inner.Port == 0
                ? $"{inner.Name} to {inner.Server}"
                : string.Create(CultureInfo.InvariantCulture, $"{inner.Name} to {inner.Server}:{inner.Port}"),
        };

        // Nothing tells of what routines and triggers do to a session, so their bodies are read unless the user does not want it.
        var meaning = OptionMeanings.Multiplexing(options);
        if (!options.IsGiven(OptionTable.RoutineScan))
            meaning = meaning with { ScansRoutines = true };
        return new Multiplexer(inner.Key, meaning, () => new AdoNetTransport(transport));
    }

    /// <summary>Where native links lead and how they log in.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The options of floor 1.</returns>
    internal static MySqlTransportOptions Transport(MuxConnectionStringBuilder options)
    {
        return new MySqlTransportOptions
        {
            Hosts = Hosts(options),
            Port = checked((int)options.Port),
            UnixSocket = IsUnixSocket(options) ? ServerOf(options) : null,
            LoadBalance = options.LoadBalance switch
            {
                MuxLoadBalance.FailOver => LoadBalance.FailOver,
                MuxLoadBalance.Random => LoadBalance.Random,
                MuxLoadBalance.LeastLinks => LoadBalance.LeastLinks,
                _ => LoadBalance.RoundRobin,
            },
            Target = options.TargetSession switch
            {
                MuxTargetSession.Primary => TargetSession.Primary,
                MuxTargetSession.Replica => TargetSession.Replica,
                MuxTargetSession.PreferReplica => TargetSession.PreferReplica,
                _ => TargetSession.Any,
            },
            Redirection = options.ServerRedirectionMode switch
            {
                MuxServerRedirectionMode.Preferred => RedirectionMode.Preferred,
                MuxServerRedirectionMode.Required => RedirectionMode.Required,
                _ => RedirectionMode.Disabled,
            },
            UserId = options.UserID,
            Password = options.Password,
            SslMode = options.SslMode switch
            {
                MuxSslMode.None => SslMode.None,
                MuxSslMode.Required => SslMode.Required,
                MuxSslMode.VerifyCA => SslMode.VerifyCA,
                MuxSslMode.VerifyFull => SslMode.VerifyFull,

                // Without TLS there would be no certificate to compare.
                _ => options.ServerCertificateThumbprint.Length > 0 ? SslMode.Required : SslMode.Preferred,
            },
            ServerCertificateThumbprints = OptionReaders.Parts(options.ServerCertificateThumbprint),
            AllowedAuthPlugins = OptionReaders.Parts(options.AllowedAuthPlugins),
            SslCa = options.SslCa,
            SslCert = options.SslCert,
            SslKey = options.SslKey,
            CertificateFile = options.CertificateFile,
            CertificatePassword = options.CertificatePassword,
            TlsVersions = TlsVersions(options.TlsVersion),
            ServerRsaPublicKeyFile = options.ServerRsaPublicKeyFile,
            AllowPublicKeyRetrieval = options.AllowPublicKeyRetrieval,
            UseAffectedRows = options.UseAffectedRows,
            InteractiveSession = options.InteractiveSession,
            AllowsLocalFiles = options.AllowLoadLocalInfile,
            ApplicationName = options.ApplicationName,
            KeepAliveSeconds = options.Keepalive,
            MaxPreparedStatements = (int)options.MaxPreparedStatements,
            Pipelining = options.Pipelining switch
            {
                MuxPipelining.On => PipeliningMode.On,
                MuxPipelining.Off => PipeliningMode.Off,
                _ => PipeliningMode.Auto,
            },
        };
    }

    /// <summary>Whether links go over a Unix socket.</summary>
    internal static bool IsUnixSocket(MuxConnectionStringBuilder options) =>
        options.ConnectionProtocol == MuxConnectionProtocol.UnixSocket || ServerOf(options).StartsWith('/');

    /// <summary>The servers as they were written.</summary>
    internal static string[] Hosts(MuxConnectionStringBuilder options) =>
        ServerOf(options).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string ServerOf(MuxConnectionStringBuilder options) => options.Server.Length == 0 ? "localhost" : options.Server;

    /// <summary>Which links are alike. Of passwords it holds hashes that are of no use outside this process.</summary>
    /// <param name="options">Where links lead and how they log in.</param>
    /// <returns>The key.</returns>
    internal static HostKey Key(MySqlTransportOptions options) => new(
        "mysql",
        options.UnixSocket ?? string.Join(',', options.Servers),
        options.UserId,
        HostKey.HashCredential(options.Password),
        string.Join('|', options.SslMode, options.SslCa, options.SslCert, options.SslKey, options.CertificateFile,
            HostKey.HashCredential(options.CertificatePassword), options.TlsVersions, options.ServerRsaPublicKeyFile, options.AllowPublicKeyRetrieval,
            string.Join(',', options.ServerCertificateThumbprints), string.Join(',', options.AllowedAuthPlugins)),
        string.Join('|', options.UseAffectedRows, options.InteractiveSession, options.ApplicationName, options.KeepAliveSeconds, options.Pipelining, options.AllowsLocalFiles, options.MaxPreparedStatements,
            options.LoadBalance, options.Target, options.Redirection));

    // "TLS 1.2, TLS 1.3", "Tls12", "[Tlsv1.2,…]": the forms that users write.
    private static SslProtocols TlsVersions(string text)
    {
        var versions = SslProtocols.None;
        foreach (var part in text.Trim('[', ']', '(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var digits = string.Concat(part.Where(char.IsAsciiDigit));
            versions |= digits switch
            {
                "12" => SslProtocols.Tls12,
                "13" => SslProtocols.Tls13,
                _ => throw new ArgumentException($"The connection-string option 'TLS Version' names '{part}'. TLS 1.2 and TLS 1.3 can be used."),
            };
        }

        return versions;
    }
}
