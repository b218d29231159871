using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What is asked directly behind a statement.</summary>
[TestFixture(PipeliningMode.On)]
[TestFixture(PipeliningMode.Off)]
public sealed class StatementProbeTests(PipeliningMode mode)
{
    private const Probes All = Probes.Warnings | Probes.GeneratedId | Probes.Status;

    private static readonly string[] s_allCommands = ["Ping", "SHOW WARNINGS", "SELECT LAST_INSERT_ID()"];
    private static readonly Probes[] s_allProbes = [Probes.Status, Probes.Warnings, Probes.GeneratedId];

    [Test]
    public async Task Probes_follow_their_statement_directly_and_its_reply_waits_for_them()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        using var hold = bed.Server.Hold("SELECT LAST_INSERT_ID()");
        using var probed = link.Ask("INSERT", Asking.Terms() with { Probes = All });
        using var next = link.Ask("SELECT 1");
        var isReleased = false;
        var waitedForAll = probed.Completion.AsTask().ContinueWith(_ => Volatile.Read(ref isReleased), TaskScheduler.Default);
        await hold.WaitUntilHeldAsync();
        Volatile.Write(ref isReleased, true);
        hold.Release();
        Assert.That(await waitedForAll.WaitAsync(Guard.Time), Is.True);
        await probed.Over();
        Assert.That(probed.NextResult(), Is.EqualTo(ReplyItem.Done));
        Assert.That((probed.AffectedRows, probed.GeneratedId, probed.StatusAfter?.Status), Is.EqualTo((2UL, (ulong?)7, (ServerStatus?)ServerStatus.AutoCommit)));
        Assert.That(probed.WarningList, Is.EqualTo(new[] { new ServerWarning("Warning", 1265, "Data truncated") }));
        Assert.That(probed.NextResult(), Is.EqualTo(ReplyItem.End));
        Assert.That(await next.Text(), Is.EqualTo("1"));
        Assert.That(sent(), Is.EqualTo((string[])["INSERT", .. s_allCommands, "SELECT 1"]));
        Assert.That(link.Depth, Is.Zero);
    }

    [TestCase(Probes.None)]
    [TestCase(Probes.Warnings)]
    [TestCase(Probes.GeneratedId)]
    [TestCase(Probes.Status)]
    [TestCase(Probes.Warnings | Probes.Status)]
    public async Task Only_what_is_asked_for_is_sent_and_told(Probes probes)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        using var reply = await link.Ask("INSERT", Asking.Terms() with { Probes = probes }).Over();
        Assert.That(sent().Skip(1), Is.EqualTo(s_allCommands.Where((_, i) => (probes & s_allProbes[i]) != 0)));
        Assert.That(
            (reply.WarningList is not null, reply.GeneratedId is not null, reply.StatusAfter is not null),
            Is.EqualTo(((probes & Probes.Warnings) != 0, (probes & Probes.GeneratedId) != 0, (probes & Probes.Status) != 0)));
    }

    [Test]
    public async Task Probes_tell_of_a_statement_that_failed()
    {
        await using var bed = Bed();
        bed.Server.OnQuery((session, text) =>
        {
            if (text != "CALL")
                return null;
            session.IsInTransaction = true;
            return FakeReply.Error(1644, "45000", "no");
        });
        var link = await bed.OpenAsync(shared: false);
        using var reply = await link.Ask("CALL", Asking.Terms(onLease: true) with { Probes = All }).Over();
        Assert.That((reply.Read(), reply.Evidence.HasStatus, reply.GeneratedId, reply.WarningList?.Count), Is.EqualTo(("error 1644", false, (ulong?)7, (int?)1)));
        Assert.That(reply.StatusAfter?.Status, Is.EqualTo(ServerStatus.AutoCommit | ServerStatus.InTransaction));
    }

    [Test]
    public async Task A_statement_without_warnings_has_none_whatever_the_server_still_shows()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("SELECT 1", Asking.Terms() with { Probes = Probes.Warnings }).Over();
        Assert.That((reply.Read(), reply.WarningList?.Count), Is.EqualTo(("1", (int?)0)));
    }

    [Test]
    public async Task A_probe_that_fails_tells_nothing_and_hurts_nobody()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("SHOW WARNINGS", FakeReply.Error(1317, "70100", "interrupted"));
        bed.Server.OnQuery("SELECT LAST_INSERT_ID()", FakeReply.Rows(["id"]));
        bed.Server.OnCommand((_, code, _) => code == CommandCode.Ping ? FakeReply.Error(1317, "70100", "interrupted") : null);
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("INSERT", Asking.Terms() with { Probes = All, LeavesNoState = true }).Over();
        Assert.That((reply.Read(), reply.WarningList, reply.GeneratedId, reply.StatusAfter), Is.EqualTo(("done", (IReadOnlyList<ServerWarning>?)null, (ulong?)null, (ReplyEvidence?)null)));
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_surprise_is_delivered_at_once_and_its_probes_are_dropped()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("guilty", FakeReply.Ok(track: SessionTrack.Empty.StateChange()));
        var link = await bed.OpenAsync();
        using var first = bed.Server.HoldCommands(command => command.Text == "guilty", "guilty");
        using var hold = bed.Server.HoldCommands(command => command.Text == "SHOW WARNINGS", "warnings");
        using var guilty = link.Ask("guilty", Asking.Terms() with { Probes = All, LeavesNoState = true });
        using var behind = link.Ask("SELECT 1", Asking.Terms() with { Probes = All });
        first.Release();
        await guilty.Over();
        Assert.That((guilty.IsSurprise, guilty.WarningList, guilty.GeneratedId, guilty.StatusAfter), Is.EqualTo((true, (IReadOnlyList<ServerWarning>?)null, (ulong?)null, (ReplyEvidence?)null)));
        link.Adopt();
        using var adopted = link.Ask("SELECT 2", onLease: true);
        hold.Release();
        Assert.That(await behind.Text(), Is.EqualTo(mode == PipeliningMode.On ? "failed: Suspect, Sent" : "failed: Closed, NotSent"));
        Assert.That(await adopted.Text(), Is.EqualTo("2"));
        Assert.That((guilty.WarningList, link.Depth), Is.EqualTo(((IReadOnlyList<ServerWarning>?)null, 0)));
    }

    [Test]
    public async Task What_a_probe_reveals_is_no_surprise_of_its_statement()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("SHOW WARNINGS", FakeReply.Rows(["Level", "Code", "Message"]).With(result => result with { Track = SessionTrack.Empty.StateChange() }));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("INSERT", Asking.Terms() with { Probes = All, LeavesNoState = true }).Over();
        Assert.That((reply.IsSurprise, reply.Evidence.StateChanged, bed.Watcher.Heard.Count), Is.EqualTo((false, false, 1)));
    }

    [TestCase("SHOW WARNINGS", false)]
    [TestCase("SELECT LAST_INSERT_ID()", true)]
    public async Task A_link_that_dies_behind_an_answered_statement_takes_only_the_probes_along(string lost, bool hasWarnings)
    {
        await using var bed = Bed();
        bed.Server.OnQuery(lost, FakeReply.Close);
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("INSERT", Asking.Terms() with { Probes = All }).Over();
        Assert.That((reply.Read(), reply.Delivery, reply.GeneratedId, reply.StatusAfter is not null, reply.WarningList is not null), Is.EqualTo(("done", Delivery.Answered, (ulong?)null, true, hasWarnings)));
        await bed.Watcher.Closed;
    }

    [Test]
    public async Task A_link_that_dies_before_the_statement_is_answered_fails_it()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("INSERT", FakeReply.Close);
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("INSERT", Asking.Terms() with { Probes = All }).Over();
        Assert.That(reply.Read(), Is.EqualTo("failed: ConnectionLost, Sent"));
        await bed.Watcher.Closed;
    }

    [TestCase("INSERT")]
    [TestCase("SHOW WARNINGS")]
    public async Task Who_abandons_a_statement_abandons_its_probes(string held)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold(held);
        var gone = link.Ask("INSERT", Asking.Terms() with { Probes = All });
        using var next = link.Ask("SELECT 1");
        await hold.WaitUntilHeldAsync();
        Assert.That(gone.Abandon(Abandonment.Cancelled), Is.True);
        Assert.That(await gone.Text(), Is.EqualTo("Cancelled, Sent"));
        gone.Dispose();
        hold.Release();
        Assert.That((await next.Text(), await link.AskTextAsync("SELECT 2"), link.Depth), Is.EqualTo(("1", "2", 0)));
    }

    [Test]
    public async Task A_wait_for_probes_ends_at_its_deadline()
    {
        await using var bed = Bed();
        var clock = new FakeClock();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SHOW WARNINGS");
        using var late = link.Ask("INSERT", Asking.Terms(deadline: Deadline.In(clock, TimeSpan.FromSeconds(1))) with { Probes = All });
        await hold.WaitUntilHeldAsync();
        clock.Advance(TimeSpan.FromSeconds(2));
        link.ExpireOverdue();
        Assert.That(await late.Text(), Is.EqualTo("TimedOut, Sent"));
        hold.Release();
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_statement_that_was_refused_in_front_fails_at_once()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SHOW WARNINGS");
        using var refused = link.Ask("INSERT", Asking.Terms("nowhere") with { Probes = All });
        Assert.That(await refused.Text(), Is.EqualTo("failed: SettingsRefused, NotSent"));
        hold.Release();
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_reset_and_a_close_come_behind_the_probes()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        var sent = Since(bed);
        using var hold = bed.Server.Hold("INSERT");
        using var reply = link.Ask("INSERT", Asking.Terms(onLease: true) with { Probes = All });
        link.Recycle();
        link.CloseWhenIdle();
        hold.Release();
        await reply.Over();
        await bed.Watcher.Closed;
        Assert.That(sent().Take(5), Is.EqualTo((string[])["INSERT", .. s_allCommands, "ResetConnection"]));
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "recycled", "closed" }));
        Assert.That(reply.GeneratedId, Is.EqualTo(7));
    }

    [Test]
    public async Task Probes_of_many_statements_never_cross()
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode, MaxDepth = 5 });
        var link = await bed.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(task => Task.Run(async () =>
        {
            for (ulong i = 1; i <= 50; i++)
            {
                var id = (ulong)task * 1000 + i;
                using var reply = await link.Ask($"SELECT {id}", Asking.Terms(id % 2 == 0 ? "test" : "other") with { GeneratedId = id, Probes = id % 3 == 0 ? All : Probes.GeneratedId }).Over();
                Assert.That((reply.Read(), reply.GeneratedId), Is.EqualTo(($"{id}", (ulong?)id)));
            }
        })));
        Assert.That(link.Depth, Is.Zero);
    }

    private LinkBed Bed()
    {
        var bed = new LinkBed(change: options => options with { Pipelining = mode });
        bed.Server.OnQuery("INSERT", FakeReply.Ok(affected: 2, lastInsertId: 9, warnings: 1));
        bed.Server.OnQuery("SHOW WARNINGS", FakeReply.Rows(["Level", "Code", "Message"], ["Warning", 1265, "Data truncated"]));
        bed.Server.OnQuery("SELECT LAST_INSERT_ID()", FakeReply.Scalar(7UL));
        return bed;
    }

    private static Func<IEnumerable<string>> Since(LinkBed bed)
    {
        var before = bed.Server.Received.Count;
        return () => bed.Server.Received.Skip(before).Select(command => command.Code == CommandCode.Query ? command.Text : $"{command.Code}");
    }
}
