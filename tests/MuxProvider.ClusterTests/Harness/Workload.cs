using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;

namespace MuxProvider.ClusterTests;

/// <summary>
/// Many handles that write rows of their own and read them back, each for itself, and the account of what they were told. Every
/// twentieth writes in transactions, so that it keeps a link meanwhile. Wrong answers are kept, too: <see cref="StopAsync"/> throws them.
/// </summary>
internal sealed class Workload : IDisposable
{
    private readonly MuxDataSource _source;
    private readonly string _table;
    private readonly TimeSpan _pace;
    private readonly long[] _lastStarts;
    private readonly ConcurrentDictionary<(int Handle, int N), Outcome> _writes = new();
    private readonly ConcurrentDictionary<(int Handle, int N), long> _starts = new();
    private readonly ConcurrentBag<Failure> _failures = [];
    private readonly Task[] _handles;
    private long _mark = long.MaxValue;
    private long _firstAfterMark;
    private volatile bool _isStopping;

    /// <summary>Starts the handles.</summary>
    /// <param name="source">Where they get their connections.</param>
    /// <param name="table">Where they write.</param>
    /// <param name="handles">How many.</param>
    /// <param name="pace">
    /// What a handle lets pass between rounds: many handles that do little, as web requests do, not a machine that is busy with itself.
    /// </param>
    public Workload(MuxDataSource source, string table, int handles, TimeSpan pace)
    {
        _source = source;
        _table = table;
        _pace = pace;
        _lastStarts = new long[handles];
        _handles = [.. Enumerable.Range(0, handles).Select(handle => Task.Run(() => WorkAsync(handle)))];
    }

    /// <summary>A statement that failed.</summary>
    /// <param name="Handle">Whose.</param>
    /// <param name="N">Of which row.</param>
    /// <param name="At">When it began.</param>
    /// <param name="IsRead">Whether it read.</param>
    /// <param name="Error">How.</param>
    public sealed record Failure(int Handle, int N, long At, bool IsRead, Exception Error);

    /// <summary>What handles were told of their rows.</summary>
    public IReadOnlyDictionary<(int Handle, int N), Outcome> Writes => _writes;

    /// <summary>What failed.</summary>
    public IReadOnlyCollection<Failure> Failures => _failures;

    /// <summary>When a handle began to write a row.</summary>
    public long StartOf((int Handle, int N) row) => _starts[row];

    /// <summary>How writing a row failed.</summary>
    public string? ErrorOf((int Handle, int N) row) => _failures.FirstOrDefault(failure => (failure.Handle, failure.N) == row)?.Error.Message;

    /// <summary>When the first row came back whose round began after the mark; zero for not yet.</summary>
    public long FirstAfterMark => Volatile.Read(ref _firstAfterMark);

    /// <summary>From now on <see cref="FirstAfterMark"/> watches.</summary>
    public long Mark()
    {
        Volatile.Write(ref _firstAfterMark, 0);
        var mark = Stopwatch.GetTimestamp();
        Volatile.Write(ref _mark, mark);
        return mark;
    }

    /// <summary>Waits until every handle has written and read a row that it began on after now.</summary>
    /// <param name="what">What is waited for, for the message.</param>
    public async Task EverybodyGoesOnAsync(string what)
    {
        var now = Stopwatch.GetTimestamp();
        await Until.Holds(what, () => Task.FromResult(_handles.Any(handle => handle.IsCompleted) || !_lastStarts.Any(start => start < now)));
        Assert.That(_handles.Where(handle => handle.IsFaulted).Select(handle => handle.Exception!.InnerException!.Message).FirstOrDefault(), Is.Null, "a handle that got a wrong answer");
    }

    /// <summary>Ends it; everything is told then.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        await Until.Ends(Task.WhenAll(_handles));
    }

    /// <summary>Ends it without waiting, after a test that failed.</summary>
    public void Dispose() => _isStopping = true;

    /// <summary>What happened, for people.</summary>
    public override string ToString() =>
        $"writes: {string.Join(", ", _writes.Values.GroupBy(outcome => outcome).Select(group => $"{group.Count()} {group.Key}"))}; failures: "
        + string.Join(", ", _failures.GroupBy(failure => (failure.IsRead, Number: (failure.Error as MuxException)?.Number ?? -1, (failure.Error as MuxException)?.OutcomeUnknown))
            .Select(group => $"{group.Count()} {(group.Key.IsRead ? "reads" : "writes")} with {group.Key.Number}{(group.Key.OutcomeUnknown == true ? " (outcome unknown)" : "")}"))
        + $" of {_failures.Select(failure => failure.Handle).Distinct().Count()} handles";

    private async Task WorkAsync(int handle)
    {
        MuxConnection? connection = null;
        for (var n = 0; !_isStopping; n++)
        {
            var start = Stopwatch.GetTimestamp();
            var isWritten = false;
            _starts[(handle, n)] = start;
            try
            {
                connection ??= await _source.OpenConnectionAsync();
                await WriteAsync(connection, handle, n);
                isWritten = true;
                _writes[(handle, n)] = Outcome.Done;
                var word = await connection.ScalarAsync<string>($"SELECT word FROM {_table} WHERE handle = @handle AND n = @n", ("handle", handle), ("n", n));
                if (word != $"{handle}/{n}")
                    await SayAsync(connection, handle, n, word, start);
                Succeeded(handle, start);
            }
            catch (Exception error) when (error is MuxException or InvalidOperationException)
            {
                if (!isWritten)
                    _writes[(handle, n)] = error is MuxException { OutcomeUnknown: true } ? Outcome.Unknown : Outcome.NotRun;
                _failures.Add(new Failure(handle, n, start, isWritten, error));
                if (connection is { State: not ConnectionState.Open })
                {
                    await connection.DisposeAsync();
                    connection = null;
                }
            }

            await Task.Delay(_pace);
        }

        if (connection is not null)
            await connection.DisposeAsync();
    }

    // What a handle reads is not what it wrote.
    private async Task SayAsync(MuxConnection connection, int handle, int n, string? word, long start)
    {
        var where = await connection.TextAsync("SELECT @@server_id");
        var again = await connection.ScalarAsync<string>($"SELECT word FROM {_table} WHERE handle = @handle AND n = @n", ("handle", handle), ("n", n));
        var mark = Volatile.Read(ref _mark);
        var since = mark == long.MaxValue ? "before the mark" : $"begun {(start - mark) / (double)Stopwatch.Frequency:F3} s after the mark, read at {Stopwatch.GetElapsedTime(mark).TotalSeconds:F3} s";
        Assert.Fail($"handle {handle} wrote row {n} and read '{word}' ({since}); asked again, on server {where}, it read '{again}'");
    }

    private void Succeeded(int handle, long start)
    {
        Volatile.Write(ref _lastStarts[handle], start);
        if (start >= Volatile.Read(ref _mark))
            Interlocked.CompareExchange(ref _firstAfterMark, Stopwatch.GetTimestamp(), 0);
    }

    private async Task WriteAsync(MuxConnection connection, int handle, int n)
    {
        (string, object?)[] values = [("handle", handle), ("n", n), ("word", $"{handle}/{n}")];
        var text = $"INSERT INTO {_table} VALUES (@handle, @n, @word)";
        if (handle % 20 != 19)
        {
            Assert.That(await connection.RunAsync(text, values), Is.EqualTo(1));
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync();
        Assert.That(await connection.RunAsync(text, values), Is.EqualTo(1));
        await transaction.CommitAsync();
    }
}
