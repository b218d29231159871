namespace MuxProvider.Links.MySql;

/// <summary>What one request does to the settings of its session: known when it is sent, true once it is answered. Pure.</summary>
/// <param name="Settings">The settings it runs under; null for those that it finds.</param>
/// <param name="Prefix">What is in front of it to bring the session there.</param>
/// <param name="Leaves">Where it leaves the settings where it succeeds; null where it does not change them.</param>
/// <param name="IsSingleStatement">Whether its text is one statement.</param>
internal readonly record struct SessionStep(Settings? Settings, PrefixParts Prefix, Settings? Leaves, bool IsSingleStatement)
{
    /// <summary>Whether the variables may be others behind it than before it.</summary>
    public bool ChangesVariables =>
        (Prefix & PrefixParts.Variables) != 0
        || (Leaves is not null && (!IsSingleStatement || Settings is null || !Leaves.Variables.Equals(Settings.Variables)));

    /// <summary>
    /// Whether the schema may be another behind it than before it. Nothing leads from a schema back to none, so what leaves none
    /// behind has found none, or has dropped it.
    /// </summary>
    public bool ChangesSchema =>
        (Prefix & PrefixParts.Schema) != 0
        || (Leaves is not null && (Leaves.Schema != Settings?.Schema || (!IsSingleStatement && Leaves.Schema is not null)));
}
