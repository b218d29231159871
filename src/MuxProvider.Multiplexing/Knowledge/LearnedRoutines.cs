using System.Collections.Concurrent;

namespace MuxProvider.Multiplexing;

/// <summary>
/// What statements that may run routines were seen to do to the session, by digest and schema. Bounded; forgotten when something is
/// defined anew. Any thread may use it.
/// </summary>
internal sealed class LearnedRoutines
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<(string Schema, string Digest), bool> _isClean = new();
    private volatile bool _hasStateful;

    /// <summary>Whether some statement was seen to change the session: then all have to be looked up.</summary>
    public bool HasStateful => _hasStateful;

    /// <summary>What is known of a statement.</summary>
    /// <param name="schema">The handle's schema; empty for none.</param>
    /// <param name="digest">The statement's digest.</param>
    /// <returns>True: it left no trace whenever it ran. False: it changed the session once. Null: it is new.</returns>
    public bool? IsClean(string schema, string digest) => _isClean.TryGetValue((schema, digest), out var isClean) ? isClean : null;

    /// <summary>Remembers what a run left. Once it changed the session it counts as doing so for good.</summary>
    /// <param name="schema">The handle's schema; empty for none.</param>
    /// <param name="digest">The statement's digest.</param>
    /// <param name="isClean">Whether it left no trace.</param>
    public void Add(string schema, string digest, bool isClean)
    {
        if (_isClean.Count >= Most)
            Forget();
        if (isClean)
        {
            _isClean.TryAdd((schema, digest), true);
        }
        else
        {
            _isClean[(schema, digest)] = false;
            _hasStateful = true;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Forget()
    {
        _hasStateful = false;
        _isClean.Clear();
    }
}
