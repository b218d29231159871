using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Shared links that are held up by what one statement waits for, or takes.</content>
internal sealed partial class LinkGroup
{
    // Who only reads need not wait there, where another link answers soon. Not under the gate.
    private void LetReadersGo()
    {
        var shared = _shared.Now;
        if (shared.Length < 2 || !_shared.HasOpenWithin(s_heldUpWait))
            return;
        foreach (var link in shared)
        {
            if (link.EstimatedWait > s_heldUpWait)
                link.LetReadersGo(s_heldUpWait);
        }
    }
}
