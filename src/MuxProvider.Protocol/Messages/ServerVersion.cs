namespace MuxProvider.Protocol;

/// <summary>What a server says it is in its greeting.</summary>
/// <param name="Text">The version as users know it (<c>10.11.19-MariaDB-…</c>, <c>9.7.4</c>).</param>
/// <param name="IsMariaDb">Whether the server is a MariaDB.</param>
/// <param name="Number">The version's numbers.</param>
public sealed record ServerVersion(string Text, bool IsMariaDb, Version Number)
{
    // MariaDB puts this in front, so that replicas of old MySQL servers accept the version.
    private const string ReplicationPrefix = "5.5.5-";

    private static readonly Version s_firstMariaDbWithNewNames = new(11, 1);

    /// <summary>
    /// The name by which this server surely knows a system variable: until 11.1 MariaDB knows those of transactions only by
    /// <see href="https://mariadb.com/kb/en/server-system-variables/#tx_isolation">their old names</see>.
    /// </summary>
    /// <param name="name">The name in lower case, as MySQL has it today.</param>
    /// <returns>The name to be sent.</returns>
    public string VariableName(string name) => !IsMariaDb || Number >= s_firstMariaDbWithNewNames
        ? name
        : name switch
        {
            "transaction_isolation" => "tx_isolation",
            "transaction_read_only" => "tx_read_only",
            _ => name,
        };

    /// <summary>Reads the version text of a greeting.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The version; 0.0.0 where there are no numbers.</returns>
    public static ServerVersion Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isMariaDb = text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        if (isMariaDb && text.StartsWith(ReplicationPrefix, StringComparison.Ordinal))
            text = text[ReplicationPrefix.Length..];
        var end = text.AsSpan().IndexOfAnyExcept("0123456789.");
        var digits = (end < 0 ? text : text[..end]).Trim('.');
        return new ServerVersion(text, isMariaDb, Version.TryParse(digits, out var number) ? number : new Version(0, 0, 0));
    }

    /// <inheritdoc/>
    public override string ToString() => IsMariaDb ? Text : $"MySQL {Text}";
}
