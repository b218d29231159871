namespace MuxProvider.Links;

/// <summary>What a link says of requests that were given up on it while nothing came. Immutable; the default is a link that was heard of.</summary>
/// <param name="IsSilent">Whether a request in flight timed out, and not one byte has come since it was sent.</param>
/// <param name="LongestWait">The longest time-out that such a request had.</param>
/// <param name="IsAwaited">Whether somebody still waits for an answer of the link.</param>
public readonly record struct LinkSilence(bool IsSilent, TimeSpan LongestWait, bool IsAwaited);
