using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>What is known of the warnings of a handle's last statement. Immutable.</summary>
/// <param name="Count">How many there are; null for unknown (an error does not say).</param>
/// <param name="List">The warnings, where they were fetched; else null.</param>
internal readonly record struct LastWarnings(int? Count, IReadOnlyList<ServerWarning>? List)
{
    /// <summary>None.</summary>
    public static LastWarnings None => new(0, null);

    /// <summary>Nothing is known of them.</summary>
    public static LastWarnings Unknown => new(null, null);

    /// <summary>Whether there surely are none.</summary>
    public bool AreNone => Count == 0;

    /// <summary>The list, where it is known: fetched, or empty because there are none.</summary>
    public IReadOnlyList<ServerWarning>? Known => List ?? (Count == 0 ? [] : null);
}
