using MuxProvider.Links.MySql;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>How much of requests and answers is held in memory, and what happens when it is too much.</summary>
[TestFixture]
public sealed class BufferTests
{
    private const int Limit = 1024 * 1024;

    private static readonly string s_filling = new('x', 5_000);

    [Test]
    public async Task What_answers_hold_is_counted_until_they_are_given_back()
    {
        await using var bed = Bed(limit: 100 * Limit);
        var link = await bed.OpenAsync();
        bed.Server.OnQuery("large", Rows(400));
        Assert.That(Held(bed), Is.Zero);
        var replies = new List<Reply>();
        for (var i = 1; i <= 3; i++)
        {
            replies.Add(await link.Ask("large").Over());
            Assert.That(Held(bed), Is.InRange(i * 400 * s_filling.Length, i * 600 * s_filling.Length));
        }

        foreach (var reply in replies)
            reply.Dispose();
        Assert.That(Held(bed), Is.Zero);

        // The objects are used again.
        using (await link.Ask("large").Over())
            Assert.That(Held(bed), Is.GreaterThan(400 * s_filling.Length));
        Assert.That(Held(bed), Is.Zero);
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
        Assert.That(Held(bed), Is.Zero, "small ones do not count");
    }

    [Test]
    public async Task What_requests_hold_is_counted_until_their_replies_are_given_back()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        var text = $"SELECT 1 /* large {new string('y', 300_000)} */";
        bed.Server.OnQuery(asked => asked == text ? FakeReply.Scalar("1") : null);
        var reply = link.Ask(text);
        Assert.That(Held(bed), Is.InRange(text.Length, text.Length + 100));
        hold.Release();
        Assert.That(await reply.Text(), Is.EqualTo("1"));
        reply.Dispose();
        Assert.That(Held(bed), Is.Zero);
    }

    [Test]
    public async Task What_nobody_waits_for_any_more_is_given_back()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        bed.Server.OnQuery("large", Rows(400));
        using var hold = bed.Server.HoldAfter(1_000_000);
        var reply = link.Ask("large");
        await hold.WaitUntilHeldAsync();
        Assert.That(SpinWait.SpinUntil(() => Held(bed) > 0, Guard.Time), Is.True, "a part of the answer");
        reply.Abandon(Abandonment.Cancelled);
        reply.Dispose();
        hold.Release();
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
        Assert.That(Held(bed), Is.Zero);
    }

    [Test]
    public async Task While_too_much_is_held_nothing_that_floats_is_sent_until_something_is_given_back()
    {
        var clock = new FakeClock();
        await using var bed = Bed(clock);
        var link = await bed.OpenAsync();
        bed.Server.OnQuery("large", Rows(400));
        var own = await bed.OpenAsync(shared: false);
        (await link.Ask("large").Over()).Dispose();
        using var one = await link.Ask("large").Over();
        var other = await own.Ask("large", onLease: true).Over();
        var received = bed.Server.Received.Count;
        var replies = Enumerable.Range(0, 10).Select(i => link.Ask($"SELECT {i}")).ToList();
        link.ExpireOverdue();
        Assert.That((bed.Server.Received.Count, link.Depth), Is.EqualTo((received, 10)));
        Assert.That(await own.AskTextAsync("SELECT 7", onLease: true), Is.EqualTo("7"), "who has a lease waits for nobody");

        // Where nothing is given back for a while, one goes on after the other: who holds an answer may need another one first.
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            link.ExpireOverdue();
            Assert.That(await replies[i].Text(), Is.EqualTo($"{i}"));
            link.ExpireOverdue();
            Assert.That(link.Depth, Is.EqualTo(9 - i));
        }

        one.Dispose();
        other.Dispose();
        link.ExpireOverdue();
        foreach (var (i, reply) in replies.Index().Skip(3))
            Assert.That(await reply.Text(), Is.EqualTo($"{i}"));

        replies.ForEach(static reply => reply.Dispose());
        Assert.That(Held(bed), Is.Zero);
    }

    [Test]
    public async Task While_too_much_is_held_answers_are_streamed_from_a_smaller_size_on()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        bed.Server.OnQuery("large", Rows(400));
        bed.Server.OnQuery("middling", Rows(40));
        var terms = Asking.Terms(onLease: true) with { StreamAbove = Limit, StreamWindow = Limit };
        using (var whole = await link.Ask("middling", terms).Over())
            Assert.That(whole.IsStream, Is.False);

        using var held = await link.Ask("large", onLease: true).Over();
        using (var stream = await link.Ask("middling", terms).Over())
        {
            Assert.That(stream.IsStream, Is.True);
            Assert.That(await stream.NextResultNowAsync(), Is.EqualTo(ReplyItem.Rows));
            Assert.That(await stream.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, 40)));
        }

        held.Dispose();
        using (var whole = await link.Ask("middling", terms).Over())
            Assert.That(whole.IsStream, Is.False);
        Assert.That(Held(bed), Is.Zero);
    }

    [Test]
    public async Task An_answer_that_nobody_may_stream_is_kept_and_asked_for_seldom()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        bed.Watcher.GivesLinks = false;
        bed.Server.OnQuery("large", Rows(400));
        bed.Server.OnQuery("larger", Rows(1000));
        using var held = await link.Ask("large").Over();
        using var kept = await link.Ask("larger", Asking.Terms() with { StreamAbove = 2 * Limit, StreamWindow = Limit }).Over();
        Assert.That((kept.IsStream, kept.Failure), Is.EqualTo((false, (LinkException?)null)));
        Assert.That(kept.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(await kept.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(bed.Watcher.Heard.Count(heard => heard == "large"), Is.InRange(3, 12), "each time it has doubled");
    }

    [Test]
    public async Task Without_a_limit_nothing_is_held_back()
    {
        await using var bed = new LinkBed(change: options => options with { MaxBufferedBytes = 0 });
        var link = await bed.OpenAsync();
        bed.Server.OnQuery("large", Rows(4000));
        using var held = await link.Ask("large").Over();
        using var hold = bed.Server.Hold("SELECT");
        var replies = Enumerable.Range(0, 10).Select(i => link.Ask($"SELECT {i}")).ToList();
        await bed.Server.WaitForCommandsAsync(10, command => command.Text.StartsWith("SELECT", StringComparison.Ordinal));
        hold.Release();
        foreach (var reply in replies)
        {
            await reply.Over();
            reply.Dispose();
        }
    }

    private static LinkBed Bed(TimeProvider? clock = null, long limit = Limit) =>
        new(change: options => options with { MaxBufferedBytes = limit, TimeProvider = clock ?? TimeProvider.System });

    private static long Held(LinkBed bed) => ((ILinkTransport)bed.Transport).BufferedBytes;

    private static FakeReply Rows(int count) => FakeReply.Rows(
        [FakeColumn.Text("n"), FakeColumn.Text("x")], Enumerable.Range(0, count).Select(i => new object?[] { $"{i}", s_filling }));
}
