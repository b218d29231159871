using System.Collections.Immutable;

namespace MuxProvider.Multiplexing;

/// <summary>Joins the verdicts of the statements of a text, in their order.</summary>
internal struct VerdictSum
{
    private StatementVerdict _sum;
    private int _count;
    private bool _onlyTransactionControl;
    private bool _clean;
    private bool _pendingOneShot;
    private bool _pendingCount;
    private bool _floatsWithoutRoutines;
    private SessionRegisters _given;
    private bool? _leavesTransaction;
    private HashSet<string>? _takenSequences;
    private HashSet<string>? _askedSequences;

    /// <summary>Adds the next statement.</summary>
    public void Add(StatementVerdict next)
    {
        if (_count++ == 0)
            _onlyTransactionControl = _clean = true;

        // SET TRANSACTION waits for the transaction that it is meant for: anything else in between leaves it behind.
        if (_pendingOneShot && next.NextTransaction is null && !(next.StartsTransaction && next.IsTransactionControl && !next.EndsTransaction))
            LeaveOneShotBehind();
        _pendingOneShot = next.NextTransaction is not null;

        // What counts rows for FOUND_ROWS() waits for that.
        _pendingCount &= (next.Reads & SessionRegisters.FoundRows) == 0;
        _pendingCount |= next.CountsFoundRows;

        AddRegisters(next);
        AddLists(next);
        _onlyTransactionControl &= next.IsTransactionControl && next.Placement <= Placement.Pin;
        _clean &= !next.IsUnclean && (next.Placement <= Placement.StatementLease || (next.IsTransactionControl && next.Placement == Placement.Pin));
        if (next.Placement > _sum.Placement || string.IsNullOrEmpty(_sum.DecidingToken))
            _sum.DecidingToken = next.DecidingToken;
        _sum.Require(next.Placement);
        _sum.Reasons |= next.Reasons;
        _sum.Rejection ??= next.Rejection;
        _sum.IsReadOnly = next.IsReadOnly;
        _sum.StartsTransaction |= next.StartsTransaction;
        _sum.EndsTransaction |= next.EndsTransaction;
        if (next.StartsTransaction || next.EndsTransaction)
            _leavesTransaction = next.StartsTransaction;
        _sum.NextTransaction = next.NextTransaction;
        _sum.MayChangeSchema |= next.MayChangeSchema;
        _sum.Schema ??= next.Schema;
        _sum.AssignsUserVariable |= next.AssignsUserVariable;
        _sum.UserVariable ??= next.UserVariable;
        _sum.LoadsLocalData |= next.LoadsLocalData;
        _sum.CallsRoutines |= next.CallsRoutines;
        _floatsWithoutRoutines = _count == 1 && next.WithoutRoutines == Placement.Float;
        _sum.IsCall |= next.IsCall;
        _sum.DefinesObjects |= next.DefinesObjects;
        _sum.HasTrackerNoise |= next.HasTrackerNoise;
        _sum.NamedLockCall = next.NamedLockCall;
        _sum.KilledThread = next.KilledThread ?? _sum.KilledThread;
        _sum.LocalColumn = next.LocalColumn;
        if (_sum.LocalAnswer != LocalAnswer.OkAlways)
            _sum.LocalAnswer = next.LocalAnswer;
    }

    /// <summary>The traits of the whole text.</summary>
    /// <param name="keyword">The text's first word.</param>
    /// <param name="certain">Whether the server surely cuts the text as we did.</param>
    /// <param name="hasComment">Whether a text without statements has a comment.</param>
    public StatementTraits ToTraits(string keyword, bool certain, bool hasComment)
    {
        var isOne = certain && _count == 1;
        if (_pendingOneShot && !isOne)
            LeaveOneShotBehind();
        if (_pendingCount)
            Leave(PinReasons.FoundRows);
        if (_count > 1)
            JudgeSeveral();
        if (!certain)
            JudgeUncertain();

        return new StatementTraits
        {
            Placement = _sum.Placement,
            PinReasons = _sum.Reasons,
            IsReadOnly = _sum.Placement == Placement.Float && _sum.Reads == SessionRegisters.None && (_sum.IsReadOnly || _count == 0),
            StartsTransaction = _sum.StartsTransaction,
            EndsTransaction = _sum.EndsTransaction,
            LeavesTransaction = certain ? _leavesTransaction : _sum.StartsTransaction ? true : null,
            IsTransactionControl = certain && _count > 0 && _onlyTransactionControl,
            IsClean = certain && (_clean || _count == 0),
            MayChangeSchema = _sum.MayChangeSchema,
            AffectsGeneratedId = _sum.AffectsGeneratedId,
            HasUserVariableAssignment = _sum.AssignsUserVariable,
            UserVariable = _sum.UserVariable,
            Settings = List(_sum.Settings),
            NextTransaction = isOne ? _sum.NextTransaction : null,
            Schema = isOne ? _sum.Schema : null,
            LocalAnswer = isOne ? _sum.LocalAnswer : certain && hasComment ? LocalAnswer.OkWhenFloating : LocalAnswer.None,
            LocalColumn = isOne ? _sum.LocalColumn : null,
            Reads = _sum.Reads,
            UsesGeneratedId = _sum.UsesGeneratedId,
            HidesGeneratedId = _sum.HidesGeneratedId,
            CountsFoundRows = _sum.CountsFoundRows,
            TakesSequenceValue = _sum.TakesSequenceValue,
            TakenSequences = _takenSequences is { } taken ? [.. taken] : [],
            AskedSequences = _askedSequences is { } asked ? [.. asked] : [],
            LoadsLocalData = _sum.LoadsLocalData,
            CallsRoutines = _sum.CallsRoutines,
            CalledRoutines = _sum.CalledRoutines is { } called ? [.. called.Distinct()] : [],
            FloatsWithCleanRoutines = isOne && _sum is { CallsRoutines: true, IsCall: false, Placement: Placement.StatementLease } && _floatsWithoutRoutines,
            IsCall = _sum.IsCall,
            DefinesObjects = _sum.DefinesObjects,
            HasTrackerNoise = _sum.HasTrackerNoise,
            Opens = isOne ? List(_sum.Opens) : WithoutNames(_sum.Opens),
            Closes = isOne ? List(_sum.Closes) : [],
            NamedLockCall = isOne ? _sum.NamedLockCall : NamedLockCall.None,
            KilledThread = _sum.KilledThread,
            DecidingToken = _sum.DecidingToken ?? "",
            Rejection = _sum.Rejection,
            Keyword = keyword,
            StatementCount = _count,
            ConsistsOfNothing = _count == 0 && certain,
        };
    }

