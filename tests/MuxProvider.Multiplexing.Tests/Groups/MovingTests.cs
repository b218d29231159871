using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What waits unsent on a link that is held up runs elsewhere.</summary>
[TestFixture]
public sealed class MovingTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(1);

    // A statement that waits to be sent behind another one on the only link.
    private static async Task<(FakeLink Link, Task<Reply> Waits)> WaitAsync(Rig rig, Deadline deadline = default)
    {
        var first = await rig.Open();
        var second = await rig.Open();
        var head = Rig.Start(first, "SELECT 1");
        var link = await rig.Waiting("SELECT 1", head);
        link.EstimatedWait = TimeSpan.Zero;
        link.Sends = false;
        var waits = Rig.Start(second, "SELECT 2", deadline);
        Assert.That(await rig.Waiting("SELECT 2", waits), Is.SameAs(link));
        link.EstimatedWait = s_long;
        return (link, waits);
    }

    [Test]
    public async Task It_moves_to_a_link_that_is_opened_for_it()
    {
        using var rig = new Rig();
        var (link, waits) = await WaitAsync(rig);
        rig.Pass(0);
        await rig.Until(() => link.Pending.Count == 1);
        var other = await rig.Waiting("SELECT 2", waits);
        Assert.That(other, Is.Not.SameAs(link));
        other.CompleteNext(FakeReply.Ok());
        (await Rig.Within(waits)).Dispose();
        Assert.That(link.Pending.Select(static request => request.Text), Is.EqualTo(new[] { "SELECT 1" }), "what was sent stays");
    }

    [Test]
    public async Task It_stays_where_it_is_while_no_other_link_is_better()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1 });
        var (link, waits) = await WaitAsync(rig);
        rig.Pass(1);
        Assert.That(link.Pending, Has.Count.EqualTo(2));
        link.CompleteAll(FakeReply.Ok());
        (await Rig.Within(waits)).Dispose();
    }

    [Test]
    public async Task It_stays_where_it_is_while_the_link_flows()
    {
        using var rig = new Rig();
        var (link, waits) = await WaitAsync(rig);
        link.EstimatedWait = TimeSpan.FromMilliseconds(90);
        rig.Pass(1);
        Assert.That((link.Pending.Count, rig.Transport.OpenAttempts), Is.EqualTo((2, 1)));
        link.CompleteAll(FakeReply.Ok());
        (await Rig.Within(waits)).Dispose();
    }

    [Test]
    public async Task However_often_it_moves_it_is_not_given_up_for_that()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var (link, waits) = await WaitAsync(rig);
        for (var i = 0; i < 20; i++)
        {
            rig.Pass(0);
            var now = await rig.Waiting("SELECT 2", waits);
            await rig.Until(() => now.State == LinkState.Open && now.Pending.Any(static request => request.Text == "SELECT 2"));
            foreach (var each in rig.Transport.LiveLinks)
            {
                each.Sends = false;
                each.EstimatedWait = each.Pending.Any(static request => request.Text == "SELECT 2") ? s_long : TimeSpan.Zero;
            }
        }

        Assert.That(waits.IsCompleted, Is.False);
        foreach (var each in rig.Transport.LiveLinks)
            each.Handler = static _ => FakeReply.Ok();
        foreach (var each in rig.Transport.LiveLinks)
            each.CompleteAll(FakeReply.Ok());
        (await Rig.Within(waits)).Dispose();
    }

    [Test]
    public async Task Its_deadline_counts_from_the_beginning()
    {
        using var rig = new Rig();
        var (link, waits) = await WaitAsync(rig, rig.In(2));
        rig.Pass(0);
        await rig.Until(() => link.Pending.Count == 1);
        await rig.Waiting("SELECT 2", waits);
        rig.Pass(2);
        await Rig.Failure<StatementAbandonedException>(waits);
    }
}
