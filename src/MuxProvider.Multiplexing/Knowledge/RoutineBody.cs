namespace MuxProvider.Multiplexing;

/// <summary>What the body of a stored routine or trigger says: whether it touches the session, and what it calls. Pure, and cautious.</summary>
/// <param name="IsStateful">Whether it touches the session, as far as it can be seen from this body alone.</param>
/// <param name="Calls">The names, in upper case, of what may be routines that it calls.</param>
internal sealed record RoutineBody(bool IsStateful, IReadOnlySet<string> Calls)
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">Its text; null where the server does not show it.</param>
    /// <param name="parameters">The names of the routine's parameters.</param>
    /// <param name="modes">The sql_mode that it was defined under.</param>
    /// <returns>What it says.</returns>
    public static RoutineBody Read(string? body, IEnumerable<string> parameters, SqlModes modes)
    {
        var calls = new HashSet<string>(StringComparer.Ordinal);
        if (body is null)
            return new RoutineBody(true, calls);
        var tokens = new List<SqlToken>();
        var lexer = new SqlLexer(body, modes);
        while (lexer.Read())
            tokens.Add(lexer.Token);
        if (lexer.HasVersionComment || lexer.IsUnterminated || lexer.IsDoubtful)
            return new RoutineBody(true, calls);
        var text = new StatementTokens(body, tokens.ToArray(), modes);
        var locals = new HashSet<string>(parameters, StringComparer.OrdinalIgnoreCase);
        var isStateful = false;
        for (var i = 0; i < text.Count && !isStateful; i++)
            isStateful = TouchesSession(text, i, locals, calls);
        return new RoutineBody(isStateful, calls);
    }

    private static bool TouchesSession(in StatementTokens text, int i, HashSet<string> locals, HashSet<string> calls)
    {
        switch (text.Kind(i))
        {
            case SqlTokenKind.UserVariable:
                return true;

            case SqlTokenKind.SystemVariable:
                return text.Kind(i + 1) is SqlTokenKind.Assignment || text.IsOperator(i + 1, '=');

            case SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier when text.Kind(i + 1) == SqlTokenKind.OpenParenthesis:
                return JudgeCall(text, i, calls);

            case SqlTokenKind.Identifier:
                return JudgeWord(text, i, locals, calls);

            default:
                return false;
        }
    }

    private static bool JudgeWord(in StatementTokens text, int i, HashSet<string> locals, HashSet<string> calls)
    {
        Span<char> buffer = stackalloc char[16];
        switch (text.Upper(i, buffer))
        {
            case "DECLARE":
                for (var name = i + 1; text.IsName(name); name += 2)
                {
                    locals.Add(text.Name(name).ToString());
                    if (text.Kind(name + 1) != SqlTokenKind.Comma)
                        break;
                }

                return false;

            case "SET":
                return SetsSession(text, i + 1, locals);

            case "CALL" when text.IsName(i + 1):
                var routine = text.Kind(i + 2) == SqlTokenKind.Dot && text.IsName(i + 3) ? i + 3 : i + 1;
                calls.Add(text.Name(routine).ToString().ToUpperInvariant());
                return false;

            case "TEMPORARY" or "PREPARE" or "EXECUTE" or "DEALLOCATE" or "HANDLER" or "FLUSH" or "COMMIT" or "ROLLBACK" or "XA":
            case "START" when text.Is(i + 1, "TRANSACTION"):
            case "LOCK" when text.IsAny(i + 1, "TABLE", "TABLES"):
                return true;

            default:
                return false;
        }
    }

    // SET of anything but local variables, parameters and columns of the new row.
    private static bool SetsSession(in StatementTokens text, int target, HashSet<string> locals)
    {
        // UPDATE t SET a = 1, and ON DUPLICATE KEY UPDATE: no statement begins with the SET.
        if (text.Kind(target - 2) is not (SqlTokenKind.Semicolon or SqlTokenKind.None) && !text.IsAny(target - 2, "BEGIN", "THEN", "ELSE", "DO")
            && !text.IsAny(target - 2, "LOOP", "REPEAT"))
            return false;
        for (; text.IsName(target); target++)
        {
            var isColumn = text.IsAny(target, "NEW", "OLD") && text.Kind(target + 1) == SqlTokenKind.Dot;
            if (!isColumn && !locals.Contains(text.Name(target).ToString()))
                return true;
            var depth = 0;
            while (target < text.Count && text.Kind(target) != SqlTokenKind.Semicolon && (depth > 0 || text.Kind(target) != SqlTokenKind.Comma))
            {
                depth += text.Kind(target) switch { SqlTokenKind.OpenParenthesis => 1, SqlTokenKind.CloseParenthesis => -1, _ => 0 };
                target++;
            }

            if (text.Kind(target) != SqlTokenKind.Comma)
                return false;
        }

        return false;
    }

    private static bool JudgeCall(in StatementTokens text, int i, HashSet<string> calls)
    {
        Span<char> buffer = stackalloc char[KnownFunctions.LongestName];
        switch (KnownFunctions.Effect(text.Upper(i, buffer)))
        {
            case FunctionEffect.NamedLock:
                return true;
            case FunctionEffect.Unknown:
                calls.Add(text.Name(i).ToString().ToUpperInvariant());
                return false;
            default:
                return false;
        }
    }
}
