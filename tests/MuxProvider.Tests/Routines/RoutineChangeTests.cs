using System.Data;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>Routines that are defined anew while their declaration is remembered, and callers who do not want to wait for it.</summary>
public class RoutineChangeTests
{
    private static readonly ColumnDefinition[] s_declaration =
    [
        Column.Int("place"), Column.Text("mode"), Column.Text("name"), Column.Text("type"), Column.Text("declared"), Column.Int("characters"), Column.Int("digits"), Column.Int("scale"),
    ];

    private readonly List<FakeHandle> _handles = [];
    private readonly Queue<(string Mode, string Name)[]> _declarations = new();
    private readonly ManualClock _clock = new();
    private MuxDataSource _source = null!;
    private MuxConnection _connection = null!;
    private MuxCommand _command = null!;

    [SetUp]
    public void Open()
    {
        _handles.Clear();
        _declarations.Clear();
        var options = new MuxConnectionStringBuilder("Server=routines;Database=shop");
        _source = new MuxDataSource(
            new DataSourceSettings(options) { Clock = _clock, Routines = new RoutineCatalog("routines:3306", _clock) },
            schema =>
            {
                var handle = new FakeHandle(schema);
                _handles.Add(handle);
                if (_handles.Count > 1)
                    Declare(handle, _declarations.Dequeue());
                return handle;
            },
            null);
        _connection = _source.OpenConnection();
        _command = new MuxCommand("p", _connection) { CommandType = CommandType.StoredProcedure };
        _command.Parameters.AddWithValue("a", 1);
        _command.Parameters.AddWithValue("b", 2);
        Expect(("IN", "a"));
        _command.ExecuteNonQuery();
        Handle.Sent.Clear();
    }

    [TearDown]
    public void Close()
    {
        _command.Dispose();
        _connection.Dispose();
        _source.Dispose();
    }

    private FakeHandle Handle => _handles[0];

    private int LookedUp => _handles.Count - 1;

