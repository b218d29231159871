using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// A few connections besides the links of a group, over which servers are told to end statements: a KILL may take seconds, and nobody's
/// statements may wait behind it. Opened when they are needed, closed soon after. Any thread may use it.
/// </summary>
/// <param name="transport">Opens them.</param>
/// <param name="clock">Measures how long they idle.</param>
internal sealed class ControlLinks(ILinkTransport transport, TimeProvider clock)
{
    /// <summary>How many there are at most.</summary>
    public const int Most = 4;

    private static readonly TimeSpan s_openLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    // Whoever passes has the right to one of them.
    private readonly SemaphoreSlim _rights = new(Most, Most);

    // Guards what is below.
    private readonly Lock _gate = new();
    private readonly List<ILink> _idle = [];
    private ITimer? _timer;
    private bool _isClosed;

    /// <summary>How many wait for the next errand.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
                return _idle.Count;
        }
    }

    /// <summary>Takes one for oneself.</summary>
    /// <param name="facts">Of a link to the server to which it must lead.</param>
    /// <returns>The link, to be given back; null where none can be had.</returns>
    public async Task<ILink?> RentAsync(LinkFacts facts)
    {
        await _rights.WaitAsync().ConfigureAwait(false);
        if (TakeIdle(facts.ServerIdentity) is { } idle)
            return idle;
        var opened = new Opening();
        transport.BeginOpen(opened, s_openLimit, facts.Server);
        var link = await opened.Link.ConfigureAwait(false);

        // Behind one name there may be several servers, and on another the numbers are those of others.
        if (link is not null && link.Facts.ServerIdentity == facts.ServerIdentity)
            return link;
        link?.CloseWhenIdle();
        _rights.Release();
        return null;
    }

    /// <summary>Gives one back.</summary>
    public void Return(ILink link)
    {
        var close = false;
        lock (_gate)
        {
            if (_isClosed || link.Depth > 0 || link.State != LinkState.Open)
            {
                close = true;
            }
            else
            {
                _idle.Add(link);
                _timer ??= clock.CreateTimer(static links => ((ControlLinks)links!).CloseIdle(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(s_idle, Timeout.InfiniteTimeSpan);
            }
        }

        if (close)
            link.Close();
        _rights.Release();
    }

    /// <summary>Closes those that nobody uses, and the others when they are given back.</summary>
    public void Close()
    {
        lock (_gate)
            _isClosed = true;
        CloseIdle();
        _timer?.Dispose();
    }

    private ILink? TakeIdle(string serverIdentity)
    {
        lock (_gate)
        {
            _idle.RemoveAll(static link => link.State != LinkState.Open);
            var index = _idle.FindLastIndex(link => link.Facts.ServerIdentity == serverIdentity);
            if (index < 0)
                return null;
            var link = _idle[index];
            _idle.RemoveAt(index);
            return link;
        }
    }

    private void CloseIdle()
    {
        List<ILink> idle;
        lock (_gate)
        {
            idle = [.. _idle];
            _idle.Clear();
        }

        foreach (var link in idle)
            link.CloseWhenIdle();
    }

    // Hears of one that is being opened.
    private sealed class Opening : ILinkObserver
    {
        private readonly TaskCompletionSource<ILink?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<ILink?> Link => _opened.Task;

        void ILinkObserver.OnOpened(ILink link) => _opened.TrySetResult(link);

        void ILinkObserver.OnOpenFailed(LinkException cause) => _opened.TrySetResult(null);

        void ILinkObserver.OnIdle(ILink link)
        {
        }

        void ILinkObserver.OnRecycled(ILink link)
        {
        }

        void ILinkObserver.OnSurprise(ILink link)
        {
        }

        void ILinkObserver.OnClosed(ILink link, LinkException? cause)
        {
        }
    }
}
