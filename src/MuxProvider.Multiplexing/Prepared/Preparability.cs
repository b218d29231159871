using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Whether a text may run prepared: only where that is worth while and means the same as running the text. Pure.
/// </summary>
/// <param name="IsPreparable">Whether it may.</param>
internal sealed record Preparability(bool IsPreparable)
{
    private static readonly Preparability s_yes = new(true);
    private static readonly Preparability s_no = new(false);

    /// <summary>Decides.</summary>
    /// <param name="text">The text.</param>
    /// <param name="traits">What it says, with a parameter bound to every marker.</param>
    /// <returns>The decision.</returns>
    public static Preparability Of(StatementText text, StatementTraits traits) =>
        IsPlain(traits) && !HasPositionMarker(text) && !HasSelectedMarker(text) && !HasEmptyStatement(text.Text) ? s_yes : s_no;

    // What changes the session, or asks for what the statement before has left, runs as it always did. A procedure's arguments that are
    // parameters would be variables that it may set. A hint that sets a variable sets it while the text is prepared, too.
    private static bool IsPlain(StatementTraits traits) =>
        traits is
        {
            StatementCount: 1,
            Placement: Placement.Float or Placement.StatementLease,
            PinReasons: PinReasons.None,
            Reads: SessionRegisters.None,
            IsCall: false,
            DefinesObjects: false,
            HasTrackerNoise: false,
            LocalAnswer: LocalAnswer.None,
            NextTransaction: null,
            Schema: null,
            KilledThread: null,
        }
        && traits.Settings.IsEmpty
        && traits.Keyword is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "REPLACE" or "WITH" or "VALUES" or "TABLE";

    // Behind a semicolon even a comment is a statement of its own, with an answer; prepared it would have none.
    private static bool HasEmptyStatement(string text)
    {
        var semicolon = text.LastIndexOf(';');
        return semicolon >= 0 && !text.AsSpan(semicolon + 1).IsWhiteSpace();
    }

    // What is selected has the type of its literal. MySQL decides on the type of a parameter before there is a value, and may keep that
    // of an earlier one.
    private static bool HasSelectedMarker(StatementText text)
    {
        foreach (var marker in text.Markers)
        {
            var before = text.Text.AsSpan(0, marker.Start);
            if (before.LastIndexOf("SELECT", StringComparison.OrdinalIgnoreCase) > before.LastIndexOf("FROM", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    // A number behind ORDER BY or GROUP BY names a column; a parameter there is just a value.
    private static bool HasPositionMarker(StatementText text)
    {
        foreach (var marker in text.Markers)
        {
            var before = text.Text.AsSpan(0, marker.Start).TrimEnd();
            if (before.EndsWith("BY", StringComparison.OrdinalIgnoreCase) && before.Length < marker.Start)
                return true;
        }

        return false;
    }
}
