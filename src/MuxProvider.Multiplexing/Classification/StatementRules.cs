namespace MuxProvider.Multiplexing;

/// <summary>
/// The allow-list: judges one statement by its first word, and hands it to the rules of its family. What is not listed
/// pins.
/// </summary>
internal static class StatementRules
{
    /// <summary>Judges one statement.</summary>
    /// <param name="tokens">Its tokens, without the semicolon behind it; at least one.</param>
    /// <returns>What is known of it.</returns>
    public static StatementVerdict Judge(in StatementTokens tokens)
    {
        var verdict = new StatementVerdict { DecidingToken = "" };
        verdict.At(tokens, 0);
        Span<char> buffer = stackalloc char[16];
        var keyword = tokens.Kind(0) == SqlTokenKind.Identifier ? tokens.Upper(0, buffer) : default;
        switch (keyword)
        {
            case "SELECT" or "WITH" or "VALUES" or "TABLE":
                QueryRules.Query(tokens, 0, ref verdict);
                if (tokens.Is(0, "SELECT"))
                    SoleItemRules.Judge(tokens, ref verdict);
                break;
            case "INSERT" or "REPLACE":
                QueryRules.Insert(tokens, 0, ref verdict);
                break;
            case "UPDATE" or "DELETE":
                QueryRules.Change(tokens, 0, ref verdict);
                break;
            case "SHOW":
                QueryRules.Show(tokens, ref verdict);
                break;
            case "EXPLAIN" or "DESCRIBE" or "DESC":
                QueryRules.Explain(tokens, ref verdict);
                break;
            case "ANALYZE" when !IsTableMaintenance(tokens):
                QueryRules.Explain(tokens, ref verdict);
                break;
            case "LOAD":
                QueryRules.Load(tokens, ref verdict);
                break;
            case "DO":
                verdict.Require(Placement.StatementLease);
                BodyRules.Scan(tokens, 1, ref verdict);
                break;

            case "START":
                TransactionRules.Start(tokens, ref verdict);
                break;
            case "BEGIN":
                TransactionRules.Begin(tokens, ref verdict);
                break;
            case "COMMIT" or "ROLLBACK":
                TransactionRules.End(tokens, ref verdict);
                break;
            case "SAVEPOINT" or "RELEASE":
                TransactionRules.Savepoint(tokens, ref verdict);
                break;

            case "SET":
                SetRules.Judge(tokens, ref verdict);
                break;
            case "USE":
                Use(tokens, ref verdict);
                break;

            case "CREATE" or "ALTER" or "DROP":
                DefinitionRules.Judge(tokens, ref verdict);
                break;
            case "RENAME" when tokens.IsAny(1, "TABLE", "TABLES"):
                verdict.DefinesObjects = true;
                Lease(tokens, ref verdict);
                break;
            case "RENAME" when tokens.Is(1, "USER"):
            case "GRANT" or "REVOKE":
                verdict.NamesAccounts = true;
                verdict.DefinesObjects = true;
                Lease(tokens, ref verdict);
                break;
            case "TRUNCATE" or "ANALYZE" or "HELP":
            case "CHECK" or "CHECKSUM" or "OPTIMIZE" or "REPAIR" when IsTableMaintenance(tokens):
                Lease(tokens, ref verdict);
                break;
            case "KILL":
                ServerRules.Kill(tokens, ref verdict);
                break;

            case "INSTALL" or "UNINSTALL" or "IMPORT":
                verdict.DefinesObjects = true;
                ServerRules.Administer(tokens, ref verdict);
                break;
            case "CACHE" when tokens.Is(1, "INDEX"):
            case "SHUTDOWN" or "RESTART" or "BINLOG" or "CHANGE" or "RESET" or "PURGE" or "CLONE":
                ServerRules.Administer(tokens, ref verdict);
                break;
            case "STOP":
                ServerRules.StartOrStop(tokens, ref verdict);
                break;

            case "LOCK":
                SessionLockRules.Lock(tokens, ref verdict);
                break;
            case "UNLOCK":
                SessionLockRules.Unlock(tokens, ref verdict);
                break;
            case "BACKUP":
                SessionLockRules.JudgeBackup(tokens, ref verdict);
                break;
            case "FLUSH":
                SessionLockRules.Flush(tokens, ref verdict);
                break;
            case "HANDLER":
                SessionLockRules.Handler(tokens, ref verdict);
                break;
            case "PREPARE":
                PrepareRules.Prepare(tokens, ref verdict);
                break;
            case "EXECUTE":
                PrepareRules.Execute(tokens, ref verdict);
                break;
            case "DEALLOCATE":
                PrepareRules.Deallocate(tokens, ref verdict);
                break;
            case "CALL":
                // The procedure itself is a routine, whatever its arguments are.
                verdict.IsCall = true;
                verdict.CallRoutine(CalledProcedure(tokens));
                BodyRules.ScanDefinition(tokens, 1, ref verdict);
                break;
            case "XA":
                verdict.Pin(PinReasons.Xa);
                break;
            case "GET":
                // GET DIAGNOSTICS reads what the previous statement left, into user variables.
                verdict.Read(SessionRegisters.Diagnostics | SessionRegisters.RowCount);
                verdict.IsDiagnostic = true;
                verdict.Pin(PinReasons.UserVariable);
                verdict.AssignsUserVariable = true;
                break;
            case "DECLARE" when (tokens.Modes & SqlModes.Oracle) != 0:
                TransactionRules.Block(tokens, ref verdict);
                break;

            default:
                if (tokens.Kind(0) == SqlTokenKind.OpenParenthesis)
                {
                    QueryRules.Query(tokens, 0, ref verdict);
                }
                else
                {
                    verdict.Pin(PinReasons.Unknown);
                    verdict.AffectsGeneratedId = true;
                    verdict.HidesGeneratedId = true;
                    BodyRules.Scan(tokens, 1, ref verdict);
                }

                break;
        }

        verdict.Decide(tokens);
        return verdict;
    }

    // CALL p, CALL schema.p
    private static string? CalledProcedure(in StatementTokens tokens)
    {
        var end = tokens.SkipQualifiedName(1);
        return end > 1 ? tokens.Name(end - 1).ToString() : null;
    }

    private static void Lease(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        BodyRules.ScanDefinition(tokens, 1, ref verdict);
    }

    private static void Use(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.MayChangeSchema = true;
        if (tokens.Count != 2 || !tokens.IsName(1))
        {
            verdict.Pin(PinReasons.Schema);
            return;
        }

        verdict.Schema = SqlName.Of(tokens, 1);
        verdict.Require(Placement.StatementLease);
    }

    private static bool IsTableMaintenance(in StatementTokens tokens)
    {
        var i = tokens.IsAny(1, "LOCAL", "NO_WRITE_TO_BINLOG") ? 2 : 1;
        return tokens.IsAny(i, "TABLE", "TABLES", "VIEW");
    }
}
