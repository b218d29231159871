using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>The properties of a command, and what it needs before it can be executed.</summary>
internal sealed class CommandTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private static readonly Dictionary<string, Func<DbCommand, Task>> s_executions = new()
    {
        ["ExecuteNonQuery"] = command => Task.FromResult(command.ExecuteNonQuery()),
        ["ExecuteNonQueryAsync"] = command => command.ExecuteNonQueryAsync(),
        ["ExecuteScalar"] = command => Task.FromResult(command.ExecuteScalar()),
        ["ExecuteScalarAsync"] = command => command.ExecuteScalarAsync(),
        ["ExecuteReader"] = command => Task.FromResult(command.ExecuteReader()),
        ["ExecuteReaderAsync"] = command => command.ExecuteReaderAsync(),
    };

    private static IEnumerable<string> Executions => s_executions.Keys;

    [Test]
    public void A_new_command_has_the_documented_defaults([Values] bool fromFactory)
    {
        using var command = fromFactory ? Provider.Factory.CreateCommand()! : Connection.CreateCommand();
        Assert.That(command.CommandText, Is.Empty);
        Assert.That(command.CommandType, Is.EqualTo(CommandType.Text));
        Assert.That(command.CommandTimeout, Is.EqualTo(30));
        Assert.That(command.Connection, fromFactory ? Is.Null : Is.SameAs(Connection));
        Assert.That(command.Transaction, Is.Null);
        Assert.That(command.Parameters, Is.Empty);
        var parameters = command.Parameters;
        Assert.That(command.Parameters, Is.SameAs(parameters));
        Assert.That(command.UpdatedRowSource, Is.EqualTo(UpdateRowSource.Both));
    }

    [Test]
    public void The_timeout_of_the_connection_string_is_the_default()
    {
        using var connection = Provider.Factory.CreateConnection()!;
        connection.ConnectionString = Provider.ConnectionString(Sharing, "Default Command Timeout=77");
        using var command = connection.CreateCommand();
        Assert.That(command.CommandTimeout, Is.EqualTo(77));
        command.CommandTimeout = 5;
        Assert.That(command.CommandTimeout, Is.EqualTo(5));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(int.MaxValue)]
    public async Task A_timeout_that_is_not_negative_is_taken(int seconds)
    {
        var command = Command("SELECT 1");
        command.CommandTimeout = seconds;
        Assert.That(command.CommandTimeout, Is.EqualTo(seconds));
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public void A_negative_timeout_is_an_argument_error(int seconds)
    {
        var command = Command("SELECT 1");
        Assert.That(() => command.CommandTimeout = seconds, Throws.InstanceOf<ArgumentException>());
        Assert.That(command.CommandTimeout, Is.EqualTo(30));
    }

    [TestCase(CommandType.Text)]
    [TestCase(CommandType.StoredProcedure)]
    public void A_command_type_is_remembered(CommandType type)
    {
        var command = Command("");
        command.CommandType = type;
        Assert.That(command.CommandType, Is.EqualTo(type));
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(-1)]
    public void A_command_type_that_does_not_exist_is_an_argument_error(int type)
    {
        var command = Command("");
        Assert.That(() => command.CommandType = (CommandType)type, Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void A_text_of_null_is_an_empty_one()
    {
        var command = Command("SELECT 1");
        command.CommandText = null;
        Assert.That(command.CommandText, Is.Empty);
    }

    [TestCase(UpdateRowSource.None)]
    [TestCase(UpdateRowSource.OutputParameters)]
    [TestCase(UpdateRowSource.FirstReturnedRecord)]
    [TestCase(UpdateRowSource.Both)]
    public void The_source_of_updated_rows_is_remembered(UpdateRowSource source)
    {
        var command = Command("SELECT 1");
        command.UpdatedRowSource = source;
        Assert.That(command.UpdatedRowSource, Is.EqualTo(source));
    }

    [TestCaseSource(nameof(Executions))]
    public async Task Without_a_connection_nothing_is_executed(string execution)
    {
        using var command = Provider.Factory.CreateCommand()!;
        command.CommandText = "SELECT 1";
        await Sql.FailureOf<InvalidOperationException>(() => s_executions[execution](command));
        command.Connection = Connection;
        await Close(s_executions[execution](command));
    }

    [TestCaseSource(nameof(Executions))]
    public async Task Without_a_text_nothing_is_executed(string execution)
    {
        foreach (var text in new[] { null, "", " ", "\r\n\t" })
        {
            var command = Command("");
            command.CommandText = text;
            await Sql.FailureOf<InvalidOperationException>(() => s_executions[execution](command));
        }

        await AssertUsableAsync(Connection);
    }

    [TestCaseSource(nameof(Executions))]
    public async Task Errors_of_the_server_are_a_DbException_and_leave_the_connection_usable(string execution)
    {
        var error = await Sql.FailureOf<DbException>(() => s_executions[execution](Command("SELECT * FROM no_such_table")));
        Assert.That(Provider.NumberOf(error), Is.EqualTo(1146));
        Assert.That(error.SqlState, Is.EqualTo("42S02"));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(error.Message, Does.Contain("no_such_table"));
        Assert.That(Connection.State, Is.EqualTo(ConnectionState.Open));
        await AssertUsableAsync(Connection);
    }

    [TestCaseSource(nameof(Executions))]
    public async Task A_transaction_of_another_connection_is_refused(string execution)
    {
        var other = await OpenAnotherAsync();
        await using var foreign = await other.BeginTransactionAsync();
        var command = Command("SELECT 1");
        command.Transaction = foreign;
        await Sql.FailureOf<InvalidOperationException>(() => s_executions[execution](command));
        await AssertUsableAsync(Connection);
    }

    [TestCaseSource(nameof(Executions))]
    public async Task A_transaction_that_has_ended_is_refused(string execution)
    {
        await using var transaction = await Connection.BeginTransactionAsync();
        var command = Command("SELECT 1");
        command.Transaction = transaction;
        await transaction.CommitAsync();
        await Sql.FailureOf<InvalidOperationException>(() => s_executions[execution](command));
        await AssertUsableAsync(Connection);
    }

    [TestCaseSource(nameof(Executions))]
    public async Task A_command_without_transaction_runs_inside_the_one_that_is_open(string execution)
    {
        // MySqlConnector refuses this; callers of mappers forget the transaction all the time, and there is only one it can mean.
        await using var transaction = await Connection.BeginTransactionAsync();
        await Close(s_executions[execution](Command("SELECT 1")));
        await transaction.CommitAsync();
    }

    [TestCaseSource(nameof(Executions))]
    public async Task A_marker_without_a_parameter_is_an_error_that_names_it(string execution)
    {
        var error = await Sql.FailureOf<DbException>(() => s_executions[execution](Command("SELECT @missing")));
        Assert.That(error.Message, Does.Contain("missing"));
        await AssertUsableAsync(Connection);
    }

    [TestCaseSource(nameof(Executions))]
    public async Task Executing_can_be_repeated_with_other_values_and_other_texts(string execution)
    {
        var command = Command("SELECT @n", ("n", 1));
        for (var i = 0; i < 3; i++)
        {
            command.Parameters["n"].Value = i;
            await Close(s_executions[execution](command));
            Assert.That(Convert.ToInt32(await command.ExecuteScalarAsync(), null), Is.EqualTo(i));
        }

        command.CommandText = "SELECT @n + 100";
        Assert.That(Convert.ToInt32(await command.ExecuteScalarAsync(), null), Is.EqualTo(102));
        command.Parameters.Clear();
        command.CommandText = "SELECT 'x'";
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("x"));
    }

    [Test]
    public async Task A_command_moves_to_another_connection()
    {
        var other = await OpenAnotherAsync();
        await other.ChangeDatabaseAsync("information_schema");
        var command = Command("SELECT DATABASE()");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(Schema));
        command.Connection = other;
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("information_schema").IgnoreCase);
    }

    [Test]
    public void Objects_of_another_provider_are_refused()
    {
        using var command = Provider.Factory.CreateCommand()!;
        Assert.That(() => command.Connection = new ForeignConnection(), Throws.InstanceOf<Exception>().And.Not.InstanceOf<NullReferenceException>());
        Assert.That(command.Connection, Is.Null);
    }

    [Test]
    public void Creating_a_parameter_does_not_add_it()
    {
        var command = Command("SELECT 1");
        var parameter = command.CreateParameter();
        Assert.That(parameter, Is.TypeOf(Provider.Factory.CreateParameter()!.GetType()));
        Assert.That(command.Parameters, Is.Empty);
        Assert.That(command.CreateParameter(), Is.Not.SameAs(parameter));
    }

    [Test]
    public async Task Prepare_may_be_called_before_executing([Values] Calling calling)
    {
        var command = Command("SELECT @n", ("n", 5));
        if (calling == Calling.Blocking)
            command.Prepare();
        else
            await command.PrepareAsync();
        for (var i = 0; i < 3; i++)
        {
            command.Parameters[0].Value = i;
            Assert.That(Convert.ToInt32(await command.ScalarAsync(calling), null), Is.EqualTo(i));
        }
    }

    [Test]
    public void Cancel_of_an_idle_command_does_nothing()
    {
        using var command = Provider.Factory.CreateCommand()!;
        Assert.That(() => command.Cancel(), Throws.Nothing);
        Assert.That(() => Command("SELECT 1").Cancel(), Throws.Nothing);
    }

    private static async Task Close(Task execution)
    {
        await execution;
        if (execution is Task<DbDataReader> { Result: { } reader })
            await reader.DisposeAsync();
    }
}
