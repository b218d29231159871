using System.Data;
using MuxProvider.Links;

namespace MuxProvider;

/// <content>What the server says of the commands before they run.</content>
public sealed partial class MuxBatch
{
    /// <summary>
    /// Has the server check the commands now, one round trip for each text, and tells its error for the first one that it refuses:
    /// <see cref="System.Data.Common.DbException.BatchCommand"/> names it. The batch is still sent as one text, which costs one round trip
    /// where prepared commands would cost one each. Checked is what <see cref="MuxCommand.Prepare"/> would prepare; other commands, and
    /// those of the types StoredProcedure and TableDirect, are passed over. A command that needs a table which the batch itself makes is refused here.
    /// </summary>
    /// <exception cref="MuxException">The server refused a command, or no answer could be had.</exception>
    /// <exception cref="InvalidOperationException">The batch has no open connection or no commands, or one has no text.</exception>
    public override void Prepare() => Blocking.Run(this, static batch => batch.PrepareCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="Prepare"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the server has answered.</returns>
    public override Task PrepareAsync(CancellationToken cancellationToken = default) => PrepareCoreAsync(cancellationToken).AsTask();

    private async ValueTask PrepareCoreAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var conversation = await ConverseAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            BatchText.Check(BatchCommands);
            if (!conversation.Settings.IgnorePrepare)
                await CheckAsync(conversation, conversation.DeadlineIn(Timeout), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            TellNewsAndEnd(conversation);
        }
    }

    private async ValueTask CheckAsync(Conversation conversation, Deadline deadline, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (MuxBatchCommand command in BatchCommands)
        {
            if (command.CommandType != CommandType.Text || !seen.Add(command.CommandText))
                continue;
            try
            {
                await Preparation.AskAsync(conversation, this, command.CommandText, command.ParametersOrNull, deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (MuxException error)
            {
                error.FailedBatchCommand = command;
                throw;
            }
        }
    }
}
