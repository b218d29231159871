using System.Collections.Concurrent;

namespace MuxProvider.Soak;

/// <summary>What was done, and what went wrong. Any thread may use it.</summary>
internal sealed class Tally
{
    private const int Kept = 20;

    private readonly ConcurrentDictionary<string, long> _chores = new();
    private readonly ConcurrentDictionary<string, long> _errors = new();
    private readonly ConcurrentQueue<string> _findings = new();
    private long _operations;
    private long _wrong;
    private long _lost;
    private long _duplicated;
    private long _leaked;
    private long _unexpected;

    /// <summary>Chores that were done.</summary>
    public long Operations => Volatile.Read(ref _operations);

    /// <summary>Answers that were not one's own, or not true.</summary>
    public long WrongAnswers => Volatile.Read(ref _wrong);

    /// <summary>Writes that were acknowledged and are not there.</summary>
    public long LostWrites => Volatile.Read(ref _lost);

    /// <summary>Writes that took effect twice.</summary>
    public long DuplicatedWrites => Volatile.Read(ref _duplicated);

    /// <summary>What was not given back.</summary>
    public long Leaks => Volatile.Read(ref _leaked);

    /// <summary>Errors that no trouble explains, and what never ended.</summary>
    public long UnexpectedErrors => Volatile.Read(ref _unexpected);

    /// <summary>Whether all is well.</summary>
    public bool IsClean => WrongAnswers + LostWrites + DuplicatedWrites + Leaks + UnexpectedErrors == 0;

    /// <summary>Chores by name.</summary>
    public IReadOnlyDictionary<string, long> Chores => _chores;

    /// <summary>Errors that had to be expected, by what they say.</summary>
    public IReadOnlyDictionary<string, long> Errors => _errors;

    /// <summary>The first findings in words.</summary>
    public IReadOnlyCollection<string> Findings => _findings;

    public void Done(string chore)
    {
        Interlocked.Increment(ref _operations);
        _chores.AddOrUpdate(chore, 1, static (_, count) => count + 1);
    }

    public void Failed(string error) => _errors.AddOrUpdate(error, 1, static (_, count) => count + 1);

    public void Wrong(string what) => Find(ref _wrong, "WRONG", what);

    public void Lost(string what) => Find(ref _lost, "LOST", what);

    public void Duplicated(string what) => Find(ref _duplicated, "TWICE", what);

    public void Leaked(string what) => Find(ref _leaked, "LEAKED", what);

    public void Unexpected(string what) => Find(ref _unexpected, "UNEXPECTED", what);

    private void Find(ref long count, string kind, string what)
    {
        if (Interlocked.Increment(ref count) <= Kept)
            _findings.Enqueue($"{kind}: {what}");
    }
}
