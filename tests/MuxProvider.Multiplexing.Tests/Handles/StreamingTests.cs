using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests.Handles;

/// <summary>Handles whose answers are read while they come.</summary>
public sealed class StreamingTests
{
    private const string Large = "SELECT * FROM large";

    private static readonly FakeReply s_large = FakeReply.Rows(["n"], ["1"], ["2"], ["3"]).AsStream();
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.AutoCommit | ServerStatus.InTransaction);

    private static readonly MultiplexingOptions s_fewLinks = new() { MaxSharedLinks = 1, MaxLinks = 3 };

    [Test]
    public async Task A_floating_statement_with_a_large_answer_keeps_its_link_until_the_answer_is_given_back()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var (reply, link) = await BeginAsync(rig, handle);
        Assert.That((reply.IsStream, handle.PinReasons, handle.ServerThread), Is.EqualTo((true, PinReasons.Streaming, (uint?)link.Facts.ServerThread)));

        // Others go on elsewhere.
        var other = await rig.Open();
        Assert.That(await rig.Run(other, "SELECT 1"), Is.Not.SameAs(link));
        Assert.That(await reply.NextResultAsync(default), Is.EqualTo(ReplyItem.Rows));
        Assert.That(await CountAsync(reply, 3), Is.EqualTo(3));
        var end = reply.ReadRowAsync(default).AsTask();
        Assert.That(end.IsCompleted, Is.False);
        link.EndStream();
        Assert.That(await Rig.Within(end), Is.False);
        Assert.That(await reply.NextResultAsync(default), Is.EqualTo(ReplyItem.End));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Streaming));
        await reply.DisposeAsync();
        Assert.That((handle.PinReasons, link.State, link.Recyclings), Is.EqualTo((PinReasons.None, LinkState.Open, 0)));
        var statistics = rig.Multiplexer.GetStatistics();
        Assert.That((statistics.Streams, statistics.Promotions, statistics.Discards), Is.EqualTo((1L, 1L, 0L)));
        await rig.Run(handle, "SELECT 2");
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_runs_nothing_else_while_its_answer_is_read()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var (reply, link) = await BeginAsync(rig, handle);
        await Rig.Failure<InvalidOperationException>(Rig.Start(handle, "SELECT 1"));
        link.EndStream();
        await reply.DisposeAsync();
        await rig.Run(handle, "SELECT 1");
    }

    [Test]
    public async Task What_was_sent_behind_a_large_answer_is_answered_behind_it_and_the_link_is_shared_again_after_that()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var neighbour = await rig.Open();
        var task = Rig.Start(handle, Large);
        var link = await rig.Waiting(Large, task);
        var behind = Rig.Start(neighbour, "INSERT INTO t VALUES (1)");
        await rig.Waiting("INSERT INTO t VALUES (1)", behind);
        link.CompleteNext(s_large);
        var reply = await Rig.Within(task);
        Assert.That(behind.IsCompleted, Is.False);

        // Closed early: nothing can be broken off that others wait behind.
        var closing = reply.DisposeAsync().AsTask();
        rig.Pass(1);
        await Rig.Within(closing);
        Assert.That((handle.PinReasons, link.State), Is.EqualTo((PinReasons.None, LinkState.Open)));
        link.EndStream();
        link.CompleteNext(FakeReply.Ok(affected: 1));
        (await Rig.Within(behind)).Dispose();
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
        rig.AssertQuiet();
        Assert.That(rig.Multiplexer.GetStatistics().Discards, Is.Zero);
    }

    [Test]
    public async Task A_handle_that_is_closed_while_its_answer_is_read_fails_nobody_behind_it()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var neighbour = await rig.Open();
        var task = Rig.Start(handle, Large);
        var link = await rig.Waiting(Large, task);
        var behind = Rig.Start(neighbour, "INSERT INTO t VALUES (1)");
        await rig.Waiting("INSERT INTO t VALUES (1)", behind);
        link.CompleteNext(s_large);
        var reply = await Rig.Within(task);
        handle.Close();
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
        link.EndStream();
        await reply.DisposeAsync();
        link.CompleteNext(FakeReply.Ok(affected: 1));
        (await Rig.Within(behind)).Dispose();
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_answer_that_is_closed_early_with_much_left_costs_the_link_and_not_the_handle()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var (reply, link) = await BeginAsync(rig, handle);
        var closing = reply.DisposeAsync().AsTask();
        Assert.That(link.Stream!.IsDiscarded, Is.True);
        link.Stream.ThrowAway(100_000_000);
        await Rig.Within(closing);
        Assert.That((handle.PinReasons, handle.LostBecause, link.State), Is.EqualTo((PinReasons.None, (string?)null, LinkState.Closed)));
        await rig.Run(handle, "SELECT 1");
    }

    [Test]
    public async Task An_answer_that_is_closed_early_with_little_left_keeps_the_link()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var (reply, link) = await BeginAsync(rig, handle);
        var closing = reply.DisposeAsync().AsTask();
        Assert.That(closing.IsCompleted, Is.False);
        link.EndStream();
        await Rig.Within(closing);
        Assert.That((handle.PinReasons, link.State), Is.EqualTo((PinReasons.None, LinkState.Open)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task An_answer_that_is_closed_early_inside_a_transaction_keeps_the_transaction()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var link = await rig.Run(handle, "BEGIN", s_inTransaction);
        link.Status |= ServerStatus.InTransaction;
        var (reply, same) = await BeginAsync(rig, handle);
        Assert.That((same, handle.PinReasons), Is.EqualTo((link, PinReasons.Transaction | PinReasons.Streaming)));
        var closing = reply.DisposeAsync().AsTask();
        link.Stream!.ThrowAway(100_000_000);
        rig.Pass(5);
        Assert.That(closing.IsCompleted, Is.False);
        link.EndStream();
        await Rig.Within(closing);
        Assert.That((handle.PinReasons, link.State), Is.EqualTo((PinReasons.Transaction, LinkState.Open)));
        Assert.That(await rig.Run(handle, "SELECT 1", FakeReply.Scalar(1)), Is.SameAs(link));
        await rig.Run(handle, "COMMIT", FakeReply.Ok(status: ServerStatus.AutoCommit));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_cancelled_answer_inside_a_transaction_keeps_the_transaction_and_what_comes_next_waits_behind_it()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var link = await rig.Run(handle, "BEGIN", s_inTransaction);
        link.Status |= ServerStatus.InTransaction;
        var (reply, _) = await BeginAsync(rig, handle);
        await reply.NextResultAsync(default);
        await CountAsync(reply, 3);
        var read = reply.ReadRowAsync(default).AsTask();
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(read);
        await Rig.Failure<OperationCanceledException>(reply.ReadRowAsync(default).AsTask());
        var closing = reply.DisposeAsync().AsTask();
        rig.Pass(1);
        await Rig.Within(closing);
        Assert.That((handle.PinReasons, link.State, link.Depth), Is.EqualTo((PinReasons.Transaction, LinkState.Open, 1)));
        var next = Rig.Start(handle, "ROLLBACK");
        await rig.Waiting("ROLLBACK", next);
        link.EndStream();
        link.CompleteNext(FakeReply.Ok(status: ServerStatus.AutoCommit));
        (await Rig.Within(next)).Dispose();
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Whoever_waits_for_rows_longer_than_the_time_out_is_let_go()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var task = Rig.Start(handle, Large, rig.In(10));
        var link = await rig.Waiting(Large, task);
        link.CompleteNext(s_large);
        var reply = await Rig.Within(task);
        await reply.NextResultAsync(default);
        await CountAsync(reply, 3);

        // The time counts from here, not from the statement.
        rig.Pass(9);
        var read = reply.ReadRowAsync(default).AsTask();
        rig.Pass(9);
        Assert.That(read.IsCompleted, Is.False);
        rig.Pass(2);
        await Rig.Failure<StatementAbandonedException>(read);
        await reply.DisposeAsync();
        Assert.That((handle.PinReasons, link.State), Is.EqualTo((PinReasons.None, LinkState.Closed)));
        await rig.Run(handle, "SELECT 1");
    }

    [Test]
    public async Task An_error_in_the_middle_of_a_large_answer_is_the_handle_s_own()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var (reply, link) = await BeginAsync(rig, handle);
        await reply.NextResultAsync(default);
        await CountAsync(reply, 3);
        link.EndStream(answer => answer.ThenError(1317, "70100", "interrupted"));
        Assert.That((await reply.ReadRowAsync(default), reply.Error?.Code), Is.EqualTo((false, (ushort?)1317)));
        Assert.That(await reply.NextResultAsync(default), Is.EqualTo(ReplyItem.End));
        await reply.DisposeAsync();
        Assert.That((handle.PinReasons, handle.LostBecause, link.State), Is.EqualTo((PinReasons.None, (string?)null, LinkState.Open)));
        rig.AssertQuiet();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_link_that_dies_in_the_middle_of_a_large_answer_loses_what_was_on_it(bool inTransaction)
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        if (inTransaction)
            await rig.Run(handle, "BEGIN", s_inTransaction);
        var (reply, link) = await BeginAsync(rig, handle);
        await reply.NextResultAsync(default);
        await CountAsync(reply, 3);
        link.Break();
        await Rig.Failure<LinkException>(reply.ReadRowAsync(default).AsTask());
        await reply.DisposeAsync();
        Assert.That((handle.LostBecause is not null, handle.ServerThread), Is.EqualTo((inTransaction, (uint?)null)));
        if (!inTransaction)
            await rig.Run(handle, "SELECT 1");
    }

    [Test]
    public async Task State_that_a_large_answer_leaves_against_the_forecast_stays_with_its_handle()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var (reply, link) = await BeginAsync(rig, handle);
        link.EndStream(answer => answer.With(result => result with { Status = ServerStatus.AutoCommit | ServerStatus.InTransaction }));
        await reply.DisposeAsync();
        Assert.That((handle.PinReasons, handle.ServerThread, link.State), Is.EqualTo((PinReasons.Transaction, (uint?)link.Facts.ServerThread, LinkState.Open)));
        Assert.That(rig.Multiplexer.GetStatistics().LeakAlarms, Is.EqualTo(1));
        Assert.That(await rig.Run(handle, "ROLLBACK"), Is.SameAs(link));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Where_no_other_link_can_be_had_a_large_answer_is_kept_in_memory()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1, MaxLinks = 1 });
        var handle = await rig.Open();
        var task = Rig.Start(handle, Large);
        (await rig.Waiting(Large, task)).CompleteNext(s_large);
        using var reply = await Rig.Within(task);
        Assert.That((reply.IsStream, handle.PinReasons, rig.Multiplexer.GetStatistics().Streams), Is.EqualTo((false, PinReasons.None, 0L)));
    }

    [Test]
    public async Task Nothing_is_read_while_it_comes_where_that_is_switched_off()
    {
        using var rig = new Rig(s_fewLinks with { StreamsAbove = 0 });
        var handle = await rig.Open();
        var link = await rig.Run(handle, Large, s_large);
        await rig.Run(handle, "BEGIN", s_inTransaction);
        Assert.That((await rig.Run(handle, Large, s_large)).Taken[^1].Terms.StreamAbove, Is.Zero);
        Assert.That((link.Taken[^1].Terms.StreamAbove, rig.Multiplexer.GetStatistics().Streams), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task A_statement_whose_answer_was_large_has_a_link_of_its_own_from_then_on_until_its_answers_are_small()
    {
        using var rig = new Rig(s_fewLinks with { StreamsAbove = 1600 });
        var handle = await rig.Open();
        var big = FakeReply.Scalar(new string('x', 101));
        var small = FakeReply.Scalar(new string('x', 100));
        await rig.Run(handle, "SELECT x FROM t WHERE id = 1", big);
        Assert.That(Leased(), Is.Zero);
        await rig.Run(handle, "SELECT x FROM t WHERE id = 2", big);
        Assert.That(Leased(), Is.EqualTo(1));
        for (var i = 0; i < 16; i++)
            await rig.Run(handle, "SELECT x FROM t WHERE id = 3", small);
        Assert.That(Leased(), Is.EqualTo(17));
        await rig.Run(handle, "SELECT x FROM t WHERE id = 4", small);
        Assert.That((Leased(), handle.PinReasons), Is.EqualTo((17L, PinReasons.None)));
        rig.AssertQuiet();
        long Leased() => rig.Multiplexer.GetStatistics().LeasedStatements;
    }

    [Test]
    public async Task A_statement_whose_answer_was_large_floats_where_it_would_have_to_wait_for_a_lease()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 1, MaxLinks = 1, StreamsAbove = 1600 });
        var handle = await rig.Open();
        for (var i = 0; i < 3; i++)
            await rig.Run(handle, Large, FakeReply.Scalar(new string('x', 1000)));
        Assert.That(rig.Multiplexer.GetStatistics().LeasedStatements, Is.Zero);
    }

    [Test]
    public async Task A_named_lock_that_a_large_answer_took_is_counted_when_it_has_ended()
    {
        using var rig = new Rig(s_fewLinks);
        var handle = await rig.Open();
        var task = Rig.Start(handle, "SELECT GET_LOCK('a', 1)");
        var link = await rig.Waiting("SELECT GET_LOCK('a', 1)", task);
        link.CompleteNext(FakeReply.Scalar(1).AsStream());
        var reply = await Rig.Within(task);
        await reply.NextResultAsync(default);
        await CountAsync(reply, 1);
        link.EndStream();
        await reply.DisposeAsync();
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.NamedLock));
        await rig.Run(handle, "SELECT RELEASE_LOCK('a')", FakeReply.Scalar(1));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    private static async Task<(Reply Reply, FakeLink Link)> BeginAsync(Rig rig, Handle handle)
    {
        var task = Rig.Start(handle, Large);
        var link = await rig.Waiting(Large, task);
        link.CompleteNext(s_large);
        return (await Rig.Within(task), link);
    }

    private static async Task<int> CountAsync(Reply reply, int atMost)
    {
        var rows = 0;
        while (rows < atMost && await reply.ReadRowAsync(default))
            rows++;
        return rows;
    }
}
