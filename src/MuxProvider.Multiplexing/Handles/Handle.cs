using System.Runtime.CompilerServices;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>
/// One logical session on shared links. It costs no socket: its statements float on any link of its group, or run on a
/// lease while something pins it. Used by one caller at a time, like the connection that owns it; only <see cref="Cancel"/>
/// and <see cref="Close"/> may be called meanwhile.
/// </summary>
public sealed partial class Handle
{
    // So often a statement is placed at most: links that come up and die at once must not keep it going round.
    private const int MostAttempts = 5;

    private readonly Multiplexer _multiplexer;
    private readonly HostKnowledge _knowledge;
    private readonly Settings _initialSettings;
    private readonly LiteralOptions _literals;
    private readonly HandleSession _session = new();

    // Guards _current: a reply may only be abandoned from outside while its consumer holds it. Guards the lease and what is judged
    // of it against a Close that comes from another thread.
    private readonly Lock _gate = new();
    private Pending? _current;

    private LinkGroup? _group;

    // Where its statements go while the handle is open, as long as that server has links.
    private int _server = LinkGroup.AnyServer;
    private Lease? _lease;
    private bool _isOpen;
    private bool _asksForWarnings;
    private PinReasons _noted;
    private long[]? _pinnedSince;

    // Counts the times the handle was closed: a statement that was under way then must not touch what came after.
    private int _generation;

    // Whether a statement on the lease has no answer that was judged.
    private bool _isRunning;

    internal Handle(Multiplexer multiplexer, string? schema, LiteralOptions literals)
    {
        _literals = literals;
        _multiplexer = multiplexer;
        _knowledge = multiplexer.Knowledge;
        _initialSettings = string.IsNullOrEmpty(schema) ? Settings.None : new Settings(schema);
        _session.Begin(_initialSettings);
    }

    /// <summary>Whether the handle is open.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>The default schema; null for none.</summary>
    public string? Schema => _session.Settings.Schema;

    /// <summary>What pins the handle now; a transaction that was begun and not sent counts, though it has no lease yet.</summary>
    public PinReasons PinReasons => _session.UnsentBegin is null ? _session.Pins : _session.Pins | PinReasons.Transaction;

    /// <summary>Whether warnings are fetched with every statement, because somebody listens.</summary>
    public bool ListensForWarnings { get; set; }

    /// <summary>Whether the server says that the handle's transaction is open, or will be with the next statement.</summary>
    public bool IsInTransaction => (PinReasons & PinReasons.Transaction) != 0;

    /// <summary>Why the handle lost its session and must be closed; null while it did not.</summary>
    public string? LostBecause => _session.LostBecause;

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
        _session.Begin(_initialSettings);
        _server = LinkGroup.AnyServer;
        var schema = _initialSettings.Schema;
        _group = _multiplexer.Group(schema is not null);
        if (_group.Shares && _group.HasSharedLink && (schema is null || _group.Knows(schema)))
        {
            Begin();
            return ValueTask.CompletedTask;
        }

