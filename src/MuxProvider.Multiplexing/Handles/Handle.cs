using System.Runtime.CompilerServices;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>
/// One logical session on shared links. It costs no socket: its statements float on any link of its group, or run on a
/// lease while something pins it. Used by one caller at a time, like the connection that owns it; only <see cref="Cancel"/>
/// and <see cref="Close"/> may be called meanwhile.
/// </summary>
public sealed class Handle
{
    // So often a statement is placed at most: links that come up and die at once must not keep it going round.
    private const int MostAttempts = 5;

    private readonly Multiplexer _multiplexer;
    private readonly Settings _initialSettings;
    private readonly LiteralOptions _literals;

    // Guards _current: a reply may only be abandoned from outside while its consumer holds it. Guards the lease and what is judged
    // of it against a Close that comes from another thread.
    private readonly Lock _gate = new();
    private Pending? _current;

    private LinkGroup? _group;
    private Settings _settings;
    private Lease? _lease;
    private PinReasons _pins;
    private string? _lostBecause;
    private string? _sqlMode;
    private SqlModes _modes;
    private bool _hasOwnSqlMode;
    private bool _isDirty;
    private bool _isOpen;
    private IReadOnlyList<ServerWarning> _warnings = [];

    // Counts the times the handle was closed: a statement that was under way then must not touch what came after.
    private int _generation;

    // Whether a statement on the lease has no answer that was judged.
    private bool _isRunning;

    internal Handle(Multiplexer multiplexer, string? schema, LiteralOptions literals)
    {
        _literals = literals;
        _multiplexer = multiplexer;
        _initialSettings = _settings = string.IsNullOrEmpty(schema) ? Settings.None : new Settings(schema);
    }

    /// <summary>Whether the handle is open.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The default schema; null for none.</summary>
    public string? Schema => _settings.Schema;

    /// <summary>What pins the handle now.</summary>
    public PinReasons PinReasons => _pins;

    /// <summary>
    /// Hears of changes of <see cref="PinReasons"/>: those before and those after. Called by the caller of the handle, before its
    /// statement returns, without any lock.
    /// </summary>
    public Action<PinReasons, PinReasons>? PinChanged { get; set; }

    /// <summary>Whether warnings are fetched with every statement that raises some, because somebody listens.</summary>
    public bool ListensForWarnings { get; set; }

    /// <summary>The warnings of the last statement, where they were fetched; else empty.</summary>
    public IReadOnlyList<ServerWarning> Warnings => _warnings;

    /// <summary>Whether the server says that the handle's transaction is open.</summary>
    public bool IsInTransaction => (_pins & PinReasons.Transaction) != 0;

    /// <summary>Why the handle lost its session and must be closed; null while it did not.</summary>
    public string? LostBecause => _lostBecause;

    /// <summary>What is known of the server. Only while open.</summary>
    public LinkFacts Facts => _lease?.Link.Facts ?? _group?.Facts ?? throw new InvalidOperationException("The handle is not open.");

    /// <summary>The server's id of the leased link while the handle is pinned; null while it floats.</summary>
    public uint? ServerThread => _lease?.Link.Facts.ServerThread;

    /// <summary>Opens the handle: no round trip where a link is up and the schema was used before.</summary>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the handle is open.</returns>
    /// <exception cref="LinkException">No link could be had, the login was refused, or the schema is unknown.</exception>
    /// <exception cref="OperationCanceledException">The token was used.</exception>
    public ValueTask OpenAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (_isOpen)
            throw new InvalidOperationException("The handle is open already.");
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        _settings = _initialSettings;
        _group = _multiplexer.Group(_settings.Schema is not null);
        if (_group.Shares && _group.HasSharedLink && (_settings.Schema is not { } schema || _group.Knows(schema)))
        {
            Begin();
            return ValueTask.CompletedTask;
        }

