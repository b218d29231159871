namespace MuxProvider.Multiplexing;

/// <summary>
/// Judges <c>SET</c>. Whatever reaches the session pins; assignments that say with each variable that they are meant for
/// the whole server do not.
/// </summary>
internal static class SetRules
{
    /// <summary>Judges a statement that begins with <c>SET</c>.</summary>
    public static void Judge(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        // `SET role = 1` assigns a variable that happens to have a keyword's name.
        var assigns = tokens.IsOperator(2, '=') || tokens.Kind(2) == SqlTokenKind.Assignment;
        if (tokens.Is(1, "ROLE") && !assigns)
        {
            verdict.NamesAccounts = true;
            verdict.Pin(PinReasons.Role);
        }
        else if (tokens.Is(1, "DEFAULT") && tokens.Is(2, "ROLE"))
        {
            verdict.NamesAccounts = true;
            verdict.Require(Placement.StatementLease);
            BodyRules.ScanDefinition(tokens, 3, ref verdict);
        }
        else if (tokens.Is(1, "PASSWORD") && !HasComma(tokens))
        {
            verdict.NamesAccounts = true;
            verdict.Require(Placement.StatementLease);
            BodyRules.ScanDefinition(tokens, 2, ref verdict);
        }
        else if (tokens.Is(1, "RESOURCE") && tokens.Is(2, "GROUP"))
        {
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
        }
        else if (tokens.Is(1, "STATEMENT") && !assigns)
        {
            // The statement behind FOR may be any.
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
            BodyRules.Scan(tokens, 2, ref verdict);
        }
        else if (tokens.Is(1, "TRANSACTION") && !assigns)
        {
            verdict.IsOneShot = tokens.Count > 2 && tokens.AreWordsFrom(2);
            verdict.IsTransactionControl = verdict.IsOneShot;
            verdict.Pin(verdict.IsOneShot ? PinReasons.None : PinReasons.SessionVariable | PinReasons.Unknown);
        }
        else
        {
            JudgeAssignments(tokens, ref verdict);
        }
    }

    private static void JudgeAssignments(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        BodyRules.Scan(tokens, 1, ref verdict);
        if (tokens.Count == 1)
            verdict.Pin(PinReasons.Unknown);

        var depth = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            switch (tokens.Kind(i))
            {
                case SqlTokenKind.OpenParenthesis:
                    depth++;
                    break;
                case SqlTokenKind.CloseParenthesis:
                    depth--;
                    break;
                case SqlTokenKind.Comma when depth == 0:
                case SqlTokenKind.Identifier when i == 0:
                    JudgeTarget(tokens, i + 1, ref verdict);
                    break;
            }
        }
    }

    private static void JudgeTarget(in StatementTokens tokens, int target, ref StatementVerdict verdict)
    {
        JudgeCharacterSet(tokens, target, ref verdict);
        switch (tokens.Kind(target))
        {
            case SqlTokenKind.UserVariable:
                verdict.Pin(PinReasons.UserVariable);
                verdict.AssignsUserVariable = true;
                break;
            case SqlTokenKind.SystemVariable:
                if (!SystemVariableRead.IsServerWide(tokens.Written(target)))
                    verdict.Pin(PinReasons.SessionVariable | AutoCommit(LastPart(tokens.Written(target))));
                break;
            case SqlTokenKind.Identifier when tokens.IsName(target + 1) && tokens.IsAny(target, "GLOBAL", "PERSIST", "PERSIST_ONLY"):
                // The scope counts for this assignment only. Servers differ on whether it lasts for the next one: we do not let it.
                break;
            case SqlTokenKind.Identifier when tokens.IsName(target + 1) && tokens.IsAny(target, "SESSION", "LOCAL"):
                verdict.Pin(PinReasons.SessionVariable | AutoCommit(tokens.Name(target + 1)));
                break;
            case SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier:
                verdict.Pin(PinReasons.SessionVariable | AutoCommit(tokens.Name(target)));
                break;
            default:
                verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
                break;
        }
    }

    // Texts, values and cells are UTF-8 on every link: in another character set they would be misread, and a quote could hide in
    // the second byte of a character.
    private static void JudgeCharacterSet(in StatementTokens tokens, int target, ref StatementVerdict verdict)
    {
        var value = target + 1;
        if (tokens.Is(target, "NAMES") || tokens.Is(target, "CHARSET"))
        {
            // SET NAMES utf8mb4, SET CHARSET utf8mb4
        }
        else if (tokens.Is(target, "CHARACTER") && tokens.Is(target + 1, "SET"))
        {
            value = target + 2;
        }
        else
        {
            var name = target;
            if (tokens.IsAny(target, "SESSION", "LOCAL") && tokens.IsName(target + 1))
                name++;
            var variable = tokens.Kind(name) == SqlTokenKind.SystemVariable ? LastPart(tokens.Written(name))
                : tokens.IsName(name) ? tokens.Name(name) : default;
            if (!IsCharacterSetOfSession(variable))
                return;
            value = name + 2;
        }

        if (!IsUtf8(tokens.Written(value).Trim('\'').Trim('"').Trim('`')))
            verdict.Refuse("Connections always speak utf8mb4; another character set cannot be chosen. Leave the statement out; use CONVERT(… USING …) where the server has to convert.");
    }

    private static bool IsCharacterSetOfSession(ReadOnlySpan<char> name) =>
        System.Text.Ascii.EqualsIgnoreCase(name, "character_set_client")
        || System.Text.Ascii.EqualsIgnoreCase(name, "character_set_connection")
        || System.Text.Ascii.EqualsIgnoreCase(name, "character_set_results");

    private static bool IsUtf8(ReadOnlySpan<char> name) =>
        System.Text.Ascii.EqualsIgnoreCase(name, "utf8mb4")
        || System.Text.Ascii.EqualsIgnoreCase(name, "utf8mb3")
        || System.Text.Ascii.EqualsIgnoreCase(name, "utf8");

    private static PinReasons AutoCommit(ReadOnlySpan<char> name) =>
        System.Text.Ascii.EqualsIgnoreCase(name, "autocommit") ? PinReasons.AutoCommitOff : PinReasons.None;

    // `@@session.autocommit` and `` @@`autocommit` `` name it as well.
    private static ReadOnlySpan<char> LastPart(ReadOnlySpan<char> written) =>
        written[(written.LastIndexOfAny('.', '@') + 1)..].Trim('`').Trim('"');

    private static bool HasComma(in StatementTokens tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
            if (tokens.Kind(i) == SqlTokenKind.Comma)
                return true;
        return false;
    }
}
