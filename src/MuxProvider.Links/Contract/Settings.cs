namespace MuxProvider.Links;

/// <summary>
/// The session state that travels with a handle: a link whose settings differ is brought to them by a prefix in the same
/// write. Immutable, compared by value.
/// </summary>
/// <param name="Schema">The default schema, or null for none.</param>
public sealed record Settings(string? Schema)
{
    /// <summary>No default schema: the settings of a fresh link.</summary>
    public static Settings None { get; } = new((string?)null);
}
