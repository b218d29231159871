using System.Diagnostics;

namespace MuxProvider.Links.MySql;

/// <summary>
/// How fast a link answers: how long one request takes, and since when the one that is due has kept it waiting. Written by the link
/// where it says so, read by any thread: an estimate.
/// </summary>
internal sealed class LinkPace
{
    // Before anything was answered.
    private long _serviceTicks = Stopwatch.Frequency / 20_000;
    private long _headSince;

    // Only the link's reader touches it.
    private long _lastAnswer;

    /// <summary>How long a request taken now would wait for those before it.</summary>
    /// <param name="depth">How many those are.</param>
    /// <returns>Zero for none.</returns>
    public TimeSpan EstimatedWait(int depth)
    {
        if (depth == 0)
            return TimeSpan.Zero;
        var byDepth = depth * Volatile.Read(ref _serviceTicks);
        var since = Volatile.Read(ref _headSince);
        var byAge = since == 0 ? 0 : Stopwatch.GetTimestamp() - since;
        return Stopwatch.GetElapsedTime(0, Math.Max(byDepth, byAge));
    }

    /// <summary>How long the request that is due has kept the others waiting; zero for none.</summary>
    public TimeSpan HeadAge => Volatile.Read(ref _headSince) is var since and not 0 ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Something is sent, perhaps behind other things. Guarded by the link.</summary>
    public void Sent()
    {
        if (Volatile.Read(ref _headSince) == 0)
            Volatile.Write(ref _headSince, Stopwatch.GetTimestamp());
    }

    /// <summary>A request is answered. Only the link's reader.</summary>
    /// <param name="sentAt">When it was sent.</param>
    /// <param name="now">What time it is.</param>
    /// <param name="isTypical">Whether it says something of the others; a stream goes at the pace of its consumer.</param>
    public void Answered(long sentAt, long now, bool isTypical)
    {
        var service = now - Math.Max(_lastAnswer, sentAt);
        _lastAnswer = now;
        if (isTypical)
            Volatile.Write(ref _serviceTicks, (_serviceTicks * 7 + service) / 8);
    }

    /// <summary>The next request is due. Guarded by the link.</summary>
    /// <param name="now">What time it is.</param>
    /// <param name="isAny">Whether there is any.</param>
    public void Advance(long now, bool isAny) => Volatile.Write(ref _headSince, isAny ? now : 0);
}
