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
    private RequestQueue _waiting;
    private RequestQueue _inFlight;
    private int _bytesInFlight;

    /// <summary>Requests taken and not answered.</summary>
    public int Depth => _waiting.Count + _inFlight.Count;

    /// <summary>Requests in flight.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>What the last request sent will leave the session at; null for unknown.</summary>
    public Settings? Label { get; set; } = Settings.None;

    /// <summary>The request whose reply comes next.</summary>
    public MySqlReply? Head => _inFlight.First;

    /// <summary>The request that is sent next.</summary>
    public MySqlReply? NextWaiting => _waiting.First;

    /// <summary>Whether something could be sent now.</summary>
    public bool CanSend => _waiting.First is { } next && HasRoom(next.Request.Length, _maxBytes);

    /// <summary>Whether a prefix is in flight, so that the label is its affair.</summary>
    public bool HasPrefixInFlight
    {
        get
        {
            for (var reply = _inFlight.First; reply is not null; reply = reply.Next)
            {
                if (reply.Kind == RequestKind.Prefix)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Takes a request.</summary>
    public void Add(MySqlReply reply) => _waiting.Add(reply);

    /// <summary>Moves waiting requests into flight, as far as depth and bytes allow.</summary>
    /// <param name="output">Where their bytes go.</param>
    /// <param name="maxBytes">The most bytes that may be in flight afterwards; a single request may be larger.</param>
    public void Fill(ByteWriter output, int maxBytes)
    {
        maxBytes = Math.Min(maxBytes, _maxBytes);
        while (_waiting.First is { } next)
        {
            if (next.IsFinished)
            {
                _waiting.Take().Release();
                continue;
            }

            if (!HasRoom(next.Request.Length, maxBytes))
                return;
            if (next.Settings is { } settings && !settings.Equals(Label))
            {
                if (settings.Schema is null)
                {
                    next.Fail(new LinkException(
                        LinkFailureKind.SettingsRefused, Delivery.NotSent, "A link that has a default schema cannot be brought back to none."));
                    continue;
                }

                SendPrefix(output, settings);

                // A server that takes one command at a time has to answer the prefix first.
                if (!_pipelines)
                    return;
            }

            _waiting.Take();
            if (next.TrySend())
                Send(output, next);
            else
                next.Release();
        }
    }

    /// <summary>Takes the head out of flight, once its reply is whole.</summary>
    public void RemoveHead()
    {
        var head = _inFlight.Take();
        _bytesInFlight -= head.Request.Length;
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
        {
            if (reply.Deadline.IsOver)
                reply.Abandon(Abandonment.TimedOut);
        }

        for (var reply = _waiting.First; reply is not null; reply = reply.Next)
        {
            if (reply.Deadline.IsOver)
                reply.Abandon(Abandonment.TimedOut);
        }
    }

    /// <summary>Takes out everything that was not sent, for the caller to fail.</summary>
    public RequestQueue TakeWaiting()
    {
        var waiting = _waiting;
        _waiting = default;
        return waiting;
    }

    /// <summary>Takes out everything that was sent, for the caller to fail.</summary>
    public RequestQueue TakeInFlight()
    {
        var inFlight = _inFlight;
        _inFlight = default;
        _bytesInFlight = 0;
        return inFlight;
    }

    private bool HasRoom(int bytes, int maxBytes) =>
        _inFlight.Count == 0 || (_inFlight.Count < _maxDepth && _bytesInFlight + bytes <= maxBytes);

    private void SendPrefix(ByteWriter output, Settings settings)
    {
        var prefix = transport.Replies.Get();
        prefix.BeginInternal(transport, session.Capabilities, RequestKind.Prefix, settings);
        Commands.WriteInitDb(prefix.Request, settings.Schema!);
        prefix.TrySend();
        Send(output, prefix);
        Label = settings;
    }

    private void Send(ByteWriter output, MySqlReply reply)
    {
        output.Write(reply.Request.WrittenSpan);
        reply.SentAt = Stopwatch.GetTimestamp();
        _bytesInFlight += reply.Request.Length;
        _inFlight.Add(reply);
    }
}
