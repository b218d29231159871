using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>How handles close, and multiplexers.</summary>
[TestFixture]
public sealed class ClosingTests
{
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);

    [Test]
    public async Task Close_may_come_at_any_time_and_more_than_once()
    {
        using var rig = new Rig();
        var handle = rig.New();
        handle.Close();
        await Rig.Within(Rig.StartOpen(handle));
        handle.Close();
        handle.Close();
        Assert.That(handle.IsOpen, Is.False);
        rig.AssertQuiet();
    }

    [Test]
    public async Task Close_with_a_floating_statement_in_flight_lets_its_caller_go_and_keeps_the_link()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = rig.Transport.Links[0];
        var statement = Rig.Start(handle, "SELECT 1");
        handle.Close();
        await Rig.Failure<OperationCanceledException>(statement);
        link.CompleteNext(FakeReply.Ok());
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Close_with_a_statement_in_flight_on_a_lease_closes_the_link()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        var statement = Rig.Start(handle, "UPDATE t SET a = 1");
        handle.Close();
        await Rig.Failure<OperationCanceledException>(statement);
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Close_while_waiting_for_a_lease_leaves_the_queue()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 2, MaxSharedLinks = 1 });
        var holder = await rig.Open();
        var link = await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var handle = await rig.Open();
        var waiting = Rig.Start(handle, "SET @a = 1");
        handle.Close();
        await Rig.Failure<OperationCanceledException>(waiting);
        await rig.Run(holder, "COMMIT");
        Assert.That(link.Statements, Has.None.EqualTo("SET @a = 1"));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Multiplexers_with_the_same_key_share_links_until_the_last_one_is_disposed()
    {
        using var rig = new Rig();
        var second = rig.NewMultiplexer();
        await rig.Open();
        var handle = second.CreateHandle("test");
        await Rig.Within(Rig.StartOpen(handle));
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(1));
        rig.Multiplexer.Dispose();
        await rig.Run(handle, "SELECT 1");
        second.Dispose();
        Assert.That(rig.Transport.LiveLinks, Is.Empty);
        Assert.That(rig.Clock.ActiveTimers, Is.Zero);
        second.Dispose();
    }

    [Test]
    public async Task Disposing_fails_who_waits_and_says_why()
    {
        using var rig = new Rig(autoOpen: false);
        var opens = new[] { Rig.StartOpen(rig.New()), Rig.StartOpen(rig.New()) };
        rig.Multiplexer.Dispose();
        foreach (var open in opens)
        {
            var failure = await Rig.Failure<LinkException>(open);
            Assert.That((failure.Kind, failure.Delivery), Is.EqualTo((LinkFailureKind.Closed, Delivery.NotSent)));
            Assert.That(failure.Message, Does.Contain("disposed"));
        }

        Assert.That(rig.Transport.OpenNext().State, Is.EqualTo(LinkState.Closed), "it comes too late");
        Assert.That(() => Rig.StartOpen(rig.New()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Disposing_fails_who_waits_for_a_lease_and_closes_leases_when_they_are_given_back()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 2, MaxSharedLinks = 1 });
        var holder = await rig.Open();
        var link = await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var waiting = Rig.Start(await rig.Open(), "OPTIMIZE TABLE t");
        rig.Multiplexer.Dispose();
        Assert.That((await Rig.Failure<LinkException>(waiting)).Message, Does.Contain("disposed"));
        Assert.That(rig.Transport.LiveLinks, Is.EqualTo(new[] { link }));
        await rig.Run(holder, "COMMIT");
        Assert.That(rig.Transport.LiveLinks, Is.Empty);
        Assert.That((await Rig.Failure<LinkException>(Rig.Start(holder, "SELECT 1"))).Message, Does.Contain("disposed"));
        holder.Close();
        Assert.That(rig.Transport.UndisposedReplies, Is.Zero);
    }

    [Test]
    public async Task Disposing_lets_statements_in_flight_have_their_answers()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = rig.Transport.Links[0];
        var statement = Rig.Start(handle, "SELECT 1");
        rig.Multiplexer.Dispose();
        Assert.That(link.State, Is.EqualTo(LinkState.Closing));
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(statement)).Dispose();
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
    }
}
