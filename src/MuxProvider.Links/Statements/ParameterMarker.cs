namespace MuxProvider.Links;

/// <summary>
/// A place in a statement's text where a parameter may stand: <c>@name</c>, <c>?name</c> or <c>?</c>.
/// An <c>@name</c> that no parameter is bound to stays in the text: there it is a user variable.
/// </summary>
/// <param name="Start">Index of the marker's first character (<c>@</c> or <c>?</c>).</param>
/// <param name="Length">Characters of the marker, its first one included.</param>
/// <param name="Name">The name without prefix and quotes; null for a bare <c>?</c>.</param>
/// <param name="IsAt">Whether the marker starts with <c>@</c>, so that it may also be a user variable.</param>
public readonly record struct ParameterMarker(int Start, int Length, string? Name, bool IsAt)
{
    /// <summary>Index of the first character behind the marker.</summary>
    public int End => Start + Length;
}
