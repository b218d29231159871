using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <content>Runs statements: on shared links, or on the lease.</content>
public sealed partial class Handle
{
    /// <summary>Runs a statement and waits for the whole answer.</summary>
    /// <param name="statement">The statement, all markers bound.</param>
    /// <param name="parsed">What <see cref="Parse"/> said of its text.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The answer, the server's errors included; to be disposed.</returns>
    /// <exception cref="LinkException">There is no answer: see its delivery.</exception>
    /// <exception cref="StatementAbandonedException">The deadline came.</exception>
    /// <exception cref="OperationCanceledException">The token was used, or <see cref="Cancel"/>.</exception>
    /// <exception cref="StatementRejectedException">The statement is refused; nothing was sent.</exception>
    public ValueTask<Reply> ExecuteAsync(Statement statement, ParsedStatement parsed, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(parsed);
        ThrowIfUnusable();
        cancellationToken.ThrowIfCancellationRequested();
        var traits = statement.HasUserVariables ? parsed.TraitsWithUserVariables
            : statement.HasOwnVariables ? parsed.TraitsWithOwnVariables
            : parsed.Traits;
        if (_session.IsBeginUnproven && !IsRollback(traits))
            return ProveBeginFirstAsync(statement, parsed, traits, deadline, cancellationToken);
        if (_multiplexer.Options.ScansRoutines && _group!.Shares && _knowledge.Scan.IsOutdated)
            return ScanFirstAsync(statement, parsed, traits, deadline, cancellationToken);
        return Execute(statement, parsed, traits, deadline, cancellationToken);
    }

