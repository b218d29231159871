using System.Runtime.CompilerServices;

namespace MuxProvider.Links;

/// <summary>
/// The one place where a caller's thread blocks. While a caller is inside, everything it awaits below comes back to its
/// own thread: the thread runs the continuations itself. So blocked callers need neither the thread pool nor a
/// synchronization context, and their deadlines are kept by their own wait.
/// </summary>
public static class Blocking
{
    [ThreadStatic]
    private static Pump? t_current;

    [ThreadStatic]
    private static Pump? t_spare;

    /// <summary>Whether the current thread is a blocked caller's, so that work may be done on it.</summary>
    public static bool IsActive => t_current is not null;

    internal static Pump? CurrentPump => t_current;

    /// <summary>Runs an asynchronous operation to its end on this thread.</summary>
    /// <typeparam name="TState">What the operation needs.</typeparam>
    /// <typeparam name="TResult">What it returns.</typeparam>
    /// <param name="state">What the operation needs.</param>
    /// <param name="start">Starts the operation.</param>
    /// <returns>What the operation returns.</returns>
    public static TResult Run<TState, TResult>(TState state, Func<TState, ValueTask<TResult>> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var outer = t_current;
        var pump = t_spare ?? new Pump();
        t_spare = null;
        t_current = pump;

        // A continuation is only run in place where there is no synchronization context.
        var context = SynchronizationContext.Current;
        if (context is not null)
            SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var operation = start(state);
            return operation.IsCompleted ? operation.GetAwaiter().GetResult() : pump.RunUntilCompleted(operation.ConfigureAwait(false).GetAwaiter());
        }
        finally
        {
            t_current = outer;
            t_spare = pump;
            if (context is not null)
                SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>Runs an asynchronous operation without result to its end on this thread.</summary>
    /// <typeparam name="TState">What the operation needs.</typeparam>
    /// <param name="state">What the operation needs.</param>
    /// <param name="start">Starts the operation.</param>
    public static void Run<TState>(TState state, Func<TState, ValueTask> start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Run((state, start), static async pair =>
        {
            await pair.start(pair.state).ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>The work that comes back to one blocked thread.</summary>
    internal sealed class Pump
    {
        // Guards _posted; pulsed when something was posted or the operation ended elsewhere.
        private readonly object _gate = new();
        private readonly Queue<Pending> _posted = new();
        private readonly Action _wake;
        private bool _isOver;

        // Only the blocked thread touches it.
        private Pending? _waitsFor;

        public Pump() => _wake = Wake;

        public void WaitsFor(Pending pending) => _waitsFor = pending;

        public void Post(Pending pending)
        {
            lock (_gate)
            {
                _posted.Enqueue(pending);
                Monitor.Pulse(_gate);
            }
        }

        public TResult RunUntilCompleted<TResult>(ConfiguredValueTaskAwaitable<TResult>.ConfiguredValueTaskAwaiter operation)
        {
            // Where the operation ends on another thread, this one has to hear of it.
            operation.UnsafeOnCompleted(_wake);
            while (!Volatile.Read(ref _isOver))
            {
                if (Take() is { } pending)
                {
                    if (ReferenceEquals(_waitsFor, pending))
                        _waitsFor = null;
                    pending.Continue();
                }
                else if (_waitsFor is { } late && late.Deadline.IsOver)
                {
                    late.Abandon(Abandonment.TimedOut);
                }
            }

            _isOver = false;
            _waitsFor = null;
            return operation.GetResult();
        }

        // The next posted work, or null when the deadline of what is waited for, or the end of the operation, ended the wait.
        private Pending? Take()
        {
            const int longest = 1000;
            lock (_gate)
            {
                if (_posted.TryDequeue(out var ready))
                    return ready;
                if (_isOver)
                    return null;
                Monitor.Wait(_gate, _waitsFor is { } pending ? pending.Deadline.RemainingMilliseconds(longest) : longest);
                return _posted.TryDequeue(out ready) ? ready : null;
            }
        }

        private void Wake()
        {
            lock (_gate)
            {
                _isOver = true;
                Monitor.Pulse(_gate);
            }
        }
    }
}
