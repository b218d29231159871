namespace MuxProvider.Multiplexing;

/// <summary>What makes a text unreadable for every server, and how that is told to people. Positions count from 1. Pure.</summary>
internal static class TextDefect
{
    /// <summary>Finds half of a surrogate pair: such a text cannot be written in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Its index; -1 if there is none.</returns>
    public static int FindLoneSurrogate(ReadOnlySpan<char> text)
    {
        var from = 0;
        while (true)
        {
            var next = text[from..].IndexOfAnyInRange('\ud800', '\udfff');
            if (next < 0)
                return -1;
            from += next;
            if (!char.IsHighSurrogate(text[from]) || from + 1 == text.Length || !char.IsLowSurrogate(text[from + 1]))
                return from;
            from += 2;
        }
    }

    /// <summary>Why a text with half of a surrogate pair is refused.</summary>
    /// <param name="index">Where it stands.</param>
    public static string DescribeLoneSurrogate(int index) =>
        $"The text of the statement is no valid UTF-16: the character at position {index + 1} is half of a surrogate pair. It cannot be sent.";

    /// <summary>Why a text is refused in which something does not end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="index">Where that begins.</param>
    /// <param name="modes">The session's modes.</param>
    public static string DescribeUnterminated(ReadOnlySpan<char> text, int index, SqlModes modes)
    {
        var kind = text[index] switch
        {
            '/' => "comment",
            '`' or '[' => "quoted name",
            '"' when (modes & (SqlModes.AnsiQuotes | SqlModes.Oracle | SqlModes.Mssql)) != 0 => "quoted name",
            '@' => "quoted name of a variable",
            _ => "string",
        };
        return $"The {kind} that begins at position {index + 1} of the statement does not end. Nothing was sent.";
    }
}
