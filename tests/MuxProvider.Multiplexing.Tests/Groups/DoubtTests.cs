using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Links that fall silent: nothing new goes there, and in the end they are closed.</summary>
[TestFixture]
public sealed class DoubtTests
{
    private static readonly LinkSilence s_silent = new(IsSilent: true, TimeSpan.FromSeconds(2), IsAwaited: false);

    // A handle, and a link that fell silent under its statement.
    private static async Task<(Handle Handle, FakeLink Link)> FallSilentAsync(Rig rig)
    {
        var handle = await rig.Open();
        var gone = Rig.Start(handle, "SELECT 1", rig.In(2));
        var link = await rig.Waiting("SELECT 1");
        link.Silence = s_silent;
        rig.Pass(2);
        await Rig.Failure<StatementAbandonedException>(gone);
        return (handle, link);
    }

    [Test]
    public async Task A_silent_link_gets_nothing_new_and_another_one_is_opened_for_who_asks()
    {
        using var rig = new Rig();
        var (handle, link) = await FallSilentAsync(rig);
        Assert.That((link.IsShared, link.Doubts, rig.Transport.OpenAttempts), Is.EqualTo((false, 1, 1)));
        var other = await rig.Run(handle, "SELECT 2");
        Assert.That(other, Is.Not.SameAs(link));
    }

    [Test]
    public async Task A_link_that_is_heard_of_again_is_shared_again()
    {
        using var rig = new Rig();
        var (handle, link) = await FallSilentAsync(rig);
        link.Silence = default;
        link.CompleteAll(FakeReply.Ok());
        rig.Pass(1);
        Assert.That(link.IsShared, Is.True);
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(link));
    }

    [Test]
    public async Task Where_enough_links_are_shared_meanwhile_it_waits_for_the_next_lease()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1 });
        var (handle, link) = await FallSilentAsync(rig);
        await rig.Run(handle, "SELECT 2");
        link.Silence = default;
        link.CompleteAll(FakeReply.Ok());
        rig.Pass(1);
        Assert.That(link.IsShared, Is.False);
        var begin = Rig.Start(handle, "SET @a = 1");
        Assert.That(await rig.Waiting("SET @a = 1", begin), Is.SameAs(link));
        link.CompleteAll(FakeReply.Ok());
        (await Rig.Within(begin)).Dispose();
    }

    [Test]
    public async Task Where_there_is_nowhere_else_to_go_the_link_stays_shared()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1, MaxLinks = 1 });
        var (_, link) = await FallSilentAsync(rig);
        Assert.That(link.IsShared, Is.True);
    }

    [Test]
    public async Task A_silence_that_is_over_does_not_count_the_next_time()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1, MaxLinks = 1 });
        var (handle, link) = await FallSilentAsync(rig);
        link.Silence = default;
        rig.Pass(1);
        rig.Pass(100);
        var gone = Rig.Start(handle, "SELECT 2", rig.In(2));
        link.Silence = s_silent;
        rig.Pass(2);
        await Rig.Failure<StatementAbandonedException>(gone);
        Assert.That((link.State, link.Doubts), Is.EqualTo((LinkState.Open, 2)));
    }

    [Test]
    public async Task A_link_that_stays_silent_is_closed_when_nobody_waits_for_it()
    {
        using var rig = new Rig();
        var (_, link) = await FallSilentAsync(rig);
        rig.Pass(20);
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
        rig.Pass(10);
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
    }

    [Test]
    public async Task Who_waits_without_a_deadline_keeps_the_link_alive()
    {
        using var rig = new Rig();
        var (_, link) = await FallSilentAsync(rig);
        link.Silence = s_silent with { IsAwaited = true };
        rig.Pass(1000);
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
    }
}
