namespace MuxProvider.Multiplexing;

/// <summary>
/// Looks through the tokens of a statement for what touches the session: functions, variables, INTO, locking reads,
/// sequences. One pass, no recursion.
/// </summary>
internal static class BodyRules
{
    /// <summary>Looks through tokens of which every call must be of a function known to be harmless.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">The first token to look at.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Scan(in StatementTokens tokens, int from, ref StatementVerdict verdict) => Scan(tokens, from, strict: true, ref verdict);

    /// <summary>
    /// Looks through a definition, in which names in front of parentheses are mostly names (<c>KEY k (a)</c>) and which
    /// executes no expression: only what is known to touch the session counts.
    /// </summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">The first token to look at.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void ScanDefinition(in StatementTokens tokens, int from, ref StatementVerdict verdict) => Scan(tokens, from, strict: false, ref verdict);

    /// <summary>Judges the call that a name in front of a parenthesis may be.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="index">Where the name stands.</param>
    /// <param name="strict">Whether an unknown function pins.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void JudgeCall(in StatementTokens tokens, int index, bool strict, ref StatementVerdict verdict)
    {
        Span<char> buffer = stackalloc char[KnownFunctions.LongestName];
        var name = tokens.Upper(index, buffer);
        var qualified = tokens.Kind(index - 1) == SqlTokenKind.Dot;
        var bare = tokens.Kind(index) == SqlTokenKind.Identifier && !qualified;
        var effect = KnownFunctions.Effect(name);
        switch (effect)
        {
            // Quotes or a schema in front of the name of a harmless one: then it may be a stored function of that name.
            case FunctionEffect.Harmless when bare:
            case FunctionEffect.HarmlessWhenAdjacent when bare && IsAdjacent(tokens, index + 1):
                return;
            case FunctionEffect.Unknown or FunctionEffect.Harmless or FunctionEffect.HarmlessWhenAdjacent:
                if (strict && (qualified || !IsOnlyName(tokens, index, bare, name)))
                    verdict.Pin(PinReasons.Routine);
                return;

            // The others count wherever they stand, and quotes do not hide them: the server looks for them by name.
            case FunctionEffect.Blocking:
                verdict.Require(Placement.StatementLease);
                break;
            case FunctionEffect.NamedLock:
                verdict.Pin(PinReasons.NamedLock);
                break;
            case FunctionEffect.GeneratedId when tokens.Kind(index + 2) == SqlTokenKind.CloseParenthesis:
                verdict.ReadsGeneratedId = true;
                break;
            case FunctionEffect.GeneratedId:
                verdict.Pin(PinReasons.FoundRows);
                verdict.AffectsGeneratedId = true;
                break;
            case FunctionEffect.RowCount:
                verdict.ReadsRowCount = true;
                break;
            case FunctionEffect.LastStatement:
                verdict.Pin(PinReasons.FoundRows);
                break;
        }

        if (strict && qualified)
            verdict.Pin(PinReasons.Routine);
    }

    private static void Scan(in StatementTokens tokens, int from, bool strict, ref StatementVerdict verdict)
    {
        for (var i = from; i < tokens.Count; i++)
        {
            switch (tokens.Kind(i))
            {
                case SqlTokenKind.Assignment:
                    verdict.Pin(PinReasons.UserVariable);
                    verdict.AssignsUserVariable = true;
                    break;
                case SqlTokenKind.SystemVariable:
                    SystemVariableRead.Judge(tokens.Written(i), ref verdict);
                    break;
                case SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier when tokens.Kind(i + 1) == SqlTokenKind.OpenParenthesis:
                    JudgeCall(tokens, i, strict, ref verdict);
                    break;
            }

            if (tokens.Kind(i) == SqlTokenKind.Identifier)
                JudgeWord(tokens, i, strict, ref verdict);
        }
    }

    private static void JudgeWord(in StatementTokens tokens, int index, bool strict, ref StatementVerdict verdict)
    {
        switch (tokens[index].Length)
        {
            case 3 when tokens.Is(index, "FOR") && tokens.IsAny(index + 1, "UPDATE", "SHARE"):
            case 4 when tokens.Is(index, "LOCK") && tokens.Is(index + 1, "IN"):
                verdict.Require(Placement.StatementLease);
                break;
            case 4 when strict && tokens.Is(index, "INTO"):
                JudgeInto(tokens, index + 1, ref verdict);
                break;
            case 4 when tokens.Is(index, "NEXT") && tokens.Is(index + 1, "VALUE"):
            case 8 when tokens.Is(index, "PREVIOUS") && tokens.Is(index + 1, "VALUE"):
            case 7 when (tokens.Modes & SqlModes.Oracle) != 0 && tokens.IsAny(index, "NEXTVAL", "CURRVAL"):
            case 19 when tokens.Is(index, "SQL_CALC_FOUND_ROWS"):
                verdict.Pin(PinReasons.FoundRows);
                break;
        }
    }

    private static void JudgeInto(in StatementTokens tokens, int target, ref StatementVerdict verdict)
    {
        verdict.IsReadOnly = false;
        if (tokens.IsAny(target, "OUTFILE", "DUMPFILE"))
        {
            verdict.Require(Placement.StatementLease);
        }
        else if (tokens.Kind(target) == SqlTokenKind.UserVariable)
        {
            verdict.Pin(PinReasons.UserVariable);
            verdict.AssignsUserVariable = true;
        }
        else
        {
            verdict.Pin(PinReasons.Unknown);
        }
    }

    private static bool IsAdjacent(in StatementTokens tokens, int parenthesis) =>
        tokens.TouchesPrevious(parenthesis) || (tokens.Modes & (SqlModes.IgnoreSpace | SqlModes.Oracle | SqlModes.Mssql)) != 0;

    // Whether the grammar leaves no room for a call here, whatever the name is.
    private static bool IsOnlyName(in StatementTokens tokens, int index, bool bare, ReadOnlySpan<char> upper)
    {
        // An operand is not followed by a call: `(…) AS a`-less aliases, OVER, AGAINST, COLUMNS, types behind quoted column names.
        if (tokens.Kind(index - 1) is SqlTokenKind.CloseParenthesis or SqlTokenKind.String or SqlTokenKind.Number
            or SqlTokenKind.Parameter or SqlTokenKind.UserVariable or SqlTokenKind.SystemVariable or SqlTokenKind.QuotedIdentifier)
            return true;

        // `AS name (…)` is an alias with column names, or a type with a length.
        if (tokens.Is(index - 1, "AS"))
            return true;

        if (bare)
        {
            if (KnownWords.NeverCalls(upper))
                return true;
            switch (upper)
            {
                // Not reserved everywhere, but no argument of a call can begin with a query that has no parentheses of its own.
                case "ANY" or "SOME" or "INTERSECT" or "LATERAL":
                    return tokens.IsAny(index + 2, "SELECT", "WITH", "VALUES", "TABLE");
                case "OF":
                    return tokens.Is(index - 1, "MEMBER");
            }
        }

        return IsColumnListBeforeAs(tokens, index + 2);
    }

    // `WITH name (a, b) AS (…)`. Lists of different names do not overlap, so that looking ahead stays linear.
    private static bool IsColumnListBeforeAs(in StatementTokens tokens, int index)
    {
        while (tokens.IsName(index) || tokens.Kind(index) == SqlTokenKind.Comma)
            index++;
        return tokens.Kind(index) == SqlTokenKind.CloseParenthesis
            && tokens.Is(index + 1, "AS")
            && tokens.Kind(index + 2) == SqlTokenKind.OpenParenthesis;
    }
}
