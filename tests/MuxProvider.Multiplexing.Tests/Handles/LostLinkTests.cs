using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What a handle does when the link under it dies.</summary>
[TestFixture]
public sealed class LostLinkTests
{
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);

    [Test]
    public async Task What_was_not_sent_is_placed_again_silently()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = rig.Transport.Links[0];
        link.Sends = false;
        var write = Rig.Start(handle, "UPDATE t SET a = 1");
        link.Break();
        var other = await rig.Waiting("UPDATE t SET a = 1");
        Assert.That(other, Is.Not.SameAs(link));
        other.CompleteNext(FakeReply.Ok());
        (await Rig.Within(write)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_read_that_was_sent_is_run_once_more_and_not_again()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var read = Rig.Start(handle, "SELECT 1");
        rig.Transport.Links[0].Break();
        var second = await rig.Waiting("SELECT 1");
        second.Break();
        var failure = await Rig.Failure<LinkException>(read);
        Assert.That((failure.Delivery, rig.Transport.Statements.Count), Is.EqualTo((Delivery.Sent, 2)));
        Assert.That((handle.IsOpen, handle.LostBecause), Is.EqualTo((true, (string?)null)));
        await rig.Run(handle, "SELECT 2");
        rig.AssertQuiet();
    }

    [TestCase("SELECT big", true, 2)]
    [TestCase("SELECT big", false, 1)]
    [TestCase("SELECT big FOR UPDATE", true, 1)]
    public async Task A_read_that_has_a_lease_for_its_size_is_run_once_more(string text, bool retries, int runs)
    {
        using var rig = new Rig(new MultiplexingOptions { StreamsAbove = 1600, RetriesReads = retries });
        var handle = await rig.Open();
        await rig.Run(handle, text, FakeReply.Rows(["x"], [new string('x', 500)]));
        var before = rig.Transport.Statements.Count;
        var read = Rig.Start(handle, text);
        var first = await rig.Waiting(text, read);
        Assert.That(first.IsShared, Is.False);
        first.Break();
        if (runs == 2)
        {
            var second = await rig.Waiting(text, read);
            Assert.That(second, Is.Not.SameAs(first));
            second.Break();
        }

        Assert.That((await Rig.Failure<LinkException>(read)).Delivery, Is.EqualTo(Delivery.Sent));
        Assert.That((rig.Transport.Statements.Count - before, handle.LostBecause), Is.EqualTo((runs, (string?)null)));
        await rig.Run(handle, "SELECT 2");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_write_that_was_sent_is_not_repeated()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var write = Rig.Start(handle, "UPDATE t SET a = 1");
        rig.Transport.Links[0].Break();
        var failure = await Rig.Failure<LinkException>(write);
        Assert.That((failure.Kind, failure.Delivery), Is.EqualTo((LinkFailureKind.ConnectionLost, Delivery.Sent)));
        Assert.That(rig.Transport.Statements, Has.Count.EqualTo(1));
        await rig.Run(handle, "SELECT 1");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_server_that_is_down_ends_the_retries()
    {
        using var rig = new Rig(new MultiplexingOptions { ReconnectTimeout = TimeSpan.Zero });
        var handle = await rig.Open();
        var link = rig.Transport.Links[0];
        link.Sends = false;
        var reads = new[] { Rig.Start(handle, "SELECT 1"), Rig.Start(await rig.Open(), "UPDATE t SET a = 1") };
        rig.Transport.AutoOpen = false;
        link.Break();
        await Rig.Spin(() => rig.Transport.PendingOpens == 1 && rig.Multiplexer.ToString().Contains(" 1 opening", StringComparison.Ordinal));
        foreach (var read in reads)
        {
            while (!read.IsCompleted)
            {
                // Behind a failure there is a pause.
                rig.Pass(0.5);
                await rig.Until(() => read.IsCompleted || rig.Transport.PendingOpens == 1, read);
                if (!read.IsCompleted && rig.Transport.PendingOpens == 1)
                    rig.Transport.FailNext();
            }

            Assert.That((await Rig.Failure<LinkException>(read)).Kind, Is.EqualTo(LinkFailureKind.Unreachable));
        }

        Assert.That(rig.Transport.OpenAttempts, Is.LessThanOrEqualTo(3));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_that_loses_its_session_says_so_until_it_is_closed()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        var write = Rig.Start(handle, "UPDATE t SET a = 1");
        link.Break();
        Assert.That((await Rig.Failure<LinkException>(write)).Delivery, Is.EqualTo(Delivery.Sent));
        Assert.That(handle.LostBecause, Does.Contain("Transaction").And.Contain("The connection was lost."));
        var next = await Rig.Failure<LinkException>(Rig.Start(handle, "SELECT 1"));
        Assert.That((next.Kind, next.Delivery), Is.EqualTo((LinkFailureKind.Closed, Delivery.NotSent)));
        Assert.That(next.Message, Does.Contain("Transaction").And.Contain("open it again"));
        handle.Close();
        await Rig.Within(Rig.StartOpen(handle));
        Assert.That((handle.LostBecause, handle.PinReasons), Is.EqualTo(((string?)null, PinReasons.None)));
        await rig.Run(handle, "SELECT 1");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_session_that_was_lost_between_statements_is_noticed_by_the_next_one()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "CREATE TEMPORARY TABLE x (id INT)");
        link.Break();
        Assert.That(handle.LostBecause, Is.Null);
        Assert.That((await Rig.Failure<LinkException>(Rig.Start(handle, "SELECT * FROM x"))).Delivery, Is.EqualTo(Delivery.NotSent));
        Assert.That(handle.LostBecause, Does.Contain("TemporaryTable"));
        handle.Close();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_new_lease_whose_link_dies_before_anything_was_sent_is_replaced()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.Prepare = link => link.Sends = false;
        var start = Rig.Start(handle, "START TRANSACTION");
        var first = await rig.Waiting("START TRANSACTION");
        rig.Transport.Prepare = null;
        first.Break();
        var second = await rig.Waiting("START TRANSACTION");
        Assert.That(second, Is.Not.SameAs(first));
        second.CompleteNext(s_inTransaction);
        (await Rig.Within(start)).Dispose();
        Assert.That((handle.LostBecause, handle.IsInTransaction), Is.EqualTo(((string?)null, true)));
        await rig.Run(handle, "COMMIT");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_new_lease_whose_link_dies_under_the_statement_is_not_replaced()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var start = Rig.Start(handle, "START TRANSACTION");
        (await rig.Waiting("START TRANSACTION")).Break();
        Assert.That((await Rig.Failure<LinkException>(start)).Delivery, Is.EqualTo(Delivery.Sent));
        Assert.That((handle.LostBecause, handle.PinReasons), Is.EqualTo(((string?)null, PinReasons.None)));
        await rig.Run(handle, "SELECT 1");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_parked_link_that_died_is_not_leased()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var parked = await rig.Run(handle, "OPTIMIZE TABLE t");
        parked.Break();
        Assert.That(await rig.Run(handle, "OPTIMIZE TABLE t"), Is.Not.SameAs(parked));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_lost_shared_link_does_not_disturb_a_pinned_handle()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var lease = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        rig.Transport.Links[0].Break();
        Assert.That(await rig.Run(handle, "COMMIT"), Is.SameAs(lease));
        Assert.That(handle.LostBecause, Is.Null);
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_changed_sql_mode_replaces_the_links_that_are_not_leased()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.Facts = rig.Transport.Facts with { SqlMode = "ANSI_QUOTES" };
        await rig.Run(handle, "OPTIMIZE TABLE t");
        Assert.That(rig.Transport.Links[0].State, Is.EqualTo(LinkState.Closed));
        await rig.Run(handle, "SELECT 1");
        Assert.That(rig.Multiplexer.LinkCount, Is.EqualTo(1));
        rig.AssertQuiet();
    }
}
