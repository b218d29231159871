using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Prepared statements, by name in SQL and by commands, and readers that take their time.</summary>
internal sealed class PreparedStateTests : StateFixture
{
    private static readonly StateRow[] s_rows =
    [
        new("one", "PREPARE mine FROM 'SELECT 42'", PinReasons.SqlPrepare, "EXECUTE mine", "42", "!1243", "DEALLOCATE PREPARE mine"),
        new("dropped by the other word", "PREPARE mine FROM 'SELECT 42'", PinReasons.SqlPrepare, "EXECUTE mine", "42", "!1243", "DROP PREPARE mine"),
        new("made again under its name", "PREPARE mine FROM 'SELECT 1';; PREPARE mine FROM 'SELECT 42'", PinReasons.SqlPrepare, "EXECUTE mine", "42", "!1243", "DEALLOCATE PREPARE mine"),
        new("two, until the last is dropped", "PREPARE mine FROM 'SELECT 42';; PREPARE other FROM 'SELECT 1';; DEALLOCATE PREPARE other", PinReasons.SqlPrepare, "EXECUTE mine", "42", "!1243", "DEALLOCATE PREPARE mine"),
    ];

    [TestCaseSource(nameof(s_rows))]
    public Task A_statement_that_is_prepared_in_SQL_pins_until_the_last_is_dropped(StateRow row) => ProveAsync(row);

    [Test]
    public async Task A_statement_that_could_not_be_prepared_pins_nothing()
    {
        Assert.That(await AnswerAsync(Owner, "PREPARE mine FROM 'SELECT * FROM there_is_none'"), Is.EqualTo("!1146"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task What_a_prepared_text_would_leave_pins_as_well()
    {
        await RunAllAsync(Owner, "PREPARE mine FROM 'SET @mine = 42';; EXECUTE mine;; DEALLOCATE PREPARE mine");
        Assert.That(Owner.PinReasons & PinReasons.UserVariable, Is.EqualTo(PinReasons.UserVariable));
        Assert.That(await AnswerAsync(Owner, "SELECT @mine"), Is.EqualTo("42"));
        Assert.That(await ForeignAnswerAsync("SELECT @mine"), Is.EqualTo("NULL"));
    }

    [TestCase("EXECUTE IMMEDIATE 'SELECT 42'", "42", PinReasons.None)]
    [TestCase("EXECUTE IMMEDIATE 'SET @mine = 42'", "", PinReasons.UserVariable)]
    [TestCase("EXECUTE IMMEDIATE 'SET time_zone = ''+05:00'''", "", PinReasons.SessionVariable)]
    public async Task A_text_that_is_executed_at_once_is_judged_like_itself(string text, string answer, PinReasons reasons)
    {
        OnlyOn(ServerKinds.MariaDb);
        Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(answer));
        Assert.That(Owner.PinReasons & reasons, Is.EqualTo(reasons));
        Assert.That(Owner.PinReasons == PinReasons.None, Is.EqualTo(reasons == PinReasons.None));
        Assert.That(await ForeignAnswerAsync("SELECT @mine"), Is.EqualTo("NULL"));
        Assert.That(await ForeignAnswerAsync("SELECT @@time_zone"), Is.EqualTo("SYSTEM"));
    }

    [Test]
    public async Task A_prepared_command_floats_and_runs_under_the_settings_of_its_handle()
    {
        await using var command = Owner.Command("SELECT CONCAT(@name, ' ', @@time_zone, ' ', DATABASE())", ("name", "x"));
        await command.PrepareAsync();
        await using var theirs = Neighbour.Command("SELECT CONCAT(@name, ' ', @@time_zone, ' ', DATABASE())", ("name", "y"));
        await theirs.PrepareAsync();
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo($"x SYSTEM {Schema}"));
        await RunAllAsync(Owner, "SET time_zone = '+05:00';; USE information_schema");
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("x +05:00 information_schema"));
        Assert.That(await theirs.ExecuteScalarAsync(), Is.EqualTo($"y SYSTEM {Schema}"));
        AssertFloats(Owner);
        AssertFloats(Neighbour);
    }

    [Test]
    public async Task A_reader_that_takes_its_time_holds_up_nobody()
    {
        var numbers = await TableAsync("n INT PRIMARY KEY, filler VARCHAR(1000)");
        await Server.AdminAsync($"INSERT INTO {Schema}.{numbers} WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n, REPEAT('x', 1000) FROM r");
        await using var command = Owner.Command($"SELECT n, filler FROM {numbers} ORDER BY n");
        await using var reader = await command.ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        for (var i = 0; i < 20; i++)
            Assert.That(await AnswerAsync(Neighbour, "SELECT 1"), Is.EqualTo("1"));
        AssertFloats(Owner);
        var rows = 1;
        while (await reader.ReadAsync())
            Assert.That(reader.GetInt32(0), Is.EqualTo(++rows));
        Assert.That(rows, Is.EqualTo(1000));
    }
}
