using System.Data;
using System.Transactions;
using MuxProvider.Links;

namespace MuxProvider.Tests;

/// <summary>Connections in System.Transactions transactions.</summary>
public class EnlistmentTests
{
    private List<FakeHandle> _handles = null!;
    private MuxDataSource _source = null!;

    [SetUp]
    public void NewSource()
    {
        _handles = [];
        _source = Source("Server=a;Database=shop");
    }

    [TearDown]
    public void DisposeSource() => _source.Dispose();

    [TestCase(System.Transactions.IsolationLevel.Serializable, "SERIALIZABLE;START TRANSACTION")]
    [TestCase(System.Transactions.IsolationLevel.ReadCommitted, "READ COMMITTED;START TRANSACTION")]
    [TestCase(System.Transactions.IsolationLevel.RepeatableRead, "REPEATABLE READ;START TRANSACTION")]
    [TestCase(System.Transactions.IsolationLevel.Snapshot, "REPEATABLE READ;START TRANSACTION WITH CONSISTENT SNAPSHOT")]
    public void Opening_in_a_scope_joins_it_with_its_isolation_level(System.Transactions.IsolationLevel level, string expected)
    {
        using (var scope = new TransactionScope(TransactionScopeOption.RequiresNew, new TransactionOptions { IsolationLevel = level }))
        {
            using var connection = _source.OpenConnection();
            new MuxCommand("INSERT", connection).ExecuteNonQuery();
            scope.Complete();
        }

        Assert.That(Sent, Is.EqualTo(new[] { "SET TRANSACTION ISOLATION LEVEL " + expected, "INSERT", "COMMIT" }));
        Assert.That(_handles.Single().Closes, Is.EqualTo(1));
    }

    [Test]
    public void A_scope_that_is_not_complete_rolls_back([Values] bool isClosedBefore)
    {
        var connection = new TransactionScope() is var scope ? _source.OpenConnection() : null!;
        new MuxCommand("INSERT", connection).ExecuteNonQuery();
        if (isClosedBefore)
            connection.Close();
        scope.Dispose();
        Assert.That(Sent[^1], Is.EqualTo("ROLLBACK"));
        Assert.That(_handles.Single().IsOpen, Is.EqualTo(!isClosedBefore));
        connection.Dispose();
        Assert.That(_handles.Single().IsOpen, Is.False);
    }

    [Test]
    public void A_scope_without_statements_asks_the_server_nothing([Values] bool completes)
    {
        using (var scope = new TransactionScope())
        {
            using var connection = _source.OpenConnection();
            if (completes)
                scope.Complete();
        }

        Assert.That(Sent, Is.Empty);
        Assert.That(_handles.Single().IsOpen, Is.False);
    }

