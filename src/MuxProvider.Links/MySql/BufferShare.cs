namespace MuxProvider.Links.MySql;

/// <summary>
/// What one holder has counted in a <see cref="BufferGauge"/>. Used by one thread at a time. Who is forgotten instead of being given back
/// holds nothing any more, once the collector has found that.
/// </summary>
/// <param name="gauge">Where it counts.</param>
internal sealed class BufferShare(BufferGauge gauge)
{
    private long _bytes;

    ~BufferShare() => Clear();

    /// <summary>More is held.</summary>
    public void Add(long bytes)
    {
        _bytes += bytes;
        gauge.Add(bytes);
    }

    /// <summary>Nothing is held any more.</summary>
    public void Clear()
    {
        if (_bytes == 0)
            return;
        gauge.Remove(_bytes);
        _bytes = 0;
    }
}
