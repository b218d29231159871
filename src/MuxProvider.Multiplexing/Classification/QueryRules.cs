namespace MuxProvider.Multiplexing;

/// <summary>Judges the statements that read and change rows, and those that describe and show.</summary>
internal static class QueryRules
{
    /// <summary>Judges SELECT, WITH, VALUES, TABLE and queries in parentheses.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="start">Where the query begins.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Query(in StatementTokens tokens, int start, ref StatementVerdict verdict)
    {
        var first = start;
        while (tokens.Kind(first) == SqlTokenKind.OpenParenthesis)
            first++;
        if (!tokens.IsAny(first, "SELECT", "WITH", "VALUES", "TABLE"))
            verdict.Pin(PinReasons.Unknown);

        verdict.IsQuery = verdict.IsReadOnly = !tokens.Is(first, "WITH") || !ChangesRows(tokens, first + 1);

        BodyRules.Scan(tokens, start, ref verdict);
    }

    /// <summary>Judges INSERT and REPLACE.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="start">Where INSERT or REPLACE stands.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Insert(in StatementTokens tokens, int start, ref StatementVerdict verdict)
    {
        verdict.GivesGeneratedId = true;
        verdict.AffectsGeneratedId = true;

        var i = start + 1;
        while (tokens.IsAny(i, "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE"))
            i++;
        if (tokens.Is(i, "INTO"))
            i++;
        var body = tokens.SkipQualifiedName(i);
        if (body == i)
            verdict.Pin(PinReasons.Unknown);
        else if (tokens.Kind(body) == SqlTokenKind.OpenParenthesis)
            BodyRules.JudgeCall(tokens, body - 1, strict: false, ref verdict);
        verdict.HidesGeneratedId |= HidesGeneratedId(tokens, body);
        BodyRules.Scan(tokens, body, ref verdict);
    }

    /// <summary>Judges UPDATE and DELETE.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="start">Where UPDATE or DELETE stands.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Change(in StatementTokens tokens, int start, ref StatementVerdict verdict)
    {
        BodyRules.Scan(tokens, start + 1, ref verdict);
    }

    /// <summary>Judges EXPLAIN, DESCRIBE, DESC, and MariaDB's ANALYZE of a statement.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Explain(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        var executes = tokens.Is(0, "ANALYZE");
        var i = 1;
        while (true)
        {
            if (tokens.Is(i, "ANALYZE"))
            {
                executes = true;
                i++;
            }
            else if (tokens.IsAny(i, "EXTENDED", "PARTITIONS"))
            {
                i++;
            }
            else if (tokens.Is(i, "FORMAT") && tokens.IsOperator(i + 1, '='))
            {
                i += 3;
            }
            else
            {
                break;
            }
        }

        if (tokens.Kind(i) == SqlTokenKind.OpenParenthesis || tokens.IsAny(i, "SELECT", "WITH", "VALUES", "TABLE"))
        {
            Query(tokens, i, ref verdict);
        }
        else if (tokens.IsAny(i, "INSERT", "REPLACE"))
        {
            Insert(tokens, i, ref verdict);
        }
        else if (tokens.IsAny(i, "UPDATE", "DELETE"))
        {
            Change(tokens, i, ref verdict);
        }
        else if (tokens.Is(i, "FOR") && tokens.Is(i + 1, "CONNECTION"))
        {
            verdict.IsReadOnly = true;
            if (tokens.Count != i + 3)
                verdict.Pin(PinReasons.Unknown);
        }
        else
        {
            if (tokens.Is(0, "ANALYZE"))
                verdict.Pin(PinReasons.Unknown);
            Describe(tokens, i, ref verdict);
        }

