namespace MuxProvider.Multiplexing.Tests;

/// <summary>What pins until it is dropped, and what drops it.</summary>
[TestFixture]
public sealed class SessionObjectTests
{
    [TestCase("CREATE TEMPORARY TABLE T (a INT)", "TemporaryTable:t", "")]
    [TestCase("CREATE OR REPLACE TEMPORARY TABLE IF NOT EXISTS `Db`.t AS SELECT 1", "TemporaryTable:db.t", "")]
    [TestCase("CREATE TEMPORARY TABLE t LIKE u", "TemporaryTable:t", "")]
    [TestCase("CREATE TEMPORARY SEQUENCE s", "TemporaryTable:s", "")]
    [TestCase("DROP TEMPORARY TABLE t", "", "TemporaryTable:t")]
    [TestCase("DROP TEMPORARY TABLES IF EXISTS a, db.B CASCADE", "", "TemporaryTable:a|TemporaryTable:db.b")]
    [TestCase("DROP TEMPORARY SEQUENCE s", "", "TemporaryTable:s")]
    [TestCase("DROP TABLE t", "", "")]
    [TestCase("PREPARE P FROM 'SELECT 1'", "SqlPrepare:p", "")]
    [TestCase("PREPARE `p` FROM @x", "SqlPrepare:p", "")]
    [TestCase("DEALLOCATE PREPARE p", "", "SqlPrepare:p")]
    [TestCase("DROP PREPARE P", "", "SqlPrepare:p")]
    [TestCase("HANDLER t OPEN", "Handler:t", "")]
    [TestCase("HANDLER db.t OPEN", "Handler:t", "")]
    [TestCase("HANDLER db.t OPEN AS a", "Handler:a", "")]
    [TestCase("HANDLER t OPEN A", "Handler:a", "")]
    [TestCase("HANDLER a CLOSE", "", "Handler:a")]
    [TestCase("HANDLER a READ FIRST", "", "")]
    [TestCase("LOCK TABLES t READ", "TableLocks:tables", "")]
    [TestCase("LOCK INSTANCE FOR BACKUP", "TableLocks:instance", "")]
    [TestCase("UNLOCK TABLES", "", "TableLocks:tables|TableLocks:read lock")]
    [TestCase("UNLOCK INSTANCE", "", "TableLocks:instance")]
    [TestCase("FLUSH TABLES WITH READ LOCK", "TableLocks:read lock", "")]
    [TestCase("FLUSH TABLES t FOR EXPORT", "TableLocks:read lock", "")]
    [TestCase("FLUSH TABLES t", "", "")]
    [TestCase("BACKUP STAGE START", "TableLocks:stage", "")]
    [TestCase("BACKUP STAGE END", "", "TableLocks:stage")]
    [TestCase("BACKUP LOCK t", "TableLocks:backup", "")]
    [TestCase("BACKUP UNLOCK", "", "TableLocks:backup")]
    [TestCase("START TRANSACTION", "", "TableLocks:tables")]
    [TestCase("BEGIN", "", "TableLocks:tables")]
    [TestCase("SET timestamp = 5", "SessionVariable:timestamp", "")]
    [TestCase("SET @@session.Timestamp = DEFAULT", "", "SessionVariable:timestamp")]
    [TestCase("SET x = 1, y = DEFAULT", "SessionVariable:x", "SessionVariable:y")]
    [TestCase("SET net_write_timeout = 5", "SessionVariable:net_write_timeout", "")]
    [TestCase("SET net_write_timeout = 60", "", "SessionVariable:net_write_timeout")]
    [TestCase("SET time_zone = 'UTC'", "", "")]
    [TestCase("CREATE TEMPORARY TABLE t (a INT); DROP TEMPORARY TABLE t", "TemporaryTable:", "")]
    [TestCase("CREATE TEMPORARY TABLE t (a INT); CREATE TEMPORARY TABLE u (a INT); LOCK TABLES v READ", "TemporaryTable:|TableLocks:", "")]
    [TestCase("CREATE TEMPORARY TABLE t (a INT) /*! x */", "TemporaryTable:", "")]
    public void It_has_a_name(string text, string opens, string closes)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((Names(traits.Opens), Names(traits.Closes)), Is.EqualTo((opens, closes)));
    }

    [TestCase("SELECT GET_LOCK('x', 1)", NamedLockCall.Get)]
    [TestCase("SELECT `get_lock`(@name, 1) AS got;", NamedLockCall.Get)]
    [TestCase("SELECT RELEASE_LOCK(CONCAT('a', 'b')) released", NamedLockCall.Release)]
    [TestCase("SELECT RELEASE_ALL_LOCKS()", NamedLockCall.ReleaseAll)]
    [TestCase("SELECT GET_LOCK('x', 1), 2", NamedLockCall.None)]
    [TestCase("SELECT GET_LOCK('x', 1) + 1", NamedLockCall.None)]
    [TestCase("SELECT GET_LOCK('x', 1) FROM t", NamedLockCall.None)]
    [TestCase("SELECT GET_LOCK('x', GET_LOCK('y', 1))", NamedLockCall.None)]
    [TestCase("SELECT GET_LOCK('x', (SELECT 1 FROM t))", NamedLockCall.None)]
    [TestCase("SELECT db.GET_LOCK('x', 1)", NamedLockCall.None)]
    [TestCase("SELECT IS_FREE_LOCK('x')", NamedLockCall.None)]
    [TestCase("DO GET_LOCK('x', 1)", NamedLockCall.None)]
    [TestCase("SELECT 1; SELECT GET_LOCK('x', 1)", NamedLockCall.None)]
    public void A_sole_call_about_named_locks_is_recognised(string text, NamedLockCall expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.NamedLockCall, Is.EqualTo(expected));

    [TestCase("SELECT 1", "")]
    [TestCase("SELECT a, get_lock('x', 1)", "get_lock")]
    [TestCase("SELECT db.my_function(1)", "db.my_function")]
    [TestCase("SELECT SLEEP(1), GET_LOCK('x', 1)", "GET_LOCK")]
    [TestCase("SELECT GET_LOCK('x', 1), SLEEP(1)", "GET_LOCK")]
    [TestCase("SELECT * FROM t FOR UPDATE", "FOR UPDATE")]
    [TestCase("SELECT 1 INTO @x", "INTO @x")]
    [TestCase("SELECT @y := 1", "@y")]
    [TestCase("SELECT @@timestamp", "@@timestamp")]
    [TestCase("SELECT LAST_INSERT_ID()", "LAST_INSERT_ID")]
    [TestCase("CALL p()", "CALL")]
    [TestCase("BEGIN", "BEGIN")]
    [TestCase("SET ROLE r", "SET ROLE")]
    [TestCase("SET SESSION insert_id = 5", "SESSION insert_id")]
    [TestCase("SELECT 1; SELECT 2", ";")]
    [TestCase("SELECT 1; BEGIN", "BEGIN")]
    [TestCase("create temporary table t (a int)", "create temporary table")]
    [TestCase("SELECT a_function_with_a_name_that_is_longer_than_any_built_in_function(1)", "a_function_with_a_name_that_is_longer_t…")]
    public void The_words_that_decided_are_kept_for_people(string text, string expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.DecidingToken, Is.EqualTo(expected));

    [Test]
    public void With_user_variables_every_other_trait_stays()
    {
        var traits = StatementParser.Parse("CREATE TEMPORARY TABLE t AS SELECT LAST_INSERT_ID(), NEXTVAL(s), my_function(@x)", SqlModes.None).Traits;
        var with = traits.WithUserVariables();
        Assert.That(with, Is.EqualTo(traits with
        {
            PinReasons = PinReasons.TemporaryTable | PinReasons.UserVariable,
            DecidingToken = "CREATE TEMPORARY TABLE",
        }));
        Assert.That((with.CallsRoutines, with.Reads, with.TakesSequenceValue, with.Opens.Length), Is.EqualTo((true, SessionRegisters.GeneratedId, true, 1)));
    }

    private static string Names(IEnumerable<SessionObject> objects) => string.Join('|', objects.Select(one => $"{one.Reason}:{one.Name}"));
}
