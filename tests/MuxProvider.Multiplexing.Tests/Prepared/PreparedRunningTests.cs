using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What a handle asks of links where statements may run prepared.</summary>
[TestFixture]
public sealed class PreparedRunningTests
{
    private const string Text = "SELECT a FROM t";

    private static readonly FakeReply s_notPrepared = FakeReply.Fail(new LinkException(LinkFailureKind.NotPrepared, Delivery.NotSent, "not prepared"));
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_could_not_be_executed_is_sent_again_as_text(bool onLease)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        if (onLease)
            await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        var task = StartPrepared(handle, Text);
        var link = await rig.Waiting(Text);
        Assert.That(link.Pending[^1].Terms.MayRunPrepared, Is.True);
        link.CompleteNext(s_notPrepared);
        var again = await rig.Waiting(Text);
        Assert.That(again.Pending[^1].Terms.MayRunPrepared, Is.False);
        if (onLease)
            Assert.That(again, Is.SameAs(link));
        again.CompleteNext(onLease ? s_inTransaction : FakeReply.Ok());
        (await Rig.Within(task)).Dispose();
        Assert.That((handle.LostBecause, handle.IsInTransaction), Is.EqualTo(((string?)null, onLease)));
        if (onLease)
            await rig.Run(handle, "ROLLBACK");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_text_runs_prepared_by_itself_from_its_nth_use_on()
    {
        using var rig = new Rig(new MultiplexingOptions { AutoPrepareMinUses = 3 });
        var handle = await rig.Open();
        var other = await rig.Open();
        foreach (var user in (Handle[])[handle, other, handle, other])
            await rig.Run(user, Text);
        Assert.That(
            rig.Transport.Links.SelectMany(link => link.Taken).Where(request => request.Text == Text).Select(request => request.Terms.MayRunPrepared),
            Is.EqualTo(new[] { false, false, true, true }));
    }

    [TestCase("SET collation_connection = DEFAULT")]
    [TestCase("SET ROLE r")]
    public async Task Nothing_runs_prepared_where_settings_are_unknown(string text)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, text);
        var task = StartPrepared(handle, Text);
        var link = await rig.Waiting(Text);
        Assert.That(link.Pending[^1].Terms.MayRunPrepared, Is.False);
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(task)).Dispose();
    }

    [Test]
    public async Task Nothing_runs_prepared_that_nobody_wants_so()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        for (var i = 0; i < 5; i++)
            await rig.Run(handle, Text);
        Assert.That(rig.Transport.Links[0].Taken.Any(request => request.Terms.MayRunPrepared), Is.False);
    }

    private static async Task<Reply> StartPrepared(Handle handle, string text)
    {
        var parsed = handle.Parse(text);
        var statement = new Statement(parsed.Text);
        statement.Reset(parsed.Text);
        statement.WantsPreparation = true;
        return await handle.ExecuteAsync(statement, parsed, default, default);
    }
}
