using System.Text;
using MuxProvider.Links;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;

namespace MuxProvider.Testing;

/// <summary>
/// A link without socket or thread: requests are answered when the test says so, or at once by a handler. The observer is
/// called on the thread that made it happen – the test's, or inside <see cref="Submit"/> where a handler answers – and
/// never under a lock. Any thread may use it.
/// </summary>
public sealed partial class FakeLink : ILink
{
    private static int s_lastId;

    // Guards everything below; never held while a handler, the observer or a continuation runs.
    private readonly Lock _gate = new();
    private readonly ILinkObserver _observer;
    private readonly List<FakeRequest> _pending = [];
    private readonly List<FakeRequest> _taken = [];
    private readonly HashSet<FakeRequest> _asked = [];
    private readonly PrefixWriter _prefixes;
    private SessionLabel _label = new();
    private LinkState _state;
    private ulong _generatedId;
    private bool _isShared;
    private bool _awaitsAdoption;
    private bool _notifyWhenIdle;
    private bool _isClosedTold;
    private bool _isAnswering;
    private TimeSpan? _estimatedWait;

    /// <summary>Creates an open link; the observer is not told of it.</summary>
    public FakeLink(ILinkObserver observer, LinkFacts facts)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _observer = observer;
        Facts = facts;
        _prefixes = new PrefixWriter(facts);
        Id = Interlocked.Increment(ref s_lastId);
    }

    /// <inheritdoc/>
    public int Id { get; }

    /// <inheritdoc/>
    public LinkFacts Facts { get; }

    /// <inheritdoc/>
    public LinkState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    /// <inheritdoc/>
    public int Depth
    {
        get
        {
            lock (_gate)
                return _pending.Count;
        }
    }

    /// <summary>What the test says; one millisecond a pending request where it says nothing.</summary>
    public TimeSpan EstimatedWait
    {
        get => _estimatedWait ?? TimeSpan.FromMilliseconds(Depth);
        set => _estimatedWait = value;
    }

    /// <summary>
    /// What the next request finds, by the rules of a native link: a request that waits for its answer counts as sent, and a change
    /// of settings that is not answered is repeated by who follows. A test may say what it is; null for an unknown schema.
    /// </summary>
    public Settings? Settings
    {
        get
        {
            lock (_gate)
                return _label.Hoped;
        }
        set
        {
            lock (_gate)
            {
                _label = new SessionLabel();
                var step = new SessionStep(null, PrefixParts.None, value ?? new Settings("unknown"), IsSingleStatement: true);
                _label.Sent(step);
                _label.Answered(step, PrefixParts.None, default);
                if (value is not null)
                    return;
                _label.SentReset();
                _label.AnsweredReset();
            }
        }
    }

    /// <summary>Requests taken and not answered, the oldest first; a copy.</summary>
    public IReadOnlyList<FakeRequest> Pending
    {
        get
        {
            lock (_gate)
                return [.. _pending];
        }
    }

    /// <summary>All requests ever taken; a copy.</summary>
    public IReadOnlyList<FakeRequest> Taken
    {
        get
        {
            lock (_gate)
                return [.. _taken];
        }
    }

    /// <summary>The texts of all statements ever taken; a copy.</summary>
    public IReadOnlyList<string> Statements => [.. Taken.Where(request => request.Kind == FakeRequestKind.Statement).Select(request => request.Text)];

    /// <summary>Replies whose callers did not give them back.</summary>
    public int UndisposedReplies => Taken.Count(request => request.Reply is { IsDisposed: false });

    /// <summary>Answers statements when their turn comes; null where the test answers. A handler's null leaves the statement to the test.</summary>
    public Func<string, FakeReply?>? Handler { get; set; }

    /// <summary>Hears whenever requests were taken, answered or failed. Called under no lock.</summary>
    internal Action? Changed { get; init; }

    /// <summary>Whether pings are answered by themselves when their turn comes.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Whether recycling succeeds by itself when its turn comes.</summary>
    public bool AnswersRecycling { get; set; } = true;

    /// <summary>Whether requests count as sent when they are taken; see <see cref="FakeRequest.IsSent"/>.</summary>
    public bool Sends { get; set; } = true;

    /// <summary>The schemas that exist; null for all.</summary>
    public IReadOnlySet<string>? Schemas { get; set; }

    /// <summary>What <see cref="Submit"/> throws; null for nothing.</summary>
    public Exception? SubmitFault { get; set; }

    /// <summary>The status flags of results that name none.</summary>
    public ServerStatus Status { get; set; } = ServerStatus.AutoCommit;

    /// <summary>How often a clean session was asked for.</summary>
    public int Recyclings => Taken.Count(request => request.Kind == FakeRequestKind.Recycle);

    /// <inheritdoc/>
    public Reply Submit(Statement statement, in Terms terms)
    {
        if (SubmitFault is { } fault)
            throw fault;
        using var writer = new ByteWriter();
        statement.WriteTo(writer, terms.Literals);
        return Take(FakeRequestKind.Statement, Encoding.UTF8.GetString(writer.WrittenSpan), terms)!;
    }

    /// <inheritdoc/>
    public Reply Ping(in Terms terms) => Take(FakeRequestKind.Ping, "", terms)!;

    /// <inheritdoc/>
    public void Recycle() => Take(FakeRequestKind.Recycle, "", default);

    /// <summary>Whether requests of handles without lease are taken.</summary>
    public bool IsShared
    {
        get
        {
            lock (_gate)
                return _isShared;
        }
    }

    /// <inheritdoc/>
    public void Share()
    {
        lock (_gate)
            _isShared = true;
    }

    /// <inheritdoc/>
    public void Unshare()
    {
        lock (_gate)
            _isShared = false;
    }

    /// <inheritdoc/>
    public void NotifyWhenIdle()
    {
        lock (_gate)
        {
            if (_pending.Count > 0 || _state == LinkState.Closed)
            {
                _notifyWhenIdle = true;
                return;
            }
        }

        _observer.OnIdle(this);
    }

    /// <inheritdoc/>
    public void Adopt()
    {
        lock (_gate)
        {
            _awaitsAdoption = false;
            if (_state == LinkState.Closing)
                _state = LinkState.Open;
        }
    }

    /// <inheritdoc/>
    public void ExpireOverdue()
    {
        foreach (var request in Pending)
        {
            if (request.Reply is { IsCompleted: false, Deadline.IsOver: true } reply)
                reply.Abandon(Abandonment.TimedOut);
            request.Reply?.ExpireWait();
        }
    }

    /// <inheritdoc/>
    public void CloseWhenIdle()
    {
        lock (_gate)
        {
            if (_state == LinkState.Open)
                _state = LinkState.Closing;
        }

        CloseIfDone();
    }

    /// <inheritdoc/>
    public void Close() => End(null, new LinkException(LinkFailureKind.Closed, Delivery.NotSent, "The link was closed."));

    /// <summary>Loses the link: what was sent fails with <see cref="Delivery.Sent"/>, the rest with <see cref="Delivery.NotSent"/>.</summary>
    public void Break(LinkException? cause = null)
    {
        cause ??= new LinkException(LinkFailureKind.ConnectionLost, Delivery.NotSent, "The connection was lost.");
        End(cause, cause);
    }

    /// <summary>Tells the observer that the server is not what it was.</summary>
    public void Demote() => _observer.OnDemoted(this);

    /// <summary>Answers the oldest request; a ping and a recycling with OK where nothing is said.</summary>
    /// <returns>The request.</returns>
    public FakeRequest CompleteNext(FakeReply? answer = null)
    {
        FakeRequest request;
        lock (_gate)
        {
            if (_pending.Count == 0)
                throw new InvalidOperationException($"Link {Id} has nothing to answer.");
            request = _pending[0];
        }

        Complete(request, answer ?? Default(request));
        AnswerWhatCanBe();
        return request;
    }

    /// <summary>Answers everything, each request with the same; what the answering brings along too.</summary>
    public void CompleteAll(FakeReply? answer = null)
    {
        while (Depth > 0)
            CompleteNext(answer);
    }

    /// <summary>Lets the oldest request, which asks for a clean session, fail: the link closes.</summary>
    public void FailRecycling(LinkException? cause = null)
    {
        if (Pending is not [{ Kind: FakeRequestKind.Recycle }, ..])
            throw new InvalidOperationException($"The oldest request of link {Id} is no recycling.");
        Break(cause);
    }

    /// <inheritdoc/>
    public override string ToString() => $"link {Id} ({State}, depth {Depth}, {Settings})";

    private ScriptedReply? Take(FakeRequestKind kind, string text, in Terms terms)
    {
        FakeRequest request;
        ScriptedReply? reply = null;
        lock (_gate)
        {
            FakeRequest? mine = null;
            if (kind != FakeRequestKind.Recycle)
                reply = new ScriptedReply(terms.Deadline, () => mine?.IsSent ?? false);
            var parts = Needs(kind, terms);
            if (Refusal(kind, terms, parts) is { } refusal)
            {
                reply?.Fail(refusal);
                return reply;
            }

            mine = request = new FakeRequest(kind, text, terms, StepOf(kind, terms, parts), PrefixOf(terms, parts), Sends, reply);
            if (kind == FakeRequestKind.Recycle)
                _label.SentReset();
            else
                _label.Sent(request.Step);
            reply?.Note((parts & PrefixParts.Settings) != 0);
            _taken.Add(request);
            _pending.Add(request);
        }

        Changed?.Invoke();
        AnswerWhatCanBe();
        return reply;
    }

    private PrefixParts Needs(FakeRequestKind kind, in Terms terms)
    {
        var parts = terms.Settings is { } settings ? _label.Needs(settings) : PrefixParts.None;
        if (kind == FakeRequestKind.Ping && terms.Settings?.Schema is not null)
            parts |= PrefixParts.Schema;
        if (kind != FakeRequestKind.Statement)
            return parts;
        if (terms.GeneratedId is not null)
            parts |= PrefixParts.GeneratedId;
        if (terms.Before is not null)
            parts |= PrefixParts.Before;
        if (terms.Begin is not null)
            parts |= PrefixParts.Begin;
        return parts;
    }

    private LinkException? Refusal(FakeRequestKind kind, in Terms terms, PrefixParts parts)
    {
        if (_state != LinkState.Open || !(_isShared || terms.OnLease || kind == FakeRequestKind.Recycle))
            return new LinkException(LinkFailureKind.Closed, Delivery.NotSent, "The link takes no more requests.");
        return (parts & PrefixParts.Schema) != 0 && terms.Settings!.Schema is null
            ? new LinkException(LinkFailureKind.SettingsRefused, Delivery.NotSent, "A link that has a default schema cannot be brought back to none.")
            : null;
    }

    private static SessionStep StepOf(FakeRequestKind kind, in Terms terms, PrefixParts parts) => kind == FakeRequestKind.Statement
        ? new SessionStep(terms.Settings, parts, terms.Leaves, terms.IsSingleStatement)
        : new SessionStep(terms.Settings, parts, null, IsSingleStatement: true);

    private string PrefixOf(in Terms terms, PrefixParts parts) => parts == PrefixParts.None
        ? ""
        : Encoding.UTF8.GetString(_prefixes.Write(parts, terms.Settings, _label, terms.GeneratedId, terms.Before, terms.Begin));

    // One thread answers at a time, so that answers keep their order; what others bring meanwhile is answered too.
    private void AnswerWhatCanBe()
    {
        while (true)
        {
            FakeRequest request;
            lock (_gate)
            {
                if (_isAnswering || _pending.Count == 0)
                    break;
                request = _pending[0];
                if (_asked.Contains(request))
                    break;
                _isAnswering = true;
            }

            try
            {
                var answer = request.Kind switch
                {
                    FakeRequestKind.Ping => AnswersPings ? Default(request) : null,
                    FakeRequestKind.Recycle => AnswersRecycling ? FakeReply.Ok() : null,
                    _ => Handler?.Invoke(request.Text),
                };
                if (answer is null)
                {
                    // The test answers this one; the handler is not asked again.
                    lock (_gate)
                        _asked.Add(request);
                    break;
                }

                Complete(request, answer);
            }
            finally
            {
                lock (_gate)
                    _isAnswering = false;
            }
        }
    }

    private FakeReply Default(FakeRequest request)
    {
        if (request.Kind == FakeRequestKind.Statement)
            throw new InvalidOperationException($"Say what the answer to '{request.Text}' is.");
        return FakeReply.Ok();
    }

    // What the server says where the schema that a request brings is unknown: then the request itself does not run.
    private FakeReply? Unknown(FakeRequest request) =>
        (request.Step.Prefix & PrefixParts.Schema) != 0 && request.Terms.Settings?.Schema is { } schema && Schemas?.Contains(schema) == false
            ? FakeReply.Fail(new LinkException(
                LinkFailureKind.SettingsRefused,
                request.Kind == FakeRequestKind.Ping ? Delivery.Sent : Delivery.NotSent,
                $"The schema '{schema}' cannot be used.",
                new ErrPacket(1049, "42000", $"Unknown database '{schema}'")))
            : null;

    // Keeps the label true. Guarded by the gate.
    private void Learn(FakeRequest request, FakeReply answer, in ReplyEvidence evidence)
    {
        if (request.Kind == FakeRequestKind.Recycle)
        {
            _label.AnsweredReset();
            _generatedId = 0;
            return;
        }

        var refused = answer.Failure is null ? PrefixParts.None
            : answer.Failure.Kind == LinkFailureKind.SettingsRefused && (request.Step.Prefix & PrefixParts.Begin) != 0 && Unknown(request) is null ? PrefixParts.Begin
            : answer.Failure.Kind == LinkFailureKind.SettingsRefused && (request.Step.Prefix & PrefixParts.Schema) != 0 ? PrefixParts.Schema
            : PrefixParts.Variables;
        _label.Answered(request.Step, refused, evidence);
        if (answer.Failure is not null)
            return;
        _generatedId = answer.GeneratedId
            ?? answer.Results.LastOrDefault(result => result.LastInsertId != 0)?.LastInsertId
            ?? request.Terms.GeneratedId
            ?? _generatedId;
    }

    private void Complete(FakeRequest request, FakeReply answer)
    {
        answer = Unknown(request) ?? answer;
        if (TryBeginStream(request, answer))
            return;
        var evidence = request.Kind == FakeRequestKind.Recycle || answer.Failure is not null ? default : ScriptedReply.EvidenceOf(answer, Status);
        var isSurprise = answer.IsSurprise || request.Terms.LeavesNoState && ScriptedReply.Contradicts(evidence);
        List<FakeRequest> suspects = [];
        bool isIdle;
        ulong generatedId;
        lock (_gate)
        {
            if (_pending.Count == 0 || _pending[0] != request)
                return;
            _pending.RemoveAt(0);
            Learn(request, answer, evidence);
            generatedId = _generatedId;
            if (isSurprise)
            {
                _isShared = false;
                _awaitsAdoption = true;
                _state = LinkState.Closing;
                suspects.AddRange(_pending.Where(behind => behind.Kind != FakeRequestKind.Recycle));
                _pending.RemoveAll(suspects.Contains);
                foreach (var suspect in suspects)
                    _label.Answered(suspect.Step, PrefixParts.None, default);
            }

            isIdle = _pending.Count == 0 && _notifyWhenIdle;
            if (isIdle)
                _notifyWhenIdle = false;
        }

        if (isSurprise)
            _observer.OnSurprise(this);
        request.Reply?.Answer(answer with { GeneratedId = generatedId }, request.Terms.LeavesNoState, Status, request.Kind == FakeRequestKind.Statement ? request.Terms.Probes : Probes.None);
        foreach (var suspect in suspects)
            suspect.Reply?.Fail(new LinkException(LinkFailureKind.Suspect, suspect.IsSent ? Delivery.Sent : Delivery.NotSent, "A neighbour changed the session."));
        if (request.Kind == FakeRequestKind.Recycle)
            _observer.OnRecycled(this);
        if (isIdle)
            _observer.OnIdle(this);
        CloseIfDone();
        Changed?.Invoke();
    }

    private void CloseIfDone()
    {
        lock (_gate)
        {
            if (_state != LinkState.Closing || _awaitsAdoption || _pending.Count > 0)
                return;
        }

        Close();
    }

    private void End(LinkException? told, LinkException cause)
    {
        List<FakeRequest> failed;
        lock (_gate)
        {
            if (_isClosedTold)
                return;
            _isClosedTold = true;
            _state = LinkState.Closed;
            failed = [.. _pending];
            _pending.Clear();
        }

        foreach (var request in failed)
            request.Reply?.Fail(cause.At(request.IsSent ? Delivery.Sent : Delivery.NotSent));
        _observer.OnClosed(this, told);
        Changed?.Invoke();
    }
}
