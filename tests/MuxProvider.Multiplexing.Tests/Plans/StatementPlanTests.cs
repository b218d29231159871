namespace MuxProvider.Multiplexing.Tests;

internal sealed class StatementPlanTests
{
    private static readonly Situation s_floating = new() { TrustsRoutines = true, Warnings = LastWarnings.None };
    private static readonly Situation s_leased = s_floating with { IsLeased = true };
    private static readonly Situation s_adjacent = s_leased with { IsAdjacent = true, OwnRegisters = (SessionRegisters)255 };

    [TestCase("SELECT 1", nameof(PlanKind.Float))]
    [TestCase("INSERT INTO t VALUES (1)", nameof(PlanKind.Float))]
    [TestCase("INSERT INTO t (a) VALUES (1); SELECT LAST_INSERT_ID()", nameof(PlanKind.Lease))]
    [TestCase("START TRANSACTION", nameof(PlanKind.Lease))]
    [TestCase("SET @x = 1", nameof(PlanKind.Lease))]
    [TestCase("SET time_zone = '+00:00'", nameof(PlanKind.Lease))]
    [TestCase("SELECT LAST_INSERT_ID()", nameof(PlanKind.Float))]
    [TestCase("SELECT ROW_COUNT()", nameof(PlanKind.Local))]
    [TestCase("SHOW WARNINGS", nameof(PlanKind.Local))]
    [TestCase("COMMIT", nameof(PlanKind.Local))]
    [TestCase("ROLLBACK", nameof(PlanKind.Local))]
    [TestCase("SAVEPOINT a", nameof(PlanKind.Local))]
    [TestCase("UNLOCK TABLES", nameof(PlanKind.Local))]
    [TestCase("SET autocommit = 1", nameof(PlanKind.Local))]
    [TestCase("-- nothing", nameof(PlanKind.Local))]
    [TestCase("USE other", nameof(PlanKind.Local))]
    [TestCase("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", nameof(PlanKind.Local))]
    [TestCase("SET wait_timeout = 5", nameof(PlanKind.Local))]
    [TestCase("SELECT FOUND_ROWS()", nameof(PlanKind.Reject))]
    [TestCase("SELECT ROW_COUNT() + 1", nameof(PlanKind.Reject))]
    [TestCase("GET DIAGNOSTICS @n = NUMBER", nameof(PlanKind.Reject))]
    [TestCase("SELECT LASTVAL(s)", nameof(PlanKind.Reject))]
    [TestCase("COMMIT RELEASE", nameof(PlanKind.Reject))]
    [TestCase("SET session_track_schema = 0", nameof(PlanKind.Reject))]
    [TestCase("CALL p()", nameof(PlanKind.Lease))]
    [TestCase("SELECT my_function(1)", nameof(PlanKind.Lease))]
    public void A_handle_that_floats_plans(string text, string expected) =>
        Assert.That(Plan(text, s_floating).Kind.ToString(), Is.EqualTo(expected));

    [TestCase("SELECT 1")]
    [TestCase("COMMIT")]
    [TestCase("SAVEPOINT a")]
    [TestCase("USE other")]
    [TestCase("SET TRANSACTION READ ONLY")]
    [TestCase("SELECT FOUND_ROWS()")]
    [TestCase("SELECT ROW_COUNT()")]
    [TestCase("SHOW WARNINGS")]
    [TestCase("GET DIAGNOSTICS @n = NUMBER")]
    public void A_leased_handle_asks_the_server_where_nothing_came_between(string text) =>
        Assert.That(Plan(text, s_adjacent).Kind, Is.EqualTo(PlanKind.Lease));

    [TestCase("SELECT FOUND_ROWS()")]
    [TestCase("GET DIAGNOSTICS @n = NUMBER")]
    [TestCase("SELECT ROW_COUNT() + 1")]
    public void A_leased_handle_refuses_what_its_session_no_longer_knows(string text) =>
        Assert.That(Plan(text, s_leased).Kind, Is.EqualTo(PlanKind.Reject));

