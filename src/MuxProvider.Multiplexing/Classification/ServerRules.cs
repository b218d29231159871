using System.Globalization;

namespace MuxProvider.Multiplexing;

/// <summary>Judges the statements about the server and about its other connections.</summary>
internal static class ServerRules
{
    /// <summary>Judges a statement that works on the server: it has a link for itself, which is reset afterwards.</summary>
    public static void Administer(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        verdict.IsUnclean = true;
        BodyRules.ScanDefinition(tokens, 1, ref verdict);
    }

    /// <summary>Judges <c>START</c> and <c>STOP</c> of anything but a transaction.</summary>
    public static void StartOrStop(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        if (!tokens.IsAny(1, "SLAVE", "REPLICA", "GROUP_REPLICATION") && !(tokens.Is(1, "ALL") && tokens.IsAny(2, "SLAVES", "REPLICAS")))
            verdict.Pin(PinReasons.Unknown);
        Administer(tokens, ref verdict);
    }

    /// <summary>Judges <c>KILL</c>.</summary>
    public static void Kill(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        BodyRules.ScanDefinition(tokens, 1, ref verdict);
        var i = tokens.IsAny(1, "HARD", "SOFT") ? 2 : 1;
        if (tokens.IsAny(i, "CONNECTION", "QUERY"))
            i++;
        var end = tokens.Count;
        while (tokens.Kind(i) == SqlTokenKind.OpenParenthesis && tokens.Kind(end - 1) == SqlTokenKind.CloseParenthesis)
            (i, end) = (i + 1, end - 1);
        if (end == i + 1 && tokens.Kind(i) == SqlTokenKind.Number
            && ulong.TryParse(tokens.Written(i), NumberStyles.None, CultureInfo.InvariantCulture, out var thread))
            verdict.KilledThread = thread;
        else if (NamesItself(tokens, i))
            verdict.KilledThread = 0;
    }

    // Whatever is computed from the own id is meant to be the own connection.
    private static bool NamesItself(in StatementTokens tokens, int from)
    {
        for (var i = from; i < tokens.Count; i++)
        {
            if (tokens.Kind(i) == SqlTokenKind.SystemVariable && SystemVariableName.Read(tokens.Written(i)).Name == "pseudo_thread_id")
                return true;
            if (tokens.IsName(i) && tokens.Kind(i + 1) == SqlTokenKind.OpenParenthesis
                && System.Text.Ascii.EqualsIgnoreCase(tokens.Name(i), "CONNECTION_ID"))
                return true;
        }

        return false;
    }
}
