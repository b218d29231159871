using static MuxProvider.Multiplexing.SettingKind;

namespace MuxProvider.Multiplexing;

/// <summary>
/// Judges the assignments of <c>SET</c>, one after the other. What is known to travel becomes a setting; what is meant for the
/// whole server leaves the session alone; anything else pins.
/// </summary>
internal static class AssignmentRules
{
    // A reader that pauses for less than this should not lose a link that others share.
    private const long ShortestNetTimeout = 30;

    /// <summary>Why the idle timeouts are refused among other statements and assignments.</summary>
    internal const string LinkSetting =
        "wait_timeout and interactive_timeout belong to the shared links, which are kept alive anyway. Set them in a statement of their own instead, or leave them out.";

    private const string PacketLimitIsServers =
        "max_allowed_packet cannot be set for one session. Set it for the whole server instead (SET GLOBAL max_allowed_packet = …).";

    private const string TrackingIsOurs =
        "Session tracking cannot be changed: it is what keeps sessions apart on shared links. Leave the session_track_… variable out instead.";

    private const string ReleaseIsRefused =
        "completion_type RELEASE makes the server close the physical link at every COMMIT, which other connections share. Leave it out and close the connection instead.";

    /// <summary>Judges the assignments behind SET.</summary>
    public static void Judge(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        if (tokens.Count == 1)
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);

