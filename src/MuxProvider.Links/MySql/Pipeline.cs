using System.Diagnostics;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// The requests of one link: those that wait to be sent, and those in flight in the order in which they were written, which is
/// the order of their replies. Decides what may be sent now, and puts the settings prefix in front. Pure bookkeeping without
/// I/O; guarded by its link's lock.
/// </summary>
/// <param name="transport">Where requests come from.</param>
/// <param name="session">What was agreed at login.</param>
internal sealed class Pipeline(MySqlTransport transport, MySqlSession session)
{
    private readonly bool _pipelines = session.Facts.SupportsPipelining;
    private readonly int _maxDepth = session.Facts.SupportsPipelining ? transport.Options.MaxDepth : 1;
    private readonly int _maxBytes = transport.Options.MaxUnansweredBytes;
    private readonly PrefixWriter _prefixes = new(session.Facts);
    private RequestQueue _waiting;
    private RequestQueue _inFlight;
    private MySqlReply? _preparing;
    private MySqlReply? _local;
    private int _bytesInFlight;
    private long _sent;

    /// <summary>Requests taken and not answered.</summary>
    public int Depth => _waiting.Count + _inFlight.Count;

    /// <summary>Requests in flight.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>What is known of the session's settings.</summary>
    public SessionLabel Label { get; } = new();

    /// <summary>What is prepared on the link.</summary>
    public PreparedStatements Prepared { get; } = new(transport.Options.MaxPreparedStatements, transport.Preparations);

    /// <summary>The request whose reply comes next.</summary>
    public MySqlReply? Head => _inFlight.First;

    /// <summary>Whether something could be sent now.</summary>
    public bool CanSend => _preparing is null && _local is null && _waiting.First is { } next && HasRoom(next.Request.Length, _maxBytes) && (!IsHeldBack(next) || transport.Buffers.MayPass);

    /// <summary>
    /// Whether the last request in flight may turn the conversation round: whatever were sent behind it, the server could take for the
    /// file that it asks for.
    /// </summary>
    public bool IsTurned => _local is not null;

    /// <summary>Takes a request.</summary>
    public void Add(MySqlReply reply)
    {
        // What is sent behind the reset does not find them any more.
        if (reply.Kind == RequestKind.Recycle)
            Prepared.Clear();
        _waiting.Add(reply);
    }

    /// <summary>Whether a request taken now probably finds these settings without a prefix.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>False where they have to be brought.</returns>
    public bool FindsSettings(Settings settings) =>
        Label.Needs(settings) == PrefixParts.None
        && (_waiting.Last is not { } last || (last.Step.Leaves is null && settings.Equals(last.Step.Settings)));

    /// <summary>Moves waiting requests into flight, as far as depth and bytes allow.</summary>
    /// <param name="output">Where their bytes go.</param>
    /// <param name="maxBytes">The most bytes that may be in flight afterwards; a single request may be larger.</param>
    public void Fill(ByteWriter output, int maxBytes)
    {
        maxBytes = Math.Min(maxBytes, _maxBytes);
        while (_preparing is null && _local is null && _waiting.First is { } next)
        {
            if (next.IsFinished && !next.IsPrepared)
            {
                Forget(_waiting.Take());
                continue;
            }

            // Not answered, so it is never in flight.
            if (next.Kind == RequestKind.Close)
            {
                output.Write(next.Request.WrittenSpan);
                _waiting.Take().Release();
                continue;
            }

            if (!HasRoom(next.Request.Length, maxBytes) || (IsHeldBack(next) && !transport.Buffers.TryPass()))
                return;
            var parts = Needs(next);
            if ((parts & PrefixParts.Schema) != 0 && next.Step.Settings!.Schema is null)
            {
                next.Fail(new LinkException(
                    LinkFailureKind.SettingsRefused, Delivery.NotSent, "A link that has a default schema cannot be brought back to none."));
                continue;
            }

            if (next.IsExecution && (parts != PrefixParts.None || next.Concern!.State != PreparedState.Ready))
            {
                transport.Preparations.FellBack();
                next.Fail(NotPrepared());
                continue;
            }

            var prefix = parts == PrefixParts.None ? default : _prefixes.Write(parts, next.Step.Settings, Label, next.WantedGeneratedId, next.Before, next.BeginText);
            if (!prefix.IsEmpty && !CanCarry(next, prefix.Length))
            {
                if (!TrySendPrefix(output, next, parts, prefix))
                    continue;
                prefix = default;
            }

            _waiting.Take();
            if (!next.IsPrepared && !next.TrySend())
            {
                Forget(next);
                continue;
            }

            if (!prefix.IsEmpty)
                next.Bring(parts);
            Send(output, next, prefix);
            AskBehind(output, next);
        }
    }

    /// <summary>Takes the head out of flight, once its reply is whole.</summary>
    public void RemoveHead()
    {
        var head = _inFlight.Take();
        _bytesInFlight -= head.Request.Length;
        if (_local == head)
            _local = null;
    }

