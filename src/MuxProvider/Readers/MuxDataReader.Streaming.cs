using System.Data;
using MuxProvider.Links;

namespace MuxProvider;

/// <content>Answers that are read while they come.</content>
public sealed partial class MuxDataReader
{
    private async ValueTask<bool> FetchRowAsync(CancellationToken cancellationToken)
    {
        var reply = OpenReply();
        _isOnRow = false;
        _isOnRow = await _conversation.ReadRowAsync(reply, cancellationToken).ConfigureAwait(false);
        if (!_isOnRow && reply.Error is { } error)
            throw _owner.OnError(error, amongRows: true);
        return _isOnRow;
    }

    private async ValueTask<bool> FetchResultAsync(CancellationToken cancellationToken)
    {
        var reply = OpenReply();
        LeaveResult();
        while (true)
        {
            var item = await _conversation.NextResultAsync(reply, cancellationToken).ConfigureAwait(false);
            if (_results.Take(item) is not { } hasRows)
                continue;
            if (hasRows)
                EnterResult();
            return hasRows;
        }
    }

    private async ValueTask<MuxDataReader> BeginStreamAsync(CancellationToken cancellationToken)
    {
        var reply = _reply!;
        try
        {
            await FetchResultAsync(cancellationToken).ConfigureAwait(false);
            _conversation.Attach(this);
            return this;
        }
        catch
        {
            // The caller gets no reader that could end it.
            await _conversation.EndStreamAsync(reply).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask EndStreamAsync()
    {
        var reply = OpenReply();
        try
        {
            await ReadOnAsync().ConfigureAwait(false);
        }
        finally
        {
            await EndAsync(reply, Forget()).ConfigureAwait(false);
        }

        if ((_behavior & CommandBehavior.CloseConnection) != 0)
            _connection.Close();
    }

    private async ValueTask EndAndTellAsync()
    {
        await EndStreamAsync().ConfigureAwait(false);
        TellNews();
    }

    // Whatever happens, the connection is no longer in use by this reader.
    private async ValueTask EndAsync(Reply reply, ResultShape shape)
    {
        try
        {
            await _conversation.EndStreamAsync(reply).ConfigureAwait(false);
        }
        finally
        {
            _conversation.Detach(this, shape);
        }
    }

    // What is left of a text that may change something still counts: affected rows and ids. What only reads can be broken off.
    private async ValueTask ReadOnAsync()
    {
        // Whoever closes the connection does not want to wait for the rest.
        if (_connection.State != ConnectionState.Open)
            _conversation.Handle.Cancel();
        else if (_conversation.MayStreamWrite)
            await ReadToEndAsync().ConfigureAwait(false);
    }

    // Errors came too late for anybody to act on.
    private async ValueTask ReadToEndAsync()
    {
        try
        {
            while (await FetchResultAsync(CancellationToken.None).ConfigureAwait(false))
            {
            }
        }
        catch (MuxException)
        {
        }
    }
}
