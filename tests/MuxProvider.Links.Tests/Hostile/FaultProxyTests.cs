using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Links over a <see cref="FaultProxy"/>: what happens to bytes on their way.</summary>
public sealed class FaultProxyTests
{
    private readonly List<FaultProxy> _proxies = [];

    [TearDown]
    public void DisposeProxies()
    {
        foreach (var proxy in _proxies)
            proxy.Dispose();
        _proxies.Clear();
    }

    [Test]
    public async Task A_conversation_cut_at_any_byte_is_answered_or_fails_and_says_truly_what_was_sent([Values] WireDirection direction, [Values] bool reset)
    {
        await using var bed = Bed((id, way) => id > 1 && way == direction ? new CutFault(id - 2, reset) : null);
        bed.ChecksServer = false;
        bed.Server.OnQuery(text => text.StartsWith("INSERT ", StringComparison.Ordinal) ? FakeReply.Ok(affected: ulong.Parse(text[7..])) : null);

        // The first connection is not cut, and tells how long a conversation is.
        var length = 0L;
        var whole = await ConverseAsync(bed, "INSERT 1000", () => length = _proxies[0].BytesOf(direction));
        Assert.That((whole.Insert, whole.Row), Is.EqualTo(("done 1000", "1")));

        var notSent = new List<string>();
        var answered = new List<string>();
        var opened = 0;
        for (var cut = 0; cut < length; cut++)
        {
            var text = $"INSERT {cut + 1001}";
            var outcome = await ConverseAsync(bed, text);
            opened += outcome.IsOpen ? 1 : 0;
            if (!outcome.IsOpen || outcome.Delivery == Delivery.NotSent)
                notSent.Add(text);
            else if (outcome.Insert is { } answer)
                answered.Add(answer == $"done {cut + 1001}" ? text : throw new InvalidOperationException($"Byte {cut}: '{text}' was answered with '{answer}'."));
            Assert.That(outcome.Row, Is.Null.Or.EqualTo("1"), $"byte {cut}");
        }

        Assert.That(opened, Is.GreaterThan(20));
        Assert.That(opened, Is.LessThan(length));
        var arrived = bed.Server.Queries.ToHashSet();
        Assert.That(notSent.Where(arrived.Contains), Is.Empty, "what was said not to be sent");
        Assert.That(answered.Where(text => !arrived.Contains(text)), Is.Empty, "what was answered");
        Assert.That(bed.Server.Queries.Where(text => text.StartsWith("INSERT ", StringComparison.Ordinal)), Is.Unique);
    }

