using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>A server that died, of which not all links know it yet.</summary>
public sealed class LostServerTests
{
    [Test]
    public async Task A_read_whose_server_is_lost_asks_another_one_however_slow()
    {
        var transport = new FakeTransport();
        transport.Servers = new FakeServers(transport, 2);
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 3, MaxLinks = 4, IdleTimeout = TimeSpan.Zero }, transport: transport);
        var handle = await rig.Open();
        var servers = new Queue<int>([0, 1]);
        transport.NextServer = () => servers.TryDequeue(out var server) ? server : 0;
        while (transport.Links.Count < 3)
        {
            foreach (var link in transport.Links)
                link.EstimatedWait = TimeSpan.FromMilliseconds(10);
            await rig.Run(handle, "SELECT 0");
        }

        var other = transport.Links.Single(link => link.Facts.Server == 1);
        foreach (var link in transport.Links)
            link.EstimatedWait = link == other ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        var read = Rig.Start(handle, "SELECT 1");
        var lost = await rig.Waiting("SELECT 1");
        Assert.That(lost.Facts.Server, Is.Zero);
        lost.Break();
        Assert.That(await rig.Waiting("SELECT 1"), Is.SameAs(other));
        other.CompleteNext(FakeReply.Ok());
        (await Rig.Within(read)).Dispose();
    }

    [TestCase(2)]
    [TestCase(1)]
    public async Task To_meet_another_link_to_a_lost_server_does_not_count(int servers)
    {
        var transport = new FakeTransport();
        transport.Servers = new FakeServers(transport, servers);
        using var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = 2, MaxLinks = 2, IdleTimeout = TimeSpan.Zero }, transport: transport);
        var handle = await rig.Open();
        while (transport.Links.Count < 2)
        {
            foreach (var link in transport.Links)
                link.EstimatedWait = TimeSpan.FromMilliseconds(10);
            await rig.Run(handle, "SELECT 0");
        }

        transport.AutoOpen = false;
        var read = Rig.Start(handle, "SELECT 1");
        var first = await rig.Waiting("SELECT 1");
        first.Break();
        var second = await rig.Waiting("SELECT 1", read);
        Assert.That((second, second.Facts.Server), Is.Not.EqualTo((first, 0)).And.EqualTo((second, 0)));
        second.Break();
        if (servers == 1)
        {
            Assert.That((await Rig.Failure<LinkException>(read)).Delivery, Is.EqualTo(Delivery.Sent), "one server, and it was lost twice");
            return;
        }

        transport.NextServer = () => 1;
        await rig.Until(() => transport.PendingOpens > 0, read);
        transport.OpenNext();
        (await rig.Waiting("SELECT 1", read)).CompleteNext(FakeReply.Ok());
        (await Rig.Within(read)).Dispose();
    }
}
