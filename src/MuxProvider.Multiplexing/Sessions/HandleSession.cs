using System.Collections.Immutable;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>
/// The session that a handle believes to have: what travels with it, what pins it, what it remembers of its last statement. Learns from
/// replies, decides nothing and sends nothing. Used by one handle, under its lock.
/// </summary>
internal sealed class HandleSession
{
    // Pins that end when the last of what they stand for is dropped.
    private static readonly PinReasons[] s_provable =
    [
        PinReasons.TemporaryTable, PinReasons.SqlPrepare, PinReasons.Handler, PinReasons.TableLocks, PinReasons.SessionVariable, PinReasons.NamedLock,
    ];

    // What a statement that failed as a whole has not made.
    private const PinReasons NothingWhereFailed = PinReasons.TemporaryTable | PinReasons.SqlPrepare | PinReasons.Handler;

    // Pins that leave nothing to be cleaned when they end.
    private const PinReasons Spotless = PinReasons.Transaction | PinReasons.AutoCommitOff | PinReasons.FoundRows | PinReasons.MultiplexingOff | PinReasons.Requested;

    // Pins that a transaction's begin neither ends nor heeds.
    private const PinReasons IndifferentToBegin =
        PinReasons.MultiplexingOff | PinReasons.Requested | PinReasons.TemporaryTable | PinReasons.UserVariable | PinReasons.NamedLock;

    private readonly HeldObjects _held = new();
    private string? _loginSqlMode;
    private SqlModes _loginModes;
    private GeneratedIdRegister _generatedId;
    private HashSet<string>? _sequences;

    /// <summary>What travels with the handle.</summary>
    public Settings Settings { get; private set; } = Settings.None;

    /// <summary>The parts of the session's sql_mode that matter for cutting texts.</summary>
    public SqlModes Modes { get; private set; }

    /// <summary>Whether the handle's sql_mode is not that of a fresh link.</summary>
    public bool HasOwnSqlMode { get; private set; }

    /// <summary>What pins the handle.</summary>
    public PinReasons Pins { get; private set; }

    /// <summary>Whether the leased session has to be reset before anybody else gets it.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Whether the leased session has settings that are not known here: it is used as it is.</summary>
    public bool IsAsItIs { get; private set; }

    /// <summary>What was said of the next transaction and was not sent yet.</summary>
    public NextTransaction NextTransaction { get; private set; }

    /// <summary>The statement that begins a transaction and was not sent yet: it goes in front of the next one. Null for none.</summary>
    public string? UnsentBegin { get; private set; }

    /// <summary>Whether a transaction was begun in front of a statement whose answer nobody saw: perhaps the server refused it.</summary>
    public bool IsBeginUnproven { get; private set; }

    /// <summary>
    /// Whether it makes no difference when a transaction is begun: nothing that its begin would end (another transaction, table locks,
    /// what was said of the next transaction), and nothing that is not known here.
    /// </summary>
    public bool CanBeginLater => UnsentBegin is null && !IsBeginUnproven && !IsAsItIs && (Pins & ~IndifferentToBegin) == 0;

    /// <summary>What ROW_COUNT() answers.</summary>
    public long RowCount { get; private set; }

    /// <summary>The warnings of the last statement.</summary>
    public LastWarnings Warnings { get; private set; }

    /// <summary>Whether the last statement ran on the lease, and nothing has touched what its session remembers of it since.</summary>
    public bool IsAdjacent { get; private set; }

    /// <summary>
    /// The registers of the leased session that the handle's own statements have set since it took the lease. The others may hold
    /// what a neighbour left.
    /// </summary>
    public SessionRegisters OwnRegisters { get; private set; }

    /// <summary>Whether the handle ran a statement that may generate ids.</summary>
    public bool HasInserted { get; private set; }

    // What was said of a transaction (READ ONLY, its level) surely ends with COMMIT and ROLLBACK. MySQL keeps it for the next one where
    // SET autocommit ended it.
    private bool IsInTransaction => (Pins & PinReasons.Transaction) != 0;

    /// <summary>Why the session is lost; null while it is not.</summary>
    public string? LostBecause { get; private set; }

    /// <summary>LAST_INSERT_ID()</summary>
    public ref GeneratedIdRegister GeneratedId => ref _generatedId;

    /// <summary>Starts a new life.</summary>
    /// <param name="settings">What the handle begins with.</param>
    public void Begin(Settings settings)
    {
        Settings = settings;
        NextTransaction = default;
        UnsentBegin = null;
        IsBeginUnproven = false;
        RowCount = 0;
        Warnings = LastWarnings.None;
        HasInserted = false;
        LostBecause = null;
        _generatedId = default;
        Pins = PinReasons.None;
        ForgetLease();
    }

