using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Shared links that are held up by what one statement waits for, or takes.</content>
internal sealed partial class LinkGroup
{
    /// <summary>
    /// Picks a shared link as <see cref="Pick(Settings, ref int)"/> does, where that can be had one to another server than the one that a
    /// link was just lost to: if it died, its other links only do not know it yet.
    /// </summary>
    /// <param name="lost">The server; <see cref="AnyServer"/> for none.</param>
    /// <param name="settings">The handle's settings.</param>
    /// <param name="server">The handle's server; the one it goes to where it has to move.</param>
    /// <returns>The link; null where the handle has to wait for one.</returns>
    public ILink? PickAway(int lost, Settings settings, ref int server)
    {
        if (lost < 0 || !HasSeveralServers)
            return Pick(settings, ref server);
        ILink? best = null;
        foreach (var link in _shared.Now)
        {
            if (link.State == LinkState.Open && link.Facts.Server != lost && (best is null || link.EstimatedWait < best.EstimatedWait))
                best = link;
        }

        if (best is null)
            return Pick(settings, ref server);
        server = best.Facts.Server;
        return best;
    }

    /// <summary>Whether a link leads to a server to which another link was just lost.</summary>
    /// <param name="lost">The server; <see cref="AnyServer"/> for none.</param>
    /// <param name="link">The link.</param>
    public bool IsLost(int lost, ILink link) => lost >= 0 && HasSeveralServers && link.Facts.Server == lost;

    // Who only reads need not wait there, where another link to the same server answers soon. Not under the gate.
    private void LetReadersGo()
    {
        var shared = _shared.Now;
        if (shared.Length < 2)
            return;
        foreach (var link in shared)
        {
            if (link.EstimatedWait > s_heldUpWait && Array.Exists(shared, other => other != link && Flows(other) && other.Facts.Server == link.Facts.Server))
                link.LetReadersGo(s_heldUpWait);
        }
    }

    private static bool Flows(ILink link) => link.State == LinkState.Open && link.EstimatedWait <= s_heldUpWait;
}
