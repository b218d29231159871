using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace MuxProvider.Twin;

/// <summary>
/// Statements that a handle on shared links may refuse although one with a connection of its own answers them. The other
/// side then leaves the step out, too; a wrong answer is always a difference.
/// </summary>
/// <param name="Pattern">What the text contains.</param>
/// <param name="Reason">Why it may be refused.</param>
internal sealed record DocumentedRejection(string Pattern, string Reason)
{
    private static readonly ImmutableArray<DocumentedRejection> s_all =
    [
        new(@"\bSHOW\b.*\b(WARNINGS|ERRORS)\b|@@(warning|error)_count", "The warnings of an earlier command are on a link that others have used since."),
        new(@"\bGET\s+DIAGNOSTICS\b", "So is the diagnostics area."),
        new(@"\bFOUND_ROWS\b", "The number of rows found by an earlier command that did not ask for it (SQL_CALC_FOUND_ROWS) is on such a link, too."),
        new(@"\bROW_COUNT\b", "ROW_COUNT() of an earlier command, as a part of an expression."),
        new(@"\b(LASTVAL|PREVIOUS\s+VALUE)\b", "The last value of a sequence belongs to the link that took it."),
    ];

    /// <summary>Whether a step may be refused.</summary>
    /// <param name="step">The step.</param>
    /// <returns>Whether one of the rules allows it.</returns>
    public static bool Allows(Step step) =>
        s_all.Any(rule => Regex.IsMatch(step.Text, rule.Pattern, RegexOptions.IgnoreCase | RegexOptions.Singleline));
}
