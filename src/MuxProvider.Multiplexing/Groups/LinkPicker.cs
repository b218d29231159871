using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Picks the shared link for a statement: of two chosen at random the one with less work before it; a link that has the
/// handle's settings already is worth the price of a prefix. Pure.
/// </summary>
internal static class LinkPicker
{
    // About what a prefix costs the server.
    private static readonly TimeSpan s_prefixCost = TimeSpan.FromMicroseconds(5);

    /// <summary>Picks a link.</summary>
    /// <param name="links">The shared links.</param>
    /// <param name="settings">The handle's settings.</param>
    /// <param name="random">Two random numbers in one.</param>
    /// <returns>A link that takes requests, or null where none does.</returns>
    public static ILink? Pick(ReadOnlySpan<ILink> links, Settings settings, uint random)
    {
        switch (links.Length)
        {
            case 0:
                return null;
            case 1:
                return links[0].State == LinkState.Open ? links[0] : null;
        }

        var first = (int)((random & 0xFFFF) % (uint)links.Length);
        var second = (int)((random >> 16) % (uint)(links.Length - 1));
        if (second >= first)
            second++;
        var a = links[first];
        var b = links[second];
        if (a.State == LinkState.Open && b.State == LinkState.Open)
            return Cost(a, settings) <= Cost(b, settings) ? a : b;
        if (a.State == LinkState.Open)
            return a;
        if (b.State == LinkState.Open)
            return b;
        foreach (var link in links)
        {
            if (link.State == LinkState.Open)
                return link;
        }

        return null;
    }

    /// <summary>Picks a link of the handle's own server, unless all of them are held up and another server's is not.</summary>
    /// <param name="links">The shared links.</param>
    /// <param name="settings">The handle's settings.</param>
    /// <param name="random">Two random numbers in one.</param>
    /// <param name="server">The handle's server.</param>
    /// <param name="tooLong">From which wait on a link is held up.</param>
    /// <returns>A link that takes requests, or null where none does.</returns>
    public static ILink? Pick(ReadOnlySpan<ILink> links, Settings settings, uint random, int server, TimeSpan tooLong)
    {
        var count = 0u;
        foreach (var link in links)
        {
            if (IsOpenTo(link, server))
                count++;
        }

        var first = count == 0 ? 0 : (random & 0xFFFF) % count;
        var second = count < 2 ? 0 : (random >> 16) % (count - 1);
        if (count > 1 && second >= first)
            second++;
        var own = count == 0 ? null : Cheaper(NthTo(links, server, first), NthTo(links, server, second), settings);
        if (own is not null && own.EstimatedWait <= tooLong)
            return own;
        var other = Pick(links, settings, random);
        return own is null || (other is not null && other.EstimatedWait <= tooLong) ? other : own;
    }

    private static bool IsOpenTo(ILink link, int server) => link.Facts.Server == server && link.State == LinkState.Open;

    private static ILink? NthTo(ReadOnlySpan<ILink> links, int server, uint n)
    {
        foreach (var link in links)
        {
            if (IsOpenTo(link, server) && n-- == 0)
                return link;
        }

        // One of them closed meanwhile.
        return null;
    }

    private static ILink? Cheaper(ILink? a, ILink? b, Settings settings) =>
        a is null || b is null ? a ?? b : Cost(a, settings) <= Cost(b, settings) ? a : b;

    private static TimeSpan Cost(ILink link, Settings settings)
    {
        var wait = link.EstimatedWait;
        return settings.Equals(link.Settings) ? wait : wait + s_prefixCost;
    }
}