    /// <summary>Takes over what the login of the links found.</summary>
    /// <param name="sqlMode">The sql_mode of a fresh link.</param>
    public void Know(string sqlMode)
    {
        if (ReferenceEquals(sqlMode, _loginSqlMode))
            return;
        _loginSqlMode = sqlMode;
        _loginModes = SqlModeText.Parse(sqlMode);
        ReadModes();
    }

    /// <summary>The schema is another one.</summary>
    public void SetSchema(string? schema) => Settings = Settings with { Schema = schema };

    /// <summary>The settings are others, known to be taken by the server.</summary>
    public void SetSettings(Settings settings)
    {
        Settings = settings;
        ReadModes();
    }

    /// <summary>Something was said of the next transaction, and nothing was sent.</summary>
    public void SetNextTransaction(string clause) => NextTransaction = NextTransaction.With(clause);

    /// <summary>A transaction is begun with the next statement.</summary>
    /// <param name="characteristics">What SET TRANSACTION says of it.</param>
    /// <param name="begin">The statement that begins it.</param>
    /// <param name="isMariaDb">Whether the server is a MariaDB.</param>
    public void BeginLater(string characteristics, string begin, bool isMariaDb)
    {
        SetNextTransaction(characteristics);
        UnsentBegin = begin;
        AfterUnsentControl(isMariaDb);
    }

    /// <summary>A transaction that was not sent is over: nothing happened in it.</summary>
    /// <param name="isMariaDb">Whether the server is a MariaDB.</param>
    public void ForgetUnsentBegin(bool isMariaDb)
    {
        UnsentBegin = null;
        NextTransaction = default;
        AfterUnsentControl(isMariaDb);
    }

    /// <summary>The begin of a transaction was refused, and what was said of it may be left in the leased session.</summary>
    public void BeginRefused() => IsDirty = true;

    /// <summary>A transaction was begun in front of a statement whose answer nobody saw.</summary>
    public void BeginUnanswered()
    {
        Begun();
        IsBeginUnproven = true;
    }

    // What begins and ends a transaction keeps the warnings of the statement before on MariaDB, and has none of its own on MySQL.
    private void AfterUnsentControl(bool isMariaDb)
    {
        RowCount = 0;
        IsAdjacent &= isMariaDb;
        OwnRegisters &= SessionRegisters.Diagnostics;
        if (!isMariaDb)
            Warnings = LastWarnings.None;
    }

    private void Begun()
    {
        UnsentBegin = null;
        NextTransaction = default;
        Pins |= PinReasons.Transaction;
    }

    /// <summary>Pins for a reason of our own.</summary>
    public void Pin(PinReasons reason, bool isPinned) => Pins = isPinned ? Pins | reason : Pins & ~reason;

    /// <summary>The handle took a link.</summary>
    public void Leased()
    {
        IsAdjacent = false;
        OwnRegisters = SessionRegisters.None;
        _sequences = null;
        _generatedId.Leased();
    }

    /// <summary>The lease is over: what its session held is gone.</summary>
    public void ForgetLease()
    {
        _held.Clear();
        _generatedId.Released();
        IsDirty = false;
        IsAsItIs = false;
        IsAdjacent = false;
        OwnRegisters = SessionRegisters.None;
        _sequences = null;
        ReadModes();
    }

    /// <summary>The session is lost.</summary>
    public void Lose(string reason) => LostBecause ??= reason;

    /// <summary>The leased session has settings that are not known here, and the handle keeps it for that.</summary>
    public void TakeAsItIs(PinReasons reason)
    {
        IsAsItIs = true;
        IsDirty = true;
        Pins |= reason;
        _held.OpenEndless(reason);
    }

    /// <summary>Whether the handle took a value of each of these sequences on its lease.</summary>
    public bool HasTaken(ImmutableArray<string> sequences)
    {
        if (sequences.IsEmpty || _sequences is not { } taken)
            return false;
        foreach (var name in sequences)
        {
            if (!taken.Contains(name))
                return false;
        }

        return true;
    }

    /// <summary>A statement was answered without the server.</summary>
    /// <param name="rowCount">What ROW_COUNT() answers next.</param>
    /// <param name="keepsWarnings">Whether the warnings stay those of the statement before.</param>
    public void AfterLocalAnswer(long rowCount, bool keepsWarnings)
    {
        RowCount = rowCount;
        IsAdjacent = false;
        if (!keepsWarnings && !Warnings.AreNone)
            Warnings = LastWarnings.Unknown;
    }

