using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>Writes the packets of a <see cref="Transcript"/>. Owned by one thread.</summary>
/// <param name="sequence">The first packet's sequence number.</param>
internal sealed class TranscriptWriter(byte sequence)
{
    private readonly ByteWriter _writer = new();
    private byte _sequence = sequence;

    /// <summary>What was written.</summary>
    public byte[] Bytes => _writer.WrittenSpan.ToArray();

    /// <summary>Writes the next packet.</summary>
    public TranscriptWriter Packet(Action<ByteWriter> write)
    {
        var start = Packets.Begin(_writer);
        write(_writer);
        _sequence = Packets.End(_writer, start, _sequence);
        return this;
    }

    /// <summary>Writes the next packet.</summary>
    public TranscriptWriter Packet(params byte[] payload) => Packet(writer => writer.Write(payload));

    /// <summary>Goes on with another sequence number: the client had its turn.</summary>
    public TranscriptWriter Turn(byte sequence)
    {
        _sequence = sequence;
        return this;
    }
}
