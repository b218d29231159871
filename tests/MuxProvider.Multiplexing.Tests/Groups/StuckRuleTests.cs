using MuxProvider.Links;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>When a link from which nothing comes is doubted, and when it is given up.</summary>
[TestFixture]
public sealed class StuckRuleTests
{
    [TestCase(false, 1, false, null, ExpectedResult = nameof(StuckVerdict.Trust), TestName = "A_link_that_was_heard_of_is_trusted")]
    [TestCase(false, 1, false, 1000, ExpectedResult = nameof(StuckVerdict.Trust), TestName = "A_doubted_link_that_was_heard_of_is_trusted_again")]
    [TestCase(true, 1, true, null, ExpectedResult = nameof(StuckVerdict.Doubt), TestName = "A_silent_link_is_doubted")]
    [TestCase(true, 1, false, null, ExpectedResult = nameof(StuckVerdict.Doubt), TestName = "A_silent_link_is_doubted_before_it_is_cut")]
    [TestCase(true, 1, true, 100_000, ExpectedResult = nameof(StuckVerdict.Doubt), TestName = "A_link_for_which_somebody_waits_is_never_cut")]
    [TestCase(true, 1, false, 28, ExpectedResult = nameof(StuckVerdict.Doubt), TestName = "A_short_silence_is_no_reason_to_cut")]
    [TestCase(true, 1, false, 29, ExpectedResult = nameof(StuckVerdict.Cut), TestName = "Half_a_minute_is_the_shortest_silence")]
    [TestCase(true, 30, false, 89, ExpectedResult = nameof(StuckVerdict.Doubt), TestName = "Four_times_the_longest_time_out_is_not_over")]
    [TestCase(true, 30, false, 90, ExpectedResult = nameof(StuckVerdict.Cut), TestName = "Four_times_the_longest_time_out_is_over")]
    public string Verdict(bool isSilent, int longest, bool isAwaited, int? doubtedFor) => StuckRule.Of(
        new LinkSilence(isSilent, TimeSpan.FromSeconds(longest), isAwaited), doubtedFor is { } seconds ? TimeSpan.FromSeconds(seconds) : null).ToString();
}
