using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>
/// A clock that stands still and says when a link's reader begins to wait for its consumer: only for that a reader asks for the time.
/// Moved by one thread at a time.
/// </summary>
internal sealed class ReaderClock : TimeProvider
{
    private readonly FakeClock _clock = new();
    private readonly SemaphoreSlim _waits = new(0);
    private volatile int _ticking;

    /// <inheritdoc/>
    public override long TimestampFrequency => _clock.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        if (Environment.CurrentManagedThreadId != _ticking)
            _waits.Release();
        return _clock.GetTimestamp();
    }

    /// <summary>Returns when a reader has begun to wait. Once for each time.</summary>
    public async Task ReaderWaitsAsync() => Assert.That(await _waits.WaitAsync(Guard.Time), Is.True, "the reader does not wait");

    /// <summary>Lets time pass, and then the link look at it, as the timer of its group does.</summary>
    public void Tick(ILink link, TimeSpan span)
    {
        _ticking = Environment.CurrentManagedThreadId;
        _clock.Advance(span);
        link.ExpireOverdue();
        _ticking = 0;
    }
}
