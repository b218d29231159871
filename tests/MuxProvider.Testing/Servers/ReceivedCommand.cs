using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>One command that a <see cref="FakeServer"/> received.</summary>
/// <param name="ConnectionId">Of which connection; what <c>CONNECTION_ID()</c> says there.</param>
/// <param name="Code">Its first byte.</param>
/// <param name="Text">The rest as UTF-8: the SQL text, or the schema.</param>
/// <param name="Segment">A number that commands share where one read of the socket brought them.</param>
/// <param name="IsDropped">Whether the server acts as if it had never come.</param>
public sealed record ReceivedCommand(int ConnectionId, CommandCode Code, string Text, long Segment, bool IsDropped)
{
    /// <inheritdoc/>
    public override string ToString() => $"#{ConnectionId} {Code}{(Text.Length > 0 ? " " : "")}{Text}";
}
