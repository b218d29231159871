using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What pins a handle, for how long, and what becomes of the link.</summary>
[TestFixture]
public sealed class PinningTests
{
    private const ServerStatus InTransaction = ServerStatus.InTransaction | ServerStatus.AutoCommit;
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: InTransaction);

    [TestCase("CREATE TEMPORARY TABLE x (id INT)", PinReasons.TemporaryTable)]
    [TestCase("SET @a = 1", PinReasons.UserVariable)]
    [TestCase("DO GET_LOCK('a', 1)", PinReasons.NamedLock)]
    [TestCase("LOCK TABLES t READ", PinReasons.TableLocks)]
    [TestCase("SET SESSION timestamp = 1000000", PinReasons.SessionVariable)]
    [TestCase("SET frobnication = 1", PinReasons.SessionVariable)]
    [TestCase("PREPARE s FROM 'SELECT 1'", PinReasons.SqlPrepare)]
    [TestCase("HANDLER t OPEN", PinReasons.Handler)]
    public async Task A_pinned_handle_keeps_its_link_which_is_reset_once_when_it_closes(string text, PinReasons reason)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, text);
        Assert.That(handle.PinReasons & reason, Is.EqualTo(reason));
        Assert.That(handle.ServerThread, Is.EqualTo(link.Facts.ServerThread));
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(link));
        Assert.That(link.Taken[^1].Terms.OnLease, Is.True);
        Assert.That(link.Recyclings, Is.Zero);

        handle.Close();
        Assert.That((handle.PinReasons, handle.ServerThread, link.Recyclings), Is.EqualTo((PinReasons.None, (uint?)null, 1)));
        Assert.That(await rig.Run(await rig.Open(), "OPTIMIZE TABLE t"), Is.SameAs(link));
        Assert.That(rig.Transport.LiveLinks, Has.Count.EqualTo(2));
        rig.AssertQuiet();
    }

    [TestCase("SET ROLE r", PinReasons.Role)]
    [TestCase("XA START 'x'", PinReasons.Xa)]
    [TestCase("FROBNICATE t", PinReasons.Unknown)]
    [TestCase("PREPARE s FROM @text", PinReasons.SqlPrepare)]
    public async Task What_a_reset_may_leave_behind_closes_the_link(string text, PinReasons reason)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, text);
        Assert.That(handle.PinReasons & reason, Is.EqualTo(reason));
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(link));
        handle.Close();
        Assert.That((link.State, link.Recyclings), Is.EqualTo((LinkState.Closed, 0)));
        rig.AssertQuiet();
    }

    [TestCase("START TRANSACTION", "COMMIT")]
    [TestCase("BEGIN", "ROLLBACK")]
    public async Task A_clean_transaction_pins_until_its_end_and_gives_the_link_back_as_it_is(string begin, string end)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, begin, s_inTransaction);
        Assert.That((handle.IsInTransaction, handle.PinReasons), Is.EqualTo((true, PinReasons.Transaction)));
        Assert.That(await rig.Run(handle, "INSERT INTO t VALUES (1)", s_inTransaction), Is.SameAs(link));
        Assert.That(await rig.Run(handle, "SELECT 1", s_inTransaction), Is.SameAs(link));
        Assert.That(await rig.Run(handle, end), Is.SameAs(link));
        Assert.That((handle.IsInTransaction, handle.PinReasons, handle.ServerThread), Is.EqualTo((false, PinReasons.None, (uint?)null)));
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.Not.SameAs(link));
        handle.Close();
        Assert.That(link.Recyclings, Is.Zero);
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_transaction_that_the_server_ended_by_itself_pins_no_longer()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        await rig.Run(handle, "CREATE TABLE x (id INT)");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_transaction_that_never_began_does_not_pin()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "START TRANSACTION", FakeReply.Error(1290, "HY000", "read only"));
        Assert.That((handle.PinReasons, handle.ServerThread), Is.EqualTo((PinReasons.None, (uint?)null)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_error_inside_a_transaction_keeps_the_pin()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        link.Status = InTransaction;
        await rig.Run(handle, "INSERT INTO t VALUES (1)", FakeReply.Error(1062, "23000", "Duplicate entry"));
        Assert.That(handle.IsInTransaction, Is.True);
        Assert.That(await rig.Run(handle, "ROLLBACK", FakeReply.Ok(status: ServerStatus.AutoCommit)), Is.SameAs(link));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_error_that_ended_the_transaction_ends_the_pin()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        var pings = rig.Pings;
        await rig.Run(handle, "UPDATE t SET a = 1", FakeReply.Error(1213, "40001", "Deadlock found"));
        Assert.That((handle.IsInTransaction, handle.PinReasons, rig.Pings - pings), Is.EqualTo((false, PinReasons.None, 1)));
        Assert.That(link.Recyclings, Is.EqualTo(1), "only COMMIT and ROLLBACK surely end what was said of the transaction");
        rig.AssertQuiet();
    }

    [TestCase("COMMIT", 0)]
    [TestCase("ROLLBACK", 0)]
    [TestCase("SET autocommit = 1", 1)]
    [TestCase("ALTER TABLE t ADD b INT", 1)]
    public async Task A_session_whose_transaction_ended_by_the_way_is_reset(string end, int resets)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION READ ONLY", s_inTransaction);
        await rig.Run(handle, end);
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, resets)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_open_transaction_is_reset_away_when_its_handle_closes()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        link.AnswersRecycling = false;
        handle.Close();
        Assert.That((link.Recyclings, link.Depth), Is.EqualTo((1, 1)));
        Assert.That(await rig.Run(await rig.Open(), "OPTIMIZE TABLE t"), Is.Not.SameAs(link), "it is not clean yet");
        link.CompleteNext();
        Assert.That(rig.Multiplexer.ToString(), Does.Contain("2 parked"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_link_that_does_not_come_clean_is_replaced()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 2, MaxSharedLinks = 1 });
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        var waiting = Rig.Start(await rig.Open(), "OPTIMIZE TABLE t");
        link.AnswersRecycling = false;
        handle.Close();
        link.FailRecycling();
        var other = await rig.Waiting("OPTIMIZE TABLE t");
        Assert.That((other != link, rig.Transport.OpenAttempts), Is.EqualTo((true, 3)));
        other.CompleteNext(FakeReply.Ok());
        (await Rig.Within(waiting)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task Without_autocommit_the_handle_is_pinned_until_it_is_back()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "SET autocommit = 0", FakeReply.Ok(status: default(ServerStatus)));
        Assert.That(handle.PinReasons & PinReasons.AutoCommitOff, Is.EqualTo(PinReasons.AutoCommitOff));
        await rig.Run(handle, "UPDATE t SET a = 1", FakeReply.Ok(status: ServerStatus.InTransaction));
        await rig.Run(handle, "COMMIT", FakeReply.Ok(status: default(ServerStatus)));
        Assert.That((handle.IsInTransaction, handle.PinReasons & PinReasons.AutoCommitOff), Is.EqualTo((false, PinReasons.AutoCommitOff)));
        Assert.That(await rig.Run(handle, "SET autocommit = 1", FakeReply.Ok(track: SessionTrack.Empty.StateChange())), Is.SameAs(link));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None), "its own change is no surprise");
        handle.Close();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_statements_lease_ends_with_the_statement()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var lease = await rig.Run(handle, "UPDATE t SET a = 1; UPDATE t SET b = 2", FakeReply.Several(FakeReply.Ok(1), FakeReply.Ok(2)));
        Assert.That((handle.PinReasons, handle.ServerThread, lease.Recyclings), Is.EqualTo((PinReasons.None, (uint?)null, 0)));
        Assert.That(lease.Taken[^1].Terms is { OnLease: true, LeavesNoState: false }, Is.True);
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(rig.Transport.Links[0]));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_statement_on_lease_that_leaves_unexpected_state_pins()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var lease = await rig.Run(handle, "OPTIMIZE TABLE t", FakeReply.Ok(track: SessionTrack.Empty.StateChange()));
        Assert.That((handle.PinReasons, lease.Recyclings), Is.EqualTo((PinReasons.Evidence, 0)));
        handle.Close();
        Assert.That(lease.Recyclings, Is.EqualTo(1));
        rig.AssertQuiet();
    }

    [Test]
    public async Task USE_among_other_statements_travels_with_the_handle()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "USE other; SELECT 1", FakeReply.Several(FakeReply.Ok(track: SessionTrack.Empty.Schema("other").StateChange()), FakeReply.Scalar(1)));
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("other", PinReasons.None)));
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That(link.Taken[^1].Terms.Settings, Is.EqualTo(new Settings("other")));
        handle.Close();
        Assert.That(handle.Schema, Is.EqualTo("test"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task USE_among_other_statements_pins_a_handle_without_schema_because_its_link_cannot_go_back()
    {
        using var rig = new Rig();
        var handle = await rig.Open(schema: null);
        var link = await rig.Run(handle, "USE other; SELECT 1", FakeReply.Several(FakeReply.Ok(track: SessionTrack.Empty.Schema("other")), FakeReply.Scalar(1)));
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("other", PinReasons.Schema)));
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(link));
        handle.Close();
        Assert.That((link.State, handle.Schema), Is.EqualTo((LinkState.Closed, (string?)null)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_without_schema_that_uses_one_moves_to_the_links_of_those_that_have_one()
    {
        using var rig = new Rig();
        var handle = await rig.Open(schema: null);
        (await Rig.Within(Rig.Start(handle, "USE other"))).Dispose();
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("other", PinReasons.None)));
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That(link.Taken[^1].Terms.Settings, Is.EqualTo(new Settings("other")));
    }

    [Test]
    public async Task Changing_the_schema_tries_it_once_and_travels()
    {
        using var rig = new Rig();
        rig.Transport.Schemas = new HashSet<string> { "test", "other" };
        var handle = await rig.Open();
        await Rig.Within(handle.ChangeSchemaAsync("other", default, default).AsTask());
        Assert.That((handle.Schema, rig.Pings, handle.PinReasons), Is.EqualTo(("other", 2, PinReasons.None)));
        var failure = await Rig.Failure<LinkException>(handle.ChangeSchemaAsync("nowhere", default, default).AsTask());
        Assert.That((failure.ServerError?.Code, handle.Schema), Is.EqualTo((1049, "other")));
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That(link.Taken[^1].Terms.Settings?.Schema, Is.EqualTo("other"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_without_schema_that_gets_one_moves_to_the_links_that_have_one()
    {
        using var rig = new Rig();
        var handle = await rig.Open(schema: null);
        await Rig.Within(handle.ChangeSchemaAsync("other", default, default).AsTask());
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(rig.Transport.Links[1]));
        Assert.That(rig.Transport.Links[0].Settings, Is.EqualTo(Settings.None));
    }

    [Test]
    public async Task Changing_the_schema_on_a_lease_keeps_the_lease()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        await Rig.Within(handle.ChangeSchemaAsync("other", default, default).AsTask());
        Assert.That((link.Settings, link.Taken[^1].Terms.OnLease), Is.EqualTo((new Settings("other"), true)));
        await rig.Run(handle, "COMMIT");
        Assert.That((handle.Schema, handle.PinReasons), Is.EqualTo(("other", PinReasons.None)));
        rig.AssertQuiet();
    }

    [TestCase("SET @a = 1", PinReasons.UserVariable)]
    [TestCase("START TRANSACTION", PinReasons.Transaction)]
    public async Task A_statement_abandoned_on_a_lease_is_taken_to_have_pinned(string text, PinReasons reason)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var abandoned = Rig.Start(handle, text, rig.In(2));
        var link = await rig.Waiting(text);
        rig.Pass(2);
        Assert.That((await Rig.Failure<StatementAbandonedException>(abandoned)).Delivery, Is.EqualTo(Delivery.Sent));
        Assert.That(handle.PinReasons, Is.EqualTo(reason));
        link.CompleteNext(FakeReply.Ok());
        Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(link));
        handle.Close();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_statement_abandoned_on_a_lease_before_it_was_sent_pins_nothing()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.Prepare = link => link.Sends = false;
        var abandoned = Rig.Start(handle, "SET @a = 1", rig.In(2));
        rig.Pass(2);
        Assert.That((await Rig.Failure<StatementAbandonedException>(abandoned)).Delivery, Is.EqualTo(Delivery.NotSent));
        Assert.That((handle.PinReasons, handle.ServerThread), Is.EqualTo((PinReasons.None, (uint?)null)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_statements_lease_whose_statement_still_runs_is_closed()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var abandoned = Rig.Start(handle, "OPTIMIZE TABLE t");
        var link = await rig.Waiting("OPTIMIZE TABLE t");
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(abandoned);
        Assert.That((link.State, handle.PinReasons), Is.EqualTo((LinkState.Closed, PinReasons.None)));
        await rig.Run(handle, "OPTIMIZE TABLE t");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_that_surprised_keeps_the_link_and_the_neighbours_go_on()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var neighbour = await rig.Open();
        var link = rig.Transport.Links[0];
        var guilty = Rig.Start(handle, "SELECT 1");
        var reading = Rig.Start(neighbour, "SELECT 2");
        link.CompleteNext(FakeReply.Scalar(1).With(result => result with { Track = SessionTrack.Empty.StateChange() }));
        using (var reply = await Rig.Within(guilty))
            Assert.That(reply.IsSurprise, Is.True);
        Assert.That((handle.PinReasons, handle.ServerThread), Is.EqualTo((PinReasons.Evidence, link.Facts.ServerThread)));

        var other = await rig.Waiting("SELECT 2");
        Assert.That(other, Is.Not.SameAs(link));
        other.CompleteNext(FakeReply.Ok());
        (await Rig.Within(reading)).Dispose();
        Assert.That(await rig.Run(handle, "SELECT 3"), Is.SameAs(link));
        handle.Close();
        Assert.That(link.Recyclings, Is.EqualTo(1));
        Assert.That(rig.Multiplexer.ToString(), Does.Contain("1 shared").And.Contain("1 parked"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_surprising_transaction_pins_until_it_ends_and_the_link_is_reset_then()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "UPDATE t SET a = 1", s_inTransaction);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
        await rig.Run(handle, "ROLLBACK");
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, 1)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_statement_that_cannot_be_sent_leaves_the_handle_as_it_was()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var parked = await rig.Run(handle, "OPTIMIZE TABLE t");
        parked.SubmitFault = new NotSupportedException("no such type");
        Assert.That(() => Rig.Start(handle, "SET @a = 1"), Throws.InstanceOf<NotSupportedException>());
        Assert.That((handle.PinReasons, handle.ServerThread), Is.EqualTo((PinReasons.None, (uint?)null)));
        parked.SubmitFault = null;
        Assert.That(await rig.Run(handle, "OPTIMIZE TABLE t"), Is.SameAs(parked));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_refused_statement_goes_nowhere()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Assert.That(() => Rig.Start(handle, "COMMIT RELEASE"), Throws.InstanceOf<StatementRejectedException>());
        Assert.That(rig.Transport.Statements, Is.Empty);
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_lease_whose_links_may_not_be_used_again_is_closed()
    {
        using var rig = new Rig(new MultiplexingOptions { ReusesLinks = false });
        var link = await rig.Run(await rig.Open(), "OPTIMIZE TABLE t");
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
        rig.AssertQuiet();
    }
}
