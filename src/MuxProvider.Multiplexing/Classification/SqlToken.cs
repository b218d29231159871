namespace MuxProvider.Multiplexing;

/// <summary>A token: a stretch of the text that <see cref="SqlLexer"/> was given.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Index of its first character.</param>
/// <param name="Length">How many characters it has, quotes and prefixes included.</param>
public readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    /// <summary>Index of the first character behind the token.</summary>
    public int End => Start + Length;
}
