using MuxProvider.Links.MySql;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

[NonParallelizable]
public sealed class BlockingTests
{
    [TestCase(PipeliningMode.On)]
    [TestCase(PipeliningMode.Off)]
    public async Task Two_hundred_blocked_callers_flow_through_one_link_without_a_pool_thread(PipeliningMode mode)
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode });
        var link = await bed.OpenAsync();
        var wrong = 0;
        var finished = 0;
        using (new StarvedThreadPool())
        {
            var threads = Enumerable.Range(0, 200).Select(caller => new Thread(
                () =>
                {
                    for (var i = 0; i < 10; i++)
                    {
                        if (link.AskBlocked($"SELECT {caller * 10 + i}") != $"{caller * 10 + i}")
                            Interlocked.Increment(ref wrong);
                    }

                    Interlocked.Increment(ref finished);
                },
                256 * 1024) { IsBackground = true }).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join(Guard.Time));
        }

        Assert.That((finished, wrong), Is.EqualTo((200, 0)));
    }

    [Test]
    public async Task A_link_is_opened_and_lost_without_a_pool_thread()
    {
        await using var bed = new LinkBed();
        using var opened = new ManualResetEventSlim();
        var watcher = new LinkWatcher { OpenedHere = _ => opened.Set() };
        using (new StarvedThreadPool())
        {
            bed.Transport.BeginOpen(watcher, Guard.Time);
            Assert.That(opened.Wait(Guard.Time), Is.True);
        }

        (await watcher.Opened).Close();
        await watcher.Closed;
    }

    [Test]
    public async Task A_blocked_caller_sends_what_an_awaiting_one_has_left_to_the_pool()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using (new StarvedThreadPool())
        {
            using var hold = bed.Server.Hold("SELECT 0");
            using var first = link.Ask("SELECT 0");
            hold.WaitUntilHeld();

            // The link is busy, so this flush is scheduled, and the pool does not come to it.
            using var scheduled = link.Ask("SELECT 1");
            var thread = new Thread(() => Assert.That(link.AskBlocked("SELECT 2"), Is.EqualTo("2"))) { IsBackground = true };
            thread.Start();
            bed.Server.WaitForCommands(1, command => command.Text == "SELECT 2");
            Assert.That(bed.Server.Queries.TakeLast(2), Is.EqualTo(new[] { "SELECT 1", "SELECT 2" }));
            hold.Release();
            Assert.That(thread.Join(Guard.Time), Is.True);
        }
    }

    [Test]
    public async Task What_an_awaiting_caller_has_left_to_the_pool_is_sent_at_the_latest_behind_the_next_answer()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using (new StarvedThreadPool())
        {
            using var hold = bed.Server.Hold("SELECT 0");
            using var first = link.Ask("SELECT 0");
            hold.WaitUntilHeld();
            using var scheduled = link.Ask("SELECT 1");
            hold.Release();
            bed.Server.WaitForCommands(1, command => command.Text == "SELECT 1");
        }
    }

    [TestCase(PipeliningMode.On, ExpectedResult = "TimedOut, Sent")]
    [TestCase(PipeliningMode.Off, ExpectedResult = "TimedOut, NotSent")]
    public async Task<string?> A_blocked_caller_keeps_its_own_deadline(PipeliningMode mode)
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode });
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 0");
        using var first = link.Ask("SELECT 0");
        await hold.WaitUntilHeldAsync();
        var answer = await Task.Factory.StartNew(
            () => link.AskBlocked("SELECT 1", Deadline.In(TimeProvider.System, TimeSpan.FromMilliseconds(50))), TaskCreationOptions.LongRunning).WaitAsync(Guard.Time);
        hold.Release();
        Assert.That(await first.Text(), Is.EqualTo("0"));
        Assert.That(await link.AskTextAsync("SELECT 2"), Is.EqualTo("2"));
        return answer;
    }

    [Test]
    public async Task A_caller_whose_code_blocks_behind_its_answer_does_not_hold_up_the_link()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var gate = new ManualResetEventSlim();
        using var isInside = new ManualResetEventSlim();
        var stuck = Task.Run(async () =>
        {
            using var reply = link.Ask("SELECT 0");
            await reply.Completion.ConfigureAwait(false);
            isInside.Set();
            gate.Wait();
        });
        Assert.That(isInside.Wait(Guard.Time), Is.True);
        for (var i = 1; i <= 20; i++)
            Assert.That(await link.AskTextAsync($"SELECT {i}"), Is.EqualTo($"{i}"));
        gate.Set();
        await stuck.WaitAsync(Guard.Time);
    }

    [Test]
    public async Task Code_behind_an_awaited_answer_never_runs_on_the_link_s_thread()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        for (var i = 0; i < 50; i++)
        {
            using var reply = link.Ask($"SELECT {i}");
            await reply.Completion.ConfigureAwait(false);
            Assert.That(Thread.CurrentThread.Name ?? "", Does.Not.StartWith("MuxProvider link"));
        }
    }

    [Test]
    public async Task A_synchronization_context_does_not_stand_in_the_way_and_is_there_again_afterwards()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        string? answer = null;
        SynchronizationContext? after = null;
        var context = new DeadContext();
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            answer = Blocking.Run(link, static async link =>
            {
                // Without ConfigureAwait, as careless code would.
                using var reply = link.Ask("SELECT 1");
                await reply.Completion;
                await Task.Yield();
                using var second = link.Ask("SELECT 2");
                await second.Completion;
                return reply.Read() + second.Read();
            });
            after = SynchronizationContext.Current;
        }) { IsBackground = true };
        thread.Start();
        Assert.That(thread.Join(Guard.Time), Is.True);
        Assert.That((answer, after), Is.EqualTo(("12", (SynchronizationContext?)context)));
    }

    [Test]
    public async Task A_blocked_caller_may_block_again_inside()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        var answer = Blocking.Run(link, static async link =>
        {
            using var outer = link.Ask("SELECT 1");
            await outer.Completion;
            return outer.Read() + link.AskBlocked("SELECT 2");
        });
        Assert.That(answer, Is.EqualTo("12"));
    }

    [Test]
    public async Task A_failure_reaches_a_blocked_caller()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 1");
        var blocked = Task.Factory.StartNew(() => link.AskBlocked("SELECT 1"), TaskCreationOptions.LongRunning);
        await hold.WaitUntilHeldAsync();
        bed.Server.KillAll();
        Assert.That(await blocked.WaitAsync(Guard.Time), Is.EqualTo("failed: ConnectionLost, Sent"));
        Assert.That(() => Blocking.Run(link, static async ValueTask<int> (ILink _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException("own");
        }), Throws.InvalidOperationException.With.Message.EqualTo("own"));
    }

    /// <summary>A context whose thread never comes back to it, as a user interface that waits.</summary>
    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
