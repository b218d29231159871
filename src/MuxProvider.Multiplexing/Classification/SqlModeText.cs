namespace MuxProvider.Multiplexing;

/// <summary>Reads the modes that matter for cutting tokens from the text of a <c>sql_mode</c>. Pure.</summary>
internal static class SqlModeText
{
    /// <summary>Reads a sql_mode.</summary>
    /// <param name="sqlMode">The modes, separated by commas.</param>
    /// <returns>Those that matter.</returns>
    public static SqlModes Parse(string sqlMode)
    {
        var modes = SqlModes.None;
        foreach (var range in sqlMode.AsSpan().Split(','))
        {
            modes |= sqlMode.AsSpan(range).Trim() switch
            {
                var mode when mode.Equals("ANSI_QUOTES", StringComparison.OrdinalIgnoreCase) => SqlModes.AnsiQuotes,
                var mode when mode.Equals("ANSI", StringComparison.OrdinalIgnoreCase) => SqlModes.AnsiQuotes | SqlModes.IgnoreSpace,
                var mode when mode.Equals("NO_BACKSLASH_ESCAPES", StringComparison.OrdinalIgnoreCase) => SqlModes.NoBackslashEscapes,
                var mode when mode.Equals("IGNORE_SPACE", StringComparison.OrdinalIgnoreCase) => SqlModes.IgnoreSpace,
                var mode when mode.Equals("ORACLE", StringComparison.OrdinalIgnoreCase) => SqlModes.Oracle,
                var mode when mode.Equals("MSSQL", StringComparison.OrdinalIgnoreCase) => SqlModes.Mssql,
                _ => SqlModes.None,
            };
        }

        return modes;
    }
}
