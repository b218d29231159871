using MuxProvider.Links.AdoNet;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What is particular to links over another provider.</summary>
public sealed class AdoNetLinkTests
{
    private static readonly Terms s_read = Asking.Terms() with { IsPlainRead = true };

    [Test]
    public async Task Statements_wait_in_one_line_and_never_run_at_once()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        var texts = Enumerable.Range(0, 50).Select(i => $"q{i}").ToArray();
        foreach (var text in texts)
            bed.Driver.Answer(text, FakeReply.Scalar(text));
        bed.Driver.Hold();
        var replies = texts.Select(text => link.Ask(text)).ToList();
        bed.Driver.Release();
        foreach (var (reply, text) in replies.Zip(texts))
        {
            Assert.That(await reply.Text(), Is.EqualTo(text));
            reply.Dispose();
        }

        Assert.That(bed.Driver.Ran, Is.EqualTo(texts));
        Assert.That(bed.Driver.Connections, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Who_gives_up_while_waiting_leaves_the_line_and_never_runs()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("first", FakeReply.Scalar("a"));
        bed.Driver.Answer("last", FakeReply.Scalar("b"));
        bed.Driver.Hold();
        using var first = link.Ask("first");
        await bed.Driver.WaitUntilRunningAsync(1);
        using var gone = link.Ask("gone");
        using var last = link.Ask("last");
        Assert.That(link.Depth, Is.EqualTo(3));
        gone.Abandon(Abandonment.Cancelled);
        Assert.That((await gone.Text(), link.Depth), Is.EqualTo(("Cancelled, NotSent", 2)));
        bed.Driver.Release();
        Assert.That((await first.Text(), await last.Text()), Is.EqualTo(("a", "b")));
        Assert.That(bed.Driver.Ran, Is.EqualTo(new[] { "first", "last" }));
    }

    [Test]
    public async Task Values_are_literals_and_bytes_are_digits_and_parameters_of_the_driver_stay_parameters()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        var text = new StatementText("a @x b @y c @z", [new ParameterMarker(2, 2, "x", true), new ParameterMarker(7, 2, "y", true), new ParameterMarker(12, 2, "z", true)]);
        var statement = new Statement(text);
        statement.Reset(text);
        statement.Bind("it's");
        statement.Bind(new byte[] { 0, 255 });
        var parameter = new FakeDbParameter { ParameterName = "y", Value = 5 };
        statement.Bind(parameter);
        bed.Driver.Answer("a 'it''s' b _binary X'00FF' c <5>", FakeReply.Scalar("found"));
        bed.Driver.Hold();
        using var reply = link.Submit(statement, Asking.Terms());

