using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>The handles that wait for a group: for a lease, first come, first served, or for any shared link. Guarded by the group.</summary>
internal sealed class WaitingHandles
{
    private readonly Queue<LeaseRequest> _leases = new();
    private readonly List<LinkWait> _links = [];

    /// <summary>Whether nobody waits.</summary>
    public bool IsEmpty => _leases.Count == 0 && _links.Count == 0;

    /// <summary>How many wait; some may have gone meanwhile.</summary>
    public int Count => _leases.Count + _links.Count;

    /// <summary>Whether somebody is in the queue for a lease.</summary>
    public bool HasLeaseQueue => _leases.Count > 0;

    /// <summary>How many still wait for a lease.</summary>
    public int Leases => _leases.Count(static request => !request.IsOver);

    /// <summary>Whether anybody still waits for a shared link.</summary>
    public bool WantsSharedLink => _links.Exists(static wait => !wait.IsOver);

    /// <summary>Joins the queue for a lease.</summary>
    public void Add(LeaseRequest request) => _leases.Enqueue(request);

    /// <summary>Waits for a shared link.</summary>
    public void Add(LinkWait wait) => _links.Add(wait);

    /// <summary>Gives a link to the first who still waits for a lease.</summary>
    /// <returns>False if nobody does.</returns>
    public bool TryGrant(ILink link)
    {
        while (_leases.TryDequeue(out var request))
        {
            if (request.Grant(link))
                return true;
        }

        return false;
    }

    /// <summary>Lets those who wait for a shared link look again.</summary>
    public void EndLinkWaits()
    {
        foreach (var wait in _links)
            wait.End();
        _links.Clear();
    }

    /// <summary>Fails those who wait for a lease.</summary>
    public void FailLeases(LinkException cause)
    {
        while (_leases.TryDequeue(out var request))
            request.Fail(cause);
    }

    /// <summary>Fails those who wait for a shared link.</summary>
    public void FailLinkWaits(LinkException cause)
    {
        foreach (var wait in _links)
            wait.Fail(cause);
        _links.Clear();
    }

    /// <summary>Lets those go whose deadline is over, and forgets those who are gone.</summary>
    public void ExpireOverdue()
    {
        for (var left = _leases.Count; left > 0; left--)
        {
            var request = _leases.Dequeue();
            if (Expire(request))
                _leases.Enqueue(request);
        }

        _links.RemoveAll(static wait => !Expire(wait));
    }

    // Whether it goes on waiting.
    private static bool Expire(GroupWait wait)
    {
        if (wait.Deadline.IsOver)
            wait.Abandon(Abandonment.TimedOut);
        return !wait.IsOver;
    }
}
