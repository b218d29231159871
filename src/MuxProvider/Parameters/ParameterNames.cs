namespace MuxProvider;

/// <summary>How parameters' names are compared: without case, prefix, quotes and white space around.</summary>
internal static class ParameterNames
{
    /// <summary>The comparer of stripped names.</summary>
    public static StringComparer Comparer => StringComparer.OrdinalIgnoreCase;

    /// <summary>The name alone.</summary>
    /// <param name="name">As a user writes it: <c>@id</c>, <c>?id</c>, <c>id</c>, <c>@`the id`</c>.</param>
    /// <returns>The name; "" where there is none.</returns>
    public static string Strip(string name)
    {
        var bare = name.AsSpan().Trim();
        var hasPrefix = bare.Length > 0 && bare[0] is '@' or '?';
        if (hasPrefix)
            bare = bare[1..];
        if (hasPrefix && bare.Length >= 2 && bare[0] is '`' or '\'' or '"' && bare[^1] == bare[0])
            return Unquote(bare[1..^1], bare[0]);
        return bare.Length == name.Length ? name : bare.ToString();
    }

    private static string Unquote(ReadOnlySpan<char> quoted, char quote) =>
        quoted.Contains(quote)
            ? quoted.ToString().Replace(new string(quote, 2), quote.ToString(), StringComparison.Ordinal)
            : quoted.ToString();
}
