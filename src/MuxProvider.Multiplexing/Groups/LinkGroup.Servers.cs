using System.Diagnostics.CodeAnalysis;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Which of several servers is used, and whether it still is what it was. Not under the gate, unless said otherwise.</content>
internal sealed partial class LinkGroup
{
    /// <summary>No server in particular.</summary>
    public const int AnyServer = -1;

    // Null where links simply lead to one place.
    private readonly ServerWatch? _watch;

    // Links that are opened only to see whether a server is there; guarded by the gate.
    private int _probing;

    private bool HasSeveralServers => _watch is { HasSeveral: true };

    /// <summary>
    /// Picks a shared link as <see cref="Pick(Settings, int)"/> does, one of the handle's server as long as one can be had: what a handle
    /// wrote it finds again, although the servers copy from each other.
    /// </summary>
    /// <param name="settings">The handle's settings.</param>
    /// <param name="server">The handle's server; the one it goes to where it has none, or has to move.</param>
    /// <returns>The link; null where the handle has to wait for one.</returns>
    public ILink? Pick(Settings settings, ref int server)
    {
        if (!HasSeveralServers)
            return Pick(settings);
        var link = Pick(settings, server);
        if (link is not null)
            server = link.Facts.Server;
        return link;
    }

    /// <inheritdoc/>
    void ILinkObserver.OnDemoted(ILink link) => DrainServer(link.Facts.Server);

    /// <summary>A server that was tried is there.</summary>
    /// <param name="link">A link to it.</param>
    public void ProbeOpened(ILink link)
    {
        bool hasRoom;
        lock (_gate)
        {
            _probing--;
            hasRoom = !_isClosed && _members.Count + _opening < Options.MaxLinks;
            if (hasRoom)
                _opening++;
        }

        if (hasRoom)
            ((ILinkObserver)this).OnOpened(link);
        else
            link.CloseWhenIdle();
    }

    /// <summary>A server that was tried is not there.</summary>
    /// <param name="server">The server.</param>
    /// <param name="isSuspect">Whether a link to it gave no answer.</param>
    public void ProbeFailed(int server, bool isSuspect)
    {
        lock (_gate)
            _probing--;
        if (isSuspect)
            DrainServer(server);
    }

    // ---- leases: with the gate held --------------------------------------------------------------------------------------

    // The server of a lease: its handle's, unless there are no links to it any more.
    private int Wish(int server) =>
        server >= 0 && HasSeveralServers && _members.Values.Any(member => !member.IsOutdated && member.Link.Facts.Server == server) ? server : AnyServer;

    // A link to the wished server is rather opened than one to another taken.
    private bool TryTakeParked(int wish, [NotNullWhen(true)] out GroupMember? parked)
    {
        if (wish >= 0)
        {
            if (_parked.TryTake(wish, out parked))
                return true;
            if (_members.Count + _opening < Options.MaxLinks)
                return false;
        }

        return _parked.TryTake(out parked);
    }

    // Where no link to the wished server can be opened, one to another will do.
    private void GrantParked()
    {
        while (HasSeveralServers && _waiting.HasLeaseQueue && _parked.TryTake(out var parked))
            MakeAvailable(parked);
    }

    // ---- links to the right servers --------------------------------------------------------------------------------------

    // Behind every link that was opened: each server in use has a shared link, and no worse server is used beside a better one.
    private void Arrange(ILink link)
    {
        if (!HasSeveralServers)
            return;
        var servers = _watch!.Servers;
        List<ILink> worse;
        ILink? surplus = null;
        lock (_gate)
        {
            if (link.State != LinkState.Open || !_members.TryGetValue(link, out var member))
                return;
            var rank = servers.RankOf(link.Facts.Server);
            worse = TakeOut(other => servers.RankOf(other.Link.Facts.Server) > rank);
            if (Shares && member.Role == LinkRole.Parked && !Array.Exists(_shared.Now, other => other.Facts.Server == link.Facts.Server))
                surplus = ShareBesideOthers(member);
        }

        foreach (var other in worse)
            other.CloseWhenIdle();
        surplus?.CloseWhenIdle();
    }

    // Where enough links are shared, a server that has several gives one up. With the gate held.
    private ILink? ShareBesideOthers(GroupMember member)
    {
        ILink? surplus = null;
        if (_shared.Count >= Options.MaxSharedLinks)
        {
            surplus = Array.FindLast(_shared.Now, link => Array.Exists(_shared.Now, other => other != link && other.Facts.Server == link.Facts.Server));
            if (surplus is null)
                return null;
            _members[surplus].IsOutdated = true;
            _shared.Remove(surplus);
        }

        _parked.Remove(member);
        Share(member);
        return surplus;
    }

    // No new statements for a server: links that are shared or parked are closed when they have answered what they have, the others when
    // they are given back.
    private void DrainServer(int server)
    {
        List<ILink> links;
        bool open;
        lock (_gate)
        {
            links = TakeOut(member => member.Link.Facts.Server == server);
            open = NeedsOpening();
        }

        foreach (var link in links)
            link.CloseWhenIdle();
        if (open)
            _transport.BeginOpen(this, Options.ConnectionTimeout);
    }

