using Microsoft.Extensions.Logging;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>Makes data sources.</summary>
public sealed partial class MuxDataSourceBuilder
{
    private readonly Func<MuxConnectionStringBuilder, LoginCallbacks, Multiplexer> _createMultiplexer;
    private readonly List<string> _localFiles = [];
    private ILoggerFactory? _loggerFactory;

    /// <summary>Starts with a connection string.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    public MuxDataSourceBuilder(string? connectionString = null)
        : this(connectionString, MultiplexerFactory.Create)
    {
    }

    internal MuxDataSourceBuilder(string? connectionString, Func<MuxConnectionStringBuilder, LoginCallbacks, Multiplexer> createMultiplexer)
    {
        ConnectionStringBuilder = new MuxConnectionStringBuilder(connectionString);
        _createMultiplexer = createMultiplexer;
    }

    /// <summary>The options; they can be changed until <see cref="Build"/>.</summary>
    public MuxConnectionStringBuilder ConnectionStringBuilder { get; }

    /// <summary>
    /// Where to log what is worth a line, under the category <c>MuxProvider.Multiplexing</c>: the first time that anything keeps a
    /// link to a connection (information, event 101), and a statement that changed its session though its text gave no sign of it
    /// (warning, event 102). Values are left out of the statements.
    /// </summary>
    /// <param name="loggerFactory">Makes the logger; null for no log, as by default.</param>
    /// <returns>This builder.</returns>
    public MuxDataSourceBuilder UseLoggerFactory(ILoggerFactory? loggerFactory)
    {
        _loggerFactory = loggerFactory;
        return this;
    }

    /// <summary>
    /// Names files that <c>LOAD DATA LOCAL INFILE</c> may read, where it also has <c>Allow Load Local Infile=true</c>. Nothing else is ever
    /// given to a server, whatever it asks for. <see cref="MuxBulkLoader"/> and <see cref="MuxBulkCopy"/> do not need this.
    /// </summary>
    /// <param name="paths">Files, or folders with all that is in them. Links in the file system count as what they lead to.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">A path is empty.</exception>
    public MuxDataSourceBuilder AllowLocalFiles(params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var path in paths)
            ArgumentException.ThrowIfNullOrWhiteSpace(path, nameof(paths));
        _localFiles.AddRange(paths);
        return this;
    }

    /// <summary>Makes a data source with links of its own.</summary>
    /// <returns>The data source; nothing is connected yet.</returns>
    /// <exception cref="ArgumentException">Two options contradict each other.</exception>
    /// <exception cref="NotSupportedException">An option cannot be honoured yet.</exception>
    public MuxDataSource Build()
    {
        _callbacks.Check(ConnectionStringBuilder);
        var inner = FindInner();
        var settings = new DataSourceSettings(ConnectionStringBuilder, inner) { LocalFiles = new LocalFileList(_localFiles) };
        var literals = OptionMeanings.Literals(ConnectionStringBuilder);
        var multiplexer = inner is null
            ? _createMultiplexer(ConnectionStringBuilder, _callbacks)
            : MultiplexerFactory.Create(ConnectionStringBuilder, inner);
        if (_loggerFactory is not null)
            multiplexer.Observer = new LoggingObserver(_loggerFactory.CreateLogger(LoggingObserver.Category));
        return new MuxDataSource(settings, schema => new MultiplexedHandle(multiplexer.CreateHandle(schema, literals)), multiplexer) { Name = _name ?? "", ConnectionOpened = _connectionOpened };
    }
}
