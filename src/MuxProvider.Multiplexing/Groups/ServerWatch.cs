using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>When a group has to look after its servers, and on which links it waits for their answers. Guarded by the group.</summary>
/// <param name="servers">The servers.</param>
/// <param name="options">How often.</param>
/// <param name="clock">The clock.</param>
internal sealed class ServerWatch(IServerSet servers, MultiplexingOptions options, TimeProvider clock)
{
    private readonly HashSet<ILink> _asked = [];
    private long _checkedAt = clock.GetTimestamp();
    private long _resolvedAt = clock.GetTimestamp();

    /// <summary>The servers.</summary>
    public IServerSet Servers => servers;

    /// <summary>Whether there are several.</summary>
    public bool HasSeveral => servers.Count > 1;

    /// <summary>How long until there is something to do; null where there never is.</summary>
    public TimeSpan? UntilDue
    {
        get
        {
            var due = TimeSpan.MaxValue;
            if (Checks)
                due = options.ServerCheckInterval - clock.GetElapsedTime(_checkedAt);
            if (Resolves && options.DnsCheckInterval - clock.GetElapsedTime(_resolvedAt) is var names && names < due)
                due = names;
            return due == TimeSpan.MaxValue ? null : due;
        }
    }

    private bool Checks => options.ServerCheckInterval > TimeSpan.Zero && servers.AreChecked;

    private bool Resolves => options.DnsCheckInterval > TimeSpan.Zero;

    /// <summary>Whether servers are to be asked now.</summary>
    public bool TakeCheck() => Checks && IsDue(ref _checkedAt, options.ServerCheckInterval);

    /// <summary>Whether names are to be resolved now.</summary>
    public bool TakeResolution() => Resolves && IsDue(ref _resolvedAt, options.DnsCheckInterval);

    /// <summary>A link was asked.</summary>
    public void Asked(ILink link) => _asked.Add(link);

    /// <summary>A link has answered, or never will.</summary>
    public void Answered(ILink link) => _asked.Remove(link);

    /// <summary>Gives up the links that have not answered since the last time.</summary>
    /// <returns>The links.</returns>
    public List<ILink> TakeSilent()
    {
        List<ILink> silent = [.. _asked];
        _asked.Clear();
        return silent;
    }

    private bool IsDue(ref long last, TimeSpan interval)
    {
        if (clock.GetElapsedTime(last) < interval)
            return false;
        last = clock.GetTimestamp();
        return true;
    }
}
