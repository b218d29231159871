using System.Collections.Concurrent;
using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// All links of one host key: those that are shared, those on lease, those parked for the next lease. Opens links when they
/// are needed and closes those that nobody needs. Any thread may use it.
/// </summary>
internal sealed partial class LinkGroup : ILinkObserver
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_shortestIdleTick = TimeSpan.FromSeconds(1);

    // After a failure nobody tries to grow for so long.
    private static readonly TimeSpan s_growthPause = TimeSpan.FromSeconds(1);

    // After so long a link is held up rather than busy: what is sent behind may have to wait for ever.
    private static readonly TimeSpan s_heldUpWait = TimeSpan.FromMilliseconds(50);

    // A longer wait than this is worth another link.
    private static readonly TimeSpan s_growthWait = TimeSpan.FromMilliseconds(1);

    private readonly HostKey _hostKey;
    private readonly ILinkTransport _transport;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly ConcurrentDictionary<string, bool> _knownSchemas = new(StringComparer.Ordinal);

    // Guards everything below. Calls into links are made inside it only where they cannot call back.
    private readonly Lock _gate = new();
    private readonly Dictionary<ILink, GroupMember> _members = [];
    private readonly SharedLinks _shared = new();
    private readonly ParkedLinks _parked = new();
    private readonly WaitingHandles _waiting = new();
    private volatile LinkFacts? _facts;
    private volatile bool _isTicking;
    private readonly OpeningPace _pace;
    private readonly ControlLinks _controls;
    private LinkException? _openingFailure;
    private long _lastActive;
    private int _opening;
    private bool _isGrowing;
    private bool _isFloatsTurn = true;
    private bool _isClosed;
    private long _resets;
    private long _discards;
    private long _leakAlarms;
    private long _kills;

    /// <summary>Creates a group without links.</summary>
    /// <param name="hostKey">What its links have in common.</param>
    /// <param name="hasSchema">Whether its handles have a default schema: a link can get one but never lose it.</param>
    /// <param name="options">How handles share.</param>
    /// <param name="transport">Opens links.</param>
    /// <param name="clock">The clock.</param>
    public LinkGroup(HostKey hostKey, bool hasSchema, MultiplexingOptions options, ILinkTransport transport, TimeProvider clock)
    {
        _hostKey = hostKey;
        HasSchema = hasSchema;
        Options = options;
        _transport = transport;
        _clock = clock;
        _watch = transport.Servers is { } servers ? new ServerWatch(servers, options, clock) : null;
        _lastActive = clock.GetTimestamp();
        _controls = new ControlLinks(transport, clock);
        _pace = new OpeningPace(clock, Random.Shared.NextDouble);
        _timer = clock.CreateTimer(static group => ((LinkGroup)group!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How handles share.</summary>
    public MultiplexingOptions Options { get; }

    /// <summary>Whether the group's handles have a default schema.</summary>
    public bool HasSchema { get; }

    /// <summary>What is known of the server; null before the first link.</summary>
    public LinkFacts? Facts => _facts;

    /// <summary>Links that are open, in whatever role.</summary>
    public int LinkCount
    {
        get
        {
            lock (_gate)
                return _members.Count;
        }
    }

    /// <summary>Where the links lead, for people.</summary>
    public string Endpoints => _hostKey.Endpoints;

    /// <summary>Whether there is no link yet, and one is being opened.</summary>
    public bool IsOpeningFirst
    {
        get
        {
            lock (_gate)
                return _members.Count == 0 && _opening > 0;
        }
    }

    /// <summary>Whether statements of different handles may share links.</summary>
    public bool Shares => Options.IsEnabled && _facts is not { CanBeShared: false };

    /// <summary>The clock.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>Whether a schema has been used on this host key.</summary>
    public bool Knows(string schema) => _knownSchemas.ContainsKey(schema);

    /// <summary>Remembers that a schema can be used.</summary>
    public void Learn(string schema) => _knownSchemas.TryAdd(schema, true);

    /// <summary>Forgets which schemas can be used: some were dropped, or rights were taken away.</summary>
    public void ForgetSchemas() => _knownSchemas.Clear();

    /// <summary>Whether a connection of the server is one of the links.</summary>
    /// <param name="serverThread">The server's number of it.</param>
    public bool OwnsThread(ulong serverThread)
    {
        lock (_gate)
        {
            foreach (var link in _members.Keys)
            {
                if (link.Facts.ServerThread == serverThread)
                    return true;
            }
        }

        return false;
    }

    /// <summary>What its links have prepared.</summary>
    public PreparationStatistics Preparations => _transport.Preparations;

    /// <summary>Bytes of requests and answers that its links hold in memory.</summary>
    public long BufferedBytes => _transport.BufferedBytes;

    /// <summary>Sessions that were reset.</summary>
    public long Resets => Volatile.Read(ref _resets);

    /// <summary>Links that were closed because a reset would not have cleaned them.</summary>
    public long Discards => Volatile.Read(ref _discards);

    /// <summary>Floating statements that changed the session against the forecast.</summary>
    public long LeakAlarms => Volatile.Read(ref _leakAlarms);

    /// <summary>Statements that servers were told to end because nobody waited for them any more.</summary>
    public long Kills => Volatile.Read(ref _kills);

    /// <summary>Whether a shared link is up, however busy.</summary>
    public bool HasSharedLink => _shared.HasOpen;

    /// <summary>Picks a shared link, and has another one opened in the background where the wait is long.</summary>
    /// <param name="settings">The handle's settings.</param>
    /// <param name="server">The handle's server.</param>
    /// <returns>
    /// The link; null where the handle has to wait for one: none is up, or all are held up (by a statement that waits for a lock, say)
    /// and another one is on its way.
    /// </returns>
    public ILink? Pick(Settings settings, int server = AnyServer)
    {
        var shared = _shared.Now;
        var random = (uint)Random.Shared.Next();
        var link = server < 0 ? LinkPicker.Pick(shared, settings, random) : LinkPicker.Pick(shared, settings, random, server, s_heldUpWait);
        if (link is null || shared.Length >= Options.MaxSharedLinks)
            return link;
        var wait = link.EstimatedWait;
        if (wait <= s_growthWait)
            return link;
        var isComing = Grow();
        return isComing && wait > s_heldUpWait ? null : link;
    }

    /// <summary>Whether so many statements are on a link that no more may join them.</summary>
    public bool IsFull(ILink link) => link.Depth >= Options.MaxWaitingHandles;

    /// <summary>Nobody else may wait.</summary>
    public LinkException TooManyWait() => new(
        LinkFailureKind.NoLinkAvailable,
        Delivery.NotSent,
        string.Create(CultureInfo.InvariantCulture, $"{Options.MaxWaitingHandles} connections wait for {Endpoints} already; nothing was sent. Do less at a time, or raise Max Waiting Connections."));

    /// <summary>Has the deadlines kept of whatever was just submitted.</summary>
    public void KeepDeadlines()
    {
        if (!_isTicking)
            StartTicking();
    }

    /// <summary>Waits until a shared link is there.</summary>
    /// <param name="deadline">When to stop waiting.</param>
    /// <returns>The wait.</returns>
    public LinkWait WaitForLink(Deadline deadline)
    {
        var wait = new LinkWait(deadline);
        var open = false;
        lock (_gate)
        {
            if (_isClosed)
            {
                wait.Fail(Closed());
            }
            else if (_waiting.Count >= Options.MaxWaitingHandles)
            {
                wait.Fail(TooManyWait());
            }
            else if (_shared.HasOpen && _opening == 0)
            {
                wait.End();
            }
            else
            {
                _waiting.Add(wait);
                ShareParked();
                open = NeedsOpening();
            }
        }

        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
        KeepDeadlines();
        return wait;
    }

    /// <summary>Asks for a link of one's own: an idle one, else a new one as far as Max Links allows, else first come, first served.</summary>
    /// <param name="deadline">When to stop waiting.</param>
    /// <param name="server">To which server, where that can be had.</param>
    /// <returns>The request.</returns>
    public LeaseRequest RequestLease(Deadline deadline, int server = AnyServer)
    {
        var request = new LeaseRequest(deadline);
        var open = false;
        ILink? drained = null;
        lock (_gate)
        {
            if (_isClosed || _waiting.Count >= Options.MaxWaitingHandles)
            {
                request.Fail(_isClosed ? Closed() : TooManyWait());
                return request;
            }

            server = Wish(server);
            if (!_waiting.HasLeaseQueue && TryTakeParked(server, out var parked))
            {
                parked.Role = LinkRole.Leased;
                request.Grant(parked.Link);
                return request;
            }

            _waiting.Add(request);
            open = NeedsOpening();
            if (!open && _opening == 0 && _members.Count >= Options.MaxLinks)
                drained = DrainSharedForLease();
        }

        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout, server);
        drained?.NotifyWhenIdle();
        KeepDeadlines();
        return request;
    }

    /// <summary>Turns a granted link into a lease.</summary>
    public Lease Take(ILink link)
    {
        lock (_gate)
        {
            // A link that closed meanwhile is none of the group's any more; its lease finds out at the first request.
            if (!_members.TryGetValue(link, out var member))
                member = new GroupMember(link, _clock.GetTimestamp(), Options.Chance());
            member.Role = LinkRole.Leased;
            member.Reasons = PinReasons.None;
            member.Note = null;
            return new Lease(this, member);
        }
    }

    /// <summary>After a surprise: the handle that caused it keeps the link.</summary>
    public Lease Adopt(ILink link)
    {
        Unshare(link);
        var lease = Take(link);
        link.Adopt();
        return lease;
    }

    /// <summary>Takes a lease's link back.</summary>
    public void Return(GroupMember member, LeaseEnd end)
    {
        var link = member.Link;
        var close = false;
        var recycle = false;
        var drain = false;
        var isRunning = false;
        lock (_gate)
        {
            if (!_members.ContainsKey(link))
                return;
            if (EndsPromotion(member, end))
            {
                member.Role = LinkRole.DrainingForLease;
                drain = true;
            }
            else if (!_isClosed && MustEnd(link))
            {
                // Until the server has ended it, it counts: there would be more connections than may be.
                member.Role = LinkRole.Ending;
                isRunning = true;
            }
            else if (_isClosed || link.Depth > 0 || !MayBeUsedAgain(member, end))
            {
                close = true;
            }
            else if (end == LeaseEnd.Clean)
            {
                MakeAvailable(member);
            }
            else
            {
                member.Role = LinkRole.Recycling;
                recycle = true;
            }
        }

        if (drain)
        {
            link.NotifyWhenIdle();
        }
        else if (isRunning)
        {
            _ = EndAsync(member, end);
        }
        else if (close)
        {
            if (end == LeaseEnd.Discard)
                Interlocked.Increment(ref _discards);
            if (link.Depth > 0)
                Kill(link);
            link.Close();
        }
        else if (recycle)
        {
            Interlocked.Increment(ref _resets);
            link.Recycle();
        }

        KeepDeadlines();
    }

    // Whether the session can be made as new: a reset does not take the schema away.
    private bool MayBeUsedAgain(GroupMember member, LeaseEnd end) =>
        Options.ReusesLinks && !IsTooOld(member) && !member.IsOutdated && end != LeaseEnd.Discard && (HasSchema || member.Link.Settings is { Schema: null });

    /// <summary>
    /// Closes every link that there is now: at once where nobody uses it, otherwise when it has answered what it has, or is given back.
    /// The handles go on with new ones.
    /// </summary>
    public void Clear()
    {
        List<ILink> links = [];
        lock (_gate)
        {
            foreach (var member in _members.Values)
            {
                member.IsOutdated = true;
                if (member.Role is not LinkRole.Leased)
                    links.Add(member.Link);
            }

            _shared.Clear();
            _parked.Clear();
        }

        foreach (var link in links)
            link.CloseWhenIdle();
    }

    /// <summary>Closes the links that nobody uses, and the others when they are given back.</summary>
    public void Close()
    {
        List<ILink> links;
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            links = [.. _members.Values.Where(member => member.Role is not LinkRole.Leased).Select(member => member.Link)];
            _shared.Clear();
            _parked.Clear();
            _waiting.FailLeases(Closed());
            _waiting.FailLinkWaits(Closed());
        }

        foreach (var link in links)
            link.CloseWhenIdle();
        _controls.Close();

        // What is still under way keeps its deadlines; the last tick ends the ticking.
        lock (_gate)
        {
            if (IsActive())
                _timer.Change(s_tick, Timeout.InfiniteTimeSpan);
            else
                _timer.Dispose();
        }
    }

    // ---- below: only with the gate held, unless said otherwise ---------------------------------------------------------

    private void ShareParked()
    {
        if (Shares && _parked.TryTake(out var parked))
            Share(parked);
    }

    // A link is free: the first who waits for a lease gets it; else it is shared where one is missing; else it is parked.
    private void MakeAvailable(GroupMember member, bool isGrowth = false)
    {
        if (member.Link.State != LinkState.Open)
            return;

        // Where both kinds wait for it they take turns: otherwise a queue for leases would keep everybody else out for good. The
        // clock takes the link away again as soon as somebody waits for a lease.
        var isFloatsTurn = _isFloatsTurn && Shares && !_shared.HasOpen && _waiting.WantsSharedLink;
        _isFloatsTurn = !isFloatsTurn;
        var role = member.Role;
        member.Role = LinkRole.Leased;
        if (!isFloatsTurn && _waiting.TryGrant(member.Link))
            return;
        member.Role = role;
        if (Shares && (!_shared.HasOpen || (isGrowth && _shared.Count < Options.MaxSharedLinks)))
        {
            Share(member);
        }
        else
        {
            _parked.Add(member, _clock.GetTimestamp());
            if (!Shares)
                _waiting.EndLinkWaits();
        }
    }

    private void Share(GroupMember member)
    {
        member.Role = LinkRole.Shared;
        _shared.Add(member.Link);
        _waiting.EndLinkWaits();
    }

    private ILink? DrainSharedForLease()
    {
        // Keep one for those who share, unless there is only one and nobody will give a link back.
        var others = _members.Values.Any(static member => member.Role is LinkRole.Leased or LinkRole.Recycling or LinkRole.Ending or LinkRole.DrainingForLease);
        if (_shared.Count == 0 || (_shared.Count == 1 && others))
            return null;
        var link = _shared.Now.MinBy(static link => link.EstimatedWait)!;
        _shared.Remove(link);
        _members[link].Role = LinkRole.DrainingForLease;
        return link;
    }

    // Not under the gate.
    private void Unshare(ILink link)
    {
        lock (_gate)
        {
            _shared.Remove(link);
            if (_members.TryGetValue(link, out var member))
                member.Role = LinkRole.Leased;
        }
    }

    private bool IsTooOld(GroupMember member) =>
        Options.LinkLifetime > TimeSpan.Zero && _clock.GetElapsedTime(member.OpenedAt) > member.LifetimeOf(Options.LinkLifetime);

    private LinkException Closed() =>
        new(LinkFailureKind.Closed, Delivery.NotSent, $"The data source of {_hostKey} was disposed.");
}
