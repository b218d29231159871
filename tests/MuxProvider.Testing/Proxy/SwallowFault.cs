namespace MuxProvider.Testing;

/// <summary>Half-open: takes everything and passes nothing on, without an end.</summary>
/// <param name="afterBytes">How many bytes still pass.</param>
public sealed class SwallowFault(long afterBytes = 0) : WireFault
{
    private long _left = afterBytes;

    /// <inheritdoc/>
    protected override void Spoil(ReadOnlySpan<byte> bytes, WireEnd to)
    {
        var count = (int)Math.Min(_left, bytes.Length);
        _left -= count;
        if (count > 0)
            to.Send(bytes[..count]);
    }
}
