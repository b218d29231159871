using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <content>Copies, signs of life, fresh starts, and the links of all.</content>
public sealed partial class MuxConnection
{
    /// <summary>Closes the links behind a connection's data source; see <see cref="MuxDataSource.Clear"/>.</summary>
    /// <param name="connection">The connection; it goes on.</param>
    public static void ClearPool(MuxConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Source.Clear();
    }

    /// <inheritdoc cref="ClearPool"/>
    /// <param name="connection">The connection; it goes on.</param>
    /// <param name="cancellationToken">Where it is used already, nothing is done.</param>
    /// <returns>A completed task: nothing is waited for.</returns>
    public static Task ClearPoolAsync(MuxConnection connection, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        ClearPool(connection);
        return Task.CompletedTask;
    }

    /// <summary>Closes the links of all data sources of this process; see <see cref="MuxDataSource.Clear"/>.</summary>
    public static void ClearAllPools() => Multiplexer.ClearAll();

    /// <inheritdoc cref="ClearAllPools"/>
    /// <param name="cancellationToken">Where it is used already, nothing is done.</param>
    /// <returns>A completed task: nothing is waited for.</returns>
    public static Task ClearAllPoolsAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        ClearAllPools();
        return Task.CompletedTask;
    }

    /// <summary>A closed connection with the same connection string, password included.</summary>
    /// <returns>The connection.</returns>
    public MuxConnection Clone() => _dataSource is { } source
        ? new MuxConnection { _dataSource = source, _connectionString = _connectionString }
        : new MuxConnection(_connectionString);

    /// <inheritdoc/>
    object ICloneable.Clone() => Clone();

    /// <summary>A closed connection with another connection string, which gets this one's password where it has none.</summary>
    /// <param name="connectionString">The connection string.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="ArgumentException">The connection string is malformed.</exception>
    /// <exception cref="NotSupportedException">The data source was told in code which provider to run over.</exception>
    public MuxConnection CloneWith(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var options = new MuxConnectionStringBuilder(connectionString);
        if (_dataSource?.Settings.Inner is { IsNamed: false } inner)
            throw new NotSupportedException($"The connection runs over {inner.Name}, as its data source was told in code. A connection string cannot say that: make another MuxDataSource.");
        var own = new MuxConnectionStringBuilder(_dataSource?.Settings.ConnectionString ?? _connectionString);
        if (options.Password.Length > 0 || own.Password.Length == 0)
            return new MuxConnection(connectionString);
        options.Password = own.Password;
        var source = DataSourceRegistry.Find(options.ConnectionString);

        // What this connection does not show must not be seen there.
        return own.PersistSecurityInfo ? new MuxConnection(options.ConnectionString) : new MuxConnection(source);
    }

    /// <summary>Asks the server for a sign of life, on the connection's own link or on a shared one.</summary>
    /// <returns>
    /// Whether one came within the command time-out. Where a link of its own is lost, so is the session: then the connection is Broken. A
    /// connection without one stays open, and goes on when the server is back.
    /// </returns>
    /// <exception cref="InvalidOperationException">A reader is open.</exception>
    public bool Ping() => Blocking.Run(this, static connection => connection.PingCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="Ping"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public Task<bool> PingAsync(CancellationToken cancellationToken = default) => PingCoreAsync(cancellationToken).AsTask();

    /// <summary>
    /// Makes the session as it is behind Open: the transaction is rolled back, the reader closed, and settings, variables, locks and
    /// temporary tables are gone. Costs no round trip.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection is not open, or takes part in a System.Transactions transaction.</exception>
    /// <exception cref="MuxException">The session could not be begun again; the connection is Broken.</exception>
    public void ResetConnection() => Blocking.Run(this, static connection => connection.ResetCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="ResetConnection"/>
    /// <param name="cancellationToken">Lets the caller go; the connection is Broken then.</param>
    /// <returns>When the session is as new.</returns>
    public Task ResetConnectionAsync(CancellationToken cancellationToken = default) => ResetCoreAsync(cancellationToken).AsTask();

    private async ValueTask<bool> PingCoreAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_state != ConnectionState.Open)
            return false;
        try
        {
            return await _conversation!.PingAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TellNews();
        }
    }

    private async ValueTask ResetCoreAsync(CancellationToken cancellationToken)
    {
        var conversation = Conversation;
        cancellationToken.ThrowIfCancellationRequested();
        if (conversation.Enlisted is { IsActive: true })
            throw new InvalidOperationException("The connection takes part in a System.Transactions transaction: a fresh session would leave it.");
        if (conversation.Reader is { } reader)
            await reader.EndQuietlyAsync().ConfigureAwait(false);
        if (_state != ConnectionState.Open)
            throw new InvalidOperationException("The connection was closed with its reader, which was to close it.");
        conversation.Transaction?.Detach();
        conversation.Handle.Close();
        try
        {
            var deadline = Deadline.In(Settings.Clock, TimeSpan.FromSeconds(Settings.ConnectionTimeoutSeconds));
            await conversation.Handle.OpenAsync(deadline, cancellationToken).ConfigureAwait(false);
            ListenForWarnings();
        }
        catch (Exception error)
        {
            Break();
            if (ErrorTranslator.OfOpen(error, Settings) is { } translated)
                throw translated;
            throw;
        }
        finally
        {
            TellNews();
        }
    }
}
