using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// Column definitions by their bytes: the same statement brings the same bytes again and again, and reading them anew would
/// cost more than everything else of a small result. Bounded. Any thread may use it.
/// </summary>
internal sealed class ColumnCache
{
    private const int MaxEntries = 1024;
    private const int MaxRunLength = 16 * 1024;

    private readonly ConcurrentDictionary<ulong, Entry> _entries = new();

    /// <summary>The definitions that a run of bytes stands for.</summary>
    /// <param name="run">The column packets, as <see cref="ReplyBuffer.TryPeekRun"/> returns them.</param>
    /// <returns>The definitions, or null where they are not known.</returns>
    public ColumnDefinition[]? Find(ReadOnlySpan<byte> run) =>
        _entries.TryGetValue(Hash(run), out var entry) && run.SequenceEqual(entry.Run) ? entry.Columns : null;

    /// <summary>Remembers definitions.</summary>
    /// <param name="run">The column packets.</param>
    /// <param name="columns">What they say.</param>
    public void Add(ReadOnlySpan<byte> run, ColumnDefinition[] columns)
    {
        if (run.Length > MaxRunLength)
            return;

        // Starting over is cheap and rare; it keeps the bound without a list of who was used when.
        if (_entries.Count >= MaxEntries)
            _entries.Clear();
        _entries[Hash(run)] = new Entry(run.ToArray(), columns);
    }

    // Only spreads the keys: equality is decided on the bytes.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong prime = 0x9E3779B97F4A7C15;
        var hash = (ulong)bytes.Length * prime;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            hash = (ulong.RotateLeft(hash, 23) ^ word) * prime;
        foreach (var rest in bytes[(words.Length * sizeof(ulong))..])
            hash = (ulong.RotateLeft(hash, 23) ^ rest) * prime;
        return hash ^ hash >> 32;
    }

    private sealed record Entry(byte[] Run, ColumnDefinition[] Columns);
}
