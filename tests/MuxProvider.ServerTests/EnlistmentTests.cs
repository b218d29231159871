using System.Transactions;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Connections in System.Transactions transactions.</summary>
internal sealed class EnlistmentTests : StateFixture
{
    [Test]
    public async Task A_scope_commits_where_it_is_complete_and_rolls_back_otherwise([Values] bool completes)
    {
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            for (var id = 2; id < 4; id++)
            {
                await using var connection = await Few.OpenConnectionAsync();
                await connection.RunAsync(Fill($"INSERT INTO {{t}} VALUES ({id}, 'mine')"));
                Assert.That(connection.PinReasons, Is.EqualTo(PinReasons.Transaction));
            }

            using (new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled))
                Assert.That(await Neighbour.ScalarAsync<long>(Fill("SELECT COUNT(*) FROM {t}")), Is.EqualTo(1));
            if (completes)
                scope.Complete();
        }

        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo(completes ? "3" : "1"));
        await AssertEveryLinkIsCleanAsync("SELECT @@autocommit", "1");
    }

    [Test]
    public void Blocked_callers_do_the_same()
    {
        using (var scope = new TransactionScope(TransactionScopeOption.Required, new TransactionOptions { IsolationLevel = IsolationLevel.ReadCommitted }))
        {
            using var connection = Few.OpenConnection();
            using var command = connection.Command(Fill("INSERT INTO {t} VALUES (2, 'mine')"));
            command.ExecuteNonQuery();
            scope.Complete();
        }

        Assert.That(Neighbour.Scalar<long>(Fill("SELECT COUNT(*) FROM {t}")), Is.EqualTo(2));
    }

    [Test]
    public async Task The_level_is_that_of_the_scope()
    {
        var writer = await OpenAsync(Few);
        await RunAllAsync(writer, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'dirty')");
        using var scope = new TransactionScope(
            TransactionScopeOption.Required, new TransactionOptions { IsolationLevel = IsolationLevel.ReadUncommitted }, TransactionScopeAsyncFlowOption.Enabled);
        await using var connection = await Few.OpenConnectionAsync();
        Assert.That(await connection.ScalarAsync<long>(Fill("SELECT COUNT(*) FROM {t}")), Is.EqualTo(2));
    }

    [Test]
    public async Task A_scope_whose_time_is_up_is_rolled_back_and_nothing_runs_in_it_any_more()
    {
        using (new TransactionScope(TransactionScopeOption.Required, TimeSpan.FromMilliseconds(300), TransactionScopeAsyncFlowOption.Enabled))
        {
            await using var connection = await Few.OpenConnectionAsync();
            await connection.RunAsync(Fill("INSERT INTO {t} VALUES (2, 'mine')"));
            var over = new TaskCompletionSource();
            Transaction.Current!.TransactionCompleted += (_, _) => over.TrySetResult();
            await over.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await Sql.FailureOf<TransactionAbortedException>(() => connection.RunAsync(Fill("INSERT INTO {t} VALUES (3, 'mine')")));
        }

        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
    }

    [Test]
    public async Task The_schema_of_a_connection_that_is_opened_again_is_its_own()
    {
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        await using (var first = await Few.OpenConnectionAsync())
            await first.ChangeDatabaseAsync("mysql");
        await using var second = await Few.OpenConnectionAsync();
        Assert.That((second.Database, await second.ScalarAsync<string>("SELECT DATABASE()")), Is.EqualTo((Schema, Schema)));
    }
}
