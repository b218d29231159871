namespace MuxProvider;

/// <summary>
/// Whether a later statement may ask for <c>LAST_INSERT_ID()</c>: then every connection is given its own answer, though the
/// statement before ran on another link. <see cref="MuxCommand.LastInsertedId"/> needs none of it.
/// </summary>
public enum MuxLastInsertIdTracking
{
    /// <summary>Until enough connections have inserted rows without any of them asking for it in a statement of its own.</summary>
    Auto = 0,

    /// <summary>Always. Also written <c>true</c>.</summary>
    On = 1,

    /// <summary>Not until somebody asks, who is refused the first time. Also written <c>false</c>.</summary>
    Off = 2,
}
