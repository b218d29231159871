using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Readers that are let go where what stands before them takes long.</summary>
public sealed class HeldUpTests
{
    private static readonly Terms s_movable = Asking.Terms() with { MayMove = true };

    [Test]
    public async Task Whoever_may_move_is_let_go_behind_what_takes_long_and_its_answer_is_dropped()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 'slow'");
        using var head = link.Ask("SELECT 'slow'", s_movable);
        using var reader = link.Ask("SELECT 1", s_movable);
        using var other = link.Ask("SELECT 2");
        using var second = link.Ask("SELECT 3", s_movable);
        await hold.WaitUntilHeldAsync();

        link.LetReadersGo(Guard.Time);
        Assert.That((reader.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)), "not yet");
        link.LetReadersGo(TimeSpan.Zero);
        Assert.That(await reader.Text(), Is.EqualTo("failed: HeldUp, Sent").Or.EqualTo("failed: Closed, NotSent"));
        Assert.That(await second.Text(), Is.EqualTo("failed: HeldUp, Sent").Or.EqualTo("failed: Closed, NotSent"));
        Assert.That((head.IsCompleted, other.IsCompleted), Is.EqualTo((false, false)));

        hold.Release();
        Assert.That((await head.Text(), await other.Text()), Is.EqualTo(("slow", "2")));
        Assert.That(await link.AskTextAsync("SELECT 4"), Is.EqualTo("4"), "every answer was counted");
    }

    [Test]
    public async Task Whoever_may_move_is_let_go_behind_an_answer_that_is_read_while_it_comes()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery("large", FakeReply.Rows([FakeColumn.Text("n"), FakeColumn.Text("x")], Enumerable.Range(0, 1000).Select(i => new object?[] { $"{i}", new string('x', 1000) })));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        using var large = link.Ask("large", Streams.Terms(onLease: false) with { MayMove = true });
        using var reader = link.Ask("SELECT 1", s_movable);
        using var other = link.Ask("SELECT 2");
        await hold.WaitUntilHeldAsync();
        hold.Release();
        await large.Over();
        Assert.That(large.IsStream, Is.True);
        Assert.That(await reader.Text(), Is.EqualTo("failed: HeldUp, Sent").Or.EqualTo("failed: Closed, NotSent"));
        await large.NextResultNowAsync();
        Assert.That((await large.NumbersAsync()).Count, Is.EqualTo(1000));
        Assert.That(await other.Text(), Is.EqualTo("2").Or.EqualTo("failed: Closed, NotSent"));
    }

    [Test]
    public async Task Nobody_is_let_go_who_is_next()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 'slow'");
        using var head = link.Ask("SELECT 'slow'", s_movable);
        await hold.WaitUntilHeldAsync();
        link.LetReadersGo(TimeSpan.Zero);
        hold.Release();
        Assert.That(await head.Text(), Is.EqualTo("slow"));
        link.LetReadersGo(TimeSpan.Zero);
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
    }
}
