using System.Data;
using System.Data.Common;
using System.Globalization;

namespace MuxProvider.Conformance;

/// <summary>Stored procedures and functions by name, their parameters in every direction, and tables by name.</summary>
internal sealed class ProcedureTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public async Task Parameters_go_to_the_procedure_by_name_in_any_order([Values] Calling calling, [Values("", "@", "?")] string prefix)
    {
        var command = Procedure("both", In(prefix + "b", "right"), In(prefix + "a", "left"));
        Assert.That(await command.ScalarAsync(calling), Is.EqualTo("left-right"));
    }

    [Test]
    public async Task Output_parameters_have_their_values_when_the_reader_is_closed([Values] Calling calling)
    {
        var command = Procedure("compute", In("n", 20), Out("twice", DbType.Int32), Out("words", DbType.String));
        await using (var reader = await command.ReaderAsync(calling))
        {
            Assert.That(await reader.ReadAsync(calling), Is.True);
            Assert.That(reader.GetString(0), Is.EqualTo("first"));
            Assert.That(await reader.NextResultAsync(calling), Is.True);
            Assert.That(await reader.ReadAsync(calling), Is.True);
            Assert.That(reader.GetString(0), Is.EqualTo("second"));
            Assert.That(await reader.NextResultAsync(calling), Is.False, "the values are no result of the procedure");
        }

        Assert.That(Number(command, "twice"), Is.EqualTo(40));
        Assert.That(command.Parameters["words"].Value, Is.EqualTo("it's 20 😀"));
    }

    [Test]
    public async Task Output_parameters_have_their_values_when_a_reader_is_closed_before_its_end([Values] Calling calling)
    {
        var command = Procedure("compute", In("n", 1), Out("twice", DbType.Int32), Out("words", DbType.String));
        var reader = await command.ReaderAsync(calling);
        await reader.CloseAsync(calling);
        Assert.That(Number(command, "twice"), Is.EqualTo(2));
    }

    [Test]
    public async Task Every_way_of_executing_sets_output_parameters([Values] Calling calling, [Values] bool scalar)
    {
        var command = Procedure("compute", In("n", 3), Out("twice", DbType.Int32), Out("words", DbType.String));
        if (scalar)
            Assert.That(await command.ScalarAsync(calling), Is.EqualTo("first"));
        else
            await command.NonQueryAsync(calling);
        Assert.That(Number(command, "twice"), Is.EqualTo(6));
        command.Parameters["n"].Value = 4;
        await command.NonQueryAsync(calling);
        Assert.That(Number(command, "twice"), Is.EqualTo(8), "and again");
    }

    [TestCase(5, 6)]
    [TestCase(null, null)]
    public async Task A_parameter_goes_in_and_comes_out(int? given, int? back)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var parameter = Parameter("n", given);
            parameter.Direction = ParameterDirection.InputOutput;
            var command = Procedure("increment", parameter);
            await command.NonQueryAsync(calling);
            Assert.That(parameter.Value is DBNull ? (int?)null : Convert.ToInt32(parameter.Value, CultureInfo.InvariantCulture), Is.EqualTo(back));
        }
    }

    [Test]
    public async Task A_function_has_a_return_value([Values] Calling calling)
    {
        var result = Parameter("result", null);
        result.Direction = ParameterDirection.ReturnValue;
        var command = Procedure("add_up", In("y", 5), In("x", 3), result);
        await command.NonQueryAsync(calling);
        Assert.That(Convert.ToInt32(result.Value, CultureInfo.InvariantCulture), Is.EqualTo(3 * 10 + 5));
    }

    [TestCase("{0}.both")]
    [TestCase("`both`")]
    [TestCase("`{0}`.`both`")]
    [TestCase(" both ")]
    public async Task A_name_may_have_a_schema_and_quotes(string name)
    {
        var command = Procedure(string.Format(CultureInfo.InvariantCulture, name, Schema), In("a", "x"), In("b", "y"));
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("x-y"));
    }

    [Test]
    public async Task A_name_with_odd_characters_is_quoted([Values] Calling calling)
    {
        Assert.That(await Procedure("`odd ``name`").ScalarAsync(calling), Is.EqualTo("odd"));
    }

    [Test]
    public async Task A_procedure_that_does_not_exist_is_an_error_of_the_server([Values] Calling calling)
    {
        await Sql.FailureOf<DbException>(() => Procedure("no_such_procedure").NonQueryAsync(calling));
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task A_procedure_that_is_changed_is_looked_up_again([Values] Calling calling)
    {
        var name = $"changing_{calling}";
        await RunAsync($"CREATE PROCEDURE {name}(a INT) SELECT a");
        Assert.That(await Procedure(name, In("a", 1)).ScalarAsync(calling), Is.EqualTo(1));
        await RunAsync($"DROP PROCEDURE {name}");
        await RunAsync($"CREATE PROCEDURE {name}(b INT, a INT) SELECT a * 100 + b");
        var command = Procedure(name, In("a", 1), In("b", 2));
        object? answer = null;
        for (var i = 0; i < 2 && answer is null; i++)
        {
            try
            {
                answer = await command.ScalarAsync(calling);
            }
            catch (DbException)
            {
                // The first call may find out that it has changed.
            }
        }

        Assert.That(Convert.ToInt32(answer, CultureInfo.InvariantCulture), Is.EqualTo(102));
    }

    [Test]
    public async Task Variables_of_the_session_are_left_alone([Values] Calling calling)
    {
        await Procedure("compute", In("n", 3), Out("twice", DbType.Int32), Out("words", DbType.String)).NonQueryAsync(calling);
        await AssertUsableAsync(Connection);
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginAsync(calling);
        var command = Procedure("put", In("t", 7), Out("n", DbType.Int64));
        await RunAsync($"CREATE PROCEDURE put_{calling}(t INT, OUT n BIGINT) BEGIN SET n = t + 1; END");
        command.CommandText = $"put_{calling}";
        await command.NonQueryAsync(calling);
        Assert.That(Number(command, "n"), Is.EqualTo(8));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero);
    }

    [TestCase("two")]
    [TestCase("`two`")]
    [TestCase("{0}.two")]
    public async Task A_table_can_be_read_by_its_name(string name)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var command = Command(string.Format(CultureInfo.InvariantCulture, name, Schema));
            command.CommandType = CommandType.TableDirect;
            await using var reader = await command.ReaderAsync(calling);
            var rows = 0;
            while (await reader.ReadAsync(calling))
                rows++;
            Assert.That((reader.FieldCount, rows), Is.EqualTo((2, 2)));
        }
    }

    [Test]
    public async Task Directions_other_than_input_are_refused_in_texts([Values] Calling calling)
    {
        var command = Command("SELECT @n");
        command.Parameters.Add(Out("n", DbType.Int32));
        Assert.That(async () => await command.ScalarAsync(calling), Throws.InstanceOf<DbException>().Or.InstanceOf<NotSupportedException>().Or.InstanceOf<InvalidOperationException>());
        await AssertUsableAsync(Connection);
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(
        $"CREATE PROCEDURE {Schema}.both(a VARCHAR(20), b VARCHAR(20)) SELECT CONCAT(a, '-', b)",
        $"CREATE PROCEDURE {Schema}.compute(n INT, OUT twice INT, OUT words VARCHAR(50)) BEGIN SELECT 'first'; SELECT 'second'; SET twice = n * 2, words = CONCAT('it''s ', n, ' 😀'); END",
        $"CREATE PROCEDURE {Schema}.increment(INOUT n INT) SET n = n + 1",
        $"CREATE FUNCTION {Schema}.add_up(x INT, y INT) RETURNS INT DETERMINISTIC RETURN x * 10 + y",
        $"CREATE PROCEDURE {Schema}.`odd ``name`() SELECT 'odd'",
        $"CREATE TABLE {Schema}.two (id INT, name VARCHAR(20))",
        $"INSERT INTO {Schema}.two VALUES (1, 'a'), (2, 'b')");

    private static DbParameter In(string name, object? value) => Parameter(name, value);

    private static DbParameter Out(string name, DbType type)
    {
        var parameter = Parameter(name, null);
        parameter.DbType = type;
        parameter.Direction = ParameterDirection.Output;
        return parameter;
    }

    private static int Number(DbCommand command, string name) => Convert.ToInt32(command.Parameters[name].Value, CultureInfo.InvariantCulture);

    private DbCommand Procedure(string name, params DbParameter[] parameters)
    {
        var command = Command(name);
        command.CommandType = CommandType.StoredProcedure;
        command.Parameters.AddRange(parameters);
        return command;
    }
}
