using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>What procedures, functions and triggers do to the session, which no text shows.</summary>
internal sealed class RoutineStateTests : StateFixture
{
    private string _p = "";

    [SetUp]
    public void NameRoutines() => _p = $"{Schema}.r_{Table}";

    [Test]
    public async Task A_procedure_that_leaves_nothing_does_not_pin()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}(IN n INT) BEGIN DECLARE m INT DEFAULT 1; SET m = n; SELECT m; END");
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await AnswerAsync(Owner, $"CALL {_p}({i})"), Is.EqualTo($"{i}"));
            AssertFloats(Owner);
        }

        Assert.That(Few.GetStatistics().LeakAlarms, Is.Zero);
    }

    [TestCase("DO GET_LOCK('{l}', 0)", "SELECT IS_FREE_LOCK('{l}')", "1")]
    [TestCase("SELECT 42 INTO @mine", "SELECT @mine", "NULL")]
    [TestCase("CREATE TEMPORARY TABLE mine SELECT 42 AS id", "SELECT id FROM mine", "!1146")]
    public async Task What_a_procedure_leaves_unseen_is_cleaned_away_behind_the_call(string body, string probe, string clean)
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}() BEGIN {Fill(body)}; END");
        await Owner.RunAsync($"CALL {_p}()");
        AssertFloats(Owner);
        Assert.That(Few.GetStatistics().Resets, Is.EqualTo(1));
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync(probe, clean);
    }

    [Test]
    public async Task Out_parameters_are_user_variables_and_pin()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}(OUT n INT) SET n = 42");
        await Owner.RunAsync($"CALL {_p}(@mine)");
        Assert.That(Owner.PinReasons & PinReasons.UserVariable, Is.EqualTo(PinReasons.UserVariable));
        Assert.That(await AnswerAsync(Owner, "SELECT @mine"), Is.EqualTo("42"));
        Assert.That(await ForeignAnswerAsync("SELECT @mine"), Is.EqualTo("NULL"));
    }

    [TestCase("SET time_zone = '+05:00'", "SELECT @@time_zone", "+05:00", "SYSTEM")]
    [TestCase("SET @mine = 42", "SELECT @mine", "42", "NULL")]
    [TestCase("CREATE TEMPORARY TABLE mine (id INT)", "SELECT COUNT(*) FROM mine", "0", "!1146")]
    [TestCase("SET autocommit = 0", "SELECT @@autocommit", "0", "1")]
    public async Task A_procedure_that_changes_the_session_pins_its_caller_every_time(string body, string probe, string mine, string clean)
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}() BEGIN {body}; END");
        for (var i = 0; i < 2; i++)
        {
            await Owner.RunAsync($"CALL {_p}()");
            Assert.That(Owner.PinReasons, Is.Not.EqualTo(PinReasons.None));
            Assert.That(await AnswerAsync(Owner, probe), Is.EqualTo(mine));
            Assert.That(await ForeignAnswerAsync(probe), Is.EqualTo(clean));
            await Owner.CloseAsync();
            await Owner.OpenAsync();
            AssertFloats(Owner);
        }

        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync(probe, clean);
        Assert.That(Few.GetStatistics().LeakAlarms, Is.Zero, "it ran on a link of its own");
    }

    [Test]
    public async Task A_procedure_that_opens_a_transaction_pins_until_its_end()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}() BEGIN START TRANSACTION; INSERT INTO {Schema}.{Table} VALUES (2, 'mine'); END");
        await Owner.RunAsync($"CALL {_p}()");
        Assert.That(Owner.PinReasons & PinReasons.Transaction, Is.EqualTo(PinReasons.Transaction));
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Owner.RunAsync("ROLLBACK");
        Assert.That(Owner.PinReasons & PinReasons.Transaction, Is.EqualTo(PinReasons.None));
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_procedure_that_changes_the_session_and_fails_pins_its_caller_all_the_same()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}() BEGIN SET time_zone = '+05:00'; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'; END");
        Assert.That(await AnswerAsync(Owner, $"CALL {_p}()"), Is.EqualTo("!1644"));
        Assert.That(Owner.PinReasons, Is.Not.EqualTo(PinReasons.None));
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone"), Is.EqualTo("+05:00"));
        Assert.That(await ForeignAnswerAsync("SELECT @@time_zone"), Is.EqualTo("SYSTEM"));
        await Owner.CloseAsync();
        await AssertEveryLinkIsCleanAsync("SELECT @@time_zone", "SYSTEM");
    }

    [Test]
    public async Task A_procedure_that_opens_a_transaction_and_fails_leaves_it_open_for_its_caller_only()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}() BEGIN START TRANSACTION; INSERT INTO {Schema}.{Table} VALUES (2, 'mine'); SIGNAL SQLSTATE '45000'; END");
        Assert.That(await AnswerAsync(Owner, $"CALL {_p}()"), Is.EqualTo("!1644"));
        Assert.That(Owner.PinReasons & PinReasons.Transaction, Is.EqualTo(PinReasons.Transaction));
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Owner.RunAsync("COMMIT");
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
    }

    [Test]
    public async Task A_call_of_a_procedure_that_is_not_there_pins_nothing()
    {
        Assert.That(await AnswerAsync(Owner, "CALL there_is_none()"), Is.EqualTo("!1305"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_function_that_leaves_nothing_has_a_link_of_its_own_once_and_floats_then()
    {
        await Server.AdminAsync($"CREATE FUNCTION {_p}(n INT) RETURNS INT DETERMINISTIC RETURN n * 2");
        Assert.That(await AnswerAsync(Owner, $"SELECT {_p}(21)"), Is.EqualTo("42"));
        var before = Few.GetStatistics();
        Assert.That(await AnswerAsync(Owner, $"SELECT {_p}(22)"), Is.EqualTo("44"));
        Assert.That(await AnswerAsync(Neighbour, $"SELECT {_p}(23)"), Is.EqualTo("46"));
        var after = Few.GetStatistics();
        Assert.That(after.FloatingStatements - before.FloatingStatements, Is.EqualTo(2));
        Assert.That(after.LeasedStatements, Is.EqualTo(before.LeasedStatements));
    }

    [Test]
    public async Task A_function_that_sets_a_variable_is_found_out_and_pins_from_then_on()
    {
        await Server.AdminAsync($"CREATE FUNCTION {_p}(n INT) RETURNS INT DETERMINISTIC BEGIN SET @mine = n; RETURN n; END");
        for (var i = 1; i <= 2; i++)
        {
            Assert.That(await AnswerAsync(Owner, $"SELECT {_p}({i})"), Is.EqualTo($"{i}"));
            Assert.That(Owner.PinReasons & PinReasons.Routine, Is.EqualTo(PinReasons.Routine));
            Assert.That(await AnswerAsync(Owner, "SELECT @mine"), Is.EqualTo($"{i}"));
            Assert.That(await ForeignAnswerAsync("SELECT @mine"), Is.EqualTo("NULL"));
            await Owner.CloseAsync();
            await Owner.OpenAsync();
        }

        Assert.That(Few.GetStatistics().LeakAlarms, Is.Zero);
    }

    [Test]
    public async Task A_trigger_that_sets_a_variable_raises_the_alarm_once_and_pins_from_then_on()
    {
        ProvokesLeakAlarms = true;
        await Server.AdminAsync($"CREATE TRIGGER {Schema}.tr_{Table} BEFORE INSERT ON {Schema}.{Table} FOR EACH ROW SET @mine = NEW.id");
        for (var i = 2; i <= 4; i++)
        {
            Assert.That(await Owner.RunAsync(Fill("INSERT INTO {t} VALUES (@id, '')"), ("id", i)), Is.EqualTo(1));
            Assert.That(Owner.PinReasons, Is.Not.EqualTo(PinReasons.None));
            Assert.That(await AnswerAsync(Owner, "SELECT @mine"), Is.EqualTo($"{i}"));
            Assert.That(await ForeignAnswerAsync("SELECT @mine"), Is.EqualTo("NULL"));
            Assert.That(Few.GetStatistics().LeakAlarms, Is.EqualTo(1));
            await Owner.CloseAsync();
            await Owner.OpenAsync();
        }

        Assert.That(await AnswerAsync(Neighbour, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("4"));
    }

    [Test]
    public async Task A_trigger_that_sets_a_variable_is_read_by_the_scan_and_raises_no_alarm()
    {
        await Server.AdminAsync($"CREATE TRIGGER {Schema}.tr_{Table} BEFORE INSERT ON {Schema}.{Table} FOR EACH ROW SET @mine = NEW.id");
        var source = NewSource(FewLinks + ";Routine Scan=true");
        var owner = await OpenAsync(source);
        Assert.That(await owner.RunAsync(Fill("INSERT INTO {t} VALUES (2, '')")), Is.EqualTo(1));
        Assert.That(owner.PinReasons & PinReasons.Routine, Is.EqualTo(PinReasons.Routine));
        Assert.That(await AnswerAsync(owner, "SELECT @mine"), Is.EqualTo("2"));
        Assert.That(source.GetStatistics().LeakAlarms, Is.Zero);
    }

    [TestCase("DO GET_LOCK('{l}', 0)", "SELECT IS_FREE_LOCK('{l}')", "0")]
    [TestCase("SELECT 42 INTO @mine", "SELECT @mine", "42")]
    [TestCase("CREATE TEMPORARY TABLE mine SELECT 42 AS id", "SELECT id FROM mine", "42")]
    [TestCase("SELECT @mine := 42", "SELECT @mine", "42")]
    public async Task What_the_server_does_not_tell_of_is_found_by_the_scan(string body, string probe, string mine)
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}() BEGIN {Fill(body)}; END");
        var source = NewSource(FewLinks + ";Routine Scan=true");
        var owner = await OpenAsync(source);
        await owner.RunAsync($"CALL {_p}()");
        Assert.That(owner.PinReasons & PinReasons.Routine, Is.EqualTo(PinReasons.Routine));
        Assert.That(await AnswerAsync(owner, probe), Is.EqualTo(mine));
        await owner.CloseAsync();
        var other = await OpenAsync(source);
        await other.PinAsync("to look at the link");
        Assert.That(await AnswerAsync(other, probe), Is.EqualTo(probe.Contains("FREE", StringComparison.Ordinal) ? "1" : probe.Contains('@', StringComparison.Ordinal) ? "NULL" : "!1146"));
    }

    [Test]
    public async Task The_scan_lets_harmless_functions_float_from_the_first_time_and_reads_anew_when_one_is_made()
    {
        await Server.AdminAsync($"CREATE FUNCTION {_p}(n INT) RETURNS INT DETERMINISTIC RETURN n * 2");
        var source = NewSource(FewLinks + ";Routine Scan=true");
        var owner = await OpenAsync(source);
        Assert.That(await AnswerAsync(owner, "SELECT 1"), Is.EqualTo("1"));
        var before = source.GetStatistics().LeasedStatements;
        Assert.That(await AnswerAsync(owner, $"SELECT {_p}(21)"), Is.EqualTo("42"));
        Assert.That(source.GetStatistics().LeasedStatements, Is.EqualTo(before));

        await owner.RunAsync($"DROP FUNCTION {_p}");
        await owner.RunAsync($"CREATE FUNCTION {_p}(n INT) RETURNS INT DETERMINISTIC BEGIN SET @mine = n; RETURN n; END");
        AssertFloats(owner);
        Assert.That(await AnswerAsync(owner, $"SELECT {_p}(21)"), Is.EqualTo("21"));
        Assert.That(owner.PinReasons & PinReasons.Routine, Is.EqualTo(PinReasons.Routine));
        Assert.That(source.GetStatistics().LeakAlarms, Is.Zero);
    }

    [Test]
    public async Task Without_trust_every_routine_pins()
    {
        await Server.AdminAsync($"CREATE PROCEDURE {_p}() SELECT 42", $"CREATE FUNCTION {_p}_f() RETURNS INT DETERMINISTIC RETURN 42");
        var source = NewSource(FewLinks + ";Trust Routines=false");
        foreach (var text in new[] { $"CALL {_p}()", $"SELECT {_p}_f()", $"SELECT {_p}_f()" })
        {
            await using var handle = await source.OpenConnectionAsync();
            Assert.That(await AnswerAsync(handle, text), Is.EqualTo("42"));
            AssertPinned(handle, PinReasons.Routine);
        }
    }
}
