namespace MuxProvider.Multiplexing;

/// <summary>Judges the statements that lock tables or the instance, and those that hold a table open.</summary>
internal static class SessionLockRules
{
    /// <summary>What LOCK TABLES holds.</summary>
    public const string Tables = "tables";

    private const string ReadLock = "read lock";
    private const string Stage = "stage";
    private const string Backup = "backup";
    private const string Instance = "instance";

    /// <summary>Judges <c>LOCK TABLES</c> and <c>LOCK INSTANCE FOR BACKUP</c>.</summary>
    public static void Lock(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        if (tokens.IsAny(1, "TABLE", "TABLES"))
            verdict.Open(PinReasons.TableLocks, Tables);
        else if (tokens.Is(1, "INSTANCE"))
            verdict.Open(PinReasons.TableLocks, Instance);
        else
            verdict.Pin(PinReasons.TableLocks);
    }

    /// <summary>Judges <c>UNLOCK TABLES</c> and <c>UNLOCK INSTANCE</c>.</summary>
    public static void Unlock(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Pin(PinReasons.TableLocks);
        if (tokens.Count != 2)
            return;
        if (tokens.IsAny(1, "TABLE", "TABLES"))
        {
            verdict.Close(PinReasons.TableLocks, Tables);
            verdict.Close(PinReasons.TableLocks, ReadLock);
            verdict.LocalAnswer = LocalAnswer.OkWhenFloating;
        }
        else if (tokens.Is(1, "INSTANCE"))
        {
            verdict.Close(PinReasons.TableLocks, Instance);
        }
    }

    /// <summary>Judges MariaDB's <c>BACKUP STAGE</c>, <c>BACKUP LOCK</c> and <c>BACKUP UNLOCK</c>.</summary>
    public static void JudgeBackup(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Pin(PinReasons.TableLocks);
        if (tokens.Is(1, "STAGE") && tokens.Is(2, "END") && tokens.Count == 3)
            verdict.Close(PinReasons.TableLocks, Stage);
        else if (tokens.Is(1, "STAGE"))
            verdict.Open(PinReasons.TableLocks, Stage);
        else if (tokens.Is(1, "LOCK"))
            verdict.Open(PinReasons.TableLocks, Backup);
        else if (tokens.Is(1, "UNLOCK") && tokens.Count == 2)
            verdict.Close(PinReasons.TableLocks, Backup);
    }

    /// <summary>Judges <c>FLUSH</c>, of which <c>TABLES … WITH READ LOCK</c> and <c>… FOR EXPORT</c> keep their locks.</summary>
    public static void Flush(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Require(Placement.StatementLease);
        BodyRules.ScanDefinition(tokens, 1, ref verdict);
        var tables = false;
        for (var i = 1; i < tokens.Count; i++)
        {
            tables |= tokens.IsAny(i, "TABLE", "TABLES");
            verdict.DefinesObjects |= tokens.Is(i, "PRIVILEGES");
            if ((!tables || !tokens.IsAny(i, "WITH", "FOR")) && !tokens.Is(i, "LOCK"))
                continue;
            verdict.At(tokens, 0, i);
            verdict.Open(PinReasons.TableLocks, ReadLock);
            return;
        }
    }

    /// <summary>Judges <c>HANDLER</c>.</summary>
    public static void Handler(in StatementTokens tokens, ref StatementVerdict verdict)
    {
        verdict.Pin(PinReasons.Handler);
        var end = tokens.SkipQualifiedName(1);
        if (end > 1 && tokens.Is(end, "OPEN"))
        {
            // HANDLER db.t OPEN is known as t afterwards, HANDLER t OPEN AS a as a.
            var alias = tokens.Is(end + 1, "AS") ? end + 2 : end + 1;
            verdict.Open(PinReasons.Handler, SqlName.OfObject(tokens, tokens.IsName(alias) ? alias : end - 1, tokens.IsName(alias) ? alias + 1 : end));
        }
        else if (end == 2 && tokens.Is(2, "CLOSE") && tokens.Count == 3)
        {
            verdict.Close(PinReasons.Handler, SqlName.OfObject(tokens, 1, 2));
        }

        BodyRules.Scan(tokens, 1, ref verdict);
    }
}
