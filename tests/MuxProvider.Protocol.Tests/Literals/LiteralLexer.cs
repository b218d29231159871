namespace MuxProvider.Protocol.Tests;

/// <summary>
/// Reads string literals as the server's lexer does, written from its manual page on string literals and not from the
/// code under test: multi-byte characters first, then backslashes if the mode knows them, then quotes.
/// </summary>
internal static class LiteralLexer
{
    /// <summary>Reads one literal that must be all of the text.</summary>
    /// <param name="sql">The text: <c>'…'</c>, or <c>_binary'…'</c>.</param>
    /// <param name="noBackslashEscapes">The mode.</param>
    /// <returns>The value of the literal in bytes; null when the literal ends early or not at all.</returns>
    public static byte[]? Read(ReadOnlySpan<byte> sql, bool noBackslashEscapes)
    {
        if (sql.StartsWith("_binary"u8))
            sql = sql["_binary"u8.Length..];
        if (sql.IsEmpty || sql[0] != '\'')
            return null;
        var value = new List<byte>();
        var i = 1;
        while (i < sql.Length)
        {
            var wide = CharacterLength(sql[i..]);
            if (wide > 1)
            {
                value.AddRange(sql.Slice(i, wide));
                i += wide;
            }
            else if (sql[i] == '\\' && !noBackslashEscapes)
            {
                if (++i == sql.Length)
                    return null;
                switch ((char)sql[i++])
                {
                    case '0': value.Add(0); break;
                    case 'b': value.Add(8); break;
                    case 'n': value.Add(10); break;
                    case 'r': value.Add(13); break;
                    case 't': value.Add(9); break;
                    case 'Z': value.Add(26); break;
                    case '%': value.AddRange("\\%"u8); break;
                    case '_': value.AddRange("\\_"u8); break;
                    default: value.Add(sql[i - 1]); break;
                }
            }
            else if (sql[i] == '\'')
            {
                if (i + 1 == sql.Length)
                    return [.. value];
                if (sql[i + 1] != '\'')
                    return null; // the literal ends, and something follows: an injection
                value.Add((byte)'\'');
                i += 2;
            }
            else
            {
                value.Add(sql[i++]);
            }
        }

        return null;
    }

    /// <summary>The length of a well-formed utf8mb4 character at the start; 1 for anything else.</summary>
    private static int CharacterLength(ReadOnlySpan<byte> sql) =>
        System.Text.Rune.DecodeFromUtf8(sql, out _, out var length) == System.Buffers.OperationStatus.Done ? length : 1;
}
