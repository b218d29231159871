using System.Text;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Answers that are read while they come.</summary>
[TestFixture(CapabilityFlags.None)]
[TestFixture(CapabilityFlags.DeprecateEof)]
public sealed class StreamingTests(CapabilityFlags missing)
{
    private const int Many = 400;

    private static readonly string s_filling = new('x', 5_000);

    [Test]
    public async Task A_large_answer_is_read_while_it_comes_and_only_a_window_is_read_ahead()
    {
        const int rows = 10_000;
        await using var bed = Bed();
        var made = 0;
        bed.Server.OnQuery("large", FakeReply.Rows([FakeColumn.Text("n"), FakeColumn.Text("x")], Enumerable.Range(0, rows).Select(i =>
        {
            made = i;
            return new object?[] { $"{i}", s_filling };
        })));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        Assert.That((reply.IsStream, reply.IsEnded, link.Depth), Is.EqualTo((true, false, 1)));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That((reply.HasRows, reply.Columns.Count), Is.EqualTo((true, 2)));
        var farthest = 0;
        for (var i = 0; i < rows; i++)
        {
            Assert.That(await reply.NextRowAsync(), Is.True);
            Assert.That(reply.Number(), Is.EqualTo(i));
            Assert.That(reply.GetCell(1).Length, Is.EqualTo(s_filling.Length));
            farthest = Math.Max(farthest, Volatile.Read(ref made) - i);
        }

        Assert.That(await reply.NextRowAsync(), Is.False);
        Assert.That(await reply.NextResultNowAsync(), Is.EqualTo(ReplyItem.End));
        Assert.That((reply.IsEnded, reply.Evidence.HasStatus), Is.EqualTo((true, true)));

        // What lies in the buffers of both sockets comes on top.
        Assert.That(farthest * s_filling.Length, Is.LessThan(16 * 1024 * 1024));
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_small_answer_is_no_stream()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("SELECT 1", Streams.Terms()).Over();
        Assert.That((reply.IsStream, reply.IsEnded, reply.MustWait, reply.Fetch(default)), Is.EqualTo((false, true, false, (ReplyWait?)null)));
        Assert.That(reply.Read(), Is.EqualTo("1"));
    }