    /// <summary>A schema was asked for and refused: that error is what there is to be asked of the last statement.</summary>
    public void AfterRefusedSchema()
    {
        RowCount = -1;
        IsAdjacent = false;
        Warnings = LastWarnings.Unknown;
    }

    /// <summary>Something of our own was asked on the lease: what its session remembers is no longer the statement's.</summary>
    /// <param name="asked">What was asked.</param>
    public void Interrupted(Probes asked) => Interrupted(RegisterRules.OverwrittenBy(asked));

    private void Interrupted(SessionRegisters overwritten) => OwnRegisters &= ~overwritten;

    /// <summary>A statement that floated was answered.</summary>
    public void AfterFloat(Reply reply, StatementTraits traits, in Terms terms, bool isMariaDb)
    {
        Remember(reply, traits, terms, isMariaDb);
        if (!traits.AffectsGeneratedId)
            return;
        HasInserted = true;
        _generatedId.Learned(reply.GeneratedId);
    }

    /// <summary>The session in which a floating statement left something is the handle's own now.</summary>
    public void AfterSurprise(Reply reply, StatementTraits traits, in Terms terms, bool isMariaDb)
    {
        Leased();
        IsDirty = true;
        if (reply.Evidence.StateChanged || reply.Evidence.SqlMode is not null)
            TakeAsItIs(PinReasons.Evidence);
        AfterReplyOnLease(reply, traits, terms, isMariaDb);
    }

    /// <summary>A statement on the lease was answered.</summary>
    public void AfterReplyOnLease(Reply reply, StatementTraits traits, in Terms terms, bool isMariaDb)
    {
        var evidence = reply.Evidence;
        var isFailed = evidence.ErrorCode != 0;
        if (terms.Begin is not null)
            Begun();
        Remember(reply, traits, terms, isMariaDb);
        IsAdjacent = true;

        // A text without a statement leaves what was there before: perhaps what bringing the settings left.
        OwnRegisters = traits.ConsistsOfNothing ? SessionRegisters.None : OwnRegisters | RegisterRules.SetBy(evidence, traits, isMariaDb);
        Interrupted(RegisterRules.OverwrittenBy(terms.Probes));
        if (!isFailed && !traits.TakenSequences.IsEmpty)
            (_sequences ??= []).UnionWith(traits.TakenSequences);
        LearnGeneratedId(reply, traits, terms);
        LearnNextTransaction(traits, terms, isFailed);
        LearnSettings(evidence, traits, terms, isFailed);
        LearnPins(reply, traits, isFailed);
        var wasInTransaction = IsInTransaction;
        LearnEvidence(evidence, traits);
        if (reply.StatusAfter is { } after)
            LearnStatus(after);
        if (wasInTransaction && !IsInTransaction && (isFailed || traits.StatementCount != 1 || traits.Keyword is not ("COMMIT" or "ROLLBACK")))
            IsDirty = true;
    }

    /// <summary>What a sign of life behind an error revealed.</summary>
    public void LearnStatus(in ReplyEvidence evidence)
    {
        if (evidence.HasStatus)
        {
            IsBeginUnproven = false;
            IsDirty |= IsInTransaction && (evidence.Status & ServerStatus.InTransaction) == 0;
            Pin(PinReasons.Transaction, (evidence.Status & ServerStatus.InTransaction) != 0);
            Pin(PinReasons.AutoCommitOff, (evidence.Status & ServerStatus.AutoCommit) == 0);
        }

        if (evidence.StateChanged || evidence.SchemaChanged || evidence.SqlMode is not null)
            TakeAsItIs(PinReasons.Evidence);
        LearnSqlMode(evidence);
    }

    /// <summary>A statement whose answer nobody saw may still run, and is taken to have done whatever it could.</summary>
    public void AssumeTheWorst(StatementTraits traits)
    {
        IsDirty = true;
        IsAdjacent = false;
        RowCount = -1;
        Warnings = LastWarnings.Unknown;
        if (traits.AffectsGeneratedId)
            _generatedId.Lost();
        if (traits.MayChangeSchema)
            Lose("A statement that may change the default schema got no answer, so the schema is unknown.");
        if (!traits.Settings.IsEmpty)
            TakeAsItIs(PinReasons.SessionVariable);
        if (traits.CallsRoutines)
            TakeAsItIs(PinReasons.Routine);
        if (traits.Placement == Placement.Pin)
        {
            Pins |= traits.PinReasons;
            _held.OpenEndless(traits.PinReasons);
        }
    }

