namespace MuxProvider.Multiplexing;

/// <summary>
/// Finds where definitions end in which declarations with semicolons precede the first BEGIN: packages, and the routines of
/// <c>sql_mode=ORACLE</c>. Pure.
/// </summary>
internal static class OracleBody
{
    /// <summary>Whether a statement is such a definition.</summary>
    /// <param name="tokens">The text from the statement on.</param>
    /// <returns>True for CREATE and ALTER of PACKAGE; in the mode ORACLE also for PROCEDURE and FUNCTION with AS or IS.</returns>
    public static bool IsDefinedBy(in StatementTokens tokens)
    {
        var subject = FindSubject(tokens);
        return tokens.Is(subject, "PACKAGE")
            || (tokens.IsAny(subject, "PROCEDURE", "FUNCTION") && (tokens.Modes & SqlModes.Oracle) != 0 && FindBody(tokens, subject) > 0);
    }

    /// <summary>Finds the semicolon that ends it.</summary>
    /// <param name="tokens">The text from the statement on.</param>
    /// <returns>The index of the semicolon, the number of tokens if there is none, or -1 where it is not certain.</returns>
    public static int FindEnd(in StatementTokens tokens)
    {
        var subject = FindSubject(tokens);
        var body = FindBody(tokens, subject);
        if (body < 0)
            return -1;

        // A package has an END of its own; a routine begins where its BEGIN stands.
        var depth = tokens.Is(subject, "PACKAGE") ? 1 : 0;
        for (var i = body; i < tokens.Count; i++)
        {
            if (tokens.Kind(i) != SqlTokenKind.Identifier || tokens.Kind(i - 1) == SqlTokenKind.Dot)
                continue;
            if (tokens.IsAny(i, "BEGIN", "CASE"))
            {
                depth++;
            }
            else if (tokens.Is(i, "END"))
            {
                if (tokens.IsAny(i + 1, "IF", "LOOP", "WHILE", "REPEAT") || tokens.Is(i + 1, "FOR"))
                    i++;
                else if (--depth <= 0)
                    return depth == 0 ? BehindName(tokens, i + 1) : -1;
                else if (tokens.Is(i + 1, "CASE"))
                    i++;
            }
        }

        return -1;
    }

    // CREATE [OR REPLACE] [DEFINER = …] [AGGREGATE] what
    private static int FindSubject(in StatementTokens tokens)
    {
        if (!tokens.IsAny(0, "CREATE", "ALTER"))
            return -1;
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens.IsAny(i, "PACKAGE", "PROCEDURE", "FUNCTION"))
                return i;
            var isOption = tokens.IsAny(i, "OR", "REPLACE", "AGGREGATE", "DEFINER")
                || tokens.IsOperator(i, '=')
                || tokens.IsOperator(i - 1, '=')
                || tokens.Kind(i) is SqlTokenKind.UserVariable or SqlTokenKind.OpenParenthesis or SqlTokenKind.CloseParenthesis;
            if (!isOption)
                return -1;
        }

        return -1;
    }

    // The index behind the AS or IS that stands outside of the parameters; -1 if there is none.
    private static int FindBody(in StatementTokens tokens, int subject)
    {
        var depth = 0;
        for (var i = subject + 1; i < tokens.Count && tokens.Kind(i) != SqlTokenKind.Semicolon; i++)
        {
            switch (tokens.Kind(i))
            {
                case SqlTokenKind.OpenParenthesis:
                    depth++;
                    break;
                case SqlTokenKind.CloseParenthesis:
                    depth--;
                    break;
                case SqlTokenKind.Identifier when depth == 0 && tokens.IsAny(i, "AS", "IS"):
                    return i + 1;
            }
        }

        return -1;
    }

    // END may be followed by the name of what it ends.
    private static int BehindName(in StatementTokens tokens, int index)
    {
        var end = tokens.SkipQualifiedName(index);
        return end >= tokens.Count || tokens.Kind(end) == SqlTokenKind.Semicolon ? end : -1;
    }
}
