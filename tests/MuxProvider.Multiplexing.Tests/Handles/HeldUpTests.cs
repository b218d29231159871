using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Reads that were sent to a link that is held up, and ask elsewhere.</summary>
public sealed class HeldUpTests
{
    private static readonly LinkException s_heldUp = new(LinkFailureKind.HeldUp, Delivery.Sent, "It is held up.");

    [Test]
    public async Task A_read_that_is_let_go_is_run_once_elsewhere_and_may_not_be_let_go_again()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var read = Rig.Start(handle, "SELECT 1");
        var first = (await rig.Waiting("SELECT 1")).Pending[^1];
        Assert.That(first.Terms.MayMove, Is.True);
        (await rig.Waiting("SELECT 1")).CompleteNext(FakeReply.Fail(s_heldUp));
        var link = await rig.Waiting("SELECT 1");
        Assert.That(link.Pending[^1].Terms.MayMove, Is.False);
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(read)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_read_that_was_let_go_still_survives_the_loss_of_its_link()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var read = Rig.Start(handle, "SELECT 1");
        (await rig.Waiting("SELECT 1")).CompleteNext(FakeReply.Fail(s_heldUp));
        (await rig.Waiting("SELECT 1")).Break();
        (await rig.Waiting("SELECT 1")).CompleteNext(FakeReply.Ok());
        (await Rig.Within(read)).Dispose();
        Assert.That(rig.Transport.Statements.Count(text => text == "SELECT 1"), Is.EqualTo(3));
        rig.AssertQuiet();
    }

    [TestCase("UPDATE t SET a = 1")]
    [TestCase("INSERT INTO t VALUES (1)")]
    [TestCase("SELECT 1; SELECT 2")]
    [TestCase("SELECT f(1)")]
    public async Task Only_plain_reads_may_be_let_go(string text)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var statement = Rig.Start(handle, text);
        var link = await rig.Waiting(text);
        Assert.That(link.Pending[^1].Terms.MayMove, Is.False);
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(statement)).Dispose();
    }

    [Test]
    public async Task Readers_are_let_go_where_a_link_is_held_up_and_another_one_is_not()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2 });
        var handle = await rig.Open();
        rig.Transport.Links[0].EstimatedWait = TimeSpan.FromMilliseconds(2);
        await rig.Run(handle, "SELECT 1");
        Assert.That(rig.Transport.Links, Has.Count.EqualTo(2));
        var (heldUp, other) = (rig.Transport.Links[0], rig.Transport.Links[1]);
        heldUp.EstimatedWait = TimeSpan.Zero;
        other.EstimatedWait = TimeSpan.FromSeconds(2);
        var write = Rig.Start(handle, "UPDATE t SET a = 1");
        var read = Rig.Start(await rig.Open(), "SELECT 2");
        Assert.That(heldUp.Pending.Select(request => request.Text), Is.EqualTo(new[] { "UPDATE t SET a = 1", "SELECT 2" }));

        heldUp.EstimatedWait = TimeSpan.FromMilliseconds(60);
        rig.Pass(0.1);
        Assert.That((heldUp.LetGo, other.LetGo), Is.EqualTo((0, 0)), "there is nowhere to go");

        other.EstimatedWait = TimeSpan.Zero;
        other.Handler = _ => FakeReply.Ok();
        rig.Pass(0.1);
        Assert.That((heldUp.LetGo > 0, other.LetGo), Is.EqualTo((true, 0)));
        (await Rig.Within(read)).Dispose();
        Assert.That(other.Statements, Has.One.EqualTo("SELECT 2"));
        heldUp.CompleteNext(FakeReply.Ok());
        (await Rig.Within(write)).Dispose();
    }
}
