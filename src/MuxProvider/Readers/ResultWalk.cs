using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Walks through the results of a reply and adds up what they changed.</summary>
internal struct ResultWalk(Reply reply, IResultOwner owner)
{
    private bool _hasAffected;
    private ulong _affected;

    /// <summary>The rows changed by all results so far; −1 where none changed any.</summary>
    public readonly int RecordsAffected => _hasAffected ? (int)Math.Min(_affected, int.MaxValue) : -1;

    /// <summary>Goes to the next result that has rows, over those that have none.</summary>
    /// <returns>False behind the last result.</returns>
    /// <exception cref="MuxException">The server's error ended the answer.</exception>
    public bool MoveNext()
    {
        while (true)
        {
            if (Take(Next()) is { } hasRows)
                return hasRows;
        }
    }

    /// <summary>Takes what the reply has gone to.</summary>
    /// <param name="item">What it is.</param>
    /// <returns>True for rows, false behind the last result, null where there is more to go over.</returns>
    /// <exception cref="MuxException">The server's error ended the answer.</exception>
    public bool? Take(ReplyItem item)
    {
        switch (item)
        {
            case ReplyItem.Rows or ReplyItem.Done when owner.Takes(item, reply):
                if (reply.Error is { } error)
                    throw owner.OnError(error, amongRows: true);
                return null;
            case ReplyItem.Rows:
                owner.OnRows();
                return true;
            case ReplyItem.Done:
                _hasAffected = true;
                _affected += reply.AffectedRows;
                owner.OnDone(reply.AffectedRows, reply.LastInsertId);
                return null;
            case ReplyItem.Error:
                throw owner.OnError(reply.Error!, amongRows: false);
            default:
                return false;
        }
    }

    private readonly ReplyItem Next()
    {
        try
        {
            return reply.NextResult();
        }
        catch (ProtocolException malformed)
        {
            throw ErrorTranslator.Malformed(malformed);
        }
    }
}
