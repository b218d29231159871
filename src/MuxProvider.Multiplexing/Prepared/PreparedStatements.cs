using System.Diagnostics.CodeAnalysis;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Which statements are prepared on one link, and under which id of the server: an id means something on its link only. When there are
/// too many, the one that was not used for longest goes. Used by one caller at a time.
/// </summary>
/// <param name="most">How many a link may keep; 1 or more.</param>
internal sealed class PreparedStatements(int most)
{
    private readonly Dictionary<PreparedStatementKey, LinkedListNode<Entry>> _byKey = [];

    // The one used last comes first.
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>How many there are.</summary>
    public int Count => _byKey.Count;

    /// <summary>Finds the server's id of a statement, which counts as a use.</summary>
    /// <param name="key">The statement.</param>
    /// <param name="id">Its id on this link.</param>
    /// <returns>False where it has to be prepared first.</returns>
    public bool TryUse(in PreparedStatementKey key, out uint id)
    {
        if (!_byKey.TryGetValue(key, out var node))
        {
            id = 0;
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        id = node.Value.Id;
        return true;
    }

    /// <summary>A statement was prepared.</summary>
    /// <param name="key">The statement.</param>
    /// <param name="id">Its id on this link.</param>
    /// <param name="evicted">The id of the statement that has to make room, to be closed on the server.</param>
    /// <returns>Whether one has to make room.</returns>
    public bool Add(in PreparedStatementKey key, uint id, [NotNullWhen(true)] out uint? evicted)
    {
        evicted = null;
        if (_byKey.Remove(key, out var same))
        {
            _byUse.Remove(same);
            evicted = same.Value.Id;
        }
        else if (_byKey.Count >= most)
        {
            var oldest = _byUse.Last!.Value;
            _byUse.RemoveLast();
            _byKey.Remove(oldest.Key);
            evicted = oldest.Id;
        }

        _byKey.Add(key, _byUse.AddFirst(new Entry(key, id)));
        return evicted is not null;
    }

    /// <summary>The session was reset, which closes all of them.</summary>
    public void Clear()
    {
        _byKey.Clear();
        _byUse.Clear();
    }

    private readonly record struct Entry(PreparedStatementKey Key, uint Id);
}
