namespace MuxProvider.Multiplexing;

/// <summary>Judges <c>SET</c>: the forms with a grammar of their own here, assignments in <see cref="AssignmentRules"/>.</summary>
internal static class SetRules
{
    /// <summary>Judges a statement that begins with <c>SET</c>.</summary>
    public static void Judge(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        // `SET role = 1` assigns a variable that happens to have a keyword's name.
        var assigns = tokens.IsOperator(2, '=') || tokens.Kind(2) == SqlTokenKind.Assignment;
        if (tokens.Count > 1)
            verdict.At(tokens, 0, 1);
        if (tokens.Is(1, "ROLE") && !assigns)
        {
            verdict.NamesAccounts = true;
            verdict.DefinesObjects = true;
            verdict.Pin(PinReasons.Role);
        }
        else if ((tokens.Is(1, "DEFAULT") && tokens.Is(2, "ROLE")) || (tokens.Is(1, "PASSWORD") && !HasComma(tokens)))
        {
            verdict.NamesAccounts = true;
            verdict.DefinesObjects = true;
            verdict.Require(Placement.StatementLease);
            BodyRules.ScanDefinition(tokens, 2, ref verdict);
        }
        else if (tokens.Is(1, "RESOURCE") && tokens.Is(2, "GROUP"))
        {
            verdict.Pin(PinReasons.Unknown);
        }
        else if (tokens.Is(1, "STATEMENT") && !assigns)
        {
            JudgeForStatement(tokens, ref verdict);
        }
        else if (tokens.Is(1, "TRANSACTION") && !assigns)
        {
            JudgeNextTransaction(tokens, ref verdict);
        }
        else if (tokens.IsAny(1, "SESSION", "LOCAL") && tokens.Is(2, "TRANSACTION") && tokens.Kind(3) == SqlTokenKind.Identifier)
        {
            JudgeAllTransactions(tokens, ref verdict);
        }
        else if (tokens.Is(1, "GLOBAL") && tokens.Is(2, "TRANSACTION") && tokens.Kind(3) == SqlTokenKind.Identifier)
        {
            verdict.Require(Placement.StatementLease);
            if (!TransactionCharacteristics.TryRead(tokens, 3, out _))
                verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
        }
        else
        {
            AssignmentRules.Judge(tokens, ref verdict);
        }
    }

    private static void JudgeNextTransaction(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        if (TransactionCharacteristics.TryRead(tokens, 2, out var characteristics))
            AssignmentRules.SetNextTransaction(characteristics, ref verdict);
        else
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
    }

    private static void JudgeAllTransactions(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        if (!TransactionCharacteristics.TryRead(tokens, 3, out var characteristics))
        {
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
            return;
        }

        verdict.Require(Placement.StatementLease);
        if (characteristics.Isolation is { } level)
            verdict.Set("transaction_isolation", TransactionCharacteristics.Literal(level), isLiteral: true);
        if (characteristics.IsReadOnly is { } readOnly)
            verdict.Set("transaction_read_only", readOnly ? "1" : "0", isLiteral: true);
    }

    // MariaDB: SET STATEMENT a=1, b=2 FOR statement. The variables have their values for that statement only.
    private static void JudgeForStatement(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        var assigned = AssignmentRules.JudgeForStatement(tokens, out var inner, ref verdict);

        // SET may not stand behind FOR; without that a text could nest as deep as it is long.
        if (!assigned || inner >= tokens.Count || tokens.Is(inner, "SET"))
        {
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
            verdict.AffectsGeneratedId = true;
            verdict.HidesGeneratedId = true;
            BodyRules.Scan(tokens, Math.Min(inner, tokens.Count), ref verdict);
            return;
        }

        var outer = verdict;
        verdict = StatementRules.Judge(tokens.Slice(inner, tokens.Count));
        verdict.DecidingToken = "";
        verdict.Absorb(outer);
        verdict.At(tokens, 0, 1);
        verdict.Require(Placement.StatementLease);
        verdict.HasTrackerNoise = true;
        verdict.IsTransactionControl = false;
        verdict.LocalAnswer = LocalAnswer.None;
        verdict.LocalColumn = null;
        if (verdict.BodyStart > 0)
            verdict.BodyStart += inner;
    }

    private static bool HasComma(in StatementTokens tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
            if (tokens.Kind(i) == SqlTokenKind.Comma)
                return true;
        return false;
    }
}
