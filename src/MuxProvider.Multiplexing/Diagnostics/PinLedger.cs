using System.Numerics;

namespace MuxProvider.Multiplexing;

/// <summary>How often and how long handles are pinned, reason by reason. Any thread may use it.</summary>
/// <param name="clock">The clock.</param>
internal sealed class PinLedger(TimeProvider clock)
{
    /// <summary>How many reasons there are at most.</summary>
    public const int Reasons = 32;

    // Guards the entries: pins begin and end seldom.
    private readonly Lock _gate = new();
    private readonly Entry[] _entries = new Entry[Reasons];

    /// <summary>Notes what changed for one handle.</summary>
    /// <param name="before">What pinned it.</param>
    /// <param name="now">What pins it.</param>
    /// <param name="since">When its pins began, by reason; belongs to the handle.</param>
    /// <returns>The reasons that occurred for the first time.</returns>
    public PinReasons Note(PinReasons before, PinReasons now, long[] since)
    {
        var first = PinReasons.None;
        var time = clock.GetTimestamp();
        lock (_gate)
        {
            for (var changed = (uint)(before ^ now); changed != 0; changed &= changed - 1)
            {
                var index = BitOperations.TrailingZeroCount(changed);
                ref var entry = ref _entries[index];
                if (((uint)now >> index & 1) != 0)
                {
                    if (entry.Count++ == 0)
                        first |= (PinReasons)(1 << index);
                    entry.Current++;
                    since[index] = time;
                }
                else
                {
                    entry.Current--;
                    var duration = clock.GetElapsedTime(since[index], time);
                    entry.Total += duration;
                    if (duration > entry.Longest)
                        entry.Longest = duration;
                }
            }
        }

        return first;
    }

    /// <summary>The reasons that occurred.</summary>
    /// <returns>Sorted by their value.</returns>
    public IReadOnlyList<PinStatistics> Read()
    {
        var pins = new List<PinStatistics>();
        lock (_gate)
        {
            for (var i = 0; i < Reasons; i++)
            {
                if (_entries[i] is { Count: > 0 } entry)
                    pins.Add(new PinStatistics((PinReasons)(1 << i), entry.Count, entry.Current, entry.Total, entry.Longest));
            }
        }

        return pins;
    }

    private record struct Entry(long Count, int Current, TimeSpan Total, TimeSpan Longest);
}
