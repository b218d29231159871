using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider;

/// <content>Answers that are read while they come: reading them may fail, and may be cancelled, like asking.</content>
internal sealed partial class Conversation
{
    // Who asked what is answered by the stream; null where there is none. Guarded by the gate.
    private object? _streamAsker;
    private bool _mayStreamWrite;

    /// <summary>Whether the statement whose answer is read while it comes may change something: then it is read to its end.</summary>
    public bool MayStreamWrite => _mayStreamWrite;

    /// <summary>Goes to the next row of a reply that is read while it comes.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="cancellationToken">Lets the caller go: then nothing more can be read.</param>
    /// <returns>False behind the last row.</returns>
    public async ValueTask<bool> ReadRowAsync(Reply reply, CancellationToken cancellationToken)
    {
        try
        {
            return await reply.ReadRowAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (OfStream(error, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>Goes to the next result of a reply that is read while it comes.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="cancellationToken">Lets the caller go: then nothing more can be read.</param>
    /// <returns>What it is.</returns>
    public async ValueTask<ReplyItem> NextResultAsync(Reply reply, CancellationToken cancellationToken)
    {
        try
        {
            return await reply.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (OfStream(error, cancellationToken) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>The reply is not read any further: only now its statement has ended. Its news is told by the caller, with <see cref="TellNews"/>.</summary>
    /// <param name="reply">The reply.</param>
    /// <returns>When the next statement may run.</returns>
    public async ValueTask EndStreamAsync(Reply reply)
    {
        try
        {
            await reply.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _streamAsker = null;
        }

        if (reply.WarningList is { Count: > 0 } warnings)
            connection.Hear(warnings);
        if (Handle.LostBecause is not null)
            connection.Break();
    }

    private void BeginStream(object asker, ParsedStatement parsed)
    {
        lock (_gate)
            _streamAsker = asker;
        _mayStreamWrite = StatementNature.MayWrite(parsed);
    }

    private MuxException? OfStream(Exception error, CancellationToken cancellationToken) => error is OperationCanceledException
        ? cancellationToken.IsCancellationRequested ? null : ErrorTranslator.Interrupted(error)
        : ErrorTranslator.OfStatement(error, _mayStreamWrite, Settings);
}
