namespace MuxProvider.Multiplexing.Tests;

/// <summary>What keeps its link, and why.</summary>
[TestFixture]
public sealed class PinningStatementTests
{
    [TestCase("SET sql_mode = ''", PinReasons.SessionVariable)]
    [TestCase("SET SESSION time_zone = '+00:00'", PinReasons.SessionVariable)]
    [TestCase("SET LOCAL x = 1", PinReasons.SessionVariable)]
    [TestCase("SET @@session.x = 1", PinReasons.SessionVariable)]
    [TestCase("SET @@x = 1", PinReasons.SessionVariable)]
    [TestCase("SET x := 1", PinReasons.SessionVariable | PinReasons.UserVariable)]
    [TestCase("SET NAMES utf8mb4", PinReasons.SessionVariable)]
    [TestCase("SET NAMES utf8mb4 COLLATE utf8mb4_bin", PinReasons.SessionVariable)]
    [TestCase("SET CHARACTER SET utf8mb4", PinReasons.SessionVariable)]
    [TestCase("SET CHARSET utf8mb4", PinReasons.SessionVariable)]
    [TestCase("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", PinReasons.SessionVariable)]
    [TestCase("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", PinReasons.SessionVariable)]
    [TestCase("SET SESSION TRANSACTION READ ONLY; START TRANSACTION", PinReasons.SessionVariable | PinReasons.Transaction)]
    [TestCase("SET autocommit = 0", PinReasons.SessionVariable | PinReasons.AutoCommitOff)]
    [TestCase("set @@autocommit=0", PinReasons.SessionVariable | PinReasons.AutoCommitOff)]
    [TestCase("SET @@session.AutoCommit=OFF", PinReasons.SessionVariable | PinReasons.AutoCommitOff)]
    [TestCase("SET SESSION `autocommit` = 0", PinReasons.SessionVariable | PinReasons.AutoCommitOff)]
    [TestCase("SET x = 1, autocommit = 0", PinReasons.SessionVariable | PinReasons.AutoCommitOff)]
    [TestCase("SET @x = 1", PinReasons.UserVariable)]
    [TestCase("SET @x = 1, @y = 2", PinReasons.UserVariable)]
    [TestCase("SET@x=1", PinReasons.UserVariable)]
    [TestCase("SET x = 1, @y = 2", PinReasons.SessionVariable | PinReasons.UserVariable)]
    [TestCase("SET GLOBAL x = 1, y = 2", PinReasons.SessionVariable)]
    [TestCase("SET GLOBAL x = 1, @y = 2", PinReasons.UserVariable)]
    [TestCase("SET GLOBAL x = @@sql_mode", PinReasons.SessionVariable)]
    [TestCase("SET GLOBAL x = (SELECT a FROM t WHERE f(1, 2))", PinReasons.Routine)]
    [TestCase("SET x = GET_LOCK('a', 1)", PinReasons.SessionVariable | PinReasons.NamedLock)]
    [TestCase("SET global = 1", PinReasons.SessionVariable)]
    [TestCase("SET role = 1", PinReasons.SessionVariable)]
    [TestCase("SET ROLE r", PinReasons.Role)]
    [TestCase("SET ROLE NONE", PinReasons.Role)]
    [TestCase("SET ROLE 'r'@'%'", PinReasons.Role)]
    [TestCase("SET PASSWORD = 'x', y = 1", PinReasons.SessionVariable)]
    [TestCase("SET RESOURCE GROUP g", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET STATEMENT max_statement_time = 1 FOR SELECT 1", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET", PinReasons.SessionVariable | PinReasons.Unknown)]
    public void Set_pins_what_it_sets(string text, PinReasons expected) => AssertPins(text, expected);

