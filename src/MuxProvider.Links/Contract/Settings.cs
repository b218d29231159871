namespace MuxProvider.Links;

/// <summary>
/// The session state that travels with a handle: a link whose settings differ is brought to them by a prefix in the same
/// write. Immutable, compared by value.
/// </summary>
/// <param name="Schema">The default schema, or null for none.</param>
/// <param name="Variables">The session variables that differ from those of a fresh session.</param>
public sealed record Settings(string? Schema, SessionVariables Variables)
{
    /// <summary>Settings with nothing but a schema.</summary>
    /// <param name="schema">The default schema, or null for none.</param>
    public Settings(string? schema)
        : this(schema, SessionVariables.None)
    {
    }

    /// <summary>No default schema and no variables: the settings of a fresh link.</summary>
    public static Settings None { get; } = new((string?)null);

    /// <inheritdoc/>
    public bool Equals(Settings? other) =>
        ReferenceEquals(this, other)
        || (other is not null && string.Equals(Schema, other.Schema, StringComparison.Ordinal) && Variables.Equals(other.Variables));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Schema, Variables);
}
