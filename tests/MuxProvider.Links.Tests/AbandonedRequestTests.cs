using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What a link tells of requests whose callers went away.</summary>
[TestFixture]
public sealed class AbandonedRequestTests
{
    private const string Slow = "SELECT slow";

    private static readonly Terms s_terms = Asking.Terms() with { MayBeKilled = true };

    private static async Task<(ILink Link, FakeHold Hold, Reply Gone)> AbandonAsync(LinkBed bed, Terms? terms = null, string text = Slow)
    {
        var link = await bed.OpenAsync();
        var hold = bed.Server.Hold(text.Trim());
        var gone = link.Ask(text, terms ?? s_terms);
        await hold.WaitUntilHeldAsync();
        gone.Abandon(Abandonment.Cancelled);
        gone.Dispose();
        return (link, hold, gone);
    }

    [Test]
    public async Task A_request_that_is_due_and_abandoned_is_an_orphan_until_it_is_answered()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold(Slow);
        using var gone = link.Ask(Slow, s_terms);
        using var behind = link.Ask("SELECT 2", s_terms);
        Assert.That(link.Orphan, Is.Null);
        gone.Abandon(Abandonment.Cancelled);
        Assert.That(link.Orphan, Is.Not.Null);
        behind.Abandon(Abandonment.Cancelled);
        var first = link.Orphan;
        using var last = link.Ask("SELECT 3", s_terms);
        hold.Release();
        Assert.That(await last.Text(), Is.EqualTo("3"));
        Assert.That((first, link.Orphan), Is.EqualTo(((long?)1, (long?)null)));
    }

    [Test]
    public async Task What_may_not_be_killed_is_no_orphan()
    {
        await using var bed = new LinkBed();
        var (link, hold, _) = await AbandonAsync(bed, Asking.Terms());
        Assert.That(link.Orphan, Is.Null);
        hold.Release();
    }

    [TestCase("Query", "SELECT slow", ExpectedResult = true)]
    [TestCase("Query", " SELECT slow ;\n", ExpectedResult = true)]
    [TestCase("Query", "SELECT slow2", ExpectedResult = false)]
    [TestCase("Query", "select slow", ExpectedResult = false)]
    [TestCase("Query", "", ExpectedResult = false)]
    [TestCase("Execute", "SELECT slow", ExpectedResult = false)]
    public async Task<bool> What_the_server_shows_has_to_be_the_text_of_the_orphan(string command, string shown)
    {
        await using var bed = new LinkBed();
        var (link, hold, _) = await AbandonAsync(bed);
        var isOrphan = IsShown(link, link.Orphan!.Value, command, shown);
        Assert.That(IsShown(link, link.Orphan.Value + 1, command, shown), Is.False);
        hold.Release();
        return isOrphan;
    }

    [TestCase("SET NAMES utf8mb4")]
    [TestCase(" use `a`")]
    [TestCase("START TRANSACTION")]
    [TestCase("begin")]
    public async Task What_may_be_a_prefix_proves_nothing(string text)
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery(text, FakeReply.Ok());
        var (link, hold, _) = await AbandonAsync(bed, text: text);
        Assert.That(IsShown(link, link.Orphan!.Value, "Query", text), Is.False);
        hold.Release();
    }

    [TestCase(Slow, ExpectedResult = false)]
    [TestCase(Slow + " ", ExpectedResult = false)]
    [TestCase("SELECT 2", ExpectedResult = true)]
    public async Task<bool> A_follower_that_looks_the_same_may_be_what_the_server_shows(string follower)
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery(Slow + " ", FakeReply.Ok());
        var (link, hold, _) = await AbandonAsync(bed);
        using var between = link.Ask("SELECT 1", s_terms);
        using var behind = link.Ask(follower, s_terms);
        await bed.Server.WaitForCommandsAsync(follower == Slow ? 2 : 1, command => command.Text == follower);
        var isOrphan = IsShown(link, link.Orphan!.Value, "Query", Slow);
        hold.Release();
        await behind.Over();
        return isOrphan;
    }

    [Test]
    public async Task A_link_on_which_a_request_timed_out_while_nothing_came_is_silent()
    {
        await using var bed = new LinkBed();
        var clock = new FakeClock();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold(Slow);
        using var gone = link.Ask(Slow, deadline: Deadline.In(clock, TimeSpan.FromSeconds(5)));
        using var patient = link.Ask("SELECT 2");
        Assert.That(link.Silence, Is.EqualTo(default(LinkSilence)));
        clock.Advance(TimeSpan.FromSeconds(5));
        link.ExpireOverdue();
        Assert.That(link.Silence, Is.EqualTo(new LinkSilence(true, TimeSpan.FromSeconds(5), IsAwaited: true)));
        patient.Abandon(Abandonment.Cancelled);
        Assert.That(link.Silence, Is.EqualTo(new LinkSilence(true, TimeSpan.FromSeconds(5), IsAwaited: false)));
        using var last = link.Ask("SELECT 3");
        hold.Release();
        await last.Over();
        Assert.That(link.Silence, Is.EqualTo(default(LinkSilence)));
    }

    [Test]
    public async Task A_link_that_hears_parts_of_an_answer_is_not_silent()
    {
        await using var bed = new LinkBed();
        var clock = new FakeClock();
        bed.Server.OnQuery("rows", FakeReply.Rows(["a"], ["x".PadRight(300)], ["y".PadRight(300)]));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.HoldAfter(400);
        using var gone = link.Ask("rows", deadline: Deadline.In(clock, TimeSpan.FromSeconds(5)));
        await hold.WaitUntilHeldAsync();
        await Eventually.Holds(() => link.Look(gone)!.LastRead < link.Look(gone)!.SentAgo, "a part of the answer");
        clock.Advance(TimeSpan.FromSeconds(5));
        link.ExpireOverdue();
        Assert.That(link.Silence.IsSilent, Is.False);
        hold.Release();
    }

    [Test]
    public async Task A_glance_tells_where_a_request_stands()
    {
        await using var bed = new LinkBed(change: options => options with { MaxDepth = 2 });
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold(Slow);
        using var first = link.Ask(Slow);
        using var second = link.Ask("SELECT 2");
        using var third = link.Ask("SELECT 3");
        await hold.WaitUntilHeldAsync();
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        var glances = new[] { first, second, third, null }.Select(reply => link.Look(reply)!).ToList();
        Assert.That(glances.Select(glance => (glance.Ahead, glance.IsUnsent)), Is.EqualTo(new (int?, bool)[] { (0, false), (1, false), (null, true), (null, false) }));
        Assert.That(glances.Select(glance => (glance.HeadText, glance.Unsent)), Is.All.EqualTo((Slow, 1)));
        hold.Release();
        await third.Over();
        var over = link.Look(third)!;
        Assert.That((over.Ahead, over.IsUnsent, over.HeadText), Is.EqualTo(((int?)null, false, (string?)null)));
    }

    [Test]
    public async Task What_waits_to_be_sent_can_be_moved_and_what_was_sent_stays()
    {
        await using var bed = new LinkBed(change: options => options with { MaxDepth = 2 });
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold(Slow);
        bed.Server.OnQuery(Slow, FakeReply.Ok());
        using var first = link.Ask(Slow);
        using var second = link.Ask("SELECT 2");
        await hold.WaitUntilHeldAsync();
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        using var third = link.Ask("SELECT 3");
        using var mine = link.Ask("SELECT 4", onLease: true);
        Assert.That(link.Unsent, Is.EqualTo(2));
        link.MoveUnsent();
        Assert.That(await third.Text(), Is.EqualTo("failed: Closed, NotSent"));
        Assert.That((link.State, link.Depth, link.Unsent), Is.EqualTo((LinkState.Open, 3, 1)));
        hold.Release();
        Assert.That((await first.Text(), await second.Text(), await mine.Text()), Is.EqualTo(("done", "2", "4")));
        Assert.That(bed.Server.Queries, Has.None.EqualTo("SELECT 3"));
    }

    private static bool IsShown(ILink link, long number, string command, string shown) =>
        link.IsOrphan(number, System.Text.Encoding.UTF8.GetBytes(command), System.Text.Encoding.UTF8.GetBytes(shown));
}