    [TestCase(1)]
    [TestCase(1000)]
    [TestCase(70_000)]
    [TestCase(17_000_000)]
    public async Task Rows_of_any_size_come_in_order_through_several_results(int size)
    {
        await using var bed = Bed();
        var count = Math.Clamp(1_000_000 / size, 3, 20_000);
        var filling = new string('y', size);
        FakeReply Rows() => FakeReply.Rows([FakeColumn.Text("n"), FakeColumn.Blob("x")], Enumerable.Range(0, count).Select(i => new object?[] { $"{i}", filling }));
        bed.Server.OnQuery("large", FakeReply.Several(FakeReply.Ok(affected: 3), Rows(), FakeReply.Rows(["none"]), FakeReply.Ok(affected: 4), Rows()));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        using var behind = link.Ask("SELECT 5", Streams.Terms());
        Assert.That(reply.IsStream, Is.True);
        Assert.That((await reply.NextResultNowAsync(), reply.AffectedRows), Is.EqualTo((ReplyItem.Done, 3UL)));
        Assert.That(await reply.NextResultNowAsync(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, count)));
        Assert.That(await reply.NextResultNowAsync(), Is.EqualTo(ReplyItem.Rows));
        Assert.That((reply.HasRows, await reply.NextRowAsync()), Is.EqualTo((false, false)));
        Assert.That((await reply.NextResultNowAsync(), reply.AffectedRows), Is.EqualTo((ReplyItem.Done, 4UL)));
        Assert.That(await reply.NextResultNowAsync(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, count)));
        Assert.That(await reply.NextResultNowAsync(), Is.EqualTo(ReplyItem.End));
        Assert.That(await behind.Text(), Is.EqualTo("5"));
    }

    [Test]
    public async Task An_error_among_the_rows_ends_them()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(Many).ThenError(1317, "70100", "interrupted"));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        await reply.NextResultNowAsync();
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, Many).Append(-1)));
        Assert.That((reply.Error?.Code, reply.IsEnded, reply.Evidence.ErrorCode), Is.EqualTo(((ushort?)1317, true, (ushort)1317)));
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_stream_that_is_cut_at_any_place_ends_with_the_link_s_failure_behind_what_came()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(40));
        var total = 40L * s_filling.Length;
        for (var bytes = Streams.Window + 10_000L; bytes < total; bytes += 2_777)
        {
            var link = await bed.OpenAsync();
            bed.Server.CutAfter(bytes, (int)link.Facts.ServerThread);
            using var reply = await link.Ask("large", Streams.Terms()).Over();
            using var behind = link.Ask("SELECT 1", Streams.Terms());
            Assert.That(reply.IsStream, Is.True);
            await reply.NextResultNowAsync();
            var read = 0;
            LinkException? failure = null;
            try
            {
                while (await reply.NextRowAsync())
                    Assert.That(reply.Number(), Is.EqualTo(read++));
            }
            catch (LinkException torn)
            {
                failure = torn;
            }

            Assert.That((failure?.Kind, failure?.Delivery, reply.IsEnded), Is.EqualTo(((LinkFailureKind?)LinkFailureKind.ConnectionLost, (Delivery?)Delivery.Sent, true)));
            Assert.That(read, Is.EqualTo((bytes - 60) / (s_filling.Length + 10)).Within(2));
            Assert.That(reply.Failure, Is.Not.Null);
            Assert.That(await behind.Text(), Does.StartWith("failed: "));
            await bed.Watcher.Closed;
        }
    }

    [Test]
    public async Task A_consumer_that_goes_away_leaves_the_link_in_step()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(2_000));
        var link = await bed.OpenAsync();
        for (var read = 0; read < 40; read += 13)
        {
            var reply = await link.Ask("large", Streams.Terms()).Over();
            await reply.NextResultNowAsync();
            for (var i = 0; i < read; i++)
                await reply.NextRowAsync();
            reply.Dispose();
            Assert.That(await link.AskTextAsync($"SELECT {read}", onLease: true), Is.EqualTo($"{read}"));
        }
    }

    [Test]
    public async Task What_is_not_wanted_is_thrown_away_up_to_its_end_or_a_limit()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(2_000));
        var link = await bed.OpenAsync();
        using var whole = await link.Ask("large", Streams.Terms()).Over();
        whole.Discard();
        await whole.EndAsync();
        Assert.That((whole.IsEnded, whole.Evidence.HasStatus, link.Depth), Is.EqualTo((true, true, 0)));
        using var hold = bed.Server.HoldAfter(4_000_000, (int)link.Facts.ServerThread);
        using var part = await link.Ask("large", Streams.Terms()).Over();
        part.Discard();
        while (part.FetchEnd(1_000_000, default) is { } wait)
            await wait.Completion.AsTask().WaitAsync(Guard.Time);
        Assert.That(part.IsEnded, Is.False);
        hold.Release();
        await part.EndAsync();
        Assert.That(part.IsEnded, Is.True);
    }

    [Test]
    public async Task A_blocked_consumer_reads_a_stream_on_its_own_thread()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(2_000));
        var link = await bed.OpenAsync();
        var read = await Task.Run(() => Blocking.Run(link, static async link =>
        {
            using var reply = link.Ask("large", Streams.Terms());
            await reply.Completion.ConfigureAwait(false);
            reply.NextResult();
            var read = 0;
            while (true)
            {
                while (reply.Fetch(default) is { } wait)
                    await wait.Completion.ConfigureAwait(false);
                if (!reply.ReadRow())
                    return read;
                read++;
            }
        })).WaitAsync(Guard.Time);
        Assert.That(read, Is.EqualTo(2_000));
    }

    [Test]
    public async Task Whoever_waits_for_rows_can_be_let_go_and_may_go_on_later()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(Many));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.HoldAfter(200_000, (int)link.Facts.ServerThread);
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        await reply.NextResultNowAsync();
        var read = 0;
        while (true)
        {
            if (reply.Fetch(default) is { } wait)
            {
                // Perhaps it ends because there is more; in the end nothing comes any more.
                if (wait.Abandon(Abandonment.Cancelled))
                {
                    await wait.Completion.AsTask().WaitAsync(Guard.Time);
                    Assert.That(wait.Abandonment, Is.EqualTo(Abandonment.Cancelled));
                    if (read >= 38)
                        break;
                }
            }
            else if (reply.ReadRow())
            {
                Assert.That(reply.Number(), Is.EqualTo(read++));
            }
        }

        hold.Release();
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(read, Many - read)));
    }

    [Test]
    public async Task Whoever_waits_for_rows_is_let_go_at_the_deadline()
    {
        var clock = new FakeClock();
        await using var bed = Bed(clock);
        bed.Server.OnQuery("large", Rows(Many));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.HoldAfter(200_000, (int)link.Facts.ServerThread);
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        await reply.NextResultNowAsync();
        for (var i = 0; i < 38; i++)
            await reply.NextRowAsync();
        var deadline = Deadline.In(clock, TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(TickedWait().Abandonment, Is.EqualTo(Abandonment.None));
        clock.Advance(TimeSpan.FromSeconds(0.2));

        // A wait may end too early, by the rows before it: then it is begun again.
        ReplyWait wait;
        do
        {
            wait = TickedWait();
            await wait.Completion.AsTask().WaitAsync(Guard.Time);
        }
        while (wait.Abandonment == Abandonment.None);
        Assert.That(wait.Abandonment, Is.EqualTo(Abandonment.TimedOut));

        ReplyWait TickedWait()
        {
            ReplyWait? begun;
            while ((begun = reply.Fetch(deadline)) is null)
                Assert.That(reply.ReadRow(), Is.True);
            link.ExpireOverdue();
            return begun;
        }
    }

    [Test]
    public async Task A_sleeping_consumer_keeps_the_server_waiting_for_half_of_its_patience_only()
    {
        var clock = new ReaderClock();
        await using var bed = Bed(clock, options => options.WithVariables(("net_write_timeout", "8")) with { SocketBufferSize = 64 * 1024 });
        bed.Server.OnQuery("large", Rows(6_000));
        var link = await bed.OpenAsync();
        Assert.That(link.Facts.NetWriteTimeout, Is.EqualTo(TimeSpan.FromSeconds(8)));
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        Assert.That(bed.Server.UnansweredCommands, Is.EqualTo(1));

        // 30 MB: some sips of 4 MiB, less what the sockets hold.
        var written = bed.Server.WaitUntilAsync(server => server.UnansweredCommands == 0, "a server that could write everything");
        var sips = 0;
        while (await Task.WhenAny(written, clock.ReaderWaitsAsync()) != written)
        {
            clock.Tick(link, TimeSpan.FromSeconds(4));
            sips++;
        }

        await written;
        Assert.That(sips, Is.InRange(4, 8));
        await reply.NextResultNowAsync();
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, 6_000)));
    }

    [Test]
    public async Task A_link_that_is_closed_while_its_reader_waits_for_the_consumer_ends_at_once()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(6_000));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("large", Streams.Terms()).Over();
        link.Close();
        await bed.Watcher.Closed;
        await reply.NextResultNowAsync();
        Assert.That((await FailureOf(reply.NumbersAsync)).Kind, Is.EqualTo(LinkFailureKind.Closed));
    }

    [Test]
    public async Task Probes_behind_a_stream_are_answered_when_it_has_ended()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(Many).With(result => result with { Warnings = 1 }));
        bed.Server.OnQuery("SHOW WARNINGS", FakeReply.Rows(["Level", "Code", "Message"], ["Warning", 1265, "Data truncated"]));
        bed.Server.OnQuery("SELECT LAST_INSERT_ID()", FakeReply.Scalar(7));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT LAST_INSERT_ID()");
        using var reply = await link.Ask("large", Streams.Terms() with { Probes = Probes.Warnings | Probes.GeneratedId | Probes.Status }).Over();
        await reply.NextResultNowAsync();

        // The last rows come with the end.
        for (var i = 0; i < Many - 20; i++)
            await reply.NextRowAsync();
        Assert.That(reply.IsEnded, Is.False);
        hold.Release();
        Assert.That(await reply.NumbersAsync(), Has.Count.EqualTo(20));
        Assert.That((reply.IsEnded, reply.GeneratedId, reply.StatusAfter?.Status), Is.EqualTo((true, (ulong?)7, (ServerStatus?)ServerStatus.AutoCommit)));
        Assert.That(reply.WarningList, Is.EqualTo(new[] { new ServerWarning("Warning", 1265, "Data truncated") }));
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    // ---- on shared links -------------------------------------------------------------------------------------------------

    [Test]
    public async Task A_floating_statement_whose_answer_grows_large_takes_the_link_and_its_followers_are_answered_behind_it()
    {
        await using var bed = Bed(change: null, maxDepth: 3);
        bed.Server.OnQuery("large", Rows(2_000));
        bed.Server.OnQuery("write", FakeReply.Ok(affected: 3));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        using var reply = link.Ask("large", Streams.Terms(onLease: false, leavesNoState: true));
        using var second = link.Ask("SELECT 2", Streams.Terms(onLease: false, leavesNoState: true));
        using var write = link.Ask("write", Streams.Terms(onLease: false, leavesNoState: true));
        using var unsent = link.Ask("SELECT 4", Streams.Terms(onLease: false, leavesNoState: true));
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "write");
        hold.Release();
        await reply.Over();
        Assert.That((reply.IsStream, bed.Watcher.Heard.Count(heard => heard == "large")), Is.EqualTo((true, 1)));
        Assert.That(await unsent.Text(), Is.EqualTo("failed: Closed, NotSent"));
        Assert.That(await link.AskTextAsync("SELECT 5"), Is.EqualTo("failed: Closed, NotSent"));
        Assert.That((second.IsCompleted, write.IsCompleted), Is.EqualTo((false, false)));
        await reply.NextResultNowAsync();
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, 2_000)));
        Assert.That(await second.Text(), Is.EqualTo("2"));
        Assert.That(await write.Text(), Is.EqualTo("done"));
        Assert.That((reply.IsSurprise, link.State, link.Depth), Is.EqualTo((false, LinkState.Open, 0)));
        link.Share();
        Assert.That(await link.AskTextAsync("SELECT 6"), Is.EqualTo("6"));
        Assert.That(bed.Server.Queries, Has.None.EqualTo("SELECT 4"));
    }

    [Test]
    public async Task Where_nobody_may_have_the_link_the_whole_answer_is_kept()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(Many));
        var link = await bed.OpenAsync();
        bed.Watcher.GivesLinks = false;
        using var reply = await link.Ask("large", Streams.Terms(onLease: false)).Over();
        Assert.That((reply.IsStream, link.Depth), Is.EqualTo((false, 0)));
        Assert.That(reply.Length, Is.GreaterThan(Many * s_filling.Length));
        reply.NextResult();
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, Many)));

        // 64, 128, … 1024 KiB of 2 MB.
        Assert.That(bed.Watcher.Heard.Count(heard => heard == "large"), Is.EqualTo(5));
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Followers_do_not_wait_for_a_sleeping_consumer()
    {
        var clock = new ReaderClock();
        await using var bed = Bed(clock);
        bed.Server.OnQuery("large", Rows(4_000));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        using var reply = link.Ask("large", Streams.Terms(onLease: false));
        using var behind = link.Ask("SELECT 2", Streams.Terms(onLease: false));
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        hold.Release();
        await reply.Over();
        await clock.ReaderWaitsAsync();
        clock.Tick(link, TimeSpan.FromSeconds(1));
        Assert.That(await behind.Text(), Is.EqualTo("2"));
        await reply.NextResultNowAsync();
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, 4_000)));
    }

    [Test]
    public async Task State_that_a_stream_leaves_against_the_forecast_is_told_at_its_end_and_fails_who_was_behind_it()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(Many).With(result => result with { Status = ServerStatus.AutoCommit | ServerStatus.InTransaction }));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        using var reply = link.Ask("large", Streams.Terms(onLease: false, leavesNoState: true));
        using var behind = link.Ask("SELECT 2", Streams.Terms(onLease: false, leavesNoState: true));
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        hold.Release();
        await reply.Over();
        await reply.NextResultNowAsync();
        await reply.NumbersAsync();
        Assert.That((reply.IsEnded, reply.IsSurprise), Is.EqualTo((true, true)));
        Assert.That(await behind.Text(), Is.EqualTo("failed: Suspect, Sent"));
        link.Adopt();
        Assert.That(await link.AskTextAsync("SELECT 3", onLease: true), Is.EqualTo("3"));
    }

    [Test]
    public async Task State_that_a_follower_leaves_against_the_forecast_fails_it_and_ends_the_link()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(Many));
        bed.Server.OnQuery("guilty", FakeReply.Ok(status: ServerStatus.AutoCommit | ServerStatus.InTransaction));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        using var reply = link.Ask("large", Streams.Terms(onLease: false, leavesNoState: true));
        using var guilty = link.Ask("guilty", Streams.Terms(onLease: false, leavesNoState: true));
        using var last = link.Ask("SELECT 2", Streams.Terms(onLease: false, leavesNoState: true));
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        hold.Release();
        await reply.Over();
        await reply.NextResultNowAsync();
        Assert.That(await reply.NumbersAsync(), Is.EqualTo(Enumerable.Range(0, Many)));
        Assert.That(await guilty.Text(), Is.EqualTo("failed: Suspect, Sent"));
        Assert.That(await last.Text(), Is.EqualTo("failed: Suspect, Sent"));
        Assert.That(reply.IsSurprise, Is.False);
        await bed.Watcher.Closed;
    }

    [Test]
    public async Task An_answer_that_nobody_waits_for_any_more_takes_no_link()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("large", Rows(Many));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        using var reply = link.Ask("large", Streams.Terms(onLease: false));
        await hold.WaitUntilHeldAsync();
        reply.Abandon(Abandonment.Cancelled);
        hold.Release();
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
        Assert.That(bed.Watcher.Heard, Has.None.EqualTo("large"));
    }

    private static FakeReply Rows(int count) =>
        FakeReply.Rows([FakeColumn.Text("n"), FakeColumn.Text("x")], Enumerable.Range(0, count).Select(i => new object?[] { $"{i}", s_filling }));

    private static async Task<LinkException> FailureOf<T>(Func<Task<T>> action)
    {
        try
        {
            await action();
        }
        catch (LinkException expected)
        {
            return expected;
        }

        throw new InvalidOperationException("The link should have failed.");
    }

    private LinkBed Bed(TimeProvider? clock = null, Func<FakeServerOptions, FakeServerOptions>? change = null, int maxDepth = 128)
    {
        var options = FakeServerOptions.MariaDb.Without(missing);
        return new LinkBed(
            change is null ? options : change(options),
            transport => transport with { MaxDepth = maxDepth, TimeProvider = clock ?? TimeProvider.System });
    }
}
