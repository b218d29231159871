using System.Data;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Transactions of the API, whose begin travels with their first statement.</summary>
internal sealed class DeferredTransactionTests : StateFixture
{
    [Test]
    public async Task A_transaction_without_statements_asks_the_server_nothing([Values] bool commits)
    {
        var before = Few.GetStatistics();
        await using (var transaction = await Owner.BeginTransactionAsync())
        {
            Assert.That((Owner.PinReasons, Owner.ServerThread), Is.EqualTo((PinReasons.Transaction, (long?)null)));
            if (commits)
                await transaction.CommitAsync();
        }

        AssertFloats(Owner);
        var after = Few.GetStatistics();
        Assert.That(after.FloatingStatements + after.LeasedStatements, Is.EqualTo(before.FloatingStatements + before.LeasedStatements));
    }

    // What the neighbour counts before the end, and what is left of it by a rollback.
    [TestCase("INSERT INTO {t} VALUES (2, 'mine')", "", "1", "1")]
    [TestCase("INSERT INTO {t} VALUES (2, 'mine'); INSERT INTO {t} VALUES (3, 'mine')", "", "1", "1")]
    [TestCase("INSERT INTO {t} VALUES (2, 'mine'); COMMIT; INSERT INTO {t} VALUES (3, 'mine')", "", "3", "3")]
    [TestCase("CALL add_{t}(2)", "", "1", "1")]
    [TestCase("SET time_zone = '+03:00'", "", "1", "1")]
    [TestCase("USE {s}", "", "1", "1")]
    [TestCase("INSERT INTO {t} VALUES (1, 'twice')", "!1062", "1", "1")]
    [TestCase("SELECT FROM", "!1064", "1", "1")]
    [TestCase("SELECT COUNT(*) FROM {t} FOR UPDATE", "1", "1", "1")]
    [TestCase("SAVEPOINT here", "", "1", "1")]
    [TestCase("START TRANSACTION", "", "1", "1")]
    [TestCase("SET TRANSACTION READ ONLY", "!1568", "1", "1")]
    public async Task The_first_statement_begins_the_transaction_whatever_it_is(string text, string answer, string meanwhile, string left)
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.add_{Table}(a INT) INSERT INTO {Table} VALUES (a, 'called')");
        await using (await Owner.BeginTransactionAsync(IsolationLevel.ReadCommitted))
        {
            Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(answer));
            await RunAllAsync(Owner, "INSERT INTO {t} VALUES (7, 'mine')");
            if (!text.Contains("COMMIT", StringComparison.Ordinal))
            {
                AssertPinned(Owner, PinReasons.Transaction);
                Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo(meanwhile));
            }
        }

        var expected = text.Contains("COMMIT", StringComparison.Ordinal) ? "4" : left;
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo(expected));
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_commit_keeps_everything_from_the_first_statement_on()
    {
        await using (var transaction = await Owner.BeginTransactionAsync())
        {
            await RunAllAsync(Owner, "INSERT INTO {t} VALUES (2, 'mine')");
            await transaction.SaveAsync("here");
            await RunAllAsync(Owner, "INSERT INTO {t} VALUES (3, 'undone')");
            await transaction.RollbackAsync("here");
            await transaction.ReleaseAsync("here");
            await transaction.CommitAsync();
        }

        AssertFloats(Owner);
        Assert.That(await ForeignAnswerAsync("SELECT id FROM {t} ORDER BY id"), Is.EqualTo("1;2"));
    }

    [TestCase(IsolationLevel.ReadUncommitted, "2")]
    [TestCase(IsolationLevel.ReadCommitted, "1")]
    public async Task The_level_is_that_of_this_transaction_only(IsolationLevel level, string seen)
    {
        var writer = await OpenAsync(Few);
        await RunAllAsync(writer, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'dirty')");
        await using (await Owner.BeginTransactionAsync(level))
            Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo(seen));
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_transaction_that_only_reads_refuses_the_first_write_and_the_others()
    {
        await using var transaction = await Owner.BeginTransactionAsync(IsolationLevel.Unspecified, isReadOnly: true);
        Assert.That(await AnswerAsync(Owner, "INSERT INTO {t} VALUES (2, 'mine')"), Is.EqualTo("!1792"));
        Assert.That(await AnswerAsync(Owner, "INSERT INTO {t} VALUES (2, 'mine')"), Is.EqualTo("!1792"));
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await transaction.CommitAsync();
        Assert.That(await AnswerAsync(Owner, "INSERT INTO {t} VALUES (2, 'mine')"), Is.Empty);
    }

    [Test]
    public async Task A_snapshot_is_that_of_the_begin([Values] bool isSnapshot)
    {
        await using var transaction = await Owner.BeginTransactionAsync(isSnapshot ? IsolationLevel.Snapshot : IsolationLevel.RepeatableRead);
        await RunAllAsync(Neighbour, "INSERT INTO {t} VALUES (2, 'later')");
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo(isSnapshot ? "1" : "2"));
    }

    [Test]
    public async Task A_first_statement_that_is_larger_than_a_packet_runs_in_the_transaction()
    {
        await Server.AdminAsync($"CREATE TABLE {Schema}.big_{Table} (id INT PRIMARY KEY, data LONGTEXT)");
        var most = await Owner.ScalarAsync<long>("SELECT @@max_allowed_packet");
        var length = (int)Math.Min(most, 16 * 1024 * 1024) - 60;
        await using (await Owner.BeginTransactionAsync())
        {
            await Owner.RunAsync($"INSERT INTO big_{Table} VALUES (1, @a)", ("a", new string('x', length - 40)));
            AssertPinned(Owner, PinReasons.Transaction);
        }

        Assert.That(await Owner.ScalarAsync<long>($"SELECT COUNT(*) FROM big_{Table}"), Is.Zero);
    }

    [Test]
    public async Task A_deadlock_ends_the_transaction_and_the_next_one_begins_anew()
    {
        await Server.AdminAsync($"INSERT INTO {Schema}.{Table} VALUES (2, 'other')");
        await using (await Owner.BeginTransactionAsync())
        await using (await Neighbour.BeginTransactionAsync())
        {
            await RunAllAsync(Owner, "UPDATE {t} SET name = 'a' WHERE id = 1");
            await RunAllAsync(Neighbour, "UPDATE {t} SET name = 'b' WHERE id = 2");
            var first = AnswerAsync(Owner, "UPDATE {t} SET name = 'a' WHERE id = 2");
            var second = AnswerAsync(Neighbour, "UPDATE {t} SET name = 'b' WHERE id = 1");
            Assert.That(await Task.WhenAll(first, second), Has.One.EqualTo("!1213"));
        }

        AssertFloats(Owner);
        AssertFloats(Neighbour);
        await using (await Owner.BeginTransactionAsync())
            Assert.That(await AnswerAsync(Owner, "SELECT name FROM {t} WHERE id = 1"), Is.EqualTo("everybody's"));
    }

    [Test]
    public async Task A_first_statement_whose_time_is_up_leaves_the_transaction_begun()
    {
        await using (var transaction = await Owner.BeginTransactionAsync())
        {
            await using var slow = Owner.Command(Fill("INSERT INTO {t} SELECT 2, SLEEP(1.5)"));
            slow.CommandTimeout = 1;
            var error = await Sql.MuxFailureOf(slow.ExecuteNonQueryAsync);
            Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
            await RunAllAsync(Owner, "INSERT INTO {t} VALUES (3, 'mine')");
            AssertPinned(Owner, PinReasons.Transaction);
            await transaction.RollbackAsync();
        }

        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task Where_autocommit_is_off_a_begin_commits_at_once_what_was_done_before()
    {
        await RunAllAsync(Owner, "SET autocommit = 0;; INSERT INTO {t} VALUES (2, 'before')");
        await using (await Owner.BeginTransactionAsync())
            Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
        await RunAllAsync(Owner, "SET autocommit = 1");
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_temporary_table_and_a_transaction_share_their_link()
    {
        await RunAllAsync(Owner, "CREATE TEMPORARY TABLE tmp (id INT) ENGINE=InnoDB");
        var thread = Owner.ServerThread;
        await using (await Owner.BeginTransactionAsync())
        {
            await RunAllAsync(Owner, "INSERT INTO tmp VALUES (1)");
            Assert.That((Owner.PinReasons, Owner.ServerThread), Is.EqualTo((PinReasons.Transaction | PinReasons.TemporaryTable, thread)));
        }

        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM tmp"), Is.EqualTo("0"));
    }

    [Test]
    public async Task A_connection_that_is_killed_before_COMMIT_is_sent_or_under_a_write_leaves_no_doubt()
    {
        var transaction = await Owner.BeginTransactionAsync();
        await RunAllAsync(Owner, "INSERT INTO {t} VALUES (2, 'mine')");
        await Server.AdminAsync($"KILL {Owner.ServerThread}");
        var error = await Sql.MuxFailureOf(() => RunAllAsync(Owner, "INSERT INTO {t} VALUES (3, 'mine')"));
        Assert.That((error.OutcomeUnknown, Owner.State), Is.EqualTo((false, ConnectionState.Broken)));
        await Sql.FailureOf<InvalidOperationException>(() => transaction.CommitAsync());
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
    }

    [Test]
    public void Blocked_callers_do_the_same()
    {
        using (var transaction = Owner.BeginTransaction(IsolationLevel.Serializable))
        {
            Owner.Scalar<long>(Fill("SELECT COUNT(*) FROM {t}"));
            AssertPinned(Owner, PinReasons.Transaction);
            transaction.Commit();
        }

        AssertFloats(Owner);
    }
}
