using System.Data;
using System.Globalization;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Commands of the type StoredProcedure: parameters in every direction, and nothing left on any link.</summary>
internal sealed class ProcedureTests : StateFixture
{
    private const string Own = "SELECT @__muxprovider_1,@__muxprovider_2";
    private string _p = "";

    /// <summary>A declared type, the SQL that it is set to, and what comes back.</summary>
    public static IEnumerable<TestCaseData> Outputs()
    {
        yield return Case("TINYINT(1)", "1", true);
        yield return Case("TINYINT", "-128", (sbyte)-128);
        yield return Case("TINYINT UNSIGNED", "255", (byte)255);
        yield return Case("SMALLINT", "-32768", (short)-32768);
        yield return Case("SMALLINT UNSIGNED", "65535", (ushort)65535);
        yield return Case("MEDIUMINT", "-8388608", -8388608);
        yield return Case("MEDIUMINT UNSIGNED", "16777215", 16777215u);
        yield return Case("INT", "-2147483648", int.MinValue);
        yield return Case("INT UNSIGNED", "4294967295", uint.MaxValue);
        yield return Case("BIGINT", "-9223372036854775808", long.MinValue);
        yield return Case("BIGINT UNSIGNED", "18446744073709551615", ulong.MaxValue);
        yield return Case("DECIMAL(20,5)", "-12345.67890", -12345.67890m);
        yield return Case("FLOAT", "1.5", 1.5f);
        yield return Case("DOUBLE", "0.1", 0.1);
        yield return Case("BIT(9)", "b'101010101'", 0b101010101ul);
        yield return Case("YEAR", "2026", 2026);
        yield return Case("DATE", "'2026-02-28'", new DateTime(2026, 2, 28));
        yield return Case("DATETIME(6)", "'2026-02-28 23:59:59.123456'", new DateTime(2026, 2, 28, 23, 59, 59).AddTicks(1_234_560));
        yield return Case("TIMESTAMP", "'2026-02-28 23:59:59'", new DateTime(2026, 2, 28, 23, 59, 59));
        yield return Case("TIME(6)", "'-838:59:59.000000'", -new TimeSpan(838, 59, 59));
        yield return Case("CHAR(10)", "'it''s'", "it's");
        yield return Case("VARCHAR(100) CHARACTER SET utf8mb4", "'a\\\\b😀'", "a\\b😀");
        yield return Case("TEXT", "REPEAT('ü', 1000)", new string('ü', 1000));
        yield return Case("ENUM('red','green')", "'green'", "green");
        yield return Case("SET('a','b','c')", "'c,a'", "a,c");
        yield return Case("JSON", "'[1]'", "[1]");
        yield return Case("BINARY(4)", "x'00FF'", new byte[] { 0, 255, 0, 0 });
        yield return Case("VARBINARY(10)", "x'00FF27'", new byte[] { 0, 255, 0x27 });
        yield return Case("BLOB", "x'5C00'", new byte[] { 0x5c, 0 });
        yield return Case("CHAR(36)", "'00112233-4455-6677-8899-aabbccddeeff'", Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));

