using System.Data;
using MuxProvider.Links;

namespace MuxProvider;

/// <content>What takes more than sending a text: calls of stored routines, and values that have to be read from streams first.</content>
public sealed partial class MuxCommand
{
    private bool IsPlain => _type != CommandType.StoredProcedure && !ParameterStreams.AreIn(_parameters);

    // A routine that turns out to be declared otherwise than it was looked up is called again, where nothing of it has run.
    private async ValueTask<T> ExecuteWithCareAsync<T>(
        CommandBehavior behavior, Func<MuxCommand, CommandBehavior, CancellationToken, ValueTask<T>> execute, CancellationToken cancellationToken)
    {
        var conversation = Begin(cancellationToken);
        if (_parameters is not null)
            _parameters.Call = null;
        try
        {
            await ParameterStreams.ReadAsync(_parameters, conversation, cancellationToken).ConfigureAwait(false);
            try
            {
                return await execute(this, behavior, cancellationToken).ConfigureAwait(false);
            }
            catch (MuxException) when (_parameters?.Call is { WasRefusedUnrun: true })
            {
                if (!await _parameters.Call.IsOutdatedAsync(_connection!, this, cancellationToken).ConfigureAwait(false))
                    throw;
            }

            return await execute(this, behavior, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _parameters?.ForgetRead();
        }
    }

    private async ValueTask<Reply> CallAsync(Conversation conversation, RoutineCall? refused, CancellationToken cancellationToken)
    {
        // Made again, a call has the time that is left of the first one's.
        var deadline = refused is { WasRefusedUnrun: true } ? refused.Deadline : conversation.DeadlineIn(CommandTimeout);
        var call = await RoutineCall.PrepareAsync(_connection!, this, _text, _parameters, takesWarnings: true, deadline, cancellationToken).ConfigureAwait(false);
        Parameters.Call = call;
        var parsed = conversation.Handle.Parse(call.Text);
        _statement ??= new Statement(parsed.Text);
        _statement.Reset(parsed.Text);
        call.Bind(_statement, 0, parsed.Text.Markers.Length, variablesAreOwn: true);
        LastInsertedId = 0;
        return await conversation.AskAsync(this, _statement, parsed, deadline, cancellationToken).ConfigureAwait(false);
    }
}
