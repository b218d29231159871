namespace MuxProvider;

/// <summary>Whether several statements may be in flight on one link.</summary>
public enum MuxPipelining
{
    /// <summary>Where the server, and what stands before it, can do it: this is tried when a link is opened.</summary>
    Auto = 0,

    /// <summary>Always. Also written <c>true</c>.</summary>
    On = 1,

    /// <summary>Never. Also written <c>false</c>.</summary>
    Off = 2,
}
