using System.Text;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What happens where a server asks for a file in the middle of a reply.</summary>
public sealed class LocalDataTests
{
    private static readonly byte[] s_first = "one\n"u8.ToArray();
    private static readonly byte[] s_second = "two\n"u8.ToArray();

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_file_is_sent_piece_by_piece_and_the_reply_goes_on_behind_it(bool blocked)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        var file = new TestFile(s_first, s_second);
        var data = new TestData(_ => file);
        using var reply = Load(link);
        var fault = blocked
            ? Blocking.Run((data, reply), static what => what.data.ServeAsync(what.reply))
            : await data.ServeAsync(reply).AsTask().WaitAsync(Guard.Time);
        Assert.That((fault, await reply.Text(), reply.AffectedRows), Is.EqualTo(((Exception?)null, "done", 2UL)));
        Assert.That(data.Asked, Is.EqualTo(new[] { "f" }));
        Assert.That(Text(bed), Is.EqualTo(new[] { "one\ntwo\n" }));
        Assert.That(bed.Server.Files[0].Packets, Is.EqualTo(new[] { 4, 4 }));
        Assert.That(file.IsDisposed);
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    [TestCase(0)]
    [TestCase(300)]
    public async Task However_many_packets_a_file_has_the_numbers_go_on(int packets)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var pieces = Enumerable.Repeat<object>(s_first, packets).ToArray();
        Assert.That(await new TestData(_ => new TestFile(pieces)).ServeAsync(reply).AsTask().WaitAsync(Guard.Time), Is.Null);
        Assert.That(await reply.Text(), Is.EqualTo("done"));
        Assert.That(bed.Server.Files.Single().Packets, Has.Count.EqualTo(packets));
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    [TestCase(64 * 1024 * 1024)]
    [TestCase(1024 * 1024)]
    public async Task A_piece_that_is_longer_than_a_packet_may_be_is_cut(int maxAllowedPacket)
    {
        await using var bed = Bed(FakeServerOptions.MariaDb.WithVariables(("max_allowed_packet", $"{maxAllowedPacket}")));
        var link = await bed.OpenAsync(shared: false);
        var piece = new byte[17 * 1024 * 1024];
        new Random(7).NextBytes(piece);
        using var reply = Load(link);
        Assert.That(await new TestData(_ => new TestFile(piece)).ServeAsync(reply).AsTask().WaitAsync(Guard.Time), Is.Null);
        Assert.That(await reply.Text(), Is.EqualTo("done"));
        var file = bed.Server.Files.Single();
        Assert.That(file.Content.AsSpan().SequenceEqual(piece));
        Assert.That(file.Packets.Max(), Is.LessThan(maxAllowedPacket));
    }

