namespace MuxProvider.Testing;

/// <summary>
/// A thread pool that has hardly a thread left: its minimum is two, and blocked work waits ahead of everything that is
/// queued later. Disposing lets the work go and restores the settings. Tests that use it must not run beside others.
/// </summary>
public sealed class StarvedThreadPool : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly CountdownEvent _running;
    private readonly int _minWorkers;
    private readonly int _minPorts;

    /// <summary>Occupies the pool; returns when two of its threads are blocked.</summary>
    /// <param name="blocked">How many blocked work items.</param>
    public StarvedThreadPool(int blocked = 200)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocked, 2);
        ThreadPool.GetMinThreads(out _minWorkers, out _minPorts);
        if (!ThreadPool.SetMinThreads(2, 2))
            throw new InvalidOperationException("The minimum of the thread pool could not be set to 2.");
        _running = new CountdownEvent(blocked);
        using var two = new CountdownEvent(2);
        var started = 0;
        for (var i = 0; i < blocked; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    if (Interlocked.Increment(ref started) <= 2)
                        two.Signal();
                    _release.Wait();
                    _running.Signal();
                },
                null);
        }

        two.Wait();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_release.IsSet)
            return;
        ThreadPool.SetMinThreads(Math.Max(_minWorkers, 8), _minPorts);
        _release.Set();
        _running.Wait();
        ThreadPool.SetMinThreads(_minWorkers, _minPorts);
    }
}
