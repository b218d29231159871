namespace MuxProvider.Multiplexing;

/// <summary>
/// Recognises <c>SELECT</c> of one call or one variable and nothing else: then the answer is known without the server, or tells
/// what became of named locks.
/// </summary>
internal static class SoleItemRules
{
    /// <summary>Notes what such a statement is. To be called when the rest of its verdict is known.</summary>
    /// <param name="tokens">A statement that begins with SELECT.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Judge(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        var end = FindEnd(tokens);
        if (end < 0 || !TryReadAlias(tokens, end, out var alias))
            return;

        var (answer, lockCall) = tokens.Kind(1) == SqlTokenKind.SystemVariable ? (Variable(tokens), NamedLockCall.None) : Call(tokens, end);
        if (lockCall != NamedLockCall.None && verdict.LockCalls == 1 && !HasQuery(tokens, end))
            verdict.NamedLockCall = lockCall;
        var written = tokens.Between(1, end - 1);
        if (answer == LocalAnswer.None || (alias is null && (written.ContainsAny('/', '#') || written.Contains("--", StringComparison.Ordinal))))
            return;
        verdict.LocalAnswer = answer;
        verdict.LocalColumn = alias ?? written.ToString();
    }

    private static LocalAnswer Variable(in StatementTokens tokens)
    {
        var (scope, name) = SystemVariableName.Read(tokens.Written(1));
        if (scope == VariableScope.Server)
            return LocalAnswer.None;
        return name switch
        {
            "warning_count" => LocalAnswer.WarningCount,
            "error_count" => LocalAnswer.ErrorCount,
            _ => LocalAnswer.None,
        };
    }

    private static (LocalAnswer Answer, NamedLockCall LockCall) Call(in StatementTokens tokens, int end)
    {
        Span<char> buffer = stackalloc char[KnownFunctions.LongestName];
        var empty = end == 4;
        return tokens.Upper(1, buffer) switch
        {
            "ROW_COUNT" when empty => (LocalAnswer.RowCount, NamedLockCall.None),
            "RELEASE_ALL_LOCKS" when empty => (LocalAnswer.None, NamedLockCall.ReleaseAll),
            "GET_LOCK" => (LocalAnswer.None, NamedLockCall.Get),
            "RELEASE_LOCK" => (LocalAnswer.None, NamedLockCall.Release),
            _ => default,
        };
    }

    // The index behind the only item, or -1 if it is neither a variable nor a call.
    private static int FindEnd(in StatementTokens tokens)
    {
        if (tokens.Kind(1) == SqlTokenKind.SystemVariable)
            return 2;
        if (!tokens.IsName(1) || tokens.Kind(2) != SqlTokenKind.OpenParenthesis)
            return -1;
        var depth = 0;
        for (var i = 2; i < tokens.Count; i++)
        {
            if (tokens.Kind(i) == SqlTokenKind.OpenParenthesis)
                depth++;
            else if (tokens.Kind(i) == SqlTokenKind.CloseParenthesis && --depth == 0)
                return i + 1;
        }

        return -1;
    }

    // Nothing, `AS name` or `name`.
    private static bool TryReadAlias(in StatementTokens tokens, int index, out string? alias)
    {
        alias = null;
        if (tokens.Count == index)
            return true;
        if (tokens.Is(index, "AS"))
            index++;
        if (tokens.Count != index + 1)
            return false;
        alias = tokens.Kind(index) switch
        {
            SqlTokenKind.QuotedIdentifier => SqlName.Of(tokens, index),
            SqlTokenKind.Identifier when !IsReserved(tokens, index) => tokens.Written(index).ToString(),
            SqlTokenKind.String => SqlString.Content(tokens.Written(index), tokens.Modes),
            _ => null,
        };
        return alias is { Length: > 0 };
    }

    // What the grammar has for something else in this place. The server answers these with an error.
    private static bool IsReserved(in StatementTokens tokens, int index)
    {
        Span<char> buffer = stackalloc char[16];
        var word = tokens.Upper(index, buffer);
        return KnownWords.NeverCalls(word)
            || word is "FETCH" or "FOR" or "GROUP" or "INTERSECT" or "INTO" or "LOCK" or "ORDER" or "PROCEDURE" or "WINDOW" or "DESC" or "ASC";
    }

    private static bool HasQuery(in StatementTokens tokens, int end)
    {
        for (var i = 2; i < end; i++)
            if (tokens.Is(i, "SELECT"))
                return true;
        return false;
    }
}
