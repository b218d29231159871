using System.Text;

namespace MuxProvider.Multiplexing;

/// <summary>Reads what a string of a text holds. Pure.</summary>
internal static class SqlString
{
    /// <summary>The content of a string.</summary>
    /// <param name="written">The string with its quotes.</param>
    /// <param name="modes">The session's modes.</param>
    /// <returns>The content; null for strings with a prefix (<c>N'…'</c>, <c>X'…'</c>) and for what is no whole string.</returns>
    public static string? Content(ReadOnlySpan<char> written, SqlModes modes)
    {
        if (written.Length < 2 || written[0] is not ('\'' or '"') || written[^1] != written[0])
            return null;
        var quote = written[0];
        var escapes = (modes & SqlModes.NoBackslashEscapes) == 0;
        var inner = written[1..^1];
        var content = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] == quote)
            {
                i++;
            }
            else if (inner[i] == '\\' && escapes)
            {
                if (++i == inner.Length)
                    return null;
                Unescape(inner[i], content);
                continue;
            }

            if (i < inner.Length)
                content.Append(inner[i]);
        }

        return content.ToString();
    }

    private static void Unescape(char escaped, StringBuilder content)
    {
        // LIKE's own escapes keep their backslash.
        if (escaped is '%' or '_')
            content.Append('\\');
        content.Append(escaped switch
        {
            '0' => '\0',
            'b' => '\b',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'Z' => '\u001a',
            _ => escaped,
        });
    }
}