        return OpenSlowlyAsync(_group, deadline, cancellationToken);
    }

    /// <summary>Cuts a text into tokens under the handle's own sql_mode; cached.</summary>
    /// <param name="text">The SQL text.</param>
    /// <returns>Its markers and traits.</returns>
    public ParsedStatement Parse(string text) => _multiplexer.Statements.Get(text, _modes);

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
        if (!_isOpen)
            throw new InvalidOperationException("The handle is not open.");
        if (_lostBecause is { } lost)
            throw Lost(lost);
        cancellationToken.ThrowIfCancellationRequested();
        var traits = statement.HasUserVariables ? parsed.TraitsWithUserVariables : parsed.Traits;
        if (traits.Placement == Placement.Reject)
            throw new StatementRejectedException(traits.Rejection ?? "The statement cannot be run on a shared link.");
        return _lease is null && traits.Placement == Placement.Float
            ? FloatAsync(statement, traits, deadline, cancellationToken)
            : RunOnLeaseAsync(statement, traits, deadline, cancellationToken);
    }

    /// <summary>Makes the statement that is being waited for let its caller go. Any thread may call it; it never throws.</summary>
    public void Cancel()
    {
        lock (_gate)
            _current?.Abandon(Abandonment.Cancelled);
    }

    /// <summary>Changes the default schema; an unknown one fails here.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the handle has the schema.</returns>
    /// <exception cref="LinkException">The schema is unknown, or no link could be had; the handle keeps its schema.</exception>
    public async ValueTask ChangeSchemaAsync(string schema, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(schema);
        if (!_isOpen)
            throw new InvalidOperationException("The handle is not open.");
        if (_lostBecause is { } lost)
            throw Lost(lost);
        var settings = new Settings(schema);
        if (_lease is { } lease)
        {
            await PingAsync(_group!, lease.Link, settings, onLease: true, deadline, cancellationToken).ConfigureAwait(false);
            PinSchemaOfForeignGroup(settings);
        }
        else
        {
            // A handle without schema moves to the links of those that have one.
            var group = _multiplexer.Group(hasSchema: true);
            await VerifyAsync(group, settings, deadline, cancellationToken).ConfigureAwait(false);
            _group = group;
        }

        _settings = settings;
    }

    /// <summary>Takes a link of its own and keeps it until <see cref="Unpin"/>.</summary>
    /// <param name="note">Why, for those who look at what holds links.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the handle has the link; at once where it is pinned already.</returns>
    /// <exception cref="LinkException">No link could be had.</exception>
    public async ValueTask PinAsync(string note, Deadline deadline, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(note);
        if (!_isOpen)
            throw new InvalidOperationException("The handle is not open.");
        if (_lostBecause is { } lost)
            throw Lost(lost);
        if (_lease is null)
        {
            var generation = _generation;
            var lease = await AcquireAsync(_group!, deadline, cancellationToken).ConfigureAwait(false);
            if (!TryBegin(lease, generation))
            {
                lease.Return(LeaseEnd.Clean);
                ThrowIfClosedSince(generation);
            }

            lock (_gate)
                _isRunning = false;
        }

        lock (_gate)
            Pin(PinReasons.Requested, true);
    }

    /// <summary>Ends what <see cref="PinAsync"/> began; the handle floats again unless something else pins it. Never waits.</summary>
    public void Unpin()
    {
        lock (_gate)
        {
            Pin(PinReasons.Requested, false);
            if (_lease is { } lease && !_isRunning)
                ReleaseIfUnpinned(lease);
        }
    }

    /// <summary>Closes the handle and gives its lease back. Never waits, never throws; may be called again.</summary>
    public void Close()
    {
        Lease? lease;
        LeaseEnd end;
        lock (_gate)
        {
            if (!_isOpen && _current is null)
                return;
            _isOpen = false;
            _generation++;
            _current?.Abandon(Abandonment.Cancelled);

            // What still holds a transaction, however clean its statements were, must be rolled back; what an answer that nobody has
            // seen leaves behind is unknown.
            (lease, _lease) = (_lease, null);
            end = _isRunning ? LeaseEnd.Discard : End();
            _pins = PinReasons.None;
            _isRunning = false;
            _isDirty = false;
            _hasOwnSqlMode = false;
            _lostBecause = null;
            _sqlMode = null;
            _settings = _initialSettings;
        }

        lease?.Return(end);
    }

    // ---- opening -------------------------------------------------------------------------------------------------------

    private async ValueTask OpenSlowlyAsync(LinkGroup group, Deadline deadline, CancellationToken cancellationToken)
    {
        var generation = _generation;
        if (group.Options.IsEnabled && group.Facts is null)
            await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
        if (group.Shares)
        {
            await VerifyAsync(group, _settings, deadline, cancellationToken).ConfigureAwait(false);
            ThrowIfClosedSince(generation);
            Begin();
            return;
        }

        var lease = await AcquireAsync(group, deadline, cancellationToken).ConfigureAwait(false);
        try
        {
            if (_settings.Schema is { } schema && !group.Knows(schema))
            {
                await PingAsync(group, lease.Link, _settings, onLease: true, deadline, cancellationToken).ConfigureAwait(false);
                group.Learn(schema);
            }

            lock (_gate)
            {
                ThrowIfClosedSince(generation);
                _lease = lease;
                _pins = PinReasons.MultiplexingOff;
                lease.Explain(_pins);
                Begin();
            }
        }
        catch
        {
            lease.Return(LeaseEnd.Discard);
            throw;
        }
    }

    private void Begin()
    {
        _isOpen = true;
        var sqlMode = Facts.SqlMode;
        if (!ReferenceEquals(sqlMode, _sqlMode))
        {
            _sqlMode = sqlMode;
            _modes = SqlModeText.Parse(sqlMode);
        }
    }

    // Makes sure that a shared link is up and that the schema can be used.
    private async ValueTask VerifyAsync(LinkGroup group, Settings settings, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            ILink? link;
            while ((link = group.Pick(settings)) is null)
                await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
            if (settings.Schema is not { } schema || group.Knows(schema))
                return;
            try
            {
                await PingAsync(group, link, settings, onLease: false, deadline, cancellationToken).ConfigureAwait(false);
                group.Learn(schema);
                return;
            }
            catch (LinkException failure) when (IsReplaceable(failure) && attempt < MostAttempts)
            {
                // The link went away under the sign of life, which leaves no trace: take another one.
            }
        }
    }

    private async ValueTask PingAsync(LinkGroup group, ILink link, Settings settings, bool onLease, Deadline deadline, CancellationToken cancellationToken)
    {
        using var reply = link.Ping(new Terms(settings, deadline, LeavesNoState: !onLease, onLease, default));
        group.KeepDeadlines();
        await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
        if (reply.Failure is { } failure)
            throw failure.Rethrown();
        ThrowIfAbandoned(reply.Abandonment, reply.Delivery, link, cancellationToken);
    }

    private async ValueTask WaitForLinkAsync(LinkGroup group, Deadline deadline, CancellationToken cancellationToken)
    {
        var wait = group.WaitForLink(Earlier(deadline, group));
        await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        if (wait.Failure is { } failure)
            throw failure.Rethrown();
        if (wait.Abandonment != Abandonment.None)
            throw NoLink(wait.Abandonment, group, "a shared link", cancellationToken);
    }

    private async ValueTask<Lease> AcquireAsync(LinkGroup group, Deadline deadline, CancellationToken cancellationToken)
    {
        var request = group.RequestLease(Earlier(deadline, group));
        await WaitAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Failure is { } failure)
            throw failure.Rethrown();
        if (request.Link is not { } link)
            throw NoLink(request.Abandonment, group, "a link of its own", cancellationToken);
        return group.Take(link);
    }

    // ---- running -------------------------------------------------------------------------------------------------------

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Reply> FloatAsync(Statement statement, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        var group = _group!;
        var settings = _settings;
        var generation = _generation;
        var mayRetry = traits.IsReadOnly;
        var attempt = 1;
        while (true)
        {
            ILink? link;
            while ((link = group.Pick(settings)) is null)
                await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
            ThrowIfClosedSince(generation);

            var literals = _literals with { NoBackslashEscapes = link.Facts.NoBackslashEscapes };
            var reply = link.Submit(statement, new Terms(settings, deadline, LeavesNoState: true, OnLease: false, literals));
            group.KeepDeadlines();
            await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
            if (reply.Failure is { } failure)
            {
                reply.Dispose();
                if (failure.Delivery == Delivery.NotSent && IsReplaceable(failure) && !deadline.IsOver && attempt < MostAttempts)
                {
                    // A link that lives was only taken by somebody else.
                    attempt += link.State == LinkState.Open ? 0 : 1;
                    continue;
                }

                // A read leaves no trace: it is run once more elsewhere.
                if (mayRetry && failure.Delivery == Delivery.Sent && IsReplaceable(failure))
                {
                    mayRetry = false;
                    continue;
                }

                throw failure.Rethrown();
            }

            if (reply.Abandonment != Abandonment.None)
            {
                var (abandonment, delivery) = (reply.Abandonment, reply.Delivery);
                reply.Dispose();
                ThrowIfAbandoned(abandonment, delivery, link, cancellationToken);
            }

            if (reply.IsSurprise)
            {
                var lease = group.Adopt(link);
                lock (_gate)
                {
                    if (generation == _generation)
                    {
                        _lease = lease;
                        _isDirty = true;
                        AfterReplyOnLease(lease, reply.Evidence, traits);
                        return reply;
                    }
                }

                lease.Return(LeaseEnd.Discard);
            }

            return reply;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Reply> RunOnLeaseAsync(Statement statement, StatementTraits traits, Deadline deadline, CancellationToken cancellationToken)
    {
        var generation = _generation;
        for (var attempt = 1; ; attempt++)
        {
            var isNew = _lease is null;
            var lease = _lease ?? await AcquireAsync(_group!, deadline, cancellationToken).ConfigureAwait(false);
            if (!TryBegin(lease, generation) || cancellationToken.IsCancellationRequested)
            {
                GiveUp(lease, isNew);
                ThrowIfClosedSince(generation);
                cancellationToken.ThrowIfCancellationRequested();
            }

            var link = lease.Link;
            var noBackslashEscapes = _hasOwnSqlMode ? (_modes & SqlModes.NoBackslashEscapes) != 0 : link.Facts.NoBackslashEscapes;
            Reply reply;
            try
            {
                reply = link.Submit(
                    statement,
                    new Terms(_settings, deadline, LeavesNoState: false, OnLease: true, _literals with { NoBackslashEscapes = noBackslashEscapes }));
            }
            catch
            {
                // Nothing was sent: the handle is as it was.
                GiveUp(lease, isNew);
                throw;
            }

            _group!.KeepDeadlines();
            await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
            var (failure, abandonment, delivery) = (reply.Failure, reply.Abandonment, reply.Delivery);
            var isOurs = Judge(lease, reply, traits, isNew, generation);
            if (failure is null && abandonment == Abandonment.None)
                return reply;
            reply.Dispose();
            if (!isOurs)
                ThrowIfClosedSince(generation);
            if (failure is null)
                ThrowIfAbandoned(abandonment, delivery, link, cancellationToken);
            else if (!isNew || failure.Delivery != Delivery.NotSent || !IsReplaceable(failure) || deadline.IsOver || attempt >= MostAttempts)
                throw failure.Rethrown();
        }
    }

    // Before a statement is sent on a lease; false if the handle was closed meanwhile.
    private bool TryBegin(Lease lease, int generation)
    {
        lock (_gate)
        {
            if (generation != _generation)
                return false;
            _lease = lease;
            _isRunning = true;
            lease.Explain(_pins);
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

    // What the end of a statement on a lease leaves; false if the lease is no longer the handle's.
    private bool Judge(Lease lease, Reply reply, StatementTraits traits, bool isNew, int generation)
    {
        lock (_gate)
        {
            if (generation != _generation)
                return false;
            _isRunning = false;
            if (reply.Failure is { } failure)
            {
                AfterFailureOnLease(lease, failure, isNew);
            }
            else if (reply.Abandonment == Abandonment.None)
            {
                AfterReplyOnLease(lease, reply.Evidence, traits);
            }
            else
            {
                if (reply.Delivery == Delivery.Sent)
                    AssumeTheWorst(traits);
                if (_lostBecause is null)
                    ReleaseIfUnpinned(lease);
                else
                    Discard(lease);
            }

            return true;
        }
    }

    private void AfterFailureOnLease(Lease lease, LinkException failure, bool isNew)
    {
        if (failure.Kind == LinkFailureKind.SettingsRefused)
        {
            ReleaseIfUnpinned(lease);
            return;
        }

        if (!isNew || (_pins & PinReasons.MultiplexingOff) != 0)
            Lose($"The connection that held the session ({_pins}) was lost: {failure.Message}");
        Discard(lease);
    }

    private void Discard(Lease lease)
    {
        lease.Return(LeaseEnd.Discard);
        _lease = null;
    }

    // What a reply leaves of the pins; gives the lease back when none is left.
    private void AfterReplyOnLease(Lease lease, in ReplyEvidence evidence, StatementTraits traits)
    {
        var virtualised = PinReasons.None;
        if (evidence.SchemaChanged)
        {
            // The schema travels with the handle, however it was changed.
            _settings = string.IsNullOrEmpty(evidence.Schema) ? Settings.None : new Settings(evidence.Schema);
            virtualised = PinReasons.Schema;
        }

        if (evidence.SqlMode is { } sqlMode)
        {
            _sqlMode = sqlMode;
            _modes = SqlModeText.Parse(sqlMode);
            _hasOwnSqlMode = true;
        }

        // However it came about: values could no longer be written safely.
        if (evidence.ClientCharacterSet is { } characterSet && !characterSet.StartsWith("utf8", StringComparison.OrdinalIgnoreCase))
            Lose($"The session's character set was changed to '{characterSet}', but texts are always sent as utf8mb4.");

        if (traits.Placement == Placement.Pin)
            _pins |= traits.PinReasons & ~(PinReasons.Transaction | PinReasons.AutoCommitOff | virtualised);
        if (!traits.IsClean && (traits.PinReasons & ~virtualised) != 0)
            _isDirty = true;
        if (traits.IsClean && !traits.IsTransactionControl && evidence.StateChanged)
        {
            _pins |= PinReasons.Evidence;
            _isDirty = true;
        }

        if (evidence.HasStatus)
        {
            Pin(PinReasons.Transaction, (evidence.Status & ServerStatus.InTransaction) != 0);
            Pin(PinReasons.AutoCommitOff, (evidence.Status & ServerStatus.AutoCommit) == 0);
        }

        if (virtualised != PinReasons.None)
            PinSchemaOfForeignGroup(_settings);
        ReleaseIfUnpinned(lease);
    }

    // What the session carries now.
    private LeaseEnd End()
    {
        const PinReasons beyondReset = PinReasons.Role | PinReasons.Xa | PinReasons.Unknown | PinReasons.SqlPrepare;
        if ((_pins & beyondReset) != 0)
            return LeaseEnd.Discard;
        return _isDirty || (_pins & ~PinReasons.MultiplexingOff) != 0 ? LeaseEnd.Reset : LeaseEnd.Clean;
    }

    // A link of handles with a schema cannot be brought back to none, and one of handles without must not keep one.
    private void PinSchemaOfForeignGroup(Settings settings)
    {
        if ((settings.Schema is null) != _group!.HasSchema)
            return;
        _pins |= PinReasons.Schema;
        _isDirty = true;
    }

    private void Pin(PinReasons reason, bool isPinned) => _pins = isPinned ? _pins | reason : _pins & ~reason;

    // A statement whose answer nobody saw may still run, and is taken to have done whatever it could.
    private void AssumeTheWorst(StatementTraits traits)
    {
        _isDirty = true;
        if (traits.MayChangeSchema)
            Lose("A statement that may change the default schema got no answer, so the schema is unknown.");
        if (traits.Placement == Placement.Pin)
            _pins |= traits.PinReasons;
    }

    private void ReleaseIfUnpinned(Lease lease)
    {
        lease.Explain(_pins);
        if (_pins != PinReasons.None)
            return;
        lease.Return(End());
        _isDirty = false;
        _hasOwnSqlMode = false;
        _lease = null;
    }

    private void Lose(string reason) => _lostBecause ??= reason;

    private void ThrowIfClosedSince(int generation)
    {
        if (generation != _generation)
            throw new OperationCanceledException("The connection was closed while a statement was under way.");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(Pending pending, CancellationToken cancellationToken)
    {
        if (pending.IsCompleted)
            return;
        lock (_gate)
            _current = pending;
        var registration = cancellationToken.CanBeCanceled
            ? cancellationToken.UnsafeRegister(static pending => ((Pending)pending!).Abandon(Abandonment.Cancelled), pending)
            : default;
        await pending.Completion.ConfigureAwait(false);
        await registration.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
            _current = null;
    }

    // ---- failures ------------------------------------------------------------------------------------------------------

    // Failures of a link, not of the statement: another link may well run it.
    private static bool IsReplaceable(LinkException failure) => failure.Kind is LinkFailureKind.ConnectionLost
        or LinkFailureKind.Closed or LinkFailureKind.Protocol or LinkFailureKind.Suspect;

    private Deadline Earlier(Deadline deadline, LinkGroup group)
    {
        var limit = Deadline.In(group.Clock, group.Options.ConnectionTimeout);
        if (limit.IsNever)
            return deadline;
        return deadline.IsNever || deadline.Remaining > limit.Remaining ? limit : deadline;
    }

    private static Exception NoLink(Abandonment abandonment, LinkGroup group, string what, CancellationToken cancellationToken) =>
        abandonment == Abandonment.Cancelled
            ? new OperationCanceledException(cancellationToken)
            : new LinkException(
                LinkFailureKind.NoLinkAvailable,
                Delivery.NotSent,
                group.IsOpeningFirst
                    ? $"Time ran out while a connection to {group.Endpoints} was being opened; nothing was sent. Check that the server answers there, or raise Connection Timeout."
                    : $"Time ran out while waiting for {what}; nothing was sent. There are {group}. Close what is pinned sooner, or raise Max Links.");

    private static void ThrowIfAbandoned(Abandonment abandonment, Delivery delivery, ILink link, CancellationToken cancellationToken)
    {
        switch (abandonment)
        {
            case Abandonment.None:
                return;

            case Abandonment.Cancelled:
                throw new OperationCanceledException(cancellationToken);

            default:
                var where = delivery == Delivery.NotSent
                    ? "It had not been sent: nothing ran."
                    : "It had been sent and may still run on the server.";
                throw new StatementAbandonedException(
                    delivery,
                    $"The time for the command ran out. {where} {link}: {link.Depth} statements on it, about {link.EstimatedWait.TotalMilliseconds:F1} ms of work.");
        }
    }

    private static LinkException Lost(string reason) => new(LinkFailureKind.Closed, Delivery.NotSent, $"{reason} Close the connection and open it again.");
}
