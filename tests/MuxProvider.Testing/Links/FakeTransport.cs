using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// Opens <see cref="FakeLink"/>s when the test grants it, or at once. The observer is called on the test's thread, or
/// inside <see cref="BeginOpen"/> where links open by themselves, and never under a lock. Any thread may use it.
/// </summary>
public sealed class FakeTransport : ILinkTransport
{
    // Guards everything below.
    private readonly Lock _gate = new();
    private readonly Queue<(ILinkObserver Observer, int Server)> _opening = new();
    private readonly Queue<LinkException> _failures = new();
    private readonly List<FakeLink> _links = [];
    private readonly List<TimeSpan> _timeouts = [];
    private readonly List<int> _wishes = [];

    /// <summary>Whether links open inside <see cref="BeginOpen"/>.</summary>
    public bool AutoOpen { get; set; }

    /// <summary>What new links have learned; each gets a number of its own as its server thread.</summary>
    public LinkFacts Facts { get; set; } = new()
    {
        ServerVersion = ServerVersion.Parse("5.5.5-10.11.19-MariaDB-fake"),
        SqlMode = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
        SupportsPipelining = true,
        CanBeShared = true,
        Endpoint = "fake:3306",
    };

    /// <summary>The servers, where there are several; null for one place.</summary>
    public FakeServers? Servers { get; set; }

    /// <inheritdoc/>
    IServerSet? ILinkTransport.Servers => Servers;

    /// <summary>To which server a link leads whose opener does not care; 0 where nobody says.</summary>
    public Func<int>? NextServer { get; set; }

    /// <summary>The servers that openers wished for, negative where they did not; a copy.</summary>
    public IReadOnlyList<int> Wishes
    {
        get
        {
            lock (_gate)
                return [.. _wishes];
        }
    }

    /// <summary>Answers the statements of all links; see <see cref="FakeLink.Handler"/>.</summary>
    public Func<string, FakeReply?>? Handler { get; set; }

    /// <summary>The schemas that exist for new links; null for all.</summary>
    public IReadOnlySet<string>? Schemas { get; set; }

    /// <summary>Sets up every new link before the observer hears of it; null for nothing.</summary>
    public Action<FakeLink>? Prepare { get; set; }

    /// <summary>
    /// Hears whenever a link was asked for or opened, or took, answered or failed requests. Called on the thread on which that happened, under
    /// no lock.
    /// </summary>
    public Action? Changed { get; set; }

    /// <summary>Attempts that wait for the test.</summary>
    public int PendingOpens
    {
        get
        {
            lock (_gate)
                return _opening.Count;
        }
    }

    /// <summary>The time-outs of all attempts so far; a copy.</summary>
    public IReadOnlyList<TimeSpan> OpenTimeouts
    {
        get
        {
            lock (_gate)
                return [.. _timeouts];
        }
    }

    /// <summary>Attempts so far.</summary>
    public int OpenAttempts => OpenTimeouts.Count;

    /// <summary>All links that were ever opened, in order; a copy.</summary>
    public IReadOnlyList<FakeLink> Links
    {
        get
        {
            lock (_gate)
                return [.. _links];
        }
    }

    /// <summary>The links that are not closed; a copy.</summary>
    public IReadOnlyList<FakeLink> LiveLinks => [.. Links.Where(link => link.State != LinkState.Closed)];

    /// <summary>The statements of all links, link by link; a copy.</summary>
    public IReadOnlyList<string> Statements => [.. Links.SelectMany(link => link.Statements)];

    /// <summary>Replies whose callers did not give them back.</summary>
    public int UndisposedReplies => Links.Sum(link => link.UndisposedReplies);

    /// <inheritdoc/>
    public void BeginOpen(ILinkObserver observer, TimeSpan timeout) => BeginOpen(observer, timeout, server: -1);

    /// <inheritdoc/>
    public void BeginOpen(ILinkObserver observer, TimeSpan timeout, int server)
    {
        ArgumentNullException.ThrowIfNull(observer);
        LinkException? failure;
        var waits = false;
        lock (_gate)
        {
            _timeouts.Add(timeout);
            _wishes.Add(server);
            if (!_failures.TryDequeue(out failure) && !AutoOpen)
            {
                _opening.Enqueue((observer, server));
                waits = true;
            }
        }

        if (waits)
            Changed?.Invoke();
        else if (failure is not null)
            observer.OnOpenFailed(failure);
        else
            Open(observer, server);
    }

    /// <summary>Grants the oldest attempt that waits.</summary>
    /// <returns>The link.</returns>
    public FakeLink OpenNext()
    {
        var (observer, server) = TakeAttempt();
        return Open(observer, server);
    }

    /// <summary>Fails the oldest attempt that waits, or else the next one as soon as it is made.</summary>
    public void FailNext(LinkException? cause = null)
    {
        cause ??= new LinkException(LinkFailureKind.Unreachable, Delivery.NotSent, "fake:3306 cannot be reached.");
        lock (_gate)
        {
            if (_opening.Count == 0)
            {
                _failures.Enqueue(cause);
                return;
            }
        }

        TakeAttempt().Observer.OnOpenFailed(cause);
    }

    private (ILinkObserver Observer, int Server) TakeAttempt()
    {
        lock (_gate)
        {
            return _opening.TryDequeue(out var attempt)
                ? attempt
                : throw new InvalidOperationException("Nobody asked for a link.");
        }
    }

    private FakeLink Open(ILinkObserver observer, int server)
    {
        if (server < 0)
            server = NextServer?.Invoke() ?? 0;
        FakeLink link;
        lock (_gate)
        {
            link = new FakeLink(observer, Facts with { ServerThread = (uint)(_links.Count + 1), Server = server })
            {
                Handler = text => Handler?.Invoke(text),
                Schemas = Schemas,
                Changed = () => Changed?.Invoke(),
            };
            _links.Add(link);
        }

        Prepare?.Invoke(link);
        observer.OnOpened(link);
        Changed?.Invoke();
        return link;
    }
}