    // With the gate held; the caller closes them when they are idle.
    private List<ILink> TakeOut(Func<GroupMember, bool> which)
    {
        List<ILink> links = [];
        foreach (var member in _members.Values)
        {
            if (member.IsOutdated || !which(member))
                continue;
            member.IsOutdated = true;
            if (member.Role is LinkRole.Leased or LinkRole.Asked)
                continue;
            _shared.Remove(member.Link);
            _parked.Remove(member);
            links.Add(member.Link);
        }

        return links;
    }

    // ---- as time goes by -------------------------------------------------------------------------------------------------

    private void LookAfterServers()
    {
        if (_watch is not { } watch)
            return;
        List<ILink> silent = [];
        List<(GroupMember Member, bool WasParked)> asked = [];
        IReadOnlyList<int> due = [];
        bool resolves;
        lock (_gate)
        {
            if (_isClosed || _members.Count == 0)
                return;
            resolves = watch.TakeResolution();
            if (watch.TakeCheck())
            {
                silent = watch.TakeSilent();
                foreach (var link in silent)
                    GiveUp(link);
                asked = TakeAsked(watch);
                due = watch.Servers.TakeDue();
            }
        }

        foreach (var link in silent)
        {
            // A parked one has nobody whose answer could be waited for.
            if (link.Depth > 1)
                link.CloseWhenIdle();
            else
                link.Close();
            Probe(watch, link.Facts.Server, isSuspect: true);
        }

        foreach (var server in due)
            Probe(watch, server, isSuspect: false);
        foreach (var (member, wasParked) in asked)
            _ = AskAsync(watch, member, wasParked);
        if (resolves)
            _ = ResolveAsync(watch);
    }

    // With the gate held.
    private void GiveUp(ILink link)
    {
        if (_members.TryGetValue(link, out var member))
            member.IsOutdated = true;
        _shared.Remove(link);
    }

    // A link for each server: the shared one with the least work, else a parked one, which nobody gets meanwhile; never one on lease.
    // With the gate held.
    private List<(GroupMember Member, bool WasParked)> TakeAsked(ServerWatch watch)
    {
        List<(GroupMember, bool)> asked = [];
        for (var server = 0; server < watch.Servers.Count; server++)
        {
            var place = server;
            var shared = _shared.Now.Where(link => link.State == LinkState.Open && link.Facts.Server == place).MinBy(static link => link.EstimatedWait);
            if (shared is not null && _members.TryGetValue(shared, out var member))
            {
                asked.Add((member, false));
            }
            else if (_parked.TryTake(server, out member))
            {
                member.Role = LinkRole.Asked;
                asked.Add((member, true));
            }
            else
            {
                continue;
            }

            watch.Asked(member.Link);
        }

        return asked;
    }

    // What a SELECT leaves in a shared session's registers is nobody's: those who float bring along what they read of them.
    private async Task AskAsync(ServerWatch watch, GroupMember member, bool wasParked)
    {
        var link = member.Link;
        var since = member.Since;
        bool fits;
        using (var reply = link.Submit(
            new Statement(watch.Servers.QuestionFor(link.Facts)), new Terms(null, Deadline.Never, LeavesNoState: !wasParked, OnLease: wasParked, default)))
        {
            await reply.Completion.ConfigureAwait(false);
            fits = watch.Servers.Learn(link.Facts, reply);
        }

        var close = false;
        lock (_gate)
        {
            watch.Answered(link);
            if (wasParked && _members.ContainsKey(link) && member.Role == LinkRole.Asked)
            {
                close = !fits || member.IsOutdated || _isClosed;
                if (!close)
                    MakeAvailable(member);

                // To be asked is no use.
                if (member.Role == LinkRole.Parked)
                    member.Since = since;
            }
        }

        if (close)
            link.CloseWhenIdle();
        if (!fits)
            DrainServer(link.Facts.Server);
    }

    private void Probe(ServerWatch watch, int server, bool isSuspect)
    {
        bool hasRoom;
        lock (_gate)
        {
            hasRoom = !_isClosed && _members.Count + _opening + _probing < Options.MaxLinks;
            if (hasRoom)
                _probing++;
        }

        if (hasRoom)
            watch.Servers.BeginProbe(new ServerProbe(this, server, isSuspect), server, isSuspect ? Options.ServerCheckInterval : Options.ConnectionTimeout);
    }

    private async Task ResolveAsync(ServerWatch watch)
    {
        for (var server = 0; server < watch.Servers.Count; server++)
        {
            if (await watch.Servers.ResolveAsync(server).ConfigureAwait(false) is not { } addresses)
                continue;
            var place = server;
            List<ILink> gone;
            lock (_gate)
            {
                gone = TakeOut(member => member.Link.Facts is { Address.Length: > 0 } facts && facts.Server == place && !addresses.Contains(facts.Address));
            }

            foreach (var link in gone)
                link.CloseWhenIdle();
        }
    }
}
