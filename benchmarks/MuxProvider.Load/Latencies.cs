using System.Diagnostics;

namespace MuxProvider.Load;

/// <summary>How long the small statements of one round took, in milliseconds.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="P50">The median.</param>
/// <param name="P99">What 99 of 100 stay below.</param>
/// <param name="Max">The longest.</param>
/// <param name="Stuck">How many took longer than a tenth of a second.</param>
internal readonly record struct Latencies(int Count, double P50, double P99, double Max, int Stuck)
{
    /// <summary>Of durations in ticks of the stopwatch.</summary>
    public static Latencies Of(IEnumerable<long> ticks)
    {
        var all = ticks.Order().ToArray();
        return new Latencies(
            all.Length,
            Milliseconds(all[all.Length / 2]),
            Milliseconds(all[Math.Min(all.Length - 1, (int)(all.Length * 99L / 100))]),
            Milliseconds(all[^1]),
            all.Count(static ticks => Milliseconds(ticks) > 100));
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
