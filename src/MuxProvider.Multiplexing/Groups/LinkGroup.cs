using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
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
    private long? _lastFailure;
    private long _lastActive;
    private int _opening;
    private bool _isGrowing;
    private bool _isFloatsTurn = true;
    private bool _isClosed;
    private long _resets;
    private long _discards;
    private long _leakAlarms;

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
        _lastActive = clock.GetTimestamp();
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

    /// <summary>Sessions that were reset.</summary>
    public long Resets => Volatile.Read(ref _resets);

    /// <summary>Links that were closed because a reset would not have cleaned them.</summary>
    public long Discards => Volatile.Read(ref _discards);

    /// <summary>Floating statements that changed the session against the forecast.</summary>
    public long LeakAlarms => Volatile.Read(ref _leakAlarms);

    /// <summary>Whether a shared link is up, however busy.</summary>
    public bool HasSharedLink => _shared.HasOpen;

    /// <summary>Picks a shared link, and has another one opened in the background where the wait is long.</summary>
    /// <param name="settings">The handle's settings.</param>
    /// <returns>
    /// The link; null where the handle has to wait for one: none is up, or all are held up (by a statement that waits for a lock, say)
    /// and another one is on its way.
    /// </returns>
    public ILink? Pick(Settings settings)
    {
        var shared = _shared.Now;
        var link = LinkPicker.Pick(shared, settings, (uint)Random.Shared.Next());
        if (link is null || shared.Length >= Options.MaxSharedLinks)
            return link;
        var wait = link.EstimatedWait;
        if (wait <= s_growthWait)
            return link;
        var isComing = Grow();
        return isComing && wait > s_heldUpWait ? null : link;
    }

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
    /// <returns>The request.</returns>
    public LeaseRequest RequestLease(Deadline deadline)
    {
        var request = new LeaseRequest(deadline);
        var open = false;
        ILink? drained = null;
        lock (_gate)
        {
            if (_isClosed)
            {
                request.Fail(Closed());
                return request;
            }

            if (!_waiting.HasLeaseQueue && _parked.TryTake(out var parked))
            {
                parked.Role = LinkRole.Leased;
                request.Grant(parked.Link);
                return request;
            }

            _waiting.Add(request);
            open = NeedsOpening();
            if (!open && _opening == 0)
                drained = DrainSharedForLease();
        }

        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
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
                member = new GroupMember(link, _clock.GetTimestamp());
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
        lock (_gate)
        {
            if (!_members.ContainsKey(link))
                return;
            if (EndsPromotion(member, end))
            {
                member.Role = LinkRole.DrainingForLease;
                drain = true;
            }
            else if (_isClosed
                || !Options.ReusesLinks
                || link.Depth > 0
                || IsTooOld(member)
                || member.IsOutdated
                || end == LeaseEnd.Discard
                || (!HasSchema && link.Settings is not { Schema: null }))
            {
                // Something of the handle still runs, or the session cannot be made as new: a reset does not take the schema away.
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

        // What is still under way keeps its deadlines; the last tick ends the ticking.
        lock (_gate)
        {
            if (IsActive())
                _timer.Change(s_tick, Timeout.InfiniteTimeSpan);
            else
                _timer.Dispose();
        }
    }

    /// <summary>What the links do, in one line.</summary>
    public override string ToString()
    {
        lock (_gate)
            return Describe();
    }

    // ---- what links report: on their own threads ---------------------------------------------------------------------

    /// <inheritdoc/>
    void ILinkObserver.OnOpened(ILink link)
    {
        List<ILink>? outdated = null;
        bool open;
        bool isClosed;
        lock (_gate)
        {
            _opening--;
            isClosed = _isClosed;
            var member = new GroupMember(link, _clock.GetTimestamp());
            _members.Add(link, member);
            _lastFailure = null;
            var isGrowth = _isGrowing;
            _isGrowing = false;

            // The server's global sql_mode was changed: links opened before it have another session than this one.
            if (_facts is { } before && before.SqlMode != link.Facts.SqlMode)
                outdated = [.. _members.Values.Where(other => other.Link != link && other.Role is not LinkRole.Leased).Select(other => other.Link)];
            _facts = link.Facts;
            foreach (var old in outdated ?? [])
                _shared.Remove(old);
            if (!isClosed)
                MakeAvailable(member, isGrowth);
            open = NeedsOpening();

            // Those who hoped for this link look at what there is.
            if (_shared.HasOpen)
                _waiting.EndLinkWaits();
        }

        foreach (var old in outdated ?? [])
            old.CloseWhenIdle();
        if (isClosed)
            link.CloseWhenIdle();
        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
        KeepDeadlines();
    }

    /// <inheritdoc/>
    void ILinkObserver.OnOpenFailed(LinkException cause)
    {
        ILink? drained = null;
        lock (_gate)
        {
            _opening--;
            _isGrowing = false;
            _lastFailure = _clock.GetTimestamp();

            if (_shared.HasOpen)
                _waiting.EndLinkWaits();

            // Where the server only has no room, those who wait for a lease share the links that there are.
            var isFull = cause.ServerError?.Code is 1040 or 1203 or 1226;
            if (!isFull || (_members.Count == 0 && _opening == 0))
            {
                _waiting.FailLeases(cause);
                if (!_shared.HasOpen)
                    _waiting.FailLinkWaits(cause);
            }
            else if (_opening == 0 && _waiting.HasLeaseQueue)
            {
                drained = DrainSharedForLease();
            }
        }

        drained?.NotifyWhenIdle();
    }

    /// <inheritdoc/>
    void ILinkObserver.OnIdle(ILink link)
    {
        var close = false;
        lock (_gate)
        {
            if (_members.TryGetValue(link, out var member) && member.Role == LinkRole.DrainingForLease)
            {
                close = _isClosed || link.State == LinkState.Closing;
                if (!close)
                    MakeAvailable(member);
            }
        }

        if (close)
            link.Close();
    }

    /// <inheritdoc/>
    void ILinkObserver.OnRecycled(ILink link)
    {
        lock (_gate)
        {
            if (_members.TryGetValue(link, out var member) && member.Role == LinkRole.Recycling)
                MakeAvailable(member);
        }
    }

    /// <inheritdoc/>
    void ILinkObserver.OnSurprise(ILink link)
    {
        Interlocked.Increment(ref _leakAlarms);
        Unshare(link);
    }

    /// <inheritdoc/>
    void ILinkObserver.OnClosed(ILink link, LinkException? cause)
    {
        bool open;
        lock (_gate)
        {
            _members.Remove(link);
            _shared.Remove(link);
            open = NeedsOpening();
        }

        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
    }

    // ---- below: only with the gate held, unless said otherwise ---------------------------------------------------------

    // Whether a link has to be opened for those who wait; if so, it is counted, and the caller opens it outside the gate.
    private bool NeedsOpening()
    {
        if (_isClosed || _members.Count + _opening >= Options.MaxLinks)
            return false;
        var floats = _waiting.WantsSharedLink && !_shared.HasOpen ? 1 : 0;
        if (_waiting.Leases + floats <= _opening)
            return false;
        _opening++;
        return true;
    }

    /// <summary>Ends the statement that a lease's link still runs for nobody. Not under the gate.</summary>
    /// <param name="target">The link; its owner sends nothing meanwhile.</param>
    /// <returns>When its owner may use the link again; false where nobody else may ever get it.</returns>
    public Task<bool> KillStatement(ILink target) => new KillErrand(target).RunAsync(KillerOf(target), _transport, _clock);

    // A shared link to the same server.
    private ILink? KillerOf(ILink link) => Array.Find(
        _shared.Now,
        other => other.State == LinkState.Open && other.Facts.ServerIdentity.Length > 0 && other.Facts.ServerIdentity == link.Facts.ServerIdentity);

    // The server does not notice that a link is gone while it still runs a statement of it, and keeps its locks until then. Nobody
    // else can be hit: the link is this lease's alone, and the number is only used on the server that gave it.
    private void Kill(ILink link)
    {
        if (KillerOf(link) is not { } killer)
            return;
        var text = new StatementText(string.Create(CultureInfo.InvariantCulture, $"KILL {link.Facts.ServerThread}"), []);
        var reply = killer.Submit(new Statement(text), new Terms(null, Deadline.Never, LeavesNoState: true, OnLease: false, default));
        _ = Task.Run(() => ForgetAsync(reply));

        static async Task ForgetAsync(Reply reply)
        {
            await reply.Completion.ConfigureAwait(false);
            reply.Dispose();
        }
    }

    // Whether another shared link is there or on its way. Not under the gate.
    private bool Grow()
    {
        lock (_gate)
        {
            if (_isClosed || _shared.Count >= Options.MaxSharedLinks)
                return false;
            if (_isGrowing)
                return true;
            if (_opening > 0)
                return false;
            if (_parked.Count > 0)
            {
                ShareParked();
                return false;
            }

            if (_members.Count >= Options.MaxLinks || (_lastFailure is { } failure && _clock.GetElapsedTime(failure) < s_growthPause))
                return false;
            _opening++;
            _isGrowing = true;
        }

        _transport.BeginOpen(this, Options.ConnectionTimeout);
        return true;
    }

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
        var others = _members.Values.Any(static member => member.Role is LinkRole.Leased or LinkRole.Recycling or LinkRole.DrainingForLease);
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
        Options.LinkLifetime > TimeSpan.Zero && _clock.GetElapsedTime(member.OpenedAt) > Options.LinkLifetime;

    private LinkException Closed() =>
        new(LinkFailureKind.Closed, Delivery.NotSent, $"The data source of {_hostKey} was disposed.");

    private string Describe()
    {
        var text = new StringBuilder();
        var leased = _members.Values.Where(static member => member.Role == LinkRole.Leased).ToList();
        text.Append(CultureInfo.InvariantCulture, $"{_members.Count} of at most {Options.MaxLinks} links to {_hostKey.Endpoints}: {_shared.Count} shared, {leased.Count} leased");
        var reasons = leased
            .Select(static member => (member.Reasons, member.Note))
            .GroupBy(static reason => reason)
            .OrderByDescending(static group => group.Count())
            .Select(static group => $"{(group.Key.Reasons == PinReasons.None ? "one statement" : group.Key.Reasons)}{(group.Key.Note is { } note ? $" '{note}'" : "")} {group.Count()}");
        var list = string.Join("; ", reasons);
        if (list.Length > 0)
            text.Append(" (").Append(list).Append(')');
        text.Append(CultureInfo.InvariantCulture, $", {_parked.Count} parked, {_opening} opening, {_waiting.Leases} waiting for a lease");
        return text.ToString();
    }

    // ---- the clock -----------------------------------------------------------------------------------------------------

    private void StartTicking()
    {
        lock (_gate)
        {
            if (_isTicking)
                return;
            _isTicking = true;
            _lastActive = _clock.GetTimestamp();
            _timer.Change(s_tick, Timeout.InfiniteTimeSpan);
        }
    }

    private void Tick()
    {
        ILink[] links;
        ILink? drained;
        lock (_gate)
        {
            links = [.. _members.Keys];
            _waiting.ExpireOverdue();

            // A link that was held up flows again: nobody has to wait for another one.
            if (_waiting.WantsSharedLink && _shared.HasOpenWithin(s_heldUpWait))
                _waiting.EndLinkWaits();
            drained = _waiting.HasLeaseQueue && _opening == 0 && _members.Count >= Options.MaxLinks ? DrainSharedForLease() : null;
        }

        drained?.NotifyWhenIdle();
        foreach (var link in links)
            link.ExpireOverdue();

        List<ILink> idle;
        lock (_gate)
        {
            // Whoever submits from now on starts the ticking again; whoever just did is seen here.
            _isTicking = false;
            Interlocked.MemoryBarrier();
            if (IsActive())
            {
                _isTicking = true;
                _lastActive = _clock.GetTimestamp();
                _timer.Change(s_tick, Timeout.InfiniteTimeSpan);
            }
            else if (_isClosed)
            {
                _timer.Dispose();
            }
            else if (Options.IdleTimeout > TimeSpan.Zero && _members.Count > 0)
            {
                var half = Options.IdleTimeout / 2;
                _timer.Change(half > s_shortestIdleTick ? half : s_shortestIdleTick, Timeout.InfiniteTimeSpan);
            }

            idle = _isClosed ? [] : [.. TakeIdle(), .. TakeOld()];
        }

        foreach (var link in idle)
            link.CloseWhenIdle();
    }

    private bool IsActive() => !_waiting.IsEmpty || _members.Keys.Any(static link => link.Depth > 0);

    // A link that is always in use is never given back; those who share it go on with a new one, which logs in anew.
    private List<ILink> TakeOld()
    {
        List<ILink> old = [];
        foreach (var link in _shared.Now)
        {
            if (!_members.TryGetValue(link, out var member) || !IsTooOld(member))
                continue;
            member.IsOutdated = true;
            old.Add(link);
            _shared.Remove(link);
        }

        return old;
    }

    private List<ILink> TakeIdle()
    {
        if (Options.IdleTimeout <= TimeSpan.Zero)
            return [];
        var spare = Math.Max(0, _members.Count - Options.MinLinks);
        var idle = _parked.TakeIdle(spare, _clock, Options.IdleTimeout);
        spare -= idle.Count;
        if (spare > 0 && _clock.GetElapsedTime(_lastActive) >= Options.IdleTimeout)
        {
            foreach (var link in _shared.Now.Take(spare))
            {
                idle.Add(link);
                _shared.Remove(link);
            }
        }

        return idle;
    }
}
