using System.Globalization;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Multiplexing;

/// <summary>Makes the replies that need no server.</summary>
internal static class LocalAnswers
{
    private static readonly ColumnDefinition[] s_warningColumns =
    [
        ColumnDefinition.VarChar("Level", 7), ColumnDefinition.UnsignedInt("Code"), ColumnDefinition.VarChar("Message", 512),
    ];

    /// <summary>The answer to a text.</summary>
    /// <param name="traits">What it asks.</param>
    /// <param name="session">What the handle knows.</param>
    /// <returns>The reply.</returns>
    public static LocalReply Of(StatementTraits traits, HandleSession session)
    {
        return traits.LocalAnswer switch
        {
            LocalAnswer.RowCount => Number(traits.LocalColumn ?? "ROW_COUNT()", session.RowCount),
            LocalAnswer.WarningCount => Count(traits.LocalColumn ?? "@@session.warning_count", session.Warnings.Count ?? 0),
            LocalAnswer.ErrorCount => Count(traits.LocalColumn ?? "@@session.error_count", Errors(session).Count),
            LocalAnswer.ShowWarnings => List(session.Warnings.Known ?? []),
            LocalAnswer.ShowErrors => List(Errors(session)),
            _ => LocalReply.Ok(),
        };
    }

    /// <summary>What ROW_COUNT() is behind the answer.</summary>
    public static long RowCountAfter(StatementTraits traits) =>
        traits.LocalAnswer is LocalAnswer.None or LocalAnswer.OkAlways or LocalAnswer.OkWhenFloating ? 0 : -1;

    /// <summary>Whether the warnings of the statement before can still be asked for.</summary>
    public static bool KeepsWarnings(StatementTraits traits) =>
        traits.LocalAnswer is LocalAnswer.ShowWarnings or LocalAnswer.ShowErrors or LocalAnswer.WarningCount or LocalAnswer.ErrorCount;

    private static List<ServerWarning> Errors(HandleSession session) =>
        [.. (session.Warnings.Known ?? []).Where(static warning => warning.Level == "Error")];

    private static LocalReply Number(string column, long value) =>
        LocalReply.Rows([ColumnDefinition.BigInt(column, isUnsigned: false)], [[value.ToString(CultureInfo.InvariantCulture)]]);

    private static LocalReply Count(string column, int value) =>
        LocalReply.Rows([ColumnDefinition.BigInt(column, isUnsigned: true)], [[value.ToString(CultureInfo.InvariantCulture)]]);

    private static LocalReply List(IReadOnlyList<ServerWarning> warnings) => LocalReply.Rows(
        s_warningColumns,
        [.. warnings.Select(static warning => new string?[] { warning.Level, warning.Code.ToString(CultureInfo.InvariantCulture), warning.Message })]);
}
