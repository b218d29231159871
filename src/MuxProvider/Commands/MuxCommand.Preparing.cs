using System.Data;
using MuxProvider.Links;

namespace MuxProvider;

/// <content>Prepared statements.</content>
public sealed partial class MuxCommand
{
    /// <summary>Whether the command runs prepared, where its link can: see <see cref="Prepare"/>.</summary>
    public bool IsPrepared { get; private set; }

    /// <summary>
    /// Has the server check the text now, in one round trip, and lets the command run prepared from now on. A statement that has just
    /// been prepared on one link is prepared on others when it first runs there; until then, and wherever it cannot run prepared, it runs as text.
    /// Nothing happens to a text of several statements, to one that is not SELECT, INSERT, UPDATE, DELETE or REPLACE, and with
    /// <c>Ignore Prepare</c>. Another text or connection ends it. The values are the same either way; but of a FLOAT, text has
    /// six digits.
    /// </summary>
    /// <exception cref="MuxException">The server refused the text, or no answer could be had.</exception>
    /// <exception cref="InvalidOperationException">The command has no open connection or no text.</exception>
    public override void Prepare() => Blocking.Run(this, static command => command.PrepareCoreAsync(CancellationToken.None));

    /// <inheritdoc cref="Prepare"/>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>When the server has answered.</returns>
    public override Task PrepareAsync(CancellationToken cancellationToken = default) => PrepareCoreAsync(cancellationToken).AsTask();

    private async ValueTask<bool> PrepareCoreAsync(CancellationToken cancellationToken)
    {
        var conversation = (_connection ?? throw new InvalidOperationException("The command has no connection.")).Conversation;
        if (string.IsNullOrWhiteSpace(_text))
            throw new InvalidOperationException("The command has no text.");
        cancellationToken.ThrowIfCancellationRequested();
        if (IsPrepared || conversation.Settings.IgnorePrepare || _type != CommandType.Text)
            return false;
        return IsPrepared = await Preparation.AskAsync(
            conversation, this, _text, _parameters, conversation.DeadlineIn(CommandTimeout), cancellationToken).ConfigureAwait(false);
    }
}
