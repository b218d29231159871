namespace MuxProvider.Multiplexing.Tests;

/// <summary>What keeps its link, and why.</summary>
[TestFixture]
public sealed class PinningStatementTests
{
    [TestCase("SET LOCAL x = 1", PinReasons.SessionVariable)]
    [TestCase("SET @@session.x = 1", PinReasons.SessionVariable)]
    [TestCase("SET @@x = 1", PinReasons.SessionVariable)]
    [TestCase("SET x := 1", PinReasons.SessionVariable)]
    [TestCase("SET CHARACTER SET utf8mb4", PinReasons.SessionVariable)]
    [TestCase("SET CHARSET utf8mb4", PinReasons.SessionVariable)]
    [TestCase("SET autocommit = 0", PinReasons.AutoCommitOff)]
    [TestCase("set @@autocommit=0", PinReasons.AutoCommitOff)]
    [TestCase("SET @@session.AutoCommit=OFF", PinReasons.AutoCommitOff)]
    [TestCase("SET SESSION `autocommit` = 0", PinReasons.AutoCommitOff)]
    [TestCase("SET x = 1, autocommit = 0", PinReasons.SessionVariable | PinReasons.AutoCommitOff)]
    [TestCase("SET @x = 1", PinReasons.UserVariable)]
    [TestCase("SET @x = 1, @y = 2", PinReasons.UserVariable)]
    [TestCase("SET@x=1", PinReasons.UserVariable)]
    [TestCase("SET x = 1, @y = 2", PinReasons.SessionVariable | PinReasons.UserVariable)]
    [TestCase("SET GLOBAL x = 1, y = 2", PinReasons.SessionVariable)]
    [TestCase("SET GLOBAL x = 1, @y = 2", PinReasons.UserVariable)]
    [TestCase("SET x = GET_LOCK('a', 1)", PinReasons.SessionVariable | PinReasons.NamedLock)]
    [TestCase("SET global = 1", PinReasons.SessionVariable)]
    [TestCase("SET role = 1", PinReasons.SessionVariable)]
    [TestCase("SET timestamp = 1", PinReasons.SessionVariable)]
    [TestCase("SET timestamp = DEFAULT", PinReasons.SessionVariable)]
    [TestCase("SET insert_id = 5", PinReasons.SessionVariable)]
    [TestCase("SET gtid_next = 'AUTOMATIC'", PinReasons.SessionVariable)]
    [TestCase("SET gtid_seq_no = 1", PinReasons.SessionVariable)]
    [TestCase("SET sql_log_bin = 0", PinReasons.SessionVariable)]
    [TestCase("SET pseudo_thread_id = 1", PinReasons.SessionVariable)]
    [TestCase("SET rand_seed1 = 1, rand_seed2 = 2", PinReasons.SessionVariable)]
    [TestCase("SET server_id = 1", PinReasons.SessionVariable)]
    [TestCase("SET profiling = 1", PinReasons.SessionVariable)]
    [TestCase("SET optimizer_trace = 'enabled=on'", PinReasons.SessionVariable)]
    [TestCase("SET completion_type = 1", PinReasons.SessionVariable)]
    [TestCase("SET skip_replication = 1", PinReasons.SessionVariable)]
    [TestCase("SET wsrep_on = 0", PinReasons.SessionVariable)]
    [TestCase("SET binlog_format = 'ROW'", PinReasons.SessionVariable)]
    [TestCase("SET sql_auto_is_null = 1", PinReasons.SessionVariable)]
    [TestCase("SET sql_auto_is_null = @@x", PinReasons.SessionVariable)]
    [TestCase("SET net_write_timeout = 5", PinReasons.SessionVariable)]
    [TestCase("SET net_read_timeout = '60'", PinReasons.SessionVariable)]
    [TestCase("SET collation_connection = latin1_swedish_ci", PinReasons.SessionVariable)]
    [TestCase("SET collation_connection = DEFAULT", PinReasons.SessionVariable)]
    [TestCase("SET character_set_results = utf8mb3", PinReasons.SessionVariable)]
    [TestCase("SET NAMES utf8", PinReasons.SessionVariable)]
    [TestCase("SET NAMES utf8mb4 COLLATE latin1_bin", PinReasons.SessionVariable)]
    [TestCase("SET NAMES utf8mb4 x", PinReasons.SessionVariable)]
    [TestCase("SET GLOBAL x = 1, sql_mode = ''", PinReasons.SessionVariable)]
    [TestCase("SET autocommit = DEFAULT", PinReasons.AutoCommitOff)]
    [TestCase("SET autocommit = 1 - 1", PinReasons.AutoCommitOff)]
    [TestCase("SET time_zone = my_function(1)", PinReasons.SessionVariable)]
    [TestCase("SET time_zone = (SELECT tz FROM t)", PinReasons.SessionVariable)]
    [TestCase("SET time_zone = @x := '+00:00'", PinReasons.SessionVariable | PinReasons.UserVariable)]
    [TestCase("SET sql_mode = @@timestamp", PinReasons.SessionVariable)]
    [TestCase("SET @@transaction_isolation = 'read-uncommitted'", PinReasons.NextTransaction)]
    [TestCase("SET @@tx_isolation := 'SERIALIZABLE'", PinReasons.NextTransaction)]
    [TestCase("SET @@transaction_isolation = 2", PinReasons.NextTransaction)]
    [TestCase("SET @@transaction_read_only = 1", PinReasons.NextTransaction)]
    [TestCase("SET @@tx_read_only = OFF", PinReasons.NextTransaction)]
    [TestCase("SET @@transaction_isolation = 'x'", PinReasons.NextTransaction)]
    [TestCase("SET @@transaction_isolation = DEFAULT", PinReasons.NextTransaction)]
    [TestCase("SET time_zone = '+00:00', @@tx_isolation = 'SERIALIZABLE'", PinReasons.NextTransaction)]
    [TestCase("SET TRANSACTION ISOLATION LEVEL", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET TRANSACTION ISOLATION LEVEL SNAPSHOT", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET TRANSACTION READ ONLY, READ WRITE", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET SESSION TRANSACTION READ", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET GLOBAL TRANSACTION x", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET STATEMENT autocommit = 0 FOR SELECT 1", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET STATEMENT time_zone = '+00:00' FOR SET sql_mode = ''", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET STATEMENT time_zone = '+00:00'", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET STATEMENT FOR SELECT 1", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET STATEMENT character_set_results = latin1 FOR SELECT 1", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET STATEMENT time_zone = '+00:00' FOR SELECT GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("SET time_zone = '+00:00',", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET , time_zone = '+00:00'", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET time_zone", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET time_zone =", PinReasons.SessionVariable | PinReasons.Unknown)]
    [TestCase("SET ROLE r", PinReasons.Role)]
    [TestCase("SET ROLE NONE", PinReasons.Role)]
    [TestCase("SET ROLE 'r'@'%'", PinReasons.Role)]
    [TestCase("SET PASSWORD = 'x', y = 1", PinReasons.SessionVariable)]
    [TestCase("SET RESOURCE GROUP g", PinReasons.Unknown)]
    [TestCase("SET", PinReasons.SessionVariable | PinReasons.Unknown)]
    public void Set_pins_what_it_sets(string text, PinReasons expected) => AssertPins(text, expected);

