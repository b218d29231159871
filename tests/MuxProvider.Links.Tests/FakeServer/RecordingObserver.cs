namespace MuxProvider.Links.Tests;

/// <summary>Writes down what it hears of links.</summary>
internal sealed class RecordingObserver : ILinkObserver
{
    public List<string> Heard { get; } = [];

    public void OnOpened(ILink link) => Heard.Add("opened");

    public void OnOpenFailed(LinkException cause) => Heard.Add($"open failed: {cause.Kind}");

    public void OnIdle(ILink link) => Heard.Add("idle");

    public void OnRecycled(ILink link) => Heard.Add("recycled");

    public void OnSurprise(ILink link) => Heard.Add("surprise");

    public void OnClosed(ILink link, LinkException? cause) => Heard.Add(cause is null ? "closed" : $"lost: {cause.Kind}");
}
