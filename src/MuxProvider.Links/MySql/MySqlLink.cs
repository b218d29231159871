using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// A native link: one socket, one writer at a time, one reader with its own thread. Requests are encoded by their callers
/// outside any lock; whoever finds nobody writing writes for everybody. The reader frames whole replies and never waits for
/// anybody but the server.
/// </summary>
internal sealed partial class MySqlLink : ILink, IThreadPoolWorkItem
{
    // Bytes that surely fit into the socket's buffers, so that the reader may send them itself without ever being stopped.
    private const int HarmlessBytes = 32 * 1024;

    // A larger request is not written by a thread that must not be held up.
    private const int LargeRequest = 64 * 1024;

    private static int s_lastId;

    private readonly MySqlTransport _transport;
    private readonly ILinkObserver _observer;
    private readonly LinkPace _pace = new();

    // Guards the pipeline, the state and the flush state. Held for bookkeeping and copying small requests, never during I/O.
    private readonly Lock _gate = new();
    private ByteWriter _filling = new(4096);
    private ByteWriter _sending = new(4096);
    private MySqlSession _session = null!;
    private Pipeline _pipeline = null!;
    private volatile LinkState _state = LinkState.Closed;
    private FlushState _flush;
    private bool _notifyWhenIdle;
    private bool _awaitsAdoption;
    private bool _isShared;
    private bool _isCut;
    private int _depth;

    // Only the reader touches these.
    private PrefixRefusal? _refusal;
    private bool _recyclingFailed;
    private AutoResetEvent? _writerSignal;

    public MySqlLink(MySqlTransport transport, ILinkObserver observer)
    {
        _transport = transport;
        _observer = observer;
        Id = Interlocked.Increment(ref s_lastId);
    }

    private enum FlushState : byte
    {
        Idle,
        Scheduled,
        Flushing,
    }

    /// <inheritdoc/>
    public int Id { get; }

    /// <inheritdoc/>
    public LinkFacts Facts => _session.Facts;

    /// <inheritdoc/>
    public LinkState State => _state;

    /// <inheritdoc/>
    public int Depth => Volatile.Read(ref _depth);

    /// <inheritdoc/>
    public TimeSpan EstimatedWait => _pace.EstimatedWait(Depth);

    /// <inheritdoc/>
    public Settings? Settings => _pipeline.Label.Hoped;

    /// <summary>Opens the link on its own thread.</summary>
    public void Start(TimeSpan timeout, int server = -1, bool isOnly = false)
    {
        var deadline = Deadline.In(TimeProvider.System, timeout);
        var thread = new Thread(() => Run(deadline, server, isOnly), maxStackSize: 1024 * 1024)
        {
            IsBackground = true,
            Name = $"MuxProvider link {Id}",
        };
        thread.UnsafeStart();
    }