    [TestCase("SHOW WARNINGS", SessionRegisters.Diagnostics)]
    [TestCase("GET DIAGNOSTICS @n = NUMBER", SessionRegisters.Diagnostics)]
    [TestCase("SELECT FOUND_ROWS()", SessionRegisters.FoundRows)]
    [TestCase("SELECT LASTVAL(s)", SessionRegisters.None)]
    public void What_a_neighbour_may_have_left_in_the_leased_session_is_not_asked_for(string text, SessionRegisters register)
    {
        var now = s_adjacent with { OwnRegisters = s_adjacent.OwnRegisters & ~register, Warnings = LastWarnings.Unknown };
        Assert.That(Plan(text, now).Kind, Is.EqualTo(PlanKind.Reject));
    }

    [Test]
    public void Accepted_settings_need_no_server() =>
        Assert.That(Plan("SET time_zone = '+00:00'", s_floating with { AreSettingsAccepted = true }).Kind, Is.EqualTo(PlanKind.Local));

    [Test]
    public void Accepted_settings_on_a_lease_are_sent() =>
        Assert.That(Plan("SET time_zone = '+00:00'", s_leased with { AreSettingsAccepted = true }).Kind, Is.EqualTo(PlanKind.Lease));

    [TestCase(null, nameof(PlanKind.Lease))]
    [TestCase(true, nameof(PlanKind.Float))]
    [TestCase(false, nameof(PlanKind.Lease))]
    public void A_function_floats_once_it_is_known_to_be_harmless(bool? clean, string expected) =>
        Assert.That(Plan("SELECT my_function(1)", s_floating with { AreRoutinesClean = clean }).Kind.ToString(), Is.EqualTo(expected));

    [Test]
    public void A_function_that_is_not_trusted_never_floats() =>
        Assert.That(Plan("SELECT my_function(1)", s_floating with { AreRoutinesClean = true, TrustsRoutines = false }).Kind, Is.EqualTo(PlanKind.Lease));

    [Test]
    public void A_call_never_floats() =>
        Assert.That(Plan("CALL p()", s_floating with { AreRoutinesClean = true }).Kind, Is.EqualTo(PlanKind.Lease));

    [Test]
    public void A_statement_that_was_seen_to_change_the_session_does_not_float_again() =>
        Assert.That(Plan("INSERT INTO t VALUES (1)", s_floating with { AreRoutinesClean = false }).Kind, Is.EqualTo(PlanKind.Lease));

    [TestCase("SELECT 1", nameof(PlanKind.Lease))]
    [TestCase("BEGIN", nameof(PlanKind.Lease))]
    [TestCase("USE other", nameof(PlanKind.Local))]
    [TestCase("SET TRANSACTION READ ONLY", nameof(PlanKind.Local))]
    public void What_follows_SET_TRANSACTION_has_a_link_of_its_own(string text, string expected) =>
        Assert.That(Plan(text, s_floating with { AwaitsTransaction = true }).Kind.ToString(), Is.EqualTo(expected));

    [Test]
    public void A_lost_generated_id_is_not_guessed()
    {
        var now = s_floating with { IsGeneratedIdLost = true };
        Assert.That(Plan("SELECT LAST_INSERT_ID()", now).Rejection, Does.Contain("Track Last Insert Id"));
        Assert.That(Plan("INSERT INTO t (a) VALUES (1); SELECT LAST_INSERT_ID()", now).Kind, Is.EqualTo(PlanKind.Lease));
    }

    [Test]
    public void Warnings_that_were_not_fetched_are_not_made_up()
    {
        var now = s_floating with { Warnings = new LastWarnings(2, null) };
        Assert.That(Plan("SHOW WARNINGS", now).Kind, Is.EqualTo(PlanKind.Reject));
        Assert.That(Plan("SELECT @@warning_count", now).Kind, Is.EqualTo(PlanKind.Local));
    }

    [Test]
    public void A_link_of_ours_is_not_killed() =>
        Assert.That(Plan("KILL 5", s_floating with { KillsOwnLink = true }).Rejection, Does.Contain("other handles share"));

    private static StatementPlan Plan(string text, Situation now) => StatementPlan.Of(StatementParser.Parse(text, SqlModes.None).Traits, now);
}
