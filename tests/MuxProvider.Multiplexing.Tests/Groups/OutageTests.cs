using System.Globalization;
using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What those do who need a link while the server cannot be reached, and what is done for them.</summary>
[TestFixture]
public sealed class OutageTests
{
    private const string Lease = "OPTIMIZE TABLE t";

    [Test]
    public async Task A_server_that_was_there_is_waited_for()
    {
        using var rig = new Rig();
        Handle[] handles = [await rig.Open(), await rig.Open()];
        Lose(rig);
        Task<Reply>[] waiting = [Rig.Start(handles[0], "SELECT 1"), Rig.Start(handles[1], Lease)];
        for (var i = 0; i < 3; i++)
        {
            while (rig.Transport.PendingOpens > 0)
                rig.Transport.FailNext();
            Assert.That((rig.Transport.PendingOpens, Array.Exists(waiting, task => task.IsCompleted)), Is.EqualTo((0, false)));
            rig.Pass(0.5);
            Assert.That(rig.Transport.PendingOpens, Is.EqualTo(1), "one at a time, however many wait");
        }

        rig.Transport.AutoOpen = true;
        rig.Transport.OpenNext();
        foreach (var (i, text) in new[] { "SELECT 1", Lease }.Index())
        {
            (await rig.Waiting(text, waiting[i])).CompleteNext(FakeReply.Ok());
            (await Rig.Within(waiting[i])).Dispose();
        }

        rig.AssertQuiet();
    }

