using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>On which shared link a statement floats, and when there are more of them.</summary>
[TestFixture]
public sealed class SharedPlacementTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(10);

    [Test]
    public async Task A_statement_takes_the_link_with_less_work_before_it()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        var (busy, free) = await TwoShared(rig, handle);
        (busy.EstimatedWait, free.EstimatedWait) = (TimeSpan.FromMicroseconds(900), TimeSpan.FromMicroseconds(300));
        free.Settings = new Settings("other");
        for (var i = 0; i < 20; i++)
            Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(free));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Among_equals_the_link_that_has_the_handles_settings_is_taken()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        var (first, second) = await TwoShared(rig, handle);
        (first.EstimatedWait, second.EstimatedWait) = (TimeSpan.Zero, TimeSpan.Zero);
        (first.Settings, second.Settings) = (new Settings("other"), new Settings("test"));
        for (var i = 0; i < 20; i++)
            Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(second));
    }

    [Test]
    public async Task A_link_that_takes_nothing_more_is_passed_over()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        var (first, second) = await TwoShared(rig, handle);
        var last = Rig.Start(handle, "SELECT 1");
        var closing = await rig.Waiting("SELECT 1");
        closing.CloseWhenIdle();
        var other = closing == first ? second : first;
        other.EstimatedWait = s_long;
        var neighbour = await rig.Open();
        for (var i = 0; i < 20; i++)
            Assert.That(await rig.Run(neighbour, "SELECT 2"), Is.SameAs(other));
        closing.CompleteNext(FakeReply.Ok());
        (await Rig.Within(last)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_long_wait_opens_another_link_behind_the_statements_back()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 3 }, autoOpen: false);
        var handle = rig.New();
        var open = Rig.StartOpen(handle);
        var first = rig.Transport.OpenNext();
        await Rig.Within(open);

        first.EstimatedWait = TimeSpan.FromMicroseconds(500);
        await rig.Run(handle, "SELECT 1");
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(1), "the wait is short");

        first.EstimatedWait = s_long;
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(first), "nobody waits for the new link");
        await rig.Run(handle, "SELECT 3");
        Assert.That((rig.Transport.OpenAttempts, rig.Transport.PendingOpens), Is.EqualTo((2, 1)), "one at a time");

        var second = rig.Transport.OpenNext();
        Assert.That(await rig.Run(handle, "SELECT 4"), Is.SameAs(second));
        Assert.That(rig.Transport.PendingOpens, Is.Zero);

        second.EstimatedWait = s_long;
        await rig.Run(handle, "SELECT 5");
        var third = rig.Transport.OpenNext();
        third.EstimatedWait = s_long;
        await rig.Run(handle, "SELECT 6");
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(3), "no more than Max Shared Links");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_parked_link_is_shared_before_a_new_one_is_opened()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        var parked = await rig.Run(handle, "OPTIMIZE TABLE t");
        Assert.That(rig.Multiplexer.ToString(), Does.Contain("1 shared").And.Contain("1 parked"));
        rig.Transport.Links[0].EstimatedWait = s_long;
        await rig.Run(handle, "SELECT 1");
        Assert.That((parked.IsShared, rig.Transport.OpenAttempts), Is.EqualTo((true, 2)));
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(parked));
    }

    [Test]
    public async Task Growth_that_fails_is_nobodys_failure()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.FailNext();
        rig.Transport.Links[0].EstimatedWait = s_long;
        for (var i = 0; i < 10; i++)
            Assert.That(await rig.Run(handle, "SELECT 1"), Is.SameAs(rig.Transport.Links[0]));
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(2), "it is not tried again at once");
        rig.AssertQuiet();
    }

    [Test]
    public async Task Nothing_is_sent_behind_a_link_that_is_held_up_while_another_one_is_on_its_way()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        var heldUp = rig.Transport.Links[0];
        heldUp.EstimatedWait = TimeSpan.FromMilliseconds(200);
        rig.Transport.AutoOpen = false;
        var statement = Rig.Start(handle, "SELECT 1");
        Assert.That((statement.IsCompleted, rig.Transport.PendingOpens), Is.EqualTo((false, 1)));
        Assert.That(heldUp.Statements, Has.None.EqualTo("SELECT 1"));
        var fresh = rig.Transport.OpenNext();
        (await rig.Waiting("SELECT 1")).CompleteNext(FakeReply.Ok());
        (await Rig.Within(statement)).Dispose();
        Assert.That(fresh.Statements, Has.One.EqualTo("SELECT 1"));
    }

    [Test]
    public async Task A_link_that_flows_again_or_a_failure_to_open_another_ends_the_wait_for_it([Values] bool fails)
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        var heldUp = rig.Transport.Links[0];
        heldUp.EstimatedWait = TimeSpan.FromMilliseconds(200);
        rig.Transport.AutoOpen = false;
        var statement = Rig.Start(handle, "SELECT 1");
        if (fails)
        {
            rig.Transport.FailNext();
        }
        else
        {
            heldUp.EstimatedWait = TimeSpan.Zero;
            rig.Pass(1);
        }

        (await rig.Waiting("SELECT 1")).CompleteNext(FakeReply.Ok());
        (await Rig.Within(statement)).Dispose();
        Assert.That(heldUp.Statements, Has.One.EqualTo("SELECT 1"));
    }

    [Test]
    public async Task A_statement_that_comes_late_to_a_link_of_somebody_else_goes_elsewhere()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        var (leased, shared) = await TwoShared(rig, handle);

        // As for a caller who still holds the list of before.
        leased.Unshare();
        (leased.EstimatedWait, shared.EstimatedWait) = (TimeSpan.Zero, TimeSpan.Zero);
        (leased.Settings, shared.Settings) = (null, null);
        shared.Handler = _ => FakeReply.Ok();
        var before = leased.Taken.Count;
        for (var i = 0; i < 20; i++)
        {
            shared.Settings = null;
            (await Rig.Within(Rig.Start(handle, "UPDATE t SET a = 1"))).Dispose();
        }

        Assert.That((leased.Taken.Count, shared.Statements.Count(text => text == "UPDATE t SET a = 1")), Is.EqualTo((before, 20)));
    }

    [Test]
    public async Task A_handle_brings_its_schema_along()
    {
        using var rig = new Rig();
        var here = await rig.Open("here");
        var there = await rig.Open("there");
        await rig.Run(here, "SELECT 1");
        await rig.Run(there, "SELECT 2");
        await rig.Run(there, "SELECT 3");
        var statements = rig.Transport.Links[0].Taken.Where(request => request.Kind == FakeRequestKind.Statement).ToList();
        Assert.That(statements.Select(request => request.Terms.Settings?.Schema), Is.EqualTo(new[] { "here", "there", "there" }));
        Assert.That(statements.Select(request => request.BringsSettings), Is.EqualTo(new[] { true, true, false }));
        Assert.That(statements.TrueForAll(request => request.Terms is { LeavesNoState: true, OnLease: false }), Is.True);
        rig.AssertQuiet();
    }

    private static async Task<(FakeLink First, FakeLink Second)> TwoShared(Rig rig, Handle handle)
    {
        rig.Transport.Links[0].EstimatedWait = s_long;
        await rig.Run(handle, "SELECT 0");
        Assert.That(rig.Multiplexer.ToString(), Does.Contain("2 shared"));
        rig.Transport.Links[0].EstimatedWait = TimeSpan.Zero;
        return (rig.Transport.Links[0], rig.Transport.Links[1]);
    }
}
