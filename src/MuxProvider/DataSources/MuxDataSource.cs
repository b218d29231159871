using System.Data.Common;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>
/// The place that connections with one connection string come from, with the links they share. Make one per server and keep
/// it for the life of the program. Any thread may use it.
/// </summary>
public sealed class MuxDataSource : DbDataSource
{
    private readonly Func<string?, IHandle> _createHandle;
    private readonly Multiplexer? _multiplexer;
    private volatile bool _isDisposed;

    /// <summary>Creates a data source; nothing is connected yet.</summary>
    /// <param name="settings">What its connection string means.</param>
    /// <param name="createHandle">Makes a closed handle with a default schema.</param>
    /// <param name="multiplexer">Where the handles come from, to be disposed with the data source; null where they come from elsewhere.</param>
    internal MuxDataSource(DataSourceSettings settings, Func<string?, IHandle> createHandle, Multiplexer? multiplexer)
    {
        Settings = settings;
        _createHandle = createHandle;
        _multiplexer = multiplexer;
    }

    /// <summary>The connection string, without the password unless <c>Persist Security Info=true</c>.</summary>
    public override string ConnectionString => Settings.VisibleConnectionString;

    /// <summary>What the builder called it; "" for nothing.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>What runs at the end of each Open; null for nothing.</summary>
    internal Func<MuxConnection, CancellationToken, ValueTask>? ConnectionOpened { get; init; }

    /// <summary>What the connection string means.</summary>
    internal DataSourceSettings Settings { get; }

    private Multiplexer Multiplexer => _multiplexer
        ?? throw new NotSupportedException("The handles of this data source come from no multiplexer: there is nothing to count or to explain.");

    /// <summary>Makes a data source with links of its own.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <returns>The data source; nothing is connected yet.</returns>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    /// <exception cref="NotSupportedException">An option cannot be honoured yet.</exception>
    public static MuxDataSource Create(string connectionString) => new MuxDataSourceBuilder(connectionString).Build();

    /// <summary>Makes a closed connection.</summary>
    /// <returns>The connection.</returns>
    public new MuxConnection CreateConnection()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new MuxConnection(this);
    }

    /// <summary>Makes an open connection. Costs no round trip once a link is up.</summary>
    /// <returns>The connection.</returns>
    public new MuxConnection OpenConnection() => Blocking.Run(this, static source => source.OpenConnectionAsync(CancellationToken.None));

    /// <summary>Makes an open connection. Costs no round trip once a link is up.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The connection.</returns>
    public new async ValueTask<MuxConnection> OpenConnectionAsync(CancellationToken cancellationToken = default)
    {
        var connection = CreateConnection();
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Closes the links that nobody uses, and the others as soon as they have answered what they have or are given back: new ones are
    /// opened in their place, with a fresh login. Open connections go on. Data sources with the same server, user and options share
    /// links, and so are cleared with this one.
    /// </summary>
    public void Clear() => _multiplexer?.Clear();

    /// <summary>What the connections of this data source have done so far: how many statements shared links, and what kept links from it.</summary>
    /// <returns>The counts of now, since the data source was made.</returns>
    public MultiplexerStatistics GetStatistics() => Multiplexer.GetStatistics();

    /// <summary>Where a text would run on a connection that floats, and why. Nothing is sent; no link is needed.</summary>
    /// <param name="sql">The text; every <c>@name</c> in it counts as a parameter.</param>
    /// <returns>The explanation: a placement, what it would pin, the words that decided, and a sentence for people.</returns>
    public StatementExplanation Explain(string sql)
    {
        ArgumentNullException.ThrowIfNull(sql);
        return Multiplexer.Explain(sql);
    }

    /// <summary>What the links do, for people.</summary>
    /// <returns>One line, without the password.</returns>
    public override string ToString() => _multiplexer?.ToString() ?? $"handles to {Settings.Server}";

    /// <summary>Makes a closed handle.</summary>
    internal IHandle CreateHandle()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _createHandle(Settings.Schema);
    }

    /// <summary>Makes a batch that has a connection of its own, open while it executes.</summary>
    /// <returns>The batch.</returns>
    public new MuxBatch CreateBatch()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new MuxBatch(this);
    }

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => CreateBatch();

    /// <inheritdoc/>
    protected override DbConnection CreateDbConnection() => CreateConnection();

    /// <inheritdoc/>
    protected override DbConnection OpenDbConnection() => OpenConnection();

    /// <inheritdoc/>
    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
        await OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _multiplexer?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override ValueTask DisposeAsyncCore()
    {
        Dispose(true);
        return default;
    }
}