    [Test]
    public async Task A_call_with_too_few_values_is_looked_up_and_made_again()
    {
        Expect(("IN", "b"), ("IN", "a"));
        Handle.Answer().Fails(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 2, got 1", "42000");
        await _command.ExecuteNonQueryAsync();
        Assert.That(Handle.Sent, Is.EqualTo(new[] { "CALL `p`(1)", "CALL `p`(2,1)" }));
        Assert.That(LookedUp, Is.EqualTo(2));
    }

    [Test]
    public void So_it_is_with_a_reader_and_a_scalar()
    {
        Expect(("IN", "b"), ("IN", "a"));
        Handle.Answer().Fails(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 2, got 1", "42000");
        Handle.Answer().Rows([Column.Int("x")], [7]).Done();
        using (var reader = _command.ExecuteReader())
            Assert.That(reader.Read(), Is.True);
        Expect(("IN", "a"));
        Handle.Answer().Fails(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 1, got 2", "42000");
        Handle.Answer().Rows([Column.Int("x")], [8]).Done();
        Assert.That(_command.ExecuteScalar(), Is.EqualTo(8));
    }

    [Test]
    public void A_parameter_that_puts_out_now_gets_a_variable()
    {
        Expect(("OUT", "a"));
        Handle.Answer().Fails(1414, "OUT or INOUT argument 1 for routine shop.p is not a variable or NEW pseudo-variable in BEFORE trigger", "42000");
        _command.ExecuteNonQuery();
        Assert.That(Handle.Sent[1], Does.StartWith("CALL `p`(@__muxprovider_1);SELECT"));
    }

    [TestCase(1318, "Incorrect number of arguments for PROCEDURE shop.other; expected 2, got 1", TestName = "another procedure")]
    [TestCase(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 3, got 1", TestName = "another number than it has now")]
    [TestCase(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 2, got 5", TestName = "another number than was sent")]
    [TestCase(1318, "wrong", TestName = "no name")]
    [TestCase(1414, "OUT or INOUT argument 1 for routine shop.p is not a variable", TestName = "a direction that has not changed")]
    public void What_may_come_from_within_the_procedure_is_not_run_twice(int code, string message)
    {
        Expect(("IN", "b"), ("IN", "a"));
        Handle.Answer().Fails((ushort)code, message, "42000");
        Assert.That(_command.ExecuteNonQuery, Throws.TypeOf<MuxException>().With.Property(nameof(MuxException.Number)).EqualTo(code));
        Assert.That(Handle.Sent, Has.Count.EqualTo(1));
        _command.ExecuteNonQuery();
        Assert.That(Handle.Sent[1], Is.EqualTo("CALL `p`(2,1)"), "but the next call knows what it is now");
    }

    [Test]
    public void Nor_is_what_has_answered_something()
    {
        Handle.Answer().Rows([Column.Int("x")], [7]).Fails(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 2, got 1", "42000");
        Assert.That(_command.ExecuteNonQuery, Throws.TypeOf<MuxException>());
        Assert.That((Handle.Sent.Count, LookedUp), Is.EqualTo((1, 1)));
    }

    [Test]
    public void Nor_what_was_looked_up_for_this_very_call()
    {
        Handle.Answer().Fails(1305, "PROCEDURE shop.p does not exist", "42000");
        Assert.That(_command.ExecuteNonQuery, Throws.TypeOf<MuxException>());
        Expect(("IN", "a"));
        Handle.Answer().Fails(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 2, got 1", "42000");
        Assert.That(_command.ExecuteNonQuery, Throws.TypeOf<MuxException>());
        Assert.That((Handle.Sent.Count, LookedUp), Is.EqualTo((2, 2)));
    }

    [Test]
    public void Both_calls_have_one_time()
    {
        _command.CommandTimeout = 10;
        Expect(("IN", "b"), ("IN", "a"));
        Handle.Answer().Fails(1318, "Incorrect number of arguments for PROCEDURE shop.p; expected 2, got 1", "42000");
        var first = Deadline.In(_clock, TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromSeconds(0));
        _command.ExecuteNonQuery();
        Assert.That(Handle.LastDeadline, Is.EqualTo(first));
    }

    [Test]
    public void Parameters_that_fit_no_remembered_declaration_make_it_look_again()
    {
        _command.Parameters.RemoveAt("a");
        Expect(("IN", "b"));
        _command.ExecuteNonQuery();
        Assert.That(Handle.Sent.Single(), Is.EqualTo("CALL `p`(2)"));
        Expect(("IN", "b"));
        _command.Parameters.RemoveAt("b");
        Assert.That(_command.ExecuteNonQuery, Throws.ArgumentException, "and then they are wrong");
    }

    [Test]
    public void An_output_that_cannot_be_read_makes_the_next_call_look_again()
    {
        using var command = new MuxCommand("q", _connection) { CommandType = CommandType.StoredProcedure };
        command.Parameters.Add(new MuxParameter { ParameterName = "o", Direction = ParameterDirection.Output });
        Expect(("OUT", "o"));
        Handle.Answer().Done().Rows([Column.Text("o")], ["green"]).Done();
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>().With.Message.Contains("'o'"));
        Expect(("OUT", "o"));
        Handle.Answer().Done().Rows([Column.Int("o")], [5]).Done();
        command.ExecuteNonQuery();
        Assert.That((command.Parameters["o"].Value, LookedUp), Is.EqualTo(((object)5, 3)));
    }

    [Test]
    public void A_declaration_is_remembered_for_a_minute()
    {
        _clock.Advance(TimeSpan.FromSeconds(59));
        _command.ExecuteNonQuery();
        Assert.That(LookedUp, Is.EqualTo(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Expect(("IN", "b"));
        _command.ExecuteNonQuery();
        Assert.That((Handle.Sent[^1], LookedUp), Is.EqualTo(("CALL `p`(2)", 2)));
    }

    [Test]
    public void What_another_data_source_of_this_process_defines_counts()
    {
        using var other = FakeConnection.Source("Server=ROUTINES;User ID=admin").OpenConnection();
        using var elsewhere = FakeConnection.Source("Server=elsewhere").OpenConnection();
        Run(elsewhere, "DROP PROCEDURE p");
        _command.ExecuteNonQuery();
        Assert.That(LookedUp, Is.EqualTo(1));
        Run(other, "CREATE PROCEDURE p(b INT) SELECT 1");
        Expect(("IN", "b"));
        _command.ExecuteNonQuery();
        Assert.That((Handle.Sent[^1], LookedUp), Is.EqualTo(("CALL `p`(2)", 2)));

        static void Run(MuxConnection connection, string text)
        {
            using var command = new MuxCommand(text, connection);
            command.ExecuteNonQuery();
        }
    }

    [Test]
    public void What_is_defined_while_a_routine_is_looked_up_makes_that_worth_nothing()
    {
        var catalog = new RoutineCatalog("busy:3306", TimeProvider.System);
        var changes = catalog.Changes;
        catalog.Clear();
        catalog.Learn("shop", new Routine(RoutineName.Parse("p", "procedure"), false, []), changes);
        Assert.That(catalog.Find("shop", "p", false), Is.Null);
        catalog.Learn("shop", new Routine(RoutineName.Parse("p", "procedure"), false, []), catalog.Changes);
        Assert.That(catalog.Find("shop", "P", false), Is.Not.Null);
    }

    [Test]
    public async Task Cancel_reaches_who_looks_a_routine_up()
    {
        using var command = HangsWhileLooking();
        var calling = command.ExecuteNonQueryAsync();
        Assert.That(_handles, Has.Count.EqualTo(3));
        command.Cancel();
        Assert.That(async () => await calling, Throws.TypeOf<MuxException>().With.Property(nameof(MuxException.Number)).EqualTo(1317));
        Assert.That((_handles[2].Closes, Handle.Sent.Count), Is.EqualTo((1, 0)));
        await _command.ExecuteNonQueryAsync();
        command.Cancel();
        Assert.That(Handle.Cancels, Is.Zero);
    }

    [Test]
    public async Task So_does_a_token()
    {
        using var command = HangsWhileLooking();
        using var stop = new CancellationTokenSource();
        var calling = command.ExecuteNonQueryAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThatAsync(() => calling, Throws.InstanceOf<OperationCanceledException>().With.Property(nameof(OperationCanceledException.CancellationToken)).EqualTo(stop.Token));
        Assert.That(calling.IsCanceled, Is.True);
    }

    [Test]
    public async Task Nobody_else_may_use_the_connection_meanwhile_and_nothing_is_asked_while_a_reader_is_open()
    {
        using var command = HangsWhileLooking();
        var calling = command.ExecuteNonQueryAsync();
        Assert.That(() => new MuxCommand("SELECT 1", _connection).ExecuteNonQuery(), Throws.InvalidOperationException);
        new MuxCommand("SELECT 1", _connection).Cancel();
        command.Cancel();
        Assert.That(async () => await calling, Throws.TypeOf<MuxException>());

        using var reader = await new MuxCommand("SELECT 1", _connection).ExecuteReaderAsync();
        Assert.That(command.ExecuteNonQuery, Throws.InvalidOperationException);
        Assert.That(_handles, Has.Count.LessThanOrEqualTo(4));
        Assert.That(_handles[^1].Sent, Has.Count.LessThanOrEqualTo(1));
    }

    private MuxCommand HangsWhileLooking()
    {
        _declarations.Enqueue([]);
        _declarations.Enqueue([]);
        return new MuxCommand("slow", _connection) { CommandType = CommandType.StoredProcedure };
    }

    private void Expect(params (string Mode, string Name)[] parameters) => _declarations.Enqueue(parameters);

    // A routine without parameters is one that takes for ever to be looked up.
    private static void Declare(FakeHandle handle, (string Mode, string Name)[] parameters)
    {
        if (parameters.Length == 0)
        {
            handle.Hang();
            return;
        }

        var rows = parameters.Select(static (parameter, i) => new object?[] { i + 1, parameter.Mode, parameter.Name, "int", "int(11)", null, 10, 0 });
        handle.Answer().Rows(s_declaration, [[-1, "", "", "", "", 0, 0, 0], .. rows]);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
