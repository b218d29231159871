using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>
/// One logical session with a MySQL or MariaDB server. Thousands of them share a few physical links: opening one costs no
/// round trip once a link is up, so open as many as there is work to do at once. What one does to its session is never
/// seen by another. Used by one caller at a time.
/// </summary>
public sealed partial class MuxConnection : DbConnection, ICloneable
{
    private static readonly StateChangeEventArgs s_connecting = new(ConnectionState.Closed, ConnectionState.Connecting);
    private static readonly StateChangeEventArgs s_opened = new(ConnectionState.Connecting, ConnectionState.Open);
    private static readonly StateChangeEventArgs s_failed = new(ConnectionState.Connecting, ConnectionState.Closed);
    private static readonly StateChangeEventArgs s_broke = new(ConnectionState.Open, ConnectionState.Broken);
    private static readonly StateChangeEventArgs s_closed = new(ConnectionState.Open, ConnectionState.Closed);
    private static readonly StateChangeEventArgs s_brokenClosed = new(ConnectionState.Broken, ConnectionState.Closed);

    // What a connection without connection string says of itself.
    private static readonly DataSourceSettings s_defaults = new(new MuxConnectionStringBuilder());

    private string _connectionString = "";
    private MuxDataSource? _dataSource;
    private Conversation? _conversation;
    private ConnectionState _state;
    private bool _isDisposed;

    /// <summary>Creates a closed connection without connection string.</summary>
    public MuxConnection() => GC.SuppressFinalize(this);

    /// <summary>Creates a closed connection.</summary>
    /// <param name="connectionString">The connection string; it is read when it is needed first.</param>
    public MuxConnection(string? connectionString)
        : this() => _connectionString = connectionString ?? "";

    internal MuxConnection(MuxDataSource dataSource)
        : this()
    {
        _dataSource = dataSource;
        _connectionString = dataSource.ConnectionString;
    }

    /// <summary>
    /// The connection string. After the first Open it is without the password, unless <c>Persist Security Info=true</c>;
    /// always the same object then.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is set while the connection is open.</exception>
    [AllowNull]
    public override string ConnectionString
    {
        get => _connectionString;
        set
        {
            if (_state != ConnectionState.Closed)
                throw new InvalidOperationException($"The connection string cannot be changed while the connection is {_state}: close it first.");
            _connectionString = value ?? "";
            _dataSource = null;
            _conversation = null;
        }
    }

    /// <summary>How long Open may take, in seconds; 0 for ever.</summary>
    public override int ConnectionTimeout => Settings.ConnectionTimeoutSeconds;

    /// <summary>The default schema now; "" for none.</summary>
    public override string Database => _state == ConnectionState.Open ? _conversation!.Handle.Schema ?? "" : Settings.Schema ?? "";

    /// <summary>The server's host, or hosts.</summary>
    public override string DataSource => Settings.Server;

    /// <summary>The server's version, as it says itself (<c>10.11.19-MariaDB</c>, <c>9.7.4</c>).</summary>
    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    public override string ServerVersion => Conversation.Handle.Facts.ServerVersion.Text;

    /// <summary>The server's number of the physical link (<c>CONNECTION_ID()</c>) while the connection is pinned; otherwise null.</summary>
    public long? ServerThread => _state == ConnectionState.Open ? _conversation!.Handle.ServerThread : null;

    /// <inheritdoc/>
    public override ConnectionState State => _state;

    /// <inheritdoc/>
    public override bool CanCreateBatch => true;

    /// <inheritdoc/>
    protected override DbProviderFactory DbProviderFactory => MuxProviderFactory.Instance;

    /// <summary>The conversation of an open connection.</summary>
    /// <exception cref="InvalidOperationException">The connection is not open.</exception>
    internal Conversation Conversation
    {
        get
        {
            if (_state == ConnectionState.Open)
                return _conversation!;
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            throw new InvalidOperationException(_state == ConnectionState.Broken
                ? "The connection is broken, and its transaction, locks and variables are lost: close it and open it again."
                : $"The connection is {_state}: open it first.");
        }
    }