    [TestCase("BEGIN NOT ATOMIC SELECT 1; END", PinReasons.Routine | PinReasons.Unknown)]
    [TestCase("XA START 'x'", PinReasons.Xa)]
    [TestCase("XA COMMIT 'x'", PinReasons.Xa)]
    [TestCase("XA RECOVER", PinReasons.Xa)]
    [TestCase("USE db", PinReasons.Schema)]
    [TestCase("LOCK TABLES t READ", PinReasons.TableLocks)]
    [TestCase("LOCK TABLE t WRITE", PinReasons.TableLocks)]
    [TestCase("LOCK INSTANCE FOR BACKUP", PinReasons.TableLocks)]
    [TestCase("UNLOCK TABLES", PinReasons.TableLocks)]
    [TestCase("BACKUP STAGE START", PinReasons.TableLocks)]
    [TestCase("BACKUP LOCK t", PinReasons.TableLocks)]
    [TestCase("FLUSH TABLES WITH READ LOCK", PinReasons.TableLocks)]
    [TestCase("FLUSH LOCAL TABLES t, u WITH READ LOCK", PinReasons.TableLocks)]
    [TestCase("FLUSH TABLES t FOR EXPORT", PinReasons.TableLocks)]
    [TestCase("CREATE TEMPORARY TABLE t (a INT, KEY k (a))", PinReasons.TemporaryTable)]
    [TestCase("CREATE OR REPLACE TEMPORARY TABLE t AS SELECT 1", PinReasons.TemporaryTable)]
    [TestCase("create/**/temporary/**/table t(a int)", PinReasons.TemporaryTable)]
    [TestCase("CREATE TEMPORARY SEQUENCE s", PinReasons.TemporaryTable)]
    [TestCase("CREATE TEMPORARY TABLE t AS SELECT GET_LOCK('a', 1)", PinReasons.TemporaryTable | PinReasons.NamedLock)]
    [TestCase("DROP TEMPORARY TABLE t", PinReasons.TemporaryTable)]
    [TestCase("PREPARE s FROM 'SELECT 1'", PinReasons.SqlPrepare)]
    [TestCase("EXECUTE s", PinReasons.SqlPrepare)]
    [TestCase("EXECUTE IMMEDIATE 'SELECT 1'", PinReasons.SqlPrepare)]
    [TestCase("DEALLOCATE PREPARE s", PinReasons.SqlPrepare)]
    [TestCase("DROP PREPARE s", PinReasons.SqlPrepare)]
    [TestCase("HANDLER t OPEN", PinReasons.Handler)]
    [TestCase("HANDLER t READ FIRST", PinReasons.Handler)]
    [TestCase("CALL p()", PinReasons.Routine)]
    [TestCase("CALL db.p(1, @x)", PinReasons.Routine)]
    [TestCase("CALL p(GET_LOCK('a', 1))", PinReasons.Routine | PinReasons.NamedLock)]
    [TestCase("GET DIAGNOSTICS @x = ROW_COUNT", PinReasons.FoundRows | PinReasons.UserVariable)]
    [TestCase("START SLAVE", PinReasons.Unknown)]
    [TestCase("START REPLICA", PinReasons.Unknown)]
    [TestCase("RELEASE x", PinReasons.Unknown)]
    [TestCase("SHUTDOWN", PinReasons.Unknown)]
    [TestCase("RESTART", PinReasons.Unknown)]
    [TestCase("INSTALL PLUGIN p SONAME 'x'", PinReasons.Unknown)]
    [TestCase("CHANGE MASTER TO a = 1", PinReasons.Unknown)]
    [TestCase("PURGE BINARY LOGS TO 'x'", PinReasons.Unknown)]
    [TestCase("BINLOG 'x'", PinReasons.Unknown)]
    [TestCase("RESET MASTER", PinReasons.Unknown)]
    [TestCase("SIGNAL SQLSTATE '45000'", PinReasons.Unknown)]
    [TestCase("CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (a 'b')", PinReasons.Routine | PinReasons.Unknown)]
    [TestCase("CREATE", PinReasons.Unknown)]
    [TestCase("ALTER INSTANCE ROTATE INNODB MASTER KEY", PinReasons.Unknown)]
    [TestCase("CREATE FOO t", PinReasons.Unknown)]
    [TestCase("CHECK x", PinReasons.Unknown)]
    [TestCase("LOAD INDEX INTO CACHE t", PinReasons.Unknown)]
    [TestCase("INSERT", PinReasons.Unknown)]
    [TestCase("INSERT (a) VALUES (1)", PinReasons.Unknown)]
    [TestCase("(UPDATE t SET a = 1)", PinReasons.Unknown)]
    [TestCase("EXPLAIN COMMIT RELEASE x", PinReasons.Unknown)]
    [TestCase("ANALYZE t", PinReasons.Unknown)]
    [TestCase("EXPLAIN INTO @x FORMAT=JSON SELECT 1", PinReasons.Unknown | PinReasons.UserVariable)]
    [TestCase("SHOW SOMETHING", PinReasons.Unknown)]
    [TestCase("DELIMITER $", PinReasons.Unknown)]
    [TestCase("garbage", PinReasons.Unknown)]
    [TestCase("'a'", PinReasons.Unknown)]
    [TestCase("`SELECT` 1", PinReasons.Unknown)]
    [TestCase("ſELECT 1", PinReasons.Unknown)]
    [TestCase("1", PinReasons.Unknown)]
    public void A_statement_pins_for_its_reason(string text, PinReasons expected) => AssertPins(text, expected);

