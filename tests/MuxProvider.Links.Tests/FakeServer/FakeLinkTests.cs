using System.Collections.Immutable;
using System.Text;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class FakeLinkTests
{
    private static readonly Settings s_test = new("test");

    private readonly RecordingObserver _observer = new();
    private readonly FakeTransport _transport = new();

    [SetUp]
    public void Forget() => _observer.Heard.Clear();

    [Test]
    public void Links_open_when_the_test_says_so()
    {
        var transport = new FakeTransport();
        transport.BeginOpen(_observer, TimeSpan.FromSeconds(3));
        transport.BeginOpen(_observer, TimeSpan.FromSeconds(4));
        Assert.That(_observer.Heard, Is.Empty);
        Assert.That(transport.PendingOpens, Is.EqualTo(2));
        transport.FailNext();
        var link = transport.OpenNext();
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
        Assert.That(() => transport.OpenNext(), Throws.InvalidOperationException);
        transport.AutoOpen = true;
        transport.FailNext(new LinkException(LinkFailureKind.LoginRefused, Delivery.NotSent, "no"));
        transport.BeginOpen(_observer, default);
        transport.BeginOpen(_observer, default);
        Assert.That(_observer.Heard, Is.EqualTo(new[] { "open failed: Unreachable", "opened", "open failed: LoginRefused", "opened" }));
        Assert.That(transport.Links[1].Id, Is.Not.EqualTo(link.Id));
        Assert.That(transport.OpenTimeouts[1], Is.EqualTo(TimeSpan.FromSeconds(4)));
    }

    [Test]
    public async Task Requests_are_answered_in_order_by_the_test()
    {
        var link = Open();
        using var first = Submit(link, "SELECT 1");
        using var second = Submit(link, "SELECT 2");
        Assert.That(link.Pending.Select(request => request.Text), Is.EqualTo(new[] { "SELECT 1", "SELECT 2" }));
        Assert.That((link.Depth, link.EstimatedWait), Is.EqualTo((2, TimeSpan.FromMilliseconds(2))));
        link.CompleteNext(FakeReply.Scalar(1));
        Assert.That(first.IsCompleted, Is.True);
        Assert.That(second.IsCompleted, Is.False);
        Assert.That(_observer.Heard, Is.Empty);
        link.CompleteNext(FakeReply.Ok(5));
        await second.Completion;
        Assert.That(second.NextResult(), Is.EqualTo(ReplyItem.Done));
        Assert.That(second.AffectedRows, Is.EqualTo(5));
        Assert.That(link.UndisposedReplies, Is.EqualTo(2));
    }

    [Test]
    public void A_handler_answers_inside_Submit_and_leaves_what_it_does_not_know_to_the_test()
    {
        var link = Open();
        _transport.Handler = text => text == "known" ? FakeReply.Scalar("yes") : null;
        using var known = Submit(link, "known");
        using var unknown = Submit(link, "unknown");
        using var behind = Submit(link, "known");
        Assert.That((known.IsCompleted, unknown.IsCompleted, behind.IsCompleted), Is.EqualTo((true, false, false)));
        link.CompleteNext(FakeReply.Ok());
        Assert.That((unknown.IsCompleted, behind.IsCompleted), Is.EqualTo((true, true)));
    }

    [Test]
    public void Settings_are_those_of_the_last_request()
    {
        var link = Open();
        Assert.That(link.Settings, Is.EqualTo(Settings.None));
        Submit(link, "a", settings: s_test);
        Submit(link, "b", settings: new Settings("test"));
        Submit(link, "c");
        Assert.That(link.Settings, Is.EqualTo(s_test));
        Assert.That(link.Taken.Select(request => request.BringsSettings), Is.EqualTo(new[] { true, true, false }), "what is not answered is not known");
        link.CompleteAll(FakeReply.Ok(track: SessionTrack.Empty.Schema("other")));
        Assert.That(link.Settings, Is.EqualTo(new Settings("other")));
    }

    [Test]
    public void What_would_be_written_in_front_is_told()
    {
        var link = Open();
        link.Handler = _ => FakeReply.Ok();
        var athens = new Settings("te`st", SessionVariables.None.With("time_zone", "'+02:00'"));
        var terms = Under(athens) with { GeneratedId = 5, Before = "SET TRANSACTION READ ONLY" };
        using var first = link.Submit(new Statement(new StatementText("a", [])), terms);
        using var second = link.Submit(new Statement(new StatementText("b", [])), terms with { GeneratedId = null, Before = null });
        using var third = link.Submit(new Statement(new StatementText("c", [])), Under(s_test));
        Assert.That(link.Taken.Select(request => request.Prefix), Is.EqualTo(new[]
        {
            "SET time_zone='+02:00',last_insert_id=5;USE `te``st`;SET TRANSACTION READ ONLY;",
            "",
            "SET time_zone=DEFAULT;USE `test`;",
        }));
        Assert.That((first.HadPrefix, second.HadPrefix, third.HadPrefix), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void Answers_of_probes_are_scripted()
    {
        var link = Open();
        var warning = new ServerWarning("Note", 1051, "Unknown table");
        using var reply = link.Submit(new Statement(new StatementText("a", [])), Under(null) with { Probes = Probes.Warnings | Probes.GeneratedId | Probes.Status });
        link.CompleteNext(FakeReply.Ok() with
        {
            GeneratedId = 9,
            WarningList = [warning],
            StatusAfter = ScriptedReply.EvidenceOf(FakeReply.Ok(status: ServerStatus.InTransaction)),
        });
        Assert.That((reply.GeneratedId, reply.StatusAfter?.Status), Is.EqualTo(((ulong?)9, (ServerStatus?)ServerStatus.InTransaction)));
        Assert.That(reply.WarningList, Is.EqualTo(new[] { warning }));
        using var later = link.Submit(new Statement(new StatementText("b", [])), Under(null) with { Probes = Probes.GeneratedId });
        link.CompleteNext(FakeReply.Ok(lastInsertId: 12));
        Assert.That((later.GeneratedId, later.WarningList), Is.EqualTo(((ulong?)12, (IReadOnlyList<ServerWarning>?)null)));
    }

    [Test]
    public void A_ping_says_whether_the_schema_is_known()
    {
        var link = Open();
        link.Schemas = new HashSet<string> { "test" };
        using var good = link.Ping(Under(s_test));
        using var bad = link.Ping(Under(new Settings("nowhere")));
        Assert.That((good.IsCompleted, good.Failure), Is.EqualTo((true, (LinkException?)null)));
        Assert.That((bad.Failure?.Kind, bad.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, 1049)));
    }

    [Test]
    public void A_broken_link_says_of_each_request_whether_it_was_sent()
    {
        var link = Open();
        using var sent = Submit(link, "a");
        link.Sends = false;
        using var unsent = Submit(link, "b");
        link.Break();
        using var late = Submit(link, "c");
        Assert.That((sent.Failure?.Delivery, unsent.Failure?.Delivery), Is.EqualTo((Delivery.Sent, Delivery.NotSent)));
        Assert.That((late.Failure?.Kind, late.Failure?.Delivery), Is.EqualTo((LinkFailureKind.Closed, Delivery.NotSent)));
        link.Close();
        Assert.That(_observer.Heard, Is.EqualTo(new[] { "lost: ConnectionLost" }));
    }

    [Test]
    public void A_surprise_fails_what_is_behind_it_and_keeps_everybody_off_until_it_is_adopted()
    {
        var link = Open();
        using var guilty = Submit(link, "SELECT harmless()", settings: s_test, leavesNoState: true);
        using var behind = Submit(link, "SELECT 1", settings: s_test, leavesNoState: true);
        link.CompleteNext(FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit));
        Assert.That(guilty.IsSurprise, Is.True);
        Assert.That((behind.Failure?.Kind, behind.Failure?.Delivery), Is.EqualTo((LinkFailureKind.Suspect, Delivery.Sent)));
        Assert.That(_observer.Heard, Is.EqualTo(new[] { "surprise" }));
        using var neighbour = Submit(link, "SELECT 2", settings: s_test);
        Assert.That(neighbour.Failure?.Delivery, Is.EqualTo(Delivery.NotSent));
        link.Adopt();
        using var late = Submit(link, "SELECT 3", settings: s_test);
        Assert.That(late.Failure?.Delivery, Is.EqualTo(Delivery.NotSent), "an adopted link is its adopter's alone");
        using var adopter = link.Submit(new Statement(new StatementText("COMMIT", [])), new Terms(null, default, false, OnLease: true, default));
        link.CompleteNext(FakeReply.Ok());
        Assert.That(adopter.Failure, Is.Null);
    }

    [Test]
    public void A_link_takes_what_comes_from_its_owner_and_what_comes_from_others_only_while_it_is_shared()
    {
        var link = Open();
        link.Unshare();
        using var stranger = Submit(link, "SELECT 1", settings: s_test);
        Assert.That((stranger.Failure?.Kind, stranger.Failure?.Delivery), Is.EqualTo((LinkFailureKind.Closed, Delivery.NotSent)));
        using var owner = link.Ping(new Terms(s_test, default, false, OnLease: true, default));
        Assert.That(owner.Failure, Is.Null);
        link.NotifyWhenIdle();
        link.NotifyWhenIdle();
        Assert.That(_observer.Heard, Is.EqualTo(new[] { "idle", "idle" }));
    }

    [Test]
    public void Recycling_and_closing_wait_for_what_was_taken_before()
    {
        var link = Open();
        Submit(link, "a");
        link.Recycle();
        Assert.That((link.Recyclings, _observer.Heard.Count), Is.EqualTo((1, 0)));
        link.CompleteNext(FakeReply.Ok());
        Assert.That(_observer.Heard, Is.EqualTo(new[] { "recycled" }));
        link.AnswersRecycling = false;
        link.Recycle();
        link.CompleteNext();
        Submit(link, "b");
        link.CloseWhenIdle();
        Assert.That(link.State, Is.EqualTo(LinkState.Closing));
        link.CompleteNext(FakeReply.Ok());
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
        Assert.That(_observer.Heard.Skip(1), Is.EqualTo(new[] { "recycled", "closed" }));
    }

    [Test]
    public void Overdue_waits_end_and_keep_their_place_in_the_order()
    {
        var clock = new FakeClock();
        var link = Open();
        using var hasty = Submit(link, "a", deadline: Deadline.In(clock, TimeSpan.FromSeconds(1)));
        using var patient = Submit(link, "b");
        clock.Advance(TimeSpan.FromSeconds(1));
        link.ExpireOverdue();
        Assert.That((hasty.Abandonment, hasty.Delivery), Is.EqualTo((Abandonment.TimedOut, Delivery.Sent)));
        Assert.That((patient.IsCompleted, link.Depth), Is.EqualTo((false, 2)));
        link.CompleteNext(FakeReply.Scalar("for a"));
        link.CompleteNext(FakeReply.Scalar("for b"));
        patient.NextResult();
        patient.ReadRow();
        Assert.That(Encoding.UTF8.GetString(patient.GetCell(0)), Is.EqualTo("for b"));
        Assert.That(() => hasty.NextResult(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_reply_reads_as_documented()
    {
        var reply = ScriptedReply.Of(FakeReply.Several(
            FakeReply.Rows(["id", "name"], [1, "eins"], [2, null]).With(result => result with { Warnings = 3 }),
            FakeReply.Ok(7, 8),
            FakeReply.Rows(["id"]),
            FakeReply.Rows(["id"], [1], [2]).ThenError(1205, "HY000", "late")));

        Assert.That(reply.Columns, Is.Empty);
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(reply.Columns.Select(column => column.Type), Is.EqualTo(new[] { ColumnType.LongLong, ColumnType.VarString }));
        Assert.That((reply.HasRows, reply.Warnings), Is.EqualTo((true, 0)));
        Assert.That(() => reply.IsNull(0), Throws.InvalidOperationException);
        Assert.That(reply.ReadRow(), Is.True);
        Assert.That(Encoding.UTF8.GetString(reply.GetCell(1)), Is.EqualTo("eins"));
        Assert.That(reply.ReadRow(), Is.True);
        Assert.That((reply.IsNull(0), reply.IsNull(1), reply.HasRows), Is.EqualTo((false, true, false)));
        Assert.That(reply.ReadRow(), Is.False);
        Assert.That(reply.Warnings, Is.EqualTo(3));

        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Done));
        Assert.That((reply.AffectedRows, reply.LastInsertId, reply.Columns.Count, reply.HasRows), Is.EqualTo((7, 8, 0, false)));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That((reply.HasRows, reply.ReadRow()), Is.EqualTo((false, false)));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(reply.ReadRow(), Is.True);
        Assert.That(reply.Error, Is.Null);
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Error), "the rows that are left are passed over");
        Assert.That(reply.Error?.Code, Is.EqualTo(1205));
        Assert.That(reply.Evidence.ErrorCode, Is.EqualTo(1205));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.End));
        reply.Dispose();
        Assert.That(() => reply.NextResult(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void An_error_behind_rows_shows_when_the_rows_are_read_out()
    {
        using var reply = ScriptedReply.Of(FakeReply.Rows(["id"], [1]).ThenError(1205, "HY000", "late"));
        reply.NextResult();
        Assert.That((reply.ReadRow(), reply.Error), Is.EqualTo((true, (ErrPacket?)null)));
        Assert.That((reply.ReadRow(), reply.Error?.Code), Is.EqualTo((false, 1205)));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.End));
    }

    private static Terms Under(Settings? settings, Deadline deadline = default, bool leavesNoState = false) => new(settings, deadline, leavesNoState, OnLease: false, default);

    private static Reply Submit(FakeLink link, string text, Settings? settings = null, Deadline deadline = default, bool leavesNoState = false) =>
        link.Submit(new Statement(new StatementText(text, ImmutableArray<ParameterMarker>.Empty)), Under(settings, deadline, leavesNoState));

    private FakeLink Open()
    {
        _transport.BeginOpen(_observer, TimeSpan.FromSeconds(1));
        var link = _transport.OpenNext();
        link.Share();
        _observer.Heard.Clear();
        return link;
    }
}
