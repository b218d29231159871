namespace MuxProvider;

/// <summary>One collection of <see cref="MuxConnection.GetSchema(string, string[])"/>. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IdentifierParts">How many names it takes to name one of its things.</param>
/// <param name="Query">What the server is asked; null where the collection is made here.</param>
/// <param name="Restrictions">What it can be restricted to, in order.</param>
internal sealed record SchemaCollection(string Name, int IdentifierParts, string? Query, params SchemaRestriction[] Restrictions)
{
    /// <summary>What the collection is grouped by, or empty.</summary>
    public string Grouping { get; init; } = "";

    /// <summary>The columns of the empty table where the server does not know the view; null where every server does.</summary>
    public string[]? ColumnsWhereUnknown { get; init; }
}
