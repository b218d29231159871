namespace MuxProvider.Multiplexing;

/// <summary>
/// Reduces a text to its shape, so that texts that differ only in their values are recognised as the same. Pure.
/// <para>
/// Literals, parameters and <c>@names</c> become <c>?</c>, with their sign; a list of nothing but those (and NULL, TRUE,
/// FALSE, DEFAULT) becomes <c>(...)</c>; a list that repeats the one before it is left out, so that the number of rows does
/// not matter. Comments and white space become one space or none. Words that both servers reserve are written in upper
/// case, everything else as it is written, because names of tables may depend on their case. Comments that some servers
/// execute stay, with their mark and version: another version is another digest.
/// </para>
/// </summary>
public static class StatementDigest
{
    /// <summary>A digest has no more characters than this (1,024). A longer one is cut and ends with <c>…</c>.</summary>
    public const int Longest = 1024;

    /// <summary>The digest of a text. It never contains the value of a literal.</summary>
    /// <param name="text">The SQL text.</param>
    /// <param name="modes">The parts of the session's <c>sql_mode</c> that matter: they say what a literal is.</param>
    /// <returns>The digest; empty for a text without statements.</returns>
    public static string Of(string text, SqlModes modes)
    {
        ArgumentNullException.ThrowIfNull(text);
        var writer = new DigestWriter(stackalloc char[Longest], stackalloc int[64]);
        var lexer = new SqlLexer(text, modes, default, VersionComments.Executed);
        var end = 0;
        while (!writer.IsFinished && lexer.Read())
        {
            // What one server takes for words may be a string to another.
            if (lexer.IsDoubtful)
            {
                writer.Cut();
                break;
            }

            var token = lexer.Token;
            if (lexer.HasVersionComment)
                writer.AddMarks(text.AsSpan(end, token.Start - end));
            writer.Add(token.Kind, text.AsSpan(token.Start, token.Length), touches: token.Start == end);
            end = token.End;
        }

        return writer.ToString();
    }
}