    /// <inheritdoc/>
    public Reply Submit(Statement statement, in Terms terms)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (terms.MayRunPrepared && SubmitPrepared(statement, terms) is { } taken)
            return taken;
        var reply = WriteText(statement, terms);
        Enqueue(reply);
        return reply;
    }

    private MySqlReply WriteText(Statement statement, in Terms terms)
    {
        var reply = _transport.Replies.Get();
        try
        {
            var start = Packets.Begin(reply.Request);
            reply.Request.WriteByte((byte)CommandCode.Query);
            statement.WriteTo(reply.Request, terms.Literals);
            ThrowIfTooLarge(reply.Request.Length - Packets.HeaderLength);
            reply.ReplySequence = Packets.End(reply.Request, start, 0);
        }
        catch
        {
            // The caller alone is to blame; nothing of the request left its object.
            reply.Discard(_transport);
            throw;
        }

        reply.Begin(_transport, _session.Capabilities, RequestKind.Statement, terms);
        if (terms.OffersLocalData)
            reply.Offer(new MySqlLocalRequest(this, reply));
        return reply;
    }

    /// <inheritdoc/>
    public Reply Ping(in Terms terms)
    {
        var reply = _transport.Replies.Get();
        Commands.Write(reply.Request, CommandCode.Ping);
        reply.ReplySequence = 1;
        reply.Begin(_transport, _session.Capabilities, RequestKind.Ping, terms);
        Enqueue(reply);
        return reply;
    }

    /// <inheritdoc/>
    public void Share()
    {
        lock (_gate)
        {
            _isShared = true;
            _isPromoted = false;
        }
    }

    /// <inheritdoc/>
    public void Unshare()
    {
        lock (_gate)
            _isShared = false;
    }

    /// <inheritdoc/>
    public void Recycle()
    {
        // A reset clears almost everything; what it does not clear is asked for.
        var reset = _transport.Replies.Get();
        Commands.Write(reset.Request, CommandCode.ResetConnection);
        var baseline = _transport.Replies.Get();

        // A reset leads to the server's sql_mode of now. Values are written for the one of the login, and would be misread under another.
        Commands.WriteQuery(
            baseline.Request,
            $"{(Facts.CanBeShared ? MySqlLogin.Baseline : MySqlLogin.BaselineWithoutTracking)}, SESSION sql_mode='{Facts.SqlMode}'");
        var check = _transport.Replies.Get();
        if (Facts.Role is null)
            Commands.Write(check.Request, CommandCode.Ping);
        else
            Commands.WriteQuery(check.Request, MySqlLogin.RoleQuestion);

        reset.BeginInternal(_transport, _session.Capabilities, RequestKind.Recycle);
        baseline.BeginInternal(_transport, _session.Capabilities, RequestKind.Recycle);
        check.BeginInternal(_transport, _session.Capabilities, RequestKind.Recycled);
        Enqueue(reset, baseline, check);
    }

    /// <inheritdoc/>
    public void NotifyWhenIdle()
    {
        lock (_gate)
        {
            if (_pipeline.Depth > 0 || _state == LinkState.Closed)
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
            if (_state == LinkState.Closing && !_isCut)
                _state = LinkState.Open;
        }
    }

    /// <inheritdoc/>
    public void ExpireOverdue()
    {
        bool hasFollowers;
        FlushState claimed;
        lock (_gate)
        {
            _pipeline.ExpireOverdue();
            hasFollowers = _rows is not null && _pipeline.HasFollowers;

            // What was held back may be sent by now.
            claimed = ClaimFlush(isLarge: true);
        }

        FlushAs(claimed);

        _rows?.Expire(_transport.Options.TimeProvider, Facts.NetWriteTimeout / 2, hasFollowers);
    }

    /// <inheritdoc/>
    public void CloseWhenIdle()
    {
        lock (_gate)
        {
            if (_state == LinkState.Closed)
                return;
            _state = LinkState.Closing;
            if (_pipeline.Depth > 0)
                return;
        }

        Close();
    }

    /// <inheritdoc/>
    public void Close()
    {
        bool sayGoodbye;
        lock (_gate)
        {
            if (_isCut)
                return;
            _isCut = true;
            _state = LinkState.Closing;

            // Nobody else writes, or will. A server that may be about to ask for a file would take it for that.
            sayGoodbye = _flush != FlushState.Flushing && !_pipeline.IsTurned;
            if (sayGoodbye)
                _flush = FlushState.Flushing;
        }

        Cut(sayGoodbye);
    }

    /// <summary>Runs a flush that was scheduled, unless somebody did it already.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            if (_flush != FlushState.Scheduled)
                return;
            _flush = FlushState.Flushing;
        }

        Flush(int.MaxValue);
    }

    /// <inheritdoc/>
    public override string ToString() => _session is null ? $"link {Id}" : $"link {Id} to {Facts.Endpoint}";

    // ---- writing: any thread -------------------------------------------------------------------------------------------

    // All of them come from the same caller.
    private void Enqueue(params ReadOnlySpan<MySqlReply> replies)
    {
        bool isRefused;
        FlushState claimed;
        lock (_gate)
        {
            var isLarge = false;
            isRefused = _state != LinkState.Open || !(_isShared || replies[0].OnLease);
            foreach (var reply in replies)
            {
                if (isRefused)
                    _pipeline.Withdraw(reply);
                else
                    _pipeline.Add(reply);
                isLarge |= reply.Request.Length > LargeRequest;
            }

            claimed = ClaimFlush(isLarge);
        }

        // Where they are refused something may have to be sent for them all the same: what made room for a statement.
        FlushAs(claimed);
        if (!isRefused)
            return;
        foreach (var reply in replies)
            Drop(reply, Refusal());
    }

    // Whether the caller has to write, or to have it written. A blocked caller writes at once, for everybody: it must not depend on a
    // pool thread. Others let requests gather while the link is busy. Guarded by the gate.
    private FlushState ClaimFlush(bool isLarge)
    {
        if (_state == LinkState.Closed)
            return FlushState.Idle;
        _depth = _pipeline.Depth;
        if (_flush == FlushState.Flushing || !_pipeline.CanSend)
            return FlushState.Idle;
        var before = _flush;
        var flush = Blocking.IsActive || (before == FlushState.Idle && _pipeline.InFlight == 0 && !isLarge);
        _flush = flush ? FlushState.Flushing : FlushState.Scheduled;
        return flush || before == FlushState.Idle ? _flush : FlushState.Idle;
    }

    private void FlushAs(FlushState claimed)
    {
        if (claimed == FlushState.Flushing)
            Flush(int.MaxValue);
        else if (claimed == FlushState.Scheduled)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // Writes until nothing is left that may be sent. The caller has set the flush state to Flushing.
    private void Flush(int maxBytes)
    {
        var (isIdle, close) = (false, false);
        LocalTurn turn = default;
        while (true)
        {
            lock (_gate)
            {
                if (TakeTurn(out turn))
                    break;
                _pipeline.Fill(_filling, maxBytes);
                if (_filling.Length == 0)
                {
                    // Whatever was abandoned before it was sent is gone now: perhaps nothing is left.
                    _flush = FlushState.Idle;
                    _depth = _pipeline.Depth;
                    (isIdle, close) = CheckIdle();
                    break;
                }

                _pace.Sent();
                (_filling, _sending) = (_sending, _filling);
            }

            try
            {
                _session.Stream.Write(_sending.WrittenSpan);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException)
            {
                // Half a request may have left: nothing can follow it. The reader hears of it and fails everybody.
                Cut(sayGoodbye: false);
                return;
            }

            _sending.Clear(LargeRequest);
        }

        if (turn.Reply is not null)
        {
            HandOver(turn, byReader: false);
            return;
        }

        if (close)
            Close();
        if (isIdle)
            _observer.OnIdle(this);
    }

    // Whether somebody waits for the link to be idle, and it is. Guarded by the gate.
    private (bool IsIdle, bool Close) CheckIdle()
    {
        if (_pipeline.Depth > 0 || _state == LinkState.Closed)
            return default;
        var isIdle = _notifyWhenIdle;
        _notifyWhenIdle = false;
        return (isIdle, _state == LinkState.Closing && !_awaitsAdoption && !_isCut);
    }

    private LinkException Refusal() => new(LinkFailureKind.Closed, Delivery.NotSent, $"The {this} takes no more requests.");

    // Gives up a request that will not be answered.
    private static void Drop(MySqlReply reply, LinkException failure)
    {
        if (reply.Kind == RequestKind.Probe)
            EndProbe(reply);
        else
            reply.Fail(failure);
        Release(reply);
    }

    // The last probe hands its statement's reply over, unless that is done: answered or not, there is nothing more to wait for.
    private static void EndProbe(MySqlReply probe)
    {
        var statement = probe.Owner!;
        if (--statement.ProbesLeft > 0)
            return;
        statement.Answer(isSurprise: false);
        statement.Release();
    }

    // The link lets go, unless probes still need the reply.
    private static void Release(MySqlReply reply)
    {
        if (reply.ProbesLeft == 0)
            reply.Release();
    }

    // Ends the conversation; the reader notices and cleans up.
    private void Cut(bool sayGoodbye)
    {
        try
        {
            if (sayGoodbye)
            {
                using var quit = new ByteWriter(16);
                Commands.Write(quit, CommandCode.Quit);
                _session.Socket.SendTimeout = 100;
                _session.Stream.Write(quit.WrittenSpan);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException or InvalidOperationException or NotSupportedException)
        {
            // Politeness only.
        }

        // A reader that waits for a consumer has to see it.
        _rows?.Lift();
        try
        {
            _session.Socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was gone already.
        }
    }

    // ---- reading: the link's own thread --------------------------------------------------------------------------------

    private void Run(Deadline deadline, int server, bool isOnly)
    {
        try
        {
            _session = new ServerDialer(_transport, deadline).Dial(server, isOnly);
        }
        catch (LinkException failure)
        {
            _observer.OnOpenFailed(failure);
            return;
        }
        catch (Exception e)
        {
            // Whatever it is, those who wait for the link must hear of it.
            _observer.OnOpenFailed(new LinkException(LinkFailureKind.Unreachable, Delivery.NotSent, $"The link could not be opened: {e.Message}", innerException: e));
            return;
        }

        _pipeline = new Pipeline(_transport, _session);
        _state = LinkState.Open;
        _observer.OnOpened(this);
        LinkException? cause = null;
        try
        {
            cause = Read();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            cause = new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, $"The connection to {Facts.Endpoint} was lost: {e.Message}", innerException: e);
        }
        catch (Exception e)
        {
            Endpoints.Doubt(Facts.Endpoint);
            cause = new LinkException(LinkFailureKind.Protocol, Delivery.Sent, $"The conversation with {Facts.Endpoint} went out of step and was closed: {e.Message}", innerException: e);
        }

        End(cause);
    }

    private LinkException? Read()
    {
        MySqlReply? current = null;
        byte expected = 0;
        while (true)
        {
            var payload = _session.Source.Read(out var sequence, out var packets);
            if (sequence == 0 && (current is null || expected != 0) && !payload.IsEmpty && payload[0] == ErrPacket.Header)
            {
                // Not an answer to anybody: the server ends the conversation (idle for too long, shut down, killed).
                var error = ErrPacket.Read(payload);
                return new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, $"The server at {Facts.Endpoint} closed the connection: {error.Message}", error);
            }

            if (current is null)
            {
                lock (_gate)
                    current = _pipeline.Head;
                if (current is null)
                    throw new ProtocolException("The server sent a packet that nobody asked for.");
                expected = current.ReplySequence;
            }

            if (_isTurned && Resume(payload, ref expected) is { } early)
                return early;
            if (sequence != expected)
                throw new ProtocolException($"Packet {sequence} came where packet {expected} was expected.");
            expected = (byte)(sequence + packets);
            if (!current.Take(payload))
            {
                if (current.TakeAskedFile() is { } file && TurnRound(current, file, expected) is { } unasked)
                    return unasked;
                if (current.IsLarge || current.IsStream)
                    Stream(current);
                continue;
            }

            HeedError(payload);
            Finish(current);
            current = null;
        }
    }

    private void Finish(MySqlReply reply)
    {
        var now = Stopwatch.GetTimestamp();
        _pace.Answered(reply.SentAt, now, isTypical: !reply.IsStream);
        if (reply.IsStream)
            _rows = null;

        var isSurprise = !reply.IsSuspect && reply.ContradictsForecast();
        RequestQueue unsent = default;
        var flush = false;
        var wakeWriter = false;
        bool isIdle, close;
        lock (_gate)
        {
            if (isSurprise && _isPromoted && !reply.IsStream)
                isSurprise = Distrust(reply);
            if (isSurprise)
            {
                // Nobody may run behind it until the handle that caused it has taken the link.
                _isShared = false;
                _pipeline.SuspectFollowers();
                unsent = _pipeline.TakeWaiting();
                if (_state == LinkState.Open)
                {
                    _state = LinkState.Closing;
                    _awaitsAdoption = true;
                }
            }

            _pipeline.RemoveHead();
            _pipeline.Learn(reply, Facts.Endpoint);
            _depth = _pipeline.Depth;
            _pace.Advance(now, _pipeline.InFlight > 0);
            if (_flush != FlushState.Flushing && _pipeline.CanSend && !_session.Source.HasPacket)
            {
                flush = true;
                _flush = FlushState.Flushing;
            }

            (isIdle, close) = CheckIdle();
        }

        if (isSurprise)
            _observer.OnSurprise(this);
        Deliver(reply, isSurprise, ref close);
        while (unsent.Count > 0)
            Drop(unsent.Take(), Refusal());
        if (flush)
        {
            Flush(HarmlessBytes);
            wakeWriter = ClaimRest();
        }

        if (wakeWriter)
            WakeWriter();
        if (close)
            Close();
        if (isIdle)
            _observer.OnIdle(this);
    }

    // What the reader must not send itself is left to a thread that may be held up.
    private bool ClaimRest()
    {
        lock (_gate)
        {
            if (_flush == FlushState.Flushing || !_pipeline.CanSend)
                return false;
            _flush = FlushState.Flushing;
            return true;
        }
    }

    private void WakeWriter()
    {
        if (_writerSignal is null)
        {
            _writerSignal = new AutoResetEvent(false);
            new Thread(Write, maxStackSize: 256 * 1024) { IsBackground = true, Name = $"MuxProvider link {Id} writer" }.UnsafeStart();
        }

        _writerSignal.Set();
    }

    // The writer's own thread. It is only started where large requests pile up; it has claimed the flush whenever it is woken.
    private void Write()
    {
        while (_writerSignal!.WaitOne() && _state != LinkState.Closed)
            Flush(int.MaxValue);
    }

    private void Deliver(MySqlReply reply, bool isSurprise, ref bool close)
    {
        switch (reply.Kind)
        {
            case RequestKind.Prefix:
                _refusal = reply.Refusal;
                break;

            case RequestKind.Probe:
                DeliverProbe(reply);
                break;

            case RequestKind.Prepare:
                reply.Answer(isSurprise: false);
                break;

            case RequestKind.Recycle or RequestKind.Recycled:
                DeliverRecycling(reply, ref close);
                break;

            default:
                if (reply.IsSuspect)
                {
                    reply.Fail(new LinkException(
                        LinkFailureKind.Suspect,
                        Delivery.Sent,
                        "A statement in front of this one changed the state of the shared session without warning, so the answer cannot be trusted; whether the statement took effect is unknown."));
                }
                else if (reply.Refusal is { } refusal)
                {
                    reply.Fail(refusal.Failure(reply, Facts.Endpoint, Delivery.NotSent));
                }
                else if (reply is { Kind: RequestKind.Ping or RequestKind.Preparation, FollowsPrefix: true } && _refusal is { } refused)
                {
                    reply.Fail(refused.Failure(reply, Facts.Endpoint, Delivery.Sent));
                }
                else if (reply.IsLostExecution)
                {
                    reply.Fail(Pipeline.NotPrepared());
                }
                else if ((isSurprise || reply.ProbesLeft == 0) && !reply.Answer(isSurprise) && isSurprise)
                {
                    // Its caller is gone, so nobody will adopt the link.
                    close = true;
                }

                break;
        }

        Release(reply);
    }

    private static void DeliverProbe(MySqlReply probe)
    {
        probe.Answer(isSurprise: false);
        if (probe.Owner is { IsFinished: false } statement)
            statement.Take(probe);
        EndProbe(probe);
    }

    private void DeliverRecycling(MySqlReply reply, ref bool close)
    {
        reply.Answer(isSurprise: false);
        if (reply.Gathered.ErrorCode != 0)
        {
            // The steps behind it may be answered already.
            _recyclingFailed = true;
            close = true;
        }
        else if (reply.Kind == RequestKind.Recycled && !_recyclingFailed)
        {
            if (reply.NextResult() == ReplyItem.Rows && reply.ReadRow() && Encoding.UTF8.GetString(reply.GetCell(0)) != Facts.Role)
                close = true;
            else
                _observer.OnRecycled(this);
        }
    }

    private void End(LinkException? cause)
    {
        RequestQueue sent, unsent;
        lock (_gate)
        {
            if (_isCut)
                cause = null;
            _isCut = true;
            _state = LinkState.Closed;
            sent = _pipeline.TakeInFlight();
            unsent = _pipeline.TakeWaiting();
            _depth = 0;
        }

        _rows = null;
        _session.Close();
        var failure = cause ?? new LinkException(LinkFailureKind.Closed, Delivery.Sent, $"The link to {Facts.Endpoint} was closed.");
        while (sent.Count > 0)
            Drop(sent.Take(), failure.At(Delivery.Sent));
        while (unsent.Count > 0)
            Drop(unsent.Take(), failure.At(Delivery.NotSent));

        // A writer may still be using the buffers: they are left to the collector rather than given back under it.
        _session.Source.Dispose();
        _writerSignal?.Set();
        _transport.ServerList.Closed(Facts.Server);
        _observer.OnClosed(this, cause);
    }
}
