using MuxProvider.Links;

namespace MuxProvider;

/// <summary>Reads replies that come while they are read to their end without a data reader, and keeps nothing of them.</summary>
internal static class StreamedResults
{
    /// <summary>Reads everything; see <see cref="Results.Drain"/>.</summary>
    /// <param name="conversation">Whose reply it is.</param>
    /// <param name="reply">The reply; disposed at the end.</param>
    /// <param name="owner">Who executed.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The rows changed; −1 where no statement changes any.</returns>
    public static async ValueTask<int> DrainAsync(Conversation conversation, Reply reply, IResultOwner owner, CancellationToken cancellationToken)
    {
        try
        {
            var results = new ResultWalk(reply, owner);
            while (results.Take(await conversation.NextResultAsync(reply, cancellationToken).ConfigureAwait(false)) != false)
            {
            }

            return results.RecordsAffected;
        }
        finally
        {
            await conversation.EndStreamAsync(reply).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the first cell, and then everything; see <see cref="Results.First"/>.</summary>
    /// <param name="conversation">Whose reply it is.</param>
    /// <param name="reply">The reply; disposed at the end.</param>
    /// <param name="owner">Who executed.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The first cell of the first result with rows; null where it has no rows.</returns>
    public static async ValueTask<object?> FirstAsync(Conversation conversation, Reply reply, IResultOwner owner, CancellationToken cancellationToken)
    {
        try
        {
            object? first = null;
            var isFirst = true;
            var results = new ResultWalk(reply, owner);
            while (results.Take(await conversation.NextResultAsync(reply, cancellationToken).ConfigureAwait(false)) is not false and var hasRows)
            {
                if (hasRows is null || !isFirst)
                    continue;
                isFirst = false;
                if (await conversation.ReadRowAsync(reply, cancellationToken).ConfigureAwait(false))
                    first = Results.FirstCell(reply, conversation.Settings.Cells);
                else if (reply.Error is { } error)
                    throw owner.OnError(error, amongRows: true);
            }

            return first;
        }
        finally
        {
            await conversation.EndStreamAsync(reply).ConfigureAwait(false);
        }
    }
}
