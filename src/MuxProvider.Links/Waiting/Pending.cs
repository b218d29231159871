using System.Threading.Tasks.Sources;

namespace MuxProvider.Links;

/// <summary>
/// Something one caller waits for: with <c>await</c>, or blocked in <see cref="Blocking"/>. It may be used again after
/// <see cref="Renew"/>. Code that waits never runs on the thread that completes: an awaiting caller goes on in the thread
/// pool, a blocked one on its own thread, so that blocked callers need no pool thread at all.
/// Completed by any thread, awaited by one.
/// </summary>
public abstract class Pending : IValueTaskSource, IThreadPoolWorkItem
{
    private static readonly Action<object?> s_completed = static _ => throw new InvalidOperationException("The marker of completion was invoked.");

    private Action<object?>? _continuation;
    private Action<object?>? _ready;
    private object? _continuationState;
    private Blocking.Pump? _pump;
    private short _version;

    /// <summary>When the caller stops waiting.</summary>
    public Deadline Deadline { get; protected set; }

    /// <summary>Whether the wait is over.</summary>
    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), s_completed);

    /// <summary>What to await. Never throws: the outcome is read from the object afterwards.</summary>
    public ValueTask Completion => new(this, _version);

    /// <summary>Ends the wait because its caller goes away.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>False if the wait was over already.</returns>
    public abstract bool Abandon(Abandonment reason);

    /// <inheritdoc/>
    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
    {
        Check(token);
        return IsCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;
    }

    /// <inheritdoc/>
    void IValueTaskSource.GetResult(short token) => Check(token);

    /// <inheritdoc/>
    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        Check(token);
        OnCompleted(continuation, state);
    }

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute() => Continue();

    /// <summary>Runs what waited. Called by the pool, or by the pump of a blocked caller.</summary>
    internal void Continue()
    {
        var continuation = _ready!;
        var state = _continuationState;
        _ready = null;
        _continuationState = null;
        continuation(state);
    }

    /// <summary>Says what to run on completion.</summary>
    internal void OnCompleted(Action<object?> continuation, object? state)
    {
        _continuationState = state;
        _ready = continuation;
        _pump = Blocking.CurrentPump;
        _pump?.WaitsFor(this);
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
            Dispatch();
    }

    /// <summary>Makes the object ready for another wait. Only its owner may call this, when nobody waits.</summary>
    protected void Renew()
    {
        _version++;
        _continuation = null;
        _ready = null;
        _continuationState = null;
        _pump = null;
        Deadline = default;
    }

    /// <summary>Ends the wait. Call once a wait.</summary>
    protected void Complete()
    {
        if (Interlocked.Exchange(ref _continuation, s_completed) is not null)
            Dispatch();
    }

    private void Dispatch()
    {
        if (_pump is { } pump)
            pump.Post(this);
        else
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Check(short token)
    {
        if (token != _version)
            throw new InvalidOperationException("The wait belongs to an earlier use of the object.");
    }
}
