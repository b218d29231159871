using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>What a connection string means, worked out once for all connections of a data source. Immutable, apart from what is learned of routines.</summary>
internal sealed class DataSourceSettings
{
    /// <summary>Works out what the options mean.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="NotSupportedException">An option asks for something that is not there yet.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    public DataSourceSettings(MuxConnectionStringBuilder options)
        : this(options, null)
    {
    }

    /// <summary>Works out what the options mean.</summary>
    /// <param name="options">The options.</param>
    /// <param name="inner">The provider whose connections are the links; null for our own links.</param>
    /// <exception cref="NotSupportedException">An option asks for something that is not there yet.</exception>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    public DataSourceSettings(MuxConnectionStringBuilder options, InnerProvider? inner)
    {
        if (inner is null)
            OptionRules.Check(options);
        else
            OptionRules.Check(options, isOverAnother: true);
        Inner = inner;
        ConnectionString = options.ConnectionString;
        VisibleConnectionString = options.PersistSecurityInfo || (options.Password.Length == 0 && options.CertificatePassword.Length == 0)
            ? ConnectionString
            : options.ToCanonicalText(withSecrets: false);
        Server = inner?.Server ?? (options.Server.Length == 0 ? "localhost" : options.Server);
        Port = inner?.Port ?? options.Port;
        Schema = options.Database.Length == 0 ? null : options.Database;
        MaxLinks = options.MaxLinks;
        ConnectionTimeoutSeconds = (int)options.ConnectionTimeout;
        CommandTimeoutSeconds = (int)options.DefaultCommandTimeout;
        HasCommandTimeouts = options.CancellationTimeout != 0;
        AllowUserVariables = options.AllowUserVariables;
        IgnoreCommandTransaction = options.IgnoreCommandTransaction;
        AutoEnlist = options.AutoEnlist;
        AllowsLocalFiles = options.AllowLoadLocalInfile;
        IgnorePrepare = options.IgnorePrepare;
        Cells = OptionMeanings.Cells(options);
        Routines = new RoutineCatalog(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Server}:{Port}"), TimeProvider.System);
    }

    /// <summary>The provider whose connections are the links; null for our own links.</summary>
    public InnerProvider? Inner { get; }

    /// <summary>The type of the parameters that links take as they are; null for none.</summary>
    public Type? PassedParameters => Inner?.ParameterType;

    /// <summary>The whole connection string, password included.</summary>
    public string ConnectionString { get; }

    /// <summary>The connection string that may be shown; always the same object.</summary>
    public string VisibleConnectionString { get; }

    /// <summary>The host or hosts, for people.</summary>
    public string Server { get; }

    /// <summary>The port.</summary>
    public uint Port { get; }

    /// <summary>The schema that connections start with, or null.</summary>
    public string? Schema { get; }

    /// <summary>The most links.</summary>
    public uint MaxLinks { get; }

    /// <summary>How long opening may take; 0 for ever.</summary>
    public int ConnectionTimeoutSeconds { get; }

    /// <summary>How long a command may take where it does not say otherwise; 0 for ever.</summary>
    public int CommandTimeoutSeconds { get; }

    /// <summary>Whether commands time out at all.</summary>
    public bool HasCommandTimeouts { get; }

    /// <summary>Whether an <c>@name</c> without parameter is a user variable.</summary>
    public bool AllowUserVariables { get; }

    /// <summary>Whether a command's transaction is not looked at.</summary>
    public bool IgnoreCommandTransaction { get; }

    /// <summary>Whether Open joins the ambient transaction.</summary>
    public bool AutoEnlist { get; }

    /// <summary>Whether servers may read local data at all.</summary>
    public bool AllowsLocalFiles { get; }

    /// <summary>The files that a LOCAL INFILE of plain SQL may name.</summary>
    public LocalFileList LocalFiles { get; init; } = LocalFileList.None;

    /// <summary>Whether commands are never prepared on their own wish.</summary>
    public bool IgnorePrepare { get; }

    /// <summary>How cells are read.</summary>
    public CellOptions Cells { get; }

    /// <summary>The stored routines that were called by name.</summary>
    public RoutineCatalog Routines { get; init; }

    /// <summary>The clock of all deadlines.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
