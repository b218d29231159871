namespace MuxProvider.Multiplexing;

/// <summary>Counts what handles do. Any thread may use it.</summary>
internal sealed class MultiplexerCounters
{
    private long _opens;
    private long _floats;
    private long _leased;
    private long _locals;
    private long _rejections;
    private long _prefixed;
    private long _streams;
    private long _promotions;

    /// <summary>A handle was opened.</summary>
    public void Opened() => Interlocked.Increment(ref _opens);

    /// <summary>A statement floated.</summary>
    public void Floated(bool hadPrefix) => Sent(ref _floats, hadPrefix);

    /// <summary>A statement ran on a lease.</summary>
    public void RanOnLease(bool hadPrefix) => Sent(ref _leased, hadPrefix);

    /// <summary>A statement was answered without the server.</summary>
    public void AnsweredLocally() => Interlocked.Increment(ref _locals);

    /// <summary>A statement was refused.</summary>
    public void Rejected() => Interlocked.Increment(ref _rejections);

    /// <summary>An answer is read while it comes.</summary>
    /// <param name="isPromoted">Whether its statement floated, so that the handle had to take the link for it.</param>
    public void Streamed(bool isPromoted)
    {
        Interlocked.Increment(ref _streams);
        if (isPromoted)
            Interlocked.Increment(ref _promotions);
    }

    /// <summary>The counts of now.</summary>
    public MultiplexerStatistics Read() => new()
    {
        Opens = Volatile.Read(ref _opens),
        FloatingStatements = Volatile.Read(ref _floats),
        LeasedStatements = Volatile.Read(ref _leased),
        LocalAnswers = Volatile.Read(ref _locals),
        Rejections = Volatile.Read(ref _rejections),
        PrefixedStatements = Volatile.Read(ref _prefixed),
        Streams = Volatile.Read(ref _streams),
        Promotions = Volatile.Read(ref _promotions),
    };

    private void Sent(ref long kind, bool hadPrefix)
    {
        Interlocked.Increment(ref kind);
        if (hadPrefix)
            Interlocked.Increment(ref _prefixed);
    }
}
