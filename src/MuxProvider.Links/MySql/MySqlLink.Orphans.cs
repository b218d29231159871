namespace MuxProvider.Links.MySql;

/// <content>What became of requests whose callers went away.</content>
internal sealed partial class MySqlLink
{
    /// <inheritdoc/>
    public long? Orphan
    {
        get
        {
            lock (_gate)
                return _state == LinkState.Closed || FindOrphan() is not { } orphan ? null : orphan.Number;
        }
    }

    /// <inheritdoc/>
    public bool IsOrphan(long number, ReadOnlySpan<byte> command, ReadOnlySpan<byte> text)
    {
        if (!ShownStatement.IsTelling(text))
            return false;
        lock (_gate)
        {
            if (FindOrphan() is not { } orphan || orphan.Number != number || !ShownStatement.CouldBe(orphan, command, text))
                return false;
            for (var behind = orphan.Next; behind is not null; behind = behind.Next)
            {
                if (ShownStatement.CouldBe(behind, command, text))
                    return false;
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public LinkSilence Silence
    {
        get
        {
            lock (_gate)
                return _state == LinkState.Closed ? default : Listen();
        }
    }

    /// <inheritdoc/>
    public void Doubt() => Endpoints.Doubt(Facts.Endpoint);

    // Guarded by the gate.
    private MySqlReply? FindOrphan() =>
        _pipeline.Head is { MayBeKilled: true, Kind: RequestKind.Statement, OnLease: false, IsAbandoned: true } head ? head : null;

    // Guarded by the gate.
    private LinkSilence Listen()
    {
        if (_pipeline.Head is not { IsAbandoned: true, Abandonment: Abandonment.TimedOut })
            return default;
        var lastRead = _session.Source.LastRead;
        var (isSilent, isAwaited, longest) = (false, false, TimeSpan.Zero);
        for (var reply = _pipeline.Head; reply is not null; reply = reply.Next)
        {
            isAwaited |= !(reply.Owner ?? reply).IsFinished;
            if (reply is not { IsAbandoned: true, Abandonment: Abandonment.TimedOut } || reply.SentAt < lastRead)
                continue;
            isSilent = true;
            longest = reply.Deadline.Length > longest ? reply.Deadline.Length : longest;
        }

        for (var reply = _pipeline.FirstUnsent; reply is not null; reply = reply.Next)
            isAwaited |= !(reply.Owner ?? reply).IsFinished;
        return new LinkSilence(isSilent, longest, isAwaited);
    }
}
