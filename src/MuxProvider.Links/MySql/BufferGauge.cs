namespace MuxProvider.Links.MySql;

/// <summary>
/// How many bytes of requests and answers are held in memory, of all links of a transport together. Small ones are not counted: they
/// cost less than the counting. Any thread may use it.
/// </summary>
/// <param name="limit">How many there may be; 0 for no limit.</param>
internal sealed class BufferGauge(long limit)
{
    /// <summary>A request or chunk up to so many bytes is not counted.</summary>
    public const int Small = 16 * 1024;

    private long _bytes;

    /// <summary>The bytes of now.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>
    /// Whether there are too many: then each link has one request in flight at a time, and answers are streamed from a smaller size on.
    /// Nobody is stopped altogether, because whoever holds an answer may need another one before giving it back.
    /// </summary>
    public bool IsOver => limit > 0 && Volatile.Read(ref _bytes) > limit;

    /// <summary>More is held.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Less is held.</summary>
    public void Remove(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
