using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <summary>What the face asks about a parsed statement.</summary>
internal static class StatementNature
{
    /// <summary>Whether it may have changed something that another session can see.</summary>
    /// <param name="parsed">The statement.</param>
    /// <returns>False only where it is known to read.</returns>
    public static bool MayWrite(ParsedStatement parsed) => !parsed.Traits.IsReadOnly;

    /// <summary>
    /// Whether the server undoes the statement when its link is lost before the answer comes: it belongs to a transaction and cannot have
    /// committed it.
    /// </summary>
    /// <param name="parsed">The statement.</param>
    /// <param name="isInTransaction">Whether a transaction was open, or was begun with it.</param>
    /// <returns>True only where that is certain.</returns>
    public static bool IsUndoneWithItsLink(ParsedStatement parsed, bool isInTransaction) =>
        isInTransaction
        && parsed.Traits is { StatementCount: 1, IsCall: false, Keyword: "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "REPLACE" or "WITH" or "ROLLBACK" or "SAVEPOINT" or "RELEASE" };

    /// <summary>Whether one statement may answer with several results: what comes before its last one does not end it.</summary>
    /// <param name="parsed">The statement.</param>
    /// <returns>True for procedure calls and compound statements.</returns>
    public static bool MayHaveManyResults(ParsedStatement parsed) => parsed.Traits.Keyword is "CALL" or "BEGIN";
}
