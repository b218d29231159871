using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>Ends a link on the server, with whatever it still runs: <c>KILL</c>. Where this fails, the server notices in its own time.</summary>
/// <param name="target">The link, which is being closed.</param>
internal sealed class ConnectionKillErrand(ILink target) : ServerErrand(target)
{
    /// <inheritdoc/>
    protected override Task<bool> SpeakAsync(ILink messenger)
    {
        HasKilled = true;
        return AskAsync(messenger, new StatementText(string.Create(CultureInfo.InvariantCulture, $"KILL {Target.Facts.ServerThread}"), []));
    }
}
