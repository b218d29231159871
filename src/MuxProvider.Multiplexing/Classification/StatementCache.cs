using System.Collections.Concurrent;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Remembers parsed texts. Anybody may call it at any time; a hit takes no lock and allocates nothing.
/// <para>
/// It keeps two generations. New texts enter the young one; when that is half the capacity, it becomes the old one, and
/// what was asked for since in the former old one moves on, the rest is forgotten. So a flood of texts that differ in
/// their literals passes through without washing away those that are in use.
/// </para>
/// </summary>
public sealed class StatementCache
{
    /// <summary>Texts with more characters than this (16 Ki) are parsed every time.</summary>
    public const int LongestText = 16 * 1024;

    // Guards the replacement of _generations; readers only follow the reference.
    private readonly Lock _turning = new();
    private readonly int _half;
    private volatile Generations _generations;

    /// <summary>Creates an empty cache.</summary>
    /// <param name="capacity">How many texts it may hold, at least 2.</param>
    public StatementCache(int capacity = 2000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        Capacity = capacity;
        _half = capacity / 2;
        _generations = new Generations(new Generation(), new Generation(), default);
    }

    /// <summary>How many texts it may hold.</summary>
    public int Capacity { get; }

    /// <summary>How many texts it holds.</summary>
    public int Count
    {
        get
        {
            var now = _generations;
            return now.Young.Entries.Count + now.Old.Entries.Count;
        }
    }

    /// <summary>
    /// The server that the texts are for: the unknown one until it is set. Setting another one forgets what was parsed for
    /// the former.
    /// </summary>
    public ServerDialect Dialect
    {
        get => _generations.Dialect;
        set
        {
            lock (_turning)
            {
                if (_generations.Dialect != value)
                    _generations = new Generations(new Generation(), new Generation(), value);
            }
        }
    }

    /// <summary>Finds a text, or parses and remembers it.</summary>
    /// <param name="text">The SQL text.</param>
    /// <param name="modes">The modes to parse it with; they belong to the key.</param>
    /// <returns>The same object for equal texts and modes, as long as it is remembered.</returns>
    public ParsedStatement Get(string text, SqlModes modes)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
            return StatementParser.Parse(text, modes, Dialect);

        var key = new Key(text, modes, string.GetHashCode(text) ^ (int)modes);
        return Find(_generations, key) ?? Add(key);
    }

    private static ParsedStatement? Find(Generations now, Key key)
    {
        if (now.Young.Entries.TryGetValue(key, out var entry))
            return entry.Statement;
        if (!now.Old.Entries.TryGetValue(key, out entry))
            return null;

        // Not written when set already, so that readers on other cores keep their copy of the line.
        if (!entry.IsInUse)
            entry.IsInUse = true;
        return entry.Statement;
    }

    private ParsedStatement Add(Key key)
    {
        Generations? parsedFor = null;
        Entry? entry = null;
        while (true)
        {
            var now = _generations;
            if (Find(now, key) is { } found)
                return found;
            if (entry == null || parsedFor!.Dialect != now.Dialect)
                entry = new Entry(StatementParser.Parse(key.Text, key.Modes, now.Dialect));
            parsedFor = now;

            // A place is reserved before it is taken: however many callers come at once, the bound holds.
            if (Interlocked.Increment(ref now.Young.Reserved) > _half)
            {
                Turn(now);
                continue;
            }

            if (now.Young.Entries.TryAdd(key, entry))
                return entry.Statement;
            Interlocked.Decrement(ref now.Young.Reserved);
        }
    }

    private void Turn(Generations full)
    {
        lock (_turning)
        {
            if (_generations != full)
                return;

            // Survivors take at most half of the young generation, so that the next turn is never near.
            var young = new Generation();
            foreach (var (key, entry) in full.Old.Entries)
            {
                if (young.Reserved >= _half / 2)
                    break;
                if (!entry.IsInUse)
                    continue;
                entry.IsInUse = false;
                if (young.Entries.TryAdd(key, entry))
                    young.Reserved++;
            }

            _generations = new Generations(young, full.Young, full.Dialect);
        }
    }

    private readonly record struct Key(string Text, SqlModes Modes, int Hash) : IEquatable<Key>
    {
        public bool Equals(Key other) => Hash == other.Hash && Modes == other.Modes && Text == other.Text;

        public override int GetHashCode() => Hash;
    }

    private sealed class Entry(ParsedStatement statement)
    {
        public ParsedStatement Statement { get; } = statement;

        public bool IsInUse { get; set; }
    }

    private sealed class Generation
    {
        public readonly ConcurrentDictionary<Key, Entry> Entries = new();
        public int Reserved;
    }

    private sealed record Generations(Generation Young, Generation Old, ServerDialect Dialect);
}
