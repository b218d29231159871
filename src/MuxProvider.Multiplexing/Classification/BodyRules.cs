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
    /// <param name="strict">Whether an unknown function counts.</param>
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
                    CallRoutine(tokens, index, qualified, ref verdict);
                return;
        }

        // The others count wherever they stand, and quotes do not hide them: the server looks for them by name.
        verdict.At(tokens, index);
        JudgeEffect(tokens, index, effect, ref verdict);
        if (strict && qualified)
            CallRoutine(tokens, index, qualified, ref verdict);
    }

    // Views that tell of the server, and for which it opens views of all schemas.
    private static bool IsCatalog(in StatementTokens tokens, int index)
    {
        if (tokens.Kind(index - 1) == SqlTokenKind.Dot || tokens.Name(index).Length is not (3 or 5 or 18 or 20))
            return false;
        var schema = SqlName.Of(tokens, index);
        if (schema.Equals("sys", StringComparison.OrdinalIgnoreCase))
            return true;
        return schema.Equals("information_schema", StringComparison.OrdinalIgnoreCase)
            && tokens.IsName(index + 2)
            && SqlName.Of(tokens, index + 2).ToUpperInvariant() is "TABLES" or "COLUMNS" or "VIEWS" or "GEOMETRY_COLUMNS" or "KEY_PERIOD_USAGE" or "SEQUENCES";
    }

    private static void JudgeEffect(in StatementTokens tokens, int index, FunctionEffect effect, ref StatementVerdict verdict)
    {
        switch (effect)
        {
            case FunctionEffect.Blocking:
                verdict.Require(Placement.StatementLease);
                break;
            case FunctionEffect.NamedLock:
                verdict.LockCalls++;
                verdict.Pin(PinReasons.NamedLock);
                break;
            case FunctionEffect.ReleasesLocks:
                verdict.LockCalls++;
                verdict.IsReadOnly = false;
                break;
            case FunctionEffect.GeneratedId when tokens.Kind(index + 2) == SqlTokenKind.CloseParenthesis:
                verdict.Read(SessionRegisters.GeneratedId);
                break;
            case FunctionEffect.GeneratedId:
                verdict.IsReadOnly = false;
                verdict.AffectsGeneratedId = true;
                verdict.HidesGeneratedId = true;
                verdict.GivesGeneratedId = true;
                verdict.UsesGeneratedId = true;
                break;
            case FunctionEffect.RowCount:
                verdict.Read(SessionRegisters.RowCount);
                break;
            case FunctionEffect.FoundRows:
                verdict.Read(SessionRegisters.FoundRows);
                break;
            case FunctionEffect.TakesSequenceValue or FunctionEffect.AsksSequenceValue:
                JudgeSequenceCall(tokens, index, effect, ref verdict);
                break;
            case FunctionEffect.OtherRegister:
                verdict.Read(SessionRegisters.Other);
                verdict.Require(Placement.StatementLease);
                break;
        }
    }

    // Only MariaDB has these functions, and they take the name of a sequence. With any other argument it is somebody's own function,
    // of which there are many on servers without sequences.
    private static void JudgeSequenceCall(in StatementTokens tokens, int index, FunctionEffect effect, ref StatementVerdict verdict)
    {
        var end = tokens.SkipQualifiedName(index + 2);
        var next = tokens.Kind(end);
        var named = end > index + 2 && (next == SqlTokenKind.CloseParenthesis || (next == SqlTokenKind.Comma && tokens.Is(index, "SETVAL")));
        if (!named)
            verdict.CallRoutine(tokens.Name(index).ToString());
        if (effect == FunctionEffect.AsksSequenceValue)
            AskSequence(tokens, index + 2, end, ref verdict);
        else
            TakeSequence(tokens, index + 2, tokens.Is(index, "SETVAL") ? index + 2 : end, ref verdict);
    }

    private static void TakeSequence(in StatementTokens tokens, int from, int to, ref StatementVerdict verdict)
    {
        verdict.TakesSequenceValue = true;
        verdict.IsReadOnly = false;
        if (to > from)
            (verdict.TakenSequences ??= []).Add(SqlName.OfObject(tokens, from, to));
    }

    private static void AskSequence(in StatementTokens tokens, int from, int to, ref StatementVerdict verdict)
    {
        verdict.Read(SessionRegisters.SequenceValue);
        (verdict.AskedSequences ??= []).Add(SqlName.OfObject(tokens, from, to));
    }

    private static void CallRoutine(in StatementTokens tokens, int index, bool qualified, ref StatementVerdict verdict)
    {
        verdict.At(tokens, qualified && tokens.IsName(index - 2) ? index - 2 : index, index);
        verdict.CallRoutine(tokens.Name(index).ToString());
    }

    private static void Scan(in StatementTokens tokens, int from, bool strict, ref StatementVerdict verdict)
    {
        for (var i = from; i < tokens.Count; i++)
        {
            switch (tokens.Kind(i))
            {
                case SqlTokenKind.Assignment when strict || tokens.Kind(i - 1) == SqlTokenKind.UserVariable:
                    verdict.At(tokens, tokens.Kind(i - 1) == SqlTokenKind.UserVariable ? i - 1 : i);
                    verdict.Pin(PinReasons.UserVariable);
                    verdict.AssignsUserVariable = true;
                    break;
                case SqlTokenKind.SystemVariable:
                    verdict.At(tokens, i);
                    SystemVariableRead.Judge(tokens.Written(i), ref verdict);
                    break;
                case SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier when tokens.Kind(i + 1) == SqlTokenKind.Dot && IsCatalog(tokens, i):
                    // To look into a view of another schema MariaDB goes there and back, and says that the session was changed.
                    verdict.At(tokens, i);
                    verdict.Require(Placement.StatementLease);
                    verdict.HasTrackerNoise = true;
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
                verdict.At(tokens, index, index + 1);
                verdict.Require(Placement.StatementLease);
                break;
            case 4 when strict && tokens.Is(index, "INTO"):
                verdict.At(tokens, index);
                JudgeInto(tokens, index + 1, ref verdict);
                break;
            case 4 when tokens.Is(index, "NEXT") && tokens.Is(index + 1, "VALUE"):
                verdict.At(tokens, index, index + 1);
                TakeSequence(tokens, index + 3, tokens.SkipQualifiedName(index + 3), ref verdict);
                break;
            case 8 when tokens.Is(index, "PREVIOUS") && tokens.Is(index + 1, "VALUE"):
                verdict.At(tokens, index, index + 1);
                AskSequence(tokens, index + 3, tokens.SkipQualifiedName(index + 3), ref verdict);
                break;
            case 7 when (tokens.Modes & SqlModes.Oracle) != 0 && tokens.Kind(index - 1) == SqlTokenKind.Dot && tokens.IsAny(index, "NEXTVAL", "CURRVAL"):
                verdict.At(tokens, index);
                var sequence = tokens.IsName(index - 2) ? index - 2 : index - 1;
                if (tokens.Is(index, "NEXTVAL"))
                    TakeSequence(tokens, sequence, index - 1, ref verdict);
                else
                    AskSequence(tokens, sequence, index - 1, ref verdict);
                break;
            case 19 when tokens.Is(index, "SQL_CALC_FOUND_ROWS"):
                // Whether FOUND_ROWS() follows in the same text is known when all of it is read.
                verdict.At(tokens, index);
                verdict.CountsFoundRows = true;
                verdict.Require(Placement.StatementLease);
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
            verdict.At(tokens, target - 1, target);
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
