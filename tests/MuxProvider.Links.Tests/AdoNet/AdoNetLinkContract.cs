using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>The contract over another ADO.NET provider, one statement at a time.</summary>
public sealed class AdoNetLinkContract : LinkContract
{
    private protected override Delivery WhileWaiting => Delivery.NotSent;

    private protected override bool SeesPackets => false;

    private protected override async Task<IStage> OpenAsync(bool shared = true)
    {
        var bed = new AdoNetBed();
        return new Stage(bed, await bed.OpenAsync(shared));
    }

    private sealed class Stage(AdoNetBed bed, ILink link) : IStage
    {
        public ILink Link => link;

        public LinkWatcher Watcher => bed.Watcher;

        public void Answer(string text, FakeReply reply) => bed.Driver.Answer(text, reply);

        public void Hold() => bed.Driver.Hold();

        public void Release() => bed.Driver.Release();

        public Task WaitUntilSentAsync(int statements) => bed.Driver.WaitUntilRunningAsync(Math.Min(1, statements));

        public void Break() => bed.Driver.Break();

        public ValueTask DisposeAsync() => bed.DisposeAsync();
    }
}
