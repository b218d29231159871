using System.Text;

namespace MuxProvider;

/// <summary>The name of a routine or table, as a command's text has it: <c>p</c>, <c>shop.p</c>, <c>`the shop`.`p`</c>. Pure.</summary>
internal readonly record struct RoutineName
{
    private readonly string[] _parts;

    private RoutineName(string[] parts) => _parts = parts;

    /// <summary>The schema; null where the name has none, or more than a schema.</summary>
    public string? Schema => _parts.Length == 2 ? _parts[0] : null;

    /// <summary>The last part.</summary>
    public string Name => _parts[^1];

    /// <summary>How many parts there are: 1, 2, or 3 (MariaDB has packages).</summary>
    public int Parts => _parts.Length;

    /// <summary>The name in backticks, for a text.</summary>
    public string Sql => string.Join('.', _parts.Select(Quote));

    /// <summary>A name in backticks.</summary>
    /// <param name="name">The name, without quotes.</param>
    /// <returns>The quoted name.</returns>
    public static string Quote(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>Reads a name.</summary>
    /// <param name="text">The command's text.</param>
    /// <param name="what">What the text should be the name of, for the message.</param>
    /// <returns>The name.</returns>
    /// <exception cref="InvalidOperationException">The text is no name.</exception>
    public static RoutineName Parse(string text, string what)
    {
        var parts = new List<string>();
        var rest = text.AsSpan().Trim();
        while (true)
        {
            var part = Next(ref rest);
            if (part is not { Length: > 0 } || parts.Count == 3)
                throw NoName(text, what);
            parts.Add(part);
            rest = rest.TrimStart();
            if (rest.IsEmpty)
                return new RoutineName([.. parts]);
            if (rest[0] != '.')
                throw NoName(text, what);
            rest = rest[1..].TrimStart();
        }
    }

    // The next part of the name; null where there is none.
    private static string? Next(ref ReadOnlySpan<char> rest)
    {
        if (!rest.IsEmpty && rest[0] == '`')
            return NextQuoted(ref rest);
        var end = rest.IndexOf('.');
        var part = (end < 0 ? rest : rest[..end]).TrimEnd();
        rest = end < 0 ? default : rest[end..];
        foreach (var character in part)
        {
            if (char.IsWhiteSpace(character) || character is '`' or '(' or ')' or ';' or '\'' or '"' or ',' or '\0')
                return null;
        }

        return part.ToString();
    }

    private static string? NextQuoted(ref ReadOnlySpan<char> rest)
    {
        var name = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] != '`')
            {
                name.Append(rest[i]);
            }
            else if (i + 1 < rest.Length && rest[i + 1] == '`')
            {
                name.Append('`');
                i++;
            }
            else
            {
                rest = rest[(i + 1)..];
                return name.ToString();
            }
        }

        return null;
    }

    private static InvalidOperationException NoName(string text, string what) => new(
        $"The command's text should be the name of a {what}, but is '{(text.Length <= 60 ? text : text[..60] + "…")}'. "
        + "Set CommandType.Text for a statement, and write a name with blanks or signs in backticks.");
}
