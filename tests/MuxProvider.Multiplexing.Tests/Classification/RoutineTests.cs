namespace MuxProvider.Multiplexing.Tests;

/// <summary>What may run routines that nobody knows: it has a link of its own, and what it did has to be seen from the reply.</summary>
[TestFixture]
public sealed class RoutineTests
{
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
    [TestCase("SELECT nextval('a')")]
    [TestCase("SELECT lastval(5)")]
    [TestCase("SELECT setval('a', 1)")]
    public void A_function_that_may_be_stored_has_a_link_of_its_own(string text) => AssertCalls(text);

    [TestCase("CALL p()")]
    [TestCase("CALL db.p(1, @x)")]
    [TestCase("CALL p(my_function(1))")]
    [TestCase("BEGIN NOT ATOMIC SELECT 1; END")]
    [TestCase("BEGIN NOT ATOMIC IF 1 THEN SELECT 1; END IF; SELECT 2; END;")]
    public void A_call_or_a_block_has_a_link_of_its_own(string text)
    {
        AssertCalls(text);
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.IsCall, Is.True);
    }

    [TestCase("BEGIN SELECT 1; END")]
    [TestCase("DECLARE x INT; BEGIN SELECT 1; END;")]
    [TestCase("DECLARE x INT := 1; y INT; BEGIN BEGIN SELECT 1; END; END")]
    public void In_Oracle_mode_every_block_is_a_call(string text) => AssertCalls(text, SqlModes.Oracle);

    [TestCase("BEGIN NOT ATOMIC ROLLBACK RELEASE; SET ROLE r; END", PinReasons.Role)]
    [TestCase("BEGIN NOT ATOMIC CREATE TEMPORARY TABLE t AS SELECT 1; END", PinReasons.TemporaryTable)]
    [TestCase("BEGIN NOT ATOMIC SELECT GET_LOCK('x', 1); END", PinReasons.NamedLock)]
    [TestCase("BEGIN NOT ATOMIC PREPARE s FROM 'SELECT 1'; END", PinReasons.SqlPrepare)]
    [TestCase("BEGIN NOT ATOMIC SET SESSION sql_mode = ''; END", PinReasons.SessionVariable)]
    [TestCase("BEGIN NOT ATOMIC SET @@sql_mode = ''; END", PinReasons.SessionVariable)]
    [TestCase("BEGIN NOT ATOMIC FLUSH TABLES WITH READ LOCK; END", PinReasons.TableLocks)]
    public void What_a_block_does_in_plain_sight_pins(string text, PinReasons expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons, Is.EqualTo(expected));
            Assert.That(traits.IsCall, Is.True);
            Assert.That(traits.IsClean, Is.False);
            Assert.That(traits.Rejection, Is.Null);
        });
    }

    [TestCase("BEGIN NOT ATOMIC SELECT 1; END; SET @x = 1", PinReasons.UserVariable)]
    [TestCase("BEGIN NOT ATOMIC SELECT 1; SELECT 2", PinReasons.Unknown)]
    [TestCase("BEGIN NOT ATOMIC SELECT 1; END; END", PinReasons.Unknown)]
    public void What_follows_a_block_is_judged(string text, PinReasons expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That(traits.PinReasons & expected, Is.EqualTo(expected), traits.ToString());
    }

    [TestCase("START SLAVE")]
    [TestCase("STOP REPLICA")]
    [TestCase("START ALL SLAVES")]
    [TestCase("START GROUP_REPLICATION")]
    [TestCase("RESET REPLICA ALL")]
    [TestCase("RESET MASTER")]
    [TestCase("SHUTDOWN")]
    [TestCase("RESTART")]
    [TestCase("INSTALL PLUGIN p SONAME 'x'")]
    [TestCase("UNINSTALL COMPONENT 'x'")]
    [TestCase("CHANGE MASTER TO a = 1")]
    [TestCase("PURGE BINARY LOGS TO 'x'")]
    [TestCase("BINLOG 'x'")]
    [TestCase("CLONE LOCAL DATA DIRECTORY = 'x'")]
    [TestCase("IMPORT TABLE FROM 'x'")]
    [TestCase("CACHE INDEX t IN k")]
    [TestCase("LOAD INDEX INTO CACHE t")]
    public void Administration_has_a_link_of_its_own_that_is_reset_afterwards(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsClean, Is.False);
            Assert.That(traits.CallsRoutines, Is.False);
        });
    }

    private static void AssertCalls(string text, SqlModes modes = SqlModes.None)
    {
        var traits = StatementParser.Parse(text, modes).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.CallsRoutines, Is.True);
            Assert.That(traits.IsClean, Is.False);
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.AffectsGeneratedId, Is.True);
            Assert.That(traits.HidesGeneratedId, Is.True);
            Assert.That(traits.StatementCount, Is.EqualTo(1));
        });
    }
}
