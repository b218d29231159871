using MuxProvider.Links.MySql;

namespace MuxProvider;

/// <summary>
/// Which options cannot be honoured yet, and which contradict each other. What would silently weaken or change what the
/// user asked for is refused here; what can be ignored without harm is in
/// <see cref="MuxConnectionStringBuilder.OptionsWithoutEffect"/>.
/// </summary>
internal static class OptionRules
{
    /// <summary>Checks the options of a data source.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="NotSupportedException">An option asks for something that is not there yet.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    public static void Check(MuxConnectionStringBuilder options) => Check(options, isOverAnother: options.Provider.Length > 0);

    /// <summary>Checks the options of a data source.</summary>
    /// <param name="options">The options.</param>
    /// <param name="isOverAnother">Whether its links are connections of another provider.</param>
    /// <exception cref="NotSupportedException">An option asks for something that is not there yet.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    public static void Check(MuxConnectionStringBuilder options, bool isOverAnother)
    {
        if (isOverAnother)
            CheckOverAnother(options);
        else
            CheckOwn(options);
        if (options.OldGuids && options.IsGiven(OptionTable.GuidFormat) && options.GuidFormat != MuxGuidFormat.Default)
            throw new ArgumentException("The connection-string options 'Old Guids' and 'GUID Format' exclude each other: Old Guids=true means GUID Format=LittleEndianBinary16.");
        if (options.MinLinks > options.MaxLinks)
            throw new ArgumentException($"The connection-string option 'Min Links' ({options.MinLinks}) is greater than 'Max Links' ({options.MaxLinks}).");
    }

    // Whatever concerns the connection is the other provider's affair, which says what it cannot do.
    private static void CheckOverAnother(MuxConnectionStringBuilder options)
    {
        if (options.AllowLoadLocalInfile)
            throw Unsupported(OptionTable.AllowLoadLocalInfile, "another provider would give files to the server without asking our list of them. MuxBulkCopy inserts instead");
        if (options.TargetSession != MuxTargetSession.Any)
            throw Unsupported(OptionTable.TargetSession, "which servers another provider connects to is its own affair", options.TargetSession);
        if (options.Pipelining == MuxPipelining.On)
            throw Unsupported(OptionTable.Pipelining, "a connection of another provider runs one statement at a time", options.Pipelining);
    }

    private static void CheckOwn(MuxConnectionStringBuilder options)
    {
        if (options.Coalesce)
            throw new ArgumentException("The connection-string option 'Coalesce' is for links over another provider. MuxProvider's own links send what waits together anyway.");
        if (options.UseCompression)
            throw Unsupported(OptionTable.UseCompression, "compression is not supported yet");
        if (options.ConnectionProtocol is MuxConnectionProtocol.Pipe or MuxConnectionProtocol.SharedMemory)
            throw Unsupported(OptionTable.ConnectionProtocol, "only TCP (Socket) and Unix domain sockets (UnixSocket) are supported", options.ConnectionProtocol);
        if (options.CertificateStoreLocation != MuxCertificateStoreLocation.None)
            throw Unsupported(OptionTable.CertificateStoreLocation, "client certificates are read from files: use SSL Cert and SSL Key, or Certificate File", options.CertificateStoreLocation);
        if (options.CertificateThumbprint.Length > 0)
            throw Unsupported(OptionTable.CertificateThumbprint, "client certificates are read from files: use SSL Cert and SSL Key, or Certificate File", options.CertificateThumbprint);
        if (options.ServerCertificateThumbprint.Length > 0 && options.IsGiven(OptionTable.SslMode) && options.SslMode < MuxSslMode.Required)
            throw new ArgumentException($"The connection-string option 'Server Certificate Thumbprint' needs TLS, but 'SSL Mode={options.SslMode}' goes without. Use SSL Mode=Required, or leave it out.");
        if (options.TlsCipherSuites.Length > 0)
            throw Unsupported(OptionTable.TlsCipherSuites, "cipher suites cannot be chosen yet", options.TlsCipherSuites);
        CheckServers(options);
    }

    private static void CheckServers(MuxConnectionStringBuilder options)
    {
        if (MultiplexerFactory.IsUnixSocket(options))
        {
            if (options.ServerRedirectionMode == MuxServerRedirectionMode.Required)
                throw Unsupported(OptionTable.ServerRedirectionMode, "a Unix socket is not left for another server", options.ServerRedirectionMode);
            return;
        }

        try
        {
            var servers = MultiplexerFactory.Hosts(options).Select(host => ServerAddress.Parse(host, (int)options.Port)).ToList();
            if (servers.Count == 0)
                throw new ArgumentException("it names no server.");
            var twice = servers.GroupBy(static server => server).FirstOrDefault(static group => group.Count() > 1);
            if (twice is not null)
                throw new ArgumentException($"it names {twice.Key} twice.");
        }
        catch (ArgumentException nonsense)
        {
            throw new ArgumentException($"The connection-string option 'Server={options.Server}' cannot be used: {nonsense.Message}", nonsense);
        }
    }

    private static NotSupportedException Unsupported(Option option, string why, object? value = null) =>
        new($"The connection-string option '{option.Name}={Option.Format(value ?? true)}' cannot be honoured: {why}.");
}