    /// <summary>What the leased session carries.</summary>
    public LeaseEnd End()
    {
        const PinReasons beyondReset = PinReasons.Role | PinReasons.Xa | PinReasons.Unknown;
        if ((Pins & beyondReset) != 0)
            return LeaseEnd.Discard;
        return IsDirty || (Pins & ~(PinReasons.MultiplexingOff | PinReasons.Requested | PinReasons.FoundRows)) != 0 ? LeaseEnd.Reset : LeaseEnd.Clean;
    }

    private void Remember(Reply reply, StatementTraits traits, in Terms terms, bool isMariaDb)
    {
        var evidence = reply.Evidence;
        var isFailed = evidence.ErrorCode != 0;
        RowCount = isFailed ? -1 : evidence.RowCount;
        if (evidence.HidesWarnings)
        {
            var told = (terms.Probes & Probes.Warnings) != 0 ? reply.WarningList : null;
            Warnings = new LastWarnings(told?.Count, told);
        }
        else if (isFailed || evidence.Warnings > 0)
        {
            // An error counts as a warning, too, but does not say how many others there are.
            var fetched = (terms.Probes & Probes.Warnings) != 0 ? reply.WarningList : null;
            Warnings = new LastWarnings(fetched?.Count ?? (isFailed ? null : evidence.Warnings), fetched);
        }
        else if (traits.StatementCount > 1 || (!Warnings.AreNone && RegisterRules.KeepsFormerWarnings(traits, isMariaDb)))
        {
            // Several statements may also end with SHOW WARNINGS, which keeps what there is.
            Warnings = LastWarnings.Unknown;
        }
        else
        {
            Warnings = LastWarnings.None;
        }
    }

    private void LearnGeneratedId(Reply reply, StatementTraits traits, in Terms terms)
    {
        if (terms.GeneratedId is not null || traits.UsesGeneratedId || traits.AffectsGeneratedId)
            _generatedId.UsedOnLease(traits.AffectsGeneratedId);
        HasInserted |= traits.AffectsGeneratedId;
        if ((terms.Probes & Probes.GeneratedId) != 0 && reply.GeneratedId is { } id)
            _generatedId.Learned(id);
    }

    private void LearnNextTransaction(StatementTraits traits, in Terms terms, bool isFailed)
    {
        var begins = traits.StartsTransaction && traits.IsTransactionControl;
        if (terms is { Before: not null, Begin: null })
        {
            NextTransaction = default;
            if (!begins || isFailed)
                PinNextTransaction();
        }

        if (isFailed)
            return;
        if (traits.NextTransaction is not null)
            PinNextTransaction();
        else if (begins)
            Pins &= ~PinReasons.NextTransaction;
    }

    private void PinNextTransaction()
    {
        Pins |= PinReasons.NextTransaction;
        IsDirty = true;
    }

    private void LearnSettings(in ReplyEvidence evidence, StatementTraits traits, in Terms terms, bool isFailed)
    {
        if (!isFailed && terms.Leaves is { } leaves)
        {
            // The schema is told by the server itself.
            Settings = leaves with { Schema = Settings.Schema };
            ReadModes();
        }
        else if (isFailed && traits is { StatementCount: > 1, Settings.IsEmpty: false })
        {
            // Some of them were set, the others not.
            TakeAsItIs(PinReasons.SessionVariable);
        }

        if (evidence.SchemaChanged)
            Settings = Settings with { Schema = string.IsNullOrEmpty(evidence.Schema) ? null : evidence.Schema };
        LearnSqlMode(evidence);
    }

    // However it came about: values could no longer be written safely.
    private void LearnSqlMode(in ReplyEvidence evidence)
    {
        if (evidence.SqlMode is { } sqlMode)
        {
            Modes = SqlModeText.Parse(sqlMode);
            HasOwnSqlMode = true;
        }

        if (evidence.ClientCharacterSet is { } characterSet && !characterSet.StartsWith("utf8", StringComparison.OrdinalIgnoreCase))
            Lose($"The session's character set was changed to '{characterSet}', but texts are always sent as utf8mb4.");
    }

    private void LearnPins(Reply reply, StatementTraits traits, bool isFailed)
    {
        if (traits.Placement == Placement.Pin)
            LearnPinsOfText(traits, isFailed);
        if (!isFailed)
        {
            foreach (var dropped in traits.Closes)
                _held.Close(Qualified(dropped));
            CountNamedLocks(reply, traits);
        }

        if ((Pins & PinReasons.FoundRows) != 0 && (traits.Reads & SessionRegisters.FoundRows) == 0 && (isFailed || !traits.CountsFoundRows))
            Pins &= ~PinReasons.FoundRows;
        foreach (var reason in s_provable)
        {
            if ((Pins & reason) != 0 && !_held.Holds(reason))
                Pins &= ~reason;
        }
    }

