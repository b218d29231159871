using System.Text;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Writes a statement in another way that means the same to a server, or tears a text to pieces. The random numbers decide how.</summary>
internal static class TextMutation
{
    private static readonly string[] s_blanks = [" ", "\n", "\t", "\r\n", "\f", "/**/", " /* it's */ ", "/*;*/", "-- x'\n", " # `\n", "--\t\n", "/*!999999 x */"];
    private static readonly string[] s_before = ["SELECT 1; ", "; ", " ;;", "DO 1;", "/* x */", "-- x\n", "UPDATE t SET a = 'x;y' ;"];
    private static readonly string[] s_behind = [";", " ; ", "; SELECT 1", ";DO 1;", " -- x", " /* x */", "# x", "; INSERT INTO t VALUES (1)", "; SELECT `;` FROM t"];

    private static readonly string[] s_soup =
    [
        "SELECT", "INSERT", "INTO", "t", "VALUES", "(", ")", ",", ";", "'", "\"", "`", "@", "@@", "@x", "?", "?x", ":=", ".", "1", "1e", "0x", "--", "-- ",
        "#", "\n", "/*", "*/", "/*!", "/*!50000", "/*!0999999 ", "/*M!", "/*+", "\\", "\\'", "''", "[", "]", "CREATE", "PROCEDURE", "PACKAGE", "BODY", "BEGIN",
        "NOT", "ATOMIC", "DECLARE", "END", "IF", "THEN", "CASE", "SET", "GLOBAL", "WITH", "AS", "f", "GET_LOCK", "FOR", "UPDATE", "DEFINER", "=", "GRANT", "TO",
        "$", "$$", "é", "漢", "\0", "\ud800", "😀", "REPLACE", "EXPLAIN", "FORMAT", "LOAD", "DATA", "LOCAL", "INFILE", "COMMIT", "RELEASE", "AND", "N'", "x'",
        "PREPARE", "FROM", "'SET @a=1'", "EXECUTE", "IMMEDIATE", "STATEMENT", "NAMES", "utf8mb4", " ", " ",
    ];

    /// <summary>Another way to write a template of <see cref="StatefulStatements"/>.</summary>
    /// <param name="template">The template.</param>
    /// <param name="random">Decides.</param>
    /// <param name="modes">The modes in which it means the same.</param>
    /// <returns>The text.</returns>
    public static string Rewrite(string template, Random random, out SqlModes modes)
    {
        modes = random.Next(4) == 0 ? SqlModes.AnsiQuotes : SqlModes.None;
        if (random.Next(8) == 0)
            modes |= SqlModes.IgnoreSpace;
        var text = Respace(Mark(template, random, modes), random, modes);
        if (random.Next(4) == 0 && template.StartsWith("SELECT", StringComparison.Ordinal) && !template.Contains("INTO", StringComparison.Ordinal))
            text = $"({text})";
        if (random.Next(3) == 0)
            text = Pick(s_before, random) + text;
        if (random.Next(3) == 0)
            text += Pick(s_behind, random);
        return text;
    }

    /// <summary>Tokens in no order.</summary>
    public static string Soup(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 40); i > 0; i--)
            text.Append(Pick(s_soup, random)).Append(random.Next(3) == 0 ? " " : "");
        return text.ToString();
    }

    /// <summary>A text with some of it left out, doubled, or replaced.</summary>
    public static string Tear(string text, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var from = random.Next(text.Length + 1);
            var to = random.Next(from, Math.Min(text.Length, from + 10) + 1);
            text = random.Next(3) switch
            {
                0 => text[..from] + text[to..],
                1 => text[..to] + text[from..],
                _ => text[..from] + Pick(s_soup, random) + text[to..],
            };
        }

        return text;
    }

    private static string Pick(string[] from, Random random) => from[random.Next(from.Length)];

    private static string Mark(string template, Random random, SqlModes modes)
    {
        var text = new StringBuilder(template.Length + 16);
        var closing = new Stack<string>();
        foreach (var c in template)
        {
            switch (c)
            {
                case '[':
                    closing.Push(random.Next(3) switch
                    {
                        0 => "`",
                        1 when (modes & SqlModes.AnsiQuotes) != 0 => "\"",
                        _ => "",
                    });
                    text.Append(closing.Peek());
                    break;
                case '{':
                    var depth = random.Next(3) == 0 ? random.Next(1, 4) : 0;
                    text.Append('(', depth);
                    closing.Push(new string(')', depth));
                    break;
                case ']' or '}':
                    text.Append(closing.Pop());
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        return text.ToString();
    }

    // Other white space, other case, and comments that every server executes around some of the tokens.
    private static string Respace(string statement, Random random, SqlModes modes)
    {
        var tokens = new List<SqlToken>();
        var lexer = new SqlLexer(statement, modes);
        while (lexer.Read())
            tokens.Add(lexer.Token);

        var open = random.Next(4) == 0 ? random.Next(tokens.Count) : -1;
        var close = open < 0 ? -1 : random.Next(open, tokens.Count);
        var text = new StringBuilder(statement.Length * 2);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (i > 0 && (MayBreak(tokens[i - 1], token) || token.Start > tokens[i - 1].End))
                AppendBlank(text, token.Start > tokens[i - 1].End, random);
            if (i == open)
                text.Append(random.Next(2) == 0 ? "/*! " : "/*!40100 ");
            var written = statement.AsSpan(token.Start, token.Length);
            text.Append(token.Kind == SqlTokenKind.Identifier ? Recase(written, random) : written.ToString());
            if (i == close)
                text.Append(" */");
        }

        return text.ToString();
    }

    private static bool MayBreak(SqlToken before, SqlToken token) =>
        token.Kind is SqlTokenKind.OpenParenthesis or SqlTokenKind.CloseParenthesis or SqlTokenKind.Comma or SqlTokenKind.Assignment
        || before.Kind is SqlTokenKind.OpenParenthesis or SqlTokenKind.CloseParenthesis or SqlTokenKind.Comma or SqlTokenKind.Assignment;

    private static void AppendBlank(StringBuilder text, bool needed, Random random)
    {
        if (random.Next(3) == 0)
            text.Append(Pick(s_blanks, random));
        else if (needed)
            text.Append(' ');
    }

    private static string Recase(ReadOnlySpan<char> word, Random random)
    {
        var how = random.Next(4);
        return how switch
        {
            0 => word.ToString().ToLowerInvariant(),
            1 => word.ToString().ToUpperInvariant(),
            2 => string.Create(word.Length, word.ToString(), (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = (i & 1) == 0 ? char.ToLowerInvariant(source[i]) : char.ToUpperInvariant(source[i]);
            }),
            _ => word.ToString(),
        };
    }
}
