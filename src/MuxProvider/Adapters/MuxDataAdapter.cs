using System.Data;
using System.Data.Common;

namespace MuxProvider;

/// <summary>
/// Fills a <see cref="DataTable"/> and writes its changes back, with the commands given or those of a <see cref="MuxCommandBuilder"/>.
/// Used by one caller at a time.
/// </summary>
public sealed class MuxDataAdapter : DbDataAdapter
{
    private MuxBatch? _batch;
    private int _updateBatchSize = 1;

    /// <summary>Creates an adapter without commands.</summary>
    public MuxDataAdapter() => GC.SuppressFinalize(this);

    /// <summary>Creates an adapter.</summary>
    /// <param name="selectCommand">What to fill with.</param>
    public MuxDataAdapter(MuxCommand? selectCommand)
        : this() => SelectCommand = selectCommand;

    /// <summary>Creates an adapter.</summary>
    /// <param name="selectCommandText">What to fill with.</param>
    /// <param name="connection">The connection.</param>
    public MuxDataAdapter(string? selectCommandText, MuxConnection? connection)
        : this(new MuxCommand(selectCommandText, connection))
    {
    }

    /// <summary>Creates an adapter with a connection of its own.</summary>
    /// <param name="selectCommandText">What to fill with.</param>
    /// <param name="connectionString">The connection string.</param>
    public MuxDataAdapter(string? selectCommandText, string? connectionString)
        : this(new MuxCommand(selectCommandText, new MuxConnection(connectionString)))
    {
    }

    /// <summary>Raised before a row is written.</summary>
    public event EventHandler<MuxRowUpdatingEventArgs>? RowUpdating;

    /// <summary>Raised when a row was written, or failed to be; once for all rows of a batch.</summary>
    public event EventHandler<MuxRowUpdatedEventArgs>? RowUpdated;

    /// <summary>What to fill with.</summary>
    public new MuxCommand? SelectCommand
    {
        get => (MuxCommand?)base.SelectCommand;
        set => base.SelectCommand = value;
    }

    /// <summary>What to write new rows with.</summary>
    public new MuxCommand? InsertCommand
    {
        get => (MuxCommand?)base.InsertCommand;
        set => base.InsertCommand = value;
    }

    /// <summary>What to write changed rows with.</summary>
    public new MuxCommand? UpdateCommand
    {
        get => (MuxCommand?)base.UpdateCommand;
        set => base.UpdateCommand = value;
    }

    /// <summary>What to delete rows with.</summary>
    public new MuxCommand? DeleteCommand
    {
        get => (MuxCommand?)base.DeleteCommand;
        set => base.DeleteCommand = value;
    }

    /// <summary>
    /// How many rows are written in one round trip: 1 by default, 0 for all of them. Above 1 the commands have to have the
    /// <see cref="DbCommand.UpdatedRowSource"/> None or OutputParameters.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public override int UpdateBatchSize
    {
        get => _updateBatchSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _updateBatchSize = value;
        }
    }

    /// <inheritdoc/>
    protected override void InitializeBatching() => _batch = new MuxBatch();

    /// <inheritdoc/>
    protected override void TerminateBatching()
    {
        _batch?.Dispose();
        _batch = null;
    }

    /// <inheritdoc/>
    protected override int AddToBatch(IDbCommand command)
    {
        var source = Casts.To<MuxCommand>(command)!;
        var batch = _batch!;
        if (batch.BatchCommands.Count == 0)
        {
            batch.Connection = source.Connection;
            batch.Transaction = source.Transaction;
            batch.Timeout = source.CommandTimeout;
        }

        // The adapter gives the same command again, with the values of the next row.
        var copy = new MuxBatchCommand(source.CommandText) { CommandType = source.CommandType };
        foreach (var parameter in source.Parameters.Own)
            copy.Parameters.Add(parameter.Clone());
        batch.BatchCommands.Add(copy);
        return batch.BatchCommands.Count - 1;
    }

    /// <inheritdoc/>
    protected override void ClearBatch() => _batch!.BatchCommands.Clear();

    /// <inheritdoc/>
    protected override int ExecuteBatch() => _batch!.ExecuteNonQuery();

    /// <inheritdoc/>
    protected override IDataParameter GetBatchedParameter(int commandIdentifier, int parameterIndex) =>
        _batch!.BatchCommands[commandIdentifier].Parameters[parameterIndex];

    /// <inheritdoc/>
    protected override bool GetBatchedRecordsAffected(int commandIdentifier, out int recordsAffected, out Exception? error)
    {
        recordsAffected = _batch!.BatchCommands[commandIdentifier].RecordsAffected;
        error = null;
        return true;
    }

    /// <inheritdoc/>
    protected override RowUpdatingEventArgs CreateRowUpdatingEvent(DataRow dataRow, IDbCommand? command, StatementType statementType, DataTableMapping tableMapping) =>
        new MuxRowUpdatingEventArgs(dataRow, command, statementType, tableMapping);

    /// <inheritdoc/>
    protected override RowUpdatedEventArgs CreateRowUpdatedEvent(DataRow dataRow, IDbCommand? command, StatementType statementType, DataTableMapping tableMapping) =>
        new MuxRowUpdatedEventArgs(dataRow, command, statementType, tableMapping);

    /// <inheritdoc/>
    protected override void OnRowUpdating(RowUpdatingEventArgs value) => RowUpdating?.Invoke(this, (MuxRowUpdatingEventArgs)value);

    /// <inheritdoc/>
    protected override void OnRowUpdated(RowUpdatedEventArgs value) => RowUpdated?.Invoke(this, (MuxRowUpdatedEventArgs)value);
}
