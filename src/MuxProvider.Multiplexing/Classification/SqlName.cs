using System.Text;

namespace MuxProvider.Multiplexing;

/// <summary>Reads names as the server knows them: without quotes. Pure.</summary>
internal static class SqlName
{
    /// <summary>A name without its quotes, doubled ones undone.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="index">Where the name stands.</param>
    /// <returns>The name, its case kept.</returns>
    public static string Of(in StatementTokens tokens, int index)
    {
        var name = tokens.Name(index);
        if (tokens.Kind(index) != SqlTokenKind.QuotedIdentifier)
            return name.ToString();
        var quote = tokens.Written(index)[^1];
        return name.Contains(quote) ? name.ToString().Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal) : name.ToString();
    }

    /// <summary>A name in lower case, with its schema and a dot where one is written.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">The index behind it.</param>
    /// <returns>The name; empty for none.</returns>
    public static string OfObject(in StatementTokens tokens, int from, int to)
    {
        if (to == from + 1)
            return Of(tokens, from).ToLowerInvariant();
        var name = new StringBuilder();
        for (var i = from; i < to; i++)
            name.Append(tokens.Kind(i) == SqlTokenKind.Dot ? "." : Of(tokens, i));
        return name.ToString().ToLowerInvariant();
    }
}
