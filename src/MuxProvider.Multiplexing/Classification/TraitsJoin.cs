using System.Collections.Immutable;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Joins the traits that two ways to read the same text lead to: whatever one of them warns of counts. A member that is
/// added to <see cref="StatementTraits"/> has to be added here; a test compares the two. Pure.
/// </summary>
public static class TraitsJoin
{
    /// <summary>Joins two readings.</summary>
    /// <param name="actual">The reading that is expected to be right: it is asked where neither is the more cautious one.</param>
    /// <param name="other">The other one.</param>
    /// <returns>Traits that are right for both.</returns>
    public static StatementTraits Join(StatementTraits actual, StatementTraits other)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(other);

        // What the multiplexer would do by itself is only done where both readings ask for the same.
        var sameAnswer = actual.LocalAnswer == other.LocalAnswer && actual.LocalColumn == other.LocalColumn;
        var sameKill = actual.KilledThread == other.KilledThread;
        var agree = sameAnswer
            && sameKill
            && actual.Schema == other.Schema
            && actual.NextTransaction == other.NextTransaction
            && actual.Settings.SequenceEqual(other.Settings);
        var placement = Max(actual.Placement, other.Placement);
        return new StatementTraits
        {
            Placement = agree ? placement : Max(placement, Placement.Pin),
            PinReasons = actual.PinReasons | other.PinReasons | (agree ? PinReasons.None : PinReasons.Unknown),
            IsReadOnly = agree && placement == Placement.Float && actual.IsReadOnly && other.IsReadOnly,
            StartsTransaction = actual.StartsTransaction || other.StartsTransaction,
            EndsTransaction = actual.EndsTransaction || other.EndsTransaction,
            LeavesTransaction = actual.LeavesTransaction == other.LeavesTransaction ? actual.LeavesTransaction
                : actual.LeavesTransaction == true || other.LeavesTransaction == true ? true
                : null,
            IsTransactionControl = agree && actual.IsTransactionControl && other.IsTransactionControl,
            IsClean = agree && actual.IsClean && other.IsClean,
            MayChangeSchema = actual.MayChangeSchema || other.MayChangeSchema,
            AffectsGeneratedId = !agree || actual.AffectsGeneratedId || other.AffectsGeneratedId,
            HasUserVariableAssignment = actual.HasUserVariableAssignment || other.HasUserVariableAssignment,
            Settings = actual.Settings,
            NextTransaction = actual.NextTransaction == other.NextTransaction ? actual.NextTransaction : null,
            Schema = actual.Schema == other.Schema ? actual.Schema : null,
            LocalAnswer = sameAnswer ? actual.LocalAnswer : LocalAnswer.None,
            LocalColumn = sameAnswer ? actual.LocalColumn : null,
            Reads = actual.Reads | other.Reads,
            UsesGeneratedId = actual.UsesGeneratedId || other.UsesGeneratedId,
            HidesGeneratedId = actual.HidesGeneratedId || other.HidesGeneratedId,
            CountsFoundRows = actual.CountsFoundRows || other.CountsFoundRows,
            TakesSequenceValue = actual.TakesSequenceValue || other.TakesSequenceValue,
            LoadsLocalData = actual.LoadsLocalData || other.LoadsLocalData,
            CallsRoutines = actual.CallsRoutines || other.CallsRoutines,
            AskedSequences = [.. actual.AskedSequences.Union(other.AskedSequences)],

            // Only what is taken in either case is surely taken.
            TakenSequences = [.. actual.TakenSequences.Intersect(other.TakenSequences)],
            CalledRoutines = [.. actual.CalledRoutines.Union(other.CalledRoutines)],
            FloatsWithCleanRoutines = agree && actual.FloatsWithCleanRoutines && other.FloatsWithCleanRoutines,
            HasTrackerNoise = actual.HasTrackerNoise && other.HasTrackerNoise,
            UserVariable = actual.UserVariable ?? other.UserVariable,
            IsCall = actual.IsCall || other.IsCall,
            DefinesObjects = actual.DefinesObjects || other.DefinesObjects,
            Opens = [.. actual.Opens.Union(other.Opens)],

            // A pin ends by proof only: by what is dropped in either case.
            Closes = [.. actual.Closes.Intersect(other.Closes)],
            NamedLockCall = actual.NamedLockCall == other.NamedLockCall ? actual.NamedLockCall : NamedLockCall.None,
            KilledThread = sameKill ? actual.KilledThread : actual.KilledThread ?? other.KilledThread,
            DecidingToken = Decider(actual, other).DecidingToken,
            Rejection = actual.Rejection ?? other.Rejection,
            Keyword = actual.Keyword,
            StatementCount = Math.Max(actual.StatementCount, other.StatementCount),
            ConsistsOfNothing = actual.ConsistsOfNothing && other.ConsistsOfNothing,
        };
    }

    private static Placement Max(Placement left, Placement right) => left > right ? left : right;

    private static StatementTraits Decider(StatementTraits actual, StatementTraits other) =>
        other.Placement > actual.Placement || actual.DecidingToken.Length == 0 ? other : actual;
}
