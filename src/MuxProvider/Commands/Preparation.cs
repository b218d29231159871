using MuxProvider.Links;

namespace MuxProvider;

/// <summary>Asks the server whether it can prepare a text.</summary>
internal static class Preparation
{
    // What is wrong with the server or with preparing, not with the text: it runs as text all the same.
    private const int NotSupported = 1295;
    private const int TooManyPrepared = 1461;

    /// <summary>Asks, where running the text prepared would be the same as running it as text.</summary>
    /// <param name="conversation">Whose text it is.</param>
    /// <param name="asker">Who asks: only they can cancel.</param>
    /// <param name="text">The text.</param>
    /// <param name="parameters">The parameters so far; null for none. Others may come later.</param>
    /// <param name="deadline">When the caller stops waiting.</param>
    /// <param name="cancellationToken">Lets the caller go.</param>
    /// <returns>Whether the text may run prepared.</returns>
    /// <exception cref="MuxException">The server refused the text, or no answer could be had.</exception>
    public static async ValueTask<bool> AskAsync(
        Conversation conversation, object asker, string text, MuxParameterCollection? parameters, Deadline deadline, CancellationToken cancellationToken)
    {
        var parsed = conversation.Handle.Parse(text);
        if (!parsed.IsPreparable || HasUserVariables(parsed.Text, parameters, conversation.Settings))
            return false;
        var statement = new Statement(parsed.Text);
        statement.Reset(parsed.Text);
        for (var i = 0; i < parsed.Text.Markers.Length; i++)
            statement.Bind(null);
        var error = await conversation.PrepareAsync(asker, statement, parsed, deadline, cancellationToken).ConfigureAwait(false);
        if (error is not null && error.Code is not (NotSupported or TooManyPrepared))
            throw ErrorTranslator.Refused(error);
        return error?.Code != NotSupported;
    }

    private static bool HasUserVariables(StatementText text, MuxParameterCollection? parameters, DataSourceSettings settings)
    {
        if (!settings.AllowUserVariables)
            return false;
        foreach (var marker in text.Markers)
        {
            if (marker is { IsAt: true, Name: { } name } && parameters?.IndexOfBareName(name) is not >= 0)
                return true;
        }

        return false;
    }
}