        // What the caller does with it afterwards is another matter.
        parameter.Value = 6;
        bed.Driver.Release();
        Assert.That(await reply.Text(), Is.EqualTo("found"));
        Assert.That(parameter.ParameterName, Is.EqualTo("y"));
    }

    private static Statement Several(params string[] texts)
    {
        var whole = string.Join(';', texts);
        var spans = new List<StatementSpan>();
        foreach (var text in texts)
        {
            var start = spans.Count == 0 ? 0 : spans[^1].End + 1;
            spans.Add(new StatementSpan(start, start + text.Length));
        }

        return new Statement(new StatementText(whole, [], [.. spans]));
    }

    [Test]
    public async Task Each_statement_of_a_text_runs_on_its_own_and_all_their_results_come_in_order()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("insert", FakeReply.Ok(affected: 2, lastInsertId: 7));
        bed.Driver.Answer("select", FakeReply.Scalar("a"));
        bed.Driver.Answer("update", FakeReply.Ok(affected: 3));
        using var reply = await link.Submit(Several("insert", "select", "update"), Asking.Terms() with { IsSingleStatement = false }).Over();
        Assert.That((reply.NextResult(), reply.AffectedRows, reply.LastInsertId), Is.EqualTo((ReplyItem.Done, 2UL, 7UL)));
        Assert.That((reply.NextResult(), reply.ReadRow(), reply.ReadRow()), Is.EqualTo((ReplyItem.Rows, true, false)));
        Assert.That((reply.NextResult(), reply.AffectedRows, reply.NextResult()), Is.EqualTo((ReplyItem.Done, 3UL, ReplyItem.End)));
        Assert.That((reply.Evidence.RowCount, bed.Driver.Ran.Count), Is.EqualTo((3, 3)));
    }

    [Test]
    public async Task Where_one_statement_of_a_text_fails_those_behind_it_do_not_run()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("insert", FakeReply.Ok(affected: 2));
        bed.Driver.Answer("bad", FakeReply.Error(1146, "42S02", "no table"));
        using var reply = await link.Submit(Several("insert", "bad", "update"), Asking.Terms() with { IsSingleStatement = false }).Over();
        Assert.That((reply.NextResult(), reply.NextResult(), reply.Error?.Code, reply.NextResult()), Is.EqualTo((ReplyItem.Done, ReplyItem.Error, (ushort?)1146, ReplyItem.End)));
        Assert.That((reply.Evidence.ErrorCode, string.Join(',', bed.Driver.Ran)), Is.EqualTo((1146, "insert,bad")));
    }

    [Test]
    public async Task Values_come_as_the_server_s_text_would_have_them()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        object?[] row =
        [
            -5L, ulong.MaxValue, 1.25m, 0.1, 1.5f, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Unspecified).AddTicks(1234560),
            new TimeSpan(-35, -1, -2), "ümläut 😀", new byte[] { 0, 1, 255 }, true, null,
        ];
        bed.Driver.Answer("q", FakeReply.Rows([.. row.Select((_, i) => $"c{i}")], row));
        using var reply = await link.Ask("q").Over();
        Assert.That((reply.NextResult(), reply.ReadRow()), Is.EqualTo((ReplyItem.Rows, true)));
        string[] expected = ["-5", "18446744073709551615", "1.25", "0.1", "1.5", "2020-01-02 03:04:05.123456", "-35:01:02", "ümläut 😀"];
        Assert.That(Enumerable.Range(0, 8).Select(i => System.Text.Encoding.UTF8.GetString(reply.GetCell(i))), Is.EqualTo(expected));
        Assert.That(reply.GetCell(8).ToArray(), Is.EqualTo(new byte[] { 0, 1, 255 }));
        Assert.That((System.Text.Encoding.UTF8.GetString(reply.GetCell(9)), reply.IsNull(10)), Is.EqualTo(("1", true)));
        Assert.That(reply.Columns.Select(column => column.Type), Is.EqualTo(new[]
        {
            ColumnType.LongLong, ColumnType.LongLong, ColumnType.NewDecimal, ColumnType.Double, ColumnType.Float, ColumnType.DateTime,
            ColumnType.Time, ColumnType.VarString, ColumnType.Blob, ColumnType.Tiny, ColumnType.VarString,
        }));
        Assert.That((reply.Columns[0].IsUnsigned, reply.Columns[1].IsUnsigned, reply.Columns[8].IsBinary), Is.EqualTo((false, true, true)));
    }

    [Test]
    public async Task A_fault_of_the_driver_that_leaves_the_connection_alone_is_the_statement_s_error()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("odd", FakeReply.Rows([FakeColumn.Integer("n")], [["no number"]]));
        bed.Driver.Answer("q", FakeReply.Scalar("a"));
        Assert.That((await link.AskTextAsync("odd"), await link.AskTextAsync("q"), link.State), Is.EqualTo(("error 1105", "a", LinkState.Open)));
    }

    [Test]
    public async Task A_driver_that_hangs_behind_an_error_costs_the_link_and_not_the_error()
    {
        var clock = new FakeClock();
        await using var bed = new AdoNetBed(change: options => options with { TimeProvider = clock });
        var link = await bed.OpenAsync();
        using var hang = new ManualResetEventSlim();
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bed.Driver.ClosingFailed = () =>
        {
            hangs.TrySetResult();
            hang.Wait(Guard.Time);
        };
        bed.Driver.Answer("q", FakeReply.Rows(["a"], ["x"]).ThenError(1317, "70100", "interrupted"));
        using var failed = link.Ask("q");
        await hangs.Task.WaitAsync(Guard.Time);
        using var behind = link.Ask("q");
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await failed.Text(), failed.ReadRow(), failed.Error?.Code), Is.EqualTo(("x", false, (ushort?)1317)));
        Assert.That(await behind.Text(), Is.EqualTo("failed: ConnectionLost, NotSent"));
        Assert.That((await bed.Watcher.Closed)?.Kind, Is.EqualTo(LinkFailureKind.ConnectionLost));
        hang.Set();
        await bed.Driver.Connections[0].Closed.WaitAsync(Guard.Time);
    }

    [Test]
    public async Task A_driver_that_closes_a_failed_reader_keeps_the_link()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("q", FakeReply.Rows(["a"], ["x"]).ThenError(1317, "70100", "interrupted"));
        bed.Driver.Answer("r", FakeReply.Scalar("b"));
        using var failed = link.Ask("q");
        Assert.That((await failed.Text(), failed.ReadRow(), failed.Error?.Code), Is.EqualTo(("x", false, (ushort?)1317)));
        Assert.That(await link.AskTextAsync("r"), Is.EqualTo("b"));
    }

    [Test]
    public async Task A_lost_connection_fails_what_runs_as_sent_and_what_waits_as_not_sent()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Hold();
        using var running = link.Ask("q");
        await bed.Driver.WaitUntilRunningAsync(1);
        using var waiting = link.Ask("q");
        bed.Driver.Break();
        Assert.That((await running.Text(), await waiting.Text()), Is.EqualTo(("failed: ConnectionLost, Sent", "failed: ConnectionLost, NotSent")));
        Assert.That((await bed.Watcher.Closed)?.Kind, Is.EqualTo(LinkFailureKind.ConnectionLost));
    }

    [Test]
    public async Task A_connection_that_was_lost_while_nobody_used_it_is_found_out_before_a_statement_is_sent()
    {
        var clock = new FakeClock();
        await using var bed = new AdoNetBed(change: options => options with { TimeProvider = clock });
        var link = await bed.OpenAsync();
        bed.Driver.Break();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(await link.AskTextAsync("q"), Is.EqualTo("failed: ConnectionLost, NotSent"));
        Assert.That(bed.Driver.Ran, Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_session_is_reset_where_the_driver_can_and_closed_where_it_cannot(bool canReset)
    {
        await using var bed = new AdoNetBed(new FakeDriver { CanReset = canReset });
        var link = await bed.OpenAsync(shared: false);
        link.Recycle();
        await bed.Watcher.WaitForAsync(canReset ? "recycled" : "closed");
        Assert.That((bed.Driver.Connections[0].Resets, link.State), Is.EqualTo(canReset ? (1, LinkState.Open) : (0, LinkState.Closed)));
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", canReset ? "recycled" : "closed" }));
        if (canReset)
            Assert.That(bed.Driver.Ran, Is.EqualTo(new[] { "SET SESSION autocommit=1, SESSION sql_mode=''" }));
    }

    [Test]
    public async Task Hooks_stand_for_what_the_driver_does_not_have()
    {
        var resets = 0;
        await using var bed = new AdoNetBed(change: options => options with
        {
            Reset = (_, _) =>
            {
                resets++;
                return new ValueTask<bool>(true);
            },
            LastInsertedId = _ => 77,
            ServerThread = _ => 99,
        });
        var link = await bed.OpenAsync();
        bed.Driver.Answer("insert", FakeReply.Ok(affected: 1, lastInsertId: 5));
        using var reply = await link.Ask("insert").Over();
        Assert.That((reply.NextResult(), reply.AffectedRows, reply.LastInsertId), Is.EqualTo((ReplyItem.Done, 1UL, 77UL)));
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That((resets, link.Facts.ServerThread, bed.Driver.Connections[0].Resets), Is.EqualTo((1, 99U, 0)));
    }

    [Test]
    public async Task A_connection_that_cannot_be_opened_says_why_and_where()
    {
        await using var bed = new AdoNetBed(new FakeDriver { OpenFault = new FakeDbException(1045, "28000", "Access denied") });
        bed.Transport.BeginOpen(bed.Watcher, Guard.Time);
        var failure = await bed.Watcher.Failed;
        Assert.That((failure.Kind, failure.ServerError?.Code, failure.Delivery), Is.EqualTo((LinkFailureKind.LoginRefused, (ushort?)1045, Delivery.NotSent)));
        Assert.That(failure.Message, Does.Contain("FakeDriver to fake").And.Contain("Access denied"));
    }

    [Test]
    public async Task Texts_that_the_driver_would_send_in_a_poor_character_set_are_not_trusted()
    {
        await using var bed = new AdoNetBed(new FakeDriver { CharacterSet = "latin1" });
        bed.Transport.BeginOpen(bed.Watcher, Guard.Time);
        Assert.That((await bed.Watcher.Failed).Message, Does.Contain("latin1").And.Contain("Character Set=utf8mb4"));
    }

    [Test]
    public async Task An_opening_that_takes_too_long_is_given_up_and_its_late_connection_closed()
    {
        var clock = new FakeClock();
        using var gate = new ManualResetEventSlim();
        var driver = new FakeDriver { Opening = () => gate.Wait(Guard.Time) };
        var opening = (FakeDbConnection)driver.CreateConnection();
        await using var bed = new AdoNetBed(driver, options => options with { TimeProvider = clock, CreateConnection = () => opening });
        bed.Transport.BeginOpen(bed.Watcher, TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.That((await bed.Watcher.Failed).Kind, Is.EqualTo(LinkFailureKind.TimedOut));
        gate.Set();
        await opening.Closed.WaitAsync(Guard.Time);
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "open failed" }));
    }

    [Test]
    public async Task Closing_does_not_wait_for_a_statement_that_does_not_come_back()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Hold();
        using var running = link.Ask("q");
        await bed.Driver.WaitUntilRunningAsync(1);
        link.Close();
        Assert.That(await running.Text(), Is.EqualTo("failed: Closed, Sent"));
        Assert.That((await bed.Watcher.Closed, link.State, link.Depth), Is.EqualTo(((LinkException?)null, LinkState.Closed, 0)));
    }

    [Test]
    public async Task The_driver_s_own_default_schema_is_known()
    {
        var driver = new FakeDriver();
        await using var bed = new AdoNetBed(driver, options => options with
        {
            CreateConnection = () =>
            {
                var connection = (FakeDbConnection)driver.CreateConnection();
                connection.Schema = "test";
                return connection;
            },
        });
        var link = await bed.OpenAsync();
        bed.Driver.Answer("q", FakeReply.Scalar("a"));
        using var reply = await link.Ask("q", "test").Over();
        Assert.That((reply.Read(), reply.HadPrefix, link.Settings), Is.EqualTo(("a", false, new Settings("test"))));
    }

    [Test]
    public async Task A_large_answer_is_read_while_it_comes_and_sends_those_who_wait_elsewhere()
    {
        await using var bed = new AdoNetBed();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("large", FakeReply.Rows(["c"], [.. Enumerable.Range(0, 100).Select(i => new object?[] { new string((char)('a' + i % 26), 10_000) })]));
        bed.Driver.Hold();
        using var large = link.Ask("large", Asking.Terms() with { StreamAbove = 50_000, StreamWindow = 50_000 });
        await bed.Driver.WaitUntilRunningAsync(1);
        using var waiting = link.Ask("q");
        bed.Driver.Release();
        await large.Over();
        Assert.That((large.IsStream, large.IsEnded, bed.Watcher.Heard.Contains("large")), Is.EqualTo((true, false, true)));
        Assert.That(await waiting.Text(), Is.EqualTo("failed: Closed, NotSent"));
        Assert.That(large.NextResult(), Is.EqualTo(ReplyItem.Rows));
        for (var i = 0; i < 100; i++)
        {
            while (large.Fetch(Deadline.Never) is { } wait)
                await wait.Completion.AsTask().WaitAsync(Guard.Time);
            Assert.That(large.ReadRow(), Is.True);
            Assert.That((large.GetCell(0).Length, (char)large.GetCell(0)[0]), Is.EqualTo((10_000, (char)('a' + i % 26))));
        }

        while (large.Fetch(Deadline.Never) is { } wait)
            await wait.Completion.AsTask().WaitAsync(Guard.Time);
        Assert.That((large.ReadRow(), large.NextResult(), large.Failure), Is.EqualTo((false, ReplyItem.End, (LinkException?)null)));
    }

    // ---- statements that go together -----------------------------------------------------------------------------------

    private static AdoNetBed Coalescing() => new(new FakeDriver { HasBatches = true }, options => options with { Coalesces = true });

    private static async Task<List<Reply>> AskHeld(AdoNetBed bed, ILink link, params string[] texts)
    {
        bed.Driver.Answer("first", FakeReply.Scalar("a"));
        bed.Driver.Hold();
        List<Reply> replies = [link.Ask("first", s_read)];
        await bed.Driver.WaitUntilRunningAsync(1);
        replies.AddRange(texts.Select(text => link.Ask(text, text.StartsWith("write", StringComparison.Ordinal) ? Asking.Terms() : s_read)));
        bed.Driver.Release();
        return replies;
    }

    [Test]
    public async Task Reads_that_wait_go_together_and_each_gets_its_own_answer()
    {
        await using var bed = Coalescing();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("b", FakeReply.Scalar("B"));
        bed.Driver.Answer("c", FakeReply.Rows(["x"]));
        bed.Driver.Answer("d", FakeReply.Scalar("D"));
        var replies = await AskHeld(bed, link, "b", "c", "d");
        Assert.That(await Task.WhenAll(replies.Select(reply => reply.Text())), Is.EqualTo(new[] { "a", "B", "empty", "D" }));
        Assert.That(bed.Driver.Ran, Is.EqualTo(new[] { "first", "b|c|d" }));
        Assert.That((link.Depth, bed.Transport.Coalesced), Is.EqualTo((0, 3L)));
        replies.ForEach(reply => reply.Dispose());
    }

    [Test]
    public async Task Where_one_fails_the_error_is_its_own_and_those_behind_it_run_after_all()
    {
        await using var bed = Coalescing();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("b", FakeReply.Scalar("B"));
        bed.Driver.Answer("bad", FakeReply.Error(1146, "42S02", "no table"));
        bed.Driver.Answer("late", FakeReply.Rows(["x"], ["y"]).ThenError(1317, "70100", "interrupted"));
        bed.Driver.Answer("d", FakeReply.Scalar("D"));
        var replies = await AskHeld(bed, link, "b", "bad", "late", "d");
        Assert.That(
            await Task.WhenAll(replies.Select(reply => reply.Text())),
            Is.EqualTo(new[] { "a", "B", "error 1146", "y", "D" }));
        Assert.That(bed.Driver.Ran, Is.EqualTo(new[] { "first", "b|bad|late|d", "late|d", "d" }));
        Assert.That((replies[3].ReadRow(), replies[3].Error?.Code, link.Depth), Is.EqualTo((false, (ushort?)1317, 0)));
        replies.ForEach(reply => reply.Dispose());
    }

    [Test]
    public async Task Where_results_and_statements_do_not_match_nobody_gets_any()
    {
        await using var bed = Coalescing();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("b", FakeReply.Ok());
        bed.Driver.Answer("c", FakeReply.Scalar("C"));
        var replies = await AskHeld(bed, link, "b", "c");
        Assert.That(await Task.WhenAll(replies.Select(reply => reply.Text())), Is.EqualTo(new[] { "a", "failed: Protocol, Sent", "failed: Protocol, Sent" }));
        replies.ForEach(reply => reply.Dispose());
    }

    [Test]
    public async Task What_is_not_just_a_read_of_the_same_settings_runs_alone()
    {
        await using var bed = Coalescing();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("b", FakeReply.Scalar("B"));
        bed.Driver.Answer("write", FakeReply.Ok(affected: 1));
        bed.Driver.Answer("c", FakeReply.Scalar("C"));
        bed.Driver.Answer("d", FakeReply.Scalar("D"));
        var replies = await AskHeld(bed, link, "b", "write", "c");
        bed.Driver.Hold();
        replies.Add(link.Ask("d", s_read with { Settings = new Settings("test") }));
        bed.Driver.Release();
        Assert.That(await Task.WhenAll(replies.Select(reply => reply.Text())), Is.EqualTo(new[] { "a", "B", "done", "C", "D" }));
        Assert.That(bed.Driver.Ran, Is.EqualTo(new[] { "first", "b", "write", "c", "d" }));
        replies.ForEach(reply => reply.Dispose());
    }

    [Test]
    public async Task Who_is_gone_by_then_is_not_sent_with_the_others()
    {
        await using var bed = Coalescing();
        var link = await bed.OpenAsync();
        bed.Driver.Answer("first", FakeReply.Scalar("a"));
        bed.Driver.Answer("b", FakeReply.Scalar("B"));
        bed.Driver.Answer("d", FakeReply.Scalar("D"));
        bed.Driver.Hold();
        using var first = link.Ask("first", s_read);
        await bed.Driver.WaitUntilRunningAsync(1);
        using var b = link.Ask("b", s_read);
        using var gone = link.Ask("gone", s_read);
        using var d = link.Ask("d", s_read);
        gone.Abandon(Abandonment.Cancelled);
        bed.Driver.Release();
        Assert.That((await b.Text(), await d.Text()), Is.EqualTo(("B", "D")));
        Assert.That(bed.Driver.Ran, Is.EqualTo(new[] { "first", "b|d" }));
    }
}
