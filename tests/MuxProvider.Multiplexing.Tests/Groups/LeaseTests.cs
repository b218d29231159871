using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Who gets a link of its own, and when.</summary>
[TestFixture]
public sealed class LeaseTests
{
    private const string Lease = "OPTIMIZE TABLE t";
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);
    private static readonly MultiplexingOptions s_two = new() { MaxLinks = 2, MaxSharedLinks = 1 };
    private static readonly MultiplexingOptions s_one = new() { MaxLinks = 1, MaxSharedLinks = 1 };

    [Test]
    public async Task An_idle_link_is_leased_before_a_new_one_is_opened()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var first = await rig.Run(handle, Lease);
        Assert.That((rig.Transport.OpenAttempts, handle.PinReasons, handle.ServerThread), Is.EqualTo((2, PinReasons.None, (uint?)null)));
        Assert.That(await rig.Run(handle, Lease), Is.SameAs(first));
        Assert.That((rig.Transport.OpenAttempts, first.Recyclings), Is.EqualTo((2, 0)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Leases_open_links_up_to_the_maximum_and_then_come_first_served_first()
    {
        using var rig = new Rig(s_two);
        var holder = await rig.Open();
        var link = await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var handles = new List<Handle>();
        var waiting = new List<Task<Reply>>();
        for (var i = 0; i < 4; i++)
        {
            handles.Add(await rig.Open());
            waiting.Add(Rig.Start(handles[i], $"OPTIMIZE TABLE t{i}"));
        }

        Assert.That((rig.Transport.OpenAttempts, waiting.Exists(wait => wait.IsCompleted)), Is.EqualTo((2, false)));
        Assert.That(rig.Multiplexer.ToString(), Does.EndWith("4 waiting for a lease"));
        await rig.Run(holder, "COMMIT");
        for (var i = 0; i < 4; i++)
        {
            Assert.That(await rig.Waiting($"OPTIMIZE TABLE t{i}"), Is.SameAs(link));
            Assert.That(link.Depth, Is.EqualTo(1), "one after the other");
            link.CompleteNext(FakeReply.Ok());
            (await Rig.Within(waiting[i])).Dispose();
        }

        Assert.That(link.Statements.Where(text => text.StartsWith("OPT", StringComparison.Ordinal)), Is.EqualTo(Enumerable.Range(0, 4).Select(i => $"OPTIMIZE TABLE t{i}")));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Who_comes_later_does_not_overtake_the_queue()
    {
        using var rig = new Rig(s_two);
        var holder = await rig.Open();
        var link = await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var early = await rig.Open();
        var first = Rig.Start(early, "OPTIMIZE TABLE early");

        // The holder itself asks again as soon as it has given its link back.
        await rig.Run(holder, "COMMIT");
        var again = Rig.Start(holder, "OPTIMIZE TABLE late");
        await rig.Waiting("OPTIMIZE TABLE early");
        Assert.That(link.Pending.Select(request => request.Text), Is.EqualTo(new[] { "OPTIMIZE TABLE early" }));
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(first)).Dispose();
        await rig.Waiting("OPTIMIZE TABLE late");
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(again)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task Time_out_names_the_links_and_what_pins_them()
    {
        using var rig = new Rig(s_two);
        var holder = await rig.Open();
        await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var waiting = Rig.Start(await rig.Open(), Lease, rig.In(60));
        rig.Pass(15);
        var failure = await Rig.Failure<LinkException>(waiting);
        Assert.That((failure.Kind, failure.Delivery), Is.EqualTo((LinkFailureKind.NoLinkAvailable, Delivery.NotSent)));
        Assert.That(failure.Message, Does.Contain("2 of at most 2 links").And.Contain("1 shared, 1 leased (Transaction 1)").And.Contain("Max Links"));
        Assert.That(rig.Multiplexer.ToString(), Does.EndWith("0 waiting for a lease"));
        await rig.Run(holder, "ROLLBACK");
        rig.AssertQuiet();
    }

    [Test]
    public async Task The_statements_own_deadline_ends_the_wait_for_a_lease()
    {
        using var rig = new Rig(s_two);
        await rig.Run(await rig.Open(), "START TRANSACTION", s_inTransaction);
        var waiting = Rig.Start(await rig.Open(), Lease, rig.In(2));
        rig.Pass(1.8);
        Assert.That(waiting.IsCompleted, Is.False);
        rig.Pass(0.2);
        await Rig.Failure<LinkException>(waiting);
    }

    [Test]
    public async Task Who_is_cancelled_leaves_the_queue()
    {
        using var rig = new Rig(s_two);
        var holder = await rig.Open();
        var link = await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        using var source = new CancellationTokenSource();
        var impatient = await rig.Open();
        var cancelledByToken = Rig.Start(await rig.Open(), "OPTIMIZE TABLE a", default, source.Token);
        var cancelledByCall = Rig.Start(impatient, "OPTIMIZE TABLE b");
        var patient = Rig.Start(await rig.Open(), "OPTIMIZE TABLE c");
        await source.CancelAsync();
        impatient.Cancel();
        await Rig.Failure<OperationCanceledException>(cancelledByToken);
        await Rig.Failure<OperationCanceledException>(cancelledByCall);
        await rig.Run(holder, "COMMIT");
        Assert.That(await rig.Waiting("OPTIMIZE TABLE c"), Is.SameAs(link));
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(patient)).Dispose();
        await rig.Run(impatient, "OPTIMIZE TABLE d");
        Assert.That(link.Statements, Has.None.EqualTo("OPTIMIZE TABLE a").And.None.EqualTo("OPTIMIZE TABLE b"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_link_granted_to_somebody_who_is_cancelled_at_that_moment_is_not_lost()
    {
        using var rig = new Rig(s_two);
        var holder = await rig.Open();
        await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var cancelled = await rig.Open();
        var next = await rig.Open();
        Task<Reply>? nextOne = null;

        // The continuation of who waits comes back to this thread, so nothing runs between the grant and the cancellation.
        Blocking.Run(true, async _ =>
        {
            using var source = new CancellationTokenSource();
            var waiting = Rig.Start(cancelled, "SELECT SLEEP(0), GET_LOCK('a', 1)", default, source.Token);

            // Started elsewhere, because it outlives this thread's wait.
            nextOne = Task.Run(() => Rig.Start(next, Lease));
            await Rig.Spin(() => rig.Multiplexer.ToString().EndsWith(" 2 waiting for a lease", StringComparison.Ordinal));
            holder.Close();
#pragma warning disable CA1849 // The thread must not change.
            source.Cancel();
#pragma warning restore CA1849
            try
            {
                (await waiting).Dispose();
            }
            catch (OperationCanceledException)
            {
                cancelled.Close();
            }
        });
        var link = await rig.Waiting(Lease, nextOne);
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(nextOne!)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task The_only_link_is_drained_for_a_lease_and_comes_back()
    {
        using var rig = new Rig(s_one);
        var floating = await rig.Open();
        var leasing = await rig.Open();
        var last = await rig.Open();
        var link = rig.Transport.Links[0];
        var before = Rig.Start(floating, "SELECT 1");
        var lease = Rig.Start(leasing, "START TRANSACTION");
        var during = Rig.Start(last, "SELECT 2");
        Assert.That(link.Pending.Select(request => request.Text), Is.EqualTo(new[] { "SELECT 1" }));
        Assert.That(link.IsShared, Is.False);

        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(before)).Dispose();
        await rig.Waiting("START TRANSACTION");
        Assert.That(link.Pending.Select(request => request.Text), Is.EqualTo(new[] { "START TRANSACTION" }));
        link.CompleteNext(s_inTransaction);
        (await Rig.Within(lease)).Dispose();
        Assert.That(during.IsCompleted, Is.False);
        await rig.Run(leasing, "COMMIT");

        await rig.Waiting("SELECT 2");
        Assert.That((link.IsShared, rig.Transport.OpenAttempts), Is.EqualTo((true, 1)));
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(during)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_link_drained_for_somebody_who_went_away_is_shared_again()
    {
        using var rig = new Rig(s_one);
        var floating = await rig.Open();
        var leasing = await rig.Open();
        var before = Rig.Start(floating, "SELECT 1");
        var lease = Rig.Start(leasing, Lease);
        leasing.Cancel();
        await Rig.Failure<OperationCanceledException>(lease);
        rig.Transport.Links[0].CompleteNext(FakeReply.Ok());
        (await Rig.Within(before)).Dispose();
        await rig.Run(leasing, "SELECT 2");
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(1));
        rig.AssertQuiet();
    }

    [Test]
    public async Task One_link_stays_shared_while_others_are_leased()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 2, MaxSharedLinks = 2 });
        var handle = await rig.Open();
        rig.Transport.Links[0].EstimatedWait = TimeSpan.FromMilliseconds(10);
        await rig.Run(handle, "SELECT 0");
        Assert.That(rig.Multiplexer.ToString(), Does.Contain("2 shared"));

        var holder = await rig.Open();
        await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var waiting = Rig.Start(await rig.Open(), Lease);
        await rig.Run(handle, "SELECT 1");
        Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(rig.Multiplexer.ToString(), Does.Contain("1 shared, 1 leased"));
        await rig.Run(holder, "COMMIT");
        (await rig.Waiting(Lease)).CompleteNext(FakeReply.Ok());
        (await Rig.Within(waiting)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_server_that_is_full_makes_leases_wait_for_those_of_others()
    {
        using var rig = new Rig();
        var holder = await rig.Open();
        var link = await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        rig.Transport.FailNext(new LinkException(
            LinkFailureKind.LoginRefused, Delivery.NotSent, "full", new ErrPacket(1040, "08004", "Too many connections")));
        var waiting = Rig.Start(await rig.Open(), Lease);
        Assert.That(waiting.IsCompleted, Is.False);
        await rig.Run(holder, "COMMIT");
        Assert.That(await rig.Waiting(Lease), Is.SameAs(link));
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(waiting)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_lease_that_no_link_can_be_opened_for_fails()
    {
        using var rig = new Rig(new MultiplexingOptions { ReconnectTimeout = TimeSpan.Zero });
        var handle = await rig.Open();
        rig.Transport.FailNext();
        Assert.That((await Rig.Failure<LinkException>(Rig.Start(handle, Lease))).Kind, Is.EqualTo(LinkFailureKind.Unreachable));
        rig.Pass(0.1);
        await rig.Run(handle, Lease);
        rig.AssertQuiet();
    }
}
