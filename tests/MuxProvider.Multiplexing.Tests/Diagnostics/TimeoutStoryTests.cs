using MuxProvider.Links;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What people are told when the time of a statement has run out.</summary>
[TestFixture]
public sealed class TimeoutStoryTests
{
    private static readonly TimeoutFacts s_sent = new()
    {
        Limit = TimeSpan.FromSeconds(30),
        Elapsed = TimeSpan.FromSeconds(30.05),
        Delivery = Delivery.Sent,
        Link = "link 3 to db:3306",
        Depth = 4,
        Glance = new LinkGlance { Ahead = 0, SentAgo = TimeSpan.FromSeconds(30), HeadAge = TimeSpan.FromSeconds(29), LastRead = TimeSpan.FromSeconds(29), Unsent = 1 },
        OthersHear = true,
        Pool = new PoolGlance(4, 0),
        Links = (2, 100),
    };

    private static readonly TimeoutFacts s_behind = s_sent with
    {
        Glance = s_sent.Glance! with { Ahead = 2, HeadText = "SELECT 'secret'" },
        Head = "SELECT ?",
    };

    private static readonly TimeoutFacts s_silent = s_sent with { Glance = s_sent.Glance! with { LastRead = TimeSpan.FromSeconds(31) } };

    private static IEnumerable<TestCaseData> Causes() =>
    [
        new TestCaseData(s_sent, "SlowServer").SetName("A_statement_that_the_server_runs_has_a_slow_server"),
        new TestCaseData(s_silent, "SlowServer").SetName("A_silent_link_beside_one_that_hears_has_a_slow_server"),
        new TestCaseData(s_silent with { OthersHear = null }, "SlowServer").SetName("A_silent_link_alone_may_have_a_slow_server"),
        new TestCaseData(s_silent with { OthersHear = false }, "Network").SetName("Links_that_are_all_silent_have_no_network"),
        new TestCaseData(s_behind, "HeadOfLine").SetName("A_statement_behind_others_is_held_up"),
        new TestCaseData(s_sent with { Delivery = Delivery.NotSent, Glance = new LinkGlance { IsUnsent = true } }, "HeadOfLine").SetName("A_statement_that_waits_to_be_sent_is_held_up"),
        new TestCaseData(s_sent with { Delivery = Delivery.NotSent, Glance = null }, "HeadOfLine").SetName("Where_a_link_tells_nothing_an_unsent_statement_was_held_up"),
        new TestCaseData(s_sent with { Glance = null }, "SlowServer").SetName("Where_a_link_tells_nothing_the_server_is_slow"),
        new TestCaseData(s_sent with { Glance = s_sent.Glance! with { UnreadBytes = 100 }, Pool = new PoolGlance(4, 500) }, "Starvation").SetName("Unread_bytes_and_a_long_queue_are_starvation"),
        new TestCaseData(s_sent with { Glance = new LinkGlance(), Pool = new PoolGlance(4, 500) }, "Starvation").SetName("An_answer_that_nobody_takes_and_a_long_queue_are_starvation"),
        new TestCaseData(s_sent with { Glance = s_sent.Glance! with { UnreadBytes = 100 } }, "SlowServer").SetName("Unread_bytes_without_a_queue_are_no_starvation"),
    ];

    [TestCaseSource(nameof(Causes))]
    public void Cause(object facts, string cause) => Assert.That(TimeoutStory.CauseOf((TimeoutFacts)facts).ToString(), Is.EqualTo(cause));

    [Test]
    public void A_story_says_what_happened_why_and_what_to_do() => Assert.That(TimeoutStory.Of(s_behind), Is.EqualTo(
        "The time for the command (30 s) ran out. It had been sent and may still run on the server. On its link it stood behind 2 other statements, the first of which has been due for 29 s: SELECT ?. "
        + "Cause: head of line, the link was held up by another statement. Run what is slow on a connection that is pinned, or raise Max Shared Links. "
        + "[link 3 to db:3306: 4 statements on it, position 3, sent 30 s ago, 1 unsent, last byte 29 s ago, 0 bytes unread; elapsed 30.05 s; 2 of at most 100 links; pool: 4 threads, 0 queued]"));

    [Test]
    public void A_story_has_no_values_and_is_not_long()
    {
        var story = TimeoutStory.Of(s_behind with { Head = new string('x', 5000) });
        Assert.That(story, Does.Not.Contain("secret"));
        Assert.That(story, Has.Length.LessThan(800));
    }

    [Test]
    public void A_statement_that_was_not_sent_never_ran() => Assert.That(
        TimeoutStory.Of(s_sent with { Delivery = Delivery.NotSent, Glance = new LinkGlance { IsUnsent = true, HeadAge = TimeSpan.FromSeconds(2) } }),
        Does.Contain("It had not been sent: nothing ran. It waited to be sent behind other statements, the first of which has been due for 2 s."));
}
