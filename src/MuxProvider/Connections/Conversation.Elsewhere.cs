namespace MuxProvider;

/// <content>Questions that another handle asks for the caller, who may cancel them like its own.</content>
internal sealed partial class Conversation
{
    // Ends what another handle asks for the asker; null where none does. Guarded by the gate. Never disposed, so that a late cancel meets nothing.
    private CancellationTokenSource? _elsewhere;

    /// <summary>Has another handle ask something. The connection is in use meanwhile.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="asker">Who asks: only they can cancel.</param>
    /// <param name="ask">Asks, until its token is used.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="InvalidOperationException">The connection is in use.</exception>
    /// <exception cref="OperationCanceledException">The token was used.</exception>
    /// <exception cref="MuxException">The caller cancelled, or what asking throws.</exception>
    public async ValueTask<T> AskElsewhereAsync<T>(object asker, Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        var stop = new CancellationTokenSource();
        Begin(asker);
        lock (_gate)
            _elsewhere = stop;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Token);
            return await ask(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled)
        {
            if (cancellationToken.IsCancellationRequested)
                throw new OperationCanceledException(cancelled.Message, cancelled, cancellationToken);
            throw ErrorTranslator.Interrupted(cancelled);
        }
        finally
        {
            lock (_gate)
                _elsewhere = null;
            End();
        }
    }
}
