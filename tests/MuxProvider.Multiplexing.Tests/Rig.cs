using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>
/// A multiplexer over fake links and a clock that stands still, with a host key of its own. With links that open by
/// themselves everything up to the answer of a statement happens inside the call.
/// </summary>
internal sealed class Rig : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static int s_last;

    private readonly HostKey _hostKey = new("fake", $"host{Interlocked.Increment(ref s_last)}:3306", "mux", "", "", "");
    private readonly MultiplexingOptions _options;
    private readonly List<Multiplexer> _multiplexers = [];

    // Pulsed whenever something has happened to a link.
    private readonly object _links = new();

    public Rig(MultiplexingOptions? options = null, bool autoOpen = true, FakeTransport? transport = null)
    {
        Transport = transport ?? new FakeTransport();
        _options = options ?? new MultiplexingOptions();
        Transport.AutoOpen = autoOpen;
        Transport.Changed = Pulse;
        Multiplexer = NewMultiplexer();
    }

    public FakeTransport Transport { get; }

    public FakeClock Clock { get; } = new();

    public Multiplexer Multiplexer { get; }

    /// <summary>Pings of all links so far.</summary>
    public int Pings => Transport.Links.Sum(link => link.Taken.Count(request => request.Kind == FakeRequestKind.Ping));

    /// <summary>A multiplexer with the same key and options.</summary>
    public Multiplexer NewMultiplexer()
    {
        var multiplexer = new Multiplexer(_hostKey, _options, () => Transport, Clock);
        _multiplexers.Add(multiplexer);
        return multiplexer;
    }

    public Deadline In(double seconds) => Deadline.In(Clock, TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass, and the group's timer tick once more.</summary>
    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds) + TimeSpan.FromMilliseconds(100));

    public Handle New(string? schema = "test") => Multiplexer.CreateHandle(schema);

    /// <summary>Opens a handle.</summary>
    public async Task<Handle> Open(string? schema = "test")
    {
        var handle = New(schema);
        await Within(StartOpen(handle));
        return handle;
    }

    public static async Task StartOpen(Handle handle, Deadline deadline = default, CancellationToken cancellationToken = default) =>
        await handle.OpenAsync(deadline, cancellationToken);

    /// <summary>Starts a statement; every <c>@name</c> in it is a user variable.</summary>
    public static async Task<Reply> Start(Handle handle, string text, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        var parsed = handle.Parse(text);
        var statement = new Statement(parsed.Text);
        statement.Reset(parsed.Text);
        foreach (var _ in parsed.Text.Markers)
            statement.LeaveVariable();
        return await handle.ExecuteAsync(statement, parsed, deadline, cancellationToken);
    }

    /// <summary>Runs a statement that the test answers.</summary>
    /// <returns>The link on which it ran.</returns>
    public async Task<FakeLink> Run(Handle handle, string text, FakeReply? answer = null)
    {
        var task = Start(handle, text);
        var link = await Waiting(text, task);
        link.CompleteNext(answer ?? FakeReply.Ok());
        (await Within(task)).Dispose();
        return link;
    }

    /// <summary>The link on which a statement waits for its answer.</summary>
    public async Task<FakeLink> Waiting(string text, Task? task = null)
    {
        FakeLink? link = null;
        await Until(() => task is { IsFaulted: true } || (link = Transport.Links.LastOrDefault(each => each.Pending.Any(request => request.Text == text))) is not null, task);
        if (task is { IsFaulted: true })
            await task;
        return link!;
    }

    /// <summary>The failure of a task.</summary>
    public static async Task<T> Failure<T>(Task task)
        where T : Exception
    {
        try
        {
            await Within(task);
        }
        catch (T expected)
        {
            return expected;
        }

        throw new InvalidOperationException($"The task should have failed with {typeof(T).Name}.");
    }

    /// <summary>Waits for what surely comes, but not for ever.</summary>
    public static async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(s_limit);

    public static async Task Within(Task task) => await task.WaitAsync(s_limit);

    /// <summary>
    /// Waits, but not for ever, for what a continuation on the pool does to the links, or for the end of a task. Blocks: the thread stays
    /// the same.
    /// </summary>
    public Task Until(Func<bool> holds, Task? task = null)
    {
        task?.ContinueWith(_ => Pulse(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        lock (_links)
        {
            while (!holds())
            {
                if (!Monitor.Wait(_links, s_limit))
                    throw new TimeoutException("What was waited for did not come.");
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Waits for what nobody signals: the garbage collector, and what a group says of itself.</summary>
    public static Task Spin(Func<bool> holds)
    {
        if (!SpinWait.SpinUntil(holds, s_limit))
            throw new TimeoutException("What was waited for did not come.");
        return Task.CompletedTask;
    }

    /// <summary>Says that nothing is leased or awaited and that every reply was given back.</summary>
    public void AssertQuiet()
    {
        Assert.That(Transport.UndisposedReplies, Is.Zero, "undisposed replies");
        Assert.That(Multiplexer.ToString(), Does.Contain(" 0 leased").And.Contain(" 0 opening").And.EndWith(" 0 waiting for a lease"));
    }

    private void Pulse()
    {
        lock (_links)
            Monitor.PulseAll(_links);
    }

    public void Dispose()
    {
        foreach (var multiplexer in _multiplexers)
            multiplexer.Dispose();
    }
}
