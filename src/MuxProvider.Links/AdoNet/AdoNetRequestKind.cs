namespace MuxProvider.Links.AdoNet;

/// <summary>What a request is for.</summary>
internal enum AdoNetRequestKind : byte
{
    /// <summary>A handle's statement.</summary>
    Statement,

    /// <summary>A handle's sign of life.</summary>
    Ping,

    /// <summary>The link's own: clean the session.</summary>
    Recycle,
}
