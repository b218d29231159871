namespace MuxProvider.Multiplexing;

/// <summary>
/// Judges <c>CREATE</c>, <c>ALTER</c> and <c>DROP</c>, and finds where the definition of a routine ends, because the
/// semicolons in its body do not end the statement.
/// </summary>
internal static class DefinitionRules
{
    /// <summary>Judges a statement that begins with <c>CREATE</c>, <c>ALTER</c> or <c>DROP</c>.</summary>
    public static void Judge(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        var subject = FindSubject(tokens, out var temporary);
        var drops = tokens.Is(0, "DROP");
        if (subject > 0)
            verdict.At(tokens, 0, subject);
        if (temporary && drops)
            DropTemporary(tokens, subject, ref verdict);
        else if (temporary)
            CreateTemporary(tokens, subject, ref verdict);
        verdict.DefinesObjects = !temporary && !(drops && tokens.Is(subject, "PREPARE"));
        verdict.Require(Placement.StatementLease);
        Span<char> buffer = stackalloc char[16];
        switch (tokens.Upper(subject, buffer))
        {
            case "TABLE" or "TABLES":
                var name = tokens.SkipQualifiedName(SkipIfExists(tokens, subject + 1));
                if (tokens.Is(0, "CREATE") && HasQuery(tokens, name))
                    BodyRules.Scan(tokens, name, ref verdict);
                else
                    BodyRules.ScanDefinition(tokens, name, ref verdict);
                break;
            case "INDEX" or "VIEW" or "SEQUENCE":
                BodyRules.ScanDefinition(tokens, subject + 1, ref verdict);
                break;
            case "DATABASE" or "SCHEMA":
                verdict.MayChangeSchema = drops;
                break;
            case "PROCEDURE" or "FUNCTION" or "TRIGGER" or "EVENT" or "PACKAGE":
                verdict.BodyStart = subject + 1;
                break;
            case "USER" or "ROLE":
                verdict.NamesAccounts = true;
                BodyRules.ScanDefinition(tokens, subject + 1, ref verdict);
                break;
            case "SERVER" or "INSTANCE" or "TABLESPACE" or "LOGFILE":
                BodyRules.ScanDefinition(tokens, subject + 1, ref verdict);
                break;
            case "PREPARE" when drops:
                PrepareRules.Deallocate(tokens, ref verdict);
                break;
            default:
                verdict.Pin(PinReasons.Unknown);
                BodyRules.Scan(tokens, 1, ref verdict);
                break;
        }
    }

    /// <summary>Whether a statement defines a routine, trigger or event, or is a block, so that its body may contain semicolons.</summary>
    /// <param name="tokens">The text from the statement on.</param>
    /// <returns>True for CREATE and ALTER of PROCEDURE, FUNCTION, TRIGGER and EVENT, for BEGIN NOT ATOMIC and for Oracle's blocks.</returns>
    public static bool DefinesRoutine(in StatementTokens tokens)
    {
        if (tokens.Is(0, "BEGIN"))
            return (tokens.Modes & SqlModes.Oracle) != 0 || tokens.Is(1, "NOT");
        if (tokens.Is(0, "DECLARE"))
            return (tokens.Modes & SqlModes.Oracle) != 0;
        if (!tokens.IsAny(0, "CREATE", "ALTER"))
            return false;
        var subject = FindSubject(tokens, out _);
        return tokens.IsAny(subject, "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT");
    }

