namespace MuxProvider.Testing;

/// <summary>Passes everything on in small writes.</summary>
/// <param name="length">The most bytes of a write.</param>
public sealed class SplitFault(int length = 1) : WireFault
{
    /// <inheritdoc/>
    protected override void Spoil(ReadOnlySpan<byte> bytes, WireEnd to)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(length, bytes.Length);
            to.Send(bytes[..count]);
            bytes = bytes[count..];
        }
    }
}
