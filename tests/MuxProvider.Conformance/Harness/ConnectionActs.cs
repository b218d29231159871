using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>What runs something on a connection, by name: what an open reader, and a closed connection, must not allow.</summary>
internal static class ConnectionActs
{
    /// <summary>Every way to execute. Fixtures copy it and add what else they forbid.</summary>
    public static readonly IReadOnlyDictionary<string, Func<DbConnection, Task>> Executing = new Dictionary<string, Func<DbConnection, Task>>
    {
        ["ExecuteNonQuery"] = connection => Task.FromResult(Command(connection).ExecuteNonQuery()),
        ["ExecuteNonQueryAsync"] = connection => Command(connection).ExecuteNonQueryAsync(),
        ["ExecuteScalar"] = connection => Task.FromResult(Command(connection).ExecuteScalar()),
        ["ExecuteScalarAsync"] = connection => Command(connection).ExecuteScalarAsync(),
        ["ExecuteReader"] = connection => Task.FromResult(Command(connection).ExecuteReader()),
        ["ExecuteReaderAsync"] = connection => Command(connection).ExecuteReaderAsync(),
        ["Batch.ExecuteNonQuery"] = connection => Task.FromResult(Batch(connection).ExecuteNonQuery()),
        ["Batch.ExecuteNonQueryAsync"] = connection => Batch(connection).ExecuteNonQueryAsync(),
        ["Batch.ExecuteScalar"] = connection => Task.FromResult(Batch(connection).ExecuteScalar()),
        ["Batch.ExecuteScalarAsync"] = connection => Batch(connection).ExecuteScalarAsync(),
        ["Batch.ExecuteReader"] = connection => Task.FromResult(Batch(connection).ExecuteReader()),
        ["Batch.ExecuteReaderAsync"] = connection => Batch(connection).ExecuteReaderAsync(),
    };

    /// <summary>A command that selects 1.</summary>
    public static DbCommand Command(DbConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        return command;
    }

    private static DbBatch Batch(DbConnection connection)
    {
        var batch = connection.CreateBatch();
        var command = batch.CreateBatchCommand();
        command.CommandText = "SELECT 1";
        batch.BatchCommands.Add(command);
        return batch;
    }
}
