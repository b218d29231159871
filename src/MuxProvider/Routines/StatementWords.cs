namespace MuxProvider;

/// <summary>Words that are statements by themselves. Programs that infer the type of a command take them for procedures.</summary>
internal static class StatementWords
{
    /// <summary>Whether a command of the type StoredProcedure means a statement: BEGIN, COMMIT or ROLLBACK, without backticks and parameters.</summary>
    /// <param name="text">The command's text.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>True where it should be run as it is.</returns>
    public static bool AreMeant(string text, MuxParameterCollection? parameters)
    {
        if (parameters is { Count: > 0 })
            return false;
        var word = text.AsSpan().Trim();
        return word.Equals("begin", StringComparison.OrdinalIgnoreCase)
            || word.Equals("commit", StringComparison.OrdinalIgnoreCase)
            || word.Equals("rollback", StringComparison.OrdinalIgnoreCase);
    }
}
