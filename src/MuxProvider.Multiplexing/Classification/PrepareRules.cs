namespace MuxProvider.Multiplexing;

/// <summary>Judges statements that hold the text of another one: <c>PREPARE</c>, <c>EXECUTE</c>, <c>DEALLOCATE</c>.</summary>
internal static class PrepareRules
{
    /// <summary>Judges <c>PREPARE name FROM text</c>. What the prepared statement would pin, pins from now on: EXECUTE does not show it.</summary>
    public static void Prepare(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Pin(PinReasons.SqlPrepare);
        if (tokens.IsName(1))
            verdict.Open(PinReasons.SqlPrepare, SqlName.OfObject(tokens, 1, 2));
        if (tokens.Count == 4 && tokens.Is(2, "FROM") && Inner(tokens, 3) is { } inner)
            Foresee(inner, ref verdict);
        else
            verdict.Pin(PinReasons.Unknown);
        BodyRules.Scan(tokens, 2, ref verdict);
    }

    /// <summary>Judges <c>EXECUTE name</c> and MariaDB's <c>EXECUTE IMMEDIATE text</c>.</summary>
    public static void Execute(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        BodyRules.Scan(tokens, 1, ref verdict);
        if (!tokens.Is(1, "IMMEDIATE") || tokens.Count == 2 || tokens.Is(2, "USING"))
        {
            verdict.CallRoutine(null);
            verdict.Pin(PinReasons.SqlPrepare);
            return;
        }

        verdict.At(tokens, 0, 1);
        verdict.Require(Placement.StatementLease);
        if ((tokens.Count == 3 || tokens.Is(3, "USING")) && Inner(tokens, 2) is { } inner)
        {
            Run(inner, ref verdict);
            return;
        }

        verdict.CallRoutine(null);
        verdict.Pin(PinReasons.Unknown);
    }

    /// <summary>Judges <c>DEALLOCATE PREPARE name</c> and <c>DROP PREPARE name</c>.</summary>
    public static void Deallocate(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Pin(PinReasons.SqlPrepare);
        if (tokens.Is(1, "PREPARE") && tokens.IsName(2) && tokens.Count == 3)
            verdict.Close(PinReasons.SqlPrepare, SqlName.OfObject(tokens, 2, 3));
    }

    // An @name in such a text is a variable: parameters do not reach into strings. Each level halves the quotes, so that texts
    // in texts end soon.
    private static StatementTraits? Inner(in StatementTokens tokens, int index)
    {
        if (tokens.Kind(index) != SqlTokenKind.String || SqlString.Content(tokens.Written(index), tokens.Modes) is not { } text)
            return null;
        return StatementParser.Parse(text, tokens.Modes).TraitsWithUserVariables;
    }

    private static PinReasons Reasons(StatementTraits inner)
    {
        var reasons = inner.PinReasons;
        if (inner.NextTransaction is not null)
            reasons |= PinReasons.NextTransaction;
        if (inner.Schema is not null)
            reasons |= PinReasons.Schema;
        return reasons;
    }

    private static void Foresee(StatementTraits inner, ref StatementVerdict verdict)
    {
        if (inner.Rejection is { } rejection)
            verdict.Refuse(rejection);
        var reasons = Reasons(inner) & (inner.IsTransactionControl ? ~PinReasons.None : ~PinReasons.Transaction);
        if (inner.Settings.Length > 0 || inner.LocalAnswer == LocalAnswer.OkAlways)
            reasons |= PinReasons.SessionVariable;
        verdict.Pin(reasons);
        verdict.MayChangeSchema |= inner.MayChangeSchema;
    }

    private static void Run(StatementTraits inner, ref StatementVerdict verdict)
    {
        if (inner.Rejection is { } rejection)
            verdict.Refuse(rejection);
        verdict.Mark(Reasons(inner));
        if (inner.LocalAnswer == LocalAnswer.OkAlways)
            verdict.Refuse(AssignmentRules.LinkSetting);
        verdict.IsUnclean |= !inner.IsClean;
        verdict.StartsTransaction = inner.StartsTransaction;
        verdict.EndsTransaction = inner.EndsTransaction;
        verdict.MayChangeSchema = inner.MayChangeSchema;
        verdict.AffectsGeneratedId |= inner.AffectsGeneratedId;
        verdict.HidesGeneratedId |= inner.AffectsGeneratedId;
        verdict.UsesGeneratedId |= inner.UsesGeneratedId;
        verdict.AssignsUserVariable |= inner.HasUserVariableAssignment;
        verdict.CountsFoundRows = inner.CountsFoundRows;
        verdict.TakesSequenceValue = inner.TakesSequenceValue;
        if (inner.CallsRoutines)
            verdict.CallRoutine(null);
        verdict.IsCall = inner.IsCall;
        verdict.DefinesObjects = inner.DefinesObjects;
        verdict.HasTrackerNoise = inner.HasTrackerNoise;
        verdict.KilledThread = inner.KilledThread;
        verdict.Read(inner.Reads);
        foreach (var setting in inner.Settings)
            verdict.Set(setting.Name, setting.Value, setting.IsLiteral);
        foreach (var opened in inner.Opens)
            (verdict.Opens ??= []).Add(opened);
        foreach (var closed in inner.Closes)
            verdict.Close(closed.Reason, closed.Name);
    }
}
