using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Links that see nothing of their sessions: the text alone proves what may be given back, and the rest is cleaned.</summary>
[TestFixture]
public sealed class UntrackedSessionTests
{
    private static Rig NewRig()
    {
        var rig = new Rig();
        rig.Transport.Facts = rig.Transport.Facts with { TracksSession = false, SqlMode = "" };
        rig.Transport.Prepare = link => link.Handler = text => text == "SELECT LAST_INSERT_ID()" ? FakeReply.Scalar(0) : null;
        return rig;
    }

    private static FakeReply Status(bool autoCommit = true, string schema = "test", string sqlMode = "") => FakeReply.Ok() with
    {
        StatusAfter = default(ReplyEvidence).WithSession(autoCommit ? ServerStatus.AutoCommit : ServerStatus.None, stateChanged: false, schema).WithSqlMode(sqlMode),
    };

    private static FakeReply Failed(FakeReply? status = null) => FakeReply.Error(1644, "45000", "no") with { StatusAfter = status?.StatusAfter };

    [Test]
    public async Task A_transaction_pins_from_its_first_to_its_last_statement_whatever_the_flags_say()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION");
        Assert.That((handle.PinReasons, handle.IsInTransaction), Is.EqualTo((PinReasons.Transaction, true)));
        Assert.That(await rig.Run(handle, "UPDATE t SET a = 1"), Is.SameAs(link));
        await rig.Run(handle, "COMMIT");
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, 0)));
        rig.AssertQuiet();
    }

    [TestCase("COMMIT AND CHAIN", true)]
    [TestCase("SAVEPOINT a", true)]
    [TestCase("ROLLBACK TO SAVEPOINT a", true)]
    [TestCase("ROLLBACK", false)]
    [TestCase("ROLLBACK AND CHAIN", true)]
    public async Task The_text_says_whether_the_transaction_goes_on(string text, bool goesOn)
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        await rig.Run(handle, "BEGIN");
        await rig.Run(handle, text);
        Assert.That(handle.IsInTransaction, Is.EqualTo(goesOn));
    }

    [Test]
    public async Task An_error_may_have_ended_the_transaction_so_it_pins_until_its_end_is_said()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "BEGIN");
        await rig.Run(handle, "UPDATE t SET a = 1", FakeReply.Error(1213, "40001", "deadlock"));
        Assert.That((handle.PinReasons, rig.Pings), Is.EqualTo((PinReasons.Transaction, 1)), "and nothing is asked that tells nothing");
        await rig.Run(handle, "ROLLBACK");
        Assert.That((handle.PinReasons, link.State), Is.EqualTo((PinReasons.None, LinkState.Open)));
    }

    [Test]
    public async Task A_transaction_that_is_begun_with_its_first_statement_counts_as_begun()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        Assert.That(handle.TryBeginLater("ISOLATION LEVEL SERIALIZABLE", "START TRANSACTION"), Is.True);
        await rig.Run(handle, "INSERT INTO t VALUES (1)");
        Assert.That(handle.IsInTransaction, Is.True);
        await rig.Run(handle, "COMMIT");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task The_schema_of_a_use_is_taken_from_its_text()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        await rig.Run(handle, "USE other");
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("other", PinReasons.None)));
    }

    [Test]
    public async Task A_use_that_fails_changes_nothing()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        await rig.Run(handle, "USE nowhere", FakeReply.Error(1049, "42000", "Unknown database"));
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("test", PinReasons.None)));
    }

    [Test]
    public async Task A_text_that_may_lead_to_any_schema_has_it_asked_for()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "SELECT 1; USE other", Status(schema: "other"));
        Assert.That((link.Taken.Last(request => request.Kind == FakeRequestKind.Statement).Terms.Probes & Probes.Status, handle.Schema), Is.EqualTo((Probes.Status, "other")));
    }

    [Test]
    public async Task Autocommit_counts_as_off_until_the_server_says_otherwise()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "SET autocommit = 0", Status(autoCommit: false));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.AutoCommitOff));
        await rig.Run(handle, "INSERT INTO t VALUES (1)");
        await rig.Run(handle, "SET autocommit = 1", Status());
        Assert.That((handle.PinReasons, link.State), Is.EqualTo((PinReasons.None, LinkState.Open)));
    }

    [TestCase("CALL p()")]
    [TestCase("SELECT f(1)")]
    public async Task What_routines_do_cannot_be_seen_so_their_session_is_kept_and_then_cleaned(string text)
    {
        using var rig = NewRig();
        for (var i = 0; i < 2; i++)
        {
            var handle = await rig.Open();
            var link = await rig.Run(handle, text, Status());
            Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Routine), "however often it was called before");
            handle.Close();
            Assert.That(link.Recyclings, Is.EqualTo(i + 1));
        }
    }

    [Test]
    public async Task A_routine_that_was_not_there_has_done_nothing()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        await rig.Run(handle, "CALL nowhere()", FakeReply.Error(1305, "42000", "no such procedure") with { StatusAfter = Status().StatusAfter });
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task What_a_prepared_text_does_is_not_seen()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        await rig.Run(handle, "PREPARE p FROM 'SET sort_buffer_size = 65536'");
        var link = await rig.Run(handle, "EXECUTE p", Status());
        await rig.Run(handle, "DEALLOCATE PREPARE p");
        Assert.That(handle.PinReasons, Is.Not.EqualTo(PinReasons.None));
        handle.Close();
        Assert.That(link.Recyclings, Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_named_and_dropped_ends_its_pin()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "CREATE TEMPORARY TABLE x (id INT)");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.TemporaryTable));
        await rig.Run(handle, "DROP TEMPORARY TABLE x");
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, 1)));
    }

    [Test]
    public async Task What_only_reads_floats_and_is_marked_so_that_it_may_go_with_others()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "SELECT a FROM t");
        await rig.Run(handle, "INSERT INTO t VALUES (1)");
        var statements = link.Taken.Where(request => request.Kind == FakeRequestKind.Statement).ToList();
        Assert.That(statements.Select(request => (request.Terms.OnLease, request.Terms.IsPlainRead)), Is.EqualTo(new[] { (false, true), (false, false) }));
    }

    [Test]
    public async Task Several_statements_that_fail_half_way_may_have_begun_a_transaction()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        await rig.Run(handle, "BEGIN; INSERT INTO t VALUES (1)", Failed());
        Assert.That(handle.IsInTransaction, Is.True);
        await rig.Run(handle, "BEGIN; INSERT INTO t VALUES (1); COMMIT");
        Assert.That(handle.IsInTransaction, Is.False);
    }

    [Test]
    public async Task Warnings_that_nobody_counts_are_not_taken_for_none()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var hidden = FakeReply.Scalar(1) with { HidesWarnings = true };
        await rig.Run(handle, "SELECT 1", hidden);
        var failure = await Rig.Failure<StatementRejectedException>(Rig.Start(handle, "SHOW WARNINGS"));
        Assert.That(failure.Message, Does.Contain("not fetched"));
    }
}
