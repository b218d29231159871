namespace MuxProvider.Testing;

/// <summary>
/// One lock for what a fake server's threads and its test tell each other, and the waits for it. Any thread may use it.
/// </summary>
internal sealed class SignalBoard
{
    // Guards whatever is read and changed through this class; pulsed after every change.
    private readonly object _gate = new();
    private readonly List<(Func<bool> Holds, TaskCompletionSource Source)> _waiting = [];

    /// <summary>Changes something that others may wait for.</summary>
    public void Update(Action change)
    {
        lock (_gate)
        {
            change();
            Announce();
        }
    }

    /// <inheritdoc cref="Update(Action)"/>
    public T Update<T>(Func<T> change)
    {
        lock (_gate)
        {
            var result = change();
            Announce();
            return result;
        }
    }

    /// <summary>Reads something.</summary>
    public T Read<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }

    /// <summary>Blocks until something holds, without end.</summary>
    public void WaitFor(Func<bool> holds)
    {
        lock (_gate)
        {
            while (!holds())
                Monitor.Wait(_gate);
        }
    }

    /// <summary>Blocks until something holds.</summary>
    /// <exception cref="TimeoutException">It did not in time.</exception>
    public void WaitUntil(Func<bool> holds, Func<string> what, TimeSpan limit)
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!holds())
            {
                var left = limit - System.Diagnostics.Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    throw Late(what, limit);
                Monitor.Wait(_gate, left);
            }
        }
    }

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="TimeoutException">It did not in time.</exception>
    public async Task WaitUntilAsync(Func<bool> holds, Func<string> what, TimeSpan limit)
    {
        TaskCompletionSource source;
        lock (_gate)
        {
            if (holds())
                return;
            source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((holds, source));
        }

        try
        {
            await source.Task.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!source.Task.IsFaulted)
        {
            throw Late(what, limit);
        }
        finally
        {
            lock (_gate)
                _waiting.RemoveAll(waiting => waiting.Source == source);
        }
    }

    private static TimeoutException Late(Func<string> what, TimeSpan limit) => new($"Waited {limit.TotalSeconds:0} s for {what()}.");

    private void Announce()
    {
        Monitor.PulseAll(_gate);
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            var (holds, source) = _waiting[i];
            if (!holds())
                continue;
            _waiting.RemoveAt(i);
            source.SetResult();
        }
    }
}
