namespace MuxProvider.Multiplexing;

/// <summary>
/// When the statement that a link runs for nobody is to be ended on the server: a little after it was seen first, because most end by
/// themselves; then again, ever later, while it goes on. Pure but for what it has seen; guarded by the group.
/// </summary>
internal sealed class OrphanWatch
{
    private const int MostAttempts = 5;

    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);

    private long? _orphan;
    private long _since;
    private int _attempts;

    /// <summary>Looks at a link.</summary>
    /// <param name="orphan">The number of the request that it runs for nobody; null for none.</param>
    /// <param name="isPossible">Whether it could be ended now.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>Whether it is to be ended now: then that counts as an attempt.</returns>
    public bool IsDue(long? orphan, bool isPossible, TimeProvider clock)
    {
        if (orphan != _orphan)
            (_orphan, _since, _attempts) = (orphan, clock.GetTimestamp(), 0);
        if (orphan is null || !isPossible || _attempts == MostAttempts)
            return false;
        var wait = _attempts == 0 ? s_grace : s_again * (1 << (_attempts - 1));
        if (clock.GetElapsedTime(_since) < wait)
            return false;
        _attempts++;
        _since = clock.GetTimestamp();
        return true;
    }
}
