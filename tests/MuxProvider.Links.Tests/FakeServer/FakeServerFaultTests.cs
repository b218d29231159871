using System.Net.Sockets;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class FakeServerFaultTests
{
    [Test]
    public void A_reply_is_cut_at_exactly_the_byte_asked_for([Values(0, 1, 4, 5, 30)] int bytes, [Values] bool tls)
    {
        using var server = new FakeServer(tls ? FakeServerOptions.MySql.WithTls() : FakeServerOptions.MySql);
        using var client = RawClient.Connect(server, tls: tls);
        using var neighbour = RawClient.Connect(server, tls: tls);
        server.CutAfter(bytes, connectionId: 1);
        Assert.That(neighbour.Query("SELECT 1").Rows, Has.Length.EqualTo(1));
        client.SendQueries("SELECT 1");
        Assert.That(client.ReadToEnd(), Has.Length.EqualTo(bytes));
        Assert.That(neighbour.Query("SELECT 1").Rows, Has.Length.EqualTo(1));
        Assert.That(server.OpenConnectionIds, Is.EqualTo(new[] { 2 }));
    }

    [Test]
    public void A_reply_stops_at_a_byte_until_released()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        using var hold = server.HoldAfter(6);
        client.SendQueries("SELECT 1");
        client.ReadBytes(6);
        hold.WaitUntilHeld();
        var sent = server.BytesSent;
        hold.Release();
        client.ReadBytes(4);
        Assert.That(server.BytesSent, Is.GreaterThan(sent));
    }

    [Test]
    public void Connections_can_be_ended_plainly_or_with_a_reset([Values] bool reset)
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        using var hold = server.Hold();
        client.SendQueries("SELECT 1");
        hold.WaitUntilHeld();
        server.KillAll(reset);
        if (reset)
            Assert.That(() => client.ReadBytes(1), Throws.InstanceOf<IOException>().With.InnerException.InstanceOf<SocketException>());
        else
            Assert.That(() => client.ReadBytes(1), Throws.InstanceOf<EndOfStreamException>());
        LeakCheck.Clean(server);
    }

    [Test]
    public void Sequence_numbers_can_be_skipped_and_repeated()
    {
        using var server = new FakeServer();
        server.OnQuery("skewed", FakeReply.Rows(["a"], [1], [2]).Skewed(by: 5, from: 2));
        using var client = RawClient.Connect(server);
        server.SkipSequence();
        Assert.That(client.Query("DO 0").Sequences, Is.EqualTo(new byte[] { 2 }));
        server.RepeatSequence();
        Assert.That(client.Query("DO 0").Sequences, Is.EqualTo(new byte[] { 0 }));
        Assert.That(client.Query("DO 0").Sequences, Is.EqualTo(new byte[] { 1 }));
        Assert.That(client.Query("skewed").Sequences, Is.EqualTo(new byte[] { 1, 2, 8, 9, 10 }));
    }

    [Test]
    public void An_error_can_come_that_answers_nothing()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        server.SendUnsolicitedError(1);
        var header = client.ReadBytes(4);
        Assert.That(Packets.Sequence(header), Is.Zero);
        Assert.That(ErrPacket.Read(client.ReadBytes(Packets.PayloadLength(header))).Code, Is.EqualTo(4031));
    }

    [Test]
    public void All_but_the_first_command_of_a_segment_can_be_dropped()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        server.DropsAllButFirstOfSegment = true;
        client.Send(writer =>
        {
            Commands.Write(writer, CommandCode.Ping);
            Commands.Write(writer, CommandCode.Ping);
        });
        Assert.That(client.ReadReply().Error, Is.Null);
        Assert.That(client.Query("SELECT 7").Rows[0][0], Is.EqualTo("7"));
        Assert.That(server.Received.Select(command => command.IsDropped), Is.EqualTo(new[] { false, true, false }));
        LeakCheck.NoUnansweredCommands(server);
    }

    [Test]
    public void Replies_can_be_split_and_merged()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        server.SplitWrites = 1;
        Assert.That(client.Query("SELECT 1, 'two'").Rows[0], Is.EqualTo(new[] { "1", "two" }));
        server.SplitWrites = 0;

        server.MergeReplies = 2;
        var sent = server.BytesSent;
        client.SendQueries("SELECT 1");
        server.WaitForCommands(2);
        LeakCheck.NoUnansweredCommands(server);
        Assert.That(server.BytesSent, Is.EqualTo(sent));
        client.SendQueries("SELECT 2", "SELECT 3");
        Assert.That(client.ReadReply().Rows[0][0], Is.EqualTo("1"));
        Assert.That(client.ReadReply().Rows[0][0], Is.EqualTo("2"));
        LeakCheck.NoUnansweredCommands(server);
        server.MergeReplies = 0;
        Assert.That(client.ReadReply().Rows[0][0], Is.EqualTo("3"));
        Assert.That(client.Query("SELECT 4").Rows[0][0], Is.EqualTo("4"));
    }

    [Test]
    public void A_held_query_can_be_interrupted_by_a_neighbour()
    {
        using var server = new FakeServer();
        using var client = RawClient.Connect(server);
        using var neighbour = RawClient.Connect(server);
        using var hold = server.Hold("SELECT 1");
        client.SendQueries("SELECT 1", "SELECT 2");
        hold.WaitUntilHeld();
        Assert.That(neighbour.Query("KILL QUERY 1").Error, Is.Null);
        Assert.That(client.ReadReply().Error?.Code, Is.EqualTo(1317));
        Assert.That(client.ReadReply().Rows[0][0], Is.EqualTo("2"));
        Assert.That(neighbour.Query("KILL 99").Error?.Code, Is.EqualTo(1094));
        Assert.That(neighbour.Query("KILL 1").Error, Is.Null);
        Assert.That(client.ReadToEnd(), Is.Empty);
    }

    [Test]
    public void Odd_replies_go_out_as_they_are()
    {
        using var server = new FakeServer();
        server.OnQuery("raw", FakeReply.Raw(1, 0, 0, 9, 0xFB));
        server.OnQuery("packets", FakeReply.Packets([0xFB, (byte)'f'], [1]));
        server.OnQuery("nothing", FakeReply.Nothing);
        server.OnQuery("bye", FakeReply.Ok().ThenClose());
        using var client = RawClient.Connect(server);
        client.SendQueries("nothing", "raw", "packets", "bye", "SELECT 1");
        Assert.That(client.ReadBytes(5), Is.EqualTo(new byte[] { 1, 0, 0, 9, 0xFB }));
        Assert.That(client.ReadBytes(11), Is.EqualTo(new byte[] { 2, 0, 0, 1, 0xFB, (byte)'f', 1, 0, 0, 2, 1 }));
        Assert.That(client.ReadReply().Error, Is.Null);
        Assert.That(client.ReadToEnd(), Is.Empty);
    }

    [Test]
    public void A_client_that_does_not_read_blocks_a_server_that_does_not_read_ahead()
    {
        using var server = new FakeServer(FakeServerOptions.MariaDb with { ReadsEagerly = false, SocketBufferSize = 4096 });
        server.OnQuery("big", FakeReply.Rows([FakeColumn.Text("x")], Enumerable.Repeat(new object?[] { new string('x', 1 << 20) }, 64)));
        using var client = RawClient.Connect(server);
        client.SendQueries("big");
        server.WaitForCommands(1);
        client.SendQueries("SELECT 1");
        client.ReadBytes(1 << 20);
        Assert.That(server.Received, Has.Count.EqualTo(1), "the second command was read before the first was answered");
    }

    [Test]
    [NonParallelizable]
    public void A_starved_thread_pool_does_not_stop_the_server([Values] bool tls)
    {
        using var starved = new StarvedThreadPool(64);
        using var server = new FakeServer(tls ? FakeServerOptions.MySql.WithTls() : FakeServerOptions.MySql);
        var threads = Enumerable.Range(0, 50).Select(_ => new Thread(() =>
        {
            using var client = RawClient.Connect(server, tls: tls);
            for (var i = 0; i < 20; i++)
                client.Query("SELECT 1");
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.That(server.Received, Has.Count.EqualTo(1000));
        LeakCheck.Clean(server);
    }
}