    /// <summary>Learns from a whole reply what the session's settings are.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="endpoint">Where the link leads, for messages.</param>
    public void Learn(MySqlReply reply, string endpoint)
    {
        switch (reply.Kind)
        {
            case RequestKind.Statement:
                LearnOfExecution(reply);
                Label.Answered(reply.Step, reply.Refusal?.Part ?? PrefixParts.None, reply.Gathered);
                break;

            case RequestKind.Prefix:
                Label.Answered(reply.Step, reply.Refusal?.Part ?? PrefixParts.None, default);
                EndPreparing(reply.Refusal, endpoint);
                break;

            case RequestKind.Preparation or RequestKind.Prepare:
                CloseStatement(Prepared.Answered(
                    reply.Concern!, reply.PreparedAs, isTrusted: !reply.IsSuspect && reply.Step.Settings is { } settings && Label.IsProven(settings)));
                break;

            case RequestKind.Recycled:
                Label.AnsweredReset();
                break;
        }
    }

    /// <summary>Has the server close a statement, behind everything that was taken so far. Whoever calls this sees to it that it is sent.</summary>
    /// <param name="id">The statement; null for none.</param>
    public void CloseStatement(uint? id)
    {
        if (id is not { } unused)
            return;
        var closing = transport.Replies.Get();
        closing.BeginClose(transport, session.Capabilities, unused);
        _waiting.Add(closing);
    }

    /// <summary>Marks what is in flight behind the head: a neighbour changed the session under it.</summary>
    public void SuspectFollowers()
    {
        for (var reply = _inFlight.First?.Next; reply is not null; reply = reply.Next)
            reply.IsSuspect = true;
    }

    /// <summary>Gives up the waits whose deadline is over.</summary>
    public void ExpireOverdue()
    {
        for (var reply = _inFlight.First; reply is not null; reply = reply.Next)
            Expire(reply);
        for (var reply = _waiting.First; reply is not null; reply = reply.Next)
            Expire(reply);
    }

    /// <summary>Takes out everything that was not sent, for the caller to fail.</summary>
    public RequestQueue TakeWaiting()
    {
        var waiting = _waiting;
        for (var reply = waiting.First; reply is not null; reply = reply.Next)
            Withdraw(reply);
        _waiting = default;
        _preparing = null;
        return waiting;
    }

