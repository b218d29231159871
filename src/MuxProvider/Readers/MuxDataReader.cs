using System.Collections;
using System.Collections.ObjectModel;
using System.Data;
using System.Data.Common;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// Reads the results of a command, forward only. Small answers are there as a whole when the reader is returned: reading them costs
/// no round trip and holds no link. Large ones are read while they come (see <c>Stream Results Above</c>), and hold a link until the
/// reader is closed: the <see cref="MuxCommand.CommandTimeout"/> counts anew for each wait. Cells are decoded when they are asked
/// for, in any order, as often as wanted. Used by one caller at a time.
/// </summary>
public sealed partial class MuxDataReader : DbDataReader, IDbColumnSchemaGenerator
{
    private readonly MuxConnection _connection;
    private readonly Conversation _conversation;
    private readonly object _command;
    private readonly IResultOwner _owner;
    private readonly CommandBehavior _behavior;

    // Null once the reader is closed: whoever still has the reader then cannot see what the reply is used for next.
    private Reply? _reply;
    private ResultShape? _shape;
    private ResultWalk _results;
    private bool _hasRows;
    private bool _deliversRows;
    private bool _isOnRow;
    private int _recordsAffected = -1;

    private MuxDataReader(MuxConnection connection, Conversation conversation, object command, IResultOwner owner, CommandBehavior behavior)
    {
        _connection = connection;
        _conversation = conversation;
        _command = command;
        _owner = owner;
        _behavior = behavior;
    }

    /// <summary>0: rows are not nested.</summary>
    public override int Depth
    {
        get
        {
            ThrowIfClosed();
            return 0;
        }
    }

    /// <summary>The columns of the current result; 0 where no result has rows.</summary>
    public override int FieldCount => Shape().Count;

    /// <summary>Whether the current result has rows at all, read or not.</summary>
    public override bool HasRows
    {
        get
        {
            ThrowIfClosed();
            return _hasRows;
        }
    }

    /// <inheritdoc/>
    public override bool IsClosed => _reply is null;

    /// <summary>
    /// Rows changed by the statements whose results were passed; −1 where none changes any. Final when the reader is closed.
    /// </summary>
    public override int RecordsAffected => _reply is null ? _recordsAffected : _results.RecordsAffected;

    /// <inheritdoc/>
    public override object this[int ordinal] => GetValue(ordinal);

    /// <inheritdoc/>
    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <summary>The command, or batch, whose results these are.</summary>
    internal object Command => _command;

    /// <summary>Goes to the next row.</summary>
    /// <returns>False behind the last row.</returns>
    /// <exception cref="MuxException">The server's error ended the rows.</exception>
    public override bool Read()
    {
        var reply = OpenReply();
        _isOnRow = false;
        if (!_deliversRows)
            return false;
        if (reply.MustWait)
            return Blocking.Run(this, static reader => reader.FetchRowAsync(CancellationToken.None));
        try
        {
            _isOnRow = reply.ReadRow();
        }
        catch (ProtocolException malformed)
        {
            throw ErrorTranslator.Malformed(malformed);
        }

        if (!_isOnRow && reply.Error is { } error)
            throw _owner.OnError(error, amongRows: true);
        return _isOnRow;
    }

