using System.Collections.Frozen;

namespace MuxProvider;

/// <summary>
/// Which options of our connection string are about the connection underneath, how other providers spell their values, and what is set for
/// them where the user said nothing. Immutable.
/// </summary>
internal static class InnerOptions
{
    // The schema travels with each handle; everything else here is said to the server, or to the network, when a connection is opened.
    private static readonly FrozenSet<Option> s_passed = new Option[]
    {
        OptionTable.Server, OptionTable.Port, OptionTable.UserID, OptionTable.Password, OptionTable.LoadBalance,
        OptionTable.ConnectionProtocol, OptionTable.PipeName, OptionTable.SslMode, OptionTable.CertificateFile,
        OptionTable.CertificatePassword, OptionTable.CertificateStoreLocation, OptionTable.CertificateThumbprint, OptionTable.SslCert,
        OptionTable.SslKey, OptionTable.SslCa, OptionTable.TlsVersion, OptionTable.TlsCipherSuites, OptionTable.AllowPublicKeyRetrieval,
        OptionTable.ApplicationName, OptionTable.InteractiveSession, OptionTable.Keepalive,
        OptionTable.ServerRedirectionMode, OptionTable.ServerRsaPublicKeyFile, OptionTable.ServerSPN, OptionTable.UseCompression,
        OptionTable.ServerCertificateThumbprint, OptionTable.AllowedAuthPlugins,
    }.ToFrozenSet();

    /// <summary>Whether what the user says of an option is said to the other provider. All others are ours, or follow from ours.</summary>
    /// <param name="option">The option.</param>
    /// <returns>True for what concerns the connection.</returns>
    public static bool IsPassed(Option option) => s_passed.Contains(option);

    /// <summary>
    /// What our links need of the other provider: values as the server sends them, every statement let through, nothing done behind our back.
    /// It is set where the provider knows the option.
    /// </summary>
    /// <param name="options">Our options.</param>
    /// <returns>Options and their values.</returns>
    public static IEnumerable<(Option Option, object Value)> Needed(MuxConnectionStringBuilder options)
    {
        yield return (OptionTable.Pooling, false);
        yield return (OptionTable.ConnectionReset, false);
        yield return (OptionTable.AutoEnlist, false);
        yield return (OptionTable.AllowUserVariables, true);
        yield return (OptionTable.AllowLoadLocalInfile, false);

        // Some take the server's own character set otherwise, which loses what it does not have.
        yield return (OptionTable.CharacterSet, "utf8mb4");
        yield return (OptionTable.TreatTinyAsBoolean, false);
        yield return (OptionTable.GuidFormat, nameof(MuxGuidFormat.None));
        yield return (OptionTable.OldGuids, false);
        yield return (OptionTable.DateTimeKind, nameof(DateTimeKind.Unspecified));
        yield return (OptionTable.AllowZeroDateTime, options.AllowZeroDateTime);
        yield return (OptionTable.ConvertZeroDateTime, options.ConvertZeroDateTime);
        yield return (OptionTable.UseAffectedRows, options.UseAffectedRows);
        yield return (OptionTable.PersistSecurityInfo, false);
        yield return (OptionTable.ConnectionTimeout, options.ConnectionTimeout);
        yield return (OptionTable.IgnoreCommandTransaction, true);
    }

    /// <summary>All names of an option, the canonical one first.</summary>
    /// <param name="option">The option.</param>
    /// <returns>The names.</returns>
    public static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);

    /// <summary>The spellings of a value, ours first.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Texts of the same meaning, of which providers know one or the other.</returns>
    public static string[] Spellings(object value) => value switch
    {
        MuxSslMode.None => ["None", "Disabled"],
        MuxLoadBalance.LeastLinks => ["LeastConnections", "LeastLinks"],
        MuxConnectionProtocol.Socket => ["Socket", "Sockets", "Tcp"],
        MuxConnectionProtocol.UnixSocket => ["UnixSocket", "Unix"],
        MuxConnectionProtocol.Pipe => ["Pipe", "NamedPipe"],
        MuxConnectionProtocol.SharedMemory => ["SharedMemory", "Memory"],
        string versions when versions.StartsWith("TLS ", StringComparison.Ordinal) => [versions, versions.Replace("TLS ", "Tlsv", StringComparison.Ordinal)],
        _ => [Option.Format(value)],
    };
}