    /// <summary>Whether statements of others are in flight behind the head.</summary>
    public bool HasFollowers
    {
        get
        {
            var head = _inFlight.First;
            for (var reply = head?.Next; reply is not null; reply = reply.Next)
            {
                if (reply.Owner is null || reply.Owner != head)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Takes out what was not sent and may as well run elsewhere, for the caller to fail.</summary>
    public RequestQueue TakeMovable()
    {
        RequestQueue movable = default, staying = default;
        while (_waiting.Count > 0)
        {
            var next = _waiting.Take();
            if (next == _preparing || next is not { OnLease: false, IsPrepared: false, Owner: null })
            {
                staying.Add(next);
                continue;
            }

            Withdraw(next);
            movable.Add(next);
        }

        _waiting = staying;
        return movable;
    }

    /// <summary>The request that waits to be sent first.</summary>
    public MySqlReply? FirstUnsent => _waiting.First;

    /// <summary>Lets those behind the head go that may move: what they asked for is answered, but nobody waits for it any more.</summary>
    public void LetReadersGo(LinkException why)
    {
        for (var reply = _inFlight.First?.Next; reply is not null; reply = reply.Next)
        {
            if (reply.MayMove)
                reply.Fail(why);
        }
    }

    /// <summary>Takes out everything that was sent, for the caller to fail.</summary>
    public RequestQueue TakeInFlight()
    {
        var inFlight = _inFlight;
        _inFlight = default;
        _local = null;
        _bytesInFlight = 0;
        return inFlight;
    }

    private bool HasRoom(int bytes, int maxBytes) =>
        _inFlight.Count == 0 || (_inFlight.Count < _maxDepth && _bytesInFlight + bytes <= maxBytes);

    // Too much is held in memory. Who has a lease goes on: that ends sooner then.
    private bool IsHeldBack(MySqlReply next) => !next.OnLease && transport.Buffers.IsOver;

    /// <summary>A request that is not sent after all has asked for nothing.</summary>
    public void Withdraw(MySqlReply reply)
    {
        if (reply.Kind is RequestKind.Preparation or RequestKind.Prepare)
            Prepared.Withdraw(reply.Concern!);
    }

    /// <summary>The failure of a statement that has to be sent as text.</summary>
    public static LinkException NotPrepared() => new(
        LinkFailureKind.NotPrepared, Delivery.NotSent, "The statement could not be executed as a prepared one. Nothing ran: it has to be sent as text.");

    private void Forget(MySqlReply reply)
    {
        Withdraw(reply);
        reply.Release();
    }

    // The server does not know the statement any more, or gave up following the changes of its tables: it did not run.
    private void LearnOfExecution(MySqlReply reply)
    {
        if (!reply.IsExecution)
            return;
        if (!reply.IsLostExecution)
        {
            transport.Preparations.Executed();
            return;
        }

        transport.Preparations.FellBack();
        CloseStatement(Prepared.Lose(reply.Concern!));
    }

    // A statement that is answered and waits for its probes is in neither queue: they stand for it.
    private static void Expire(MySqlReply reply)
    {
        var waiting = reply.Owner ?? reply;
        if (waiting.Deadline.IsOver)
            waiting.Abandon(Abandonment.TimedOut);
    }

    private PrefixParts Needs(MySqlReply next)
    {
        if (next.IsPrepared || next.Kind == RequestKind.Prepare)
            return PrefixParts.None;
        var parts = next.Step.Settings is { } settings ? Label.Needs(settings) : PrefixParts.None;

        // Whether the schema can be used is what the sign of life is for: that the session names it already proves nothing, once it was dropped.
        if (next is { Kind: RequestKind.Ping, FollowsPrefix: false, Step.Settings.Schema: not null })
            parts |= PrefixParts.Schema;
        if (next.WantedGeneratedId is not null)
            parts |= PrefixParts.GeneratedId;
        if (next.Before is not null)
            parts |= PrefixParts.Before;
        if (next.BeginText is not null)
            parts |= PrefixParts.Begin;
        return parts;
    }

    // A command of its own cannot keep the next command from running where it fails; a statement in front of the other, in the same
    // packet, can: the server stops at the first error.
    private bool CanCarry(MySqlReply reply, int prefixLength) =>
        reply is { Kind: RequestKind.Statement, Local: null }
        && reply.Request.Length + prefixLength < Math.Min(Packets.MaxPayloadLength, session.Facts.MaxAllowedPacket);

    // Sends a prefix as a request of its own. False where the request itself must wait for the answer, or is not wanted any more.
    private bool TrySendPrefix(ByteWriter output, MySqlReply next, PrefixParts parts, ReadOnlySpan<byte> text)
    {
        if ((parts & ~PrefixParts.Settings) != 0)
        {
            // What is changed for this statement alone must not be left to another one, so from here on it is sent whatever happens.
            if (!next.TrySend())
                return false;
            next.IsPrepared = true;
        }

        var prefix = transport.Replies.Get();
        if (parts == PrefixParts.Schema)
            Commands.WriteInitDb(prefix.Request, next.Step.Settings!.Schema!);
        else
            Commands.WriteQuery(prefix.Request, text[..^1]);
        prefix.BeginPrefix(transport, session.Capabilities, next.Step.Settings, parts);
        prefix.TrySend();
        Send(output, prefix, default);
        next.NotePrefix(parts);
        next.FollowsPrefix = true;

        // A statement must not run where its prefix was refused.
        if (next.Kind == RequestKind.Statement || !_pipelines)
            _preparing = next;
        return _preparing is null;
    }

    private void EndPreparing(PrefixRefusal? refusal, string endpoint)
    {
        if (_preparing is not { } next)
            return;
        _preparing = null;
        if (refusal is null)
            return;
        next.IsPrepared = false;
        next.Fail(refusal.Failure(next, endpoint, Delivery.NotSent));
    }

    private void Send(ByteWriter output, MySqlReply reply, ReadOnlySpan<byte> prefix)
    {
        if (prefix.IsEmpty)
            output.Write(reply.Request.WrittenSpan);
        else
            Commands.WriteQueryBehind(output, prefix, reply.Request.WrittenSpan);
        if (reply.Kind == RequestKind.Recycled)
            Label.SentReset();
        else if (reply.Kind is RequestKind.Statement or RequestKind.Prefix)
            Label.Sent(reply.Step);
        reply.SentAt = Stopwatch.GetTimestamp();
        reply.Number = ++_sent;
        _bytesInFlight += reply.Request.Length;
        _inFlight.Add(reply);
        if (reply.Local is not null)
            _local = reply;
    }

    // Directly behind the statement, whatever the depth: where only one request may be in flight, before everything that waits.
    private void AskBehind(ByteWriter output, MySqlReply statement)
    {
        if (statement.Kind != RequestKind.Statement || statement.Probes == Probes.None)
            return;
        RequestQueue probes = default;
        foreach (var kind in ProbeAnswers.Order)
        {
            if ((statement.Probes & kind) == 0)
                continue;
            var probe = transport.Replies.Get();
            probe.BeginProbe(transport, session.Capabilities, statement, kind);
            probes.Add(probe);
        }

        statement.ProbesLeft = probes.Count;
        if (_pipelines && _local is null)
        {
            while (probes.Count > 0)
            {
                var probe = probes.Take();
                probe.TrySend();
                Send(output, probe, default);
            }
        }
        else
        {
            _waiting.AddFirst(probes);
        }
    }
}