    private void LearnPinsOfText(StatementTraits traits, bool isFailed)
    {
        // What the status flags and the schema of the reply tell is not taken from the text.
        var pins = traits.PinReasons & ~(PinReasons.Transaction | PinReasons.AutoCommitOff | PinReasons.Schema);
        if (isFailed && traits.StatementCount == 1)
            pins &= ~NothingWhereFailed;
        if (pins == PinReasons.None)
            return;
        Pins |= pins;
        IsDirty |= (pins & ~Spotless) != 0;
        if (!isFailed)
        {
            foreach (var made in traits.Opens)
                _held.Open(Qualified(made));
        }

        foreach (var reason in s_provable)
        {
            if ((pins & reason) != 0 && !Explains(traits, reason, isFailed))
                _held.OpenEndless(reason);
        }
    }

    // Whether the text says by name what it makes or drops of a kind.
    private static bool Explains(StatementTraits traits, PinReasons reason, bool isFailed)
    {
        if (reason == PinReasons.NamedLock && traits.NamedLockCall != NamedLockCall.None)
            return true;

        // EXECUTE makes nothing: what the text that it runs would make was said when it was prepared. Nor does HANDLER … READ.
        if (traits is { StatementCount: 1, Opens.IsEmpty: true }
            && ((reason == PinReasons.SqlPrepare && traits.Keyword == "EXECUTE") || (reason == PinReasons.Handler && traits.Keyword == "HANDLER")))
            return true;
        foreach (var made in traits.Opens)
        {
            if (made.Reason == reason)
                return !isFailed || traits.StatementCount == 1;
        }

        foreach (var dropped in traits.Closes)
        {
            if (dropped.Reason == reason)
                return true;
        }

        return false;
    }

    private void CountNamedLocks(Reply reply, StatementTraits traits)
    {
        if (traits.NamedLockCall == NamedLockCall.None)
            return;
        var isOne = reply.TryPeekCell(out var cell) && cell.SequenceEqual("1"u8);
        switch (traits.NamedLockCall)
        {
            case NamedLockCall.Get when isOne:
                _held.CountNamedLocks(1);
                break;
            case NamedLockCall.Release when isOne:
                _held.CountNamedLocks(-1);
                break;
            case NamedLockCall.ReleaseAll:
                _held.ReleaseNamedLocks();
                break;
        }
    }

    private void LearnEvidence(in ReplyEvidence evidence, StatementTraits traits)
    {
        if (evidence.HasStatus)
        {
            IsBeginUnproven = false;
            Pin(PinReasons.Transaction, (evidence.Status & ServerStatus.InTransaction) != 0);
            Pin(PinReasons.AutoCommitOff, (evidence.Status & ServerStatus.AutoCommit) == 0);
        }

        var isChanged = evidence.StateChanged || evidence.SqlMode is not null;

        // What is done without a trace is cleaned away behind it.
        IsDirty |= traits is { IsClean: false, Placement: Placement.StatementLease } or { IsClean: false, CallsRoutines: true };
        if (traits.CallsRoutines)
        {
            if (isChanged || evidence.SchemaChanged)
                TakeAsItIs(PinReasons.Routine);
        }
        else if (traits.Keyword == "EXECUTE")
        {
            if (isChanged)
                TakeAsItIs(PinReasons.SessionVariable);
        }
        else if (traits is { IsClean: true, IsTransactionControl: false, MayChangeSchema: false, HidesGeneratedId: false, HasTrackerNoise: false, Settings.IsEmpty: true } && isChanged)
        {
            TakeAsItIs(PinReasons.Evidence);
        }
    }

    // Names of tables without a schema are those of the default schema.
    private SessionObject Qualified(SessionObject named) =>
        named.Reason == PinReasons.TemporaryTable && named.Name.Length > 0 && !named.Name.Contains('.', StringComparison.Ordinal)
            ? named with { Name = $"{Settings.Schema?.ToLowerInvariant()}.{named.Name}" }
            : named;

    private void ReadModes()
    {
        var own = Settings.Variables["sql_mode"];
        HasOwnSqlMode = own is not null;
        Modes = own is null ? _loginModes : SqlModeText.Parse(own.Trim('\'').Trim('"'));
    }
}
