using System.Data;
using System.Data.Common;

namespace MuxProvider.AdoNet.Tests;

/// <summary>A batch of a <see cref="WatchedConnection"/>.</summary>
internal sealed class WatchedBatch(WatchedConnection connection, DbBatch inner) : DbBatch
{
    public override int Timeout
    {
        get => inner.Timeout;
        set => inner.Timeout = value;
    }

    protected override DbBatchCommandCollection DbBatchCommands => inner.BatchCommands;

    protected override DbConnection? DbConnection
    {
        get => connection;
        set => throw new NotSupportedException();
    }

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => inner.Cancel();

    public override int ExecuteNonQuery() => throw new NotSupportedException();

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override object? ExecuteScalar() => throw new NotSupportedException();

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override void Prepare() => inner.Prepare();

    public override Task PrepareAsync(CancellationToken cancellationToken = default) => inner.PrepareAsync(cancellationToken);

    protected override DbBatchCommand CreateDbBatchCommand() => inner.CreateBatchCommand();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var running = connection.Run();
        try
        {
            connection.Factory.BatchSizes.Enqueue(inner.BatchCommands.Count);
            foreach (var command in inner.BatchCommands)
                connection.Factory.NoteText(command.CommandText, command.Parameters);
            return new WatchedReader(inner.ExecuteReader(behavior), running);
        }
        catch
        {
            running.Dispose();
            throw;
        }
    }

    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) => throw new NotSupportedException();
}