    /// <summary>Goes to the next row. Where the answer is there already the task is complete when it is returned.</summary>
    /// <param name="cancellationToken">Lets the caller go, even where a row is there.</param>
    /// <returns>False behind the last row.</returns>
    public override Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        if (_reply is { MustWait: true } && _deliversRows)
            return FetchRowAsync(cancellationToken).AsTask();
        try
        {
            return Task.FromResult(Read());
        }
        catch (Exception error)
        {
            return Task.FromException<bool>(error);
        }
    }

    /// <summary>Goes to the next result that has rows, over those that have none.</summary>
    /// <returns>False behind the last result.</returns>
    /// <exception cref="MuxException">A later statement of the text failed.</exception>
    public override bool NextResult()
    {
        ThrowIfClosed();
        return _reply!.IsStream
            ? Blocking.Run(this, static reader => reader.FetchResultAsync(CancellationToken.None))
            : MoveToNextResult();
    }

    /// <summary>Goes to the next result. Where the answer is there already the task is complete when it is returned.</summary>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>False behind the last result.</returns>
    public override Task<bool> NextResultAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<bool>(cancellationToken);
        if (_reply is { IsStream: true })
            return FetchResultAsync(cancellationToken).AsTask();
        try
        {
            return Task.FromResult(NextResult());
        }
        catch (Exception error)
        {
            return Task.FromException<bool>(error);
        }
    }

    /// <summary>Closes the reader; with <see cref="CommandBehavior.CloseConnection"/> also the connection. May be called again.</summary>
    public override void Close()
    {
        if (_reply is null)
            return;
        EndQuietly();
        TellNews();
    }

    /// <inheritdoc/>
    public override Task CloseAsync() => DisposeAsync().AsTask();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_reply is { IsStream: true })
            return EndAndTellAsync();
        try
        {
            Close();
            return default;
        }
        catch (Exception error)
        {
            // A handler of what is told threw it.
            return ValueTask.FromException(error);
        }
    }

    /// <inheritdoc/>
    public override IEnumerator GetEnumerator() => new DbEnumerator(this, (_behavior & CommandBehavior.CloseConnection) != 0);

    /// <inheritdoc/>
    public override string GetName(int ordinal) => Column(ordinal).Name;

    /// <summary>The first column with a name, case ignored.</summary>
    /// <param name="name">The column's name.</param>
    /// <returns>The column, from 0.</returns>
    /// <exception cref="IndexOutOfRangeException">There is none.</exception>
    public override int GetOrdinal(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var ordinal = Shape().Find(name);
        return ordinal >= 0 ? ordinal : throw new IndexOutOfRangeException($"The result has no column '{name}'.");
    }

    /// <inheritdoc/>
    public override string GetDataTypeName(int ordinal) => ValueKinds.DataTypeName(Column(ordinal), _conversation.Settings.Cells);

    /// <summary>The columns of the current result; none where no result has rows.</summary>
    /// <returns>One <see cref="MuxDbColumn"/> each.</returns>
    public ReadOnlyCollection<DbColumn> GetColumnSchema()
    {
        var shape = Shape();
        var columns = new DbColumn[shape.Count];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = new MuxDbColumn(i, shape.Columns[i], shape.Kind(i), _conversation.Settings.Cells);
        return new ReadOnlyCollection<DbColumn>(columns);
    }

    /// <inheritdoc/>
    public override DataTable? GetSchemaTable() => Shape().Count == 0 ? null : SchemaTable.Of(GetColumnSchema());

    /// <summary>Closes the reader for those who tell what there is to tell themselves.</summary>
    internal void EndQuietly()
    {
        if (_reply is not { } reply)
            return;
        if (reply.IsStream)
        {
            Blocking.Run(this, static reader => reader.EndStreamAsync());
            return;
        }

        // What is left still counts: affected rows and ids. Its errors came too late for anybody to act on.
        try
        {
            while (_results.MoveNext())
            {
            }
        }
        catch (MuxException)
        {
        }

        _conversation.Detach(this, Forget());
        reply.Dispose();
        if ((_behavior & CommandBehavior.CloseConnection) != 0)
            _connection.Close();
    }

    /// <inheritdoc cref="EndQuietly"/>
    /// <returns>When it is closed.</returns>
    internal ValueTask EndQuietlyAsync()
    {
        if (_reply is { IsStream: true })
            return EndStreamAsync();
        EndQuietly();
        return default;
    }

    /// <summary>Opens a reader on the first result of a reply that has rows.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="conversation">Its conversation.</param>
    /// <param name="command">The command or batch.</param>
    /// <param name="owner">Who hears of the results.</param>
    /// <param name="reply">The reply; the reader's from now on.</param>
    /// <param name="behavior">How to read.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The reader.</returns>
    /// <exception cref="MuxException">The server refused what comes before the first rows.</exception>
    internal static ValueTask<MuxDataReader> OpenAsync(
        MuxConnection connection,
        Conversation conversation,
        object command,
        IResultOwner owner,
        Reply reply,
        CommandBehavior behavior,
        CancellationToken cancellationToken)
    {
        var reader = new MuxDataReader(connection, conversation, command, owner, behavior)
        {
            _reply = reply,
            _results = new ResultWalk(reply, owner),
            _shape = conversation.TakeShape(),
        };
        if (reply.IsStream)
            return reader.BeginStreamAsync(cancellationToken);
        try
        {
            reader.MoveToNextResult();
            conversation.Attach(reader);
            return new ValueTask<MuxDataReader>(reader);
        }
        catch
        {
            reply.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
    }

    private static InvalidOperationException Closed() => new("The data reader is closed.");

    // What came to light behind the first rows. A connection that is being closed tells it itself.
    private void TellNews()
    {
        if (_connection.State != ConnectionState.Closed)
            _conversation.TellNews();
    }

    private bool MoveToNextResult()
    {
        LeaveResult();
        if (!_results.MoveNext())
            return false;
        EnterResult();
        return true;
    }

    private void LeaveResult()
    {
        _isOnRow = false;
        _hasRows = false;
        _deliversRows = false;
        _shape!.Clear();
    }

    private void EnterResult()
    {
        _shape!.Take(_reply!.Columns, _conversation.Settings.Cells);
        _deliversRows = (_behavior & CommandBehavior.SchemaOnly) == 0;
        _hasRows = _deliversRows && _reply.HasRows;
    }

    // What the reader is when it is closed; the shape is for the connection's next one.
    private ResultShape Forget()
    {
        _recordsAffected = _results.RecordsAffected;
        _hasRows = false;
        _deliversRows = false;
        _isOnRow = false;
        var shape = _shape!;
        shape.Clear();
        _shape = null;
        _reply = null;
        _results = default;
        return shape;
    }

    private Reply OpenReply() => _reply ?? throw Closed();

    private void ThrowIfClosed()
    {
        if (_reply is null)
            throw Closed();
    }

    private ResultShape Shape() => _shape ?? throw Closed();

    private ColumnDefinition Column(int ordinal)
    {
        var shape = Shape();
        return (uint)ordinal < (uint)shape.Count ? shape.Columns[ordinal] : throw OutOfRange(ordinal, shape.Count);
    }

    private static IndexOutOfRangeException OutOfRange(int ordinal, int count) =>
        new($"The result has {count} columns, counted from 0: there is no column {ordinal}.");

    // Every getter comes through here: the cell of the current row.
    private Cell CellAt(int ordinal)
    {
        var reply = OpenReply();
        var shape = _shape!;
        if (!_isOnRow)
            throw new InvalidOperationException("The data reader is not on a row: call Read, and use the values only where it returned true.");
        if ((uint)ordinal >= (uint)shape.Count)
            throw OutOfRange(ordinal, shape.Count);
        return new Cell(reply.GetCell(ordinal), reply.IsNull(ordinal), shape.Columns[ordinal], shape.Kind(ordinal), _conversation.Settings.Cells, reply.IsBinary);
    }
}
