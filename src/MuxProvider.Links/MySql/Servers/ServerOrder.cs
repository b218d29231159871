namespace MuxProvider.Links.MySql;

/// <summary>In which order servers are tried: those that suit before the others, those that failed last. Pure.</summary>
internal static class ServerOrder
{
    /// <summary>Orders the servers.</summary>
    /// <param name="servers">What is known of them.</param>
    /// <param name="balance">The order among equals.</param>
    /// <param name="target">What suits.</param>
    /// <param name="turn">Counts the links that were opened.</param>
    /// <param name="random">Where chance decides.</param>
    /// <param name="preferred">Which one to begin with unless it failed or does not suit; negative for none.</param>
    /// <returns>The servers' numbers, all of them.</returns>
    public static int[] Of(ReadOnlySpan<ServerState> servers, LoadBalance balance, TargetSession target, uint turn, Random random, int preferred)
    {
        var order = new List<int>(servers.Length);
        for (var place = 0; order.Count < servers.Length; place++)
        {
            var first = order.Count;
            for (var i = 0; i < servers.Length; i++)
            {
                if (PlaceOf(servers[i], target) == place)
                    order.Add(i);
            }

            Sort(order, first, servers, balance, turn, random);
        }

        if (preferred >= 0 && preferred < servers.Length && !servers[preferred].IsOut && TargetRule.RankOf(target, servers[preferred].Role) != TargetRule.Misfit)
        {
            order.Remove(preferred);
            order.Insert(0, preferred);
        }

        return [.. order];
    }

    // One that does not suit may suit by now, and says so at once; one that failed may take long to fail again.
    private static int PlaceOf(in ServerState server, TargetSession target) =>
        TargetRule.RankOf(target, server.Role) + (server.IsOut ? TargetRule.Misfit + 1 : 0);

    // Equals are in the order in which they were given.
    private static void Sort(List<int> order, int first, ReadOnlySpan<ServerState> servers, LoadBalance balance, uint turn, Random random)
    {
        var count = order.Count - first;
        if (count < 2 || balance == LoadBalance.FailOver)
            return;
        var equals = order.GetRange(first, count).ToArray();
        order.RemoveRange(first, count);
        if (balance == LoadBalance.Random)
            random.Shuffle(equals);
        var start = balance == LoadBalance.Random ? 0 : (int)(turn % (uint)count);
        int[] turned = [.. equals.AsSpan(start), .. equals.AsSpan(0, start)];
        if (balance == LoadBalance.LeastLinks)
        {
            var links = new int[count];
            for (var i = 0; i < count; i++)
                links[i] = servers[turned[i]].Links * count + i;
            Array.Sort(links, turned);
        }

        order.AddRange(turned);
    }
}
