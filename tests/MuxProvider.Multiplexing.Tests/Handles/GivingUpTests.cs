using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>
/// Wherever a statement is, and however its caller leaves: the caller goes at once and hears the right thing, its handle goes on, the link
/// stays in step, and the neighbour gets its own answer.
/// </summary>
[TestFixture]
public sealed class GivingUpTests
{
    private const ServerStatus InTransaction = ServerStatus.InTransaction | ServerStatus.AutoCommit;

    public enum Where
    {
        WaitsForALink,
        WaitsForALease,
        Unsent,
        BehindOthers,
        First,
        SeveralStatements,
        OnALeaseOfItsOwn,
        InATransaction,
    }

    public enum How
    {
        Token,
        Cancel,
        Deadline,
    }

    [Test]
    public async Task A_caller_leaves([Values] Where where, [Values] How how, [Values] bool blocked)
    {
        var isQueued = where is Where.WaitsForALink or Where.WaitsForALease;
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1, MaxLinks = isQueued ? 1 : 10 });
        var victim = await rig.Open();
        var other = await rig.Open();
        if (isQueued)
            await rig.Run(other, "BEGIN", FakeReply.Ok(status: InTransaction));
        if (where == Where.InATransaction)
            await rig.Run(victim, "BEGIN", FakeReply.Ok(status: InTransaction));
        var text = where switch
        {
            Where.WaitsForALease => "SET @a = 1",
            Where.SeveralStatements => "SELECT 2; SELECT 3",
            Where.OnALeaseOfItsOwn => "SELECT SLEEP(9)",
            _ => "SELECT 2",
        };
        Task<Reply>? neighbour = null;
        if (where is Where.Unsent or Where.BehindOthers)
            neighbour = Rig.Start(other, "SELECT 1");
        if (where == Where.Unsent)
            rig.Transport.Links[0].Sends = false;

        using var token = new CancellationTokenSource();
        var gone = Start(victim, text, rig.In(5), token.Token, blocked);
        var link = isQueued ? null : await rig.Waiting(text, gone);
        if (where is Where.First or Where.SeveralStatements or Where.OnALeaseOfItsOwn or Where.InATransaction)
            neighbour = Rig.Start(other, "SELECT 1");
        Assert.That(gone.IsCompleted, Is.False);
        await LeaveAsync(rig, victim, gone, token, how);

        if (how != How.Deadline)
            await Rig.Failure<OperationCanceledException>(gone);
        else if (isQueued)
            Assert.That((await Rig.Failure<LinkException>(gone)) is { Kind: LinkFailureKind.NoLinkAvailable, Delivery: Delivery.NotSent }, Is.True);
        else
            Assert.That((await Rig.Failure<StatementAbandonedException>(gone)).Delivery, Is.EqualTo(where == Where.Unsent ? Delivery.NotSent : Delivery.Sent));

        // What was on the way is answered; the late answer belongs to nobody.
        foreach (var each in rig.Transport.LiveLinks)
            AnswerAll(each, where == Where.InATransaction && each == link);
        if (neighbour is not null)
            Assert.That(await TextOf(neighbour), Is.EqualTo("SELECT 1"));
        if (isQueued)
            await rig.Run(other, "COMMIT");
        var next = Rig.Start(victim, "SELECT 4");
        var place = await rig.Waiting("SELECT 4", next);
        if (where == Where.InATransaction)
            Assert.That(place, Is.SameAs(link));
        AnswerAll(place, where == Where.InATransaction);
        Assert.That(await TextOf(next), Is.EqualTo("SELECT 4"));
        Assert.That(victim.PinReasons, Is.EqualTo(where == Where.InATransaction ? PinReasons.Transaction : PinReasons.None));
        Assert.That(rig.Transport.UndisposedReplies, Is.Zero);
    }

    // Until it is gone: a blocked caller may not have begun to wait when it is told the first time.
    private static async Task LeaveAsync(Rig rig, Handle victim, Task gone, CancellationTokenSource token, How how)
    {
        if (how == How.Token)
            await token.CancelAsync();
        else if (how == How.Deadline)
            rig.Pass(5);
        await Rig.Spin(() =>
        {
            if (how == How.Cancel)
                victim.Cancel();
            else if (how == How.Deadline)
                rig.Pass(0);
            return gone.IsCompleted;
        });
    }

    private static Task<Reply> Start(Handle handle, string text, Deadline deadline, CancellationToken cancellationToken, bool blocked)
    {
        if (!blocked)
            return Rig.Start(handle, text, deadline, cancellationToken);
        return Task.Factory.StartNew(
            () => Blocking.Run((handle, text, deadline, cancellationToken), static all =>
            {
                var parsed = all.handle.Parse(all.text);
                var statement = new Statement(parsed.Text);
                statement.Reset(parsed.Text);
                foreach (var _ in parsed.Text.Markers)
                    statement.LeaveVariable();
                return all.handle.ExecuteAsync(statement, parsed, all.deadline, all.cancellationToken);
            }),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    // Each with its own text.
    private static void AnswerAll(FakeLink link, bool isInTransaction)
    {
        link.Sends = true;
        if (isInTransaction)
            link.Status = InTransaction;
        while (link.Pending is [{ } next, ..])
            link.CompleteNext(next.Kind == FakeRequestKind.Statement ? FakeReply.Scalar(next.Text) : null);
    }

    private static async Task<string> TextOf(Task<Reply> task)
    {
        using var reply = await Rig.Within(task);
        Assert.That((reply.NextResult(), reply.ReadRow()), Is.EqualTo((ReplyItem.Rows, true)));
        return System.Text.Encoding.UTF8.GetString(reply.GetCell(0));
    }
}