        return OpenSlowlyAsync(_group, deadline, cancellationToken);
    }

    /// <summary>Cuts a text into tokens under the handle's own sql_mode; cached.</summary>
    /// <param name="text">The SQL text.</param>
    /// <returns>Its markers and traits.</returns>
    public ParsedStatement Parse(string text) => _multiplexer.Statements.Get(text, _session.Modes);

    /// <summary>Makes the statement that is being waited for let its caller go. Any thread may call it; it never throws.</summary>
    public void Cancel()
    {
        lock (_gate)
        {
            _current?.Abandon(Abandonment.Cancelled);
            _stream?.Interrupt(Abandonment.Cancelled);
        }
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
        ThrowIfUnusable();
        var isChanged = false;
        try
        {
            if (_lease is { } lease)
                await PingAsync(_group!, lease.Link, _session.Settings with { Schema = schema }, onLease: true, deadline, cancellationToken).ConfigureAwait(false);
            else
                await MoveAsync(schema, deadline, cancellationToken).ConfigureAwait(false);
            isChanged = true;
        }
        finally
        {
            lock (_gate)
                AfterSchema(schema, isChanged);
            NotePins(null);
        }
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
        ThrowIfUnusable();
        var generation = _generation;
        var lease = _lease ?? await AcquireAsync(_group!, deadline, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            if (generation == _generation)
            {
                if (_lease is null)
                    Hold(lease);
                _session.Pin(PinReasons.Requested, true);
                lease.Explain(_session.Pins, note);
            }
        }

        if (generation != _generation)
            lease.Return(LeaseEnd.Discard);
        ThrowIfClosedSince(generation);
        NotePins(null);
    }

    /// <summary>
    /// Ends what <see cref="PinAsync"/> began: the handle floats again unless something else pins it, at the latest with its next
    /// statement. Never waits.
    /// </summary>
    public void Unpin()
    {
        lock (_gate)
        {
            _session.Pin(PinReasons.Requested, false);

            // What LAST_INSERT_ID() is has to be asked first, which the next statement does.
            if (_lease is { } lease && !_isRunning && !(_session.GeneratedId.IsOnLease && _knowledge.GeneratedIds.IsKept))
                ReleaseIfUnpinned(lease);
        }

        NotePins(null);
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
            _stream?.Interrupt(Abandonment.Cancelled);
            _stream = null;

            // What still holds a transaction, however clean its statements were, must be rolled back; what an answer that nobody has
            // seen leaves behind is unknown.
            (lease, _lease) = (_lease, null);
            end = _isRunning || MayBeKilled ? LeaseEnd.Discard : _session.End();
            _kill = s_noKill;
            if (_session.HasInserted)
                _knowledge.GeneratedIds.HandleEnded();
            _session.Begin(_initialSettings);
            _isRunning = false;
        }

        lease?.Return(end);
        NotePins(null);
    }

    // ---- opening -------------------------------------------------------------------------------------------------------

    private async ValueTask OpenSlowlyAsync(LinkGroup group, Deadline deadline, CancellationToken cancellationToken)
    {
        var generation = _generation;
        if (group.Options.IsEnabled && group.Facts is null)
            await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
        if (group.Shares)
        {
            await VerifyAsync(group, _initialSettings, deadline, cancellationToken).ConfigureAwait(false);
            ThrowIfClosedSince(generation);
            Begin();
            return;
        }

        var lease = await AcquireAsync(group, deadline, cancellationToken).ConfigureAwait(false);
        try
        {
            if (_initialSettings.Schema is { } schema && !group.Knows(schema))
            {
                await PingAsync(group, lease.Link, _initialSettings, onLease: true, deadline, cancellationToken).ConfigureAwait(false);
                group.Learn(schema);
            }

            lock (_gate)
            {
                ThrowIfClosedSince(generation);
                Hold(lease);
                _session.Pin(PinReasons.MultiplexingOff, true);
                lease.Explain(_session.Pins);
                Begin();
            }
        }
        catch
        {
            lease.Return(LeaseEnd.Discard);
            throw;
        }

        NotePins(null);
    }

    private void Begin()
    {
        _isOpen = true;
        _asksForWarnings = false;
        _multiplexer.Counters.Opened();
        _multiplexer.Know(Facts);
        _session.Know(Facts.SqlMode);
    }

    // A handle without schema moves to the links of those that have one.
    private async ValueTask MoveAsync(string schema, Deadline deadline, CancellationToken cancellationToken)
    {
        var group = _multiplexer.Group(hasSchema: true);
        await VerifyAsync(group, new Settings(schema), deadline, cancellationToken).ConfigureAwait(false);
        _group = group;
    }

    // The schema was asked for; what the session remembers of its last statement is that. Under the gate.
    private void AfterSchema(string schema, bool isChanged)
    {
        if (!isChanged)
        {
            _session.AfterRefusedSchema();
            return;
        }

        _session.AfterLocalAnswer(rowCount: 0, keepsWarnings: false);
        if (_lease is not null)
            PinSchemaOfForeignGroup(schema);
        _session.SetSchema(schema);
        _lease?.Explain(_session.Pins);
    }

    // Makes sure that a shared link is up and that the schema can be used.
    private async ValueTask VerifyAsync(LinkGroup group, Settings settings, Deadline deadline, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            ILink? link;
            while ((link = group.Pick(settings, ref _server)) is null)
                await WaitForLinkAsync(group, deadline, cancellationToken).ConfigureAwait(false);
            if (settings.Schema is not { } schema || group.Knows(schema))
                return;
            try
            {
                await PingAsync(group, link, settings, onLease: false, deadline, cancellationToken).ConfigureAwait(false);
                group.Learn(schema);
                return;
            }
            catch (LinkException failure) when (Failures.IsReplaceable(failure) && attempt < MostAttempts)
            {
                // The link went away under the sign of life, which leaves no trace: take another one.
            }
        }
    }

    private async ValueTask PingAsync(LinkGroup group, ILink link, Settings? settings, bool onLease, Deadline deadline, CancellationToken cancellationToken)
    {
        using var reply = link.Ping(new Terms(settings, deadline, LeavesNoState: !onLease, onLease, default));
        group.KeepDeadlines();
        await WaitAsync(reply, cancellationToken).ConfigureAwait(false);
        if (reply.Failure is { } failure)
            throw failure.Rethrown();
        Failures.ThrowIfAbandoned(reply.Abandonment, reply.Delivery, link, cancellationToken);
    }

    private async ValueTask WaitForLinkAsync(LinkGroup group, Deadline deadline, CancellationToken cancellationToken)
    {
        var wait = group.WaitForLink(Failures.Earlier(deadline, group));
        await WaitAsync(wait, cancellationToken).ConfigureAwait(false);
        if (wait.Failure is { } failure)
            throw failure.Rethrown();
        if (wait.Abandonment != Abandonment.None)
            throw Failures.NoLink(wait.Abandonment, group, "a shared link", cancellationToken);
    }

    private async ValueTask<Lease> AcquireAsync(LinkGroup group, Deadline deadline, CancellationToken cancellationToken)
    {
        var request = group.RequestLease(Failures.Earlier(deadline, group), _server);
        await WaitAsync(request, cancellationToken).ConfigureAwait(false);
        if (request.Failure is { } failure)
            throw failure.Rethrown();
        if (request.Link is not { } link)
            throw Failures.NoLink(request.Abandonment, group, "a link of its own", cancellationToken);
        _server = link.Facts.Server;
        return group.Take(link);
    }

    // ---- the lease: under the gate -------------------------------------------------------------------------------------

    private void Hold(Lease lease)
    {
        _lease = lease;
        _session.Leased();
    }

    private void ReleaseIfUnpinned(Lease lease)
    {
        lease.Explain(_session.Pins);
        if (_session.Pins == PinReasons.None)
            Release(lease, _session.End());
    }

    private void Release(Lease lease, LeaseEnd end)
    {
        if (MayBeKilled)
            end = LeaseEnd.Discard;
        _lease = null;
        _kill = s_noKill;
        _session.ForgetLease();
        lease.Return(end);
    }

    // A link of handles with a schema cannot be brought back to none, and one of handles without must not keep one.
    private void PinSchemaOfForeignGroup(string? schema)
    {
        if ((schema is null) == _group!.HasSchema)
            _session.TakeAsItIs(PinReasons.Schema);
    }

    // ---- the ledger ----------------------------------------------------------------------------------------------------------

    // Writes down what changed. Not under the gate: who observes may do what they like.
    private void NotePins(ParsedStatement? cause)
    {
        var (before, now) = (_noted, _session.Pins);
        if (before == now)
            return;
        _noted = now;
        var first = _multiplexer.Pins.Note(before, now, _pinnedSince ??= new long[PinLedger.Reasons]);
        if (first == PinReasons.None || _multiplexer.Observer is not { } observer)
            return;
        for (var rest = (uint)first; rest != 0; rest &= rest - 1)
            observer.OnFirstPin((PinReasons)(rest & (~rest + 1)), cause?.Digest ?? "");
    }

    // ---- waiting -------------------------------------------------------------------------------------------------------

    private void ThrowIfUnusable()
    {
        if (!_isOpen)
            throw new InvalidOperationException("The handle is not open.");
        if (_stream is not null)
            throw new InvalidOperationException("The answer to the handle's last statement is still being read.");
        if (_session.LostBecause is { } lost)
            throw Failures.Lost(lost);
    }

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
}
