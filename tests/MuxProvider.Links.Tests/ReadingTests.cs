using System.Text;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

[TestFixture(CapabilityFlags.None)]
[TestFixture(CapabilityFlags.DeprecateEof)]
public sealed class ReadingTests(CapabilityFlags missing)
{
    private LinkBed Bed(Func<FakeServerOptions, FakeServerOptions>? change = null)
    {
        var options = FakeServerOptions.MariaDb.Without(missing);
        return new LinkBed(change is null ? options : change(options));
    }

    [TestCase(1, 0)]
    [TestCase(3, 0)]
    [TestCase(0, 5)]
    [TestCase(1, 5)]
    public async Task Answers_may_come_in_any_pieces(int split, int merge)
    {
        await using var bed = Bed();
        bed.Server.OnQuery("rows", FakeReply.Rows(["a", "b"], ["one", 1], [null, 2], ["", null]));
        bed.Server.OnQuery("fail", FakeReply.Error(1146, "42S02", "No such table"));
        bed.Server.OnQuery("write", FakeReply.Ok(affected: 3, lastInsertId: 70_000, warnings: 2));
        var link = await bed.OpenAsync();
        bed.Server.SplitWrites = split;
        bed.Server.MergeReplies = merge;
        for (var round = 0; round < 3; round++)
        {
            using var rows = link.Ask("rows");
            using var failed = link.Ask("fail");
            using var none = link.Ask("write");
            using var number = link.Ask("SELECT 5");
            using var last = link.Ask("SELECT 6");
            await rows.Over();
            Assert.That(rows.NextResult(), Is.EqualTo(ReplyItem.Rows));
            Assert.That(rows.Columns.Select(column => column.Name), Is.EqualTo(new[] { "a", "b" }));
            Assert.That(Cells(rows), Is.EqualTo(new[] { "one|1", "NULL|2", "|NULL" }));
            Assert.That(rows.NextResult(), Is.EqualTo(ReplyItem.End));
            await failed.Over();
            Assert.That(failed.NextResult(), Is.EqualTo(ReplyItem.Error));
            Assert.That(failed.Error, Is.EqualTo(new ErrPacket(1146, "42S02", "No such table")));
            Assert.That(failed.NextResult(), Is.EqualTo(ReplyItem.End));
            await none.Over();
            Assert.That(none.NextResult(), Is.EqualTo(ReplyItem.Done));
            Assert.That((none.AffectedRows, none.LastInsertId, none.Warnings), Is.EqualTo((3UL, 70_000UL, (ushort)2)));
            Assert.That(none.Columns, Is.Empty);
            Assert.That(await number.Text(), Is.EqualTo("5"));
            Assert.That(await last.Text(), Is.EqualTo("6"));
        }
    }

    [Test]
    public async Task Several_results_are_read_one_after_the_other()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("many", FakeReply.Several(
            FakeReply.Rows(["a"], ["x"], ["y"]),
            FakeReply.Ok(affected: 2),
            FakeReply.Rows(["b"]),
            FakeReply.Error(1064, "42000", "no")));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("many").Over();
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(reply.ReadRow(), Is.True);
        Assert.That(reply.HasRows, Is.True);

