namespace MuxProvider.Testing;

/// <summary>Cuts SQL text where a fake server has to understand a little of it.</summary>
internal static class SqlPieces
{
    /// <summary>Splits at a character outside of quotes, comments and parentheses; the pieces are trimmed, empty ones left out.</summary>
    public static List<string> Split(string text, char separator)
    {
        var pieces = new List<string>();
        var start = 0;
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\'' or '"' or '`')
            {
                i++;
                while (i < text.Length && text[i] != c)
                    i += text[i] == '\\' && c != '`' ? 2 : 1;
            }
            else if (c == '/' && i + 1 < text.Length && text[i + 1] == '*')
            {
                var end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                i = end < 0 ? text.Length : end + 1;
            }
            else if (c == '(')
            {
                depth++;
            }
            else if (c == ')')
            {
                depth--;
            }
            else if (c == separator && depth == 0)
            {
                Add(i);
                start = i + 1;
            }
        }

        Add(text.Length);
        return pieces;

        void Add(int end)
        {
            var piece = text[Math.Min(start, text.Length)..Math.Min(end, text.Length)].Trim();
            if (piece.Length > 0)
                pieces.Add(piece);
        }
    }

    /// <summary>The text without its quotes, of whatever kind.</summary>
    public static string Unquote(string text)
    {
        text = text.Trim();
        return text.Length >= 2 && text[0] is '\'' or '"' or '`' && text[^1] == text[0]
            ? text[1..^1].Replace(new string(text[0], 2), text[..1], StringComparison.Ordinal)
            : text;
    }

    /// <summary>What follows a first word, or null where the text starts with another word.</summary>
    public static string? After(string text, string words)
    {
        if (!text.StartsWith(words, StringComparison.OrdinalIgnoreCase))
            return null;
        return text.Length == words.Length ? "" : char.IsWhiteSpace(text[words.Length]) ? text[words.Length..].Trim() : null;
    }
}
