using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>
/// What the text of a statement proves of the session behind it, in place of status flags and session tracking, where the link sees neither
/// (<see cref="LinkFacts.TracksSession"/>). What cannot be proven counts as changed. Pure.
/// </summary>
internal static class TextEvidence
{
    /// <summary>Whether the session has to be asked behind a statement, because its text does not say where it leads.</summary>
    /// <param name="traits">What the text says.</param>
    /// <returns>Whether a sign of life is needed.</returns>
    public static bool NeedsStatus(StatementTraits traits) =>
        traits.CallsRoutines || traits.Keyword == "EXECUTE" || (traits.MayChangeSchema && traits.Schema is null) || TurnsAutoCommit(traits);

    /// <summary>Completes what an answer tells.</summary>
    /// <param name="reply">The answer to a statement on the lease.</param>
    /// <param name="traits">What its text says.</param>
    /// <param name="begins">Whether a transaction was begun in front of it.</param>
    /// <param name="areRoutinesClean">Whether all that it calls is known, from the bodies, to leave nothing behind.</param>
    /// <param name="session">The session as it was believed to be before.</param>
    /// <param name="loginSqlMode">The sql_mode of a fresh link.</param>
    /// <returns>The evidence.</returns>
    public static ReplyEvidence Of(
        Reply reply, StatementTraits traits, bool begins, bool areRoutinesClean, HandleSession session, string loginSqlMode)
    {
        var told = reply.Evidence;
        var isFailed = told.ErrorCode != 0;
        var wasOff = (session.Pins & PinReasons.AutoCommitOff) != 0;
        var isOff = IsAutoCommitOff(traits, isFailed, reply.StatusAfter, wasOff);
        var status = isOff ? ServerStatus.None : ServerStatus.AutoCommit;

        // Turning it on commits.
        if (InTransaction(traits, isFailed, begins || (session.Pins & PinReasons.Transaction) != 0) && (isOff || !wasOff))
            status |= ServerStatus.InTransaction;
        var evidence = told.WithSession(status, StateMayHaveChanged(traits, told.ErrorCode, areRoutinesClean), SchemaOf(traits, isFailed, reply.StatusAfter, session.Settings.Schema));
        return reply.StatusAfter is { SqlMode: { } sqlMode } && sqlMode != SqlModeBefore(session, loginSqlMode) ? evidence.WithSqlMode(sqlMode) : evidence;
    }

    // The value may be any expression.
    private static bool TurnsAutoCommit(StatementTraits traits) => traits is { HasTrackerNoise: true, Keyword: "SET" };

    // An error may have ended the transaction (a deadlock does): it counts as open until its end is said.
    private static bool InTransaction(StatementTraits traits, bool isFailed, bool before)
    {
        if (isFailed)
            return before || (traits.StatementCount > 1 && (traits.StartsTransaction || (traits.PinReasons & PinReasons.Transaction) != 0));
        return traits.LeavesTransaction ?? before;
    }

    // Once it may be off it counts as off until the server says otherwise.
    private static bool IsAutoCommitOff(StatementTraits traits, bool isFailed, in ReplyEvidence? after, bool before)
    {
        if (after is { HasStatus: true } known)
            return (known.Status & ServerStatus.AutoCommit) == 0;
        return before || ((traits.PinReasons & PinReasons.AutoCommitOff) != 0 && (!isFailed || traits.StatementCount > 1));
    }

    private static bool StateMayHaveChanged(StatementTraits traits, ushort errorCode, bool areRoutinesClean) =>
        traits.Keyword == "EXECUTE" || (traits.CallsRoutines && !areRoutinesClean && !RoutineErrors.RanNothing(errorCode));

    private static string? SchemaOf(StatementTraits traits, bool isFailed, in ReplyEvidence? after, string? before)
    {
        var now = after is { SchemaChanged: true, Schema: { } asked } ? asked : isFailed ? null : traits.Schema;
        return now is null || now == (before ?? "") ? null : now;
    }

    private static string SqlModeBefore(HandleSession session, string loginSqlMode) =>
        session.Settings.Variables["sql_mode"]?.Trim('\'') ?? loginSqlMode;
}
