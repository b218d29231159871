using System.Globalization;

namespace MuxProvider;

/// <summary>Ends what a bulk operation waits for besides the server, such as its source.</summary>
internal static class BulkTimer
{
    // The longest that a timer can count.
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>Starts counting.</summary>
    /// <param name="seconds">The time; 0 for ever.</param>
    /// <param name="clock">The clock.</param>
    /// <returns>What is cancelled when the time is over; to be disposed.</returns>
    public static CancellationTokenSource Start(int seconds, TimeProvider clock)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return seconds > 0 && time <= s_most ? new CancellationTokenSource(time, clock) : new CancellationTokenSource();
    }

    /// <summary>What to throw where the timer, or the caller's token, ended it.</summary>
    /// <param name="what">What was ended, for people.</param>
    /// <param name="seconds">The time.</param>
    /// <param name="cancelled">How it was ended.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>The exception: of the caller's token, where that was used.</returns>
    public static Exception Over(string what, int seconds, OperationCanceledException cancelled, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? new OperationCanceledException(cancelled.Message, cancelled, cancellationToken)
            : new MuxException(
                (int)MuxErrorCode.CommandTimeoutExpired, null, string.Create(CultureInfo.InvariantCulture, $"The time for {what} ({seconds} s) ran out."), cancelled);
}
