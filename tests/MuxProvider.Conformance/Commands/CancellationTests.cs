using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>Tokens that are cancelled before the call, Cancel during it, and time that runs out.</summary>
internal sealed class CancellationTests(Sharing sharing) : ConformanceFixture(sharing)
{
    // It waits for whoever holds the row, so that no test depends on how fast the machine is.
    private const string Held = "SELECT id FROM held WHERE id = 1 FOR UPDATE";

    private static readonly CancellationToken s_cancelled = new(true);

    private static readonly Dictionary<string, Func<CancellationTests, Task>> s_calls = new()
    {
        ["Connection.OpenAsync"] = test => test.NewConnection().OpenAsync(s_cancelled),
        ["Connection.ChangeDatabaseAsync"] = test => test.Connection.ChangeDatabaseAsync("information_schema", s_cancelled),
        ["Connection.BeginTransactionAsync"] = test => test.Connection.BeginTransactionAsync(s_cancelled).AsTask(),
        ["Connection.BeginTransactionAsync(level)"] = test =>
            test.Connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, s_cancelled).AsTask(),
        ["Connection.GetSchemaAsync(name)"] = test => test.Connection.GetSchemaAsync("Tables", s_cancelled),
        ["Connection.GetSchemaAsync(name, restrictions)"] = test => test.Connection.GetSchemaAsync("Tables", [null], s_cancelled),
        ["Command.ExecuteNonQueryAsync"] = test => test.Command("DO 1").ExecuteNonQueryAsync(s_cancelled),
        ["Command.ExecuteScalarAsync"] = test => test.Command("SELECT 1").ExecuteScalarAsync(s_cancelled),
        ["Command.ExecuteReaderAsync"] = test => test.Command("SELECT 1").ExecuteReaderAsync(s_cancelled),
        ["Command.ExecuteReaderAsync(behavior)"] = test =>
            test.Command("SELECT 1").ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, s_cancelled),
        ["Command.PrepareAsync"] = test => test.Command("SELECT 1").PrepareAsync(s_cancelled),
        ["Batch.ExecuteNonQueryAsync"] = test => test.Batch().ExecuteNonQueryAsync(s_cancelled),
        ["Batch.ExecuteScalarAsync"] = test => test.Batch().ExecuteScalarAsync(s_cancelled),
        ["Batch.ExecuteReaderAsync"] = test => test.Batch().ExecuteReaderAsync(s_cancelled),
        ["Batch.PrepareAsync"] = test => test.Batch().PrepareAsync(s_cancelled),
        ["DataSource.OpenConnectionAsync"] = test => test.Source.OpenConnectionAsync(s_cancelled).AsTask(),
        ["DataSource.Command.ExecuteScalarAsync"] = test => test.Keep(test.Source.CreateCommand("SELECT 1")).ExecuteScalarAsync(s_cancelled),
    };

    private static readonly Dictionary<string, Func<DbDataReader, Task>> s_readerCalls = new()
    {
        ["ReadAsync"] = reader => reader.ReadAsync(s_cancelled),
        ["NextResultAsync"] = reader => reader.NextResultAsync(s_cancelled),
        ["IsDBNullAsync"] = reader => reader.IsDBNullAsync(0, s_cancelled),
        ["GetFieldValueAsync<long>"] = reader => reader.GetFieldValueAsync<long>(0, s_cancelled),
        ["GetFieldValueAsync<object>"] = reader => reader.GetFieldValueAsync<object>(0, s_cancelled),
        ["GetColumnSchemaAsync"] = reader => reader.GetColumnSchemaAsync(s_cancelled),
        ["GetSchemaTableAsync"] = reader => reader.GetSchemaTableAsync(s_cancelled),
    };

    private static readonly Dictionary<string, Func<DbTransaction, Task>> s_transactionCalls = new()
    {
        ["CommitAsync"] = transaction => transaction.CommitAsync(s_cancelled),
        ["RollbackAsync"] = transaction => transaction.RollbackAsync(s_cancelled),
        ["SaveAsync"] = transaction => transaction.SaveAsync("place", s_cancelled),
        ["ReleaseAsync"] = transaction => transaction.ReleaseAsync("place", s_cancelled),
        ["RollbackAsync(name)"] = transaction => transaction.RollbackAsync("place", s_cancelled),
    };

    private static IEnumerable<string> CallNames => s_calls.Keys;

    private static IEnumerable<string> ReaderCalls => s_readerCalls.Keys;

    private static IEnumerable<string> TransactionCalls => s_transactionCalls.Keys;

    [TestCaseSource(nameof(CallNames))]
    public async Task A_token_that_is_cancelled_already_ends_the_call_before_anything_happens(string call)
    {
        Task? task = null;
        Assert.That(() => { task = s_calls[call](this); }, Throws.Nothing, "it is the task that fails");
        await Sql.FailureOf<OperationCanceledException>(() => task!);
        Assert.That(task!.IsCanceled, Is.True);
        Assert.That(Connection.State, Is.EqualTo(System.Data.ConnectionState.Open));
        await AssertUsableAsync(Connection);
    }

    [TestCaseSource(nameof(ReaderCalls))]
    public async Task A_cancelled_token_counts_for_rows_that_are_there_already(string call)
    {
        var reader = await ReadAsync("SELECT 1 UNION ALL SELECT 2");
        Task? task = null;
        Assert.That(() => { task = s_readerCalls[call](reader); }, Throws.Nothing);
        await Sql.FailureOf<OperationCanceledException>(() => task!);
        Assert.That(reader.GetInt64(0), Is.EqualTo(1), "the reader is where it was");
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetInt64(0), Is.EqualTo(2));
    }

    [TestCaseSource(nameof(TransactionCalls))]
    public async Task A_transaction_goes_on_when_a_call_was_cancelled_before_it_began(string call)
    {
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginTransactionAsync();
        await RunAsync($"INSERT INTO {table} VALUES (1)");
        await transaction.SaveAsync("place");
        Task? task = null;
        Assert.That(() => { task = s_transactionCalls[call](transaction); }, Throws.Nothing);
        await Sql.FailureOf<OperationCanceledException>(() => task!);
        await RunAsync($"INSERT INTO {table} VALUES (2)");
        await transaction.CommitAsync();
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(2));
    }

    [TestCase("ExecuteNonQuery")]
    [TestCase("ExecuteScalar")]
    [TestCase("ExecuteReader")]
    public async Task A_token_lets_the_waiting_caller_go(string execution)
    {
        await using var held = await HoldAsync();
        using var cancel = new CancellationTokenSource();
        var task = ExecuteAsync(execution, Command(Held), cancel.Token);
        await cancel.CancelAsync();
        var error = await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(task));
        Assert.That(error.CancellationToken, Is.EqualTo(cancel.Token));
        await held.RollbackAsync();
        await AssertUsableAsync(Connection);
    }

    [TestCase("ExecuteNonQuery")]
    [TestCase("ExecuteScalar")]
    [TestCase("ExecuteReader")]
    public async Task Cancel_ends_the_running_command_with_an_error(string execution)
    {
        await using var held = await HoldAsync();
        var command = Command(Held);
        var task = ExecuteAsync(execution, command, CancellationToken.None);
        command.Cancel();
        var error = await Sql.FailureOf<DbException>(() => Until.Ends(task));
        Assert.That(Provider.NumberOf(error), Is.EqualTo(1317));
        await held.RollbackAsync();
        await AssertUsableAsync(Connection);
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Cancel_behind_the_end_touches_nothing()
    {
        var command = Command("SELECT 1 UNION ALL SELECT 2");
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.That(await reader.ReadAsync(), Is.True);
            Assert.That(() => command.Cancel(), Throws.Nothing);
        }

        Assert.That(() => command.Cancel(), Throws.Nothing);
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_command_that_takes_too_long_is_an_error([Values] Calling calling)
    {
        await using var held = await HoldAsync();
        var command = Command(Held);
        command.CommandTimeout = 1;
        var error = await Sql.FailureOf<DbException>(() => Until.Ends(command.ScalarAsync(calling)));
        Assert.That(Provider.NumberOf(error), Is.EqualTo(-1));
        Assert.That(Connection.State, Is.EqualTo(System.Data.ConnectionState.Open));
        await held.RollbackAsync();
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task A_token_that_is_cancelled_afterwards_changes_nothing()
    {
        using var cancel = new CancellationTokenSource();
        await using var reader = await Command("SELECT 1 UNION ALL SELECT 2").ExecuteReaderAsync(cancel.Token);
        Assert.That(await reader.ReadAsync(cancel.Token), Is.True);
        await cancel.CancelAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        await reader.DisposeAsync();
        await AssertUsableAsync(Connection);
    }

    private static Task ExecuteAsync(string execution, DbCommand command, CancellationToken token) => execution switch
    {
        "ExecuteNonQuery" => command.ExecuteNonQueryAsync(token),
        "ExecuteScalar" => command.ExecuteScalarAsync(token),
        _ => command.ExecuteReaderAsync(token),
    };

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE TABLE {Schema}.held (id INT PRIMARY KEY) ENGINE=InnoDB",
        $"INSERT INTO {Schema}.held VALUES (1)");

    // Until it is rolled back nobody else gets the row.
    private async Task<DbTransaction> HoldAsync()
    {
        var holder = await OpenAnotherAsync();
        var transaction = await holder.BeginTransactionAsync();
        await Command(holder, Held).ExecuteNonQueryAsync();
        return transaction;
    }

    private DbBatch Batch()
    {
        var batch = Keep(Connection.CreateBatch());
        var command = batch.CreateBatchCommand();
        command.CommandText = "SELECT 1";
        batch.BatchCommands.Add(command);
        return batch;
    }
}
