using System.Text;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Judges the choice of a character set. Texts, values and cells are UTF-8 on every link: in another character set they would be
/// misread, and a quote could hide in the second byte of a character. <c>DEFAULT</c> is whatever the server has been told, so it
/// is another one.
/// </summary>
internal static class CharacterSetRules
{
    private const string Refusal =
        "Connections always speak utf8mb4; another character set cannot be chosen. Leave the statement out; use CONVERT(… USING …) instead where the server has to convert.";

    /// <summary>Judges <c>NAMES c [COLLATE k]</c>.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">The token behind NAMES.</param>
    /// <param name="to">The index behind it all.</param>
    /// <param name="doubtful">Whether it must pin, because it is not sure whom it is meant for.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Names(in StatementTokens tokens, int from, int to, bool doubtful, ref StatementVerdict verdict)
    {
        var collates = tokens.Is(from + 1, "COLLATE");
        if (!IsChosen(tokens, from, ref verdict))
            return;
        if (to == from + 1 && !doubtful)
            verdict.Set("collation_connection", null, isLiteral: true);
        else if (to == from + 3 && collates && !doubtful && tokens.Is(from + 2, "DEFAULT"))
            verdict.Set("collation_connection", null, isLiteral: true);
        else if (to == from + 3 && collates && !doubtful && Collation(tokens, from + 2) is { } collation)
            verdict.Set("collation_connection", collation, isLiteral: true);
        else
            verdict.Pin(PinReasons.SessionVariable);
    }

    /// <summary>Judges <c>CHARACTER SET c</c> and <c>CHARSET c</c>, which choose the connection's by the default schema.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">The token behind the keywords.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void CharacterSet(in StatementTokens tokens, int from, ref StatementVerdict verdict)
    {
        if (IsChosen(tokens, from, ref verdict))
            verdict.Pin(PinReasons.SessionVariable);
    }

    /// <summary>Judges <c>character_set_client=c</c> and its siblings.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">The value.</param>
    /// <param name="to">The index behind it.</param>
    /// <param name="verdict">What is known of the statement.</param>
    /// <returns>Whether it is utf8mb4; otherwise the verdict says what it is.</returns>
    public static bool IsChosen(in StatementTokens tokens, int from, int to, ref StatementVerdict verdict)
    {
        if (to == from + 1)
            return IsChosen(tokens, from, ref verdict);
        verdict.Refuse(Refusal);
        return false;
    }

    private static bool IsChosen(in StatementTokens tokens, int index, ref StatementVerdict verdict)
    {
        var name = tokens.Written(index).Trim('\'').Trim('"').Trim('`');
        if (Ascii.EqualsIgnoreCase(name, "utf8mb4"))
            return true;
        if (Ascii.EqualsIgnoreCase(name, "utf8mb3") || Ascii.EqualsIgnoreCase(name, "utf8"))
            verdict.Pin(PinReasons.SessionVariable);
        else
            verdict.Refuse(Refusal);
        return false;
    }

    /// <summary>A collation of utf8mb4 as a SQL literal.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="index">Where it stands.</param>
    /// <returns>The collation in lower case and quotes; null if it is something else.</returns>
    public static string? Collation(in StatementTokens tokens, int index)
    {
        if (tokens.Kind(index) is not (SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier or SqlTokenKind.String))
            return null;
        var name = tokens.Written(index).Trim('\'').Trim('"').Trim('`').ToString().ToLowerInvariant();
        if (!name.StartsWith("utf8mb4_", StringComparison.Ordinal))
            return null;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return null;
        return $"'{name}'";
    }
}
