using System.Runtime.CompilerServices;
using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Time: deadlines, cancellation, and links that nobody needs any more.</summary>
[TestFixture]
public sealed class DeadlineTests
{
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);
    private static readonly MultiplexingOptions s_forEver = new() { IdleTimeout = TimeSpan.Zero, Chance = static () => 0 };

    [Test]
    public async Task A_statement_ends_at_its_deadline_and_says_where_the_time_went()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = rig.Transport.Links[0];
        var late = Rig.Start(handle, "SELECT 1", rig.In(2));
        rig.Pass(1.8);
        Assert.That(late.IsCompleted, Is.False);
        rig.Pass(0.2);
        var failure = await Rig.Failure<StatementAbandonedException>(late);
        Assert.That(failure.Delivery, Is.EqualTo(Delivery.Sent));
        Assert.That(failure.Message, Does.Contain("may still run").And.Contain($"link {link.Id}").And.Contain("1 statements"));

        // The answer comes and belongs to nobody; the next one belongs to the next statement.
        var next = Rig.Start(handle, "SELECT 2");
        link.CompleteNext(FakeReply.Scalar("late"));
        Assert.That(next.IsCompleted, Is.False);
        link.CompleteNext(FakeReply.Scalar("next"));
        using var reply = await Rig.Within(next);
        Assert.That((reply.NextResult(), reply.ReadRow()), Is.EqualTo((ReplyItem.Rows, true)));
        Assert.That(reply.GetCell(0).SequenceEqual("next"u8), Is.True);
    }

    [Test]
    public async Task A_statement_that_was_not_sent_in_time_says_that_nothing_ran()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.Links[0].Sends = false;
        var late = Rig.Start(handle, "UPDATE t SET a = 1", rig.In(2));
        rig.Pass(2);
        var failure = await Rig.Failure<StatementAbandonedException>(late);
        Assert.That(failure.Delivery, Is.EqualTo(Delivery.NotSent));
        Assert.That(failure.Message, Does.Contain("nothing ran"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_statement_ends_at_its_deadline_while_it_waits_for_a_shared_link()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.AutoOpen = false;
        rig.Transport.Links[0].Break();
        var late = Rig.Start(handle, "SELECT 1", rig.In(2));
        rig.Pass(2);
        Assert.That((await Rig.Failure<LinkException>(late)).Kind, Is.EqualTo(LinkFailureKind.NoLinkAvailable));
        rig.Transport.OpenNext();
        await rig.Run(handle, "SELECT 2");
        rig.AssertQuiet();
    }

    [Test]
    public async Task The_timer_stops_when_nothing_is_outstanding()
    {
        using var rig = new Rig(s_forEver);
        var handle = await rig.Open();
        rig.Pass(0);
        Assert.That(rig.Clock.ActiveTimers, Is.Zero);
        var statement = Rig.Start(handle, "SELECT 1", rig.In(60));
        Assert.That(rig.Clock.ActiveTimers, Is.EqualTo(1));
        rig.Pass(10);
        Assert.That(rig.Clock.ActiveTimers, Is.EqualTo(1));
        rig.Transport.Links[0].CompleteNext(FakeReply.Ok());
        (await Rig.Within(statement)).Dispose();
        rig.Pass(0);
        Assert.That(rig.Clock.ActiveTimers, Is.Zero);

        // And starts again, as often as it takes.
        var late = Rig.Start(handle, "SELECT 2", rig.In(1));
        rig.Pass(1);
        await Rig.Failure<StatementAbandonedException>(late);
    }

    [Test]
    public async Task Idle_links_close_down_to_the_minimum()
    {
        using var rig = new Rig(new MultiplexingOptions { IdleTimeout = TimeSpan.FromSeconds(60), MinLinks = 1 });
        var handles = new List<Handle>();
        for (var i = 0; i < 3; i++)
        {
            handles.Add(await rig.Open());
            await rig.Run(handles[i], "START TRANSACTION", s_inTransaction);
        }

        foreach (var handle in handles)
            await rig.Run(handle, "COMMIT");
        Assert.That(rig.Multiplexer.LinkCount, Is.EqualTo(4));
        rig.Pass(50);
        Assert.That(rig.Multiplexer.LinkCount, Is.EqualTo(4));
        rig.Pass(60);
        Assert.That(rig.Multiplexer.LinkCount, Is.EqualTo(1));
        rig.Pass(600);
        Assert.That(rig.Multiplexer.LinkCount, Is.EqualTo(1));
        await rig.Run(handles[0], "SELECT 1");
    }

    [Test]
    public async Task All_links_close_when_nobody_needs_them_and_the_next_statement_opens_one()
    {
        using var rig = new Rig(new MultiplexingOptions { IdleTimeout = TimeSpan.FromSeconds(60) });
        var handle = await rig.Open();
        rig.Pass(150);
        Assert.That((rig.Multiplexer.LinkCount, rig.Clock.ActiveTimers), Is.EqualTo((0, 0)));
        var statement = Rig.Start(handle, "SELECT 1");
        (await rig.Waiting("SELECT 1")).CompleteNext(FakeReply.Ok());
        (await Rig.Within(statement)).Dispose();
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(2));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Leased_links_do_not_idle_away()
    {
        using var rig = new Rig(new MultiplexingOptions { IdleTimeout = TimeSpan.FromSeconds(60) });
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        rig.Pass(300);
        Assert.That((link.State, rig.Multiplexer.LinkCount), Is.EqualTo((LinkState.Open, 1)));
        await rig.Run(handle, "COMMIT");
    }

    [Test]
    public async Task A_link_that_is_too_old_is_closed_when_it_is_given_back()
    {
        using var rig = new Rig(s_forEver with { LinkLifetime = TimeSpan.FromMinutes(10) });
        var handle = await rig.Open();
        var link = await rig.Run(handle, "OPTIMIZE TABLE t");
        rig.Pass(300);
        await rig.Run(handle, "OPTIMIZE TABLE t");
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
        rig.Pass(301);
        await rig.Run(handle, "OPTIMIZE TABLE t");
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_shared_link_that_is_too_old_is_replaced_though_it_is_always_in_use()
    {
        using var rig = new Rig(s_forEver with { LinkLifetime = TimeSpan.FromMinutes(10) });
        var handle = await rig.Open();
        var first = await rig.Run(handle, "SELECT 1");
        rig.Pass(590);
        Assert.That(await rig.Run(handle, "SELECT 2"), Is.SameAs(first));

        // What is on it is answered; what comes then goes to another.
        var late = Rig.Start(handle, "SELECT 3");
        rig.Pass(20);
        Assert.That(late.IsCompleted, Is.False);
        Assert.That((await rig.Waiting("SELECT 3")), Is.SameAs(first));
        first.CompleteNext(FakeReply.Ok());
        (await Rig.Within(late)).Dispose();
        var second = await rig.Run(handle, "SELECT 4");
        Assert.That((first.State, second.State, second == first), Is.EqualTo((LinkState.Closed, LinkState.Open, false)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Cancel_lets_a_floating_caller_go_and_spares_the_next_statement()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.Cancel();
        var link = rig.Transport.Links[0];
        var cancelled = Rig.Start(handle, "SELECT 1");
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(cancelled);
        var next = Rig.Start(handle, "SELECT 2");
        link.CompleteAll(FakeReply.Ok());
        (await Rig.Within(next)).Dispose();
        handle.Cancel();
        await rig.Run(handle, "SELECT 3");
        rig.AssertQuiet();
    }

    [Test]
    public async Task Cancel_ends_the_wait_for_a_shared_link()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.AutoOpen = false;
        rig.Transport.Links[0].Break();
        var waiting = Rig.Start(handle, "SELECT 1");
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(waiting);
        rig.Transport.OpenNext();
        await rig.Run(handle, "SELECT 2");
        rig.AssertQuiet();
    }

    [Test]
    public async Task Cancel_inside_a_transaction_keeps_the_transaction()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        var cancelled = Rig.Start(handle, "UPDATE t SET a = 1");
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(cancelled);
        Assert.That(handle.IsInTransaction, Is.True);
        var rollback = Rig.Start(handle, "ROLLBACK");
        link.CompleteNext(s_inTransaction);
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(rollback)).Dispose();
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_token_cancels_its_own_statement_only()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        using var source = new CancellationTokenSource();
        var first = Rig.Start(handle, "SELECT 1", default, source.Token);
        rig.Transport.Links[0].CompleteNext(FakeReply.Ok());
        (await Rig.Within(first)).Dispose();
        var second = Rig.Start(handle, "SELECT 2");
        await source.CancelAsync();
        Assert.That(second.IsCompleted, Is.False);
        rig.Transport.Links[0].CompleteNext(FakeReply.Ok());
        (await Rig.Within(second)).Dispose();
        Assert.That(() => Rig.Start(handle, "SELECT 3", default, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(rig.Transport.Statements, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_forgotten_handle_gives_its_lease_back()
    {
        using var rig = new Rig();
        var link = await Forget(rig);

        // Away from a stack that still knows the handle.
        await Task.Yield();
        await Rig.Spin(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return link.State == LinkState.Closed;
        });
        rig.AssertQuiet();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<FakeLink> Forget(Rig rig) => await rig.Run(await rig.Open(), "START TRANSACTION", s_inTransaction);
}
