namespace MuxProvider.Conformance;

/// <summary>What the connections of a fixture run on. Nobody who knows ADO.NET only must notice a difference.</summary>
public enum Sharing
{
    /// <summary>Links that they share.</summary>
    SharedLinks,

    /// <summary>A link of its own for each, like a pool.</summary>
    OwnLinks,
}
