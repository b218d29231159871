namespace MuxProvider.Testing;

/// <summary>
/// What goes wrong on one way of one connection of a <see cref="FaultProxy"/>. Called by the thread that passes the bytes of that
/// way on; armed by any thread.
/// </summary>
public abstract class WireFault
{
    private volatile bool _isArmed = true;

    /// <summary>Whether it happens at all; what passes before has no part in it. Set it while nothing is on its way.</summary>
    public bool IsArmed
    {
        get => _isArmed;
        set => _isArmed = value;
    }

    /// <summary>Passes bytes on, or does not.</summary>
    /// <param name="bytes">The bytes that came.</param>
    /// <param name="to">Where they were to go.</param>
    internal void Pass(ReadOnlySpan<byte> bytes, WireEnd to)
    {
        if (IsArmed)
            Spoil(bytes, to);
        else
            to.Send(bytes);
    }

    /// <summary>Does what it does to bytes.</summary>
    protected abstract void Spoil(ReadOnlySpan<byte> bytes, WireEnd to);
}
