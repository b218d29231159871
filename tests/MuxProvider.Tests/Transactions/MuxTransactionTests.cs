using System.Data;
using MuxProvider.Links;

namespace MuxProvider.Tests;

public class MuxTransactionTests
{
    [TestCase(IsolationLevel.Unspecified, null, "REPEATABLE READ;START TRANSACTION")]
    [TestCase(IsolationLevel.RepeatableRead, null, "REPEATABLE READ;START TRANSACTION")]
    [TestCase(IsolationLevel.ReadCommitted, null, "READ COMMITTED;START TRANSACTION")]
    [TestCase(IsolationLevel.ReadUncommitted, null, "READ UNCOMMITTED;START TRANSACTION")]
    [TestCase(IsolationLevel.Serializable, true, "SERIALIZABLE;START TRANSACTION READ ONLY")]
    [TestCase(IsolationLevel.ReadCommitted, false, "READ COMMITTED;START TRANSACTION READ WRITE")]
    [TestCase(IsolationLevel.Snapshot, null, "REPEATABLE READ;START TRANSACTION WITH CONSISTENT SNAPSHOT")]
    [TestCase(IsolationLevel.Snapshot, true, "REPEATABLE READ;START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")]
    public void Beginning_says_the_isolation_level_of_this_transaction_only(IsolationLevel level, bool? isReadOnly, string expected)
    {
        var (connection, handle) = FakeConnection.Open();
        using var transaction = connection.BeginTransaction(level, isReadOnly);
        Assert.That(handle.Sent, Is.EqualTo(new[] { "SET TRANSACTION ISOLATION LEVEL " + expected }));
    }

    [Test]
    public void Chaos_is_refused()
    {
        var (connection, handle) = FakeConnection.Open();
        Assert.That(() => connection.BeginTransaction(IsolationLevel.Chaos), Throws.TypeOf<NotSupportedException>());
        Assert.That(handle.Sent, Is.Empty);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
    }

    [Test]
    public void Transactions_do_not_nest()
    {
        var (connection, _) = FakeConnection.Open();
        using (connection.BeginTransaction())
            Assert.That(() => connection.BeginTransaction(), Throws.InvalidOperationException);
        Assert.That(() => connection.BeginTransaction(), Throws.Nothing);
    }

    [Test]
    public async Task It_ends_once([Values] bool commits, [Values] bool async)
    {
        var (connection, handle) = FakeConnection.Open();
        var transaction = await connection.BeginTransactionAsync();
        if (async)
            await (commits ? transaction.CommitAsync() : transaction.RollbackAsync());
        else if (commits)
            transaction.Commit();
        else
            transaction.Rollback();
        Assert.Multiple(() =>
        {
            Assert.That(handle.Sent[^1], Is.EqualTo(commits ? "COMMIT" : "ROLLBACK"));
            Assert.That(transaction.Connection, Is.Null);
            Assert.That(transaction.Commit, Throws.InvalidOperationException);
            Assert.That(async () => await transaction.RollbackAsync(), Throws.InvalidOperationException);
        });
        transaction.Dispose();
        Assert.That(handle.Sent, Has.Count.EqualTo(2));
        Assert.That(transaction.Commit, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Disposing_rolls_back([Values] bool async)
    {
        var (connection, handle) = FakeConnection.Open();
        var transaction = connection.BeginTransaction();
        handle.Answer().Rows([Column.Int("a")]);
        var reader = new MuxCommand("x", connection).ExecuteReader();
        if (async)
            await transaction.DisposeAsync();
        else
            transaction.Dispose();
        Assert.That(handle.Sent[^1], Is.EqualTo("ROLLBACK"));
        Assert.That(reader.IsClosed, Is.True);
    }

    [Test]
    public void Disposing_does_not_throw_when_the_connection_is_lost()
    {
        var (connection, handle) = FakeConnection.Open();
        var transaction = connection.BeginTransaction();
        handle.Throw(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        Assert.That(transaction.Dispose, Throws.Nothing);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Broken));
    }

    [Test]
    public void Savepoints_are_quoted()
    {
        var (connection, handle) = FakeConnection.Open();
        using var transaction = connection.BeginTransaction();
        transaction.Save("a`b");
        transaction.Rollback("a`b");
        transaction.Release("a`b");
        Assert.Multiple(() =>
        {
            Assert.That(handle.Sent[1..], Is.EqualTo(new[] { "SAVEPOINT `a``b`", "ROLLBACK TO SAVEPOINT `a``b`", "RELEASE SAVEPOINT `a``b`" }));
            Assert.That(transaction.SupportsSavepoints, Is.True);
            Assert.That(() => transaction.Save(""), Throws.ArgumentException);
        });
    }

    [Test]
    public void A_command_may_name_the_open_transaction_or_none()
    {
        var (connection, _) = FakeConnection.Open();
        using var transaction = connection.BeginTransaction();
        Assert.That(new MuxCommand("x", connection, transaction).ExecuteNonQuery, Throws.Nothing);
        Assert.That(new MuxCommand("x", connection).ExecuteNonQuery, Throws.Nothing);
    }

    [Test]
    public void A_command_may_not_name_a_foreign_or_finished_transaction()
    {
        var (connection, _) = FakeConnection.Open();
        var (other, _) = FakeConnection.Open();
        using var foreign = other.BeginTransaction();
        var finished = connection.BeginTransaction();
        finished.Commit();
        Assert.That(new MuxCommand("x", connection, foreign).ExecuteNonQuery, Throws.InvalidOperationException.With.Message.Contains("another connection"));
        Assert.That(new MuxCommand("x", connection, finished).ExecuteNonQuery, Throws.InvalidOperationException.With.Message.Contains("ended"));
    }

    [Test]
    public void The_check_can_be_switched_off()
    {
        var (connection, _) = FakeConnection.Open("Ignore Command Transaction=true");
        var finished = connection.BeginTransaction();
        finished.Commit();
        Assert.That(new MuxCommand("x", connection, finished).ExecuteNonQuery, Throws.Nothing);
    }

    [Test]
    public void A_begin_without_answer_breaks_the_connection_so_that_nothing_runs_inside_it_unnoticed()
    {
        var (connection, handle) = FakeConnection.Open();

        // As a handle assumes of a BEGIN that was sent.
        handle.IsInTransaction = true;
        handle.Hang();
        using var source = new CancellationTokenSource();
        var beginning = connection.BeginTransactionAsync(source.Token);
        source.Cancel();
        Assert.That(async () => await beginning, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Broken));
    }

    [Test]
    public void A_begin_that_was_never_sent_leaves_the_connection_as_it_is()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Hang();
        using var source = new CancellationTokenSource();
        var beginning = connection.BeginTransactionAsync(source.Token);
        source.Cancel();
        Assert.That(async () => await beginning, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
    }

    [Test]
    public void A_begin_that_the_server_refused_leaves_the_connection_as_it_is()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Fails(1568, "in progress");
        Assert.That(() => connection.BeginTransaction(), Throws.TypeOf<MuxException>());
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
        Assert.That(() => connection.BeginTransaction(), Throws.Nothing);
    }
}
