using System.Runtime.CompilerServices;

namespace MuxProvider;

/// <summary>The streams that commands offer in place of files: kept apart, so that the many commands without any carry nothing of it. Any thread may use it.</summary>
internal static class CommandStreams
{
    private static readonly ConditionalWeakTable<MuxCommand, Dictionary<string, Stream>> s_streams = [];

    /// <summary>The streams of a command, made when they are asked for first.</summary>
    public static Dictionary<string, Stream> Of(MuxCommand command) =>
        s_streams.GetValue(command, static _ => new Dictionary<string, Stream>(StringComparer.Ordinal));

    /// <summary>The streams of a command; null where nobody asked for them.</summary>
    public static Dictionary<string, Stream>? Find(MuxCommand command) => s_streams.TryGetValue(command, out var streams) ? streams : null;
}
