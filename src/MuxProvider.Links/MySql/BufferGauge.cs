namespace MuxProvider.Links.MySql;

/// <summary>
/// How many bytes of requests and answers are held in memory, of all links of a transport together. Small ones are not counted: they
/// cost less than the counting. Any thread may use it.
/// </summary>
/// <param name="limit">How many there may be; 0 for no limit.</param>
/// <param name="clock">Measures how long nothing was given back.</param>
internal sealed class BufferGauge(long limit, TimeProvider clock)
{
    /// <summary>A request or chunk up to so many bytes is not counted.</summary>
    public const int Small = 16 * 1024;

    // Whoever holds an answer may need another one before giving it back: so nobody is stopped altogether.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private long _bytes;
    private long _lastMove;

    /// <summary>The bytes of now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>
    /// Whether there are too many: then what floats is not sent before something was given back, and answers are streamed from a smaller
    /// size on.
    /// </summary>
    public bool IsOver => limit > 0 && Volatile.Read(ref _bytes) > limit;

    /// <summary>Whether, though there are too many, one more request may be sent: nothing was given back, or sent, for a while.</summary>
    public bool MayPass => clock.GetElapsedTime(Volatile.Read(ref _lastMove)) >= s_patience;

    /// <summary>Takes the right that <see cref="MayPass"/> speaks of.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryPass()
    {
        var last = Volatile.Read(ref _lastMove);
        return clock.GetElapsedTime(last) >= s_patience && Interlocked.CompareExchange(ref _lastMove, clock.GetTimestamp(), last) == last;
    }

    /// <summary>More is held.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Less is held.</summary>
    public void Remove(long bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        if (limit > 0)
            Volatile.Write(ref _lastMove, clock.GetTimestamp());
    }
}