    // A value that an earlier statement of the same text has put into a register is nobody else's.
    private void AddRegisters(in StatementVerdict next)
    {
        var reads = next.Reads & ~_given;
        if ((reads & SessionRegisters.SequenceValue) != 0 && AreTaken(next.AskedSequences))
            reads &= ~SessionRegisters.SequenceValue;
        _sum.Reads |= reads;
        _sum.UsesGeneratedId |= next.UsesGeneratedId;
        _sum.AffectsGeneratedId |= next.AffectsGeneratedId;
        _sum.HidesGeneratedId |= next.HidesGeneratedId;
        _sum.CountsFoundRows |= next.CountsFoundRows;
        _sum.TakesSequenceValue |= next.TakesSequenceValue;

        if (!next.IsDiagnostic)
            _given |= SessionRegisters.RowCount | SessionRegisters.Diagnostics;
        if (next.GivesGeneratedId)
            _given |= SessionRegisters.GeneratedId;
        if (next.IsQuery)
            _given |= SessionRegisters.FoundRows;
        if (next.TakenSequences is { } taken)
            (_takenSequences ??= []).UnionWith(taken);
        if (next.AskedSequences is { } asked)
            (_askedSequences ??= []).UnionWith(asked);
    }

    private readonly bool AreTaken(List<string>? asked)
    {
        if (asked is null || _takenSequences is null)
            return false;
        foreach (var name in asked)
            if (!_takenSequences.Contains(name))
                return false;
        return true;
    }

    private void AddLists(in StatementVerdict next)
    {
        Append(ref _sum.Settings, next.Settings);
        Append(ref _sum.Opens, next.Opens);
        Append(ref _sum.Closes, next.Closes);
        Append(ref _sum.CalledRoutines, next.CalledRoutines);
    }

    private static void Append<T>(ref List<T>? all, List<T>? next)
    {
        if (next is null)
            return;
        if (all is null)
            all = next;
        else
            all.AddRange(next);
    }

    // What is fine alone is not among others: which of them ran has to be seen first.
    private void JudgeSeveral()
    {
        if (_sum.Placement < Placement.StatementLease && string.IsNullOrEmpty(_sum.DecidingToken))
            _sum.DecidingToken = ";";
        _sum.Require(Placement.StatementLease);
        if (_sum.Schema is not null)
            Leave(PinReasons.Schema);
        if (_sum.Settings?.RemoveAll(setting => !setting.IsLiteral) > 0)
            Leave(PinReasons.SessionVariable);
        if (_sum.LocalAnswer != LocalAnswer.OkAlways)
            return;
        _sum.Refuse(AssignmentRules.LinkSetting);
        _clean = false;
    }

    private void JudgeUncertain()
    {
        _sum.Pin(PinReasons.Unknown);
        _sum.AffectsGeneratedId = true;
        _sum.HidesGeneratedId = true;
        if (_sum.Schema is not null)
            _sum.Pin(PinReasons.Schema);
        if (_sum.Settings is not { } settings)
            return;
        for (var i = 0; i < settings.Count; i++)
            settings[i] = new SettingChange(settings[i].Name, "", IsLiteral: false);
    }

    private void LeaveOneShotBehind()
    {
        Leave(PinReasons.NextTransaction);
        _pendingOneShot = false;
    }

    private void Leave(PinReasons reasons)
    {
        _sum.Pin(reasons);
        _onlyTransactionControl = false;
        _clean = false;
    }

    private static ImmutableArray<T> List<T>(List<T>? list) => list is null ? [] : [.. list];

    private static ImmutableArray<SessionObject> WithoutNames(List<SessionObject>? objects)
    {
        if (objects is null)
            return [];
        var all = ImmutableArray.CreateBuilder<SessionObject>();
        var seen = PinReasons.None;
        foreach (var reason in objects.Select(one => one.Reason))
        {
            if ((seen & reason) != 0)
                continue;
            seen |= reason;
            all.Add(new SessionObject(reason, ""));
        }

        return all.DrainToImmutable();
    }
}
