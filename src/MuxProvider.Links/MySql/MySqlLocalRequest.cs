using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>
/// A request for local data on a native link. The link asks or ends it, from any thread; the statement's caller waits for it and sends
/// the data.
/// </summary>
internal sealed class MySqlLocalRequest : LocalRequest
{
    private const int LongestPacket = 1024 * 1024;

    // How long a server that reads no more may hold up a caller who does not want to wait any longer.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly MySqlLink _link;
    private readonly MySqlReply _reply;

    // Guards _stop: it must not be used when it is disposed.
    private readonly Lock _gate = new();
    private CancellationTokenSource? _stop;
    private byte _sequence;
    private int _isOver;

    public MySqlLocalRequest(MySqlLink link, MySqlReply reply)
    {
        _link = link;
        _reply = reply;
        Deadline = reply.Deadline;
    }

    /// <inheritdoc/>
    public override bool Abandon(Abandonment reason) => _reply.Abandon(reason);

    /// <inheritdoc/>
    public override async ValueTask<Exception?> AnswerAsync(ILocalData data, bool mayEnd, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        Exception? fault = null;
        var isWritten = true;
        using var writer = new LocalWriter(_link);
        var watch = _link.Clock.CreateTimer(static link => ((MySqlLink)link!).Close(), _link, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var disposal = watch.ConfigureAwait(false);
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            // What is being written has to come to its end, so that the conversation can go on; but not for ever.
            using var late = stop.Token.UnsafeRegister(static watch => ((ITimer)watch!).Change(s_grace, Timeout.InfiniteTimeSpan), watch);
            Begin(stop);
            try
            {
                isWritten = await SendAsync(data, writer, stop.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Whatever the source throws is for the caller; the conversation has to come to an end first.
                fault = e;
            }

            End(stop);
        }

        var next = new MySqlLocalRequest(_link, _reply);
        Next = next;
        _reply.Offer(next);
        if (fault is not null && !mayEnd)
            _link.Close();
        else if (isWritten)
            await SendEndAsync(writer).ConfigureAwait(false);
        return fault;
    }

    /// <summary>The server asks. By who has the turn.</summary>
    /// <returns>False where nobody waits any more: the turn stays with the link.</returns>
    internal bool Ask(string name, byte sequence)
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return false;
        Name = name;
        _sequence = sequence;
        Complete();
        return true;
    }

    /// <summary>The reply is over. Any thread, as often as one likes.</summary>
    internal void End()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
            Complete();

        // The source's own code must not run here.
        lock (_gate)
            _ = _stop?.CancelAsync();
    }

    private void Begin(CancellationTokenSource stop)
    {
        lock (_gate)
            _stop = stop;
        if (_reply.IsFinished)
            End();
    }

    private void End(CancellationTokenSource stop)
    {
        lock (_gate)
            _stop = _stop == stop ? null : _stop;
    }

    // False where the link is lost.
    private async ValueTask<bool> SendAsync(ILocalData data, LocalWriter writer, CancellationToken cancellationToken)
    {
        var file = data.Open(Name!);
        if (file is null)
        {
            _reply.Refuse(Name!);
            return true;
        }

        await using (file.ConfigureAwait(false))
        {
            using var piece = new ByteWriter(64 * 1024);
            using var packets = new ByteWriter(64 * 1024);
            var longest = (int)Math.Min(LongestPacket, _link.Facts.MaxAllowedPacket / 2);
            while (await file.ReadAsync(piece, cancellationToken).ConfigureAwait(false))
            {
                ThrowIfOver(cancellationToken);
                _sequence = LocalInfilePackets.Write(packets, piece.WrittenSpan, longest, _sequence);
                if (!await writer.WriteAsync(packets.WrittenMemory).ConfigureAwait(false))
                    return false;
                piece.Clear();
                packets.Clear();
            }

            ThrowIfOver(cancellationToken);
            return true;
        }
    }

    // A blocked caller keeps its deadline itself.
    private void ThrowIfOver(CancellationToken cancellationToken)
    {
        if (Deadline.IsOver)
            _reply.Abandon(Abandonment.TimedOut);
        cancellationToken.ThrowIfCancellationRequested();
        if (_reply.IsFinished)
            throw new OperationCanceledException();
    }

    private async ValueTask SendEndAsync(LocalWriter writer)
    {
        using var end = new ByteWriter(16);
        _link.ResumeAt(LocalInfilePackets.WriteEnd(end, _sequence));
        if (await writer.WriteAsync(end.WrittenMemory).ConfigureAwait(false))
            _link.EndTurn();
    }
}
