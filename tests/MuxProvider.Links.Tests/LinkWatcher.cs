namespace MuxProvider.Links.Tests;

/// <summary>Hears what happens to one link, and lets a test wait for it. Called by the link's thread, asked by any.</summary>
internal sealed class LinkWatcher : ILinkObserver
{
    // Guards what was heard and who waits for it.
    private readonly Lock _gate = new();
    private readonly List<string> _heard = [];
    private readonly List<(string What, int Count, TaskCompletionSource Source)> _waiting = [];
    private readonly TaskCompletionSource<ILink> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LinkException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LinkException?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was heard so far; a copy.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_gate)
                return [.. _heard];
        }
    }

    /// <summary>Runs on the link's thread inside OnSurprise.</summary>
    public Action<ILink>? Surprised { get; set; }

    /// <summary>Whether the handle of a large answer may have the link.</summary>
    public bool GivesLinks { get; set; } = true;

    /// <summary>Runs on the link's thread inside OnOpened.</summary>
    public Action<ILink>? OpenedHere { get; set; }

    public Task<ILink> Opened => _opened.Task.WaitAsync(Guard.Time);

    public Task<LinkException> Failed => _failed.Task.WaitAsync(Guard.Time);

    public Task<LinkException?> Closed => _closed.Task.WaitAsync(Guard.Time);

    /// <summary>Waits until something was heard so often.</summary>
    public Task WaitForAsync(string what, int count = 1)
    {
        lock (_gate)
        {
            if (_heard.Count(heard => heard == what) >= count)
                return Task.CompletedTask;
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((what, count, source));
            return source.Task.WaitAsync(Guard.Time);
        }
    }

    public void OnOpened(ILink link)
    {
        OpenedHere?.Invoke(link);
        Hear("opened");
        _opened.TrySetResult(link);
    }

    public void OnOpenFailed(LinkException cause)
    {
        Hear("open failed");
        _failed.TrySetResult(cause);
        _opened.TrySetException(cause);
    }

    public void OnIdle(ILink link) => Hear("idle");

    public void OnRecycled(ILink link) => Hear("recycled");

    public void OnSurprise(ILink link)
    {
        Surprised?.Invoke(link);
        Hear("surprise");
    }

    public bool OnLarge(ILink link)
    {
        Hear("large");
        return GivesLinks;
    }

    public void OnDemoted(ILink link) => Hear("demoted");

    public void OnClosed(ILink link, LinkException? cause)
    {
        Hear("closed");
        _closed.TrySetResult(cause);
    }

    private void Hear(string what)
    {
        lock (_gate)
        {
            _heard.Add(what);
            foreach (var (expected, count, source) in _waiting)
            {
                if (_heard.Count(heard => heard == expected) >= count)
                    source.TrySetResult();
            }
        }
    }
}
