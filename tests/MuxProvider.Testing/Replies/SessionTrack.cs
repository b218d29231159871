using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// A session-tracking block, as a server puts it into an OK packet. Immutable: every member returns a longer block.
/// </summary>
public sealed class SessionTrack
{
    private SessionTrack(byte[] bytes) => Bytes = bytes;

    /// <summary>A block without entries.</summary>
    public static SessionTrack Empty { get; } = new([]);

    /// <summary>The block, without its length.</summary>
    public byte[] Bytes { get; }

    public SessionTrack Schema(string schema) => Add(SessionTrackType.Schema, schema);

    public SessionTrack Variable(string name, string value) => Add(SessionTrackType.SystemVariable, name, value);

    public SessionTrack StateChange() => Add(SessionTrackType.StateChange, "1");

    public SessionTrack TransactionState(string eightCharacters) => Add(SessionTrackType.TransactionState, eightCharacters);

    public SessionTrack Append(SessionTrack other) => new([.. Bytes, .. other.Bytes]);

    public SessionTrack Add(SessionTrackType type, params string[] texts)
    {
        using var data = new ByteWriter();
        foreach (var text in texts)
            data.WriteLengthEncodedString(text);
        using var block = new ByteWriter();
        block.Write(Bytes);
        block.WriteByte((byte)type);
        block.WriteLengthEncodedString(data.WrittenSpan);
        return new SessionTrack(block.WrittenSpan.ToArray());
    }
}