    /// <summary>
    /// Finds the semicolon that ends the definition of a routine. Only BEGIN and CASE are counted, which END closes.
    /// Bodies in other forms (<c>IF … END IF</c> without BEGIN) seem to end at their first semicolon: the rest is then
    /// judged as statements of its own and pins, which is the safe way to be wrong.
    /// </summary>
    /// <param name="tokens">The text from the statement on.</param>
    /// <returns>The index of the semicolon, the number of tokens if there is none, or -1 if BEGIN and END do not match.</returns>
    public static int FindRoutineEnd(in StatementTokens tokens)
    {
        var depth = 0;
        var declares = tokens.Is(0, "DECLARE");
        for (var i = 0; i < tokens.Count; i++)
        {
            // The declarations of a block stand in front of its BEGIN.
            declares &= depth == 0;
            if (tokens.Kind(i) == SqlTokenKind.Semicolon && depth == 0 && !declares)
                return i;
            if (tokens.Kind(i) != SqlTokenKind.Identifier || tokens.Kind(i - 1) == SqlTokenKind.Dot)
                continue;

            if (tokens.IsAny(i, "BEGIN", "CASE"))
            {
                depth++;
            }
            else if (tokens.Is(i, "END"))
            {
                if (tokens.IsAny(i + 1, "IF", "LOOP", "WHILE", "REPEAT") || tokens.Is(i + 1, "FOR"))
                {
                    i++;
                    continue;
                }

                if (--depth < 0)
                    return -1;
                if (tokens.Is(i + 1, "CASE"))
                    i++;
            }
        }

        return depth == 0 && !declares ? tokens.Count : -1;
    }

    // The index of the word that says what is created, altered or dropped; -1 if something unexpected comes before it.
    private static int FindSubject(in StatementTokens tokens, out bool temporary)
    {
        temporary = false;
        Span<char> buffer = stackalloc char[16];
        var i = 1;
        while (tokens.Kind(i) == SqlTokenKind.Identifier)
        {
            switch (tokens.Upper(i, buffer))
            {
                case "OR" or "REPLACE" or "UNIQUE" or "FULLTEXT" or "SPATIAL" or "ONLINE" or "OFFLINE" or "IGNORE" or "AGGREGATE":
                    i++;
                    break;
                case "TEMPORARY":
                    temporary = true;
                    i++;
                    break;
                case "ALGORITHM" when tokens.IsOperator(i + 1, '='):
                    i += 3;
                    break;
                case "SQL" when tokens.Is(i + 1, "SECURITY"):
                    i += 3;
                    break;
                case "DEFINER" when tokens.IsOperator(i + 1, '='):
                    i += 3;
                    while (tokens.Kind(i) == SqlTokenKind.UserVariable)
                        i++;
                    if (tokens.Kind(i) == SqlTokenKind.OpenParenthesis && tokens.Kind(i + 1) == SqlTokenKind.CloseParenthesis)
                        i += 2;
                    break;
                default:
                    return i;
            }
        }

        return -1;
    }

    // CREATE TEMPORARY TABLE [IF NOT EXISTS] name …
    private static void CreateTemporary(in StatementTokens tokens, int subject, ref StatementVerdict verdict)
    {
        var name = SkipIfExists(tokens, subject + 1);
        var end = tokens.SkipQualifiedName(name);
        verdict.Open(PinReasons.TemporaryTable, subject > 0 ? SqlName.OfObject(tokens, name, end) : "");
    }

    // DROP TEMPORARY TABLE [IF EXISTS] a, b [RESTRICT | CASCADE]
    private static void DropTemporary(in StatementTokens tokens, int subject, ref StatementVerdict verdict)
    {
        verdict.Pin(PinReasons.TemporaryTable);
        if (!tokens.IsAny(subject, "TABLE", "TABLES", "SEQUENCE"))
            return;
        var i = SkipIfExists(tokens, subject + 1);
        while (true)
        {
            var end = tokens.SkipQualifiedName(i);
            if (end == i)
                return;
            verdict.Close(PinReasons.TemporaryTable, SqlName.OfObject(tokens, i, end));
            if (tokens.Kind(end) != SqlTokenKind.Comma)
                return;
            i = end + 1;
        }
    }

    private static int SkipIfExists(in StatementTokens tokens, int index)
    {
        if (!tokens.Is(index, "IF"))
            return index;
        index += tokens.Is(index + 1, "NOT") ? 2 : 1;
        return tokens.Is(index, "EXISTS") ? index + 1 : index;
    }

    // VALUES is also how a partition says what it holds; then no query follows.
    private static bool HasQuery(in StatementTokens tokens, int from)
    {
        for (var i = from; i < tokens.Count; i++)
            if (tokens.Is(i, "SELECT") || (tokens.Is(i, "VALUES") && !tokens.IsAny(i + 1, "LESS", "IN")))
                return true;
        return false;
    }
}
