using System.Collections.Immutable;

namespace MuxProvider.Multiplexing;

/// <summary>
/// The names that a text mentions, for looking up the tables and routines among them. Whether a word is a name is not
/// asked: keywords are listed, too. Pure.
/// </summary>
public static class StatementNames
{
    /// <summary>The words and quoted names of a text, each once, in the order in which they first appear.</summary>
    /// <param name="text">The SQL text. Comments that some servers execute are read as well.</param>
    /// <param name="modes">The parts of the session's <c>sql_mode</c> that matter.</param>
    /// <returns>The names without quotes, in upper case.</returns>
    public static ImmutableArray<string> Of(string text, SqlModes modes)
    {
        ArgumentNullException.ThrowIfNull(text);
        var names = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (Add(text, modes, VersionComments.Executed, seen, names))
            Add(text, modes, VersionComments.Skipped, seen, names);
        return names.DrainToImmutable();
    }

    private static bool Add(string text, SqlModes modes, VersionComments versionComments, HashSet<string> seen, ImmutableArray<string>.Builder names)
    {
        var lexer = new SqlLexer(text, modes, default, versionComments);
        while (lexer.Read())
        {
            if (lexer.Token.Kind is not (SqlTokenKind.Identifier or SqlTokenKind.QuotedIdentifier))
                continue;
            var name = Unquote(text.AsSpan(lexer.Token.Start, lexer.Token.Length), lexer.Token.Kind).ToUpperInvariant();
            if (seen.Add(name))
                names.Add(name);
        }

        return lexer.HasVersionComment;
    }

    private static string Unquote(ReadOnlySpan<char> written, SqlTokenKind kind)
    {
        if (kind != SqlTokenKind.QuotedIdentifier)
            return written.ToString();
        var quote = written[0] == '[' ? ']' : written[0];
        var inner = written.Length >= 2 && written[^1] == quote ? written[1..^1] : written[1..];
        return inner.Contains(quote) ? inner.ToString().Replace($"{quote}{quote}", quote.ToString(), StringComparison.Ordinal) : inner.ToString();
    }
}
