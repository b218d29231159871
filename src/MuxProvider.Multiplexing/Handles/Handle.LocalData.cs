using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <content>Gives the server the local data that a statement on the lease offers.</content>
public sealed partial class Handle
{
    // Answers requests until none comes any more. What is returned is why the data was not all there: the statement's caller gets that,
    // whatever the server made of what it had.
    private async ValueTask<Exception?> SendLocalDataAsync(Reply reply, ILocalData data, StatementTraits traits, CancellationToken cancellationToken)
    {
        // Inside a transaction half a file can be rolled back, and the transaction is kept. Elsewhere, and where other statements follow
        // in the same text, only the end of the link undoes it.
        var mayEnd = IsInTransaction && traits.StatementCount == 1;
        for (var request = reply.LocalRequest; request is not null; request = request.Next)
        {
            await WaitAsync(request, cancellationToken).ConfigureAwait(false);
            if (request.Name is null)
                break;
            lock (_gate)
                _current = request;
            var fault = await request.AnswerAsync(data, mayEnd, cancellationToken).ConfigureAwait(false);
            lock (_gate)
                _current = null;
            if (fault is not null)
                return fault;
        }

        return null;
    }
}