    /// <summary>What the connection string means.</summary>
    internal DataSourceSettings Settings => _dataSource is null && _connectionString.Length == 0 ? s_defaults : Source.Settings;

    /// <summary>The data source of the connection string, found when it is needed first.</summary>
    internal MuxDataSource Source
    {
        get
        {
            if (_dataSource is { } known)
                return known;
            if (_connectionString.Length == 0)
                throw new InvalidOperationException("The connection has no connection string.");
            return _dataSource = DataSourceRegistry.Find(_connectionString);
        }
    }

    /// <summary>Opens the connection. Costs no round trip where a link is up and the schema was used before.</summary>
    /// <exception cref="MuxException">The server cannot be reached or refuses the login, or the schema is unknown.</exception>
    /// <exception cref="InvalidOperationException">The connection is not closed.</exception>
    public override void Open() => Blocking.Run(this, static connection => connection.OpenCoreAsync(CancellationToken.None));

    /// <summary>Opens the connection. Costs no round trip where a link is up and the schema was used before.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the connection is open.</returns>
    /// <exception cref="MuxException">The server cannot be reached or refuses the login, or the schema is unknown.</exception>
    /// <exception cref="InvalidOperationException">The connection is not closed.</exception>
    public override Task OpenAsync(CancellationToken cancellationToken)
    {
        var opening = OpenCoreAsync(cancellationToken);
        return opening.IsCompletedSuccessfully ? Task.CompletedTask : opening.AsTask();
    }

    /// <summary>Closes the connection: its reader is closed, its transaction rolled back. Costs no round trip; may be called again.</summary>
    public override void Close()
    {
        if (_state is ConnectionState.Closed or ConnectionState.Connecting)
            return;
        var conversation = _conversation!;
        var change = _state == ConnectionState.Broken ? s_brokenClosed : s_closed;

        // First, so that closing a reader that closes its connection comes to nothing here.
        _state = ConnectionState.Closed;
        conversation.Reader?.EndQuietly();
        conversation.Transaction?.Detach();
        CloseHandle(conversation);
        if (change == s_brokenClosed)
            _conversation = null;
        try
        {
            TellNews();
        }
        finally
        {
            OnStateChange(change);
        }
    }

    /// <inheritdoc cref="Close"/>
    /// <returns>A completed task: nothing is waited for.</returns>
    public override Task CloseAsync()
    {
        try
        {
            Close();
            return Task.CompletedTask;
        }
        catch (Exception error)
        {
            // A handler of what is told threw it.
            return Task.FromException(error);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        try
        {
            Dispose();
            return default;
        }
        catch (Exception error)
        {
            return ValueTask.FromException(error);
        }
    }

    /// <summary>Changes the default schema of this connection.</summary>
    /// <param name="databaseName">The schema.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="MuxException">The schema is unknown.</exception>
    public override void ChangeDatabase(string databaseName) =>
        Blocking.Run((Connection: this, databaseName), static call => call.Connection.ChangeDatabaseCoreAsync(call.databaseName, CancellationToken.None));

    /// <summary>Changes the default schema of this connection.</summary>
    /// <param name="databaseName">The schema.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the connection has the schema.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="MuxException">The schema is unknown.</exception>
    public override Task ChangeDatabaseAsync(string databaseName, CancellationToken cancellationToken = default) =>
        ChangeDatabaseCoreAsync(databaseName, cancellationToken).AsTask();

    /// <summary>Creates a command of this connection.</summary>
    /// <returns>The command.</returns>
    public new MuxCommand CreateCommand() => new(null, this);

    /// <summary>Creates a batch of this connection.</summary>
    /// <returns>The batch.</returns>
    public new MuxBatch CreateBatch() => new(this);

    /// <summary>Lets the caller go that waits for an answer, if it is this one. Never throws; any thread may call it.</summary>
    internal void CancelFor(object asker) => _conversation?.Cancel(asker);

    /// <summary>Whether the open reader reads the results of this command.</summary>
    internal bool IsReadingFor(object command) => _conversation?.Reader?.Command == command;

    /// <summary>What was known of the session is lost: nothing more runs until the connection is closed and opened again.</summary>
    internal void Break()
    {
        if (_state != ConnectionState.Open)
            return;
        _state = ConnectionState.Broken;
        _conversation!.Transaction?.Detach();
        _conversation.Handle.Close();
        OnStateChange(s_broke);
    }

    /// <inheritdoc/>
    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <inheritdoc/>
    protected override DbBatch CreateDbBatch() => CreateBatch();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            // First, because a handler of what Close tells may throw.
            _isDisposed = true;
            Close();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask OpenCoreAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_state != ConnectionState.Closed)
            throw new InvalidOperationException($"The connection is {_state} already.");
        cancellationToken.ThrowIfCancellationRequested();
        var source = Source;
        var settings = source.Settings;
        var ambient = settings.AutoEnlist ? System.Transactions.Transaction.Current : null;
        var resumed = ambient is null ? null : Resume(ambient, source);

