namespace MuxProvider.Protocol;

/// <summary>What a server says it is in its greeting.</summary>
/// <param name="Text">The version as users know it (<c>10.11.19-MariaDB-…</c>, <c>9.7.4</c>).</param>
/// <param name="IsMariaDb">Whether the server is a MariaDB.</param>
/// <param name="Number">The version's numbers.</param>
public sealed record ServerVersion(string Text, bool IsMariaDb, Version Number)
{
    // MariaDB puts this in front, so that replicas of old MySQL servers accept the version.
    private const string ReplicationPrefix = "5.5.5-";

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
