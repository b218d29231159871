using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>What statements and questions do to what a session remembers of its last statement. Pure.</summary>
internal static class RegisterRules
{
    /// <summary>
    /// What a question behind a statement overwrites. A sign of life sets ROW_COUNT() to 0 and keeps the warnings, which SHOW WARNINGS
    /// keeps, too; any query sets all but what sequences remember.
    /// </summary>
    /// <param name="probes">What is asked.</param>
    public static SessionRegisters OverwrittenBy(Probes probes)
    {
        const SessionRegisters byQuery = SessionRegisters.RowCount | SessionRegisters.FoundRows;
        var overwritten = (probes & Probes.Status) != 0 ? SessionRegisters.RowCount : SessionRegisters.None;
        if ((probes & Probes.Warnings) != 0)
            overwritten |= byQuery;
        if ((probes & Probes.GeneratedId) != 0)
            overwritten |= byQuery | SessionRegisters.Diagnostics;
        return overwritten;
    }

    /// <summary>Which registers a statement has surely set, whatever they held before.</summary>
    /// <param name="evidence">What its answer revealed.</param>
    /// <param name="traits">What its text says.</param>
    /// <param name="isMariaDb">Whether the server is a MariaDB.</param>
    public static SessionRegisters SetBy(in ReplyEvidence evidence, StatementTraits traits, bool isMariaDb)
    {
        var registers = SessionRegisters.RowCount | SessionRegisters.Other;
        if (evidence.ErrorCode == 0 && evidence.RowCount < 0)
            registers |= SessionRegisters.FoundRows;
        if (evidence.ErrorCode != 0 || evidence.Warnings > 0 || (traits.StatementCount == 1 && !KeepsFormerWarnings(traits, isMariaDb)))
            registers |= SessionRegisters.Diagnostics;
        return registers;
    }

    /// <summary>
    /// Whether a statement may leave the warnings of an earlier one: MariaDB keeps them until one uses tables, as changes of data surely
    /// do.
    /// </summary>
    /// <param name="traits">What its text says.</param>
    /// <param name="isMariaDb">Whether the server is a MariaDB.</param>
    public static bool KeepsFormerWarnings(StatementTraits traits, bool isMariaDb) =>
        isMariaDb && traits.Keyword is not ("INSERT" or "UPDATE" or "DELETE" or "REPLACE");
}