        // A handle that was closed is opened again, unless it went to another schema.
        if (resumed is not null)
            _conversation = resumed;
        if (_conversation is not { } conversation || (resumed is null && conversation.Handle.Schema != settings.Schema))
            _conversation = conversation = new Conversation(this, source.CreateHandle(), settings);
        _state = ConnectionState.Connecting;
        try
        {
            OnStateChange(s_connecting);
            var deadline = Deadline.In(settings.Clock, TimeSpan.FromSeconds(settings.ConnectionTimeoutSeconds));
            if (resumed is null)
                await conversation.Handle.OpenAsync(deadline, cancellationToken).ConfigureAwait(false);
            else
                await RestoreSchemaAsync(resumed, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _state = ConnectionState.Closed;
            if (resumed is not null)
                CloseHandle(resumed);
            OnStateChange(s_failed);
            if (ErrorTranslator.OfOpen(error, settings) is { } translated)
                throw translated;
            throw;
        }

        _connectionString = ReferenceEquals(settings.ConnectionString, settings.VisibleConnectionString) ? _connectionString : settings.VisibleConnectionString;
        _state = ConnectionState.Open;
        ListenForWarnings();
        if (ambient is not null && resumed is null)
            await EnlistOrCloseAsync(ambient, cancellationToken).ConfigureAwait(false);
        if (source.ConnectionOpened is { } opened)
            await TellOpenedOrCloseAsync(opened, cancellationToken).ConfigureAwait(false);
        OnStateChange(s_opened);
        TellNews();
    }

    private ValueTask EnlistOrCloseAsync(System.Transactions.Transaction ambient, CancellationToken cancellationToken) =>
        EndOpeningAsync(token => EnlistAsync(ambient, token), cancellationToken);

    private ValueTask TellOpenedOrCloseAsync(Func<MuxConnection, CancellationToken, ValueTask> opened, CancellationToken cancellationToken) =>
        EndOpeningAsync(token => opened(this, token), cancellationToken);

    // What still belongs to Open: where it fails, so does Open.
    private async ValueTask EndOpeningAsync(Func<CancellationToken, ValueTask> last, CancellationToken cancellationToken)
    {
        try
        {
            await last(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _state = ConnectionState.Closed;
            if (_conversation is { } conversation)
            {
                // What the callback left open must not be found by the next Open.
                conversation.Reader?.EndQuietly();
                conversation.Transaction?.Detach();
                CloseHandle(conversation);
            }

            OnStateChange(s_failed);
            throw;
        }
    }

    // The handle of a connection that takes part in a transaction of System.Transactions lives on until that ends.
    private void CloseHandle(Conversation conversation)
    {
        if (conversation.Enlisted?.TryPark(this) == true)
        {
            _conversation = null;
            return;
        }

        conversation.Enlisted = null;
        conversation.Handle.Close();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ChangeDatabaseCoreAsync(string databaseName, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(databaseName))
            throw new ArgumentException("The name of a schema is needed.", nameof(databaseName));
        cancellationToken.ThrowIfCancellationRequested();
        var conversation = Conversation;
        try
        {
            await conversation.ChangeSchemaAsync(databaseName, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TellNews();
        }
    }
}