        // Over the second row.
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Done));
        Assert.That((reply.AffectedRows, reply.HasRows, reply.Columns.Count), Is.EqualTo((2UL, false, 0)));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That((reply.HasRows, reply.ReadRow(), reply.Columns[0].Name), Is.EqualTo((false, false, "b")));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Error));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.End));
        Assert.That((reply.Error?.Code, reply.Evidence.ErrorCode), Is.EqualTo(((ushort?)1064, (ushort)1064)));
    }

    [Test]
    public async Task An_error_in_the_middle_of_rows_ends_them()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("half", FakeReply.Rows(["a"], ["x"], ["y"]).ThenError(1317, "70100", "interrupted"));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("half").Over();
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(Cells(reply), Is.EqualTo(new[] { "x", "y" }));
        Assert.That((reply.Error?.Code, reply.HasRows, reply.NextResult()), Is.EqualTo(((ushort?)1317, false, ReplyItem.End)));
        Assert.That(await link.AskTextAsync("SELECT 1"), Is.EqualTo("1"));
    }

    [TestCase(100)]
    [TestCase(5_000)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(200_000)]
    [TestCase(16_777_210)]
    [TestCase(16_777_211)]
    [TestCase(20_000_000)]
    [TestCase(34_000_000)]
    public async Task A_cell_may_have_any_length(int length)
    {
        await using var bed = Bed();
        var cell = new byte[length];
        new Random(length).NextBytes(cell);
        bed.Server.OnQuery("blob", FakeReply.Rows([FakeColumn.Blob("a"), FakeColumn.Text("b")], [[cell, "behind"], ["small", "row"]]));
        var link = await bed.OpenAsync();
        for (var round = 0; round < 2; round++)
        {
            using var reply = link.Ask("blob");
            using var next = link.Ask("SELECT 8");
            await reply.Over();
            Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
            Assert.That(reply.ReadRow(), Is.True);
            Assert.That(reply.GetCell(0).SequenceEqual(cell), Is.True);
            Assert.That(Encoding.UTF8.GetString(reply.GetCell(1)), Is.EqualTo("behind"));
            Assert.That(Cells(reply), Is.EqualTo(new[] { "small|row" }));
            Assert.That(await next.Text(), Is.EqualTo("8"));
        }
    }

    [TestCase(16_777_213)]
    [TestCase(16_777_214)]
    [TestCase(16_777_215)]
    [TestCase(20_000_000)]
    [TestCase(33_554_429)]
    [TestCase(33_554_430)]
    public async Task A_request_may_have_any_length(int length)
    {
        await using var bed = Bed(options => options.WithVariables(("max_allowed_packet", "67108864")));
        var received = 0L;
        bed.Server.OnQuery(text =>
        {
            if (text.Length < 1000)
                return null;
            received = text.Length;

            // A reply goes on with the sequence numbers of its request; the fake server begins with 1 whatever the request took.
            return FakeReply.Scalar("large").Skewed(Packets.Count(text.Length + 1) - 1);
        });
        var link = await bed.OpenAsync();
        using var small = link.Ask("SELECT 1");
        using var large = link.Ask(new string('z', length));
        using var behind = link.Ask("SELECT 2");
        Assert.That((await small.Text(), await large.Text(), await behind.Text(), received), Is.EqualTo(("1", "large", "2", (long)length)));
    }

    [Test]
    public async Task Thousands_of_rows_wrap_the_sequence_number_many_times()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("many", FakeReply.Rows([FakeColumn.Text("a")], Enumerable.Range(0, 20_000).Select(i => new object?[] { $"row {i}" })));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("many").Over();
        reply.NextResult();
        Assert.That(Cells(reply), Is.EqualTo(Enumerable.Range(0, 20_000).Select(i => $"row {i}")));
    }

    [TestCase(1)]
    [TestCase(20)]
    [TestCase(300)]
    [TestCase(1500)]
    public async Task Results_may_have_any_number_of_columns(int columns)
    {
        await using var bed = Bed();
        var names = Enumerable.Range(0, columns).Select(i => $"a rather long name of column {i}").ToArray();
        bed.Server.OnQuery("wide", FakeReply.Rows(names, names.Select((_, i) => (object?)$"{i}").ToArray()));
        var link = await bed.OpenAsync();

        // The second time the definitions may come from a cache.
        for (var round = 0; round < 3; round++)
        {
            using var reply = await link.Ask("wide").Over();
            Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
            Assert.That(reply.Columns.Select(column => column.Name), Is.EqualTo(names));
            Assert.That(Cells(reply), Is.EqualTo(new[] { string.Join('|', Enumerable.Range(0, columns)) }));
        }
    }

    [TestCase(0, 1)]
    [TestCase(1, 1)]
    [TestCase(2, -1)]
    public async Task A_wrong_sequence_number_ends_the_link_and_nobody_gets_the_answer_of_another(int packet, int by)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 1");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        if (by > 0)
            bed.Server.SkipSequence(packet);
        else
            bed.Server.RepeatSequence(packet);
        hold.Release();
        Assert.That(await first.Text(), Is.EqualTo("failed: Protocol, Sent"));
        Assert.That(await second.Text(), Is.EqualTo("failed: Protocol, Sent"));
        Assert.That((await bed.Watcher.Closed)?.Kind, Is.EqualTo(LinkFailureKind.Protocol));
        Assert.That(await link.AskTextAsync("SELECT 3"), Is.EqualTo("failed: Closed, NotSent"));
    }

    [Test]
    public async Task An_error_that_answers_nobody_ends_the_link_with_the_server_s_words()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        bed.Server.SendUnsolicitedError((int)link.Facts.ServerThread, 4031, "HY000", "because of inactivity");
        var cause = await bed.Watcher.Closed;
        Assert.That((cause?.Kind, cause?.ServerError?.Code), Is.EqualTo((LinkFailureKind.ConnectionLost, 4031)));
        Assert.That(cause!.Message, Does.Contain("because of inactivity").And.Contain("127.0.0.1"));
    }

    [Test]
    public async Task An_error_that_answers_nobody_fails_what_is_in_flight_with_the_server_s_words()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 1");
        using var reply = link.Ask("SELECT 1");
        await hold.WaitUntilHeldAsync();
        bed.Server.SendUnsolicitedError((int)link.Facts.ServerThread, 1053, "08S01", "Server shutdown in progress");
        await reply.Over();
        Assert.That((reply.Failure?.Kind, reply.Failure?.Delivery, reply.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.ConnectionLost, Delivery.Sent, 1053)));
    }

    [Test]
    public async Task A_packet_that_nobody_asked_for_ends_the_link()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("double", FakeReply.Raw(7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0));
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("double"), Is.EqualTo("done"));
        Assert.That((await bed.Watcher.Closed)?.Kind, Is.EqualTo(LinkFailureKind.Protocol));
    }

    [Test]
    public async Task A_server_that_asks_for_a_local_file_gets_none()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("SELECT steal", FakeReply.Ok().After("/etc/passwd"));
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT steal"), Is.EqualTo("error 2068"));
        Assert.That(bed.Server.Files.Single().Content, Is.Empty);
    }

    [TestCase(new byte[0])]
    [TestCase(new byte[] { 0xFF, 1 })]
    [TestCase(new byte[] { 0, 1 })]
    [TestCase(new byte[] { 0xFC, 1 })]
    public async Task A_packet_that_cannot_be_read_ends_the_link(byte[] payload)
    {
        await using var bed = Bed();
        bed.Server.OnQuery("SELECT garbage", FakeReply.Packets(payload));
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT garbage"), Is.EqualTo("failed: Protocol, Sent"));
        await bed.Watcher.Closed;
    }

    [Test]
    public async Task A_link_that_is_cut_at_any_byte_answers_rightly_or_says_how_far_each_statement_got()
    {
        const int depth = 3;
        await using var bed = new LinkBed(FakeServerOptions.MariaDb.Without(missing), options => options with { MaxDepth = depth });
        string?[] answers = ["the first row", "done", "error 1146", "the last row", "5"];
        string[] texts = ["rows", "write", "fail", "last", "SELECT 5"];
        bed.Server.OnQuery("rows", FakeReply.Rows(["a", "b"], ["the first row", 1], [null, 2]));
        bed.Server.OnQuery("write", FakeReply.Ok(affected: 3));
        bed.Server.OnQuery("fail", FakeReply.Error(1146, "42S02", "No such table"));
        bed.Server.OnQuery("last", FakeReply.Rows(["c"], ["the last row"]));
        long whole;
        {
            var link = await bed.OpenAsync();
            var before = bed.Server.BytesSent;
            foreach (var text in texts)
                await link.AskTextAsync(text);
            whole = bed.Server.BytesSent - before;
        }

        Assert.That(whole, Is.InRange(200, 600));
        for (var bytes = 0; bytes < whole; bytes++)
        {
            var link = await bed.OpenAsync();
            using var hold = bed.Server.Hold("rows");
            var id = (int)link.Facts.ServerThread;
            var replies = texts.Select(text => link.Ask(text)).ToList();
            await bed.Server.WaitForCommandsAsync(depth, command => command.ConnectionId == id && texts.Contains(command.Text));
            bed.Server.CutAfter(bytes, id);
            hold.Release();
            var isLost = false;
            for (var i = 0; i < replies.Count; i++)
            {
                var text = await replies[i].Text();
                if (!isLost && text == answers[i])
                    continue;
                isLost = true;
                Assert.That(replies[i].Failure, Is.Not.Null, $"cut after {bytes} bytes: {texts[i]} got '{text}'");
                Assert.That(replies[i].Failure!.Kind, Is.EqualTo(LinkFailureKind.ConnectionLost));
                var delivery = replies[i].Failure!.Delivery;
                if (i < depth)
                    Assert.That(delivery, Is.EqualTo(Delivery.Sent));
                if (delivery == Delivery.NotSent)
                    Assert.That(bed.Server.Received.Any(command => command.ConnectionId == id && command.Text == texts[i]), Is.False);
            }

            Assert.That(isLost, Is.True);
            Assert.That((await bed.Watcher.Closed)?.Kind, Is.EqualTo(LinkFailureKind.ConnectionLost));
            replies.ForEach(reply => reply.Dispose());
        }
    }

    private static List<string> Cells(Reply reply)
    {
        var rows = new List<string>();
        while (reply.ReadRow())
        {
            var cells = new string[reply.Columns.Count];
            for (var i = 0; i < cells.Length; i++)
                cells[i] = reply.IsNull(i) ? "NULL" : Encoding.UTF8.GetString(reply.GetCell(i));
            rows.Add(string.Join('|', cells));
        }

        return rows;
    }
}
