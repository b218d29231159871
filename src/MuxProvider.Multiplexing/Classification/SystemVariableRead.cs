using System.Collections.Frozen;

namespace MuxProvider.Multiplexing;

/// <summary>Judges the reading of a system variable by the way it is written.</summary>
internal static class SystemVariableRead
{
    // Variables that have no session value and that no statement of a handle can change for its session alone.
    private static readonly FrozenSet<string> s_shared = new[]
    {
        "BASEDIR", "CHARACTER_SET_SYSTEM", "CHARACTER_SETS_DIR", "DATADIR", "HOSTNAME", "INNODB_PAGE_SIZE", "INNODB_VERSION",
        "LICENSE", "LOWER_CASE_FILE_SYSTEM", "LOWER_CASE_TABLE_NAMES", "MAX_ALLOWED_PACKET", "MAX_CONNECTIONS",
        "PERFORMANCE_SCHEMA", "PORT", "PROTOCOL_VERSION", "SERVER_UUID", "SOCKET", "SYSTEM_TIME_ZONE", "VERSION",
        "VERSION_COMMENT", "VERSION_COMPILE_MACHINE", "VERSION_COMPILE_OS", "VERSION_COMPILE_ZLIB", "VERSION_MALLOC_LIBRARY",
        "VERSION_SOURCE_REVISION", "VERSION_SSL_LIBRARY",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_lookup =
        s_shared.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Notes what a statement learns or touches by naming a system variable.</summary>
    /// <param name="written">The variable with its two <c>@</c>.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void Judge(ReadOnlySpan<char> written, ref StatementVerdict verdict)
    {
        Span<char> buffer = stackalloc char[KnownFunctions.LongestName];
        var upper = Upper(written, buffer);
        if (IsServerWide(written) || s_lookup.Contains(upper))
            return;

        if (upper.StartsWith("SESSION.") || upper.StartsWith("LOCAL."))
            upper = upper[(upper.IndexOf('.') + 1)..];
        switch (upper)
        {
            case "IDENTITY" or "LAST_INSERT_ID":
                verdict.ReadsGeneratedId = true;
                break;
            case "WARNING_COUNT" or "ERROR_COUNT":
                verdict.Pin(PinReasons.FoundRows);
                break;
            default:
                verdict.Pin(PinReasons.SessionVariable);
                break;
        }
    }

    /// <summary>Whether the variable, as it is written, is the server's and not the session's.</summary>
    /// <param name="written">The variable with its two <c>@</c>.</param>
    /// <returns>True for the scopes global, persist and persist_only.</returns>
    public static bool IsServerWide(ReadOnlySpan<char> written)
    {
        Span<char> buffer = stackalloc char[KnownFunctions.LongestName];
        var upper = Upper(written, buffer);
        return upper.StartsWith("GLOBAL.") || upper.StartsWith("PERSIST.") || upper.StartsWith("PERSIST_ONLY.");
    }

    private static ReadOnlySpan<char> Upper(ReadOnlySpan<char> written, Span<char> buffer)
    {
        // Only the scope matters in a name that is too long for the buffer, so its beginning is enough:
        // no listed name has that length.
        var name = written[2..];
        if (name.Length > buffer.Length)
            name = name[..buffer.Length];
        return System.Text.Ascii.ToUpper(name, buffer, out var length) == System.Buffers.OperationStatus.Done ? buffer[..length] : default;
    }
}