    [Test]
    public async Task Opening_again_in_the_scope_goes_on_with_the_same_handle_and_one_commit()
    {
        using (var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            for (var i = 0; i < 3; i++)
            {
                await using var connection = await _source.OpenConnectionAsync();
                await new MuxCommand($"INSERT {i}", connection).ExecuteNonQueryAsync();
                await Task.Yield();
            }

            scope.Complete();
        }

        Assert.That(Sent[1..], Is.EqualTo(new[] { "INSERT 0", "INSERT 1", "INSERT 2", "COMMIT" }));
        Assert.That((_handles.Count, _handles[0].Opens, _handles[0].Closes), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public void A_second_connection_at_the_same_time_is_refused_and_says_what_to_do([Values] bool isOfTheSameSource)
    {
        using var other = Source("Server=b");
        using (var scope = new TransactionScope())
        {
            using var first = _source.OpenConnection();
            var refusal = Assert.Throws<NotSupportedException>(() => (isOfTheSameSource ? _source : other).OpenConnection())!;
            Assert.That(refusal.Message, Does.Contain("Auto Enlist=false").And.Contain("Suppress"));
            new MuxCommand("INSERT", first).ExecuteNonQuery();
            using (new TransactionScope(TransactionScopeOption.Suppress))
            using (var outside = _source.OpenConnection())
                new MuxCommand("LOG", outside).ExecuteNonQuery();
            using var without = Source("Server=a;Auto Enlist=false");
            using (var outside = without.OpenConnection())
                new MuxCommand("LOG", outside).ExecuteNonQuery();
            scope.Complete();
        }

        Assert.That(_handles[0].Sent[^1], Is.EqualTo("COMMIT"));
        Assert.That(_handles.Skip(1).SelectMany(static handle => handle.Sent), Has.None.EqualTo("COMMIT"));
    }

    [Test]
    public void A_connection_can_join_by_hand_and_goes_on_behind_the_scope()
    {
        using var connection = _source.OpenConnection();
        using (var scope = new TransactionScope())
        {
            connection.EnlistTransaction(Transaction.Current);
            connection.EnlistTransaction(Transaction.Current);
            Assert.That(() => connection.BeginTransaction(), Throws.InvalidOperationException);
            Assert.That(connection.ResetConnection, Throws.InvalidOperationException);
            using var other = new CommittableTransaction();
            Assert.That(() => connection.EnlistTransaction(other), Throws.InvalidOperationException);
            new MuxCommand("INSERT", connection).ExecuteNonQuery();
            scope.Complete();
        }

        Assert.That(Sent[^1], Is.EqualTo("COMMIT"));
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
        using (connection.BeginTransaction())
            Assert.That(() => connection.EnlistTransaction(new CommittableTransaction()), Throws.InvalidOperationException);
        Assert.That(() => connection.EnlistTransaction(null), Throws.Nothing);
    }

    [Test]
    public void A_closed_connection_cannot_join()
    {
        using var transaction = new CommittableTransaction();
        using var connection = _source.CreateConnection();
        Assert.That(() => connection.EnlistTransaction(transaction), Throws.InvalidOperationException);
    }

    [Test]
    public void A_commit_that_the_server_refuses_aborts_the_scope()
    {
        var scope = new TransactionScope();
        using (var connection = _source.OpenConnection())
            new MuxCommand("INSERT", connection).ExecuteNonQuery();
        _handles[0].Answer().Fails(1213, "deadlock", "40001");
        scope.Complete();
        var error = Assert.Throws<TransactionAbortedException>(scope.Dispose)!;
        Assert.That((error.InnerException as MuxException)?.Number, Is.EqualTo(1213));
        Assert.That(_handles[0].IsOpen, Is.False);
    }

    [Test]
    public void A_commit_without_answer_leaves_the_scope_in_doubt()
    {
        var scope = new TransactionScope();
        using (var connection = _source.OpenConnection())
            new MuxCommand("INSERT", connection).ExecuteNonQuery();
        _handles[0].Throw(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        scope.Complete();
        Assert.That(scope.Dispose, Throws.TypeOf<TransactionInDoubtException>());
    }

    [Test]
    public void A_connection_that_is_lost_before_aborts_the_scope()
    {
        var scope = new TransactionScope();
        using var connection = _source.OpenConnection();
        new MuxCommand("INSERT", connection).ExecuteNonQuery();
        _handles[0].PinReasons |= Multiplexing.PinReasons.Transaction;
        _handles[0].Throw(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        Assert.That(new MuxCommand("INSERT", connection).ExecuteNonQuery, Throws.TypeOf<MuxException>());
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Broken));
        connection.Close();
        Assert.That(connection.Open, Throws.TypeOf<TransactionAbortedException>());
        scope.Complete();
        Assert.That(scope.Dispose, Throws.TypeOf<TransactionAbortedException>());
        Assert.That(Sent, Has.None.EqualTo("COMMIT"));
    }

    [Test]
    public void Behind_a_rollback_from_elsewhere_nothing_runs_in_the_scope()
    {
        using var scope = new TransactionScope();
        using var connection = _source.OpenConnection();
        new MuxCommand("INSERT", connection).ExecuteNonQuery();

        // As when its time is up.
        Task.Run(Transaction.Current!.Rollback).Wait();
        Assert.That(Sent[^1], Is.EqualTo("ROLLBACK"));
        Assert.That(new MuxCommand("INSERT", connection).ExecuteNonQuery, Throws.TypeOf<TransactionAbortedException>());
        Assert.That(Sent[^1], Is.EqualTo("ROLLBACK"));
    }

    [Test]
    public void A_rollback_from_elsewhere_under_an_open_reader_breaks_the_connection()
    {
        using var scope = new TransactionScope();
        using var connection = _source.OpenConnection();
        _handles[0].Answer().Rows([Column.Int("a")], [1]);
        using var reader = new MuxCommand("SELECT a", connection).ExecuteReader();
        Task.Run(Transaction.Current!.Rollback).Wait();
        Assert.That((connection.State, _handles[0].IsOpen), Is.EqualTo((ConnectionState.Broken, false)));
    }

    [Test]
    public void Another_resource_that_needs_two_phases_is_refused()
    {
        using var scope = new TransactionScope();
        Assert.That(Transaction.Current!.EnlistPromotableSinglePhase(new OtherResource()), Is.True);
        Assert.That(_source.OpenConnection, Throws.TypeOf<NotSupportedException>().With.Message.Contains("two-phase"));
        Assert.That(_handles.Single().IsOpen, Is.False);
    }

    private List<string> Sent => _handles[0].Sent;

    private MuxDataSource Source(string connectionString) => FakeConnection.Source(connectionString, handle =>
    {
        handle.BeginsLater = true;
        _handles.Add(handle);
    });

    private sealed class OtherResource : IPromotableSinglePhaseNotification
    {
        public void Initialize()
        {
        }

        public byte[] Promote() => throw new TransactionPromotionException();

        public void SinglePhaseCommit(SinglePhaseEnlistment singlePhaseEnlistment) => singlePhaseEnlistment.Committed();

        public void Rollback(SinglePhaseEnlistment singlePhaseEnlistment) => singlePhaseEnlistment.Aborted();
    }
}
