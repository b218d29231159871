using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using MuxProvider.Links;

namespace MuxProvider;

/// <summary>
/// Several commands sent as one text: one round trip for all. The server stops at the first error, and
/// <see cref="DbException.BatchCommand"/> names the command. It is no transaction: what ran before stays.
/// </summary>
public sealed partial class MuxBatch : DbBatch
{
    private MuxConnection? _connection;
    private MuxTransaction? _transaction;
    private Statement? _statement;
    private RoutineCall?[]? _calls;
    private int _timeout = -1;
    private readonly bool _ownsConnection;
    private bool _isDisposed;

    /// <summary>Creates an empty batch.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The connection's transaction.</param>
    public MuxBatch(MuxConnection? connection = null, MuxTransaction? transaction = null)
    {
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>Creates an empty batch with a connection of its own, open while it executes.</summary>
    /// <param name="source">Where the connection comes from.</param>
    internal MuxBatch(MuxDataSource source)
        : this(source.CreateConnection()) => _ownsConnection = true;

    /// <summary>The commands.</summary>
    public new MuxBatchCommandCollection BatchCommands { get; } = new();

    /// <summary>How long executing may take, in seconds; 0 for ever. By default what the connection string says.</summary>
    public override int Timeout
    {
        get => _timeout >= 0 ? _timeout : _connection?.Settings.CommandTimeoutSeconds ?? OptionTable.DefaultCommandTimeoutSeconds;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeout = value;
        }
    }

    /// <summary>The connection.</summary>
    /// <exception cref="NotSupportedException">It is set, and the batch has one of its own.</exception>
    public new MuxConnection? Connection
    {
        get => _connection;
        set => _connection = _ownsConnection
            ? throw new NotSupportedException("The batch comes from a data source and has a connection of its own.")
            : value;
    }

    /// <summary>The transaction; it may be null while the connection has one.</summary>
    public new MuxTransaction? Transaction
    {
        get => _transaction;
        set => _transaction = value;
    }

