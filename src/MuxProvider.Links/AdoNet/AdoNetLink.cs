using System.Data;
using System.Data.Common;
using System.Diagnostics;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;

namespace MuxProvider.Links.AdoNet;

/// <summary>
/// A link over a connection of another provider, which runs one statement at a time: the requests of all handles wait in one line, first
/// come, first served, and whoever gives up leaves it. A thread of its own runs them with the driver's blocking calls, so that neither
/// blocked callers nor a busy pool can hold the link up.
/// </summary>
internal sealed partial class AdoNetLink : ILink
{
    private static int s_lastId;

    private readonly AdoNetTransport _transport;
    private readonly ILinkObserver _observer;

    // Guards the line, the state and the label; pulsed when there is something to do. Never held while the driver or the observer is called.
    private readonly object _gate = new();
    private readonly LinkedList<AdoNetReply> _line = new();
    private readonly SessionLabel _label = new();
    private volatile LinkState _state = LinkState.Closed;
    private readonly List<AdoNetReply> _running = [];
    private bool _notifyWhenIdle;
    private bool _isShared;
    private volatile bool _isCut;
    private bool _isClosedTold;
    private bool _isOpenTold;
    private int _depth;

    // Only the link's thread touches these.
    private InnerSession _session = null!;
    private PrefixWriter _prefixes = null!;

    // Written by the link's thread, read by anybody: an estimate.
    private long _serviceTicks = Stopwatch.Frequency / 10_000;
    private long _headSince;

    public AdoNetLink(AdoNetTransport transport, ILinkObserver observer)
    {
        _transport = transport;
        _observer = observer;
        Id = Interlocked.Increment(ref s_lastId);
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
    public TimeSpan EstimatedWait
    {
        get
        {
            var depth = Depth;
            if (depth == 0)
                return TimeSpan.Zero;
            var since = Volatile.Read(ref _headSince);
            var byAge = since == 0 ? 0 : Stopwatch.GetTimestamp() - since;
            return Stopwatch.GetElapsedTime(0, Math.Max(depth * Volatile.Read(ref _serviceTicks), byAge));
        }
    }

    /// <inheritdoc/>
    public Settings? Settings
    {
        get
        {
            lock (_gate)
                return _label.Hoped;
        }
    }

    /// <summary>Opens the link on its own thread.</summary>
    /// <param name="timeout">How long that may take; zero for ever.</param>
    public void Start(TimeSpan timeout)
    {
        var watch = timeout <= TimeSpan.Zero
            ? null
            : _transport.Options.TimeProvider.CreateTimer(static link => ((AdoNetLink)link!).OpeningTimedOut(), this, timeout, Timeout.InfiniteTimeSpan);
        new Thread(() => Run(watch), maxStackSize: 1024 * 1024)
        {
            IsBackground = true,
            Name = $"MuxProvider ADO.NET link {Id}",
        }.UnsafeStart();
    }

    /// <inheritdoc/>
    public Reply Submit(Statement statement, in Terms terms)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (terms.OffersLocalData)
            throw new NotSupportedException("Over another provider no local data can be given to the server: LOAD DATA LOCAL INFILE and what is built on it need MuxProvider's own links. Use INSERTs, or a data source without Provider.");
        var pieces = CommandTextWriter.Write(statement, terms.Literals, Facts.MaxAllowedPacket);
        var reply = new AdoNetReply(this, AdoNetRequestKind.Statement, terms) { Pieces = pieces, Template = statement.Text.Text };
        Enqueue(reply);
        return reply;
    }

