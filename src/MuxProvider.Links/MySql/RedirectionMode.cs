namespace MuxProvider.Links.MySql;

/// <summary>Whether links go where a server sends them at the end of the login.</summary>
public enum RedirectionMode
{
    /// <summary>No.</summary>
    Disabled,

    /// <summary>Where that works; otherwise they stay.</summary>
    Preferred,

    /// <summary>Always; a server that sends nowhere, or where nobody answers, is none.</summary>
    Required,
}
