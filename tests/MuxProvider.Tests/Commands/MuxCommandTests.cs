using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

public class MuxCommandTests
{
    [Test]
    public void Named_markers_take_their_values_by_name()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @b, ?a, @B, '@a'", connection);
        command.Parameters.AddWithValue("a", 1);
        command.Parameters.AddWithValue("@b", "it's");
        command.ExecuteNonQuery();
        Assert.That(handle.Sent[^1], Is.EqualTo("SELECT 'it\\'s', 1, 'it\\'s', '@a'").Or.EqualTo("SELECT 'it''s', 1, 'it''s', '@a'"));
    }

    [Test]
    public void Bare_markers_take_their_values_by_position()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT ?, ?", connection);
        command.Parameters.AddWithValue("", 1);
        command.Parameters.AddWithValue("", null);
        command.ExecuteNonQuery();
        Assert.That(handle.Sent[^1], Is.EqualTo("SELECT 1, NULL"));
    }

    [Test]
    public void Too_few_values_are_counted()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT ?, ?, ?", connection);
        command.Parameters.AddWithValue("", 1);
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>().With.Message.Contains("3 times").And.Message.Contains("1 parameter"));
        Assert.That(handle.Sent, Is.Empty);
    }

    [Test]
    public void A_missing_parameter_is_named_together_with_the_option_for_user_variables()
    {
        var (connection, _) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @row", connection);
        Assert.That(command.ExecuteScalar, Throws.TypeOf<MuxException>().With.Message.Contains("'@row'").And.Message.Contains("Allow User Variables"));
    }

    [Test]
    public void An_unbound_name_is_a_user_variable_where_that_is_allowed()
    {
        var (connection, handle) = FakeConnection.Open("Allow User Variables=true");
        using var command = new MuxCommand("SELECT @row := @row + @step", connection);
        command.Parameters.AddWithValue("step", 2);
        command.ExecuteNonQuery();
        Assert.That(handle.Sent[^1], Is.EqualTo("SELECT @row := @row + 2"));
    }

    [Test]
    public void Variables_never_stand_for_missing_question_marks()
    {
        var (connection, _) = FakeConnection.Open("Allow User Variables=true");
        using var command = new MuxCommand("SELECT ?name", connection);
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>().With.Message.Contains("'?name'"));
    }

    [TestCase(ParameterDirection.Output)]
    [TestCase(ParameterDirection.InputOutput)]
    [TestCase(ParameterDirection.ReturnValue)]
    public void Only_input_can_be_executed(ParameterDirection direction)
    {
        var (connection, _) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT 1", connection);
        command.Parameters.Add(new MuxParameter("out", 1) { Direction = direction });
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<NotSupportedException>().With.Message.Contains("'out'"));
    }

    [Test]
    public void A_value_that_cannot_be_sent_is_named()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("SELECT @site", connection);
        command.Parameters.AddWithValue("@site", new Uri("http://x"));
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<NotSupportedException>().With.Message.Contains("'@site'").And.Message.Contains("Uri"));
        Assert.That(handle.Sent, Is.Empty);
    }

    [Test]
    public void ExecuteNonQuery_sums_what_all_statements_changed()
    {
        var (connection, handle) = FakeConnection.Open();
        var reply = handle.Answer().Done(2, 5).Rows([Column.Int("a")], [1]).Done(3);
        using var command = new MuxCommand("x", connection);
        Assert.Multiple(() =>
        {
            Assert.That(command.ExecuteNonQuery(), Is.EqualTo(5));
            Assert.That(command.LastInsertedId, Is.EqualTo(5));
            Assert.That(reply.IsDisposed, Is.True);
        });
    }

    [Test]
    public void ExecuteNonQuery_of_a_query_is_minus_one()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")], [1], [2]);
        using var command = new MuxCommand("SELECT a FROM t", connection);
        Assert.That(command.ExecuteNonQuery(), Is.EqualTo(-1));
    }

    [Test]
    public void ExecuteScalar_reads_the_first_cell_and_then_everything()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a"), Column.Int("b")], [7, 8], [9, 10]).Done();
        using var command = new MuxCommand("x", connection);
        Assert.That(command.ExecuteScalar(), Is.EqualTo(7));
        handle.Answer().Rows([Column.Int("a")], [7]).Fails(1146);
        Assert.That(command.ExecuteScalar, Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1146));
    }

    [Test]
    public void ExecuteScalar_tells_no_row_from_null()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("x", connection);
        handle.Answer().Rows([Column.Int("a")]);
        Assert.That(command.ExecuteScalar(), Is.Null);
        handle.Answer().Rows([Column.Int("a")], new object?[] { null });
        Assert.That(command.ExecuteScalar(), Is.EqualTo(DBNull.Value));
    }

    [Test]
    public void An_error_among_rows_is_not_missed_by_ExecuteScalar()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().RowsThenError([Column.Int("a")], new Protocol.ErrPacket(1242, "21000", "more than one row"));
        using var command = new MuxCommand("x", connection);
        Assert.That(command.ExecuteScalar, Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1242));
    }

    [Test]
    public void An_error_faults_the_task_and_is_not_thrown_by_the_call()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Fails(1064);
        using var command = new MuxCommand("SELEC", connection);
        Task<MuxDataReader>? task = null;
        Assert.That(() => { task = command.ExecuteReaderAsync(); }, Throws.Nothing);
        Assert.That(async () => await task!, Throws.TypeOf<MuxException>());
        using var unconnected = new MuxCommand("x");
        Task? other = null;
        Assert.That(() => { other = unconnected.ExecuteNonQueryAsync(); }, Throws.Nothing);
        Assert.That(async () => await other!, Throws.InvalidOperationException);
    }

    [Test]
    public void The_connection_can_be_used_again_after_an_error()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Fails(1064, "bad");
        using var command = new MuxCommand("SELEC", connection);
        Assert.That(command.ExecuteReader, Throws.TypeOf<MuxException>().With.Property("ServerMessage").EqualTo("bad"));
        Assert.That(command.ExecuteNonQuery(), Is.Zero);
    }

    [TestCase("")]
    [TestCase("  ")]
    public void A_command_needs_a_text(string text)
    {
        var (connection, _) = FakeConnection.Open();
        using var command = new MuxCommand(text, connection);
        Assert.That(command.ExecuteNonQuery, Throws.InvalidOperationException);
    }

    [Test]
    public void Bad_property_values_are_refused()
    {
        using var command = new MuxCommand();
        Assert.Multiple(() =>
        {
            Assert.That(() => command.CommandTimeout = -1, Throws.TypeOf<ArgumentOutOfRangeException>());
            Assert.That(() => command.CommandType = (CommandType)9, Throws.ArgumentException);
        });
    }

    [TestCase("", 30)]
    [TestCase("Default Command Timeout=7", 7)]
    public void The_time_out_comes_from_the_connection_string(string options, int expected)
    {
        var (connection, _) = FakeConnection.Open("Server=a;" + options);
        Assert.That(connection.CreateCommand().CommandTimeout, Is.EqualTo(expected));
    }

    [TestCase("", 30, false)]
    [TestCase("", 0, true)]
    [TestCase("Cancellation Timeout=0", 30, true)]
    public void Time_outs_can_be_switched_off(string options, int seconds, bool isNever)
    {
        var (connection, handle) = FakeConnection.Open("Server=a;" + options);
        using var command = new MuxCommand("x", connection) { CommandTimeout = seconds };
        command.ExecuteNonQuery();
        Assert.That(handle.LastDeadline.IsNever, Is.EqualTo(isNever));
    }

    [Test]
    public void A_time_out_says_where_the_time_went()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Throw(new StatementAbandonedException(Delivery.Sent, "30 s on the server."));
        using var command = new MuxCommand("UPDATE t SET a = 1", connection);
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>()
            .With.Property("Number").EqualTo(-1)
            .And.Property("OutcomeUnknown").True
            .And.Message.Contains("30 s on the server."));
    }

    [Test]
    public void A_lost_read_has_no_unknown_outcome()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Throw(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        using var command = new MuxCommand("SELECT 1", connection);
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>()
            .With.Property("Number").EqualTo(2013)
            .And.Property("OutcomeUnknown").False
            .And.Property("IsTransient").True);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open), "a floating handle loses nothing with a link");
    }

    [Test]
    public void A_lost_write_has_an_unknown_outcome_only_where_it_was_sent([Values] bool wasSent)
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Throw(new LinkException(LinkFailureKind.ConnectionLost, wasSent ? Delivery.Sent : Delivery.NotSent, "gone"));
        using var command = new MuxCommand("INSERT INTO t VALUES (1)", connection);
        Assert.That(command.ExecuteNonQuery, Throws.TypeOf<MuxException>().With.Property("OutcomeUnknown").EqualTo(wasSent));
    }

    [Test]
    public void Cancel_lets_go_the_command_that_waits()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Hang();
        using var command = new MuxCommand("SELECT SLEEP(9)", connection);
        var waiting = command.ExecuteNonQueryAsync();
        command.Cancel();
        Assert.That(async () => await waiting, Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1317));
    }

    [Test]
    public async Task Cancel_of_another_command_or_too_late_does_nothing()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Hang();
        using var command = new MuxCommand("x", connection);
        using var other = new MuxCommand("y", connection);
        var waiting = command.ExecuteReaderAsync();
        other.Cancel();
        new MuxCommand().Cancel();
        handle.Finish(new ScriptedReply().Rows([Column.Int("a")], [1]));
        await using var reader = await waiting;
        command.Cancel();
        Assert.Multiple(() =>
        {
            Assert.That(handle.Cancels, Is.Zero);
            Assert.That(reader.Read(), Is.True);
        });
    }

    [Test]
    public void A_token_ends_the_wait_with_that_token()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Hang();
        using var command = new MuxCommand("x", connection);
        using var source = new CancellationTokenSource();
        var waiting = command.ExecuteNonQueryAsync(source.Token);
        source.Cancel();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(source.Token));
    }

    [Test]
    public void A_token_that_is_used_already_sends_nothing()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("x", connection);
        Assert.That(async () => await command.ExecuteNonQueryAsync(new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(handle.Sent, Is.Empty);
    }

    [Test]
    public void Text_and_connection_stay_while_the_reader_is_open()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")]);
        using var command = new MuxCommand("x", connection);
        using (command.ExecuteReader())
        {
            Assert.That(() => command.CommandText = "y", Throws.InvalidOperationException);
            Assert.That(() => command.Connection = null, Throws.InvalidOperationException);
        }

        Assert.That(() => command.CommandText = "y", Throws.Nothing);
    }

    [Test]
    public void A_second_command_waits_for_the_reader_to_be_closed()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")]);
        using var command = new MuxCommand("x", connection);
        using (command.ExecuteReader())
            Assert.That(new MuxCommand("y", connection).ExecuteNonQuery, Throws.InvalidOperationException.With.Message.Contains("open another connection"));
        Assert.That(new MuxCommand("y", connection).ExecuteNonQuery, Throws.Nothing);
    }

    [Test]
    public void A_second_command_is_refused_while_the_first_one_waits()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Hang();
        using var command = new MuxCommand("x", connection);
        var waiting = command.ExecuteNonQueryAsync();
        Assert.That(new MuxCommand("y", connection).ExecuteNonQuery, Throws.InvalidOperationException.With.Message.Contains("open another connection"));
        handle.Finish(new ScriptedReply().Done(1));
        Assert.That(async () => await waiting, Is.EqualTo(1));
    }

}
