using System.Globalization;
using System.Text;
using MuxProvider.Links;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Ends the statement that a shared link runs for nobody, by its own number, which no other statement ever has: MariaDB's
/// <c>KILL QUERY ID</c>. Only where what the server shows can be nothing else; where it can, the statement just goes on.
/// </summary>
/// <param name="target">The link; others go on using it.</param>
/// <param name="orphan">The link's number of the request.</param>
internal sealed class OrphanErrand(ILink target, long orphan) : ServerErrand(target)
{
    /// <inheritdoc/>
    protected override async Task<bool> SpeakAsync(ILink messenger)
    {
        var question = string.Create(
            CultureInfo.InvariantCulture, $"SELECT QUERY_ID, COMMAND, INFO_BINARY FROM information_schema.PROCESSLIST WHERE ID = {Target.Facts.ServerThread}");
        string? number;
        using (var reply = Submit(messenger, new StatementText(question, [])))
        {
            await reply.Completion.ConfigureAwait(false);
            number = reply.Failure is null ? NumberIn(reply) : null;
        }

        if (number is null)
            return true;
        HasKilled = true;

        // One that has ended meanwhile is unknown by now (1957), and nothing is hit.
        return await AskAsync(messenger, new StatementText($"KILL QUERY ID {number}", [])).ConfigureAwait(false);
    }

    // What the link has in flight is looked at behind the server's answer: whatever the server may have shown is still there.
    private string? NumberIn(Reply reply)
    {
        if (reply.NextResult() != ReplyItem.Rows || !reply.ReadRow() || reply.IsNull(0) || reply.IsNull(1) || reply.IsNull(2))
            return null;
        var number = Encoding.ASCII.GetString(reply.GetCell(0));
        return Target.IsOrphan(orphan, reply.GetCell(1), reply.GetCell(2)) && ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? number
            : null;
    }
}
