using System.ComponentModel;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// A text of SQL with its parameters. Markers are <c>@name</c>, <c>?name</c>, or <c>?</c> by position. When a method that
/// executes returns, the whole answer has come, unless it is large: then the reader reads the rest while it comes. Used by one caller
/// at a time, apart from <see cref="Cancel"/>.
/// </summary>
public sealed partial class MuxCommand : DbCommand, ICloneable, IResultOwner
{
    private string _text = "";
    private MuxConnection? _connection;
    private MuxTransaction? _transaction;
    private MuxParameterCollection? _parameters;
    private Statement? _statement;
    private CommandType _type = CommandType.Text;
    private int _timeout = -1;

    /// <summary>Creates a command without text and connection.</summary>
    public MuxCommand() => GC.SuppressFinalize(this);

    /// <summary>Creates a command.</summary>
    /// <param name="commandText">The text.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="transaction">The connection's transaction.</param>
    public MuxCommand(string? commandText, MuxConnection? connection = null, MuxTransaction? transaction = null)
        : this()
    {
        _text = commandText ?? "";
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>The text: one statement, or several separated by <c>;</c>.</summary>
    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set
        {
            ThrowIfReading();
            _text = value ?? "";
            IsPrepared = false;
        }
    }

    /// <summary>How long executing may take, in seconds; 0 for ever. By default what the connection string says.</summary>
    /// <remarks>
    /// When the time is over the caller goes on at once, with <see cref="MuxErrorCode.CommandTimeoutExpired"/> and a message that says where
    /// the time went; <see cref="MuxException.OutcomeUnknown"/> tells whether a change may have been made all the same. A moment later the
    /// server is told to end the statement, if it still runs and nobody else can be hit by that: see <see cref="Cancel"/>. With
    /// <see cref="MuxConnectionStringBuilder.ServerSideCommandTimeout"/> the server keeps the time, too.
    /// </remarks>
    public override int CommandTimeout
    {
        get => _timeout >= 0 ? _timeout : _connection?.Settings.CommandTimeoutSeconds ?? OptionTable.DefaultCommandTimeoutSeconds;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeout = value;
        }
    }

    /// <summary>
    /// What the text is: SQL; the name of a stored procedure, or of a function where a parameter has the direction ReturnValue
    /// (<c>p</c>, <c>shop.p</c>, <c>`the shop`.`p`</c>); or the name of a table, all of which is read.
    /// </summary>
    /// <remarks>
    /// A routine's parameters are found by name, in the routine's own order, whatever order they were added in; where none has a name,
    /// by their order. Output is set when the reader has passed the routine's last result, at the latest when it is closed. BEGIN,
    /// COMMIT and ROLLBACK as names mean the statements: programs that infer the type take them for procedures.
    /// <para>
    /// How a routine is declared is remembered: for a minute at most, and until any connection of this process to the same server defines
    /// something, or a call of it fails. A call that the server refuses because the routine was defined anew elsewhere meanwhile, with another
    /// number of parameters or another direction, is looked up and made again; in a batch it is an error. What nobody can know within that
    /// minute is that parameters have changed their order or their types only: the server takes values by their order, and does not say how it
    /// has named them.
    /// </para>
    /// </remarks>
    public override CommandType CommandType
    {
        get => _type;
        set => _type = value is CommandType.Text or CommandType.StoredProcedure or CommandType.TableDirect
            ? value
            : throw new ArgumentException($"There is no command type {value}.", nameof(value));
    }

    /// <summary>The connection.</summary>
    public new MuxConnection? Connection
    {
        get => _connection;
        set
        {
            ThrowIfReading();
            _connection = value;
            IsPrepared = false;
        }
    }

    /// <summary>
    /// The transaction. It may be null while the connection has one: the command runs inside it all the same. A transaction
    /// of another connection, or one that has ended, is an error when the command is executed.
    /// </summary>
    public new MuxTransaction? Transaction
    {
        get => _transaction;
        set => _transaction = value;
    }

    /// <summary>The parameters.</summary>
    public new MuxParameterCollection Parameters => _parameters ??= new MuxParameterCollection();

    /// <summary>
    /// What <c>LOAD DATA LOCAL INFILE 'name'</c> reads in place of files, by the names that the text has. A stream is read from where it is
    /// and stays open. Needs <c>Allow Load Local Infile=true</c>.
    /// </summary>
    public IDictionary<string, Stream> LocalStreams => CommandStreams.Of(this);

    /// <summary>The id that the last execution generated; the last one of several, 0 for none.</summary>
    public long LastInsertedId { get; private set; }

    /// <inheritdoc/>
    [DefaultValue(true)]
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; } = UpdateRowSource.Both;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => _connection;
        set => Connection = Casts.To<MuxConnection>(value);
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set => _transaction = Casts.To<MuxTransaction>(value);
    }

    /// <summary>
    /// Lets the caller go that waits for this command's answer, looks its routine up, or reads a large answer, with error 1317. Otherwise
    /// nothing; never throws.
    /// </summary>
    /// <remarks>
    /// The caller goes on at once. What the server still runs is ended there (<c>KILL QUERY</c>) where that can hit nobody else: at once on a
    /// connection that is pinned; after a tenth of a second where the statement shares its link with others, on MariaDB by the number of the
    /// statement, which has to be one statement whose text nothing behind it has too, on MySQL where the link has nothing else. Otherwise
    /// the statement runs to its end for nobody. What ends a transaction is never ended. Tokens and time-outs do the same.
    /// </remarks>
    public override void Cancel() => _connection?.CancelFor(this);

    /// <summary>Creates a parameter that belongs to no command yet.</summary>
    /// <returns>The parameter.</returns>
    public new MuxParameter CreateParameter() => new();

    /// <summary>Executes the text and reads its results to the end.</summary>
    /// <returns>The rows that all statements changed; −1 where none can change any.</returns>
    /// <exception cref="MuxException">The server refused a statement, or no answer could be had.</exception>
    /// <exception cref="NotSupportedException">A statement cannot be run on shared links (or not yet); nothing was sent.</exception>
    public override int ExecuteNonQuery() => Blocking.Run(this, static command => command.ExecuteNonQueryCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="ExecuteNonQuery"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => ExecuteNonQueryCoreAsync(cancellationToken).AsTask();

    /// <summary>Executes the text and reads its results to the end.</summary>
    /// <returns>The first cell of the first result; null where it has no rows.</returns>
    /// <exception cref="MuxException">The server refused a statement, or no answer could be had.</exception>
    /// <exception cref="NotSupportedException">A statement cannot be run on shared links (or not yet); nothing was sent.</exception>
    public override object? ExecuteScalar() => Blocking.Run(this, static command => command.ExecuteScalarCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="ExecuteScalar"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) => ExecuteScalarCoreAsync(cancellationToken).AsTask();

    /// <summary>Executes the text.</summary>
    /// <returns>A reader of its results; small ones are in memory. Dispose it: a large result holds a link until then.</returns>
    public new MuxDataReader ExecuteReader() => ExecuteReader(CommandBehavior.Default);

    /// <summary>Executes the text.</summary>
    /// <param name="behavior">
    /// <see cref="CommandBehavior.CloseConnection"/> is honoured. <see cref="CommandBehavior.SchemaOnly"/> executes the text and
    /// delivers no rows. The others are hints without effect; <see cref="CommandBehavior.SequentialAccess"/>, too.
    /// </param>
    /// <returns>A reader of its results; small ones are in memory. Dispose it: a large result holds a link until then.</returns>
    public new MuxDataReader ExecuteReader(CommandBehavior behavior) =>
        Blocking.Run((Command: this, behavior), static call => call.Command.ExecuteReaderCoreAsync(call.behavior, CancellationToken.None));

    /// <inheritdoc cref="ExecuteReader()"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public new Task<MuxDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default) =>
        ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteReader(CommandBehavior)"/>
    /// <param name="behavior">How to read.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    public new Task<MuxDataReader> ExecuteReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken = default) =>
        ExecuteReaderCoreAsync(behavior, cancellationToken).AsTask();

    /// <summary>A command like this one, with copies of its parameters.</summary>
    /// <returns>The copy.</returns>
    public MuxCommand Clone()
    {
        var clone = new MuxCommand(_text, _connection, _transaction)
        {
            _type = _type,
            _timeout = _timeout,
            DesignTimeVisible = DesignTimeVisible,
            UpdatedRowSource = UpdatedRowSource,
        };
        foreach (var parameter in Parameters.Own)
            clone.Parameters.Add(parameter.Clone());
        return clone;
    }

    /// <inheritdoc/>
    object ICloneable.Clone() => Clone();

    /// <inheritdoc/>
    void IResultOwner.OnRows()
    {
    }

    /// <inheritdoc/>
    bool IResultOwner.Takes(ReplyItem item, Reply reply) => _parameters?.Call?.Takes(item, reply) == true;

    /// <inheritdoc/>
    void IResultOwner.OnDone(ulong affectedRows, ulong lastInsertId)
    {
        if (lastInsertId != 0)
            LastInsertedId = unchecked((long)lastInsertId);
    }

    /// <inheritdoc/>
    MuxException IResultOwner.OnError(ErrPacket error, bool amongRows)
    {
        _parameters?.Call?.OnError(error);
        return ErrorTranslator.Refused(error);
    }

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => CreateParameter();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await ExecuteReaderCoreAsync(behavior, cancellationToken).ConfigureAwait(false);

    private ValueTask<MuxDataReader> ExecuteReaderCoreAsync(CommandBehavior behavior, CancellationToken cancellationToken) => IsPlain
        ? ExecuteReaderOnceAsync(behavior, cancellationToken)
        : ExecuteWithCareAsync(behavior, static (command, how, token) => command.ExecuteReaderOnceAsync(how, token), cancellationToken);

    private ValueTask<int> ExecuteNonQueryCoreAsync(CancellationToken cancellationToken) => IsPlain
        ? ExecuteNonQueryOnceAsync(cancellationToken)
        : ExecuteWithCareAsync(CommandBehavior.Default, static (command, _, token) => command.ExecuteNonQueryOnceAsync(token), cancellationToken);

    private ValueTask<object?> ExecuteScalarCoreAsync(CancellationToken cancellationToken) => IsPlain
        ? ExecuteScalarOnceAsync(cancellationToken)
        : ExecuteWithCareAsync(CommandBehavior.Default, static (command, _, token) => command.ExecuteScalarOnceAsync(token), cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<MuxDataReader> ExecuteReaderOnceAsync(CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var conversation = Begin(cancellationToken);
        MuxDataReader? reader = null;
        try
        {
            var reply = await AskAsync(conversation, cancellationToken).ConfigureAwait(false);
            return reader = await MuxDataReader.OpenAsync(_connection!, conversation, this, this, reply, behavior, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            conversation.TellNews(reader);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ExecuteNonQueryOnceAsync(CancellationToken cancellationToken)
    {
        var conversation = Begin(cancellationToken);
        try
        {
            using var reply = await AskAsync(conversation, cancellationToken).ConfigureAwait(false);
            if (reply.IsStream)
                return await StreamedResults.DrainAsync(conversation, reply, this, cancellationToken).ConfigureAwait(false);
            return Results.Drain(reply, this);
        }
        finally
        {
            conversation.TellNews();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<object?> ExecuteScalarOnceAsync(CancellationToken cancellationToken)
    {
        var conversation = Begin(cancellationToken);
        try
        {
            using var reply = await AskAsync(conversation, cancellationToken).ConfigureAwait(false);
            if (reply.IsStream)
                return await StreamedResults.FirstAsync(conversation, reply, this, cancellationToken).ConfigureAwait(false);
            return Results.First(reply, this, conversation.Settings.Cells);
        }
        finally
        {
            conversation.TellNews();
        }
    }

    // Everything that can be wrong before anything is sent, apart from the values.
    private Conversation Begin(CancellationToken cancellationToken)
    {
        var conversation = (_connection ?? throw new InvalidOperationException("The command has no connection.")).Conversation;
        if (string.IsNullOrWhiteSpace(_text))
            throw new InvalidOperationException("The command has no text.");
        conversation.Check(_transaction);
        cancellationToken.ThrowIfCancellationRequested();
        return conversation;
    }

    private ValueTask<Reply> AskAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        var refused = _parameters?.Call;
        if (_parameters is not null)
            _parameters.Call = null;
        if (_type == CommandType.StoredProcedure && !StatementWords.AreMeant(_text, _parameters))
            return CallAsync(conversation, refused, cancellationToken);
        var parsed = conversation.Handle.Parse(_type == CommandType.TableDirect ? $"SELECT * FROM {RoutineName.Parse(_text, "table").Sql}" : _text);
        if (parsed.Traits.LoadsLocalData)
            _statement = new LocalStatement(parsed.Text) { Data = CommandLocalData.Of(conversation.Settings, CommandStreams.Find(this), _text, _parameters) };
        else if (_statement is LocalStatement)
            _statement = null;
        _statement ??= new Statement(parsed.Text);
        _statement.Reset(parsed.Text);
        _statement.WantsPreparation = IsPrepared;
        ParameterBinder.Bind(_statement, 0, parsed.Text.Markers.Length, _parameters, conversation.Settings);
        LastInsertedId = 0;
        return conversation.AskAsync(this, _statement, parsed, conversation.DeadlineIn(CommandTimeout), cancellationToken);
    }

    private void ThrowIfReading()
    {
        if (_connection?.IsReadingFor(this) == true)
            throw new InvalidOperationException("The command's data reader is open: dispose it first.");
    }
}
