using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class FakeClockTests
{
    [Test]
    public void Timers_fire_in_order_at_their_own_time()
    {
        var clock = new FakeClock();
        var fired = new List<(string, double)>();
        using var late = Timer("late", 3, 0);
        using var early = Timer("early", 1, 0);
        using var often = Timer("often", 1, 1);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.That(fired, Is.Empty);
        Assert.That(clock.NextTimer, Is.EqualTo(TimeSpan.FromSeconds(0.5)));
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.That(fired, Is.EqualTo(new[] { ("early", 1.0), ("often", 1), ("often", 2), ("late", 3), ("often", 3) }));
        Assert.That((clock.Elapsed, clock.ActiveTimers), Is.EqualTo((TimeSpan.FromSeconds(3.5), 1)));
        often.Dispose();
        Assert.That(often.Change(TimeSpan.Zero, TimeSpan.Zero), Is.False);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(fired, Has.Count.EqualTo(5));

        ITimer Timer(string name, int due, int period) => clock.CreateTimer(
            _ => fired.Add((name, clock.Elapsed.TotalSeconds)),
            null,
            TimeSpan.FromSeconds(due),
            period == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
    }

    [Test]
    public async Task What_the_framework_builds_on_a_clock_works()
    {
        var clock = new FakeClock();
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
        var delay = Task.Delay(TimeSpan.FromSeconds(1), clock);
        clock.Advance(TimeSpan.FromSeconds(1));
        await delay;
        Assert.That(source.IsCancellationRequested, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(source.IsCancellationRequested, Is.True);
        Assert.That(clock.GetElapsedTime(0), Is.EqualTo(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public void A_timer_may_set_another_one_inside_its_callback()
    {
        var clock = new FakeClock();
        var seen = new List<TimeSpan>();
        ITimer? second = null;
        using var first = clock.CreateTimer(
            _ => second = clock.CreateTimer(_ => seen.Add(clock.Elapsed), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan),
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(seen, Is.EqualTo(new[] { TimeSpan.FromSeconds(2) }));
        second?.Dispose();
    }
}
