namespace MuxProvider.Testing;

/// <summary>Ends the connection at exactly one byte.</summary>
/// <param name="afterBytes">How many bytes still pass.</param>
/// <param name="reset">Whether with a reset instead of a plain end.</param>
public sealed class CutFault(long afterBytes, bool reset = false) : WireFault
{
    private long _left = afterBytes;

    /// <inheritdoc/>
    protected override void Spoil(ReadOnlySpan<byte> bytes, WireEnd to)
    {
        if (bytes.Length <= _left)
        {
            _left -= bytes.Length;
            to.Send(bytes);
            return;
        }

        to.Send(bytes[..(int)_left]);
        to.Cut(reset);
    }
}