    [TestCase("SELECT GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("select/**/get_lock/**/('x',1)", PinReasons.NamedLock)]
    [TestCase("select get_lock -- x\n ('x',1)", PinReasons.NamedLock)]
    [TestCase("SELECT `get_lock`('x', 0)", PinReasons.NamedLock)]
    [TestCase("SELECT `GET_LOCK` ('x', 0)", PinReasons.NamedLock)]
    [TestCase("SELECT db.get_lock('x', 0)", PinReasons.NamedLock | PinReasons.Routine)]
    [TestCase("SELECT RELEASE_LOCK('x')", PinReasons.NamedLock)]
    [TestCase("SELECT RELEASE_ALL_LOCKS()", PinReasons.NamedLock)]
    [TestCase("SELECT IS_USED_LOCK('x')", PinReasons.NamedLock)]
    [TestCase("SELECT IS_FREE_LOCK('x')", PinReasons.NamedLock)]
    [TestCase("DO GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("INSERT INTO t VALUES (GET_LOCK('x', 1))", PinReasons.NamedLock)]
    [TestCase("CREATE TABLE t AS SELECT GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("UPDATE t SET a = 1 WHERE GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("SELECT 1 WHERE a IS \\NOR GET_LOCK('x',1)", PinReasons.NamedLock)]
    [TestCase("SELECT 1.+GET_LOCK('x',1)", PinReasons.NamedLock)]
    [TestCase("SHOW TABLES WHERE GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("SELECT LAST_INSERT_ID()", PinReasons.FoundRows)]
    [TestCase("SELECT last_insert_id ( )", PinReasons.FoundRows)]
    [TestCase("SELECT `LAST_INSERT_ID`()", PinReasons.FoundRows)]
    [TestCase("SELECT LAST_INSERT_ID(5)", PinReasons.FoundRows)]
    [TestCase("UPDATE t SET id = LAST_INSERT_ID(id + 1)", PinReasons.FoundRows)]
    [TestCase("INSERT INTO t (parent) VALUES (LAST_INSERT_ID())", PinReasons.FoundRows)]
    [TestCase("SELECT ROW_COUNT()", PinReasons.FoundRows)]
    [TestCase("SELECT FOUND_ROWS()", PinReasons.FoundRows)]
    [TestCase("SELECT SQL_CALC_FOUND_ROWS * FROM t", PinReasons.FoundRows)]
    [TestCase("SELECT NEXTVAL(s)", PinReasons.FoundRows)]
    [TestCase("SELECT NEXT VALUE FOR s", PinReasons.FoundRows)]
    [TestCase("SELECT PREVIOUS VALUE FOR s", PinReasons.FoundRows)]
    [TestCase("SELECT LASTVAL(s), SETVAL(s, 1)", PinReasons.FoundRows)]
    [TestCase("INSERT INTO t VALUES (NEXT VALUE FOR s)", PinReasons.FoundRows)]
    [TestCase("SELECT @@identity", PinReasons.FoundRows)]
    [TestCase("SELECT @@session.last_insert_id", PinReasons.FoundRows)]
    [TestCase("SELECT @@warning_count", PinReasons.FoundRows)]
    [TestCase("SELECT @@sql_mode", PinReasons.SessionVariable)]
    [TestCase("SELECT @@session.sql_mode", PinReasons.SessionVariable)]
    [TestCase("SELECT @@`sql_mode`", PinReasons.SessionVariable)]
    [TestCase("SELECT @@timestamp", PinReasons.SessionVariable)]
    [TestCase("SELECT @@", PinReasons.SessionVariable)]
    [TestCase("SELECT @@global", PinReasons.SessionVariable)]
    [TestCase("SELECT @@globalx.y", PinReasons.SessionVariable)]
    [TestCase("SELECT @@a_variable_with_a_name_that_is_longer_than_any_known_name_of_a_variable", PinReasons.SessionVariable)]
    [TestCase("SHOW WARNINGS", PinReasons.FoundRows)]
    [TestCase("SHOW ERRORS LIMIT 1", PinReasons.FoundRows)]
    [TestCase("SHOW COUNT(*) WARNINGS", PinReasons.FoundRows)]
    [TestCase("SHOW PROFILES", PinReasons.FoundRows)]
    [TestCase("SHOW PROFILE FOR QUERY 1", PinReasons.FoundRows)]
    [TestCase("SELECT @x := 1", PinReasons.UserVariable)]
    [TestCase("SELECT 1 INTO @x", PinReasons.UserVariable)]
    [TestCase("SELECT a,b INTO @x,@y FROM t", PinReasons.UserVariable)]
    [TestCase("SELECT a INTO@x FROM t", PinReasons.UserVariable)]
    [TestCase("WITH x AS (SELECT 1) SELECT * FROM x INTO @y", PinReasons.UserVariable)]
    [TestCase("SELECT 1 INTO x", PinReasons.Unknown)]
    [TestCase("DO @x := 1", PinReasons.UserVariable)]
    [TestCase("SELECT @", PinReasons.UserVariable)]
    [TestCase("SELECT @''", PinReasons.UserVariable)]
    [TestCase("SELECT 'a'@b", PinReasons.UserVariable)]
    [TestCase("LOAD DATA INFILE 'x' INTO TABLE t (a) SET b = @c := 1", PinReasons.UserVariable)]
    public void Session_state_inside_a_statement_pins(string text, PinReasons expected) => AssertPins(text, expected);

    [TestCase("SELECT my_function(1)")]
    [TestCase("SELECT db.my_function(1)")]
    [TestCase("SELECT `db`.`my_function`(1)")]
    [TestCase("SELECT db . my_function (1)")]
    [TestCase("SELECT db.now()")]
    [TestCase("SELECT `now`()")]
    [TestCase("SELECT `my_function`(1)")]
    [TestCase("SELECT COUNT (*) FROM t")]
    [TestCase("SELECT SUM\n(a) FROM t")]
    [TestCase("SELECT nvl(a, b), 1")]
    [TestCase("SELECT uuid_v7()")]
    [TestCase("SELECT RANK () OVER (ORDER BY a) FROM t")]
    [TestCase("SELECT any(1)")]
    [TestCase("SELECT some((1))")]
    [TestCase("SELECT columns(1)")]
    [TestCase("SELECT of(1)")]
    [TestCase("SELECT GÉT_LOCK('x', 1)")]
    [TestCase("SELECT 1st(2)")]
    [TestCase("SELECT t.1e5f(2)")]
    [TestCase("INSERT INTO t (a) VALUES (my_function(1))")]
    [TestCase("INSERT INTO t SET a = my_function(1)")]
    [TestCase("INSERT INTO t (a) SELECT my_function(b) FROM u")]
    [TestCase("INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = my_function(2)")]
    [TestCase("UPDATE t SET a = my_function(a)")]
    [TestCase("DELETE FROM t WHERE my_function(a) = 1")]
    [TestCase("SELECT * FROM t ORDER BY my_function(a)")]
    [TestCase("SELECT * FROM t WHERE a IN (SELECT my_function(b) FROM u)")]
    [TestCase("SELECT CAST(my_function(a) AS CHAR(10))")]
    [TestCase("WITH x (a) AS (SELECT my_function(1)) SELECT * FROM x")]
    [TestCase("SELECT a DIV my_function(2)")]
    [TestCase("SELECT CASE WHEN my_function(1) THEN 1 END")]
    [TestCase("SHOW TABLES WHERE my_function(1)")]
    [TestCase("EXPLAIN SELECT my_function(1)")]
    [TestCase("DO my_function(1)")]
    [TestCase("CREATE TABLE t AS SELECT my_function(1)")]
    [TestCase("CREATE TABLE t AS WITH x AS (VALUES (my_function(1))) SELECT * FROM x")]
    [TestCase("SELECT sys.format_bytes(1)")]
    [TestCase("SELECT a_function_with_a_name_that_is_longer_than_any_built_in_function(1)")]
    public void A_function_that_may_be_stored_pins(string text) => AssertPins(text, PinReasons.Routine);

    [TestCase("SELECT s.nextval FROM dual", SqlModes.Oracle, PinReasons.FoundRows)]
    [TestCase("BEGIN", SqlModes.Oracle, PinReasons.Routine)]
    [TestCase("BEGIN WORK", SqlModes.Oracle, PinReasons.Routine)]
    [TestCase("SELECT \"get_lock\"('x', 1)", SqlModes.AnsiQuotes, PinReasons.NamedLock)]
    [TestCase("SELECT \"a\" '\" -- ', GET_LOCK('x', 1)", SqlModes.AnsiQuotes, PinReasons.NamedLock)]
    [TestCase("SELECT '\\', GET_LOCK('x', 1) -- '", SqlModes.NoBackslashEscapes, PinReasons.NamedLock)]
    [TestCase("SELECT [get_lock]('x', 1)", SqlModes.Mssql, PinReasons.NamedLock)]
    public void Modes_do_not_hide_state(string text, SqlModes modes, PinReasons expected) => AssertPins(text, expected, modes);

    [TestCase("/*! SELECT 1 */")]
    [TestCase("SELECT /*!50000 GET_LOCK('x', 1) */ 1")]
    [TestCase("CREATE /*!50000 TEMPORARY*/ TABLE t (a INT)")]
    [TestCase("CREATE /*M! TEMPORARY */ TABLE t (a INT)")]
    [TestCase("COMMIT /*!50000 AND CHAIN */")]
    [TestCase("SELECT 1 /*!99999 ; SET @x = 1 */")]
    [TestCase("/*!40101 SET NAMES utf8 */;")]
    [TestCase("SELECT $$ ' $$, GET_LOCK('x', 1), ' '")]
    [TestCase("SELECT /*+ QB_NAME(`*/`) */ 1")]
    public void What_the_server_may_read_otherwise_pins(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons & PinReasons.Unknown, Is.EqualTo(PinReasons.Unknown));
            Assert.That(traits.IsClean, Is.False);
            Assert.That(traits.IsTransactionControl, Is.False);
            Assert.That(traits.IsReadOnly, Is.False);
        });
    }

    [TestCase("COMMIT RELEASE")]
    [TestCase("COMMIT WORK RELEASE")]
    [TestCase("ROLLBACK RELEASE;")]
    [TestCase("rollback work and no chain release")]
    [TestCase("INSERT INTO t VALUES (1); COMMIT RELEASE")]
    [TestCase("LOAD DATA LOCAL INFILE 'x' INTO TABLE t")]
    [TestCase("LOAD DATA CONCURRENT LOCAL INFILE 'x' INTO TABLE t")]
    [TestCase("LOAD XML LOCAL INFILE 'x' INTO TABLE t")]
    [TestCase("SELECT 1; LOAD DATA LOCAL INFILE 'x' INTO TABLE t")]
    public void What_would_harm_the_link_is_refused_with_advice(string text)
    {
        var parsed = StatementParser.Parse(text, SqlModes.None);
        Assert.Multiple(() =>
        {
            Assert.That(parsed.Traits.Placement, Is.EqualTo(Placement.Reject));
            Assert.That(parsed.TraitsWithUserVariables.Placement, Is.EqualTo(Placement.Reject));
            Assert.That(parsed.Traits.Rejection, Does.Contain("instead").Or.Contain("leave LOCAL out"));
            Assert.That(parsed.Traits.IsClean, Is.False);
        });
    }

    [TestCase("SET @x = 1", true)]
    [TestCase("SELECT @x := 1", true)]
    [TestCase("SELECT 1 INTO @x", true)]
    [TestCase("SELECT @x", false)]
    [TestCase("SET x = 1", false)]
    public void An_assignment_to_a_user_variable_is_noticed(string text, bool expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.HasUserVariableAssignment, Is.EqualTo(expected));

    [TestCase("SELECT 1 WHERE a IN(SELECT@x)")]
    [TestCase("SELECT @x")]
    [TestCase("UPDATE t SET a=@x")]
    [TestCase("DROP USER @x")]
    public void An_unbound_name_pins_as_a_user_variable(string text)
    {
        var parsed = StatementParser.Parse(text, SqlModes.None);
        Assert.Multiple(() =>
        {
            Assert.That(parsed.Traits.Placement, Is.LessThan(Placement.Pin));
            Assert.That(parsed.TraitsWithUserVariables.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(parsed.TraitsWithUserVariables.PinReasons, Is.EqualTo(PinReasons.UserVariable));
            Assert.That(parsed.TraitsWithUserVariables.IsClean, Is.False);
            Assert.That(parsed.TraitsWithUserVariables.IsReadOnly, Is.False);
            Assert.That(parsed.TraitsWithUserVariables.Keyword, Is.EqualTo(parsed.Traits.Keyword));
        });
    }

    private static void AssertPins(string text, PinReasons expected, SqlModes modes = SqlModes.None)
    {
        var traits = StatementParser.Parse(text, modes).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(expected));
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.IsClean, Is.False);
            Assert.That(traits.IsTransactionControl, Is.False);
        });
    }
}
