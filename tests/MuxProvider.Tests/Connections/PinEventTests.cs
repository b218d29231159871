using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

/// <summary>What a connection tells about the link that it keeps, and how a program keeps one.</summary>
public class PinEventTests
{
    private MuxConnection _connection = null!;
    private FakeHandle _handle = null!;
    private List<string> _events = null!;

    [SetUp]
    public void Open()
    {
        (_connection, _handle) = FakeConnection.Open("Server=a;Database=shop;Connection Timeout=7;Default Command Timeout=90");
        _events = [];
        _connection.PinChanged += (_, change) => _events.Add($"{change.Before}>{change.Now}");
        _connection.StateChange += (_, change) => _events.Add($"{change.OriginalState}>{change.CurrentState}");
    }

    [TearDown]
    public void Close() => _connection.Dispose();

    [Test]
    public void Only_statements_that_change_the_pins_are_told()
    {
        Run(PinReasons.None);
        Run(PinReasons.TemporaryTable);
        Run(PinReasons.TemporaryTable);
        Run(PinReasons.TemporaryTable | PinReasons.Transaction);
        Run(PinReasons.None);
        Assert.That(_events, Is.EqualTo(new[] { "None>TemporaryTable", "TemporaryTable>Transaction, TemporaryTable", "Transaction, TemporaryTable>None" }));
    }

    [Test]
    public void The_event_agrees_with_the_connection_and_names_it_as_the_sender()
    {
        object? sender = null;
        var seen = PinReasons.None;
        _connection.PinChanged += (source, change) => (sender, seen) = (source, _connection.PinReasons & change.Now);
        Run(PinReasons.NamedLock);
        Assert.That(sender, Is.SameAs(_connection));
        Assert.That(seen, Is.EqualTo(PinReasons.NamedLock));
    }