    private async ValueTask<Reply> ScanFirstAsync(
        Statement statement, ParsedStatement parsed, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        await ScanRoutinesAsync(deadline, cancellationToken).ConfigureAwait(false);
        return await Execute(statement, parsed, traits, deadline, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<Reply> Execute(
        Statement statement, ParsedStatement parsed, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        var plan = StatementPlan.Of(traits, SituationOf(parsed, traits) with { OffersLocalData = statement is LocalStatement { Data: not null } });
        if ((traits.Reads & SessionRegisters.GeneratedId) != 0)
            _knowledge.GeneratedIds.Asked();
        switch (plan.Kind)
        {
            case PlanKind.Float:
                return FloatAsync(statement, parsed, traits, deadline, cancellationToken);

            case PlanKind.Lease:
                return RunOnLeaseAsync(statement, parsed, traits, deadline, cancellationToken);

            case PlanKind.Local:
                if (traits.Schema is { } schema && !_group!.HasSchema)
                    return AnswerAfterSchemaAsync(schema, traits, deadline, cancellationToken);
                return new ValueTask<Reply>(AnswerLocally(traits));

            default:
                _asksForWarnings |= plan.Rejection == StatementPlan.NoWarnings;
                _multiplexer.Counters.Rejected();
                throw new StatementRejectedException(plan.Rejection!);
        }
    }

    // Kept cheap: this is asked before every statement.
    private Situation SituationOf(ParsedStatement parsed, StatementTraits traits)
    {
        var session = _session;
        return new Situation
        {
            IsLeased = _lease is not null || session.UnsentBegin is not null,
            IsAdjacent = session.IsAdjacent,
            OwnRegisters = session.OwnRegisters,
            HasOwnSequences = session.HasTaken(traits.AskedSequences),
            IsGeneratedIdLost = session.GeneratedId.IsUnknown,
            Warnings = session.Warnings,
            AwaitsTransaction = session.NextTransaction.IsSet,
            AreSettingsAccepted = !traits.Settings.IsEmpty && _knowledge.Settings.Contains(parsed.Text.Text),
            HasLargeAnswers = _knowledge.LargeAnswers.HasAny && session.Pins == PinReasons.None && HasLargeAnswers(parsed, traits),
            IsSchemaNew = traits.Schema is { } schema && _group!.HasSchema && !_group.Knows(schema),
            TrustsRoutines = _multiplexer.Options.TrustsRoutines,
            AreRoutinesClean = traits.CallsRoutines || _knowledge.Routines.HasStateful || _knowledge.Scan.HasStateful ? AreRoutinesClean(parsed) : null,
            KillsOwnLink = traits.KilledThread is { } thread && (thread == 0 || _multiplexer.OwnsThread(thread)),
        };
    }

    private bool? AreRoutinesClean(ParsedStatement parsed) =>
        _knowledge.Scan.AreRoutinesClean(parsed, _session.Modes) ?? _knowledge.Routines.IsClean(Schema ?? "", parsed.Digest);

    // ---- without the server --------------------------------------------------------------------------------------------

    private async ValueTask<Reply> AnswerAfterSchemaAsync(string schema, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        await ChangeSchemaAsync(schema, deadline, cancellationToken).ConfigureAwait(false);
        return AnswerLocally(traits);
    }

    private LocalReply AnswerLocally(StatementTraits traits)
    {
        _multiplexer.Counters.AnsweredLocally();
        lock (_gate)
        {
            var answer = LocalAnswers.Of(traits, _session);
            if (!traits.Settings.IsEmpty && traits.PinReasons == PinReasons.None)
                _session.SetSettings(SettingSteps.LeftBy(_session.Settings, traits));
            if (traits.Schema is { } schema)
                _session.SetSchema(schema);
            if (traits is { NextTransaction: { } clause, LocalAnswer: LocalAnswer.None })
                _session.SetNextTransaction(clause);
            _session.AfterLocalAnswer(LocalAnswers.RowCountAfter(traits), LocalAnswers.KeepsWarnings(traits));
            return answer;
        }
    }

    // What the server has taken without a word need not be sent by the next handle that says the same.
    private void Accept(ParsedStatement parsed, StatementTraits traits, in ReplyEvidence evidence)
    {
        if (traits is not { StatementCount: 1, PinReasons: PinReasons.None } || evidence.ErrorCode != 0 || evidence.Warnings != 0 || parsed.Text.Markers.Length > 0)
            return;
        foreach (var change in traits.Settings)
        {
            if (!SettingSteps.IsKnown(change))
                return;
        }

        _knowledge.Settings.Add(parsed.Text.Text);
    }

    // ---- on a shared link ----------------------------------------------------------------------------------------------

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Reply> FloatAsync(
        Statement statement, ParsedStatement parsed, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        var group = _group!;
        var generation = _generation;
        var leavesNoTrace = traits.IsReadOnly && group.Options.RetriesReads;
        var mayRetry = leavesNoTrace;
        var mayMove = leavesNoTrace;
        var lost = LinkGroup.AnyServer;
        var mayRunPrepared = MayRunPrepared(statement, parsed);
        var attempt = 1;
        while (true)
        {
            var own = _session.Settings;
            var settings = WithLimit(own, traits, deadline);
            ILink? link;
            while ((link = group.PickAway(lost, settings, ref _server)) is null)
                await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
            ThrowIfClosedSince(generation);
            if (group.IsFull(link))
                throw group.TooManyWait();

            var terms = TermsOfFloat(settings, traits, link, deadline);
            if (mayRunPrepared)
                terms = terms with { MayRunPrepared = true };
            if (mayMove && terms.IsPlainRead)
                terms = terms with { MayMove = true };
            var reply = link.Submit(statement, terms);
            group.KeepDeadlines();
            await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
            if (reply.Failure is { } failure)
            {
                reply.Dispose();
                if (failure.Kind == LinkFailureKind.NotPrepared)
                {
                    mayRunPrepared = false;
                    continue;
                }

                // Once is enough: where it is held up again, whoever is at it is slow himself.
                if (failure.Kind == LinkFailureKind.HeldUp)
                {
                    mayMove = false;
                    continue;
                }

                if (failure.Delivery == Delivery.NotSent && Failures.IsReplaceable(failure) && !deadline.IsOver && attempt < MostAttempts)
                {
                    // A link that lives was only taken by somebody else.
                    attempt += link.State == LinkState.Open ? 0 : 1;
                    continue;
                }

                // A read leaves no trace: it is run once more elsewhere. To meet another link to the server that is lost, which does not know
                // it yet, does not count.
                if (failure.Delivery == Delivery.Sent && Failures.IsReplaceable(failure)
                    && (mayRetry || (leavesNoTrace && group.IsLost(lost, link) && attempt++ < MostAttempts)))
                {
                    mayRetry = false;
                    lost = link.Facts.Server;
                    continue;
                }

                if (failure.Delivery != Delivery.NotSent)
                    LoseAnswer(traits, generation);
                throw failure.Rethrown();
            }

            if (reply.Abandonment != Abandonment.None)
            {
                var (abandonment, delivery) = (reply.Abandonment, reply.Delivery);
                var glance = abandonment == Abandonment.TimedOut ? link.Look(reply) : null;
                reply.Dispose();
                if (delivery != Delivery.NotSent)
                    LoseAnswer(traits, generation);
                Failures.ThrowIfAbandoned(abandonment, delivery, link, cancellationToken, group, glance, deadline);
            }

            if (mayRetry && Failures.EndsConnection(reply.Evidence.ErrorCode))
            {
                reply.Dispose();
                mayRetry = false;
                continue;
            }

            _multiplexer.Counters.Floated(reply.HadPrefix);
            NoteLength(reply, parsed);
            if (reply.IsStream)
                return BeginStream(new StreamedStatement(reply, parsed, traits, terms, group.Take(link), IsPromoted: true, IsNew: true, generation));
            if (reply.IsSurprise)
                TakeOver(group, link, reply, parsed, traits, terms, generation);
            else
                AfterFloat(reply, traits, terms, generation);
            ThrowIfLimitExceeded(reply, own, terms);
            return reply;
        }
    }

    private Terms TermsOfFloat(Settings settings, StatementTraits traits, ILink link, Deadline deadline)
    {
        var noBackslashEscapes = _session.HasOwnSqlMode ? (_session.Modes & SqlModes.NoBackslashEscapes) != 0 : link.Facts.NoBackslashEscapes;

        // Behind a prefix, no statement at all would be none that fails.
        var found = traits.ConsistsOfNothing ? null : settings;
        var terms = new Terms(found, deadline, LeavesNoState: true, OnLease: false, _literals with { NoBackslashEscapes = noBackslashEscapes })
        {
            StreamAbove = _multiplexer.Options.StreamsAbove,
            StreamWindow = _multiplexer.Options.StreamWindow,
            MayBeKilled = MayBeKilledAbandoned(traits),
            IsPlainRead = traits is { IsReadOnly: true, StatementCount: 1, CallsRoutines: false, Keyword: "SELECT" or "WITH" or "VALUES" or "TABLE" },
        };
        if (!(traits.UsesGeneratedId || traits.AffectsGeneratedId || ListensForWarnings || _asksForWarnings))
            return terms;

        // The register of a shared link is nobody's: what a statement reads is brought, and what it leaves is asked for.
        var keeps = traits.AffectsGeneratedId && _knowledge.GeneratedIds.IsKept;
        return terms with
        {
            GeneratedId = traits.UsesGeneratedId || keeps ? _session.GeneratedId.Value : null,
            Probes = (keeps ? Probes.GeneratedId : Probes.None) | WarningsProbe(traits),
        };
    }

    private Probes WarningsProbe(StatementTraits traits) =>
        (ListensForWarnings || _asksForWarnings) && (traits.Reads & SessionRegisters.Diagnostics) == 0 ? Probes.Warnings : Probes.None;

    private void AfterFloat(Reply reply, StatementTraits traits, in Terms terms, int generation)
    {
        lock (_gate)
        {
            if (generation == _generation)
                _session.AfterFloat(reply, traits, terms, Facts.ServerVersion.IsMariaDb);
        }

        if (traits.DefinesObjects)
            ObjectsChanged(traits);
    }

    // Whether the statement took effect is not known.
    private void LoseAnswer(StatementTraits traits, int generation)
    {
        lock (_gate)
        {
            if (generation == _generation && traits.AffectsGeneratedId)
                _session.GeneratedId.Lost();
        }
    }

    // Where the link cannot see what became of its session, the text has to tell. Under the gate.
    private void Conclude(Reply reply, ILink link, ParsedStatement parsed, StatementTraits traits, in Terms terms)
    {
        if (link.Facts.TracksSession)
            return;
        var areRoutinesClean = traits.CallsRoutines && _knowledge.Scan.AreRoutinesClean(parsed, _session.Modes) == true;
        reply.Assume(TextEvidence.Of(reply, traits, terms.Begin is not null, areRoutinesClean, _session, link.Facts.SqlMode));

        // Where it is not certain how the text is cut, the link has asked for what its statements come to.
        if (traits.StatementCount > 1 && parsed.Text.Statements.IsEmpty)
            _session.Interrupted(Probes.GeneratedId);
    }

    // The leak alarm: a floating statement changed the session, so the handle keeps its link.
    private void TakeOver(LinkGroup group, ILink link, Reply reply, ParsedStatement parsed, StatementTraits traits, in Terms terms, int generation)
    {
        _knowledge.Routines.Add(Schema ?? "", parsed.Digest, isClean: false);
        _multiplexer.Observer?.OnLeakAlarm(parsed.Digest);
        var lease = group.Adopt(link);
        lock (_gate)
        {
            if (generation == _generation)
            {
                _lease = lease;
                _session.AfterSurprise(reply, traits, terms, Facts.ServerVersion.IsMariaDb);
                PinSchemaOfForeignGroup(_session.Settings.Schema);
                lease.Explain(_session.Pins);
                lease = null;
            }
        }

        lease?.Return(LeaseEnd.Discard);
        NotePins(parsed);
    }

    // ---- on the lease --------------------------------------------------------------------------------------------------

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Reply> RunOnLeaseAsync(
        Statement statement, ParsedStatement parsed, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        var generation = _generation;
        var mayRunPrepared = MayRunPrepared(statement, parsed);

        // On a lease of its own, what only reads might as well float.
        var mayRetry = traits is { IsReadOnly: true, Placement: Placement.Float } && _group!.Options.RetriesReads;
        if (!_kill.IsCompleted)
            await WaitForKillAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            var isNew = _lease is null;
            var lease = _lease ?? await AcquireAsync(_group!, deadline, cancellationToken).ConfigureAwait(false);
            if (!TryBegin(lease, isNew, generation) || cancellationToken.IsCancellationRequested)
            {
                GiveUp(lease, isNew);
                ThrowIfClosedSince(generation);
                cancellationToken.ThrowIfCancellationRequested();
            }

            var link = lease.Link;
            var own = _session.Settings;
            var terms = TermsOnLease(traits, link, deadline) with { OffersLocalData = traits.LoadsLocalData };

            // The output of a routine comes behind everything it selects, and is taken while the results are walked through.
            if (statement.HasOwnVariables)
                terms = terms with { StreamAbove = 0 };
            Reply reply;
            Exception? fault = null;
            while (true)
            {
                try
                {
                    reply = link.Submit(statement, mayRunPrepared ? terms with { MayRunPrepared = true } : terms);
                }
                catch
                {
                    // Nothing was sent: the handle is as it was.
                    GiveUp(lease, isNew);
                    throw;
                }

                _group!.KeepDeadlines();
                if (terms.OffersLocalData)
                    fault = await SendLocalDataAsync(reply, ((LocalStatement)statement).Data!, traits, cancellationToken).ConfigureAwait(false);
                await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
                if (reply.Failure is not { Kind: LinkFailureKind.NotPrepared })
                    break;
                reply.Dispose();
                mayRunPrepared = false;
            }

            if (reply is { IsStream: true, Failure: null })
            {
                _multiplexer.Counters.RanOnLease(reply.HadPrefix);
                NoteLength(reply, parsed);
                return BeginStream(new StreamedStatement(reply, parsed, traits, terms, lease, IsPromoted: false, isNew, generation));
            }

            var (failure, abandonment, delivery) = (reply.Failure, reply.Abandonment, reply.Delivery);
            var glance = abandonment == Abandonment.TimedOut ? link.Look(reply) : null;
            var isOurs = Judge(lease, reply, parsed, traits, terms, isNew, generation);
            if (failure is null && abandonment == Abandonment.None)
            {
                _multiplexer.Counters.RanOnLease(reply.HadPrefix);
                NoteLength(reply, parsed);
                if (isOurs)
                    await EndStatementAsync(lease, reply, parsed, traits, deadline, generation).ConfigureAwait(false);
                if (fault is null)
                {
                    ThrowIfLimitExceeded(reply, own, terms);
                    return reply;
                }
            }

            reply.Dispose();
            if (!isOurs)
                ThrowIfClosedSince(generation);
            NotePins(parsed);
            if (fault is not null && abandonment == Abandonment.None)
                ExceptionDispatchInfo.Throw(fault);
            if (failure is null)
                Failures.ThrowIfAbandoned(abandonment, delivery, link, cancellationToken, _group, glance, deadline);
            else if (mayRetry && isNew && terms is { Begin: null, Before: null } && failure.Delivery == Delivery.Sent && Failures.IsReplaceable(failure))
                (mayRetry, _server) = (false, LinkGroup.AnyServer);
            else if (!isNew || failure.Delivery != Delivery.NotSent || !Failures.IsReplaceable(failure) || deadline.IsOver || attempt >= MostAttempts)
                throw failure.Rethrown();
        }
    }

    private Terms TermsOnLease(StatementTraits traits, ILink link, Deadline deadline)
    {
        lock (_gate)
        {
            var session = _session;
            var noBackslashEscapes = session.HasOwnSqlMode ? (session.Modes & SqlModes.NoBackslashEscapes) != 0 : link.Facts.NoBackslashEscapes;
            var usesGeneratedId = traits.UsesGeneratedId || traits.AffectsGeneratedId;
            var begin = traits.ConsistsOfNothing ? null : session.UnsentBegin;
            var isOther = begin is not null || (traits.Settings.IsEmpty && traits.Schema is null && traits.NextTransaction is null);
            return new Terms(
                session.IsAsItIs || traits.ConsistsOfNothing ? null : SettingSteps.FoundBy(WithLimit(_session.Settings, traits, deadline), traits), deadline, LeavesNoState: false, OnLease: true, _literals with { NoBackslashEscapes = noBackslashEscapes })
            {
                Leaves = session.IsAsItIs ? null
                    : !traits.Settings.IsEmpty ? SettingSteps.LeftBy(_session.Settings, traits)
                    : traits.Schema is { } schema && !link.Facts.TracksSession ? session.Settings with { Schema = schema }
                    : null,
                IsSingleStatement = traits.StatementCount <= 1,
                StreamAbove = _multiplexer.Options.StreamsAbove == 0 ? 0 : _multiplexer.Options.StreamWindow,
                StreamWindow = _multiplexer.Options.StreamWindow,
                GeneratedId = usesGeneratedId && !session.GeneratedId.IsOwnOnLease ? session.GeneratedId.Value : null,
                Begin = begin,
                Before = isOther && session.NextTransaction.IsSet ? session.NextTransaction.Text : null,
                Probes = WarningsProbe(traits)
                    | (MayEndLease(traits) && (traits.AffectsGeneratedId || session.GeneratedId.IsOnLease) && _knowledge.GeneratedIds.IsKept ? Probes.GeneratedId : Probes.None)
                    | (traits.CallsRoutines || (!link.Facts.TracksSession && TextEvidence.NeedsStatus(traits)) ? Probes.Status : Probes.None),
            };
        }
    }

    // Whether the lease is probably over behind the statement: then what its session remembers is asked for in the same write.
    private bool MayEndLease(StatementTraits traits) => (PinReasons & ~PinReasons.FoundRows) switch
    {
        PinReasons.None => traits.Placement != Placement.Pin,
        PinReasons.Transaction => traits is { EndsTransaction: true, StartsTransaction: false } or { DefinesObjects: true },
        _ => false,
    };

    // Before a statement is sent on a lease; false if the handle was closed meanwhile.
    private bool TryBegin(Lease lease, bool isNew, int generation)
    {
        lock (_gate)
        {
            if (generation != _generation)
                return false;
            if (isNew)
                Hold(lease);
            _isRunning = true;
            lease.Explain(_session.Pins);
            return true;
        }
    }

    // A statement was not sent after all.
    private void GiveUp(Lease lease, bool isNew)
    {
        lock (_gate)
        {
            if (_lease == lease)
            {
                _isRunning = false;
                ReleaseIfUnpinned(lease);
                return;
            }
        }

        if (isNew)
            lease.Return(LeaseEnd.Clean);
    }

    // What a statement on a lease leaves; false if the lease is no longer the handle's. Where there is an answer the lease stays, so
    // that more can be asked on it.
    private bool Judge(Lease lease, Reply reply, ParsedStatement parsed, StatementTraits traits, in Terms terms, bool isNew, int generation)
    {
        lock (_gate)
        {
            if (generation != _generation)
                return false;
            if (reply.Failure is { } failure)
            {
                _isRunning = false;
                AfterFailureOnLease(lease, failure, isNew, begins: terms.Begin is not null);
                return true;
            }

            if (reply.Abandonment == Abandonment.None)
            {
                var wasInTransaction = IsInTransaction;
                var schema = Schema;
                Conclude(reply, lease.Link, parsed, traits, terms);
                _session.AfterReplyOnLease(reply, traits, terms, Facts.ServerVersion.IsMariaDb);
                if (reply.Evidence.SchemaChanged)
                    PinSchemaOfForeignGroup(Schema);
                if (!traits.Settings.IsEmpty)
                    Accept(parsed, traits, reply.Evidence);
                if (reply.Evidence.ErrorCode == 0 && traits.Schema is { } used)
                    _group!.Learn(used);
                if (traits.CallsRoutines || _knowledge.Routines.HasStateful || _knowledge.Scan.HasStateful)
                    LearnRoutines(reply, parsed, traits, schema, wasInTransaction);
                return true;
            }

            _isRunning = false;
            if (reply.Delivery == Delivery.Sent)
            {
                if (terms.Begin is not null)
                    _session.BeginUnanswered();
                _session.AssumeTheWorst(traits);
            }

            if (_session.LostBecause is null)
                ReleaseIfUnpinned(lease);
            else
                Release(lease, LeaseEnd.Discard);
            KillAbandoned(lease, reply, traits);
            return true;
        }
    }

    private void AfterFailureOnLease(Lease lease, LinkException failure, bool isNew, bool begins)
    {
        if (failure.Kind == LinkFailureKind.SettingsRefused)
        {
            // The transaction is begun with the next statement then: none may run outside it.
            if (begins)
                _session.BeginRefused();
            ReleaseIfUnpinned(lease);
            return;
        }

        if (!isNew || (_session.Pins & PinReasons.MultiplexingOff) != 0 || (begins && failure.Delivery != Delivery.NotSent))
            _session.Lose($"The connection that held the session ({_session.Pins}) was lost: {failure.Message}");
        Release(lease, LeaseEnd.Discard);
    }

    // ---- routines ------------------------------------------------------------------------------------------------------

    private void LearnRoutines(Reply reply, ParsedStatement parsed, StatementTraits traits, string? schema, bool wasInTransaction)
    {
        var isFailed = reply.Evidence.ErrorCode != 0;
        if (AreRoutinesClean(parsed) == false)
        {
            // Known to change the session, whether it can be seen or not.
            if (!isFailed || !RoutineErrors.RanNothing(reply.Evidence.ErrorCode))
                _session.TakeAsItIs(PinReasons.Routine);
            return;
        }

        if (!traits.CallsRoutines)
            return;
        var isStateful = (_session.Pins & (PinReasons.Routine | PinReasons.Evidence | PinReasons.AutoCommitOff)) != 0 || IsInTransaction != wasInTransaction;
        if (!_multiplexer.Options.TrustsRoutines)
        {
            _session.TakeAsItIs(PinReasons.Routine);
        }
        else if (isFailed && Facts.ServerVersion.IsMariaDb && !RoutineErrors.RanNothing(reply.Evidence.ErrorCode))
        {
            // MariaDB does not say what a routine changed before it failed.
            _session.TakeAsItIs(PinReasons.Routine);
        }
        else if (isStateful && traits.PinReasons == PinReasons.None)
        {
            _knowledge.Routines.Add(schema ?? "", parsed.Digest, isClean: false);
        }
        else if (!isFailed)
        {
            _knowledge.Routines.Add(schema ?? "", parsed.Digest, isClean: true);
        }
    }

    private void ObjectsChanged(StatementTraits traits)
    {
        _knowledge.ObjectsChanged();
        if (traits.MayChangeSchema || traits.Keyword is "REVOKE")
            _multiplexer.ForgetSchemas();
    }
}