    /// <inheritdoc/>
    protected override DbBatchCommandCollection DbBatchCommands => BatchCommands;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => Connection = Casts.To<MuxConnection>(value);
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set => _transaction = Casts.To<MuxTransaction>(value);
    }

    /// <summary>Lets the caller go that waits for this batch's answer, with error 1317. Otherwise nothing; never throws.</summary>
    public override void Cancel() => _connection?.CancelFor(this);

    /// <summary>Executes the commands and reads their results to the end.</summary>
    /// <returns>The rows that all commands changed; −1 where none can change any.</returns>
    public override int ExecuteNonQuery() => Blocking.Run(this, static batch => batch.ExecuteNonQueryCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="ExecuteNonQuery"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => ExecuteNonQueryCoreAsync(cancellationToken).AsTask();

    /// <summary>Executes the commands and reads their results to the end.</summary>
    /// <returns>The first cell of the first result with rows; null where there is none.</returns>
    public override object? ExecuteScalar() => Blocking.Run(this, static batch => batch.ExecuteScalarCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="ExecuteScalar"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => ExecuteScalarCoreAsync(cancellationToken).AsTask();

    /// <summary>Executes the commands.</summary>
    /// <param name="behavior">How to read.</param>
    /// <returns>A reader of their results; small ones are in memory. Dispose it: a large result holds a link until then.</returns>
    public new MuxDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default) =>
        Blocking.Run((Batch: this, behavior), static call => call.Batch.ExecuteReaderCoreAsync(call.behavior, CancellationToken.None));

    /// <inheritdoc/>
    public override void Dispose()
    {
        _isDisposed = true;
        if (_ownsConnection)
            _connection?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => new MuxBatchCommand();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await ExecuteReaderCoreAsync(behavior, cancellationToken).ConfigureAwait(false);

    private async ValueTask<MuxDataReader> ExecuteReaderCoreAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var (conversation, deadline) = await BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await OpenReaderAsync(conversation, deadline, behavior, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            End();
            throw;
        }
    }

    private async ValueTask<int> ExecuteNonQueryCoreAsync(CancellationToken cancellationToken)
    {
        var (conversation, deadline) = await BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var reply = await AskAsync(conversation, deadline, out var progress, cancellationToken).ConfigureAwait(false);
            if (reply.IsStream)
                return await StreamedResults.DrainAsync(conversation, reply, progress, cancellationToken).ConfigureAwait(false);
            return Results.Drain(reply, progress);
        }
        finally
        {
            TellNewsAndEnd(conversation);
        }
    }

    private async ValueTask<object?> ExecuteScalarCoreAsync(CancellationToken cancellationToken)
    {
        var (conversation, deadline) = await BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var reply = await AskAsync(conversation, deadline, out var progress, cancellationToken).ConfigureAwait(false);
            if (reply.IsStream)
                return await StreamedResults.FirstAsync(conversation, reply, progress, cancellationToken).ConfigureAwait(false);
            return Results.First(reply, progress, conversation.Settings.Cells);
        }
        finally
        {
            TellNewsAndEnd(conversation);
        }
    }

    private async ValueTask<MuxDataReader> OpenReaderAsync(Conversation conversation, Deadline deadline, CommandBehavior behavior, CancellationToken cancellationToken)
    {
        MuxDataReader? reader = null;
        try
        {
            var reply = await AskAsync(conversation, deadline, out var progress, cancellationToken).ConfigureAwait(false);
            var closing = _ownsConnection ? behavior | CommandBehavior.CloseConnection : behavior;
            return reader = await MuxDataReader.OpenAsync(_connection!, conversation, this, progress, reply, closing, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            conversation.TellNews(reader);
        }
    }

    // Time is counted from here, whatever has to be found out first.
    private async ValueTask<(Conversation Conversation, Deadline Deadline)> BeginAsync(CancellationToken cancellationToken)
    {
        var conversation = await ConverseAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (MuxBatchCommand command in BatchCommands)
                await ParameterStreams.ReadAsync(command.ParametersOrNull, conversation, cancellationToken).ConfigureAwait(false);
            var deadline = conversation.DeadlineIn(Timeout);
            _calls = await BatchCalls.PrepareAsync(_connection!, this, BatchCommands, deadline, cancellationToken).ConfigureAwait(false);
            return (conversation, deadline);
        }
        catch
        {
            End();
            throw;
        }
    }

    private async ValueTask<Conversation> ConverseAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_ownsConnection && _connection!.State == ConnectionState.Closed)
            await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        var conversation = (_connection ?? throw new InvalidOperationException("The batch has no connection.")).Conversation;
        try
        {
            conversation.Check(_transaction);
            return conversation;
        }
        catch
        {
            End();
            throw;
        }
    }

    // A connection of its own is open only while the batch executes, or its reader is open.
    private void End()
    {
        Forget();
        if (_ownsConnection)
            _connection!.Close();
    }

    private void Forget()
    {
        foreach (MuxBatchCommand command in BatchCommands)
            command.ParametersOrNull?.ForgetRead();
    }

    private void TellNewsAndEnd(Conversation conversation)
    {
        try
        {
            conversation.TellNews();
        }
        finally
        {
            End();
        }
    }

    private ValueTask<Reply> AskAsync(Conversation conversation, Deadline deadline, out BatchProgress progress, CancellationToken cancellationToken)
    {
        var parsed = BatchText.Join(BatchCommands, conversation.Handle, _calls, out var steps);
        _statement ??= new Statement(parsed.Text);
        _statement.Reset(parsed.Text);
        BatchText.Bind(_statement, steps, conversation.Settings);
        Forget();
        progress = new BatchProgress(steps, conversation.Settings.Inner is null || parsed.Text.Statements.Length > 1);
        return conversation.AskAsync(this, _statement, parsed, deadline, cancellationToken);
    }
}
