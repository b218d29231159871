using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

/// <summary>Transactions whose begin travels with their first statement, as the face sees them.</summary>
public class DeferredBeginTests
{
    private MuxConnection _connection = null!;
    private FakeHandle _handle = null!;

    [SetUp]
    public void Open()
    {
        (_connection, _handle) = FakeConnection.Open();
        _handle.BeginsLater = true;
    }

    [TearDown]
    public void Close() => _connection.Dispose();

    [TestCase(IsolationLevel.Unspecified, null, "REPEATABLE READ;START TRANSACTION")]
    [TestCase(IsolationLevel.ReadCommitted, null, "READ COMMITTED;START TRANSACTION")]
    [TestCase(IsolationLevel.ReadUncommitted, true, "READ UNCOMMITTED;START TRANSACTION READ ONLY")]
    [TestCase(IsolationLevel.Serializable, false, "SERIALIZABLE;START TRANSACTION READ WRITE")]
    public void The_begin_is_sent_with_the_first_statement(IsolationLevel level, bool? isReadOnly, string expected)
    {
        using var transaction = _connection.BeginTransaction(level, isReadOnly);
        Assert.That(_handle.Sent, Is.Empty);
        new MuxCommand("INSERT", _connection, transaction).ExecuteNonQuery();
        Assert.That(_handle.Sent, Is.EqualTo(new[] { "SET TRANSACTION ISOLATION LEVEL " + expected, "INSERT" }));
    }

    [Test]
    public void A_snapshot_is_sent_at_once_because_it_is_a_view_of_now()
    {
        using var transaction = _connection.BeginTransaction(IsolationLevel.Snapshot);
        Assert.That(_handle.Sent, Has.Count.EqualTo(1));
        Assert.That(_handle.Sent[0], Does.EndWith("WITH CONSISTENT SNAPSHOT"));
    }

    [Test]
    public async Task A_transaction_without_statements_ends_without_the_server([Values("commit", "rollback", "dispose")] string end, [Values] bool async)
    {
        var changes = new List<PinReasons>();
        _connection.PinChanged += (_, change) => changes.Add(change.Now);
        var transaction = async ? await _connection.BeginTransactionAsync() : _connection.BeginTransaction();
        switch (end)
        {
            case "commit" when async:
                await transaction.CommitAsync();
                break;
            case "commit":
                transaction.Commit();
                break;
            case "rollback" when async:
                await transaction.RollbackAsync();
                break;
            case "rollback":
                transaction.Rollback();
                break;
            case "dispose" when async:
                await transaction.DisposeAsync();
                break;
            default:
                transaction.Dispose();
                break;
        }

        Assert.That(_handle.Sent, Is.Empty);
        Assert.That(transaction.Connection, Is.Null);
        Assert.That(changes, Is.EqualTo(new[] { PinReasons.Transaction, PinReasons.None }));
        Assert.That(() => _connection.BeginTransaction(), Throws.Nothing);
    }

    [Test]
    public void Begun_and_not_sent_counts_as_begun()
    {
        using var transaction = _connection.BeginTransaction();
        Assert.That(() => _connection.BeginTransaction(), Throws.InvalidOperationException);
        Assert.That(_connection.PinReasons, Is.EqualTo(PinReasons.Transaction));
        Assert.That(transaction.Connection, Is.SameAs(_connection));
        transaction.Save("a");
        Assert.That(_handle.Sent[^1], Is.EqualTo("SAVEPOINT `a`"));
    }

    [Test]
    public void An_open_reader_keeps_a_transaction_from_beginning_and_from_ending()
    {
        _handle.Answer().Rows([Column.Int("a")]);
        using (new MuxCommand("x", _connection).ExecuteReader())
            Assert.That(() => _connection.BeginTransaction(), Throws.InvalidOperationException.With.Message.Contains("reader"));
        using var transaction = _connection.BeginTransaction();
        _handle.Answer().Rows([Column.Int("a")]);
        using (new MuxCommand("x", _connection).ExecuteReader())
            Assert.That(transaction.Commit, Throws.InvalidOperationException.With.Message.Contains("reader"));
        Assert.That(transaction.Commit, Throws.Nothing);
    }

    [TestCase("COMMIT", Delivery.Sent, true)]
    [TestCase("COMMIT", Delivery.NotSent, false)]
    [TestCase("ROLLBACK", Delivery.Sent, false)]
    [TestCase("INSERT INTO t VALUES (1)", Delivery.Sent, false)]
    [TestCase("UPDATE t SET a = 1; COMMIT", Delivery.Sent, true)]
    [TestCase("CREATE TABLE t (a INT)", Delivery.Sent, true)]
    [TestCase("CALL p()", Delivery.Sent, true)]
    public void A_lost_connection_leaves_a_doubt_only_where_the_transaction_may_have_been_committed(string text, Delivery delivery, bool isUnknown)
    {
        using var transaction = _connection.BeginTransaction();
        new MuxCommand("SELECT 1", _connection).ExecuteNonQuery();
        _handle.IsInTransaction = true;
        _handle.Throw(new LinkException(LinkFailureKind.ConnectionLost, delivery, "gone"));
        var error = Assert.Throws<MuxException>(() =>
        {
            if (text == "COMMIT")
                transaction.Commit();
            else
                new MuxCommand(text, _connection).ExecuteNonQuery();
        })!;
        Assert.That((error.OutcomeUnknown, _connection.State), Is.EqualTo((isUnknown, ConnectionState.Broken)));
        Assert.That(transaction.Commit, Throws.InvalidOperationException);
    }

    [Test]
    public void Outside_a_transaction_a_write_without_answer_leaves_a_doubt()
    {
        _handle.Throw(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        Assert.That(Assert.Throws<MuxException>(() => new MuxCommand("INSERT INTO t VALUES (1)", _connection).ExecuteNonQuery())!.OutcomeUnknown, Is.True);
    }

    [Test]
    public void Closing_the_connection_ends_the_transaction()
    {
        var transaction = _connection.BeginTransaction();
        _connection.Close();
        Assert.That(_handle.Sent, Is.Empty);
        Assert.That(transaction.Commit, Throws.InvalidOperationException);
        Assert.That(transaction.Dispose, Throws.Nothing);
    }
}
