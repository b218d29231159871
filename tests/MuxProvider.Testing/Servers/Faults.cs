namespace MuxProvider.Testing;

/// <summary>What goes wrong in what a <see cref="FakeServer"/> sends. Guarded by its board.</summary>
/// <param name="board">The server's board.</param>
internal sealed class Faults(SignalBoard board)
{
    private readonly List<Limit> _limits = [];
    private (int By, int From)? _nextSkew;

    /// <summary>What happens after so many bytes, once: to one connection, or to the one that comes so far.</summary>
    private sealed class Limit(int? connectionId, long bytes, FakeHold? hold)
    {
        public int? ConnectionId { get; } = connectionId;

        public long BytesLeft { get; set; } = bytes;

        public FakeHold? Hold { get; } = hold;
    }

    public void CutAfter(long bytes, int? connectionId) => board.Update(() => _limits.Add(new Limit(connectionId, bytes, null)));

    public void HoldAfter(long bytes, int? connectionId, FakeHold hold) => board.Update(() => _limits.Add(new Limit(connectionId, bytes, hold)));

    public void SkewNext(int by, int from) => board.Update(() => _nextSkew = (by, from));

    /// <summary>The wrong sequence numbers of the next reply, if any; taken once.</summary>
    public (int By, int From)? TakeSkew() => board.Read(() =>
    {
        var skew = _nextSkew;
        _nextSkew = null;
        return skew;
    });

    /// <summary>How many of the bytes may be sent before something happens.</summary>
    /// <param name="connectionId">Who sends.</param>
    /// <param name="length">How many bytes it wants to send.</param>
    /// <param name="happens">Whether something happens then.</param>
    /// <param name="hold">What to wait at; null where the connection is to be cut.</param>
    public int Admit(int connectionId, int length, out bool happens, out FakeHold? hold)
    {
        if (_limits.Count == 0)
        {
            happens = false;
            hold = null;
            return length;
        }

        Limit? reached = null;
        var admitted = board.Update(() =>
        {
            var mine = _limits.Where(limit => limit.ConnectionId is null || limit.ConnectionId == connectionId).ToList();
            var count = length;
            if (mine.MinBy(limit => limit.BytesLeft) is { } first && first.BytesLeft <= length)
            {
                reached = first;
                count = (int)first.BytesLeft;
                _limits.Remove(first);
                mine.Remove(first);
            }

            foreach (var limit in mine)
                limit.BytesLeft -= count;
            return count;
        });
        happens = reached is not null;
        hold = reached?.Hold;
        return admitted;
    }
}
