using System.Data.Common;
using System.Transactions;

namespace MuxProvider.Conformance;

/// <summary>Connections inside the transactions of System.Transactions.</summary>
internal sealed class EnlistmentTests(Sharing sharing) : ConformanceFixture(sharing)
{
    protected override string Options => "Use XA Transactions=false";

    [Test]
    public async Task A_scope_commits_when_it_is_completed_and_rolls_back_otherwise([Values] Calling calling, [Values] bool completes)
    {
        var table = await TableAsync("id INT");
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            using var connection = Source.CreateConnection();
            await connection.OpenAsync(calling);
            await InsertAsync(connection, table, calling);
            Assert.That(await CountOutsideAsync(table), Is.Zero);
            if (completes)
                scope.Complete();
        }

        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(completes ? 1 : 0));
    }

    [Test]
    public async Task A_connection_that_is_closed_and_opened_again_in_a_scope_goes_on_in_the_same_transaction([Values] Calling calling, [Values] bool sameObject)
    {
        var table = await TableAsync("id INT");
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            var connection = NewConnection();
            await connection.OpenAsync(calling);
            await InsertAsync(connection, table, calling);
            await connection.CloseAsync(calling);
            var next = sameObject ? connection : NewConnection();
            await next.OpenAsync(calling);
            Assert.That(await Command(next, $"SELECT COUNT(*) FROM {table}").ScalarAsync(calling), Is.EqualTo(1L));
            await next.CloseAsync(calling);
        }

        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero);
    }

    [Test]
    public void A_second_connection_in_a_scope_is_refused([Values] Calling calling)
    {
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        var first = NewConnection();
        first.Open();
        var second = NewConnection();
        Assert.That(async () => await second.OpenAsync(calling), Throws.InstanceOf<NotSupportedException>());
    }

    [Test]
    public async Task A_connection_can_enlist_by_hand([Values] bool commits)
    {
        var table = await TableAsync("id INT");
        using (var transaction = new CommittableTransaction())
        {
            Connection.EnlistTransaction(transaction);
            await InsertAsync(Connection, table, Calling.Awaited);
            if (commits)
                transaction.Commit();
            else
                transaction.Rollback();
        }

        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(commits ? 1 : 0));
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task Enlisting_and_local_transactions_exclude_each_other()
    {
        await using (var local = await Connection.BeginTransactionAsync())
        {
            using var transaction = new CommittableTransaction();
            Assert.That(() => Connection.EnlistTransaction(transaction), Throws.InstanceOf<InvalidOperationException>());
            await local.RollbackAsync();
        }

        using var ambient = new CommittableTransaction();
        Connection.EnlistTransaction(ambient);
        Assert.That(async () => await Connection.BeginTransactionAsync(), Throws.InstanceOf<InvalidOperationException>());
        ambient.Rollback();
        await AssertUsableAsync(Connection);
    }

    [TestCase(IsolationLevel.ReadCommitted, 1)]
    [TestCase(IsolationLevel.RepeatableRead, 0)]
    public async Task The_scope_s_level_is_used(IsolationLevel level, int seen)
    {
        var table = await TableAsync("id INT");
        using var scope = new TransactionScope(TransactionScopeOption.Required, new TransactionOptions { IsolationLevel = level }, TransactionScopeAsyncFlowOption.Enabled);
        var connection = NewConnection();
        await connection.OpenAsync();
        Assert.That(await Command(connection, $"SELECT COUNT(*) FROM {table}").ExecuteScalarAsync(), Is.EqualTo(0L));
        using (new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled))
            await Server.AdminAsync($"INSERT INTO {Schema}.{table} VALUES (1)");
        Assert.That(await Command(connection, $"SELECT COUNT(*) FROM {table}").ExecuteScalarAsync(), Is.EqualTo((long)seen));
    }

    [Test]
    public async Task Auto_Enlist_false_runs_outside([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        await using var source = Provider.Factory.CreateDataSource(Provider.ConnectionString(Sharing, $"Database={Schema};Auto Enlist=false"));
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            using var connection = source.CreateConnection();
            await connection.OpenAsync(calling);
            await InsertAsync(connection, table, calling);
        }

        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    private async Task<long> CountOutsideAsync(string table)
    {
        using var scope = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        return await Server.AdminScalarAsync<long>($"SELECT COUNT(*) FROM {Schema}.{table}");
    }

    private async Task InsertAsync(DbConnection connection, string table, Calling calling) =>
        Assert.That(await Command(connection, $"INSERT INTO {table} VALUES (1)").NonQueryAsync(calling), Is.EqualTo(1));
}
