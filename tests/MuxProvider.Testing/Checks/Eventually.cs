using System.Diagnostics;

namespace MuxProvider.Testing;

/// <summary>
/// Waits for what a real server shows sooner or later. The only place in the tests that polls; everything else waits for
/// signals.
/// </summary>
public static class Eventually
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Polls until a condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="what">What it means, as the end of "waited 30 s for …".</param>
    /// <exception cref="TimeoutException">It did not hold within 30 seconds.</exception>
    public static async Task Holds(Func<bool> holds, string what) => await Holds(() => ValueTask.FromResult(holds()), what);

    /// <inheritdoc cref="Holds(Func{bool}, string)"/>
    public static async Task Holds(Func<ValueTask<bool>> holds, string what)
    {
        var start = Stopwatch.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(1);
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(start) > s_limit)
                throw new TimeoutException($"Waited {s_limit.TotalSeconds:0} s for {what}.");
            await Task.Delay(pause);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }
}
