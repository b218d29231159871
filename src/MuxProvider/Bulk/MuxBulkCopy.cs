using System.Data;
using System.Globalization;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>
/// Copies many rows into a table, the fastest way that the server allows. All rows are copied or none, as far as the table's engine has
/// transactions: inside the connection's transaction, or else in one of its own. A closed connection is opened meanwhile. Used by one
/// caller at a time.
/// </summary>
public sealed class MuxBulkCopy
{
    private const int WarningsInMessages = 3;

    private readonly MuxConnection _connection;
    private readonly MuxTransaction? _transaction;
    private int _timeout;
    private int _notifyAfter;

    /// <summary>Creates a bulk copy.</summary>
    /// <param name="connection">The connection, open or closed.</param>
    /// <param name="transaction">The connection's transaction, or null for whatever is open.</param>
    public MuxBulkCopy(MuxConnection connection, MuxTransaction? transaction = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>Raised behind every <see cref="NotifyAfter"/> rows, on the thread that copies. What a handler throws ends the copy and undoes it.</summary>
    public event EventHandler<MuxRowsCopiedEventArgs>? MuxRowsCopied;

    /// <summary>The table as SQL names it: quoted where it has to be, with a schema where it needs one.</summary>
    public string DestinationTableName { get; set; } = "";

    /// <summary>What goes where. Where there is nothing, each column of the source goes to the column in the same place.</summary>
    public List<MuxBulkCopyColumnMapping> ColumnMappings { get; } = [];

    /// <summary>What happens to rows whose key is there already.</summary>
    public MuxBulkLoaderConflictOption ConflictOption { get; set; }

    /// <summary>By which statements the rows are sent.</summary>
    public MuxBulkCopyMethod Method { get; set; }

    /// <summary>How long the copy may take, in seconds; 0 for ever, as by default.</summary>
    public int BulkCopyTimeout
    {
        get => _timeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _timeout = value;
        }
    }

