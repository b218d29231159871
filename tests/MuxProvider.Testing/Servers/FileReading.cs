using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>A file that one connection of a <see cref="FakeServer"/> is reading. Guarded by its board.</summary>
/// <param name="name">Its name.</param>
/// <param name="sequence">The sequence number of its first packet.</param>
internal sealed class FileReading(string name, byte sequence)
{
    private readonly MemoryStream _content = new();
    private readonly List<int> _packets = [];

    /// <summary>The sequence number of the next packet.</summary>
    public byte Sequence { get; private set; } = sequence;

    /// <summary>Whether the end came.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>What came so far.</summary>
    public FakeFile File => new(name, _content.ToArray(), [.. _packets], IsWhole);

    /// <summary>Takes a packet.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public string? Take(byte sequence, ReadOnlySpan<byte> payload)
    {
        if (sequence != Sequence)
            return $"a file's packet has the sequence number {sequence} instead of {Sequence}";
        if (payload.Length == Packets.MaxPayloadLength)
            return "a file's packet announces another piece";
        Sequence++;
        IsWhole = payload.IsEmpty;
        if (IsWhole)
            return null;
        _content.Write(payload);
        _packets.Add(payload.Length);
        return null;
    }
}
