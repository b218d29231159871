using System.Collections.Concurrent;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Statements whose answers were large, by digest: they had better not share a link. Forgotten again where the answers are small
/// for a while. Bounded. Any thread may use it.
/// </summary>
internal sealed class LargeAnswers
{
    // Between a large answer and so many small ones in a row a statement counts as large.
    private const int Patience = 16;
    private const int Most = 1024;

    private readonly ConcurrentDictionary<string, int> _smallOnesLeft = new(StringComparer.Ordinal);
    private volatile bool _hasAny;

    /// <summary>Whether anything is known at all: otherwise nothing has to be looked up.</summary>
    public bool HasAny => _hasAny;

    /// <summary>Whether a statement's answers are large.</summary>
    /// <param name="digest">The statement's digest.</param>
    public bool Contains(string digest) => _smallOnesLeft.ContainsKey(digest);

    /// <summary>An answer was large.</summary>
    /// <param name="digest">The statement's digest.</param>
    public void Add(string digest)
    {
        if (_smallOnesLeft.Count >= Most)
            _smallOnesLeft.Clear();
        _smallOnesLeft[digest] = Patience;
        _hasAny = true;
    }

    /// <summary>The answer to a statement that counts as large was small.</summary>
    /// <param name="digest">The statement's digest.</param>
    public void WasSmall(string digest)
    {
        if (!_smallOnesLeft.TryGetValue(digest, out var left))
            return;
        if (left > 1)
            _smallOnesLeft.TryUpdate(digest, left - 1, left);
        else
            _smallOnesLeft.TryRemove(digest, out _);
        _hasAny = !_smallOnesLeft.IsEmpty;
    }
}
