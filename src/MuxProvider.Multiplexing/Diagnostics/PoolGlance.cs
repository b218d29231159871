namespace MuxProvider.Multiplexing;

/// <summary>What the process's thread pool looked like. Immutable.</summary>
/// <param name="Threads">Its threads.</param>
/// <param name="Queued">What waits for one of them.</param>
internal readonly record struct PoolGlance(int Threads, long Queued)
{
    /// <summary>What it looks like now.</summary>
    public static PoolGlance Now => new(ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount);

    /// <summary>Whether what is queued has to wait for long.</summary>
    public bool IsBusy => Queued > Math.Max(Threads, 8);
}
