using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.Testing;

/// <summary>A batch of the <see cref="FakeDriver"/>: where a command fails, those behind it do not run.</summary>
/// <param name="connection">The connection.</param>
internal sealed class FakeDbBatch(FakeDbConnection connection) : DbBatch
{
    private readonly Commands _commands = [];

    public override int Timeout { get; set; }

    protected override DbBatchCommandCollection DbBatchCommands => _commands;

    protected override DbConnection? DbConnection { get; set; } = connection;

    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel() => throw new NotSupportedException();

    public override int ExecuteNonQuery() => throw new NotSupportedException();

    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override object? ExecuteScalar() => throw new NotSupportedException();

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override void Prepare() => throw new NotSupportedException();

    public override Task PrepareAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    protected override DbBatchCommand CreateDbBatchCommand() => new Command();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var turn = connection.Use();
        try
        {
            var results = new List<FakeResult>();
            foreach (var reply in connection.Driver.RunTogether(connection, [.. _commands.Select(command => command.CommandText)]))
            {
                results.AddRange(reply.Results);
                if (reply.Results[^1].Error is not null)
                    break;
            }

            return new FakeDbReader(connection, results, turn);
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    protected override Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) => throw new NotSupportedException();

    private sealed class Command : DbBatchCommand
    {
        private readonly FakeDbParameters _parameters = new();

        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override CommandType CommandType { get; set; } = CommandType.Text;

        public override int RecordsAffected => -1;

        protected override DbParameterCollection DbParameterCollection => _parameters;
    }

    private sealed class Commands : DbBatchCommandCollection
    {
        private readonly List<DbBatchCommand> _items = [];

        public override int Count => _items.Count;

        public override bool IsReadOnly => false;

        public override void Add(DbBatchCommand item) => _items.Add(item);

        public override void Clear() => _items.Clear();

        public override bool Contains(DbBatchCommand item) => _items.Contains(item);

        public override void CopyTo(DbBatchCommand[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

        public override IEnumerator<DbBatchCommand> GetEnumerator() => _items.GetEnumerator();

        public override int IndexOf(DbBatchCommand item) => _items.IndexOf(item);

        public override void Insert(int index, DbBatchCommand item) => _items.Insert(index, item);

        public override bool Remove(DbBatchCommand item) => _items.Remove(item);

        public override void RemoveAt(int index) => _items.RemoveAt(index);

        protected override DbBatchCommand GetBatchCommand(int index) => _items[index];

        protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => _items[index] = batchCommand;
    }
}
