using System.Globalization;
using System.Text;

namespace MuxProvider.Twin;

/// <summary>The SQL that makes what programs work on, and that brings it back to its first state.</summary>
internal static class StageTexts
{
    /// <summary>The most handles of a program.</summary>
    public const int Handles = 5;

    /// <summary>Makes schemas, tables and routines anew.</summary>
    /// <param name="names">The names of the run.</param>
    /// <param name="server">The server: one flag.</param>
    /// <returns>Texts, to be run one after the other without a default schema.</returns>
    public static IEnumerable<string> SetUp(RunNames names, Servers server)
    {
        foreach (var schema in new[] { names.Main, names.Other })
        {
            yield return $"DROP DATABASE IF EXISTS {schema}";
            yield return $"CREATE DATABASE {schema} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
            yield return $"USE {schema}";
            for (var handle = 0; handle < Handles; handle++)
                yield return Numbered($"CREATE TABLE t# (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(60) NOT NULL, n INT NULL DEFAULT 0, u INT NULL UNIQUE)", handle);
        }

        yield return $"USE {names.Main}";
        yield return "CREATE TABLE c (id INT PRIMARY KEY, n INT NOT NULL)";
        for (var handle = 0; handle < Handles; handle++)
        {
            yield return Numbered("CREATE TABLE l# (id BIGINT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(60))", handle);
            yield return Numbered("CREATE TABLE g# (id BIGINT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(60))", handle);
            yield return Numbered("CREATE TABLE f# (id BIGINT PRIMARY KEY AUTO_INCREMENT, parent BIGINT NULL, FOREIGN KEY (parent) REFERENCES t# (id))", handle);
            yield return Numbered("CREATE TRIGGER g#_writes AFTER INSERT ON g# FOR EACH ROW INSERT INTO l# (what) VALUES (NEW.name)", handle);
            yield return Numbered("CREATE PROCEDURE p_insert#(a VARCHAR(60)) INSERT INTO t# (name) VALUES (a)", handle);
            if (server == Servers.MariaDb)
                yield return Numbered("CREATE SEQUENCE q#", handle);
        }

        foreach (var routine in Routines())
            yield return routine;
        yield return "SET foreign_key_checks = 0, lock_wait_timeout = 40";
    }

    /// <summary>Brings tables back to their first state, in which the next generated id is the base plus one.</summary>
    /// <param name="names">The names of the run.</param>
    /// <param name="tables">The tables, and what else can be reset, as the program lists them.</param>
    /// <returns>One text; empty where there is nothing to do.</returns>
    public static string Reset(RunNames names, IEnumerable<string> tables)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
            text.Append(Reset(names, table));