        if (!executes)
        {
            verdict.IsQuery = false;
            verdict.GivesGeneratedId = false;
            verdict.TakenSequences = null;

            // To explain it the server may still compute what does not depend on rows.
            verdict.AffectsGeneratedId = verdict.UsesGeneratedId || verdict.CallsRoutines;
            verdict.HidesGeneratedId = verdict.AffectsGeneratedId;
            verdict.IsReadOnly = !verdict.AffectsGeneratedId;
        }
    }

    /// <summary>Judges SHOW.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Show(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        var i = 1;
        while (tokens.IsAny(i, "FULL", "EXTENDED", "GLOBAL") || tokens.IsAny(i, "SESSION", "LOCAL", "STORAGE"))
            i++;

        Span<char> buffer = stackalloc char[24];
        switch (tokens.Upper(i, buffer))
        {
            case "WARNINGS" or "ERRORS" or "COUNT":
                ShowDiagnostics(tokens, i, ref verdict);
                return;
            case "PROFILE" or "PROFILES":
                verdict.Read(SessionRegisters.Other);
                verdict.Require(Placement.StatementLease);
                return;
            case "CREATE" or "GRANTS":
                verdict.NamesAccounts = true;
                break;
            case "ALL" or "ANALYZE" or "AUTHORS" or "BINARY" or "BINLOG" or "CHARACTER" or "CHARSET" or "COLLATION" or "COLUMNS"
                or "CONTRIBUTORS" or "DATABASES" or "ENGINE" or "ENGINES" or "EVENTS" or "EXPLAIN" or "FIELDS" or "FUNCTION"
                or "INDEX" or "INDEXES" or "KEYS" or "MASTER" or "OPEN" or "PACKAGE" or "PLUGINS" or "PRIVILEGES"
                or "PROCEDURE" or "PROCESSLIST" or "RELAYLOG" or "REPLICA" or "REPLICAS" or "SCHEMAS" or "SLAVE" or "STATUS"
                or "TABLE" or "TABLES" or "TRIGGERS" or "VARIABLES":
                break;
            default:
                verdict.Pin(PinReasons.Unknown);
                break;
        }

        verdict.IsReadOnly = true;
        BodyRules.Scan(tokens, i + 1, ref verdict);
    }

    /// <summary>Judges LOAD.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Load(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        if (tokens.Is(1, "INDEX"))
        {
            ServerRules.Administer(tokens, ref verdict);
            return;
        }

        var i = 2;
        var local = false;
        while (tokens.IsAny(i, "LOW_PRIORITY", "CONCURRENT", "LOCAL"))
        {
            local |= tokens.Is(i, "LOCAL");
            i++;
        }

        if (!tokens.IsAny(1, "DATA", "XML") || !tokens.Is(i, "INFILE"))
        {
            verdict.Pin(PinReasons.Unknown);
            BodyRules.Scan(tokens, 1, ref verdict);
            return;
        }

        verdict.GivesGeneratedId = true;
        verdict.AffectsGeneratedId = true;
        verdict.Require(Placement.StatementLease);
        if (local)
            verdict.LoadsLocalData = true;

        while (i < tokens.Count && !tokens.Is(i, "INTO"))
            i++;
        if (!tokens.Is(i + 1, "TABLE"))
            verdict.Pin(PinReasons.Unknown);
        BodyRules.Scan(tokens, tokens.SkipQualifiedName(i + 2), ref verdict);
    }

    private static void ShowDiagnostics(in StatementTokens tokens, int index, ref StatementVerdict verdict)
    {
        verdict.At(tokens, 0, index);
        verdict.Read(SessionRegisters.Diagnostics);
        verdict.IsDiagnostic = true;
        var plain = index == 1 && tokens.Count == 2;
        var counts = index == 1 && tokens.Count == 6 && tokens.Is(1, "COUNT") && tokens.IsOperator(3, '*');
        if (plain && !tokens.Is(1, "COUNT"))
            verdict.LocalAnswer = tokens.Is(1, "WARNINGS") ? LocalAnswer.ShowWarnings : LocalAnswer.ShowErrors;
        else if (counts && tokens.IsAny(5, "WARNINGS", "ERRORS"))
            verdict.LocalAnswer = tokens.Is(5, "WARNINGS") ? LocalAnswer.WarningCount : LocalAnswer.ErrorCount;
        BodyRules.Scan(tokens, index + 1, ref verdict);
    }

    // RETURNING answers with rows, whose end has no id; ON DUPLICATE KEY UPDATE answers with the id of a row that was there.
    private static bool HidesGeneratedId(in StatementTokens tokens, int from)
    {
        var depth = 0;
        for (var i = from; i < tokens.Count; i++)
        {
            depth += tokens.Kind(i) switch { SqlTokenKind.OpenParenthesis => 1, SqlTokenKind.CloseParenthesis => -1, _ => 0 };
            if (depth == 0 && (tokens.Is(i, "RETURNING") || (tokens.Is(i, "DUPLICATE") && tokens.Is(i + 1, "KEY"))))
                return true;
        }

        return false;
    }

    // `DESC table`, `DESC schema.table column`, `DESC table 'pattern'`.
    private static void Describe(in StatementTokens tokens, int index, ref StatementVerdict verdict)
    {
        verdict.IsReadOnly = true;
        var rest = tokens.SkipQualifiedName(index);
        var known = rest > index && (tokens.Count == rest
            || (tokens.Count == rest + 1 && (tokens.IsName(rest) || tokens.Kind(rest) == SqlTokenKind.String)));
        if (!known)
        {
            verdict.Pin(PinReasons.Unknown);
            BodyRules.Scan(tokens, index, ref verdict);
        }
    }

    // Whether the statement behind the common table expressions is something else than a query. They are in parentheses, it is not.
    private static bool ChangesRows(in StatementTokens tokens, int from)
    {
        var depth = 0;
        for (var i = from; i < tokens.Count; i++)
        {
            switch (tokens.Kind(i))
            {
                case SqlTokenKind.OpenParenthesis:
                    depth++;
                    break;
                case SqlTokenKind.CloseParenthesis:
                    depth--;
                    break;
                case SqlTokenKind.Identifier when depth == 0 && tokens.Kind(i + 1) != SqlTokenKind.OpenParenthesis
                    && tokens.IsAny(i, "UPDATE", "DELETE", "INSERT", "REPLACE"):
                    return true;
            }
        }

        return false;
    }
}
