using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>When links may be opened after failures.</summary>
[TestFixture]
public sealed class OpeningPaceTests
{
    private readonly FakeClock _clock = new();

    [Test]
    public void Without_a_failure_any_number_may_be_opened()
    {
        var pace = new OpeningPace(_clock, () => 0.5);
        Assert.That((pace.IsFailing, pace.MayOpen(0), pace.MayOpen(50), pace.FailingFor), Is.EqualTo((false, true, true, TimeSpan.Zero)));
    }

    [TestCase(1, 50)]
    [TestCase(2, 100)]
    [TestCase(3, 200)]
    [TestCase(4, 400)]
    [TestCase(5, 500)]
    [TestCase(60, 500)]
    public void Pauses_grow_up_to_a_limit(int failures, int milliseconds)
    {
        var pace = new OpeningPace(_clock, () => 0.5);
        for (var i = 0; i < failures; i++)
            pace.Failed();
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.That(pace.MayOpen(0), Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That((pace.MayOpen(0), pace.MayOpen(1)), Is.EqualTo((true, false)), "one at a time");
    }

    [TestCase(0.0, 375)]
    [TestCase(1.0, 625)]
    public void Pauses_have_jitter(double random, int milliseconds)
    {
        var pace = new OpeningPace(_clock, () => random);
        for (var i = 0; i < 20; i++)
            pace.Failed();
        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.That(pace.MayOpen(0), Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(pace.MayOpen(0), Is.True);
    }

    [Test]
    public void A_success_ends_the_outage()
    {
        var pace = new OpeningPace(_clock, () => 0.5);
        pace.Failed();
        _clock.Advance(TimeSpan.FromSeconds(3));
        pace.Failed();
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((pace.IsFailing, pace.FailingFor, pace.SinceFailure), Is.EqualTo((true, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1))));
        pace.Succeeded();
        Assert.That((pace.IsFailing, pace.FailingFor, pace.MayOpen(9)), Is.EqualTo((false, TimeSpan.Zero, true)));
        pace.Failed();
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.That(pace.MayOpen(0), Is.True, "the pauses begin anew");
    }
}
