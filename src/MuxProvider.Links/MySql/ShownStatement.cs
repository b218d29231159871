using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// Whether a request could be what MariaDB shows of a link in <c>information_schema.PROCESSLIST</c> (<c>COMMAND</c> and
/// <c>INFO_BINARY</c>). Where that is not certain it could. Pure.
/// </summary>
internal static class ShownStatement
{
    // The server cuts what is longer.
    private const int LongestShown = 65_000;

    /// <summary>Whether the text is such that only a statement of a caller can look like it.</summary>
    /// <param name="text">What is shown.</param>
    /// <returns>False for what may be cut, and for what could be the prefix of a request.</returns>
    public static bool IsTelling(ReadOnlySpan<byte> text)
    {
        text = Trim(text);
        return text.Length is > 0 and < LongestShown
            && !BeginsWith(text, "SET"u8) && !BeginsWith(text, "USE"u8) && !BeginsWith(text, "START"u8) && !BeginsWith(text, "BEGIN"u8);
    }

    /// <summary>Whether a request could look like this.</summary>
    /// <param name="request">The request.</param>
    /// <param name="command">The command that is shown.</param>
    /// <param name="text">The text that is shown.</param>
    /// <returns>False only where that is certain.</returns>
    public static bool CouldBe(MySqlReply request, ReadOnlySpan<byte> command, ReadOnlySpan<byte> text)
    {
        var isExecute = command.SequenceEqual("Execute"u8);
        if (request.IsExecution)
            return isExecute && CouldBeExecution(request.Concern!.Key.Text, text);
        var bytes = request.Request.WrittenSpan;
        if (bytes.Length <= Packets.HeaderLength || bytes[Packets.HeaderLength] != (byte)CommandCode.Query)
            return false;
        return !isExecute && Trim(bytes[(Packets.HeaderLength + 1)..]).SequenceEqual(Trim(text));
    }

    // The values take the places of the markers in what is shown: the text in front of the first one tells.
    private static bool CouldBeExecution(string prepared, ReadOnlySpan<byte> text)
    {
        var marker = prepared.AsSpan().IndexOfAny('@', '?');
        var start = Trim(Encoding.UTF8.GetBytes(marker < 0 ? prepared : prepared[..marker]));
        return marker < 0 ? Trim(text).SequenceEqual(start) : Trim(text).StartsWith(start);
    }

    // As the server does before it runs a statement.
    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.TrimStart(" \t\n\v\f\r\0"u8).TrimEnd(" \t\n\v\f\r\0;"u8);

    private static bool BeginsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);
}
