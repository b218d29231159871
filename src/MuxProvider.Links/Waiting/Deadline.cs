namespace MuxProvider.Links;

/// <summary>A point in time after which nobody waits any more. Reads its own clock, so that a fake clock can drive it.</summary>
public readonly record struct Deadline
{
    private readonly TimeProvider? _clock;
    private readonly long _timestamp;
    private readonly long _length;

    private Deadline(TimeProvider clock, long length)
    {
        _clock = clock;
        _timestamp = clock.GetTimestamp() + length;
        _length = length;
    }

    /// <summary>The deadline that never comes.</summary>
    public static Deadline Never => default;

    /// <summary>Whether there is no deadline.</summary>
    public bool IsNever => _clock is null;

    /// <summary>Whether the deadline is over.</summary>
    public bool IsOver => _clock is not null && _clock.GetTimestamp() >= _timestamp;

    /// <summary>The time left; zero when the deadline is over, <see cref="Timeout.InfiniteTimeSpan"/> when there is none.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_clock is null)
                return Timeout.InfiniteTimeSpan;
            var now = _clock.GetTimestamp();
            return now >= _timestamp ? TimeSpan.Zero : _clock.GetElapsedTime(now, _timestamp);
        }
    }

    /// <summary>How far away it was when it was made; zero where it never comes.</summary>
    public TimeSpan Length => _clock is null ? TimeSpan.Zero : _clock.GetElapsedTime(0, _length);

    /// <summary>The time since it was made; zero where it never comes.</summary>
    public TimeSpan Elapsed => _clock is null ? TimeSpan.Zero : _clock.GetElapsedTime(_timestamp - _length);

    /// <summary>The deadline that is <paramref name="span"/> away.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="span">The time until then; zero or less means never, as in ADO.NET.</param>
    /// <returns>The deadline.</returns>
    public static Deadline In(TimeProvider clock, TimeSpan span)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return span <= TimeSpan.Zero
            ? Never
            : new Deadline(clock, (long)(span.TotalSeconds * clock.TimestampFrequency));
    }

    /// <summary>The deadline that is as far away from now as this one was when it was made.</summary>
    /// <returns>The deadline; never, where this one never comes.</returns>
    public Deadline Again() => _clock is null ? Never : new Deadline(_clock, _length);

    /// <summary>The time left for calls that take milliseconds.</summary>
    /// <param name="atMost">What to return where more is left, in milliseconds.</param>
    /// <returns>At least 1.</returns>
    public int RemainingMilliseconds(int atMost)
    {
        if (_clock is null)
            return atMost;
        return (int)Math.Clamp(Math.Ceiling(Remaining.TotalMilliseconds), 1, atMost);
    }
}
