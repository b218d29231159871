using System.Collections.Frozen;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Words in front of a parenthesis that do not call a function. Only words that both MySQL and MariaDB reserve may be
/// listed: any other word could name a stored function.
/// </summary>
internal static class KnownWords
{
    private static readonly FrozenSet<string> s_words = new[]
    {
        "ALL", "AND", "AS", "BETWEEN", "BIGINT", "BY", "CASE", "CHARACTER", "COLLATE", "DEC", "DECIMAL", "DISTINCT",
        "DISTINCTROW", "DIV", "DOUBLE", "ELSE", "EXCEPT", "EXISTS", "FLOAT", "FROM", "HAVING", "IN", "INDEX", "INT",
        "INTEGER", "IS", "JOIN", "KEY", "LIKE", "LIMIT", "MEDIUMINT", "NOT", "NUMERIC", "ON", "OR", "OVER", "PARTITION",
        "REGEXP", "RLIKE", "SELECT", "SET", "SMALLINT", "STRAIGHT_JOIN", "THEN", "TINYINT", "UNION", "USING", "VARBINARY",
        "VARCHAR", "WHEN", "WHERE", "XOR",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_lookup =
        s_words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a bare word can stand in front of a parenthesis without calling a function.</summary>
    /// <param name="word">The word in upper case.</param>
    /// <returns>True when it is certain.</returns>
    public static bool NeverCalls(ReadOnlySpan<char> word) => s_lookup.Contains(word);
}