    /// <summary>After how many rows <see cref="MuxRowsCopied"/> is raised; 0 for never.</summary>
    public int NotifyAfter
    {
        get => _notifyAfter;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _notifyAfter = value;
        }
    }

    /// <summary>Copies the rows of a table, without those that were deleted from it.</summary>
    /// <param name="dataTable">The rows.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="MuxException">
    /// The server refused something, fewer rows were inserted than sent (<see cref="MuxErrorCode.BulkCopyFailed"/>), or the outcome is unknown.
    /// </exception>
    /// <exception cref="InvalidOperationException">The table or a mapping does not fit.</exception>
    /// <exception cref="NotSupportedException">A value cannot be sent, or <see cref="MuxBulkCopyMethod.LoadData"/> is not allowed by the connection string.</exception>
    public MuxBulkCopyResult WriteToServer(DataTable dataTable) => Run(RowsOf(dataTable));

    /// <summary>Copies rows of tables.</summary>
    /// <param name="dataRows">The rows.</param>
    /// <param name="columnCount">How many columns each has.</param>
    /// <inheritdoc cref="WriteToServer(DataTable)"/>
    public MuxBulkCopyResult WriteToServer(IEnumerable<DataRow> dataRows, int columnCount) => Run(RowsOf(dataRows, columnCount));

    /// <summary>Copies the rows of a data reader's current result. It must not be one of the same connection; it stays open.</summary>
    /// <param name="dataReader">The rows.</param>
    /// <inheritdoc cref="WriteToServer(DataTable)"/>
    public MuxBulkCopyResult WriteToServer(IDataReader dataReader) => Run(RowsOf(dataReader));

    /// <summary>Copies the rows of a table, without those that were deleted from it.</summary>
    /// <param name="dataTable">The rows.</param>
    /// <param name="cancellationToken">Ends the copy and undoes it.</param>
    /// <inheritdoc cref="WriteToServer(DataTable)"/>
    public ValueTask<MuxBulkCopyResult> WriteToServerAsync(DataTable dataTable, CancellationToken cancellationToken = default) =>
        CopyAsync(RowsOf(dataTable), cancellationToken);

    /// <summary>Copies rows of tables.</summary>
    /// <param name="dataRows">The rows.</param>
    /// <param name="columnCount">How many columns each has.</param>
    /// <param name="cancellationToken">Ends the copy and undoes it.</param>
    /// <inheritdoc cref="WriteToServer(DataTable)"/>
    public ValueTask<MuxBulkCopyResult> WriteToServerAsync(IEnumerable<DataRow> dataRows, int columnCount, CancellationToken cancellationToken = default) =>
        CopyAsync(RowsOf(dataRows, columnCount), cancellationToken);

    /// <summary>Copies the rows of a data reader's current result. It must not be one of the same connection; it stays open.</summary>
    /// <param name="dataReader">The rows.</param>
    /// <param name="cancellationToken">Ends the copy and undoes it.</param>
    /// <inheritdoc cref="WriteToServer(DataTable)"/>
    public ValueTask<MuxBulkCopyResult> WriteToServerAsync(IDataReader dataReader, CancellationToken cancellationToken = default) =>
        CopyAsync(RowsOf(dataReader), cancellationToken);

    /// <summary>Copies rows as they come. Each has as many values as the first.</summary>
    /// <param name="rows">The rows; an array may be filled anew for the next one.</param>
    /// <param name="cancellationToken">Ends the copy and undoes it.</param>
    /// <inheritdoc cref="WriteToServer(DataTable)"/>
    public ValueTask<MuxBulkCopyResult> WriteToServerAsync(IAsyncEnumerable<object?[]> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return CopyAsync(new ArrayRows(rows), cancellationToken);
    }

    private static DataRowRows RowsOf(DataTable dataTable)
    {
        ArgumentNullException.ThrowIfNull(dataTable);
        return new DataRowRows(dataTable.Rows.Cast<DataRow>(), dataTable.Columns.Count);
    }

    private static DataRowRows RowsOf(IEnumerable<DataRow> dataRows, int columnCount)
    {
        ArgumentNullException.ThrowIfNull(dataRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columnCount);
        return new DataRowRows(dataRows, columnCount);
    }

    private static DataReaderRows RowsOf(IDataReader dataReader)
    {
        ArgumentNullException.ThrowIfNull(dataReader);
        return new DataReaderRows(dataReader);
    }

    private MuxBulkCopyResult Run(RowSource source) =>
        Blocking.Run((Copy: this, source), static call => call.Copy.CopyAsync(call.source, CancellationToken.None));

    private async ValueTask<MuxBulkCopyResult> CopyAsync(RowSource source, CancellationToken cancellationToken)
    {
        await using var disposal = source.ConfigureAwait(false);
        if (string.IsNullOrWhiteSpace(DestinationTableName))
            throw new InvalidOperationException("DestinationTableName is not set.");
        cancellationToken.ThrowIfCancellationRequested();
        if (_connection.State == ConnectionState.Closed)
        {
            await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await CopyOpenAsync(source, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                await _connection.CloseAsync().ConfigureAwait(false);
            }
        }

        return await CopyOpenAsync(source, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<MuxBulkCopyResult> CopyOpenAsync(RowSource source, CancellationToken cancellationToken)
    {
        var conversation = _connection.Conversation;
        conversation.Check(_transaction);
        var settings = conversation.Settings;
        if (Method == MuxBulkCopyMethod.LoadData && !settings.AllowsLocalFiles)
        {
            throw new NotSupportedException(
                "MuxBulkCopyMethod.LoadData needs Allow Load Local Infile=true in the connection string. With Auto or Insert the rows are sent by INSERT instead.");
        }

        // The source has to hear of the end of the time, too; statements of blocked callers keep it themselves.
        using var timer = BulkTimer.Start(settings.HasCommandTimeouts ? _timeout : 0, settings.Clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await CopyAsync(conversation, source, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled) when (stop.IsCancellationRequested)
        {
            throw BulkTimer.Over("the bulk copy", _timeout, cancelled, cancellationToken);
        }
        finally
        {
            conversation.TellNews();
        }
    }

    private async ValueTask<MuxBulkCopyResult> CopyAsync(Conversation conversation, RowSource source, CancellationToken cancellationToken)
    {
        var settings = conversation.Settings;
        var statement = new BulkStatement(_connection, conversation.DeadlineIn(_timeout));
        if (!await source.BeginAsync(cancellationToken).ConfigureAwait(false))
            return new MuxBulkCopyResult(0, [], settings.AllowsLocalFiles && Method != MuxBulkCopyMethod.Insert ? MuxBulkCopyMethod.LoadData : MuxBulkCopyMethod.Insert);
        var columns = await statement.ColumnsAsync(DestinationTableName, cancellationToken).ConfigureAwait(false);
        var fields = BulkField.Of(columns, ColumnMappings, source.ColumnCount, DestinationTableName);
        return await SendAsync(source, statement, fields, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<MuxBulkCopyResult> SendAsync(RowSource source, BulkStatement statement, BulkField[] fields, CancellationToken cancellationToken)
    {
        var conversation = _connection.Conversation;
        var progress = new BulkProgress(_notifyAfter, Notify);
        var scope = await BulkScope.BeginAsync(_connection, mayBegin: true, cancellationToken).ConfigureAwait(false);
        try
        {
            var method = Method != MuxBulkCopyMethod.Insert && conversation.Settings.AllowsLocalFiles
                && await TryLoadAsync(source, statement, fields, progress, cancellationToken).ConfigureAwait(false)
                ? MuxBulkCopyMethod.LoadData
                : MuxBulkCopyMethod.Insert;
            if (method == MuxBulkCopyMethod.Insert)
            {
                await new BulkInsert(statement, DestinationTableName, ConflictOption, fields, conversation.Settings.Cells.GuidFormat, conversation.Handle.Facts.MaxAllowedPacket)
                    .RunAsync(source, progress, cancellationToken).ConfigureAwait(false);
            }

            if (ConflictOption == MuxBulkLoaderConflictOption.None && statement.AffectedRows != (ulong)progress.Rows)
                throw Incomplete(progress.Rows, statement);
            await scope.KeepAsync(cancellationToken).ConfigureAwait(false);
            return new MuxBulkCopyResult((long)statement.AffectedRows, statement.Warnings, method);
        }
        catch
        {
            await scope.UndoAsync().ConfigureAwait(false);
            throw;
        }
    }

    // False where the server does not read local data, and may be sent the same rows in another way: it has not asked for any.
    private async ValueTask<bool> TryLoadAsync(
        RowSource source, BulkStatement statement, BulkField[] fields, BulkProgress progress, CancellationToken cancellationToken)
    {
        var cells = _connection.Conversation.Settings.Cells;
        using var writer = new BulkRowWriter(fields, new LiteralOptions(NoBackslashEscapes: true, cells.GuidFormat, cells.DateTimeKind));
        var data = new SingleLocalData(new BulkFile(source, writer, progress));
        try
        {
            await statement.RunAsync(BulkTexts.Load(DestinationTableName, ConflictOption, fields), [data.Name], data, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MuxException refused) when (Method == MuxBulkCopyMethod.Auto && !data.IsOpened
            && refused.ErrorCode is MuxErrorCode.CommandNotAllowed or MuxErrorCode.LocalFilesDisabled or MuxErrorCode.LocalInfileDisabled)
        {
            return false;
        }
    }

    private bool Notify(long rows)
    {
        var arguments = new MuxRowsCopiedEventArgs(rows);
        MuxRowsCopied?.Invoke(this, arguments);
        return arguments.Abort;
    }

    private MuxException Incomplete(long sent, BulkStatement statement)
    {
        var warnings = string.Join("; ", statement.Warnings.Take(WarningsInMessages));
        return new MuxException((int)MuxErrorCode.BulkCopyFailed, null, string.Create(
            CultureInfo.InvariantCulture,
            $"{sent} rows were sent to {DestinationTableName}, but {statement.AffectedRows} were inserted; that was undone as far as the table allows.{(warnings.Length > 0 ? $" The server says: {warnings}" : "")} Set ConflictOption to leave rows out, or to replace others."));
    }
}
