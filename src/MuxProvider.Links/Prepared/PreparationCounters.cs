namespace MuxProvider.Links;

/// <summary>Counts what the links of a transport prepare. Any thread may use it.</summary>
internal sealed class PreparationCounters
{
    private long _prepares;
    private long _executions;
    private long _evictions;
    private long _fallbacks;

    /// <summary>A statement was prepared.</summary>
    public void Prepared() => Interlocked.Increment(ref _prepares);

    /// <summary>A prepared statement was executed.</summary>
    public void Executed() => Interlocked.Increment(ref _executions);

    /// <summary>A statement had to make room for another.</summary>
    public void Evicted() => Interlocked.Increment(ref _evictions);

    /// <summary>A statement that might have run prepared ran as text.</summary>
    public void FellBack() => Interlocked.Increment(ref _fallbacks);

    /// <summary>The counts of now.</summary>
    public PreparationStatistics Read() =>
        new(Volatile.Read(ref _prepares), Volatile.Read(ref _executions), Volatile.Read(ref _evictions), Volatile.Read(ref _fallbacks));
}
