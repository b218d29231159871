using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

/// <summary>What a connection tells of the messages that the server left behind a statement.</summary>
public class InfoMessageTests
{
    private static readonly ServerWarning s_note = new("Note", 1051, "Unknown table 'shop.t'");
    private static readonly ServerWarning s_warning = new("Warning", 1365, "Division by 0");

    private MuxConnection _connection = null!;
    private FakeHandle _handle = null!;
    private List<string> _told = null!;

    [SetUp]
    public void Open()
    {
        (_connection, _handle) = FakeConnection.Open();
        _told = [];
    }

    [TearDown]
    public void Close() => _connection.Dispose();

    [Test]
    public void Every_message_is_told_with_its_level_number_and_text()
    {
        IReadOnlyList<MuxError>? errors = null;
        object? sender = null;
        _connection.InfoMessage += (source, message) => (sender, errors) = (source, message.Errors);
        _handle.Answer().Done().Warns(s_note, new ServerWarning("Error", 1406, "Data too long"));
        Run();
        Assert.Multiple(() =>
        {
            Assert.That(sender, Is.SameAs(_connection));
            Assert.That(errors!.Select(static error => (error.Level, error.Code, error.Message)), Is.EqualTo(new[]
            {
                ("Note", 1051, "Unknown table 'shop.t'"),
                ("Error", 1406, "Data too long"),
            }));
            Assert.That(errors![1].ErrorCode, Is.EqualTo(MuxErrorCode.DataTooLong));
            Assert.That(errors[0].ToString(), Is.EqualTo("Note 1051: Unknown table 'shop.t'"));
        });
    }

    [Test]
    public void A_statement_without_messages_tells_nothing_and_none_are_told_twice()
    {
        _connection.InfoMessage += Tell;
        _handle.Answer().Done().Warns(s_note);
        Run();
        Run();
        _handle.Answer().Done().Warns();
        Run();
        Assert.That(_told, Is.EqualTo(new[] { "Note 1051: Unknown table 'shop.t'" }));
    }

    [Test]
    public void Messages_are_asked_for_only_while_somebody_listens()
    {
        Assert.That(_handle.ListensForWarnings, Is.False);
        _connection.InfoMessage += Tell;
        _connection.InfoMessage += Other;
        Assert.That(_handle.ListensForWarnings, Is.True);
        _connection.InfoMessage -= Tell;
        Assert.That(_handle.ListensForWarnings, Is.True, "one is left");
        _connection.InfoMessage -= Other;
        Assert.That(_handle.ListensForWarnings, Is.False);
        _connection.InfoMessage += Tell;
        Assert.That(_handle.ListensForWarnings, Is.True);

        static void Other(object? sender, MuxInfoMessageEventArgs message)
        {
        }
    }

    [Test]
    public void Who_listened_before_the_connection_was_opened_or_opened_again_is_heard()
    {
        var handles = new List<FakeHandle>();
        using var connection = FakeConnection.Source("Server=a;Database=shop", handles.Add).CreateConnection();
        connection.InfoMessage += Tell;
        connection.StateChange += (_, change) =>
        {
            if (change.CurrentState == ConnectionState.Open)
                _told.Add(handles[^1].ListensForWarnings ? "listens" : "is deaf");
        };
        connection.Open();
        connection.Close();
        connection.Open();
        connection.ChangeDatabase("other");
        connection.Close();
        connection.Open();
        Assert.That(_told, Is.EqualTo(new[] { "listens", "listens", "listens" }));
    }

    [Test]
    public void Who_stopped_listening_while_the_connection_was_closed_costs_nothing_afterwards()
    {
        _connection.InfoMessage += Tell;
        _connection.Close();
        _connection.InfoMessage -= Tell;
        _connection.Open();
        Assert.That(_handle.ListensForWarnings, Is.False);
    }

