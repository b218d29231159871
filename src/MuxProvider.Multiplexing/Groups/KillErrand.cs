using System.Globalization;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Ends the statement that a link still runs for nobody, where the link has nothing else: <c>KILL QUERY</c>. A kill that comes late would
/// hit what the link runs next, so something that does not matter is run behind it. Where any of this fails, the statement just goes on.
/// </summary>
/// <param name="target">The link; nothing is sent on it meanwhile.</param>
internal sealed class KillErrand(ILink target) : ServerErrand(target)
{
    private static readonly StatementText s_nothing = new("DO 0", []);

    /// <inheritdoc/>
    protected override Task<bool> SpeakAsync(ILink messenger)
    {
        HasKilled = true;
        return AskAsync(messenger, new StatementText(string.Create(CultureInfo.InvariantCulture, $"KILL QUERY {Target.Facts.ServerThread}"), []));
    }

    /// <inheritdoc/>
    protected override Task<bool> SettleAsync() => AskAsync(Target, s_nothing);
}
