namespace MuxProvider.Testing;

/// <summary>Passes one packet on twice.</summary>
/// <param name="which">Which packet, from 0.</param>
public sealed class DuplicateFault(int which) : PacketFault
{
    /// <inheritdoc/>
    protected override void SpoilPacket(int number, Span<byte> packet, WireEnd to)
    {
        to.Send(packet);
        if (number == which)
            to.Send(packet);
    }
}
