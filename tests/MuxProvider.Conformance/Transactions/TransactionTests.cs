using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>Transactions: what they keep, what they undo, and what they say when they are over.</summary>
internal sealed class TransactionTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private static readonly Dictionary<string, Func<DbTransaction, Task>> s_acts = new()
    {
        ["Commit"] = transaction => Run(transaction.Commit),
        ["CommitAsync"] = transaction => transaction.CommitAsync(),
        ["Rollback"] = transaction => Run(transaction.Rollback),
        ["RollbackAsync"] = transaction => transaction.RollbackAsync(),
        ["Save"] = transaction => Run(() => transaction.Save("x")),
        ["SaveAsync"] = transaction => transaction.SaveAsync("x"),
        ["Release"] = transaction => Run(() => transaction.Release("x")),
        ["ReleaseAsync"] = transaction => transaction.ReleaseAsync("x"),
        ["Rollback(name)"] = transaction => Run(() => transaction.Rollback("x")),
        ["RollbackAsync(name)"] = transaction => transaction.RollbackAsync("x"),
    };

    private static IEnumerable<string> Acts => s_acts.Keys;

    [TestCase(IsolationLevel.Unspecified, IsolationLevel.RepeatableRead)]
    [TestCase(IsolationLevel.ReadUncommitted, IsolationLevel.ReadUncommitted)]
    [TestCase(IsolationLevel.ReadCommitted, IsolationLevel.ReadCommitted)]
    [TestCase(IsolationLevel.RepeatableRead, IsolationLevel.RepeatableRead)]
    [TestCase(IsolationLevel.Serializable, IsolationLevel.Serializable)]
    public async Task A_transaction_knows_its_level_and_its_connection(IsolationLevel asked, IsolationLevel given)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            await using var transaction = await Connection.BeginAsync(asked, calling);
            Assert.That(transaction.IsolationLevel, Is.EqualTo(given));
            Assert.That(transaction.Connection, Is.SameAs(Connection));
            Assert.That(transaction.SupportsSavepoints, Is.True);
            await transaction.RollbackAsync(calling);
            Assert.That(transaction.Connection, Is.Null, "it is no longer valid");
        }
    }

    // What a transaction sees of a neighbour's row: before the neighbour commits, and afterwards.
    [TestCase(IsolationLevel.ReadUncommitted, 1, 1)]
    [TestCase(IsolationLevel.ReadCommitted, 0, 1)]
    [TestCase(IsolationLevel.RepeatableRead, 0, 0)]
    [TestCase(IsolationLevel.Unspecified, 0, 0)]
    public async Task The_level_decides_what_is_seen_of_others(IsolationLevel level, int uncommitted, int committed)
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var count = $"SELECT COUNT(*) FROM {table}";
        var other = await OpenAnotherAsync();
        await using var theirs = await other.BeginTransactionAsync();
        await Command(other, $"INSERT INTO {table} VALUES (1)").ExecuteNonQueryAsync();

        await using var mine = await Connection.BeginTransactionAsync(level);
        Assert.That(await Command(count).ExecuteScalarAsync(), Is.EqualTo((long)uncommitted));
        await theirs.CommitAsync();
        Assert.That(await Command(count).ExecuteScalarAsync(), Is.EqualTo((long)committed));
        await mine.CommitAsync();
        Assert.That(await Command(count).ExecuteScalarAsync(), Is.EqualTo(1L));
    }

    [Test]
    public async Task The_level_is_that_of_the_one_transaction([Values] Calling calling)
    {
        // MySqlConnector changes the level of the session; here a later transaction has the level it asks for, and nobody else's.
        var table = await TableAsync("id INT PRIMARY KEY");
        await using (var first = await Connection.BeginAsync(IsolationLevel.ReadUncommitted, calling))
            await first.CommitAsync(calling);
        var other = await OpenAnotherAsync();
        await using var theirs = await other.BeginAsync(calling);
        await Command(other, $"INSERT INTO {table} VALUES (1)").NonQueryAsync(calling);
        Assert.That(await Command($"SELECT COUNT(*) FROM {table}").ScalarAsync(calling), Is.EqualTo(0L));
        await using var second = await Connection.BeginAsync(calling);
        Assert.That(await Command($"SELECT COUNT(*) FROM {table}").ScalarAsync(calling), Is.EqualTo(0L));
    }

    [TestCase(IsolationLevel.Chaos)]
    [TestCase((IsolationLevel)12345)]
    public async Task A_level_that_the_server_does_not_have_is_refused(IsolationLevel level)
    {
        foreach (var calling in Enum.GetValues<Calling>())
            Assert.That(async () => await Connection.BeginAsync(level, calling), Throws.InstanceOf<NotSupportedException>().Or.InstanceOf<ArgumentException>());
        await AssertUsableAsync(Connection);
        await using var next = await Connection.BeginTransactionAsync();
    }

    [Test]
    public async Task Commit_keeps([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero, "nobody sees it yet");
        await transaction.CommitAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task Rollback_undoes([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        await transaction.RollbackAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        await InsertAsync(table, null, calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1), "what comes behind it is kept");
    }

    [Test]
    public async Task Disposing_undoes_what_was_not_committed([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        await transaction.DisposeAsync(calling);
        await transaction.DisposeAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        await InsertAsync(table, null, calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task Disposing_behind_Commit_changes_nothing([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        await transaction.CommitAsync(calling);
        await transaction.DisposeAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task Disposing_with_an_open_reader_closes_it_and_undoes([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        var reader = await ReadAsync("SELECT 1 UNION ALL SELECT 2");
        await transaction.DisposeAsync(calling);
        Assert.That(reader.IsClosed, Is.True);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task Committing_with_an_open_reader_is_an_error_and_can_be_repeated([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        var reader = await ReadAsync("SELECT 1 UNION ALL SELECT 2");
        Assert.That(async () => await transaction.CommitAsync(calling), Throws.InstanceOf<InvalidOperationException>());
        await reader.CloseAsync(calling);
        await transaction.CommitAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task Transactions_do_not_nest([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        Assert.That(async () => await Connection.BeginAsync(calling), Throws.InstanceOf<InvalidOperationException>());
        await transaction.CommitAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task Transactions_follow_each_other([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        for (var i = 0; i < 4; i++)
        {
            await using var transaction = await Connection.BeginAsync(calling);
            await InsertAsync(table, transaction, calling);
            if (i % 2 == 0)
                await transaction.CommitAsync(calling);
        }

        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(2));
    }

    [TestCaseSource(nameof(Acts))]
    public async Task Behind_Commit_nothing_more_can_be_done(string act)
    {
        await using var transaction = await Connection.BeginTransactionAsync();
        await transaction.CommitAsync();
        await Sql.FailureOf<InvalidOperationException>(() => s_acts[act](transaction));
    }

    [TestCaseSource(nameof(Acts))]
    public async Task Behind_Rollback_nothing_more_can_be_done(string act)
    {
        await using var transaction = await Connection.BeginTransactionAsync();
        await transaction.RollbackAsync();
        await Sql.FailureOf<InvalidOperationException>(() => s_acts[act](transaction));
    }

    [TestCaseSource(nameof(Acts))]
    public async Task Behind_Dispose_nothing_more_can_be_done(string act)
    {
        var transaction = await Connection.BeginTransactionAsync();
        await transaction.DisposeAsync();
        await Sql.FailureOf<InvalidOperationException>(() => s_acts[act](transaction));
        await AssertUsableAsync(Connection);
    }

    [TestCaseSource(nameof(Acts))]
    public async Task Behind_Close_nothing_more_can_be_done(string act)
    {
        await using var transaction = await Connection.BeginTransactionAsync();
        await Connection.CloseAsync();
        await Sql.FailureOf<InvalidOperationException>(() => s_acts[act](transaction));
        await Connection.OpenAsync();
        await Sql.FailureOf<InvalidOperationException>(() => s_acts[act](transaction));
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task A_savepoint_undoes_what_came_behind_it([Values] Calling calling, [Values("place", "od`d 'name'", "ü")] string name)
    {
        var table = await TableAsync("id INT AUTO_INCREMENT PRIMARY KEY");
        await using var transaction = await Connection.BeginAsync(calling);
        await RunAsync($"INSERT INTO {table} VALUES (1)");
        await transaction.SaveAsync(name, calling);
        await RunAsync($"INSERT INTO {table} VALUES (2)");
        await transaction.RollbackAsync(name, calling);
        await RunAsync($"INSERT INTO {table} VALUES (3)");
        await transaction.RollbackAsync(name, calling);
        await RunAsync($"INSERT INTO {table} VALUES (4)");
        await transaction.ReleaseAsync(name, calling);
        Assert.That(transaction.Connection, Is.Not.Null, "the transaction goes on");
        await transaction.CommitAsync(calling);
        Assert.That(await AskAsync($"SELECT SUM(id) FROM {table}"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_savepoint_that_does_not_exist_is_the_server_s_error_and_ends_nothing([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        await Sql.FailureOf<DbException>(() => transaction.RollbackAsync("nowhere", calling));
        await Sql.FailureOf<DbException>(() => transaction.ReleaseAsync("nowhere", calling));
        await transaction.SaveAsync("here", calling);
        await transaction.ReleaseAsync("here", calling);
        await Sql.FailureOf<DbException>(() => transaction.RollbackAsync("here", calling));
        await transaction.CommitAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    [TestCase(null)]
    [TestCase("")]
    public async Task A_savepoint_needs_a_name(string? name)
    {
        await using var transaction = await Connection.BeginTransactionAsync();
        foreach (var calling in Enum.GetValues<Calling>())
        {
            Assert.That(async () => await transaction.SaveAsync(name!, calling), Throws.InstanceOf<ArgumentException>());
            Assert.That(async () => await transaction.RollbackAsync(name!, calling), Throws.InstanceOf<ArgumentException>());
            Assert.That(async () => await transaction.ReleaseAsync(name!, calling), Throws.InstanceOf<ArgumentException>());
        }

        await transaction.CommitAsync();
    }

    [Test]
    public async Task An_error_of_a_statement_does_not_end_the_transaction([Values] Calling calling)
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        await using var transaction = await Connection.BeginAsync(calling);
        await InsertAsync(table, transaction, calling);
        await Sql.FailureOf<DbException>(() => InsertAsync(table, transaction, calling));
        await Sql.FailureOf<DbException>(() => Command("SELEC 1").NonQueryAsync(calling));
        await transaction.CommitAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    private static Task Run(Action act)
    {
        act();
        return Task.CompletedTask;
    }

    private async Task InsertAsync(string table, DbTransaction? transaction, Calling calling)
    {
        var command = Command($"INSERT INTO {table} VALUES (1)");
        command.Transaction = transaction;
        Assert.That(await command.NonQueryAsync(calling), Is.EqualTo(1));
    }
}
