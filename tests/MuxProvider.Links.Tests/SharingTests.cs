using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class SharingTests
{
    private static readonly (string Name, FakeReply Reply)[] s_evidence =
    [
        ("a transaction", FakeReply.Ok(status: ServerStatus.AutoCommit | ServerStatus.InTransaction)),
        ("autocommit off", FakeReply.Ok(status: ServerStatus.None)),
        ("a state change", FakeReply.Ok(track: SessionTrack.Empty.StateChange())),
        ("a schema change", FakeReply.Ok(track: SessionTrack.Empty.Schema("other"))),
        ("a transaction behind rows", FakeReply.Rows(["a"], ["x"]).With(result => result with { Status = ServerStatus.AutoCommit | ServerStatus.InTransaction })),
        ("a state change in the first of several results", FakeReply.Several(FakeReply.Ok(track: SessionTrack.Empty.StateChange()), FakeReply.Ok())),
        ("a state change before an error", FakeReply.Several(FakeReply.Ok(track: SessionTrack.Empty.StateChange()), FakeReply.Error(1064, "42000", "no"))),
    ];

    private static IEnumerable<TestCaseData> Evidence => s_evidence.Select((evidence, index) => new TestCaseData(index).SetArgDisplayNames(evidence.Name));

    [Test]
    public async Task A_link_that_is_not_shared_takes_requests_of_its_lease_only()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync(shared: false);
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("failed: Closed, NotSent"));
        Assert.That(await link.AskTextAsync("SELECT 2", onLease: true), Is.EqualTo("2"));
        link.Share();
        Assert.That(await link.AskTextAsync("SELECT 3"), Is.EqualTo("3"));
        using var hold = bed.Server.Hold("SELECT 4");
        using var taken = link.Ask("SELECT 4");
        link.Unshare();
        Assert.That(await link.AskTextAsync("SELECT 5"), Is.EqualTo("failed: Closed, NotSent"));
        hold.Release();
        Assert.That(await taken.Text(), Is.EqualTo("4"));
        Assert.That(await link.AskTextAsync("SELECT 6", onLease: true), Is.EqualTo("6"));
        Assert.That(bed.Server.Queries, Has.None.EqualTo("SELECT 1").And.None.EqualTo("SELECT 5"));
    }

    [TestCaseSource(nameof(Evidence))]
    public async Task Evidence_of_state_is_a_surprise_that_fences_the_link(int index)
    {
        await using var bed = new LinkBed(change: options => options with { MaxDepth = 3 });
        bed.Server.OnQuery("guilty", s_evidence[index].Reply);
        var link = await bed.OpenAsync();
        var wasAnswered = true;
        using var hold = bed.Server.Hold("guilty");
        using var before = link.Ask("SELECT 1", leavesNoState: true);
        using var guilty = link.Ask("guilty", leavesNoState: true);
        using var behind = link.Ask("SELECT 2", leavesNoState: true);
        using var unsent = link.Ask("SELECT 3", leavesNoState: true);
        using var unsentToo = link.Ask("SELECT 4", leavesNoState: true);
        bed.Watcher.Surprised = _ => wasAnswered = guilty.IsCompleted;
        await hold.WaitUntilHeldAsync();

        // The first answer made room for one more.
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 3");
        hold.Release();
        Assert.That(await before.Text(), Is.EqualTo("1"));
        await guilty.Over();
        Assert.That((guilty.Failure, guilty.IsSurprise, guilty.Delivery), Is.EqualTo(((LinkException?)null, true, Delivery.Answered)));
        Assert.That(wasAnswered, Is.False);
        Assert.That(await behind.Text(), Is.EqualTo("failed: Suspect, Sent"));
        Assert.That(await unsent.Text(), Is.EqualTo("failed: Suspect, Sent"));
        Assert.That(await unsentToo.Text(), Is.EqualTo("failed: Closed, NotSent"));

        // Nobody comes in until it is adopted, then only the owner.
        Assert.That((await link.AskTextAsync("SELECT 5"), await link.AskTextAsync("SELECT 6", onLease: true)), Is.EqualTo(("failed: Closed, NotSent", "failed: Closed, NotSent")));
        link.Adopt();
        Assert.That((await link.AskTextAsync("SELECT 7"), await link.AskTextAsync("SELECT 8", onLease: true)), Is.EqualTo(("failed: Closed, NotSent", "8")));
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "surprise" }));
    }

    [Test]
    public async Task State_that_was_forecast_is_no_surprise()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var begin = await link.Ask("BEGIN", onLease: true).Over();
        Assert.That((begin.IsSurprise, begin.Evidence.HasStatus, begin.Evidence.Status & ServerStatus.InTransaction), Is.EqualTo((false, true, ServerStatus.InTransaction)));
        using var commit = await link.Ask("COMMIT", onLease: true).Over();
        Assert.That(commit.Evidence.Status & ServerStatus.InTransaction, Is.EqualTo(ServerStatus.None));
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened" }));
    }

    [Test]
    public async Task A_surprise_whose_caller_is_gone_ends_the_link()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery("guilty", FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("guilty");
        using var guilty = link.Ask("guilty", leavesNoState: true);
        using var behind = link.Ask("SELECT 2", leavesNoState: true);
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        guilty.Abandon(Abandonment.Cancelled);
        hold.Release();
        Assert.That(await bed.Watcher.Closed, Is.Null);
        Assert.That(await behind.Text(), Does.StartWith("failed: ").And.EndsWith(", Sent"));
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "surprise", "closed" }));
    }

    [Test]
    public async Task A_link_says_once_that_it_is_idle()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        link.NotifyWhenIdle();
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "idle" }));
        using var hold = bed.Server.Hold("SELECT");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        link.NotifyWhenIdle();
        link.NotifyWhenIdle();
        Assert.That(bed.Watcher.Heard, Has.Count.EqualTo(2));
        hold.Release();
        await bed.Watcher.WaitForAsync("idle", 2);
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((true, true)));
        await link.AskTextAsync("SELECT 3");
        link.Close();
        await bed.Watcher.Closed;
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "idle", "idle", "closed" }));
    }

    [Test]
    public async Task A_link_that_closes_when_idle_answers_what_it_has()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        link.CloseWhenIdle();
        Assert.That(link.State, Is.EqualTo(LinkState.Closing));
        Assert.That(await link.AskTextAsync("SELECT 3", onLease: true), Is.EqualTo("failed: Closed, NotSent"));
        hold.Release();
        Assert.That((await first.Text(), await second.Text()), Is.EqualTo(("1", "2")));
        Assert.That(await bed.Watcher.Closed, Is.Null);
        Assert.That(bed.Server.AbandonedCommands, Is.Zero);
        link.CloseWhenIdle();
        link.Close();
    }

    [Test]
    public async Task An_idle_link_says_goodbye_to_the_server()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        link.CloseWhenIdle();
        Assert.That(await bed.Watcher.Closed, Is.Null);
        await bed.Server.WaitForCommandsAsync(1, command => command.Code == CommandCode.Quit);
    }

    [Test]
    public async Task Closing_fails_what_is_in_flight_and_what_waits()
    {
        await using var bed = new LinkBed(change: options => options with { MaxDepth = 1 });
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT");
        using var sent = link.Ask("SELECT 1");
        using var unsent = link.Ask("SELECT 2");
        await hold.WaitUntilHeldAsync();
        link.Close();
        Assert.That((await sent.Text(), await unsent.Text()), Is.EqualTo(("failed: Closed, Sent", "failed: Closed, NotSent")));
        Assert.That(await bed.Watcher.Closed, Is.Null);
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task Everybody_is_told_whatever_closes_in_the_middle_of_traffic(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 25; round++)
        {
            await using var bed = new LinkBed();
            var link = await bed.OpenAsync();
            var way = random.Next(4);
            var when = random.Next(200);
            var asked = 0;
            var tasks = Enumerable.Range(0, 8).Select(task => Task.Run(async () =>
            {
                for (var i = 0; i < 40; i++)
                {
                    if (Interlocked.Increment(ref asked) == when)
                        End();
                    var answer = await link.AskTextAsync($"SELECT {i}");
                    if (answer != $"{i}")
                        Assert.That(answer, Does.StartWith("failed: Closed").Or.StartsWith("failed: ConnectionLost"));
                }
            })).ToList();
            await Task.WhenAll(tasks).WaitAsync(Guard.Time);
            End();
            await bed.Watcher.Closed;
            Assert.That(link.Depth, Is.Zero);

            void End()
            {
                switch (way)
                {
                    case 0:
                        link.Close();
                        break;
                    case 1:
                        link.CloseWhenIdle();
                        break;
                    case 2:
                        bed.Server.KillAll(reset: true);
                        break;
                    default:
                        bed.Server.KillAll();
                        Task.Run(link.Close);
                        break;
                }
            }
        }
    }
}
