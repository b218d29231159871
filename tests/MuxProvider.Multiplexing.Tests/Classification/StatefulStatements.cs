namespace MuxProvider.Multiplexing.Tests;

/// <summary>
/// Statements that read or leave session state, as templates: names in <c>[…]</c> may be quoted, expressions in
/// <c>{…}</c> may have parentheses around them. None of them may ever be taken for a statement that says nothing.
/// </summary>
internal static class StatefulStatements
{
    /// <summary>They count whatever parameters are bound.</summary>
    public static readonly string[] Always =
    [
        // Transactions
        "START TRANSACTION", "START TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT", "BEGIN", "BEGIN WORK",
        "COMMIT AND CHAIN", "ROLLBACK AND CHAIN", "COMMIT RELEASE", "ROLLBACK WORK RELEASE", "ROLLBACK TO SAVEPOINT [a]",
        "RELEASE SAVEPOINT [a]", "SAVEPOINT [a]", "SET autocommit = 0", "SET @@autocommit = OFF", "SET SESSION [autocommit] = 0",
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SET TRANSACTION READ ONLY", "SET @@transaction_isolation = 'SERIALIZABLE'",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "SET SESSION tx_isolation = 'READ-COMMITTED'",
        "XA START 'x'", "XA BEGIN 'x'", "XA END 'x'", "XA PREPARE 'x'", "XA COMMIT 'x'", "XA ROLLBACK 'x'", "XA RECOVER",
        "SET completion_type = 1",

        // Variables
        "SET [sql_mode] = 'ANSI'", "SET SESSION sql_mode = DEFAULT", "SET @@session.time_zone = '+00:00'", "SET @@sql_mode = ''",
        "SET LOCAL [foreign_key_checks] = 0", "SET unique_checks = 0, foreign_key_checks = 0", "SET GLOBAL a = 1, b = 2",
        "SET sql_select_limit = 5", "SET sql_auto_is_null = 1", "SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SET NAMES 'gbk'",
        "SET CHARACTER SET latin1", "SET lc_time_names = 'de_DE'", "SET optimizer_switch = 'mrr=off'", "SET timestamp = 1",
        "SET insert_id = 5", "SET rand_seed1 = 1", "SET pseudo_thread_id = 5", "SET gtid_next = 'AUTOMATIC'", "SET last_insert_id = 5",
        "SET identity = 5", "SET sql_log_bin = 0", "SET wsrep_on = 0", "SET profiling = 1", "SET optimizer_trace = 'enabled=on'",
        "SET session_track_schema = OFF", "SET wait_timeout = 5", "SET some_plugin_variable = 1", "SET [x] := {1 + 1}",
        "SET STATEMENT max_statement_time = 1 FOR SELECT 1", "SET ROLE [r]", "SET ROLE NONE", "SET RESOURCE GROUP [g]",
        "SELECT {@@timestamp}", "SELECT {@@insert_id}", "SELECT {@@session.pseudo_thread_id}", "SELECT {@@identity}",
        "SELECT {@@last_insert_id}", "SELECT {@@warning_count}", "SELECT {@@error_count}", "USE [d]",

        // User variables
        "SET @x = 1", "SET @`a b` = 1, @y = 2", "SELECT {@x := 1}", "SELECT 1 INTO @x", "SELECT a, b INTO @x, @y FROM [t]",
        "SELECT a FROM [t] LIMIT 1 INTO @x", "DO {@x := 1}", "UPDATE [t] SET a = {@x := a + 1}", "INSERT INTO [t] VALUES ({@x := 1})",
        "LOAD DATA INFILE 'f' INTO TABLE [t] (a, @v) SET b = {@w := 1}", "GET DIAGNOSTICS @n = NUMBER",

        // Tables and locks
        "CREATE TEMPORARY TABLE [t] (a INT)", "CREATE TEMPORARY TABLE IF NOT EXISTS [d].[t] LIKE [u]", "CREATE TEMPORARY TABLE [t] AS SELECT 1",
        "CREATE OR REPLACE TEMPORARY TABLE [t] SELECT * FROM [u]", "CREATE TEMPORARY SEQUENCE [s]", "DROP TEMPORARY TABLE [t]",
        "LOCK TABLES [t] READ", "LOCK TABLE [t] WRITE, [u] READ", "FLUSH TABLES WITH READ LOCK", "FLUSH TABLES [t] FOR EXPORT",
        "FLUSH TABLES [t] WITH READ LOCK", "LOCK INSTANCE FOR BACKUP", "BACKUP STAGE START", "BACKUP LOCK [t]",
        "HANDLER [t] OPEN", "HANDLER [t] READ FIRST", "HANDLER [t] CLOSE",
        "SELECT {[GET_LOCK]('x', 1)}", "DO {[GET_LOCK]('x', 1)}", "SELECT a FROM [t] WHERE {[GET_LOCK](a, 1)}",
        "INSERT INTO [t] VALUES ({[GET_LOCK]('x', 0)})", "SELECT {1 + [GET_LOCK]('x', 1)} FROM [t] GROUP BY a",
        "UPDATE [t] SET a = {[GET_LOCK]('x', 1)}", "DELETE FROM [t] WHERE {[GET_LOCK]('x', 1)}",
        "SELECT {[SERVICE_GET_READ_LOCKS]('n', 'l', 1)}", "SELECT {[VERSION_TOKENS_LOCK_SHARED]('t', 1)}",

        // What a session remembers
        "SELECT {[LAST_INSERT_ID]()}", "INSERT INTO [t] (a) VALUES ({[LAST_INSERT_ID]()})", "SELECT {[LAST_INSERT_ID](5)}",
        "UPDATE [t] SET id = {[LAST_INSERT_ID](id + 1)}", "SELECT {[ROW_COUNT]()}", "SELECT {[FOUND_ROWS]()}",
        "SELECT SQL_CALC_FOUND_ROWS * FROM [t] LIMIT 1", "SHOW WARNINGS", "SHOW ERRORS", "SHOW COUNT(*) WARNINGS", "SHOW PROFILES",
        "SHOW PROFILE FOR QUERY 1", "SELECT {[LASTVAL]([s])}", "SELECT {PREVIOUS VALUE FOR [s]}", "SELECT {[NEXTVAL]([s])}",
        "SELECT {NEXT VALUE FOR [s]}", "SELECT {[SETVAL]([s], 5)}", "SELECT {[WSREP_LAST_WRITTEN_GTID]()}",

        // Prepared statements, routines, and what takes over the link
        "PREPARE [p] FROM 'SELECT 1'", "PREPARE [p] FROM @x", "EXECUTE [p]", "EXECUTE IMMEDIATE 'SET @x = 1'", "DEALLOCATE PREPARE [p]",
        "DROP PREPARE [p]", "CALL [p]()", "CALL [d].[p](1, 'a')", "SELECT {[my_function](1)}", "SELECT {[d].[my_function](1)} FROM [t]",
        "BEGIN NOT ATOMIC SET @x = 1; END", "BEGIN NOT ATOMIC SELECT {[GET_LOCK]('x', 1)}; END",
        "LOAD DATA LOCAL INFILE 'f' INTO TABLE [t]", "KILL 5", "KILL QUERY 5", "SHUTDOWN", "RESTART", "BINLOG 'x'",
        "CHANGE MASTER TO MASTER_HOST = 'x'", "START SLAVE", "STOP REPLICA", "RESET MASTER", "PURGE BINARY LOGS TO 'x'",
        "INSTALL PLUGIN [p] SONAME 'x'", "SIGNAL SQLSTATE '45000'",
    ];

    /// <summary>They count where no parameter is bound to their <c>@name</c>.</summary>
    public static readonly string[] WithUserVariables =
    [
        "SELECT {@x}", "SELECT a FROM [t] WHERE a = {@x}", "INSERT INTO [t] VALUES ({@x}, 1)", "UPDATE [t] SET a = {@`x`}",
        "DELETE FROM [t] WHERE a IN (1, {@'x'})", "SELECT a FROM [t] LIMIT @x", "SHOW TABLES LIKE @x",
    ];
}
