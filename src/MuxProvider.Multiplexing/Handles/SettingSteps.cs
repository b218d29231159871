using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>Which settings a text has to find, and to which it leads. Pure.</summary>
internal static class SettingSteps
{
    /// <summary>The value of a setting that only the server knows; never sent.</summary>
    public const string ToBeAsked = "?";

    /// <summary>The settings that a text leads to where it succeeds.</summary>
    /// <param name="settings">Those of its handle.</param>
    /// <param name="traits">What the text says.</param>
    public static Settings LeftBy(Settings settings, StatementTraits traits)
    {
        var variables = settings.Variables;
        foreach (var change in traits.Settings)
            variables = variables.With(change.Name, IsKnown(change) ? change.Value : ToBeAsked);
        return settings with { Variables = variables };
    }

    /// <summary>The settings that a text has to find. What a SET replaces need not be brought first: the server may no longer take it.</summary>
    /// <param name="settings">Those of its handle.</param>
    /// <param name="traits">What the text says.</param>
    public static Settings FoundBy(Settings settings, StatementTraits traits)
    {
        if (traits.StatementCount != 1)
            return settings;
        foreach (var change in traits.Settings)
        {
            if (change.IsLiteral)
                settings = settings with { Variables = settings.Variables.With(change.Name, null) };
        }

        return settings;
    }

    /// <summary>
    /// Whether the text itself tells the value. A number for sql_mode says nothing to us; and DEFAULT is not always what a fresh session has:
    /// it is the server's value of now, and for the checks of keys MySQL takes it for off (measured).
    /// </summary>
    /// <param name="change">What the text changes.</param>
    public static bool IsKnown(in SettingChange change) => change switch
    {
        { IsLiteral: false } => false,
        { Value: null } => change.Name is not ("sql_mode" or "foreign_key_checks" or "unique_checks"),
        { Name: "sql_mode", Value: [>= '0' and <= '9', ..] } => false,
        _ => true,
    };

    /// <summary>Whether the server has to be asked for some value.</summary>
    /// <param name="variables">The values.</param>
    public static bool HasToBeAsked(SessionVariables variables)
    {
        foreach (var (_, value) in variables.Items)
        {
            if (value == ToBeAsked)
                return true;
        }

        return false;
    }
}
