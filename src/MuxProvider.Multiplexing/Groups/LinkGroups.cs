using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// The groups of this process: data sources with the same host key and the same options share one, whatever their schemas.
/// Any thread may use it.
/// </summary>
internal static class LinkGroups
{
    // Guards the references of all entries.
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<Key, Entry> s_entries = [];

    /// <summary>The group for a key; made when it is asked for first.</summary>
    public static LinkGroup Rent(HostKey hostKey, bool hasSchema, MultiplexingOptions options, Func<ILinkTransport> transport, TimeProvider clock)
    {
        var key = new Key(hostKey, hasSchema, options, clock);
        lock (s_gate)
        {
            if (!s_entries.TryGetValue(key, out var entry))
                s_entries.Add(key, entry = new Entry(new LinkGroup(hostKey, hasSchema, options, transport(), clock)));
            entry.References++;
            return entry.Group;
        }
    }

    /// <summary>Clears all groups of the process.</summary>
    public static void ClearAll()
    {
        List<LinkGroup> groups;
        lock (s_gate)
            groups = [.. s_entries.Values.Select(static entry => entry.Group)];
        foreach (var group in groups)
            group.Clear();
    }

    /// <summary>Lets go of a group; the last one closes it.</summary>
    public static void Return(LinkGroup group)
    {
        lock (s_gate)
        {
            foreach (var (key, entry) in s_entries)
            {
                if (entry.Group != group)
                    continue;
                if (--entry.References > 0)
                    return;
                s_entries.Remove(key);
                break;
            }
        }

        group.Close();
    }

    private sealed record Key(HostKey HostKey, bool HasSchema, MultiplexingOptions Options, TimeProvider Clock);

    private sealed class Entry(LinkGroup group)
    {
        public LinkGroup Group { get; } = group;

        public int References { get; set; }
    }
}