    [TestCase("XA START 'x'", PinReasons.Xa)]
    [TestCase("XA COMMIT 'x'", PinReasons.Xa)]
    [TestCase("XA RECOVER", PinReasons.Xa)]
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
    [TestCase("DEALLOCATE PREPARE s", PinReasons.SqlPrepare)]
    [TestCase("DROP PREPARE s", PinReasons.SqlPrepare)]
    [TestCase("HANDLER t OPEN", PinReasons.Handler)]
    [TestCase("HANDLER t READ FIRST", PinReasons.Handler)]
    [TestCase("CALL p(GET_LOCK('a', 1))", PinReasons.NamedLock)]
    [TestCase("USE", PinReasons.Schema)]
    [TestCase("USE a b", PinReasons.Schema)]
    [TestCase("PREPARE s FROM @x", PinReasons.SqlPrepare | PinReasons.Unknown)]
    [TestCase("PREPARE s FROM CONCAT('SELECT ', '1')", PinReasons.SqlPrepare | PinReasons.Unknown)]
    [TestCase("PREPARE s FROM 'SELECT GET_LOCK(\\'x\\', 1)'", PinReasons.SqlPrepare | PinReasons.NamedLock)]
    [TestCase("PREPARE s FROM 'SELECT @x'", PinReasons.SqlPrepare | PinReasons.UserVariable)]
    [TestCase("PREPARE s FROM 'SET sql_mode = \"\"'", PinReasons.SqlPrepare | PinReasons.SessionVariable)]
    [TestCase("PREPARE s FROM 'SET TRANSACTION READ ONLY'", PinReasons.SqlPrepare | PinReasons.NextTransaction)]
    [TestCase("PREPARE s FROM 'USE d'", PinReasons.SqlPrepare | PinReasons.Schema)]
    [TestCase("PREPARE s FROM 'COMMIT'", PinReasons.SqlPrepare | PinReasons.Transaction)]
    [TestCase("PREPARE s FROM 'CREATE TEMPORARY TABLE t (a INT)'", PinReasons.SqlPrepare | PinReasons.TemporaryTable)]
    [TestCase("PREPARE s FROM 'garbage'", PinReasons.SqlPrepare | PinReasons.Unknown)]
    [TestCase("EXECUTE s USING @a, @b", PinReasons.SqlPrepare)]
    [TestCase("EXECUTE IMMEDIATE @x", PinReasons.Unknown)]
    [TestCase("EXECUTE IMMEDIATE CONCAT('SELECT ', '1')", PinReasons.Unknown)]
    [TestCase("EXECUTE IMMEDIATE 'SET @x = 1'", PinReasons.UserVariable)]
    [TestCase("SELECT NEXTVAL(s) INTO @x", PinReasons.UserVariable)]
    [TestCase("SELECT SERVICE_GET_READ_LOCKS('a', 'b', 1)", PinReasons.NamedLock)]
    [TestCase("SELECT SQL_CALC_FOUND_ROWS * FROM t; SELECT 1", PinReasons.FoundRows)]
    [TestCase("START x", PinReasons.Unknown)]
    [TestCase("STOP x", PinReasons.Unknown)]
    [TestCase("GET DIAGNOSTICS @x = ROW_COUNT", PinReasons.UserVariable)]
    [TestCase("RELEASE x", PinReasons.Unknown)]
    [TestCase("SIGNAL SQLSTATE '45000'", PinReasons.Unknown)]
    [TestCase("CREATE", PinReasons.Unknown)]
    [TestCase("CREATE FOO t", PinReasons.Unknown)]
    [TestCase("CHECK x", PinReasons.Unknown)]
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
    [TestCase("SELECT db.get_lock('x', 0)", PinReasons.NamedLock)]
    [TestCase("DO GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("INSERT INTO t VALUES (GET_LOCK('x', 1))", PinReasons.NamedLock)]
    [TestCase("CREATE TABLE t AS SELECT GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("UPDATE t SET a = 1 WHERE GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("SELECT 1 WHERE a IS \\NOR GET_LOCK('x',1)", PinReasons.NamedLock)]
    [TestCase("SELECT 1.+GET_LOCK('x',1)", PinReasons.NamedLock)]
    [TestCase("SHOW TABLES WHERE GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("SELECT SQL_CALC_FOUND_ROWS * FROM t", PinReasons.FoundRows)]
    [TestCase("SELECT @@timestamp", PinReasons.SessionVariable)]
    [TestCase("SELECT @@", PinReasons.SessionVariable)]
    [TestCase("SELECT @@global", PinReasons.SessionVariable)]
    [TestCase("SELECT @@globalx.y", PinReasons.SessionVariable)]
    [TestCase("SELECT @@a_variable_with_a_name_that_is_longer_than_any_known_name_of_a_variable", PinReasons.SessionVariable)]
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

    [TestCase("BEGIN", SqlModes.Oracle, PinReasons.Unknown)]
    [TestCase("BEGIN WORK", SqlModes.Oracle, PinReasons.Unknown)]
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

    [TestCase("SET completion_type = 2")]
    [TestCase("SET completion_type = 'RELEASE'")]
    [TestCase("SET @@session.completion_type = RELEASE")]
    [TestCase("SET max_allowed_packet = 5")]
    [TestCase("SET SESSION session_track_schema = 0")]
    [TestCase("SET session_track_gtids = OWN_GTID")]
    [TestCase("SET wait_timeout = 5, time_zone = '+00:00'")]
    [TestCase("SET wait_timeout = 5; SELECT 1")]
    [TestCase("PREPARE s FROM 'COMMIT RELEASE'")]
    [TestCase("EXECUTE IMMEDIATE 'SET session_track_schema = 0'")]
    [TestCase("EXECUTE IMMEDIATE 'SET wait_timeout = 5'")]
    [TestCase("COMMIT RELEASE")]
    [TestCase("COMMIT WORK RELEASE")]
    [TestCase("ROLLBACK RELEASE;")]
    [TestCase("rollback work and no chain release")]
    [TestCase("INSERT INTO t VALUES (1); COMMIT RELEASE")]
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
