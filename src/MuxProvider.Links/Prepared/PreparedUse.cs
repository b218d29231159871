namespace MuxProvider.Links;

/// <summary>What to do with a statement that may run prepared.</summary>
internal enum PreparedUse : byte
{
    /// <summary>Run it as text: the server was asked to prepare it, or has refused.</summary>
    Text,

    /// <summary>Run it as text, and ask the server to prepare it for the next time.</summary>
    Prepare,

    /// <summary>Execute it by its id.</summary>
    Execute,
}
