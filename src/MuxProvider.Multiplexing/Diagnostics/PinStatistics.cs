namespace MuxProvider.Multiplexing;

/// <summary>How often, and for how long, handles were pinned for one reason.</summary>
/// <param name="Reason">The reason: one flag.</param>
/// <param name="Count">Pins that began.</param>
/// <param name="Current">Handles that are pinned for it now.</param>
/// <param name="TotalDuration">How long the pins that ended lasted, together.</param>
/// <param name="LongestDuration">How long the longest of those that ended lasted.</param>
public sealed record PinStatistics(PinReasons Reason, long Count, int Current, TimeSpan TotalDuration, TimeSpan LongestDuration);
