using MuxProvider.Links.MySql;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>
/// A fake server and a native transport to it. Pipelining is on without a probe, so that what the process remembers of
/// other servers has no part in a test. Disposing closes the links and says whether anything was left behind.
/// </summary>
internal sealed class LinkBed : IAsyncDisposable
{
    private readonly List<(ILink Link, LinkWatcher Watcher)> _open = [];

    public LinkBed(FakeServerOptions? server = null, Func<MySqlTransportOptions, MySqlTransportOptions>? change = null)
    {
        Server = new FakeServer(server);
        var options = new MySqlTransportOptions
        {
            Hosts = [Server.Host],
            Port = Server.Port,
            UnixSocket = Server.UnixSocketPath,
            UserId = "mux",
            Password = "secret",
            Pipelining = PipeliningMode.On,
        };
        Transport = new MySqlTransport(change is null ? options : change(options));
    }

    public FakeServer Server { get; }

    public MySqlTransport Transport { get; }

    /// <summary>Who watches the link that was opened last.</summary>
    public LinkWatcher Watcher { get; private set; } = new();

    /// <summary>Whether the clients have to keep the protocol; set it false where the test breaks it.</summary>
    public bool ChecksServer { get; set; } = true;

    public async Task<ILink> OpenAsync(bool shared = true)
    {
        Watcher = new LinkWatcher();
        Transport.BeginOpen(Watcher, Guard.Time);
        var link = await Watcher.Opened;
        _open.Add((link, Watcher));
        if (shared)
            link.Share();
        return link;
    }

    /// <summary>Opens a link that must not open.</summary>
    public async Task<LinkException> FailToOpenAsync(TimeSpan? timeout = null)
    {
        Watcher = new LinkWatcher();
        Transport.BeginOpen(Watcher, timeout ?? Guard.Time);
        var failure = await Watcher.Failed;
        Assert.That(Watcher.Heard, Is.EqualTo(new[] { "open failed" }));
        Assert.That(failure.Delivery, Is.EqualTo(Delivery.NotSent));
        return failure;
    }

    public async ValueTask DisposeAsync()
    {
        Server.Release();
        foreach (var (link, watcher) in _open)
        {
            link.Close();
            await watcher.Closed;
            Assert.That(watcher.Heard.Count(heard => heard == "closed"), Is.EqualTo(1));
            Assert.That(watcher.Heard[^1], Is.EqualTo("closed"));
            Assert.That(link.State, Is.EqualTo(LinkState.Closed));
        }

        LeakCheck.NoOpenConnections(Server);
        if (ChecksServer)
            Assert.That(Server.Violations, Is.Empty);
        await Server.DisposeAsync();
    }
}
