namespace MuxProvider.Multiplexing;

/// <summary>
/// When links may be opened after failures: behind growing pauses with jitter, and one at a time, so that a server that comes up again
/// is not run over. Who comes during a pause waits for the next attempt. Guarded by its group.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="random">A number from 0 to 1, drawn for each pause.</param>
internal sealed class OpeningPace(TimeProvider clock, Func<double> random)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);

    // With its jitter still well below a second: so long nobody notices that the server is back.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(500);

    private TimeSpan _pause;
    private long _failingSince;
    private long _failedAt;
    private int _failures;

    /// <summary>Whether the last attempt failed.</summary>
    public bool IsFailing => _failures > 0;

    /// <summary>Whether a link may be opened now.</summary>
    /// <param name="opening">How many are being opened.</param>
    public bool MayOpen(int opening) => _failures == 0 || (opening == 0 && SinceFailure >= _pause);

    /// <summary>The time since the last failure; only while failing.</summary>
    public TimeSpan SinceFailure => clock.GetElapsedTime(_failedAt);

    /// <summary>The time since the first failure behind a success; zero where the last attempt did not fail.</summary>
    public TimeSpan FailingFor => _failures == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_failingSince);

    /// <summary>A link is open.</summary>
    public void Succeeded() => _failures = 0;

    /// <summary>A link could not be opened.</summary>
    public void Failed()
    {
        _failedAt = clock.GetTimestamp();
        if (_failures++ == 0)
            _failingSince = _failedAt;
        var doubled = s_firstPause * (1 << Math.Min(_failures - 1, 10));
        _pause = (doubled < s_longestPause ? doubled : s_longestPause) * (0.75 + (random() / 2));
    }
}
