using System.Collections.Concurrent;

namespace MuxProvider.Consumers;

/// <summary>How often each job was fired, and a gate that opens when all were. Any thread may use it.</summary>
internal sealed class Tally(int expected)
{
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _total;

    /// <summary>The firings of each job.</summary>
    public ConcurrentDictionary<string, int> Jobs { get; } = new();

    /// <summary>The firings of each node.</summary>
    public ConcurrentDictionary<string, int> Nodes { get; } = new();

    /// <summary>All firings.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>When there were as many firings as expected.</summary>
    public Task Complete => _complete.Task;

    /// <summary>One more firing.</summary>
    public void Count(string job, string node)
    {
        Jobs.AddOrUpdate(job, 1, static (_, count) => count + 1);
        Nodes.AddOrUpdate(node, 1, static (_, count) => count + 1);
        if (Interlocked.Increment(ref _total) == expected)
            _complete.TrySetResult();
    }
}
