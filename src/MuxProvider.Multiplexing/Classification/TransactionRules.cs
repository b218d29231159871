namespace MuxProvider.Multiplexing;

/// <summary>Judges the statements that begin, end and subdivide transactions.</summary>
internal static class TransactionRules
{
    /// <summary>Judges <c>START …</c>.</summary>
    public static void Start(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        if (tokens.Is(1, "TRANSACTION"))
        {
            verdict.StartsTransaction = true;
            Control(tokens.AreWordsFrom(2), ref verdict);
            verdict.Close(PinReasons.TableLocks, SessionLockRules.Tables);
        }
        else
        {
            ServerRules.StartOrStop(tokens, ref verdict);
        }
    }

    /// <summary>Judges <c>BEGIN</c>, which may also open a block of statements.</summary>
    public static void Begin(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        var alone = tokens.Count == 1 || (tokens.Count == 2 && tokens.Is(1, "WORK"));
        if (alone && (tokens.Modes & SqlModes.Oracle) == 0)
        {
            verdict.StartsTransaction = true;
            Control(known: true, ref verdict);
            verdict.Close(PinReasons.TableLocks, SessionLockRules.Tables);
            return;
        }

        Block(tokens, ref verdict);
    }

    /// <summary>
    /// Judges a block of statements, which is like a call of a routine: its effects have to be seen from the reply. What the reply
    /// does not show is looked for in the text.
    /// </summary>
    public static void Block(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.IsCall = true;
        verdict.CallRoutine(null);
        BodyRules.ScanDefinition(tokens, 1, ref verdict);
        Span<char> buffer = stackalloc char[16];
        for (var i = 1; i < tokens.Count; i++)
        {
            if (tokens.Kind(i) == SqlTokenKind.UserVariable)
                verdict.AssignsUserVariable |= tokens.IsAny(i - 1, "SET", "INTO");
            if (tokens.Kind(i) != SqlTokenKind.Identifier || tokens.Kind(i - 1) is not (SqlTokenKind.Semicolon or SqlTokenKind.Identifier))
                continue;
            verdict.At(tokens, i);
            verdict.Mark(Hidden(tokens.Upper(i, buffer), tokens, i));
        }
    }

    private static PinReasons Hidden(ReadOnlySpan<char> word, in StatementTokens tokens, int index) => word switch
    {
        "TEMPORARY" => PinReasons.TemporaryTable,
        "PREPARE" or "EXECUTE" => PinReasons.SqlPrepare,
        "XA" => PinReasons.Xa,
        "FLUSH" or "BACKUP" => PinReasons.TableLocks,
        "SET" when tokens.Is(index + 1, "ROLE") => PinReasons.Role,
        "SET" when tokens.IsAny(index + 1, "SESSION", "LOCAL", "NAMES") || tokens.IsAny(index + 1, "CHARACTER", "CHARSET")
            || tokens.Kind(index + 1) == SqlTokenKind.SystemVariable => PinReasons.SessionVariable,
        _ => PinReasons.None,
    };

    /// <summary>Judges <c>COMMIT</c> and <c>ROLLBACK</c>.</summary>
    public static void End(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        var i = tokens.Is(1, "WORK") ? 2 : 1;
        if (tokens.Is(0, "ROLLBACK") && tokens.Is(i, "TO"))
        {
            i++;
            if (tokens.Is(i, "SAVEPOINT") && tokens.Count > i + 1)
                i++;
            Control(tokens.IsName(i) && tokens.Count == i + 1, ref verdict);
            return;
        }

        verdict.EndsTransaction = true;
        if (tokens.Is(i, "AND") && tokens.Is(i + 1, "CHAIN"))
        {
            verdict.StartsTransaction = true;
            i += 2;
        }
        else if (tokens.Is(i, "AND") && tokens.Is(i + 1, "NO") && tokens.Is(i + 2, "CHAIN"))
        {
            i += 3;
        }

        if (tokens.Is(i, "NO") && tokens.Is(i + 1, "RELEASE"))
        {
            i += 2;
        }
        else if (tokens.Is(i, "RELEASE"))
        {
            verdict.Pin(PinReasons.Transaction);
            verdict.Refuse("COMMIT and ROLLBACK with RELEASE make the server close the physical link, which other connections share. Leave RELEASE out and close the connection instead.");
            return;
        }

        Control(tokens.Count == i, ref verdict);
        if (tokens.Count == i && !verdict.StartsTransaction)
            verdict.LocalAnswer = LocalAnswer.OkWhenFloating;
    }

    /// <summary>Judges <c>SAVEPOINT name</c> and <c>RELEASE SAVEPOINT name</c>.</summary>
    public static void Savepoint(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        if (tokens.Is(0, "SAVEPOINT"))
        {
            var known = tokens.Count == 2 && tokens.IsName(1);
            Control(known, ref verdict);
            if (known)
                verdict.LocalAnswer = LocalAnswer.OkWhenFloating;
        }
        else if (tokens.Is(1, "SAVEPOINT"))
            Control(tokens.Count == 3 && tokens.IsName(2), ref verdict);
        else
            verdict.Pin(PinReasons.Unknown);
    }

    private static void Control(bool known, ref StatementVerdict verdict)
    {
        verdict.IsTransactionControl = known;
        verdict.Pin(known ? PinReasons.Transaction : PinReasons.Transaction | PinReasons.Unknown);
    }
}
