using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// What becomes of a link on which requests timed out while not one byte came: the server may be slow, or gone without a word, which
/// looks the same. Pure.
/// </summary>
internal static class StuckRule
{
    private static readonly TimeSpan s_shortestSilence = TimeSpan.FromSeconds(30);

    /// <summary>Decides.</summary>
    /// <param name="silence">What the link says.</param>
    /// <param name="doubtedFor">For how long it has been doubted; null where it is not.</param>
    /// <returns>What to do.</returns>
    public static StuckVerdict Of(in LinkSilence silence, TimeSpan? doubtedFor)
    {
        if (!silence.IsSilent)
            return StuckVerdict.Trust;
        if (silence.IsAwaited || doubtedFor is not { } since)
            return StuckVerdict.Doubt;

        // Nothing came during the time-out either.
        var limit = 4 * silence.LongestWait;
        return since + silence.LongestWait >= (limit > s_shortestSilence ? limit : s_shortestSilence) ? StuckVerdict.Cut : StuckVerdict.Doubt;
    }
}
