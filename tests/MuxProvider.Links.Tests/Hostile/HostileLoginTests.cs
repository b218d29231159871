using System.Net.Sockets;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Servers that mean no good while a link is opened.</summary>
public sealed class HostileLoginTests
{
    // One link for so many packets of the decoders' own fuzz.
    private static readonly int s_links = int.TryParse(Environment.GetEnvironmentVariable("MUX_FUZZ"), out var count) ? Math.Max(1, count / 1000) : 400;

    private static readonly Transcript[] s_logins = [.. Transcripts.All.Where(conversation => conversation.Kind == TranscriptKind.Login)];

    [Test]
    public async Task A_login_that_nobody_spoiled_opens_a_link()
    {
        using var server = new PlayedServer(socket => socket.Send(s_logins[0].Bytes));
        var watcher = new LinkWatcher();
        Transport(server).BeginOpen(watcher, Guard.Time);
        var link = await watcher.Opened;
        Assert.That((link.Facts.SqlMode, link.Facts.MaxAllowedPacket), Is.EqualTo(("STRICT_TRANS_TABLES", 16777216)));
        Assert.That((await watcher.Closed)!.Kind, Is.EqualTo(LinkFailureKind.ConnectionLost));
    }

    [Test]
    public async Task A_spoiled_login_opens_a_link_or_says_why_not()
    {
        var bytes = Array.Empty<byte>();
        using var server = new PlayedServer(socket => socket.Send(Volatile.Read(ref bytes)));
        var transport = Transport(server);
        var (opened, failed) = (0, 0);
        for (var seed = 0; seed < s_links; seed++)
        {
            var random = new Random(seed);
            Volatile.Write(ref bytes, PacketMutation.Spoil(s_logins[random.Next(s_logins.Length)].Bytes, random));
            var watcher = new LinkWatcher();
            transport.BeginOpen(watcher, Guard.Time);
            await Task.WhenAny(watcher.Opened, watcher.Failed);
            if (watcher.Opened.IsCompletedSuccessfully)
            {
                opened++;
                Assert.That((await watcher.Closed)!.Kind, Is.AnyOf(LinkFailureKind.ConnectionLost, LinkFailureKind.Protocol), $"seed {seed}");
                continue;
            }

            failed++;
            var failure = await watcher.Failed;
            Assert.That(failure.Kind, Is.AnyOf(LinkFailureKind.Protocol, LinkFailureKind.LoginRefused, LinkFailureKind.Unreachable), $"seed {seed}: {failure}");
            Assert.That(failure.InnerException, Is.Null.Or.InstanceOf<ProtocolException>().Or.InstanceOf<IOException>().Or.InstanceOf<ArgumentException>(), $"seed {seed}");
        }

        Assert.That(opened, Is.GreaterThan(0));
        Assert.That(failed, Is.GreaterThan(opened));
    }

    [Test]
    public async Task A_greeting_that_claims_megabytes_is_refused_before_they_come()
    {
        using var server = new PlayedServer(socket =>
        {
            socket.Send([0xFE, 0xFF, 0xFF, 0, 10]);
            new ManualResetEventSlim().Wait(Guard.Time);
        });
        var failure = await FailAsync(server);
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Protocol), failure.ToString());
    }

    [Test]
    public async Task A_server_that_never_ends_its_answer_to_the_login_is_left()
    {
        using var server = new PlayedServer(socket =>
        {
            socket.Send(s_logins[0].Bytes.AsSpan(0, s_logins[0].Bytes.Length - 15));
            for (byte sequence = 4; ; sequence++)
                socket.Send([3, 0, 0, sequence, 2, (byte)'h', (byte)'i']);
        });
        var failure = await FailAsync(server);
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Protocol), failure.ToString());
        Assert.That(failure.Message, Does.Contain("no more than").Or.Contain("expected"));
    }

    [TestCase(0)]
    [TestCase(19)]
    [TestCase(64)]
    public async Task Random_bytes_of_another_length_than_the_plugin_takes_are_refused(int length)
    {
        using var server = new PlayedServer(socket =>
        {
            using var writer = new ByteWriter();
            var start = Packets.Begin(writer);
            new Greeting("8.0.40", 7, new byte[20], Transcripts.Modern, 45, ServerStatus.AutoCommit, "caching_sha2_password").Write(writer);
            Packets.End(writer, start, 0);
            start = Packets.Begin(writer);
            new AuthSwitchRequest("mysql_native_password", [.. Enumerable.Repeat((byte)'x', length)]).Write(writer);
            Packets.End(writer, start, 2);
            socket.Send(writer.WrittenSpan);
        });
        Assert.That((await FailAsync(server)).Kind, Is.EqualTo(LinkFailureKind.Protocol));
    }

    [Test]
    public async Task A_server_that_greets_byte_by_byte_does_not_hold_a_login_up_beyond_its_time()
    {
        // Each byte is in time for a read of its own; the greeting never ends.
        using var server = new PlayedServer(socket =>
        {
            socket.Send([0xFF, 0xFF, 0, 0, 10]);
            using var patience = new ManualResetEventSlim();
            while (!patience.Wait(50))
                socket.Send("x"u8);
        });
        var failure = await FailAsync(server, TimeSpan.FromSeconds(1));
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.TimedOut), failure.ToString());
    }

    private static async Task<LinkException> FailAsync(PlayedServer server, TimeSpan? timeout = null)
    {
        var watcher = new LinkWatcher();
        Transport(server).BeginOpen(watcher, timeout ?? Guard.Time);
        return await watcher.Failed;
    }

    private static MySqlTransport Transport(PlayedServer server) => new(new MySqlTransportOptions
    {
        Hosts = ["127.0.0.1"],
        Port = server.Port,
        UserId = "mux",
        Password = "secret",
        Pipelining = PipeliningMode.On,
    });
}
