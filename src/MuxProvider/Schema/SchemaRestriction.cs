namespace MuxProvider;

/// <summary>What a collection can be restricted to. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Column">The column of the query.</param>
internal sealed record SchemaRestriction(string Name, string Column);
