using MuxProvider.Links.AdoNet;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>A fake driver and a transport over it.</summary>
internal sealed class AdoNetBed : IAsyncDisposable
{
    private readonly List<ILink> _links = [];

    public AdoNetBed(FakeDriver? driver = null, Func<AdoNetTransportOptions, AdoNetTransportOptions>? change = null)
    {
        Driver = driver ?? new FakeDriver();
        var options = new AdoNetTransportOptions { CreateConnection = Driver.CreateConnection!, Endpoint = "FakeDriver to fake" };
        Transport = new AdoNetTransport(change is null ? options : change(options));
    }

    public FakeDriver Driver { get; }

    public AdoNetTransport Transport { get; }

    public LinkWatcher Watcher { get; } = new();

    public async Task<ILink> OpenAsync(bool shared = true)
    {
        Transport.BeginOpen(Watcher, Guard.Time);
        var link = await Watcher.Opened;
        _links.Add(link);
        if (shared)
            link.Share();
        return link;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var link in _links)
            link.Close();
        Driver.Release();
        return ValueTask.CompletedTask;
    }
}
