using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What is abandoned on a lease is ended on the server, and nothing else is ever hit by that.</summary>
[TestFixture]
public sealed class KillingTests
{
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);

    private static Rig NewRig(MultiplexingOptions? options = null, string identity = "host:3306:1")
    {
        var rig = new Rig(options);
        rig.Transport.Facts = rig.Transport.Facts with { ServerIdentity = identity };
        return rig;
    }

    // A handle in a transaction, and a statement of its that runs when its caller goes away.
    private static async Task<(Handle Handle, FakeLink Link, Task<Reply> Gone)> AbandonAsync(Rig rig, string text = "UPDATE t SET a = 1")
    {
        var handle = await rig.Open();
        var link = await rig.Run(handle, "BEGIN", s_inTransaction);
        var gone = Rig.Start(handle, text, rig.In(2));
        await rig.Waiting(text);
        rig.Pass(2);
        await Rig.Failure<StatementAbandonedException>(gone);
        return (handle, link, gone);
    }

    [Test]
    public async Task It_is_ended_over_another_connection_and_the_next_statement_waits_until_no_kill_can_hit_it()
    {
        using var rig = NewRig();
        var (handle, link, _) = await AbandonAsync(rig);
        var kill = $"KILL QUERY {link.Facts.ServerThread}";
        var killer = await rig.Waiting(kill);
        Assert.That(killer, Is.Not.SameAs(link));
        var next = Rig.Start(handle, "SELECT 2");
        Assert.That(link.Pending.Select(request => request.Text), Is.EqualTo(new[] { "UPDATE t SET a = 1" }));
        killer.CompleteNext(FakeReply.Ok());
        await rig.Until(() => link.Pending.Count == 2);
        link.CompleteNext(FakeReply.Error(1317, "70100", "interrupted"));
        Assert.That(link.Pending.Select(request => request.Text), Is.EqualTo(new[] { "DO 0" }), "a kill that comes late hits this");
        link.CompleteNext(FakeReply.Error(1317, "70100", "interrupted"));
        await rig.Waiting("SELECT 2");
        link.CompleteNext(FakeReply.Rows(["a"]).With(result => result with { Status = ServerStatus.InTransaction | ServerStatus.AutoCommit }));
        (await Rig.Within(next)).Dispose();
        Assert.That(handle.IsInTransaction, Is.True);
    }

    [Test]
    public async Task A_link_to_which_a_kill_may_still_come_is_never_given_to_anybody_else()
    {
        using var rig = NewRig();
        var (handle, link, _) = await AbandonAsync(rig);
        var killer = await rig.Waiting($"KILL QUERY {link.Facts.ServerThread}");

        // The statement comes to its end by itself, and the handle is closed before the kill has been answered.
        link.CompleteNext(FakeReply.Ok());
        handle.Close();
        Assert.That((link.State, link.Recyclings), Is.EqualTo((LinkState.Closed, 0)));
        killer.CompleteNext(FakeReply.Error(1094, "HY000", "Unknown thread id"));
        Assert.That(rig.Transport.LiveLinks, Does.Contain(killer).And.Not.Contain(link));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_link_that_is_given_back_while_its_statement_runs_counts_until_that_is_ended(bool isPinned)
    {
        using var rig = NewRig(new MultiplexingOptions { MaxLinks = 2, MaxSharedLinks = 1 });
        rig.Transport.Handler = text => text.StartsWith("KILL QUERY", StringComparison.Ordinal) || text == "DO 0" ? FakeReply.Ok() : null;
        var handle = await rig.Open();
        var other = await rig.Open();
        var begin = isPinned ? await rig.Run(handle, "BEGIN", s_inTransaction) : null;
        using var cancel = new CancellationTokenSource();
        var gone = Rig.Start(handle, "OPTIMIZE TABLE t", cancellationToken: cancel.Token);
        var link = await rig.Waiting("OPTIMIZE TABLE t");
        Assert.That(begin, Is.Null.Or.SameAs(link));
        await cancel.CancelAsync();
        await Rig.Failure<OperationCanceledException>(gone);
        handle.Close();
        var waiting = Rig.Start(other, "OPTIMIZE TABLE u");
        await rig.Until(() => rig.Transport.Statements.Contains($"KILL QUERY {link.Facts.ServerThread}"));
        Assert.That((rig.Multiplexer.LinkCount, waiting.IsCompleted), Is.EqualTo((2, false)), "no other link may be opened");
        link.CompleteNext(FakeReply.Error(1317, "70100", "interrupted"));
        (await rig.Waiting("OPTIMIZE TABLE u", waiting)).CompleteNext(FakeReply.Ok());
        (await Rig.Within(waiting)).Dispose();
        Assert.That(rig.Multiplexer.LinkCount, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task A_link_whose_kill_was_never_answered_is_not_given_to_anybody_else_later()
    {
        using var rig = NewRig();
        var (handle, link, _) = await AbandonAsync(rig);
        await rig.Waiting($"KILL QUERY {link.Facts.ServerThread}");
        var next = Rig.Start(handle, "SELECT 2");
        rig.Pass(5);
        await rig.Waiting("SELECT 2");
        link.CompleteAll(s_inTransaction);
        (await Rig.Within(next)).Dispose();
        handle.Close();
        Assert.That((link.State, link.Recyclings), Is.EqualTo((LinkState.Closed, 0)));
    }

    [Test]
    public async Task The_connection_for_it_is_kept_for_a_little_while()
    {
        using var rig = NewRig(new MultiplexingOptions { IsEnabled = false });
        var (handle, link, _) = await AbandonAsync(rig);
        var killer = await rig.Waiting($"KILL QUERY {link.Facts.ServerThread}");
        killer.CompleteNext(FakeReply.Ok());
        await rig.Until(() => link.Pending.Count == 2);
        link.CompleteAll(FakeReply.Ok());
        await rig.Run(handle, "SELECT 2", FakeReply.Scalar(1));
        Assert.That(rig.Transport.LiveLinks, Has.Count.EqualTo(2), "it may be needed again");
        rig.Pass(10);
        Assert.That(rig.Transport.LiveLinks, Is.EqualTo(new[] { link }));
    }

    [Test]
    public async Task Nothing_is_killed_where_the_server_s_identity_is_not_known()
    {
        using var rig = NewRig(identity: "");
        var (handle, link, _) = await AbandonAsync(rig);
        var next = Rig.Start(handle, "SELECT 2");
        await rig.Waiting("SELECT 2");
        link.CompleteAll(s_inTransaction);
        (await Rig.Within(next)).Dispose();
        Assert.That(rig.Transport.Statements, Has.None.StartsWith("KILL"));
    }

    [Test]
    public async Task The_end_of_a_transaction_is_left_to_end_it()
    {
        using var rig = NewRig();
        var (handle, link, _) = await AbandonAsync(rig, "COMMIT");
        var next = Rig.Start(handle, "SELECT 2");
        await rig.Waiting("SELECT 2");
        link.CompleteAll(FakeReply.Ok());
        (await Rig.Within(next)).Dispose();
        Assert.That(rig.Transport.Statements, Has.None.StartsWith("KILL"));
    }

    [Test]
    public async Task A_statement_that_floats_and_ends_soon_is_not_killed()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var gone = Rig.Start(handle, "SELECT 1", rig.In(2));
        rig.Pass(2);
        await Rig.Failure<StatementAbandonedException>(gone);
        rig.Transport.Links[0].CompleteAll(FakeReply.Scalar(1));
        Assert.That(rig.Transport.Statements, Has.None.StartsWith("KILL"));
    }

    [Test]
    public async Task An_errand_that_gets_no_answer_is_given_up()
    {
        using var rig = NewRig();
        var (handle, link, _) = await AbandonAsync(rig);
        await rig.Waiting($"KILL QUERY {link.Facts.ServerThread}");
        var next = Rig.Start(handle, "SELECT 2");
        rig.Pass(5);
        await rig.Waiting("SELECT 2");
        link.CompleteAll(s_inTransaction);
        (await Rig.Within(next)).Dispose();
    }

    [Test]
    public async Task Who_waits_for_the_errand_can_be_cancelled_and_nothing_was_sent()
    {
        using var rig = NewRig();
        var (handle, link, _) = await AbandonAsync(rig);
        await rig.Waiting($"KILL QUERY {link.Facts.ServerThread}");
        using var cancel = new CancellationTokenSource();
        var next = Rig.Start(handle, "SELECT 2", cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Rig.Failure<OperationCanceledException>(next);
        Assert.That((link.Statements.Contains("SELECT 2"), handle.IsInTransaction), Is.EqualTo((false, true)));
    }
}
