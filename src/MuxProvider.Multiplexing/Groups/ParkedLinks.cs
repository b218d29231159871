using System.Diagnostics.CodeAnalysis;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>The links of a group that nobody uses; the one parked last is taken first. Guarded by the group.</summary>
internal sealed class ParkedLinks
{
    private readonly Stack<GroupMember> _members = new();

    /// <summary>How many there are; some may have closed meanwhile.</summary>
    public int Count => _members.Count;

    /// <summary>Parks a link.</summary>
    /// <param name="member">The link.</param>
    /// <param name="now">What time it is.</param>
    public void Add(GroupMember member, long now)
    {
        member.Role = LinkRole.Parked;
        member.Since = now;
        _members.Push(member);
    }

    /// <summary>Takes a link that still takes requests.</summary>
    /// <param name="member">The link; its role is for the caller to say.</param>
    /// <returns>False where there is none.</returns>
    public bool TryTake([NotNullWhen(true)] out GroupMember? member)
    {
        while (_members.TryPop(out member))
        {
            if (member.Link.State == LinkState.Open)
                return true;
        }

        return false;
    }

    /// <summary>Takes a link to a certain server that still takes requests.</summary>
    /// <param name="server">The server.</param>
    /// <param name="member">The link; its role is for the caller to say.</param>
    /// <returns>False where there is none.</returns>
    public bool TryTake(int server, [NotNullWhen(true)] out GroupMember? member)
    {
        member = _members.FirstOrDefault(other => other.Link.State == LinkState.Open && other.Link.Facts.Server == server);
        if (member is null)
            return false;
        Remove(member);
        return true;
    }

    /// <summary>Forgets a link; nothing happens where it is not parked.</summary>
    /// <param name="member">The link.</param>
    public void Remove(GroupMember member)
    {
        if (!_members.Contains(member))
            return;
        var others = _members.ToArray();
        _members.Clear();
        for (var i = others.Length - 1; i >= 0; i--)
        {
            if (others[i] != member)
                _members.Push(others[i]);
        }
    }

    /// <summary>Takes those out that nobody has used for long.</summary>
    /// <param name="atMost">How many at most.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="timeout">For how long.</param>
    /// <returns>The links, for the caller to close.</returns>
    public List<ILink> TakeIdle(int atMost, TimeProvider clock, TimeSpan timeout)
    {
        var idle = new List<ILink>();
        var parked = _members.ToArray();
        _members.Clear();
        for (var i = parked.Length - 1; i >= 0; i--)
        {
            if (idle.Count < atMost && clock.GetElapsedTime(parked[i].Since) >= timeout)
                idle.Add(parked[i].Link);
            else
                _members.Push(parked[i]);
        }

        return idle;
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _members.Clear();
}
