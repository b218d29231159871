using System.Globalization;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Reads the modes that matter for cutting tokens from a <c>sql_mode</c>: by name, or from the number that MySQL and
/// MariaDB accept as well. Modes that stand for several others are taken apart as the servers do it. Pure.
/// </summary>
public static class SqlModeText
{
    // The same bits on both servers. The combinations up to MAXDB are MariaDB's and those of MySQL before 8.0.
    private static readonly (string Name, ulong Bit, SqlModes Modes)[] s_modes =
    [
        ("ANSI_QUOTES", 1UL << 2, SqlModes.AnsiQuotes),
        ("IGNORE_SPACE", 1UL << 3, SqlModes.IgnoreSpace),
        ("NO_BACKSLASH_ESCAPES", 1UL << 20, SqlModes.NoBackslashEscapes),
        ("POSTGRESQL", 1UL << 8, SqlModes.AnsiQuotes | SqlModes.IgnoreSpace),
        ("ORACLE", 1UL << 9, SqlModes.Oracle | SqlModes.AnsiQuotes | SqlModes.IgnoreSpace),
        ("MSSQL", 1UL << 10, SqlModes.Mssql | SqlModes.AnsiQuotes | SqlModes.IgnoreSpace),
        ("DB2", 1UL << 11, SqlModes.AnsiQuotes | SqlModes.IgnoreSpace),
        ("MAXDB", 1UL << 12, SqlModes.AnsiQuotes | SqlModes.IgnoreSpace),
        ("ANSI", 1UL << 18, SqlModes.AnsiQuotes | SqlModes.IgnoreSpace),
    ];

    /// <summary>Reads a sql_mode.</summary>
    /// <param name="sqlMode">The modes, separated by commas, or their number.</param>
    /// <returns>Those that matter.</returns>
    public static SqlModes Parse(string sqlMode)
    {
        ArgumentNullException.ThrowIfNull(sqlMode);
        var modes = SqlModes.None;
        var bits = ulong.TryParse(sqlMode, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : 0;
        foreach (var (_, bit, implied) in s_modes)
            if ((bits & bit) != 0)
                modes |= implied;
        foreach (var range in sqlMode.AsSpan().Split(','))
            modes |= Named(sqlMode.AsSpan(range).Trim());
        return modes;
    }

    private static SqlModes Named(ReadOnlySpan<char> name)
    {
        foreach (var (known, _, implied) in s_modes)
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
                return implied;
        return SqlModes.None;
    }
}
