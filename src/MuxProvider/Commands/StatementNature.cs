using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>What the face asks about a parsed statement.</summary>
internal static class StatementNature
{
    /// <summary>Whether it may have changed something that another session can see.</summary>
    /// <param name="parsed">The statement.</param>
    /// <returns>False only where it is known to read.</returns>
    public static bool MayWrite(ParsedStatement parsed) => !parsed.Traits.IsReadOnly;

    /// <summary>Whether one statement may answer with several results: what comes before its last one does not end it.</summary>
    /// <param name="parsed">The statement.</param>
    /// <returns>True for procedure calls and compound statements.</returns>
    public static bool MayHaveManyResults(ParsedStatement parsed) => parsed.Traits.Keyword is "CALL" or "BEGIN";
}
