namespace MuxProvider.Links.Tests;

/// <summary>A stream that has so many bytes, and notes how much room it is offered for them.</summary>
/// <param name="begin">Its first bytes; zeros follow.</param>
/// <param name="length">How many it has.</param>
internal sealed class ClaimingStream(byte[] begin, long length) : MemoryStream
{
    private long _given;

    /// <summary>The most room that was offered for bytes that had not come, compared with those that had.</summary>
    public double MostRoom { get; private set; }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        MostRoom = Math.Max(MostRoom, buffer.Length / (double)Math.Max(1024 * 1024, _given));
        var count = (int)Math.Min(Math.Min(buffer.Length, 32 * 1024), length - _given);
        for (var i = 0; i < count; i++)
            buffer[i] = _given + i < begin.Length ? begin[_given + i] : (byte)0;
        _given += count;
        return count;
    }
}
