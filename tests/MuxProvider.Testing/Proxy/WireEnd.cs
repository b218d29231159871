namespace MuxProvider.Testing;

/// <summary>Where a <see cref="WireFault"/> passes bytes on to, or ends the connection.</summary>
public abstract class WireEnd
{
    /// <summary>Passes bytes on, in one write; nothing where the connection was cut.</summary>
    /// <param name="bytes">The bytes.</param>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the connection to both sides.</summary>
    /// <param name="reset">Whether with a reset instead of a plain end.</param>
    public abstract void Cut(bool reset = false);
}