    [Test]
    public void A_change_that_happened_before_anybody_listened_is_not_told_later()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer(PinReasons.Role).Done();
        new MuxCommand("SET ROLE a", connection).ExecuteNonQuery();
        var changes = new List<MuxPinChangedEventArgs>();
        connection.PinChanged += (_, change) => changes.Add(change);
        handle.Answer(PinReasons.Role | PinReasons.TemporaryTable).Done();
        new MuxCommand("CREATE TEMPORARY TABLE t (a int)", connection).ExecuteNonQuery();
        Assert.That(changes.Single().Before, Is.EqualTo(PinReasons.Role));
    }

    private static readonly TestCaseData[] s_executions =
    [
        new("ExecuteNonQuery", (MuxCommand command) => { command.ExecuteNonQuery(); }),
        new("ExecuteScalar", (MuxCommand command) => { command.ExecuteScalar(); }),
        new("ExecuteReader", (MuxCommand command) => command.ExecuteReader().Dispose()),
        new("ExecuteNonQueryAsync", (MuxCommand command) => { command.ExecuteNonQueryAsync(CancellationToken.None).GetAwaiter().GetResult(); }),
        new("Batch.ExecuteNonQuery", (MuxCommand command) => { Batch(command).ExecuteNonQuery(); }),
        new("Batch.ExecuteScalar", (MuxCommand command) => { Batch(command).ExecuteScalar(); }),
        new("Batch.ExecuteReader", (MuxCommand command) => Batch(command).ExecuteReader().Dispose()),
    ];

    [TestCaseSource(nameof(s_executions))]
    public void It_is_told_however_the_statement_is_executed(string name, Action<MuxCommand> execute)
    {
        _handle.Answer(PinReasons.UserVariable).Rows([Column.Int("a")], [1]);
        execute(new MuxCommand("SELECT 1", _connection));
        Assert.That(_events, Is.EqualTo(new[] { "None>UserVariable" }), name);
    }

    [TestCaseSource(nameof(s_executions))]
    public void A_statement_that_fails_tells_what_it_changed_all_the_same(string name, Action<MuxCommand> execute)
    {
        Run(PinReasons.Transaction);
        _handle.Answer(PinReasons.None).Fails(1213, "deadlock");
        Assert.That(() => execute(new MuxCommand("SELECT 1", _connection)), Throws.TypeOf<MuxException>(), name);
        Assert.That(_events[^1], Is.EqualTo("Transaction>None"));
    }

    [TestCaseSource(nameof(s_executions))]
    public void What_a_handler_throws_reaches_the_caller_once_and_the_connection_goes_on(string name, Action<MuxCommand> execute)
    {
        EventHandler<MuxPinChangedEventArgs> handler = static (_, change) => throw new InsufficientMemoryException($"my own {change.Now}");
        _connection.PinChanged += handler;
        var reply = _handle.Answer(PinReasons.UserVariable).Rows([Column.Int("a")], [1]);
        Assert.That(() => execute(new MuxCommand("SELECT 1", _connection)), Throws.TypeOf<InsufficientMemoryException>().With.Message.EqualTo("my own UserVariable"), name);
        Assert.Multiple(() =>
        {
            Assert.That(_connection.State, Is.EqualTo(ConnectionState.Open));
            Assert.That(_connection.PinReasons, Is.EqualTo(PinReasons.UserVariable));
            Assert.That(reply.IsDisposed, Is.True);
            Assert.That(() => Run(PinReasons.UserVariable), Throws.Nothing, "told once, and nothing is under way any more");
            Assert.That(_events, Has.Count.EqualTo(1));
        });
        _connection.PinChanged -= handler;
    }

    [Test]
    public void A_transaction_is_told_when_it_has_begun_and_when_it_has_ended()
    {
        _connection.PinChanged += (_, change) => _events.Add(change.Now == PinReasons.None ? "ended" : "begun");
        _handle.Answer(PinReasons.Transaction).Done();
        using (var transaction = _connection.BeginTransaction())
        {
            _handle.Answer(PinReasons.None).Done();
            transaction.Commit();
        }

        Assert.That(_events, Is.EqualTo(new[] { "None>Transaction", "begun", "Transaction>None", "ended" }));
    }

    [Test]
    public void A_transaction_that_a_handler_kept_from_its_caller_is_rolled_back()
    {
        _connection.PinChanged += OnPinChanged;
        _handle.Answer(PinReasons.Transaction).Done();
        _handle.Answer(PinReasons.None).Done();
        Assert.That(() => _connection.BeginTransaction(), Throws.TypeOf<InsufficientMemoryException>());
        Assert.That(_handle.Sent[^1], Is.EqualTo("ROLLBACK").IgnoreCase);
        _connection.PinChanged -= OnPinChanged;
        Assert.That(() => _connection.BeginTransaction().Dispose(), Throws.Nothing, "there is none open");

        static void OnPinChanged(object? sender, MuxPinChangedEventArgs change) => throw new InsufficientMemoryException();
    }

    [Test]
    public void A_commit_stays_a_commit_when_a_handler_throws()
    {
        _handle.Answer(PinReasons.Transaction).Done();
        var transaction = _connection.BeginTransaction();
        _connection.PinChanged += (_, _) => throw new InsufficientMemoryException();
        _handle.Answer(PinReasons.None).Done();
        Assert.That(transaction.Commit, Throws.TypeOf<InsufficientMemoryException>());
        Assert.That(transaction.Connection, Is.Null);
        var sent = _handle.Sent.Count;
        transaction.Dispose();
        Assert.That(_handle.Sent, Has.Count.EqualTo(sent), "nothing is left to roll back");
    }

    [Test]
    public void A_pin_that_is_there_from_the_start_is_told_behind_Open_and_its_end_before_Closed()
    {
        using var connection = FakeConnection.Source("Server=a", handle => handle.PinsOfOpen = PinReasons.MultiplexingOff).CreateConnection();
        connection.StateChange += (_, change) => _events.Add(change.CurrentState.ToString());
        connection.PinChanged += (_, change) => _events.Add(change.Now.ToString());
        connection.Open();
        connection.Close();
        connection.Open();
        Assert.That(_events, Is.EqualTo(new[] { "Connecting", "Open", "MultiplexingOff", "None", "Closed", "Connecting", "Open", "MultiplexingOff" }));
    }

    [Test]
    public void A_lost_link_is_told_as_a_state_first_and_then_as_the_end_of_the_pins()
    {
        Run(PinReasons.Transaction);
        _handle.Throw(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        Assert.That(new MuxCommand("SELECT 1", _connection).ExecuteNonQuery, Throws.TypeOf<MuxException>());
        _connection.Close();
        Assert.That(_events, Is.EqualTo(new[] { "None>Transaction", "Open>Broken", "Transaction>None", "Broken>Closed" }));
    }

    [Test]
    public void A_connection_is_closed_though_a_handler_throws()
    {
        Run(PinReasons.TemporaryTable);
        _connection.PinChanged += (_, _) => throw new InsufficientMemoryException();
        Assert.That(_connection.Close, Throws.TypeOf<InsufficientMemoryException>());
        Assert.That(_connection.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(_events, Is.EqualTo(new[] { "None>TemporaryTable", "TemporaryTable>None", "Open>Closed" }));
        Assert.That(_handle.Closes, Is.EqualTo(1));
    }

    [Test]
    public void A_connection_is_disposed_though_a_handler_throws()
    {
        Run(PinReasons.TemporaryTable);
        _connection.PinChanged += (_, _) => throw new InsufficientMemoryException();
        Assert.That(_connection.Dispose, Throws.TypeOf<InsufficientMemoryException>());
        Assert.That(_connection.Open, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_handler_may_run_statements_of_its_own()
    {
        _connection.PinChanged += (_, change) =>
        {
            if (change.Now == PinReasons.None)
                return;
            _handle.Answer(PinReasons.None).Done();
            new MuxCommand("DROP TEMPORARY TABLE t", _connection).ExecuteNonQuery();
        };
        Run(PinReasons.TemporaryTable);
        Assert.That(_events, Is.EqualTo(new[] { "None>TemporaryTable", "TemporaryTable>None" }));
    }

    [Test]
    public async Task A_program_can_keep_a_link_and_let_it_go()
    {
        _connection.Pin("report");
        Assert.That(_connection.PinReasons, Is.EqualTo(PinReasons.Requested));
        Assert.That(_handle.PinNote, Is.EqualTo("report"));
        Assert.That(_handle.LastDeadline.Remaining.TotalSeconds, Is.InRange(0, 7), "it has the time that Open has, not that of a command");
        _connection.Unpin();
        await _connection.PinAsync("other");
        Assert.That(_handle.PinNote, Is.EqualTo("other"));
        _connection.Unpin();
        _connection.Unpin();
        Assert.That(_events, Is.EqualTo(new[] { "None>Requested", "Requested>None", "None>Requested", "Requested>None" }));
    }

    [Test]
    public void Letting_go_leaves_what_else_pins()
    {
        Run(PinReasons.Transaction);
        _connection.Pin("both");
        _connection.Unpin();
        Assert.That(_connection.PinReasons, Is.EqualTo(PinReasons.Transaction));
    }

    [Test]
    public void Letting_go_does_nothing_where_nothing_is_kept()
    {
        _connection.Unpin();
        _connection.Close();
        _connection.Unpin();
        _connection.Dispose();
        Assert.That(_connection.Unpin, Throws.Nothing);
        Assert.That(_events, Is.EqualTo(new[] { "Open>Closed" }));
    }

    [Test]
    public void Letting_go_may_happen_while_a_reader_is_open_but_keeping_may_not()
    {
        _connection.Pin("reader");
        _handle.Answer().Rows([Column.Int("a")], [1]);
        using var reader = new MuxCommand("SELECT 1", _connection).ExecuteReader();
        _connection.Unpin();
        Assert.That(reader.Read(), Is.True);
        Assert.That(_connection.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(() => _connection.Pin("again"), Throws.InvalidOperationException.With.Message.Contains("reader"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    public void Keeping_a_link_needs_a_reason(string? reason) =>
        Assert.That(() => _connection.Pin(reason!), Throws.ArgumentException.With.Property("ParamName").EqualTo("reason"));

    [Test]
    public void Keeping_a_link_needs_an_open_connection()
    {
        _connection.Close();
        Assert.That(() => _connection.Pin("x"), Throws.InvalidOperationException);
        _connection.Dispose();
        Assert.That(() => _connection.Pin("x"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_link_that_cannot_be_had_is_an_error_like_that_of_Open()
    {
        _handle.PinFailure = new LinkException(LinkFailureKind.NoLinkAvailable, Delivery.NotSent, "Time ran out.");
        Assert.That(() => _connection.Pin("x"), Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1042).And.Message.Contains("Max Links is 100"));
        _handle.PinFailure = new StatementAbandonedException(Delivery.NotSent, "Late.");
        Assert.That(() => _connection.Pin("x"), Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1042).And.Message.Contains("Connection Timeout of 7 s"));
        _handle.PinFailure = null;
        Assert.That(() => _connection.Pin("x"), Throws.Nothing);
    }

    [Test]
    public void Keeping_a_link_can_be_cancelled()
    {
        var cancelled = new CancellationToken(true);
        Assert.That(async () => await _connection.PinAsync("x", cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_handle.PinNote, Is.Null);
    }

    [Test]
    public void A_statement_that_was_refused_changes_nothing()
    {
        _handle.Throw(new StatementRejectedException("SHUTDOWN would end everybody's session: use another client."));
        Assert.That(
            new MuxCommand("SHUTDOWN", _connection).ExecuteNonQuery,
            Throws.InstanceOf<NotSupportedException>().With.Message.Contains("use another client"));
        Assert.That(_connection.State, Is.EqualTo(ConnectionState.Open));
        Assert.That(_events, Is.Empty);
    }

    private void Run(PinReasons pins)
    {
        _handle.Answer(pins).Done();
        new MuxCommand("SELECT 1", _connection).ExecuteNonQuery();
    }

    private static MuxBatch Batch(MuxCommand command)
    {
        var batch = command.Connection!.CreateBatch();
        batch.BatchCommands.Add(new MuxBatchCommand { CommandText = command.CommandText });
        return batch;
    }
}
