using System.Data.Common;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>
/// The place that connections with one connection string come from, with the links they share. Make one per server and keep
/// it for the life of the program. Any thread may use it.
/// </summary>
public sealed class MuxDataSource : DbDataSource
{
    private readonly Func<string?, IHandle> _createHandle;
    private readonly IDisposable? _links;
    private volatile bool _isDisposed;

    /// <summary>Creates a data source; nothing is connected yet.</summary>
    /// <param name="settings">What its connection string means.</param>
    /// <param name="createHandle">Makes a closed handle with a default schema.</param>
    /// <param name="links">What to dispose with the data source.</param>
    internal MuxDataSource(DataSourceSettings settings, Func<string?, IHandle> createHandle, IDisposable? links)
    {
        Settings = settings;
        _createHandle = createHandle;
        _links = links;
    }

    /// <summary>The connection string, without the password unless <c>Persist Security Info=true</c>.</summary>
    public override string ConnectionString => Settings.VisibleConnectionString;

    /// <summary>What the connection string means.</summary>
    internal DataSourceSettings Settings { get; }

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
            _links?.Dispose();
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
