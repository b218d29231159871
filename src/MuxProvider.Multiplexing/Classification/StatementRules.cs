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
        var verdict = new StatementVerdict();
        Span<char> buffer = stackalloc char[16];
        var keyword = tokens.Kind(0) == SqlTokenKind.Identifier ? tokens.Upper(0, buffer) : default;
        switch (keyword)
        {
            case "SELECT" or "WITH" or "VALUES" or "TABLE":
                QueryRules.Query(tokens, 0, ref verdict);
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
                verdict.MayChangeSchema = true;
                verdict.Pin(PinReasons.Schema);
                break;

            case "CREATE" or "ALTER" or "DROP":
                DefinitionRules.Judge(tokens, ref verdict);
                break;
            case "TRUNCATE":
            case "RENAME" when tokens.IsAny(1, "TABLE", "TABLES"):
            case "ANALYZE":
            case "CHECK" or "CHECKSUM" or "OPTIMIZE" or "REPAIR" when IsTableMaintenance(tokens):
            case "KILL" or "HELP":
                Lease(tokens, ref verdict);
                break;
            case "RENAME" when tokens.Is(1, "USER"):
            case "GRANT" or "REVOKE":
                verdict.NamesAccounts = true;
                Lease(tokens, ref verdict);
                break;
            case "FLUSH":
                Flush(tokens, ref verdict);
                break;

            case "LOCK" or "UNLOCK" or "BACKUP":
                verdict.Pin(PinReasons.TableLocks);
                break;
            case "PREPARE" or "EXECUTE" or "DEALLOCATE":
                verdict.Pin(PinReasons.SqlPrepare);
                BodyRules.Scan(tokens, 1, ref verdict);
                break;
            case "HANDLER":
                verdict.Pin(PinReasons.Handler);
                BodyRules.Scan(tokens, 1, ref verdict);
                break;
            case "CALL":
                // The procedure itself is a routine, whatever its arguments are.
                verdict.Pin(PinReasons.Routine);
                verdict.AffectsGeneratedId = true;
                BodyRules.ScanDefinition(tokens, 1, ref verdict);
                break;
            case "XA":
                verdict.Pin(PinReasons.Xa);
                break;
            case "GET":
                // GET DIAGNOSTICS reads what the previous statement left, into user variables.
                verdict.Pin(PinReasons.FoundRows | PinReasons.UserVariable);
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
                    BodyRules.Scan(tokens, 1, ref verdict);
                }

                break;
        }

        return verdict;
    }

    private static void Lease(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        BodyRules.ScanDefinition(tokens, 1, ref verdict);
    }

    // FLUSH TABLES … WITH READ LOCK and … FOR EXPORT keep their locks.
    private static void Flush(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        Lease(tokens, ref verdict);
        var tables = false;
        for (var i = 1; i < tokens.Count; i++)
        {
            tables |= tokens.IsAny(i, "TABLE", "TABLES");
            if ((tables && tokens.IsAny(i, "WITH", "FOR")) || tokens.Is(i, "LOCK"))
                verdict.Pin(PinReasons.TableLocks);
        }
    }

    private static bool IsTableMaintenance(in StatementTokens tokens)
    {
        var i = tokens.IsAny(1, "LOCAL", "NO_WRITE_TO_BINLOG") ? 2 : 1;
        return tokens.IsAny(i, "TABLE", "TABLES", "VIEW");
    }
}