    [Test]
    public void Messages_of_a_reader_are_told_when_it_is_opened()
    {
        _connection.InfoMessage += Tell;
        _handle.Answer().Rows([Column.Int("a")], [1], [2]).Warns(s_warning);
        using var reader = new MuxCommand("SELECT 1/0", _connection).ExecuteReader();
        Assert.That(_told, Has.Count.EqualTo(1));
        Assert.That(reader.Read() && reader.Read(), Is.True);
    }

    [Test]
    public void Pins_are_told_before_messages_and_both_when_everything_else_is_done()
    {
        var command = new MuxCommand("INSERT INTO t VALUES (1)", _connection);
        _connection.InfoMessage += (_, _) => _told.Add($"message, id {command.LastInsertedId}");
        _connection.PinChanged += (_, _) => _told.Add($"pins, id {command.LastInsertedId}");
        _handle.Answer(PinReasons.TemporaryTable).Done(1, 17).Warns(s_note);
        command.ExecuteNonQuery();
        Assert.That(_told, Is.EqualTo(new[] { "pins, id 17", "message, id 17" }));
    }

    [Test]
    public void A_handler_of_pins_that_throws_keeps_no_message_from_those_who_listen()
    {
        _connection.InfoMessage += Tell;
        _connection.PinChanged += (_, change) =>
        {
            if (change.Now != PinReasons.None)
                throw new InsufficientMemoryException();
        };
        _handle.Answer(PinReasons.TemporaryTable).Done().Warns(s_note);
        Assert.That(Run, Throws.TypeOf<InsufficientMemoryException>());
        Assert.That(_told, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_reader_that_a_handler_kept_from_its_caller_is_closed()
    {
        _connection.InfoMessage += Throw;
        var reply = _handle.Answer().Rows([Column.Int("a")], [1]).Warns(s_warning);
        Assert.That(() => new MuxCommand("SELECT 1/0", _connection).ExecuteReader(), Throws.TypeOf<InsufficientMemoryException>());
        Assert.That(reply.IsDisposed, Is.True);
        Assert.That(Run, Throws.Nothing);
        Assert.That(_connection.State, Is.EqualTo(ConnectionState.Open));
    }

    [Test]
    public void A_connection_that_is_open_for_one_batch_is_closed_though_a_handler_throws()
    {
        var source = FakeConnection.Source("Server=a", handle =>
        {
            _handle = handle;
            handle.Answer().Rows([Column.Int("a")], [1]).Warns(s_warning);
        });
        using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new MuxBatchCommand { CommandText = "SELECT 1/0" });
        batch.Connection!.InfoMessage += Throw;
        Assert.That(() => batch.ExecuteReader(), Throws.TypeOf<InsufficientMemoryException>());
        Assert.That(batch.Connection.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(_handle.IsOpen, Is.False);
    }

    [Test]
    public void Messages_of_a_rollback_are_told()
    {
        _connection.InfoMessage += Tell;
        using var transaction = _connection.BeginTransaction();
        _handle.Answer().Done().Warns(new ServerWarning("Warning", 1196, "Some non-transactional changed tables couldn't be rolled back"));
        transaction.Rollback();
        Assert.That(_told.Single(), Does.StartWith("Warning 1196"));
    }

    [Test]
    public void A_statement_that_fails_tells_its_messages_all_the_same()
    {
        _connection.InfoMessage += Tell;
        _handle.Answer().Fails(1048, "Column 'a' cannot be null").Warns(new ServerWarning("Error", 1048, "Column 'a' cannot be null"));
        Assert.That(Run, Throws.TypeOf<MuxException>());
        Assert.That(_told, Has.Count.EqualTo(1));
    }

    private static void Throw(object? sender, MuxInfoMessageEventArgs message) => throw new InsufficientMemoryException();

    private void Tell(object? sender, MuxInfoMessageEventArgs message) => _told.AddRange(message.Errors.Select(static error => error.ToString()));

    private void Run() => new MuxCommand("SELECT 1", _connection).ExecuteNonQuery();
}
