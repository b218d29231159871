namespace MuxProvider.Links.MySql;

/// <summary>What a request on a native link is for.</summary>
internal enum RequestKind : byte
{
    /// <summary>A handle's statement.</summary>
    Statement,

    /// <summary>A handle's sign of life.</summary>
    Ping,

    /// <summary>Brings the link to what the request behind it needs.</summary>
    Prefix,

    /// <summary>Asks for something behind the statement that owns it.</summary>
    Probe,

    /// <summary>A handle asks for a statement to be prepared.</summary>
    Preparation,

    /// <summary>The link asks for a statement to be prepared, for the next time it runs.</summary>
    Prepare,

    /// <summary>Closes a prepared statement; not answered.</summary>
    Close,

    /// <summary>A step of the reset recipe.</summary>
    Recycle,

    /// <summary>The last step of the reset recipe.</summary>
    Recycled,
}