    [Test]
    public async Task It_is_not_waited_for_longer_than_the_reconnect_timeout()
    {
        using var rig = new Rig(new MultiplexingOptions { ReconnectTimeout = TimeSpan.FromSeconds(3) });
        var handle = await rig.Open();
        Lose(rig);
        var before = rig.Transport.OpenAttempts;
        var read = Rig.Start(handle, "SELECT 1");
        var start = rig.Clock.Elapsed;
        while (!read.IsCompleted)
        {
            if (rig.Transport.PendingOpens > 0)
                rig.Transport.FailNext();
            else
                rig.Clock.Advance(TimeSpan.FromMilliseconds(50));
            if (rig.Clock.Elapsed - start > TimeSpan.FromSeconds(3.6))
                break;
        }

        Assert.That((await Rig.Failure<LinkException>(read)).Kind, Is.EqualTo(LinkFailureKind.Unreachable));
        Assert.That(rig.Clock.Elapsed - start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(rig.Transport.OpenAttempts - before, Is.InRange(7, 14), "pauses from 50 to 500 ms");

        // Who comes now hears of the next attempt, and does not wait longer.
        var late = Rig.Start(handle, "SELECT 2");
        rig.Pass(1);
        rig.Transport.FailNext();
        Assert.That((await Rig.Failure<LinkException>(late)).Kind, Is.EqualTo(LinkFailureKind.Unreachable));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Without_a_reconnect_timeout_the_first_failure_ends_the_wait()
    {
        using var rig = new Rig(new MultiplexingOptions { ReconnectTimeout = TimeSpan.Zero });
        var handle = await rig.Open();
        Lose(rig);
        var read = Rig.Start(handle, "SELECT 1");
        rig.Transport.FailNext();
        Assert.That((await Rig.Failure<LinkException>(read)).Kind, Is.EqualTo(LinkFailureKind.Unreachable));
    }

    [Test]
    public async Task What_a_server_refuses_on_purpose_is_not_waited_for()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Lose(rig);
        var read = Rig.Start(handle, "SELECT 1");
        rig.Transport.FailNext(new LinkException(
            LinkFailureKind.LoginRefused, Delivery.NotSent, "Access denied", new ErrPacket(1045, "28000", "Access denied")));
        Assert.That((await Rig.Failure<LinkException>(read)).Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
    }

    [Test]
    public async Task A_server_without_room_that_was_there_is_waited_for()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Lose(rig);
        var read = Rig.Start(handle, "SELECT 1");
        rig.Transport.FailNext(new LinkException(
            LinkFailureKind.LoginRefused, Delivery.NotSent, "full", new ErrPacket(1040, "08004", "Too many connections")));
        Assert.That(read.IsCompleted, Is.False);
        rig.Pass(0.1);
        rig.Transport.OpenNext();
        (await rig.Waiting("SELECT 1", read)).CompleteNext(FakeReply.Ok());
        (await Rig.Within(read)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task Who_comes_during_a_pause_waits_for_the_next_attempt()
    {
        using var rig = new Rig(autoOpen: false);
        var first = Rig.StartOpen(rig.New());
        rig.Transport.FailNext();
        await Rig.Failure<LinkException>(first);
        var others = Enumerable.Range(0, 100).Select(_ => Rig.StartOpen(rig.New())).ToArray();
        Assert.That(rig.Transport.PendingOpens, Is.Zero);
        rig.Pass(0.1);
        Assert.That(rig.Transport.PendingOpens, Is.EqualTo(1));
        rig.Transport.OpenNext();
        await Rig.Within(Task.WhenAll(others));
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(2));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_pause_is_no_reason_to_take_the_last_shared_link_from_the_others()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var other = await rig.Open();
        rig.Transport.AutoOpen = false;
        var refused = Rig.Start(handle, Lease);
        rig.Transport.FailNext(new LinkException(
            LinkFailureKind.LoginRefused, Delivery.NotSent, "Access denied", new ErrPacket(1045, "28000", "Access denied")));
        await Rig.Failure<LinkException>(refused);
        var waiting = Rig.Start(handle, Lease);
        await rig.Run(other, "SELECT 1");
        Assert.That((waiting.IsCompleted, rig.Transport.PendingOpens), Is.EqualTo((false, 0)));
        rig.Pass(0.1);
        rig.Transport.OpenNext();
        var link = await rig.Waiting(Lease, waiting);
        Assert.That(link, Is.Not.SameAs(rig.Transport.Links[0]));
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(waiting)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task Whose_time_runs_out_during_an_outage_hears_of_the_last_attempt()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Lose(rig);
        var read = Rig.Start(handle, "SELECT 1", rig.In(1));
        rig.Transport.FailNext();
        rig.Pass(1);
        var failure = await Rig.Failure<LinkException>(read);
        Assert.That((failure.Kind, failure.Delivery), Is.EqualTo((LinkFailureKind.NoLinkAvailable, Delivery.NotSent)));
        Assert.That(failure.Message, Does.Contain("fake:3306 cannot be reached").And.Contain("Reconnect Timeout"));
    }

    [Test]
    public async Task A_read_is_not_run_again_where_the_user_does_not_want_it()
    {
        using var rig = new Rig(new MultiplexingOptions { RetriesReads = false });
        var handle = await rig.Open();
        var read = Rig.Start(handle, "SELECT 1");
        rig.Transport.Links[0].Break();
        Assert.That((await Rig.Failure<LinkException>(read)).Delivery, Is.EqualTo(Delivery.Sent));
        Assert.That(rig.Transport.Statements, Has.Count.EqualTo(1));
    }

    [TestCase("SELECT 1", 1053, 2)]
    [TestCase("SELECT 1", 1927, 2)]
    [TestCase("SELECT 1", 1317, 1)]
    [TestCase("UPDATE t SET a = 1", 1053, 1)]
    public async Task A_read_that_a_server_ends_because_it_shuts_down_runs_again(string text, int error, int runs)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var task = Rig.Start(handle, text);
        (await rig.Waiting(text, task)).CompleteNext(FakeReply.Error((ushort)error, "08S01", "Server shutdown in progress"));
        if (runs == 2)
            (await rig.Waiting(text, task)).CompleteNext(FakeReply.Ok());
        using var reply = await Rig.Within(task);
        Assert.That(reply.NextResult(), Is.EqualTo(runs == 2 ? ReplyItem.Done : ReplyItem.Error));
        Assert.That(rig.Transport.Statements.Count(statement => statement == text), Is.EqualTo(runs));
    }

    [Test]
    public async Task No_more_may_wait_for_a_lease_than_is_allowed()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 1, MaxSharedLinks = 1, MaxWaitingHandles = 3 });
        var holder = await rig.Open();
        var waiters = new List<Handle>();
        for (var i = 0; i < 4; i++)
            waiters.Add(await rig.Open());
        var link = await rig.Run(holder, "START TRANSACTION", FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit));
        var waiting = waiters.Take(3).Select(handle => Rig.Start(handle, Lease)).ToList();
        var failure = await Rig.Failure<LinkException>(Rig.Start(waiters[3], Lease));
        Assert.That((failure.Kind, failure.Delivery), Is.EqualTo((LinkFailureKind.NoLinkAvailable, Delivery.NotSent)));
        Assert.That(failure.Message, Does.Contain("3 connections wait").And.Contain("Max Waiting Connections"));
        Assert.That(waiting.TrueForAll(task => !task.IsCompleted), Is.True);
        await rig.Run(holder, "COMMIT");
        foreach (var task in waiting)
        {
            (await rig.Waiting(Lease, task)).CompleteNext(FakeReply.Ok());
            (await Rig.Within(task)).Dispose();
        }

        await rig.Run(waiters[3], Lease);
        Assert.That(rig.Transport.LiveLinks, Has.Member(link));
        rig.AssertQuiet();
    }

    [Test]
    public async Task No_more_may_wait_for_a_shared_link_or_on_it_than_is_allowed()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1, MaxWaitingHandles = 5 });
        var handles = new List<Handle>();
        for (var i = 0; i < 6; i++)
            handles.Add(await rig.Open());
        var running = Enumerable.Range(0, 5).Select(i => Rig.Start(handles[i], Text(i))).ToList();
        var failure = await Rig.Failure<LinkException>(Rig.Start(handles[5], Text(5)));
        Assert.That(failure.Message, Does.Contain("5 connections wait"));
        rig.Transport.Links[0].CompleteAll(FakeReply.Ok());
        foreach (var task in running)
            (await Rig.Within(task)).Dispose();

        Lose(rig);
        var waiting = Enumerable.Range(0, 5).Select(i => Rig.Start(handles[i], Text(i))).ToList();
        Assert.That((await Rig.Failure<LinkException>(Rig.Start(handles[5], Text(5)))).Delivery, Is.EqualTo(Delivery.NotSent));
        rig.Transport.OpenNext();
        foreach (var (i, task) in waiting.Index())
        {
            await rig.Waiting(Text(i), task);
            Assert.That(task.IsCompleted, Is.False);
        }

        rig.Transport.LiveLinks[0].CompleteAll(FakeReply.Ok());
        foreach (var task in waiting)
            (await Rig.Within(task)).Dispose();
        rig.AssertQuiet();

        static string Text(int i) => string.Create(CultureInfo.InvariantCulture, $"SELECT {i}");
    }

    // The links break, and none opens but by the test.
    private static void Lose(Rig rig)
    {
        rig.Transport.AutoOpen = false;
        foreach (var link in rig.Transport.LiveLinks)
            link.Break();
    }
}
