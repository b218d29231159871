using System.Globalization;

namespace MuxProvider.Links.MySql;

/// <summary>Where a server sends a link at the end of its login.</summary>
/// <param name="Address">The place.</param>
/// <param name="UserId">Who logs in there; null for the same user.</param>
internal sealed record Redirection(ServerAddress Address, string? UserId)
{
    private const int DefaultPort = 3306;

    /// <summary>
    /// Reads what the variable <c>redirect_url</c> says: <c>mariadb://[user[:password]@]host[:port][/[schema][?user=…&amp;ttl=…]]</c>, or the
    /// same with <c>mysql://</c>. Only place and user count: the password is the connection string's.
    /// </summary>
    /// <param name="url">The text.</param>
    /// <returns>The redirection; null where there is none, or it cannot be read.</returns>
    public static Redirection? Parse(string url)
    {
        var start = url.StartsWith("mariadb://", StringComparison.OrdinalIgnoreCase) ? "mariadb://".Length
            : url.StartsWith("mysql://", StringComparison.OrdinalIgnoreCase) ? "mysql://".Length
            : -1;
        if (start < 0)
            return null;
        var rest = url[start..];
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        var user = query < 0 ? null : UserOf(rest[(query + 1)..]);
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            user ??= Uri.UnescapeDataString(authority[..at].Split(':')[0]);
            authority = authority[(at + 1)..];
        }

        try
        {
            return new Redirection(ServerAddress.Parse(Unbracketed(Uri.UnescapeDataString(authority)), DefaultPort), string.IsNullOrEmpty(user) ? null : user);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // Some put names in brackets, too.
    private static string Unbracketed(string authority)
    {
        var end = authority.StartsWith('[') ? authority.IndexOf(']', StringComparison.Ordinal) : -1;
        return end > 0 && !authority.AsSpan(1, end - 1).Contains(':')
            ? string.Create(CultureInfo.InvariantCulture, $"{authority[1..end]}{authority[(end + 1)..]}")
            : authority;
    }

    private static string? UserOf(string query)
    {
        foreach (var part in query.Split('&'))
        {
            if (part.StartsWith("user=", StringComparison.OrdinalIgnoreCase))
                return Uri.UnescapeDataString(part["user=".Length..]);
        }

        return null;
    }
}