    [TestCase(1)]
    [TestCase(3)]
    public async Task A_conversation_in_pieces_is_understood(int length)
    {
        await using var bed = Bed((_, _) => new SplitFault(length));
        var link = await bed.OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => link.AskTextAsync($"SELECT {i}")));
        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
    }

    [Test]
    public async Task Answers_that_come_late_and_all_at_once_each_reach_their_own_caller()
    {
        var gate = new GateFault { IsArmed = false };
        await using var bed = Bed((_, way) => way == WireDirection.ToClient ? gate : null);
        var link = await bed.OpenAsync();
        gate.IsArmed = true;
        var replies = Enumerable.Range(100, 50).Select(i => link.Ask($"SELECT {i}")).ToList();
        await bed.Server.WaitForCommandsAsync(50, command => command.Text.StartsWith("SELECT 1", StringComparison.Ordinal));
        gate.WaitForBytes(50 * 30);
        Assert.That(replies.Count(reply => reply.IsCompleted), Is.Zero);
        gate.Open();
        for (var i = 0; i < replies.Count; i++)
        {
            Assert.That(await replies[i].Text(), Is.EqualTo($"{100 + i}"));
            replies[i].Dispose();
        }
    }

    [Test]
    public async Task A_request_that_is_late_on_its_way_is_answered_all_the_same()
    {
        var gate = new GateFault { IsArmed = false };
        await using var bed = Bed((_, way) => way == WireDirection.ToServer ? gate : null);
        var link = await bed.OpenAsync();
        gate.IsArmed = true;
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        gate.WaitForBytes(20);
        Assert.That(bed.Server.Queries, Has.None.EqualTo("SELECT 1"));
        gate.Open();
        Assert.That((await first.Text(), await second.Text()), Is.EqualTo(("1", "2")));
    }

    // Column count, column, row, end.
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task A_packet_that_comes_twice_ends_the_link_and_everything_on_it(int packet)
    {
        var (first, second, cause) = await WithAsync(new DuplicateFault(packet));
        Assert.That((first, second), Is.EqualTo(("failed: Protocol, Sent", "failed: Protocol, Sent")));
        Assert.That(cause, Is.EqualTo(LinkFailureKind.Protocol));
    }

    [Test]
    public async Task An_answer_that_comes_again_when_nobody_waits_ends_the_link()
    {
        var fault = new DuplicateFault(0) { IsArmed = false };
        await using var bed = Bed((_, way) => way == WireDirection.ToClient ? fault : null);
        bed.Server.OnQuery("write", FakeReply.Ok(affected: 1));
        var link = await bed.OpenAsync();
        fault.IsArmed = true;
        Assert.That(await link.AskTextAsync("write"), Is.EqualTo("done"));
        var cause = await bed.Watcher.Closed;
        Assert.That(cause!.Kind, Is.EqualTo(LinkFailureKind.Protocol));
        Assert.That(cause.Message, Does.Contain("nobody asked for"));
    }

    [Test]
    public async Task A_wrong_sequence_number_in_any_packet_ends_the_link_and_everything_on_it([Range(0, 3)] int packet, [Values(1, -1, 100)] int by)
    {
        var (first, second, cause) = await WithAsync(new SequenceFault(packet, by));
        Assert.That((first, second), Is.EqualTo(("failed: Protocol, Sent", "failed: Protocol, Sent")));
        Assert.That(cause, Is.EqualTo(LinkFailureKind.Protocol));
    }

    [Test]
    public async Task A_wrong_sequence_number_behind_an_answer_leaves_that_answer_alone()
    {
        var (first, second, cause) = await WithAsync(new SequenceFault(4));
        Assert.That((first, second), Is.EqualTo(("1", "failed: Protocol, Sent")));
        Assert.That(cause, Is.EqualTo(LinkFailureKind.Protocol));
    }

    [TestCase(WireDirection.ToClient, 0)]
    [TestCase(WireDirection.ToClient, 50)]
    [TestCase(WireDirection.ToServer, 0)]
    [TestCase(WireDirection.ToServer, 100)]
    public async Task A_login_that_is_swallowed_on_its_way_ends_in_time(WireDirection direction, int afterBytes)
    {
        await using var bed = Bed((_, way) => way == direction ? new SwallowFault(afterBytes) : null);
        Assert.That((await bed.FailToOpenAsync(TimeSpan.FromMilliseconds(300))).Kind, Is.EqualTo(LinkFailureKind.TimedOut));
    }

    [Test]
    public async Task A_statement_that_is_swallowed_on_its_way_lets_its_caller_go_in_time_and_its_link_close([Values] WireDirection direction)
    {
        var clock = new FakeClock();
        var fault = new SwallowFault { IsArmed = false };
        await using var bed = Bed((_, way) => way == direction ? fault : null);
        var link = await bed.OpenAsync();
        fault.IsArmed = true;
        using var reply = link.Ask("SELECT 1", deadline: Deadline.In(clock, TimeSpan.FromSeconds(5)));
        using var patient = link.Ask("SELECT 2");
        clock.Advance(TimeSpan.FromSeconds(6));
        link.ExpireOverdue();
        Assert.That(await reply.Text(), Is.EqualTo("TimedOut, Sent"));
        Assert.That(patient.IsCompleted, Is.False);

        // Whoever gives the link up does not wait for the other side.
        link.Close();
        Assert.That(await patient.Text(), Does.StartWith("failed: Closed"));
        await bed.Watcher.Closed;
    }

    // Two pipelined statements, of which the answers have four packets each; the fault begins with the first of them.
    private async Task<(string? First, string? Second, LinkFailureKind? Cause)> WithAsync(WireFault fault)
    {
        fault.IsArmed = false;
        await using var bed = Bed((_, way) => way == WireDirection.ToClient ? fault : null);
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 1");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        await hold.WaitUntilHeldAsync();
        fault.IsArmed = true;
        hold.Release();
        var answers = (await first.Text(), await second.Text());
        return (answers.Item1, answers.Item2, (await bed.Watcher.Closed)?.Kind);
    }

    private static async Task<Outcome> ConverseAsync(LinkBed bed, string insert, Action? answered = null)
    {
        var watcher = new LinkWatcher();
        bed.Transport.BeginOpen(watcher, Guard.Time);
        await Task.WhenAny(watcher.Opened, watcher.Failed);
        if (!watcher.Opened.IsCompletedSuccessfully)
        {
            Assert.That((await watcher.Failed).Kind, Is.AnyOf(LinkFailureKind.Unreachable, LinkFailureKind.Protocol));
            return new Outcome(false, null, Delivery.NotSent, null);
        }

        var link = await watcher.Opened;
        link.Share();
        using var write = link.Ask(insert);
        using var read = link.Ask("SELECT 1");
        await write.Over();
        var row = await read.Text();
        if (read.Failure is null)
            answered?.Invoke();
        var answer = write.Failure is null && write.NextResult() == ReplyItem.Done ? $"done {write.AffectedRows}" : null;
        Assert.That(answer is null, Is.EqualTo(write.Failure is not null));
        link.Close();
        await watcher.Closed;
        return new Outcome(true, answer, write.Delivery, read.Failure is null ? row : null);
    }

    private LinkBed Bed(Func<int, WireDirection, WireFault?> faults) => new(change: options =>
    {
        var proxy = new FaultProxy("127.0.0.1", options.Port, faults);
        _proxies.Add(proxy);
        return options with { Port = proxy.Port };
    });

    private sealed record Outcome(bool IsOpen, string? Insert, Delivery Delivery, string? Row);
}
