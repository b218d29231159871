using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>Both forms of the methods of ADO.NET in one word each.</summary>
internal static class Calls
{
    public static async Task OpenAsync(this DbConnection connection, Calling calling)
    {
        if (calling == Calling.Blocking)
            connection.Open();
        else
            await connection.OpenAsync();
    }

    public static async Task CloseAsync(this DbConnection connection, Calling calling)
    {
        if (calling == Calling.Blocking)
            connection.Close();
        else
            await connection.CloseAsync();
    }

    public static async Task DisposeAsync<T>(this T disposable, Calling calling)
        where T : IDisposable, IAsyncDisposable
    {
        if (calling == Calling.Blocking)
            disposable.Dispose();
        else
            await disposable.DisposeAsync();
    }

    public static async Task ChangeDatabaseAsync(this DbConnection connection, string name, Calling calling)
    {
        if (calling == Calling.Blocking)
            connection.ChangeDatabase(name);
        else
            await connection.ChangeDatabaseAsync(name);
    }

    public static async Task<DataTable> GetSchemaAsync(this DbConnection connection, string name, string?[] restrictions, Calling calling) =>
        calling == Calling.Blocking ? connection.GetSchema(name, restrictions) : await connection.GetSchemaAsync(name, restrictions);

    public static async Task<DbTransaction> BeginAsync(this DbConnection connection, Calling calling) =>
        calling == Calling.Blocking ? connection.BeginTransaction() : await connection.BeginTransactionAsync();

    public static async Task<DbTransaction> BeginAsync(this DbConnection connection, IsolationLevel level, Calling calling) =>
        calling == Calling.Blocking ? connection.BeginTransaction(level) : await connection.BeginTransactionAsync(level);

    public static async Task CommitAsync(this DbTransaction transaction, Calling calling)
    {
        if (calling == Calling.Blocking)
            transaction.Commit();
        else
            await transaction.CommitAsync();
    }

    public static async Task RollbackAsync(this DbTransaction transaction, Calling calling)
    {
        if (calling == Calling.Blocking)
            transaction.Rollback();
        else
            await transaction.RollbackAsync();
    }

    public static async Task SaveAsync(this DbTransaction transaction, string name, Calling calling)
    {
        if (calling == Calling.Blocking)
            transaction.Save(name);
        else
            await transaction.SaveAsync(name);
    }

    public static async Task RollbackAsync(this DbTransaction transaction, string name, Calling calling)
    {
        if (calling == Calling.Blocking)
            transaction.Rollback(name);
        else
            await transaction.RollbackAsync(name);
    }

    public static async Task ReleaseAsync(this DbTransaction transaction, string name, Calling calling)
    {
        if (calling == Calling.Blocking)
            transaction.Release(name);
        else
            await transaction.ReleaseAsync(name);
    }

    public static async Task<int> NonQueryAsync(this DbCommand command, Calling calling) =>
        calling == Calling.Blocking ? command.ExecuteNonQuery() : await command.ExecuteNonQueryAsync();

    public static async Task<object?> ScalarAsync(this DbCommand command, Calling calling) =>
        calling == Calling.Blocking ? command.ExecuteScalar() : await command.ExecuteScalarAsync();

    public static async Task<DbDataReader> ReaderAsync(this DbCommand command, Calling calling, CommandBehavior behavior = CommandBehavior.Default) =>
        calling == Calling.Blocking ? command.ExecuteReader(behavior) : await command.ExecuteReaderAsync(behavior);

    public static async Task<int> NonQueryAsync(this DbBatch batch, Calling calling) =>
        calling == Calling.Blocking ? batch.ExecuteNonQuery() : await batch.ExecuteNonQueryAsync();

    public static async Task<object?> ScalarAsync(this DbBatch batch, Calling calling) =>
        calling == Calling.Blocking ? batch.ExecuteScalar() : await batch.ExecuteScalarAsync();

    public static async Task<DbDataReader> ReaderAsync(this DbBatch batch, Calling calling, CommandBehavior behavior = CommandBehavior.Default) =>
        calling == Calling.Blocking ? batch.ExecuteReader(behavior) : await batch.ExecuteReaderAsync(behavior);

    public static async Task<bool> ReadAsync(this DbDataReader reader, Calling calling) =>
        calling == Calling.Blocking ? reader.Read() : await reader.ReadAsync();

    public static async Task<bool> NextResultAsync(this DbDataReader reader, Calling calling) =>
        calling == Calling.Blocking ? reader.NextResult() : await reader.NextResultAsync();

    public static async Task CloseAsync(this DbDataReader reader, Calling calling)
    {
        if (calling == Calling.Blocking)
            reader.Close();
        else
            await reader.CloseAsync();
    }
}
