using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Handles over links to several servers: on which they stay, and when they have to move.</summary>
[TestFixture]
public sealed class SeveralServersTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMilliseconds(10);
    private static readonly MultiplexingOptions s_options = new() { MaxSharedLinks = 2, MaxLinks = 4, IdleTimeout = TimeSpan.Zero };

    private FakeServers _servers = null!;

    [Test]
    public async Task A_handle_stays_on_its_server_and_others_use_both()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        var used = new HashSet<FakeLink>();
        for (var i = 0; i < 40; i++)
        {
            var handle = await rig.Open();
            var link = await rig.Run(handle, "SELECT 1");
            used.Add(link);
            (link == first ? first : second).EstimatedWait = TimeSpan.FromMilliseconds(5);
            for (var j = 0; j < 5; j++)
                Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(link));
            (first.EstimatedWait, second.EstimatedWait) = (TimeSpan.Zero, TimeSpan.Zero);
        }

        Assert.That(used, Has.Count.EqualTo(2));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_moves_where_its_server_is_held_up_and_another_is_not()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        var handle = await rig.Open();
        var own = await rig.Run(handle, "SELECT 1");
        var other = own == first ? second : first;
        own.EstimatedWait = TimeSpan.FromSeconds(1);
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(other));
    }

    [Test]
    public async Task A_handle_moves_when_its_server_is_lost_and_then_stays_there()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        var handle = await rig.Open();
        var own = await rig.Run(handle, "SELECT 1");
        var other = own == first ? second : first;
        own.Break();
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(other));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_that_is_opened_again_may_go_anywhere()
    {
        using var rig = NewRig();
        await TwoShared(rig);
        var handle = await rig.Open();
        var used = new HashSet<FakeLink>();
        for (var i = 0; i < 40; i++)
        {
            used.Add(await rig.Run(handle, "SELECT 1"));
            handle.Close();
            await Rig.Within(Rig.StartOpen(handle));
        }

        Assert.That(used, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_lease_is_opened_on_the_handles_server_though_another_has_one_parked()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        var one = await On(rig, first);
        var other = await On(rig, second);
        var lease = await rig.Run(one, "OPTIMIZE TABLE t");
        Assert.That((lease.Facts.Server, rig.Transport.Wishes[^1]), Is.EqualTo((first.Facts.Server, first.Facts.Server)));
        var opened = rig.Transport.OpenAttempts;
        Assert.That(await rig.Run(one, "OPTIMIZE TABLE t"), Is.SameAs(lease), "parked there");
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(opened));
        Assert.That((await rig.Run(other, "OPTIMIZE TABLE t")).Facts.Server, Is.EqualTo(second.Facts.Server));
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(opened + 1));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_lease_is_taken_elsewhere_where_there_is_no_room_or_no_way()
    {
        using var rig = NewRig(s_options with { MaxLinks = 3 });
        var (first, second) = await TwoShared(rig);
        var one = await On(rig, first);
        var other = await On(rig, second);
        var lease = await rig.Run(one, "OPTIMIZE TABLE t");
        Assert.That(await rig.Run(other, "OPTIMIZE TABLE t"), Is.SameAs(lease), "Max Links are there");

        using var dark = NewRig();
        (first, second) = await TwoShared(dark);
        (one, other) = (await On(dark, first), await On(dark, second));
        lease = await dark.Run(one, "OPTIMIZE TABLE t");
        dark.Transport.FailNext();
        Assert.That(await dark.Run(other, "OPTIMIZE TABLE t"), Is.SameAs(lease), "no link can be opened");
        dark.AssertQuiet();
    }

    [Test]
    public async Task A_demoted_server_gets_no_more_statements_and_its_leases_end_as_they_are()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        var one = await On(rig, first);
        var neighbour = await On(rig, first);
        var pinned = await On(rig, first);
        var lease = await rig.Run(pinned, "START TRANSACTION", FakeReply.Ok(status: Protocol.ServerStatus.InTransaction));
        var late = Rig.Start(one, "SELECT 1");
        Assert.That(await rig.Waiting("SELECT 1"), Is.SameAs(first));
        first.Demote();
        Assert.That((first.State, lease.State), Is.EqualTo((LinkState.Closing, LinkState.Open)));
        Assert.That(await rig.Run(neighbour, "SELECT 2"), Is.SameAs(second));
        Assert.That(first.State, Is.EqualTo(LinkState.Closing), "what it has is answered");
        first.CompleteNext(FakeReply.Ok());
        (await Rig.Within(late)).Dispose();
        Assert.That(first.State, Is.EqualTo(LinkState.Closed));
        Assert.That(await rig.Run(pinned, "COMMIT"), Is.SameAs(lease));
        Assert.That((lease.State, second.State), Is.EqualTo((LinkState.Closed, LinkState.Open)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Where_the_only_server_in_use_is_demoted_another_link_is_opened()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        rig.Transport.NextServer = () => 1;
        var first = await rig.Run(handle, "SELECT 1");
        first.Demote();
        var second = await rig.Run(handle, "SELECT 2");
        Assert.That((first.State, second.Facts.Server), Is.EqualTo((LinkState.Closed, 1)));
        rig.AssertQuiet();
    }

    // ---- checks ----------------------------------------------------------------------------------------------------------

    [Test]
    public async Task Each_server_is_asked_on_one_link_every_so_often()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        AnswerChecks(rig);
        rig.Pass(5);
        Assert.That((Checks(first), Checks(second)), Is.EqualTo((1, 1)));
        rig.Pass(5);
        rig.Pass(5);
        Assert.That((Checks(first), Checks(second)), Is.EqualTo((3, 3)));
        Assert.That(first.Taken[^1].Terms, Is.EqualTo(new Terms(null, default, LeavesNoState: true, OnLease: false, default)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_server_with_parked_links_only_is_asked_there_and_one_with_leases_only_is_not()
    {
        using var rig = NewRig(s_options with { IsEnabled = false });
        AnswerChecks(rig);
        var first = await rig.Open();
        var second = await rig.Open();
        var (parked, leased) = (rig.Transport.Links[0], rig.Transport.Links[1]);
        first.Close();
        rig.Pass(5);
        Assert.That((Checks(parked), Checks(leased)), Is.EqualTo((1, 0)));
        Assert.That(parked.Taken[^1].Terms.OnLease, Is.True);
        await Rig.Within(Rig.StartOpen(first));
        Assert.That((first.ServerThread, rig.Transport.OpenAttempts), Is.EqualTo((parked.Facts.ServerThread, 2)), "it is parked again");
        rig.Pass(5);
        Assert.That((Checks(parked), Checks(leased)), Is.EqualTo((1, 0)), "both are leased");
        second.Close();
        first.Close();
    }

    [Test]
    public async Task To_be_asked_does_not_keep_a_link_that_nobody_uses()
    {
        using var rig = NewRig(s_options with { IsEnabled = false, IdleTimeout = TimeSpan.FromSeconds(20) });
        AnswerChecks(rig);
        (await rig.Open()).Close();
        for (var i = 0; i < 8; i++)
            rig.Pass(5);
        Assert.That(rig.Multiplexer.LinkCount, Is.Zero);
        Assert.That(Checks(rig.Transport.Links[0]), Is.GreaterThan(1));
        var shared = NewRig(s_options with { IdleTimeout = TimeSpan.FromSeconds(20) });
        AnswerChecks(shared);
        await shared.Run(await shared.Open(), "SELECT 1", FakeReply.Ok());
        for (var i = 0; i < 8; i++)
            shared.Pass(5);
        Assert.That(shared.Multiplexer.LinkCount, Is.Zero);
        shared.Dispose();
    }

    [Test]
    public async Task A_server_that_does_not_suit_any_more_loses_its_links()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        AnswerChecks(rig);
        _servers.SetMisfit(first.Facts.Server);
        rig.Pass(5);
        await rig.Until(() => first.State == LinkState.Closed);
        Assert.That(second.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public async Task A_link_that_does_not_answer_is_given_up_and_its_server_tried()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        AnswerChecks(rig, but: first);
        rig.Pass(5);
        Assert.That((Checks(first), first.State), Is.EqualTo((1, LinkState.Open)));
        rig.Transport.AutoOpen = false;
        rig.Pass(5);
        Assert.That((first.State, second.State), Is.EqualTo((LinkState.Closed, LinkState.Open)));
        Assert.That(_servers.Probes, Is.EqualTo(new[] { (first.Facts.Server, TimeSpan.FromSeconds(5)) }));
        var again = rig.Transport.OpenNext();
        Assert.That((again.Facts.Server, again.IsShared, again.State), Is.EqualTo((first.Facts.Server, true, LinkState.Open)));
        await Rig.Spin(() => rig.Transport.UndisposedReplies == 0);
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_server_that_is_silent_and_cannot_be_reached_loses_all_its_links()
    {
        using var rig = NewRig(s_options with { MaxSharedLinks = 3 });
        var (first, second) = await TwoShared(rig);
        var third = await Grow(rig, await On(rig, first), first.Facts.Server);
        third.EstimatedWait = s_long;
        var waiter = await On(rig, first);
        AnswerChecks(rig, but: first);
        rig.Pass(5);
        rig.Transport.AutoOpen = false;
        var late = Rig.Start(waiter, "SELECT 3");
        Assert.That(await rig.Waiting("SELECT 3"), Is.SameAs(first));
        rig.Pass(5);
        Assert.That((first.State, third.State), Is.EqualTo((LinkState.Closing, LinkState.Open)), "somebody waits for an answer");
        rig.Transport.FailNext();
        Assert.That((third.State, second.State), Is.EqualTo((LinkState.Closed, LinkState.Open)));
        first.CompleteAll(FakeReply.Ok());
        (await Rig.Within(late)).Dispose();
    }

    [Test]
    public async Task A_server_that_is_there_again_gets_a_shared_link()
    {
        using var rig = NewRig();
        rig.Transport.NextServer = () => 0;
        var handle = await rig.Open();
        var first = await rig.Run(handle, "SELECT 1");
        var second = await Grow(rig, handle, 0);
        first.EstimatedWait = TimeSpan.Zero;
        AnswerChecks(rig);
        _servers.Due.Add(1);
        rig.Pass(5);
        var back = rig.Transport.Links[^1];
        Assert.That((back.Facts.Server, back.IsShared), Is.EqualTo((1, true)));
        Assert.That(_servers.Probes, Is.EqualTo(new[] { (1, TimeSpan.FromSeconds(15)) }));
        Assert.That(new[] { first, second }.Count(link => link.State == LinkState.Closed), Is.EqualTo(1), "no more than Max Shared Links: the server with two gave one up");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_better_server_that_is_there_again_gets_everything()
    {
        using var rig = NewRig();
        _servers.SetRank(0, 0);
        _servers.SetRank(1, 1);
        rig.Transport.NextServer = () => 1;
        var handle = await rig.Open();
        var worse = await rig.Run(handle, "SELECT 1");
        AnswerChecks(rig);
        _servers.Due.Add(0);
        rig.Transport.FailNext();
        rig.Pass(5);
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(worse), "it is not there");
        _servers.Due.Add(0);
        rig.Pass(5);
        var better = await rig.Run(handle, "SELECT 3");
        Assert.That((better.Facts.Server, worse.State), Is.EqualTo((0, LinkState.Closed)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task No_server_is_tried_where_there_is_no_room()
    {
        using var rig = NewRig(s_options with { MaxLinks = 2 });
        await TwoShared(rig);
        AnswerChecks(rig);
        _servers.Due.Add(1);
        rig.Pass(5);
        Assert.That(_servers.Probes, Is.Empty);
    }

    [Test]
    public async Task Nothing_is_asked_where_there_is_nothing_to_choose_or_nobody_wants_it([Values] bool isOff)
    {
        using var rig = NewRig(s_options with { ServerCheckInterval = isOff ? TimeSpan.Zero : TimeSpan.FromSeconds(5) });
        _servers.AreChecked = isOff;
        var (first, second) = await TwoShared(rig);
        rig.Pass(60);
        Assert.That((Checks(first), Checks(second), rig.Clock.ActiveTimers), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task Links_to_addresses_that_are_gone_are_given_up()
    {
        using var rig = NewRig(s_options with { DnsCheckInterval = TimeSpan.FromSeconds(30), ServerCheckInterval = TimeSpan.Zero });
        rig.Transport.Facts = rig.Transport.Facts with { Address = "10.0.0.1" };
        var handle = await rig.Open();
        var first = await rig.Run(handle, "SELECT 1");
        _servers.SetAddresses(0, "10.0.0.1", "10.0.0.2");
        rig.Pass(30);
        Assert.That(first.State, Is.EqualTo(LinkState.Open));
        _servers.SetAddresses(0, "10.0.0.2");
        rig.Pass(20);
        Assert.That(first.State, Is.EqualTo(LinkState.Open), "it is not time");
        rig.Pass(10);
        Assert.That(first.State, Is.EqualTo(LinkState.Closed));
        rig.Transport.Facts = rig.Transport.Facts with { Address = "10.0.0.2" };
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(rig.Transport.Links[1]));
        rig.AssertQuiet();
    }

    [Test]
    public async Task To_pick_a_link_of_the_own_server_allocates_nothing()
    {
        using var rig = NewRig();
        var (first, second) = await TwoShared(rig);
        ILink[] links = [first, second];
        var settings = new Settings("test");
        var wrong = 0;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0u; i < 1000; i++)
                wrong += LinkPicker.Pick(links, settings, i * 7919, 1, s_long) == second ? 0 : 1;
            Assert.That((wrong, round == 0 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before), Is.EqualTo((0, 0)));
        }
    }

    [TestCase(0, 600)]
    [TestCase(0.5, 570)]
    [TestCase(1, 540)]
    public void Each_link_has_its_own_lifetime(double chance, double seconds)
    {
        var member = new GroupMember(null!, 0, chance);
        Assert.That(member.LifetimeOf(TimeSpan.FromMinutes(10)).TotalSeconds, Is.EqualTo(seconds).Within(0.001));
    }

    private static int Checks(FakeLink link) => link.Statements.Count(text => text == FakeServers.Question);

    private static void AnswerChecks(Rig rig, FakeLink? but = null)
    {
        foreach (var link in rig.Transport.Links)
            link.Handler = text => text == FakeServers.Question && link != but ? FakeReply.Scalar(0) : null;
        rig.Transport.Handler = text => text == FakeServers.Question ? FakeReply.Scalar(0) : null;
    }

    // A handle on the server of a link.
    private static async Task<Handle> On(Rig rig, FakeLink link)
    {
        for (var i = 0; i < 200; i++)
        {
            var handle = await rig.Open();
            if ((await rig.Run(handle, "SELECT 0")).Facts.Server == link.Facts.Server)
                return handle;
        }

        throw new InvalidOperationException($"No handle goes to {link}.");
    }

    private static async Task<FakeLink> Grow(Rig rig, Handle handle, int server)
    {
        var count = rig.Transport.Links.Count;
        rig.Transport.NextServer = () => server;
        foreach (var link in rig.Transport.LiveLinks)
            link.EstimatedWait = s_long;
        await rig.Run(handle, "SELECT 0");
        foreach (var link in rig.Transport.LiveLinks)
            (link.EstimatedWait, link.Settings) = (TimeSpan.Zero, new Settings("test"));
        Assert.That(rig.Transport.Links, Has.Count.EqualTo(count + 1));
        return rig.Transport.Links[^1];
    }

    private static async Task<(FakeLink First, FakeLink Second)> TwoShared(Rig rig)
    {
        var handle = await rig.Open();
        var second = await Grow(rig, handle, 1);
        var first = rig.Transport.Links[0];
        Assert.That((first.Facts.Server, second.Facts.Server, first.IsShared, second.IsShared), Is.EqualTo((0, 1, true, true)));
        return (first, second);
    }

    private Rig NewRig(MultiplexingOptions? options = null)
    {
        var transport = new FakeTransport();
        _servers = new FakeServers(transport, 2);
        transport.Servers = _servers;
        return new Rig(options ?? s_options, transport: transport);
    }
}
