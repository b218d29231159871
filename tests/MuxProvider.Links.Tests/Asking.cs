using System.Collections.Immutable;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.Tests;

/// <summary>How the tests ask links and read what they answer.</summary>
internal static class Asking
{
    /// <summary>Terms of a handle without lease, as the face makes them.</summary>
    public static Terms Terms(string? schema = null, bool onLease = false, bool leavesNoState = false, Deadline deadline = default) =>
        new(schema is null ? null : new Settings(schema), deadline, leavesNoState, onLease, default);

    public static Reply Ask(this ILink link, string text, string? schema = null, bool onLease = false, bool leavesNoState = false, Deadline deadline = default) =>
        link.Submit(new Statement(new StatementText(text, [])), Terms(schema, onLease, leavesNoState, deadline));

    public static Reply Ask(this ILink link, string text, in Terms terms) => link.Submit(new Statement(new StatementText(text, [])), terms);

    /// <summary>Waits for a reply, however it ends.</summary>
    public static async Task<Reply> Over(this Reply reply)
    {
        await reply.Completion.AsTask().WaitAsync(Guard.Time);
        return reply;
    }

    /// <summary>Waits for a reply and gives its one cell as text, its error as "error n", its failure as "failed: kind, delivery".</summary>
    public static async Task<string?> Text(this Reply reply)
    {
        await reply.Over();
        return reply.Read();
    }

    /// <summary>What a reply that is over holds; see <see cref="Text"/>.</summary>
    public static string? Read(this Reply reply)
    {
        if (reply.Abandonment != Abandonment.None)
            return $"{reply.Abandonment}, {reply.Delivery}";
        if (reply.Failure is { } failure)
            return $"failed: {failure.Kind}, {failure.Delivery}";
        switch (reply.NextResult())
        {
            case ReplyItem.Error:
                return $"error {reply.Error!.Code}";
            case ReplyItem.Done:
                return "done";
            case ReplyItem.Rows:
                if (!reply.ReadRow())
                    return reply.Error is { } error ? $"error {error.Code}" : "empty";
                return reply.IsNull(0) ? null : Encoding.UTF8.GetString(reply.GetCell(0));
            default:
                return "nothing";
        }
    }

    /// <summary>Asks, waits, reads, and gives the reply back.</summary>
    public static async Task<string?> AskTextAsync(this ILink link, string text, string? schema = null, bool onLease = false)
    {
        using var reply = link.Ask(text, schema, onLease);
        return await reply.Text();
    }

    /// <summary>The same on the caller's thread, blocked.</summary>
    public static string? AskBlocked(this ILink link, string text, Deadline deadline = default) =>
        Blocking.Run((link, text, deadline), static async what =>
        {
            using var reply = what.link.Ask(what.text, deadline: what.deadline);
            await reply.Completion.ConfigureAwait(false);
            return reply.Read();
        });
}