        // One commit is quicker than many.
        return text.Length == 0 ? "" : $"START TRANSACTION;{text}COMMIT";
    }

    /// <summary>
    /// Reads what the tables hold. It waits for transactions that are still ending: a handle may be closed before the server has
    /// heard of it.
    /// </summary>
    /// <param name="names">The names of the run.</param>
    /// <param name="tables">What the program uses, as it lists it.</param>
    /// <returns>One text; empty where there is nothing to read.</returns>
    public static string Read(RunNames names, IEnumerable<string> tables)
    {
        var text = new StringBuilder();
        foreach (var table in tables)
        {
            foreach (var name in Readable(names, table))
                text.Append(CultureInfo.InvariantCulture, $"SELECT * FROM {name} ORDER BY id LOCK IN SHARE MODE;");
        }

        return text.ToString();
    }

    private static IEnumerable<string> Readable(RunNames names, string table) => table[0] switch
    {
        't' or 'l' or 'g' or 'f' or 'c' => [$"{names.Main}.{table}"],
        'o' when table.Length == 1 => Enumerable.Range(0, Handles).Select(handle => Text($"{names.Other}.t{handle}")),
        _ => [],
    };

    // Rows of f refer to rows of t: those that other programs left must be no matter of this one.
    private static string Reset(RunNames names, string table) => table[0] switch
    {
        't' => Text($"DELETE FROM {names.Main}.f{table[1..]} WHERE id <> {names.Base};") + Fresh(names, $"{names.Main}.{table}"),
        'l' => Text($"DELETE FROM {table};INSERT INTO {table} (id, what) VALUES ({names.Base + 5000}, 'base');"),
        'g' => Text($"DELETE FROM {table};INSERT INTO {table} (id, name) VALUES ({names.Base + 3000}, 'base');"),
        'f' => Text($"DELETE FROM {table};INSERT INTO {table} (id, parent) VALUES ({names.Base}, NULL);"),
        'q' => Text($"DO SETVAL({table}, {names.Base});"),
        'x' => $"DROP TABLE IF EXISTS {table};",
        'o' when table.Length > 1 => $"DROP DATABASE IF EXISTS {names.Tag}_{table};",
        'o' => string.Concat(Enumerable.Range(0, Handles).Select(handle => Fresh(names, Text($"{names.Other}.t{handle}")))),
        'c' => "DELETE FROM c;INSERT INTO c VALUES (0, 0), (1, 0), (2, 0), (3, 0), (4, 0);",
        _ => throw new ArgumentException($"Nobody knows how to reset '{table}'.", nameof(table)),
    };

    private static string Fresh(RunNames names, string table) => Text(
        $"DELETE FROM {table};INSERT INTO {table} (id, name, n, u) VALUES (1, 'first', 10, 1), (2, 'second', 20, 2), (3, 'third', 30, 3), ({names.Base}, '{(table.Contains("_other", StringComparison.Ordinal) ? "other" : "base")}', 0, NULL);");

    // MySQL answers a procedure that executes nothing with the count of rows of the statement before: hence DO 0.
    private static IEnumerable<string> Routines() =>
    [
        "CREATE PROCEDURE p_nothing() DO 0",
        "CREATE PROCEDURE p_rows(a INT) BEGIN SELECT a AS a; SELECT a + 1 AS b; END",
        "CREATE PROCEDURE p_zone(a VARCHAR(20)) SET time_zone = a",
        "CREATE PROCEDURE p_fail(a VARCHAR(20)) BEGIN SET time_zone = a; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'on purpose'; END",
        "CREATE PROCEDURE p_fail_open() BEGIN START TRANSACTION; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'on purpose'; END",
        "CREATE PROCEDURE p_user(a INT) SET @v = a",
        "CREATE PROCEDURE p_into(a INT) SELECT a INTO @v",
        "CREATE PROCEDURE p_out(OUT a INT) BEGIN DO 0; SET a = 5; END",
        "CREATE PROCEDURE p_temp() CREATE TEMPORARY TABLE tmp (id INT)",
        "CREATE PROCEDURE p_temp_select() CREATE TEMPORARY TABLE tmp SELECT 7 AS id",
        "CREATE PROCEDURE p_begin() START TRANSACTION",
        "CREATE PROCEDURE p_autocommit() SET autocommit = 0",
        "CREATE PROCEDURE p_lock(a VARCHAR(60)) DO GET_LOCK(a, 10)",
        "CREATE PROCEDURE p_mode() SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'",
        "CREATE PROCEDURE p_prepare(a INT) BEGIN SET @text = CONCAT('SELECT ', a); PREPARE p FROM @text; END",
        "CREATE PROCEDURE p_id(a INT) DO LAST_INSERT_ID(a)",
        "CREATE FUNCTION f_plain(a INT) RETURNS INT DETERMINISTIC NO SQL RETURN a + 1",
        "CREATE FUNCTION f_set(a INT) RETURNS INT NOT DETERMINISTIC NO SQL BEGIN SET @v = a; RETURN a; END",
        "CREATE FUNCTION f_into(a INT) RETURNS INT NOT DETERMINISTIC NO SQL BEGIN SELECT a INTO @v; RETURN a; END",
        "CREATE FUNCTION f_maybe(b INT, a INT) RETURNS INT NOT DETERMINISTIC NO SQL BEGIN IF b THEN SET @v = a; END IF; RETURN b; END",
        "CREATE FUNCTION f_zone(a VARCHAR(20)) RETURNS INT NOT DETERMINISTIC NO SQL BEGIN SET time_zone = a; RETURN 1; END",
    ];

    private static string Numbered(string text, int handle) => text.Replace("#", Text($"{handle}"), StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