        static TestCaseData Case(string type, string sql, object back) => new TestCaseData(type, sql, back).SetArgDisplayNames(type, sql.Length > 20 ? sql[..20] : sql);
    }

    [SetUp]
    public void NameRoutines() => _p = $"r_{Table}";

    [TestCaseSource(nameof(Outputs))]
    public async Task Output_comes_back_as_its_declared_type(string type, string sql, object back)
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(OUT o {type}, OUT n {type}, INOUT i {type}) SET o = {sql}");
        await using var command = Call(_p);
        var (o, n, i) = (Out(command, "o"), Out(command, "n"), Out(command, "i", ParameterDirection.InputOutput));
        i.Value = back;
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(back));
        Assert.That(o.Value!.GetType(), Is.EqualTo(back.GetType()));
        Assert.That(n.Value, Is.EqualTo(DBNull.Value));
        Assert.That(i.Value, Is.EqualTo(back));
        AssertFloats(Owner);
    }

    [TestCaseSource(nameof(Outputs))]
    public async Task A_function_returns_its_declared_type(string type, string sql, object back)
    {
        await Server.AdminAsync($"CREATE FUNCTION {Schema}.{_p}() RETURNS {type} DETERMINISTIC RETURN {sql}");
        await using var command = Call(_p);
        var returned = Out(command, "", ParameterDirection.ReturnValue);
        await command.ExecuteNonQueryAsync();
        if (returned.Value is not Guid && back is Guid)
            Assert.That(returned.Value, Is.EqualTo(back.ToString()), "an expression is no CHAR(36)");
        else
            Assert.That(returned.Value, Is.EqualTo(back).Or.EqualTo(Convert.ToInt32(back is bool ? back : 0, CultureInfo.InvariantCulture)));
        AssertFloats(Owner);
    }

    [Test]
    public async Task Parameters_are_found_by_name_in_any_order_and_leave_nothing()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(IN a INT, OUT total INT, INOUT b INT) BEGIN SET total = a * 10 + b; SET b = b + 1; END");
        for (var round = 1; round <= 3; round++)
        {
            await using var command = Call(_p);
            var b = Out(command, "@B", ParameterDirection.InputOutput);
            b.Value = round;
            var total = Out(command, "?Total");
            command.Parameters.AddWithValue("unknown", "is left out");
            command.Parameters.AddWithValue("a", 4);
            await command.ExecuteNonQueryAsync();
            Assert.That((total.Value, b.Value), Is.EqualTo(((object)(40 + round), (object)(round + 1))));
            AssertFloats(Owner);
        }

        Assert.That(Few.GetStatistics().Resets, Is.EqualTo(3), "behind each call");
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync(Own, "NULL,NULL");
    }

    [Test]
    public async Task Output_is_there_when_the_reader_has_passed_the_last_result()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(OUT o INT) BEGIN SET o = 7; SELECT 1 AS a; SELECT 2 AS b UNION SELECT 3; END");
        await using var command = Call(_p);
        var o = Out(command, "o");
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.That(await reader.ReadAsync(), Is.True);
            Assert.That(reader.GetInt32(0), Is.EqualTo(1));
            Assert.That(await reader.NextResultAsync(), Is.True);
            Assert.That(reader.GetName(0), Is.EqualTo("b"));
            Assert.That(o.Value, Is.Null);
            Assert.That(await reader.NextResultAsync(), Is.False, "the result with the output is hidden");
            Assert.That(o.Value, Is.EqualTo(7));
        }

        o.Value = null;
        await using (var reader = await command.ExecuteReaderAsync())
            Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(o.Value, Is.EqualTo(7), "closed early");

        o.Value = null;
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1));
        Assert.That(o.Value, Is.EqualTo(7));
    }

    [Test]
    public async Task Changed_rows_are_those_of_the_procedure()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(IN f INT, INOUT c INT) BEGIN INSERT INTO {Schema}.{Table} VALUES (f, 'a'), (f + 1, 'b'); SET c = c + 2; END");
        await using var command = Call(_p);
        command.Parameters.AddWithValue("f", 10);
        var c = Out(command, "c", ParameterDirection.InputOutput);
        c.Value = 5;
        Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(await Owner.RunAsync($"CALL {_p}(20, @x)")));
        Assert.That(c.Value, Is.EqualTo(7));
    }

    [Test]
    public async Task A_pinned_handle_keeps_its_own_variables_and_gets_no_others()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(INOUT a VARCHAR(20), OUT b INT) BEGIN SET b = LENGTH(a); SET a = 'changed'; END");
        await Owner.RunAsync("SET @a = 'mine', @b = 42");
        await using var command = Call(_p);
        var (a, b) = (Out(command, "a", ParameterDirection.InputOutput), Out(command, "b"));
        a.Value = "given";
        await command.ExecuteNonQueryAsync();
        Assert.That((a.Value, b.Value), Is.EqualTo(((object)"changed", (object)5)));
        Assert.That(await AnswerAsync(Owner, "SELECT @a, @b"), Is.EqualTo("mine,42"));
        Assert.That(await AnswerAsync(Owner, Own), Is.EqualTo("NULL,NULL"));
        AssertPinned(Owner, PinReasons.UserVariable);
    }

    [Test]
    public async Task A_transaction_goes_on_around_a_call_and_ends_clean()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(OUT o INT) BEGIN SELECT 1 INTO @hidden; SELECT COUNT(*) INTO o FROM {Schema}.{Table}; END");
        await using (var transaction = await Owner.BeginTransactionAsync())
        {
            await Owner.RunAsync(Fill("INSERT INTO {t} VALUES (2, 'x')"));
            await using var command = Call(_p);
            command.Transaction = transaction;
            var o = Out(command, "o");
            await command.ExecuteNonQueryAsync();
            Assert.That(o.Value, Is.EqualTo(2));
            AssertPinned(Owner, PinReasons.Transaction);
            await transaction.RollbackAsync();
        }

        AssertFloats(Owner);
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync("SELECT @hidden", "NULL");
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
    }

    [Test]
    public async Task What_a_call_leaves_unseen_behind_begin_in_one_text_is_cleaned_away()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}() SELECT 42 INTO @hidden");
        await Owner.RunAsync($"BEGIN; CALL {_p}()");
        await Owner.RunAsync("COMMIT");
        AssertFloats(Owner);
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync("SELECT @hidden", "NULL");
    }

    [Test]
    public async Task A_procedure_that_changes_the_session_pins_its_caller_with_output_as_without()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(INOUT o INT) BEGIN SET time_zone = '+05:00'; SET o = o + 1; END");
        await using var command = Call(_p);
        var o = Out(command, "o", ParameterDirection.InputOutput);
        o.Value = 1;
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(2));
        Assert.That(Owner.PinReasons, Is.Not.EqualTo(PinReasons.None));
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone"), Is.EqualTo("+05:00"));
        Assert.That(await ForeignAnswerAsync("SELECT @@time_zone"), Is.EqualTo("SYSTEM"));
    }

    [Test]
    public async Task An_error_leaves_the_handle_floating_and_the_output_as_it_was()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(INOUT o INT) BEGIN SET o = 5; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END");
        await using var command = Call(_p);
        var o = Out(command, "o", ParameterDirection.InputOutput);
        o.Value = 1;
        Assert.That((await Sql.MuxFailureOf(command.ExecuteNonQueryAsync)).Number, Is.EqualTo(1644));
        Assert.That(o.Value, Is.EqualTo(1));
        Assert.That(await Owner.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync(Own, "NULL,NULL");
    }

    [Test]
    public async Task Neighbours_who_call_at_once_get_their_own_output()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(IN a INT, INOUT b BIGINT) SET b = b + a * 1000");
        await Task.WhenAll(Enumerable.Range(1, 40).Select(async number =>
        {
            await using var connection = await Few.OpenConnectionAsync();
            await using var command = connection.Command(_p, ("a", number));
            command.CommandType = CommandType.StoredProcedure;
            var b = Out(command, "b", ParameterDirection.InputOutput);
            b.Value = number;
            await command.ExecuteNonQueryAsync();
            Assert.That(b.Value, Is.EqualTo(number * 1001L));
        }));
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync(Own, "NULL,NULL");
    }

    [Test]
    public async Task Names_may_have_a_schema_and_quotes()
    {
        await Server.AdminAsync(
            $"CREATE PROCEDURE {Schema}.`{_p} the ``x``.y`(OUT `a b` INT) SET `a b` = 1",
            $"CREATE FUNCTION {Schema}.{_p}(n INT) RETURNS INT DETERMINISTIC RETURN n * 2");
        var elsewhere = await OpenAsync(MuxDataSourceWithoutSchema());
        foreach (var name in new[] { $"{Schema}.`{_p} the ``x``.y`", $"`{Schema}` . `{_p} the ``x``.y`" })
        {
            await using var command = elsewhere.Command(name);
            command.CommandType = CommandType.StoredProcedure;
            var a = Out(command, "@`a b`");
            await command.ExecuteNonQueryAsync();
            Assert.That(a.Value, Is.EqualTo(1));
        }

        await using var function = elsewhere.Command($"{Schema}.{_p.ToUpperInvariant()}", ("n", 21));
        function.CommandType = CommandType.StoredProcedure;
        var returned = Out(function, "result", ParameterDirection.ReturnValue);
        Assert.That(function.ExecuteNonQuery(), Is.EqualTo(-1));
        Assert.That(returned.Value, Is.EqualTo(42));
    }

    [Test]
    public async Task Without_names_parameters_go_by_their_order()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(IN a INT, OUT o INT) SET o = a + 1");
        await using var command = Call(_p);
        command.Parameters.AddWithValue("", 4);
        var o = Out(command, "");
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(5));
    }

    [Test]
    public async Task The_type_that_was_set_is_the_type_that_comes_back()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(OUT o BIGINT, OUT t VARCHAR(20)) BEGIN SET o = 5; SET t = '2026-01-02'; END");
        await using var command = Call(_p);
        var (o, t) = (Out(command, "o"), Out(command, "t"));
        (o.DbType, t.DbType) = (DbType.Int32, DbType.Date);
        await command.ExecuteNonQueryAsync();
        Assert.That((o.Value, t.Value), Is.EqualTo(((object)5, (object)new DateTime(2026, 1, 2))));
        o.DbType = DbType.Guid;
        Assert.That((await Sql.MuxFailureOf(command.ExecuteNonQueryAsync)).Message, Does.Contain("'o'"));
        Assert.That(await Owner.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [TestCase("OUT o INT, IN b INT, IN a INT", "a + b", 104)]
    [TestCase("OUT o INT, IN a INT", "a * 2", 8)]
    public async Task A_procedure_that_another_program_changed_is_looked_up_and_called_again(string parameters, string sum, int expected)
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(IN a INT, OUT o INT) SET o = a");
        await using var command = Call(_p);
        command.Parameters.AddWithValue("a", 4);
        command.Parameters.AddWithValue("b", 100);
        var o = Out(command, "o");
        await command.ExecuteNonQueryAsync();
        await ChangeUnnoticedAsync($"DROP PROCEDURE {Schema}.{_p}", $"CREATE PROCEDURE {Schema}.{_p}({parameters}) BEGIN SET o = {sum}; INSERT INTO {Schema}.{Table} VALUES (9, 'once'); END");
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(expected));
    }

    [Test]
    public async Task The_same_error_from_within_a_procedure_does_not_run_it_twice()
    {
        await Server.AdminAsync(
            $"CREATE PROCEDURE {Schema}.{_p}(IN a INT) BEGIN INSERT INTO {Schema}.{Table} VALUES (a, 'x'); CALL {Schema}.in_{_p}(a); END",
            $"CREATE PROCEDURE {Schema}.in_{_p}(IN a INT) SET @x = a");
        await using var command = Call(_p);
        command.Parameters.AddWithValue("a", 10);
        await command.ExecuteNonQueryAsync();
        command.Parameters["a"].Value = 11;
        await ChangeUnnoticedAsync($"DROP PROCEDURE {Schema}.in_{_p}", $"CREATE PROCEDURE {Schema}.in_{_p}(IN a INT, IN b INT) SET @x = a");
        Assert.That((await Sql.MuxFailureOf(command.ExecuteNonQueryAsync)).Number, Is.EqualTo(1318));
    }

    [Test]
    public async Task Warnings_of_a_procedure_with_output_are_told()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(IN t INT, OUT o INT) BEGIN SET o = t; IF t = 5 THEN SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'five'; END IF; END");
        var told = new List<int>();
        Owner.InfoMessage += (_, message) => told.AddRange(message.Errors.Select(static error => error.Code));
        await using var command = Call(_p);
        command.Parameters.AddWithValue("t", 5);
        var o = Out(command, "o");
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(5));
        Assert.That(told, Is.EqualTo(new[] { 1642 }));
        command.Parameters["t"].Value = 6;
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(6));
        Assert.That(told, Has.Count.EqualTo(1));
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_batch_that_is_prepared_tells_which_command_the_server_refuses()
    {
        await using var batch = Owner.CreateBatch();
        batch.BatchCommands.Add(new MuxBatchCommand(Fill("INSERT INTO {t} VALUES (@id, 'x')")));
        batch.BatchCommands.Add(new MuxBatchCommand("SELECT a FROM there_is_none"));
        batch.BatchCommands[0].Parameters.AddWithValue("id", 50);
        var error = await Sql.MuxFailureOf(() => batch.PrepareAsync());
        Assert.That((error.Number, error.BatchCommand), Is.EqualTo((1146, batch.BatchCommands[1])));
        batch.BatchCommands.RemoveAt(1);
        await batch.PrepareAsync();
        Assert.That(await batch.ExecuteNonQueryAsync(), Is.EqualTo(1));
        AssertFloats(Owner);
    }

    // As another program would: nobody here knows that it is the same server.
    private static async Task ChangeUnnoticedAsync(params string[] texts)
    {
        await using var source = MuxDataSource.Create(Server.Options($"Multiplexing=false;Database=;Allow User Variables=true;Server={Server.Socket}"));
        await using var connection = await source.OpenConnectionAsync();
        foreach (var text in texts)
            await connection.RunAsync(text);
    }

    [Test]
    public async Task A_procedure_that_was_changed_here_is_looked_up_again_at_once()
    {
        await Owner.RunAsync($"CREATE PROCEDURE {_p}(IN a INT, IN b INT, OUT o INT) SET o = a - b");
        await using var command = Call(_p);
        command.Parameters.AddWithValue("a", 4);
        command.Parameters.AddWithValue("b", 1);
        var o = Out(command, "o");
        await command.ExecuteNonQueryAsync();
        await Owner.RunAsync($"DROP PROCEDURE {_p}");
        await Owner.RunAsync($"CREATE PROCEDURE {_p}(IN b INT, IN a INT, OUT o INT) SET o = a - b");
        o.Value = null;
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(3));
    }

    [Test]
    public async Task What_is_missing_is_named()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(IN a INT, OUT o INT) SET o = a");
        await using var command = Call(_p);
        Out(command, "o");
        Assert.That((await Sql.FailureOf<ArgumentException>(command.ExecuteNonQueryAsync)).Message, Does.Contain("'a'"));
        Out(command, "a");
        Assert.That((await Sql.FailureOf<ArgumentException>(command.ExecuteNonQueryAsync)).Message, Does.Contain("'a'").And.Contain("Output"));
        command.Parameters["a"].Direction = ParameterDirection.Input;
        Out(command, "other");
        Assert.That((await Sql.FailureOf<ArgumentException>(command.ExecuteNonQueryAsync)).Message, Does.Contain("'other'"));
        await using var none = Call("there_is_none");
        Assert.That((await Sql.MuxFailureOf(none.ExecuteNonQueryAsync)).Number, Is.EqualTo(1305));
        await using var text = Call("SELECT 1");
        Assert.That((await Sql.FailureOf<InvalidOperationException>(text.ExecuteNonQueryAsync)).Message, Does.Contain("CommandType.Text"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task Begin_commit_and_rollback_mean_the_statements()
    {
        await Call("begin").ExecuteNonQueryAsync();
        Assert.That(Owner.PinReasons, Is.EqualTo(PinReasons.Transaction));
        await Owner.RunAsync(Fill("INSERT INTO {t} VALUES (2, 'x')"));
        await Call("rollback").ExecuteNonQueryAsync();
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await using var batch = Owner.CreateBatch();
        foreach (var text in new[] { "BEGIN", "commit" })
            batch.BatchCommands.Add(new MuxBatchCommand(text) { CommandType = CommandType.StoredProcedure });
        await batch.ExecuteNonQueryAsync();
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_table_is_read_by_its_name()
    {
        await Server.AdminAsync($"CREATE TABLE {Schema}.`{Table} the table` AS SELECT 5 AS a");
        await using var command = Owner.Command($"{Schema}.`{Table} the table`");
        command.CommandType = CommandType.TableDirect;
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task Calls_in_a_batch_keep_their_output_apart()
    {
        await Server.AdminAsync(
            $"CREATE PROCEDURE {Schema}.{_p}(IN a INT, INOUT b INT) BEGIN SELECT a; SET b = a + b; INSERT INTO {Schema}.{Table} VALUES (a, 'x'); END",
            $"CREATE FUNCTION {Schema}.f{_p}(n INT) RETURNS INT DETERMINISTIC RETURN n * 2");
        await using var batch = Owner.CreateBatch();
        var first = new MuxBatchCommand(_p) { CommandType = CommandType.StoredProcedure };
        first.Parameters.AddWithValue("a", 10);
        first.Parameters.Add(new MuxParameter("b", 1) { Direction = ParameterDirection.InputOutput });
        var text = new MuxBatchCommand(Fill("UPDATE {t} SET name = 'y' WHERE id >= @id; SELECT 5"));
        text.Parameters.AddWithValue("id", 1);
        var function = new MuxBatchCommand("f" + _p) { CommandType = CommandType.StoredProcedure };
        function.Parameters.AddWithValue("n", 4);
        function.Parameters.Add(new MuxParameter { Direction = ParameterDirection.ReturnValue });
        var last = new MuxBatchCommand(_p) { CommandType = CommandType.StoredProcedure };
        last.Parameters.AddWithValue("a", 20);
        last.Parameters.Add(new MuxParameter("b", 2) { Direction = ParameterDirection.InputOutput });
        foreach (var command in new[] { first, text, function, last })
            batch.BatchCommands.Add(command);

        var rows = new List<object>();
        await using (var reader = await batch.ExecuteReaderAsync())
        {
            do
            {
                while (await reader.ReadAsync())
                    rows.Add(reader.GetInt32(0));
            }
            while (await reader.NextResultAsync());
        }

        Assert.That(rows, Is.EqualTo(new object[] { 10, 5, 20 }));
        Assert.That(first.Parameters["b"].Value, Is.EqualTo(11));
        Assert.That(function.Parameters[1].Value, Is.EqualTo(8));
        Assert.That(last.Parameters["b"].Value, Is.EqualTo(22));
        Assert.That(text.RecordsAffected, Is.EqualTo(2));
        AssertFloats(Owner);
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync(Own, "NULL,NULL");
    }

    [Test]
    public async Task A_batch_that_sets_a_variable_of_the_users_keeps_it()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(OUT o INT) SET o = 1");
        await using var batch = Owner.CreateBatch();
        var call = new MuxBatchCommand(_p) { CommandType = CommandType.StoredProcedure };
        call.Parameters.Add(new MuxParameter("o", DbType.Int32) { Direction = ParameterDirection.Output });
        batch.BatchCommands.Add(new MuxBatchCommand("SET @mine = 42"));
        batch.BatchCommands.Add(call);
        await batch.ExecuteNonQueryAsync();

        // What SET changes in front of a call cannot be told from what the call changes.
        Assert.That(Owner.PinReasons & PinReasons.UserVariable, Is.EqualTo(PinReasons.UserVariable));
        Assert.That(await AnswerAsync(Owner, "SELECT @mine"), Is.EqualTo("42"));
        Assert.That(call.Parameters[0].Value, Is.EqualTo(1));
    }

    [Test]
    public async Task Parameters_can_be_derived()
    {
        await Server.AdminAsync(
            $"CREATE PROCEDURE {Schema}.{_p}(IN a INT UNSIGNED, OUT b VARCHAR(20), INOUT c DECIMAL(12,3)) SET b = 'x'",
            $"CREATE FUNCTION {Schema}.f{_p}(n BIGINT) RETURNS DATE DETERMINISTIC RETURN '2026-01-01'");
        var command = Call(_p);
        await MuxCommandBuilder.DeriveParametersAsync(command);
        Assert.That(
            command.Parameters.Select<MuxParameter, string>(static p => $"{p.ParameterName} {p.Direction} {p.MuxDbType} {p.Size} {p.Precision} {p.Scale}"),
            Is.EqualTo(new[] { "@a Input UInt 0 0 0", "@b Output VarChar 20 0 0", "@c InputOutput Decimal 0 12 3" }));
        command.Parameters["a"].Value = 1;
        await command.ExecuteNonQueryAsync();
        Assert.That(command.Parameters["b"].Value, Is.EqualTo("x"));

        command.CommandText = "f" + _p;
        MuxCommandBuilder.DeriveParameters(command);
        Assert.That(
            command.Parameters.Select<MuxParameter, string>(static p => $"{p.ParameterName} {p.Direction} {p.MuxDbType}"),
            Is.EqualTo(new[] { "@RETURN_VALUE ReturnValue Date", "@n Input BigInt" }));
        command.CommandText = "there_is_none";
        Assert.That(() => MuxCommandBuilder.DeriveParameters(command), Throws.InvalidOperationException);
    }

    [Test]
    public async Task A_handle_without_multiplexing_calls_on_its_only_link()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}(OUT o INT) SET o = 1");
        var alone = await OpenAsync(NewSource("Multiplexing=false;Max Links=1;Connection Timeout=5"));
        await using var command = alone.Command(_p);
        command.CommandType = CommandType.StoredProcedure;
        var o = Out(command, "o");
        await command.ExecuteNonQueryAsync();
        Assert.That(o.Value, Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_said_of_the_next_transaction_is_not_used_up_by_looking_the_procedure_up()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.{_p}() INSERT INTO {Schema}.{Table} VALUES (2, 'x')");
        await Owner.RunAsync("SET TRANSACTION READ ONLY");
        Assert.That((await Sql.MuxFailureOf(() => Call(_p).ExecuteNonQueryAsync())).Number, Is.EqualTo(1792));
    }

    private MuxDataSource MuxDataSourceWithoutSchema() => Keep(MuxDataSource.Create(Server.Options("Database=")));

    private MuxCommand Call(string name)
    {
        var command = Owner.Command(name);
        command.CommandType = CommandType.StoredProcedure;
        return command;
    }

    private static MuxParameter Out(MuxCommand command, string name, ParameterDirection direction = ParameterDirection.Output) =>
        command.Parameters.Add(new MuxParameter { ParameterName = name, Direction = direction });
}