        var doubtful = false;
        for (var from = 1; from < tokens.Count;)
        {
            var to = FindEnd(tokens, from, tokens.Count);
            var alone = from == 1 && to == tokens.Count;
            JudgeItem(tokens, from, to, alone, ref doubtful, ref verdict);

            // A comma at the end lacks an assignment.
            if (to == tokens.Count - 1)
                verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
            from = to + 1;
        }
    }

    /// <summary>Judges the assignments of <c>SET STATEMENT … FOR</c>.</summary>
    /// <param name="tokens">The statement.</param>
    /// <param name="inner">The index behind FOR; the number of tokens or more if there is none.</param>
    /// <param name="verdict">What is known of the values.</param>
    /// <returns>Whether the variables may be set like that without leaving anything.</returns>
    public static bool JudgeForStatement(in StatementTokens tokens, out int inner, ref StatementVerdict verdict)
    {
        inner = FindFor(tokens);
        var fine = inner > 3;
        for (var from = 2; from < inner - 1;)
        {
            var to = FindEnd(tokens, from, inner - 1);
            var assignment = Assignment.Read(tokens, from, to);
            fine &= assignment.Scope != VariableScope.Server && MaySetForStatement(tokens, assignment);
            Scan(tokens, assignment, ref verdict);
            from = to + 1;
        }

        return fine;
    }

    /// <summary>Notes what a statement says of the next transaction only.</summary>
    /// <param name="characteristics">What it says.</param>
    /// <param name="verdict">What is known of the statement.</param>
    public static void SetNextTransaction(TransactionCharacteristics characteristics, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        verdict.IsTransactionControl = true;
        verdict.NextTransaction = characteristics.Clause;
    }

    private static void JudgeItem(in StatementTokens tokens, int from, int to, bool alone, ref bool doubtful, ref StatementVerdict verdict)
    {
        if (from == to)
        {
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
            return;
        }

        verdict.At(tokens, from);
        var names = !tokens.IsOperator(from + 1, '=') && tokens.Kind(from + 1) != SqlTokenKind.Assignment;
        if (tokens.Kind(from) == SqlTokenKind.UserVariable)
        {
            verdict.Pin(PinReasons.UserVariable);
            verdict.AssignsUserVariable = true;
            BodyRules.Scan(tokens.Slice(0, to), Math.Min(from + 2, to), ref verdict);
        }
        else if (names && tokens.Is(from, "NAMES"))
        {
            CharacterSetRules.Names(tokens, from + 1, to, doubtful, ref verdict);
        }
        else if (names && tokens.Is(from, "CHARSET"))
        {
            CharacterSetRules.CharacterSet(tokens, from + 1, ref verdict);
        }
        else if (names && tokens.Is(from, "CHARACTER") && tokens.Is(from + 1, "SET"))
        {
            CharacterSetRules.CharacterSet(tokens, from + 2, ref verdict);
        }
        else
        {
            JudgeAssignment(tokens, Assignment.Read(tokens, from, to), alone, ref doubtful, ref verdict);
        }
    }

    private static void JudgeAssignment(in StatementTokens tokens, Assignment assignment, bool alone, ref bool doubtful, ref StatementVerdict verdict)
    {
        verdict.At(tokens, assignment.From, Math.Max(assignment.From, assignment.ValueFrom - 2));
        if (assignment.Name.Length == 0)
        {
            verdict.Pin(PinReasons.SessionVariable | PinReasons.Unknown);
            BodyRules.Scan(tokens.Slice(0, assignment.To), assignment.From, ref verdict);
            return;
        }

        if (assignment.Scope == VariableScope.Server)
        {
            // The word GLOBAL counts for this assignment. Servers differ on whether it lasts for those behind it.
            doubtful |= !assignment.HasSigns;
            Scan(tokens, assignment, ref verdict);
            return;
        }

        var value = SettingValue.Read(tokens, assignment.ValueFrom, assignment.To);
        var unsure = doubtful && assignment.Scope == VariableScope.None && !assignment.HasSigns;
        if (unsure)
            verdict.Pin(PinReasons.SessionVariable);
        JudgeSession(tokens, assignment, value, alone, unsure, ref verdict);
    }

    private static void JudgeSession(in StatementTokens tokens, Assignment assignment, SettingValue value, bool alone, bool unsure, ref StatementVerdict verdict)
    {
        var kind = KnownSettings.Kind(assignment.Name);
        switch (kind)
        {
            case Travels or TravelsWhole:
                Travel(tokens, assignment, kind == TravelsWhole && value.Kind != SettingValueKind.Default ? default : value, value.Literal, unsure, ref verdict);
                break;
            case TravelsWhenOff:
                TravelIf(value.Kind == SettingValueKind.Default || value.Switch == false, tokens, assignment, value.Literal, unsure, ref verdict);
                break;
            case TravelsWhenLong:
                TravelIf(value.Kind == SettingValueKind.Default || value.Number >= ShortestNetTimeout, tokens, assignment, value.Literal, unsure, ref verdict);
                break;
            case Collation:
                var collation = assignment.To == assignment.ValueFrom + 1 ? CharacterSetRules.Collation(tokens, assignment.ValueFrom) : null;
                TravelIf(collation is not null, tokens, assignment, collation, unsure, ref verdict);
                break;
            case CharacterSet or ConnectionCharacterSet:
                // The character set of the connection brings its default collation with it.
                if (CharacterSetRules.IsChosen(tokens, assignment.ValueFrom, assignment.To, ref verdict) && kind == ConnectionCharacterSet)
                    TravelIf(travels: true, tokens, assignment with { Name = "collation_connection" }, null, unsure, ref verdict);
                break;
            case Isolation or ReadOnly:
                JudgeCharacteristic(tokens, assignment, value, kind, unsure, ref verdict);
                break;
            case AutoCommit:
                Scan(tokens, assignment, ref verdict);
                verdict.HasTrackerNoise = true;
                if (value.Switch != true)
                    verdict.Pin(PinReasons.AutoCommitOff);
                else if (alone)
                    verdict.LocalAnswer = LocalAnswer.OkWhenFloating;
                break;
            case GeneratedId:
                Scan(tokens, assignment, ref verdict);
                verdict.AffectsGeneratedId = true;
                verdict.HidesGeneratedId = true;
                verdict.GivesGeneratedId = true;
                break;
            case CompletionType:
                if (value.Text is "2" || string.Equals(value.Text, "RELEASE", StringComparison.OrdinalIgnoreCase))
                    verdict.Refuse(ReleaseIsRefused);
                Hold(tokens, assignment, value, ref verdict);
                break;
            case LinkOwned:
                Scan(tokens, assignment, ref verdict);
                if (alone && verdict.Placement == Placement.StatementLease)
                    verdict.LocalAnswer = LocalAnswer.OkAlways;
                else
                    verdict.Refuse(LinkSetting);
                break;
            case Multiplexers:
                verdict.Refuse(TrackingIsOurs);
                break;
            case PacketLimit:
                verdict.Refuse(PacketLimitIsServers);
                break;
            default:
                Hold(tokens, assignment, value, ref verdict);
                break;
        }
    }

    // The variables of transactions: `@@transaction_isolation` without a scope is meant for the next transaction only. It does not
    // wait in the handle as `SET TRANSACTION` does: the server warns of a name that it gives up, and does not know one that it gave up.
    private static void JudgeCharacteristic(
        in StatementTokens tokens, Assignment assignment, SettingValue value, SettingKind kind, bool unsure, ref StatementVerdict verdict)
    {
        var level = kind == Isolation ? TransactionCharacteristics.Level(value) : null;
        var readOnly = kind == ReadOnly ? value.Switch : null;
        var known = level is not null || readOnly is not null;
        if (assignment is { HasSigns: true, Scope: VariableScope.None })
        {
            Scan(tokens, assignment, ref verdict);
            verdict.Pin(PinReasons.NextTransaction);
            return;
        }

        var literal = level is not null ? TransactionCharacteristics.Literal(level) : readOnly switch { true => "1", false => "0", null => null };
        Travel(tokens, assignment, known || value.Kind == SettingValueKind.Default ? value : default, literal, unsure, ref verdict);
    }

    // A setting that travels. What the text does not say must at least leave nothing else.
    private static void Travel(in StatementTokens tokens, Assignment assignment, SettingValue value, string? literal, bool unsure, ref StatementVerdict verdict)
    {
        var part = new StatementVerdict();
        Scan(tokens, assignment, ref part);
        verdict.Absorb(part);
        if (unsure || part.Placement >= Placement.Pin || part.CallsRoutines || HasQuery(tokens, assignment))
            verdict.Pin(PinReasons.SessionVariable);
        else
            verdict.Set(assignment.Name, value.IsLiteral ? literal : "", value.IsLiteral);
    }

    // A setting that travels with some values, and pins with others.
    private static void TravelIf(bool travels, in StatementTokens tokens, Assignment assignment, string? literal, bool unsure, ref StatementVerdict verdict)
    {
        if (!travels || unsure)
        {
            Scan(tokens, assignment, ref verdict);
            verdict.Open(PinReasons.SessionVariable, assignment.Name);
            return;
        }

        verdict.Set(assignment.Name, literal, isLiteral: true);
        verdict.Close(PinReasons.SessionVariable, assignment.Name);
    }

    // A variable that holds its link until it has its default again.
    private static void Hold(in StatementTokens tokens, Assignment assignment, SettingValue value, ref StatementVerdict verdict)
    {
        if (value.Kind == SettingValueKind.Default)
        {
            verdict.Pin(PinReasons.SessionVariable);
            verdict.Close(PinReasons.SessionVariable, assignment.Name);
        }
        else
        {
            verdict.Open(PinReasons.SessionVariable, assignment.Name);
        }

        Scan(tokens, assignment, ref verdict);
    }

    private static void Scan(in StatementTokens tokens, Assignment assignment, ref StatementVerdict verdict) =>
        BodyRules.Scan(tokens.Slice(0, assignment.To), assignment.ValueFrom, ref verdict);

    private static bool HasQuery(in StatementTokens tokens, Assignment assignment)
    {
        for (var i = assignment.ValueFrom; i < assignment.To; i++)
            if (tokens.Kind(i) == SqlTokenKind.OpenParenthesis && (tokens.IsAny(i + 1, "SELECT", "WITH", "VALUES", "TABLE")))
                return true;
        return false;
    }

    private static bool MaySetForStatement(in StatementTokens tokens, Assignment assignment)
    {
        if (assignment.Name is "character_set_results")
            return System.Text.Ascii.EqualsIgnoreCase(tokens.Written(assignment.ValueFrom).Trim('\''), "utf8mb4");
        return KnownSettings.MaySetForStatement(assignment.Name);
    }

    private static int FindFor(in StatementTokens tokens)
    {
        var depth = 0;
        for (var i = 2; i < tokens.Count; i++)
        {
            depth += tokens.Kind(i) switch { SqlTokenKind.OpenParenthesis => 1, SqlTokenKind.CloseParenthesis => -1, _ => 0 };
            if (depth == 0 && tokens.Is(i, "FOR"))
                return i + 1;
        }

        return tokens.Count + 1;
    }

    // The index of the comma that ends an assignment, or that of its list's end.
    private static int FindEnd(in StatementTokens tokens, int from, int limit)
    {
        var depth = 0;
        for (var i = from; i < limit; i++)
        {
            switch (tokens.Kind(i))
            {
                case SqlTokenKind.OpenParenthesis:
                    depth++;
                    break;
                case SqlTokenKind.CloseParenthesis:
                    depth--;
                    break;
                case SqlTokenKind.Comma when depth == 0:
                    return i;
            }
        }

        return limit;
    }
}
