namespace MuxProvider.Testing;

/// <summary>Gives one packet another sequence number.</summary>
/// <param name="which">Which packet, from 0.</param>
/// <param name="by">What is added.</param>
public sealed class SequenceFault(int which, int by = 1) : PacketFault
{
    /// <inheritdoc/>
    protected override void SpoilPacket(int number, Span<byte> packet, WireEnd to)
    {
        if (number == which)
            packet[3] = (byte)(packet[3] + by);
        to.Send(packet);
    }
}
