using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider;

/// <summary>Hears of the results of what it executed, in order, as they are read.</summary>
internal interface IResultOwner
{
    /// <summary>Takes a result that nobody else should see. Asked first.</summary>
    /// <param name="item">What the reply is at: rows, or the end of a statement without rows.</param>
    /// <param name="reply">The reply; where the result is taken, its rows may be read.</param>
    /// <returns>Whether the result was taken.</returns>
    /// <exception cref="MuxException">What it holds cannot be read.</exception>
    bool Takes(ReplyItem item, Reply reply) => false;

    /// <summary>A result with rows begins.</summary>
    void OnRows();

    /// <summary>A statement without rows is done.</summary>
    /// <param name="affectedRows">The rows it changed or found.</param>
    /// <param name="lastInsertId">The id it generated; 0 for none.</param>
    void OnDone(ulong affectedRows, ulong lastInsertId);

    /// <summary>The server's error ended the answer.</summary>
    /// <param name="error">The error.</param>
    /// <param name="amongRows">Whether it came among the rows of the result that was being read, rather than behind it.</param>
    /// <returns>What to throw.</returns>
    MuxException OnError(ErrPacket error, bool amongRows);
}