    /// <inheritdoc/>
    public Reply Ping(in Terms terms)
    {
        var reply = new AdoNetReply(this, AdoNetRequestKind.Ping, terms);
        Enqueue(reply);
        return reply;
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
    public void Recycle() => Enqueue(new AdoNetReply(this, AdoNetRequestKind.Recycle, new Terms(null, Deadline.Never, LeavesNoState: false, OnLease: true, default)));

    /// <inheritdoc/>
    public void NotifyWhenIdle()
    {
        lock (_gate)
        {
            if (_depth > 0 || _state == LinkState.Closed)
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
        // A link that cannot see what becomes of its session is never surprised.
    }

    /// <inheritdoc/>
    public void ExpireOverdue()
    {
        List<AdoNetReply>? overdue = null;
        RowStream? rows;
        bool hasFollowers;
        lock (_gate)
        {
            foreach (var reply in _line)
            {
                if (reply.Deadline.IsOver)
                    (overdue ??= []).Add(reply);
            }

            foreach (var reply in _running)
            {
                if (reply.Deadline.IsOver)
                    (overdue ??= []).Add(reply);
            }

            rows = _running is [var only] ? only.Rows : null;
            hasFollowers = _line.Count > 0;
        }

        foreach (var reply in overdue ?? [])
            reply.Abandon(Abandonment.TimedOut);
        rows?.Expire(_transport.Options.TimeProvider, Facts.NetWriteTimeout / 2, hasFollowers);
    }

    /// <inheritdoc/>
    public void CloseWhenIdle()
    {
        lock (_gate)
        {
            if (_state == LinkState.Closed)
                return;
            _state = LinkState.Closing;
            if (_depth > 0)
                return;
        }

        Close();
    }

    /// <inheritdoc/>
    public void Close() => End(null, new LinkException(LinkFailureKind.Closed, Delivery.Sent, $"The {this} was closed."));

    /// <inheritdoc/>
    public override string ToString() => $"link {Id} to {_transport.Options.Endpoint}";

    /// <summary>A request was abandoned before its turn.</summary>
    /// <param name="reply">The request.</param>
    internal void Withdraw(AdoNetReply reply)
    {
        bool isIdle, close;
        lock (_gate)
        {
            if (reply.Node.List is null)
                return;
            _line.Remove(reply.Node);
            _depth--;
            (isIdle, close) = CheckIdle();
        }

        reply.Release();
        TellIdle(isIdle, close);
    }

    private void Enqueue(AdoNetReply reply)
    {
        lock (_gate)
        {
            if (_state == LinkState.Open && (_isShared || reply.Terms.OnLease))
            {
                _line.AddLast(reply.Node);
                _depth++;
                if (reply.Kind == AdoNetRequestKind.Recycle)
                    _label.SentReset();
                if (_headSince == 0)
                    Volatile.Write(ref _headSince, Stopwatch.GetTimestamp());
                Monitor.PulseAll(_gate);
                return;
            }
        }

        Drop(reply, Refusal());
    }

    private LinkException Refusal() => new(LinkFailureKind.Closed, Delivery.NotSent, $"The {this} takes no more requests.");

    private static void Drop(AdoNetReply reply, LinkException failure)
    {
        reply.Fail(failure);
        reply.Release();
    }

    // Whether somebody waits for the link to be idle, and it is. Guarded by the gate.
    private (bool IsIdle, bool Close) CheckIdle()
    {
        if (_depth > 0 || _state == LinkState.Closed)
            return default;
        var isIdle = _notifyWhenIdle;
        _notifyWhenIdle = false;
        return (isIdle, _state == LinkState.Closing && !_isCut);
    }

    private void TellIdle(bool isIdle, bool close)
    {
        if (close)
            Close();
        if (isIdle)
            _observer.OnIdle(this);
    }

    // Everybody is told at once. A statement that runs may not come back for long: the connection is closed when it does.
    private void End(LinkException? cause, LinkException failure)
    {
        List<AdoNetReply> waiting;
        AdoNetReply[] running;
        lock (_gate)
        {
            if (_isClosedTold)
                return;
            _isClosedTold = true;
            _isCut = true;
            _state = LinkState.Closed;
            waiting = [.. _line];
            _line.Clear();
            running = [.. _running];
            _depth = 0;
            Monitor.PulseAll(_gate);
        }

        foreach (var reply in running)
        {
            // A stream is its thread's while it runs: it ends it.
            if (reply.Rows is { } rows)
                rows.Lift();
            else
                reply.Fail(failure.At(Delivery.Sent));
        }

        foreach (var reply in waiting)
            Drop(reply, failure.At(Delivery.NotSent));
        _observer.OnClosed(this, cause);
    }

    private void OpeningTimedOut() => TellOpenFailed(new LinkException(
        LinkFailureKind.TimedOut,
        Delivery.NotSent,
        $"Time ran out while a connection to {_transport.Options.Endpoint} was being opened. Check that the server can be reached, or raise Connection Timeout."));

    private bool TellOpenFailed(LinkException? failure)
    {
        lock (_gate)
        {
            if (_isOpenTold)
                return false;
            _isOpenTold = true;
        }

        if (failure is not null)
            _observer.OnOpenFailed(failure);
        return true;
    }
}
