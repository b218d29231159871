using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>What a server sends in one conversation, framed. Immutable.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Capabilities">What was agreed at login.</param>
/// <param name="Bytes">The packets.</param>
public sealed record Transcript(string Name, TranscriptKind Kind, CapabilityFlags Capabilities, byte[] Bytes)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
