namespace MuxProvider.Links;

/// <summary>
/// What makes two prepared statements the same on the server. Preparing freezes the default schema and the sql_mode, and literals get the
/// collation of the session, so the same text under other settings is another statement; <c>time_zone</c> and the rest are read when it runs.
/// </summary>
/// <param name="Text">The SQL text, exactly.</param>
/// <param name="Schema">The default schema, or null.</param>
/// <param name="SqlMode">The session's sql_mode as it travels, or null for that of a fresh session.</param>
/// <param name="Collation">The session's collation as it travels, or null for that of a fresh session.</param>
internal readonly record struct PreparedStatementKey(string Text, string? Schema, string? SqlMode, string? Collation)
{
    /// <summary>The key of a text under a handle's settings.</summary>
    public static PreparedStatementKey Of(string text, Settings settings) =>
        new(text, settings.Schema, settings.Variables["sql_mode"], settings.Variables["collation_connection"]);
}
