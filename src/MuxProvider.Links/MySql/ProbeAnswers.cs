using System.Globalization;
using System.Text;
using MuxProvider.Protocol;

namespace MuxProvider.Links.MySql;

/// <summary>What is asked behind a statement, and how the answers are read. Pure but for the reply that is read.</summary>
internal static class ProbeAnswers
{
    /// <summary>
    /// The probes in the order in which they are sent. The sign of life comes first: what a server could not tell of the session
    /// because of an error it tells with its next answer, whichever that is, and a ping keeps the warnings. SHOW WARNINGS changes nothing,
    /// but some servers forget the warnings at the next SELECT.
    /// </summary>
    public static ReadOnlySpan<Probes> Order => [Probes.Status, Probes.Warnings, Probes.GeneratedId];

    /// <summary>Writes the request of one probe.</summary>
    public static void WriteRequest(ByteWriter writer, Probes probe)
    {
        switch (probe)
        {
            case Probes.Warnings:
                Commands.WriteQuery(writer, "SHOW WARNINGS"u8);
                break;

            case Probes.GeneratedId:
                Commands.WriteQuery(writer, "SELECT LAST_INSERT_ID()"u8);
                break;

            default:
                Commands.Write(writer, CommandCode.Ping);
                break;
        }
    }

    /// <summary>The rows of SHOW WARNINGS; null where the server had none to tell.</summary>
    public static IReadOnlyList<ServerWarning>? ReadWarnings(Reply reply)
    {
        if (reply.NextResult() != ReplyItem.Rows || reply.Columns.Count < 3)
            return null;
        List<ServerWarning>? warnings = null;
        while (reply.ReadRow())
        {
            var code = TextCells.TryReadInt64(reply.GetCell(1), out var number) ? (int)number : 0;
            (warnings ??= []).Add(new ServerWarning(Encoding.UTF8.GetString(reply.GetCell(0)), code, Encoding.UTF8.GetString(reply.GetCell(2))));
        }

        return reply.Error is not null ? null : warnings ?? (IReadOnlyList<ServerWarning>)[];
    }

    /// <summary>The number that a probe answered; null where it answered none.</summary>
    public static ulong? ReadNumber(Reply reply) =>
        reply.TryPeekCell(out var cell) && ulong.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