    [Test]
    public async Task Nothing_is_sent_behind_a_statement_that_offers_data_until_its_reply_is_over()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        var gate = new TaskCompletionSource();
        var file = new TestFile(s_first, gate.Task, s_second);
        using var before = link.Ask("SELECT 0", onLease: true);
        using var reply = Load(link, Probes.Warnings | Probes.Status);
        using var behind = link.Ask("SELECT 1", onLease: true);
        var serving = new TestData(_ => file).ServeAsync(reply).AsTask();
        await file.Begun.Task.WaitAsync(Guard.Time);
        Assert.That(bed.Server.Queries, Has.None.EqualTo("SHOW WARNINGS").And.None.EqualTo("SELECT 1"));
        Assert.That(link.Depth, Is.EqualTo(4), "two statements and the questions behind the first");
        gate.SetResult();
        Assert.That(await serving.WaitAsync(Guard.Time), Is.Null);
        Assert.That(await before.Text(), Is.EqualTo("0"));
        Assert.That(await reply.Text(), Is.EqualTo("done"));
        Assert.That(reply.StatusAfter, Is.Not.Null);
        Assert.That(await behind.Text(), Is.EqualTo("1"));
        Assert.That(bed.Server.Queries.TakeLast(3), Is.EqualTo(new[] { "LOAD", "SHOW WARNINGS", "SELECT 1" }));
    }

    [Test]
    public async Task A_statement_that_offers_data_need_not_be_asked_for_it()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("LOAD", FakeReply.Error(1146, "42S02", "No such table"));
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var data = new TestData(_ => throw new InvalidOperationException());
        Assert.That(await data.ServeAsync(reply).AsTask().WaitAsync(Guard.Time), Is.Null);
        Assert.That(await reply.Text(), Is.EqualTo("error 1146"));
    }

    [Test]
    public async Task A_text_may_ask_for_several_files()
    {
        await using var bed = Bed();
        bed.Server.OnQuery("LOAD", FakeReply.Several(FakeReply.Ok(1).After("a"), FakeReply.Ok(7), FakeReply.Ok(2).After("b")));
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var data = new TestData(name => new TestFile(Encoding.UTF8.GetBytes(name)));
        Assert.That(await data.ServeAsync(reply).AsTask().WaitAsync(Guard.Time), Is.Null);
        await reply.Over();
        var affected = new List<ulong>();
        while (reply.NextResult() == ReplyItem.Done)
            affected.Add(reply.AffectedRows);
        Assert.That(affected, Is.EqualTo(new ulong[] { 1, 7, 2 }));
        Assert.That(Text(bed), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task Where_a_source_throws_and_half_a_file_can_be_undone_the_link_stays()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var failure = new InvalidDataException("no");
        var file = new TestFile(s_first, failure);
        Assert.That(await new TestData(_ => file).ServeAsync(reply, mayEnd: true).AsTask().WaitAsync(Guard.Time), Is.SameAs(failure));
        Assert.That(await reply.Text(), Is.EqualTo("done"));
        Assert.That(Text(bed), Is.EqualTo(new[] { "one\n" }));
        Assert.That(file.IsDisposed);
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    [Test]
    public async Task Where_a_source_throws_and_half_a_file_would_be_kept_the_link_is_closed()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var failure = new InvalidDataException("no");
        Assert.That(await new TestData(_ => new TestFile(s_first, failure)).ServeAsync(reply, mayEnd: false).AsTask().WaitAsync(Guard.Time), Is.SameAs(failure));
        Assert.That(await reply.Text(), Is.EqualTo("failed: Closed, Sent"));
        await bed.Server.WaitUntilAsync(server => server.Files.Count == 1, "the end of the file");
        Assert.That(bed.Server.Files[0].IsWhole, Is.False);
        Assert.That(bed.Server.Received, Has.None.Property("Code").EqualTo(CommandCode.Quit));
    }

    [Test]
    public async Task What_a_source_does_not_know_fails_the_statement_alone()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        Assert.That(await new TestData(_ => null).ServeAsync(reply).AsTask().WaitAsync(Guard.Time), Is.Null);
        Assert.That(await reply.Text(), Is.EqualTo("error 2068"));
        Assert.That(reply.Error!.Message, Does.Contain("'f'"));
        Assert.That(bed.Server.Files.Single().Content, Is.Empty);
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_file_that_nobody_offers_fails_the_statement_alone(bool shared)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared);
        Assert.That(await link.AskTextAsync("LOAD", onLease: !shared), Is.EqualTo("error 2068"));
        Assert.That((bed.Server.Files.Single().IsWhole, bed.Server.Files.Single().Content.Length), Is.EqualTo((true, 0)));
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: !shared), Is.EqualTo("1"));
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public async Task A_file_that_is_asked_for_with_others_in_flight_closes_the_link()
    {
        await using var bed = Bed();
        bed.ChecksServer = false;
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("LOAD");
        using var reply = link.Ask("LOAD");
        await hold.WaitUntilHeldAsync();
        using var behind = link.Ask("SELECT 1");
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 1");
        hold.Release();
        Assert.That(await reply.Text(), Is.EqualTo("failed: Protocol, Sent"));
        Assert.That(await behind.Text(), Is.EqualTo("failed: Protocol, Sent"));
    }

    [Test]
    public async Task A_server_that_does_not_wait_for_the_file_loses_the_link()
    {
        await using var bed = Bed();
        bed.ChecksServer = false;
        using var ok = new ByteWriter();
        new OkPacket { Status = ServerStatus.AutoCommit }.Write(ok, CapabilityFlags.Protocol41, endsResultSet: false);
        bed.Server.OnQuery("LOAD", FakeReply.Packets([LocalInfileRequest.Header, (byte)'f'], ok.WrittenSpan.ToArray()));
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var file = new TestFile(s_first, new TaskCompletionSource().Task);
        var fault = await new TestData(_ => file).ServeAsync(reply).AsTask().WaitAsync(Guard.Time);
        Assert.That(fault, Is.Null.Or.InstanceOf<OperationCanceledException>());
        Assert.That(await reply.Text(), Is.EqualTo("failed: Protocol, Sent"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_link_that_is_lost_in_the_middle_fails_the_reply_and_lets_the_source_go(bool kill)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var file = new TestFile(s_first, new TaskCompletionSource().Task);
        var serving = new TestData(_ => file).ServeAsync(reply).AsTask();
        await file.Begun.Task.WaitAsync(Guard.Time);
        if (kill)
            bed.Server.KillAll(reset: true);
        else
            link.Close();

        // Nothing where it was the writing that failed.
        Assert.That(await serving.WaitAsync(Guard.Time), Is.Null.Or.InstanceOf<OperationCanceledException>());
        Assert.That(await reply.Text(), Is.EqualTo(kill ? "failed: ConnectionLost, Sent" : "failed: Closed, Sent"));
        Assert.That(file.IsDisposed);
        Assert.That(bed.Server.Received, Has.None.Property("Code").EqualTo(CommandCode.Quit));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Who_stops_waiting_in_the_middle_is_let_go_and_so_is_the_source(bool mayEnd)
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var request = reply.LocalRequest!;
        var file = new TestFile(s_first, new TaskCompletionSource().Task);
        var serving = new TestData(_ => file).ServeAsync(reply, mayEnd).AsTask();
        await file.Begun.Task.WaitAsync(Guard.Time);
        Assert.That(request.Abandon(Abandonment.TimedOut));
        Assert.That(await serving.WaitAsync(Guard.Time), Is.InstanceOf<OperationCanceledException>());
        Assert.That(await reply.Text(), Is.EqualTo("TimedOut, Sent"));
        if (mayEnd)
            Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
        else
            await bed.Watcher.Closed;
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_server_that_reads_no_more_holds_nobody_up_who_stops_waiting(bool blocked)
    {
        // It does not read while it answers, so the file fills the buffers between. Where that has not happened yet when nobody waits any
        // more, the link is closed for the file that is not whole.
        await using var bed = Bed(FakeServerOptions.MariaDb with { ReadsEagerly = false, SocketBufferSize = 4096 });
        var link = await bed.OpenAsync(shared: false);
        using var reply = Load(link);
        var request = reply.LocalRequest!;
        var file = new TestFile(new byte[32 * 1024 * 1024]);
        var data = new TestData(_ => file);
        var serving = blocked
            ? Task.Factory.StartNew(() => Blocking.Run((data, reply), static what => what.data.ServeAsync(what.reply, mayEnd: false)), default, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : data.ServeAsync(reply, mayEnd: false).AsTask();
        await file.Begun.Task.WaitAsync(Guard.Time);
        Assert.That(request.Abandon(Abandonment.TimedOut));
        await serving.WaitAsync(Guard.Time);
        Assert.That(await reply.Text(), Is.EqualTo("TimedOut, Sent"));
        await bed.Watcher.Closed;
        bed.Server.KillAll();
    }

    [Test]
    public async Task Who_stopped_waiting_before_is_asked_for_nothing()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        using var hold = bed.Server.Hold("LOAD");
        using var reply = Load(link);
        await hold.WaitUntilHeldAsync();
        Assert.That(reply.Abandon(Abandonment.Cancelled));
        var data = new TestData(_ => throw new InvalidOperationException());
        Assert.That(await data.ServeAsync(reply).AsTask().WaitAsync(Guard.Time), Is.Null);
        hold.Release();
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
        Assert.That(Text(bed), Is.EqualTo(new[] { "" }));
        Assert.That(data.Asked, Is.Empty);
    }

    [Test]
    public async Task The_server_hears_at_login_whether_it_may_ask()
    {
        foreach (var allows in (bool[])[false, true])
        {
            await using var bed = new LinkBed(null, options => options with { AllowsLocalFiles = allows });
            CapabilityFlags agreed = default;
            bed.Server.OnQuery((session, text) =>
            {
                agreed = session.Capabilities;
                return null;
            });
            var link = await bed.OpenAsync();
            await link.AskTextAsync("SELECT 1");
            Assert.That((agreed & CapabilityFlags.LocalFiles) != 0, Is.EqualTo(allows));
        }
    }

    private static LinkBed Bed(FakeServerOptions? server = null)
    {
        var bed = new LinkBed(server, options => options with { AllowsLocalFiles = true });
        bed.Server.OnQuery("LOAD", FakeReply.Ok(2).After("f"));
        return bed;
    }

    private static Reply Load(ILink link, Probes probes = Probes.None) =>
        link.Ask("LOAD", Asking.Terms(onLease: true) with { OffersLocalData = true, Probes = probes });

    private static string[] Text(LinkBed bed) => [.. bed.Server.Files.Select(file => Encoding.UTF8.GetString(file.Content))];
}
