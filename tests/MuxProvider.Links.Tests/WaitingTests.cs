using MuxProvider.Links.MySql;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class WaitingTests
{
    [TestCase(PipeliningMode.On)]
    [TestCase(PipeliningMode.Off)]
    public async Task A_request_that_is_abandoned_before_it_is_sent_is_never_sent(PipeliningMode mode)
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode, MaxDepth = 1 });
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 1");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2", "test");
        using var third = link.Ask("SELECT 3", "other");
        await hold.WaitUntilHeldAsync();
        Assert.That(second.Abandon(Abandonment.Cancelled), Is.True);
        Assert.That((second.IsCompleted, second.Abandonment, second.Delivery, second.Failure), Is.EqualTo((true, Abandonment.Cancelled, Delivery.NotSent, (LinkException?)null)));
        Assert.That(second.Abandon(Abandonment.TimedOut), Is.False);
        hold.Release();
        Assert.That((await first.Text(), await third.Text()), Is.EqualTo(("1", "3")));
        Assert.That(bed.Server.Queries, Has.None.EqualTo("SELECT 2"));
        Assert.That(link.Depth, Is.Zero);
    }

    [Test]
    public async Task The_answer_of_a_request_that_is_abandoned_in_flight_is_thrown_away()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery("rows", FakeReply.Rows(["a"], ["x"], ["y"]));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("rows");
        using var before = link.Ask("SELECT 1");
        var gone = link.Ask("rows");
        using var behind = link.Ask("SELECT 2");
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        Assert.That(gone.Abandon(Abandonment.TimedOut), Is.True);
        Assert.That(await gone.Text(), Is.EqualTo("TimedOut, Sent"));
        gone.Dispose();
        hold.Release();
        Assert.That((await before.Text(), await behind.Text()), Is.EqualTo(("1", "2")));
        Assert.That((link.Depth, link.State), Is.EqualTo((0, LinkState.Open)));
    }

    [Test]
    public async Task A_request_may_be_abandoned_while_its_answer_comes_in()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery("rows", FakeReply.Rows(["a"], ["x".PadRight(300)], ["y".PadRight(300)]));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.HoldAfter(400);
        var gone = link.Ask("rows");
        using var behind = link.Ask("SELECT 2");
        await hold.WaitUntilHeldAsync();
        Assert.That(gone.Abandon(Abandonment.Cancelled), Is.True);
        gone.Dispose();
        hold.Release();
        Assert.That(await behind.Text(), Is.EqualTo("2"));
    }

    [Test]
    public async Task Abandoning_what_is_complete_changes_nothing()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("SELECT 1").Over();
        Assert.That(reply.Abandon(Abandonment.Cancelled), Is.False);
        Assert.That((reply.Abandonment, reply.Delivery), Is.EqualTo((Abandonment.None, Delivery.Answered)));
        Assert.That(await reply.Text(), Is.EqualTo("1"));
    }

    [Test]
    public async Task Waits_that_are_overdue_are_given_up_when_the_link_is_told_to_look()
    {
        await using var bed = new LinkBed(change: options => options with { MaxDepth = 2 });
        var clock = new FakeClock();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT");
        using var sent = link.Ask("SELECT 1", deadline: Deadline.In(clock, TimeSpan.FromSeconds(5)));
        using var patient = link.Ask("SELECT 2", deadline: Deadline.In(clock, TimeSpan.FromSeconds(60)));
        using var unsent = link.Ask("SELECT 3", deadline: Deadline.In(clock, TimeSpan.FromSeconds(5)));
        using var endless = link.Ask("SELECT 4");
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        clock.Advance(TimeSpan.FromSeconds(4));
        link.ExpireOverdue();
        Assert.That((sent.IsCompleted, patient.IsCompleted, unsent.IsCompleted), Is.EqualTo((false, false, false)));
        clock.Advance(TimeSpan.FromSeconds(1));
        link.ExpireOverdue();
        Assert.That((await sent.Text(), await unsent.Text()), Is.EqualTo(("TimedOut, Sent", "TimedOut, NotSent")));
        Assert.That((patient.IsCompleted, endless.IsCompleted), Is.EqualTo((false, false)));
        hold.Release();
        Assert.That((await patient.Text(), await endless.Text()), Is.EqualTo(("2", "4")));
        Assert.That(bed.Server.Queries, Has.None.EqualTo("SELECT 3"));
    }

    [Test]
    public async Task A_reply_that_was_given_back_before_its_answer_came_does_not_disturb_others()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 0");
        link.Ask("SELECT 0").Dispose();
        var replies = Enumerable.Range(1, 20).Select(i => link.Ask($"SELECT {i}")).ToList();
        hold.Release();
        for (var i = 0; i < replies.Count; i++)
        {
            Assert.That(await replies[i].Text(), Is.EqualTo($"{i + 1}"));
            replies[i].Dispose();
        }
    }

    [TestCase(PipeliningMode.On, 1)]
    [TestCase(PipeliningMode.On, 2)]
    [TestCase(PipeliningMode.Off, 3)]
    public async Task Whoever_abandons_at_random_nobody_is_shown_the_answer_of_another(PipeliningMode mode, int seed)
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode, MaxDepth = 8 });
        var link = await bed.OpenAsync();
        var question = 0;
        var answered = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(task => Task.Run(async () =>
        {
            var random = new Random(seed * 1000 + task);
            for (var i = 0; i < 200; i++)
            {
                var number = Interlocked.Increment(ref question);
                using var reply = link.Ask($"SELECT {number}", random.Next(3) == 0 ? random.Next(2) == 0 ? "test" : "other" : null);
                var whim = random.Next(6);
                if (whim == 0)
                    reply.Abandon(Abandonment.Cancelled);
                if (whim == 1)
                {
                    await Task.Yield();
                    reply.Abandon(Abandonment.TimedOut);
                }

                if (whim == 2)
                    continue;
                await reply.Over();
                if (reply.Abandonment != Abandonment.None)
                    continue;
                Assert.That(reply.Read(), Is.EqualTo($"{number}"));
                Interlocked.Increment(ref answered);
            }
        })));
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
        Assert.That(answered, Is.GreaterThan(1000));
    }
}
