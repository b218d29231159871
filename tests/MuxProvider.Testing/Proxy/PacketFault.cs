using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>A fault that knows packets; only where nothing is encrypted. Each is passed on when it is whole.</summary>
public abstract class PacketFault : WireFault
{
    private readonly List<byte> _begun = [];
    private int _packets;

    /// <inheritdoc/>
    protected sealed override void Spoil(ReadOnlySpan<byte> bytes, WireEnd to)
    {
        _begun.AddRange(bytes);
        byte[] all = [.. _begun];
        var position = 0;
        while (all.Length - position >= Packets.HeaderLength
            && all.Length - position >= Packets.HeaderLength + Packets.PayloadLength(all.AsSpan(position)))
        {
            var length = Packets.HeaderLength + Packets.PayloadLength(all.AsSpan(position));
            SpoilPacket(_packets++, all.AsSpan(position, length), to);
            position += length;
        }

        _begun.RemoveRange(0, position);
    }

    /// <summary>Does what it does to a packet.</summary>
    /// <param name="number">Which packet since the fault was armed, from 0.</param>
    /// <param name="packet">The packet with its header; may be changed.</param>
    /// <param name="to">Where it was to go.</param>
    protected abstract void SpoilPacket(int number, Span<byte> packet, WireEnd to);
}
