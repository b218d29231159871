namespace MuxProvider.Multiplexing.Tests;

/// <summary>What needs no server, what kills and what moves.</summary>
[TestFixture]
public sealed class LocalAnswerTests
{
    [TestCase("SELECT ROW_COUNT()", LocalAnswer.RowCount, "ROW_COUNT()")]
    [TestCase("select row_count ( ) ;", LocalAnswer.RowCount, "row_count ( )")]
    [TestCase("SELECT ROW_COUNT() AS n", LocalAnswer.RowCount, "n")]
    [TestCase("SELECT ROW_COUNT() `a``b`", LocalAnswer.RowCount, "a`b")]
    [TestCase("SELECT ROW_COUNT() AS 'it''s'", LocalAnswer.RowCount, "it's")]
    [TestCase("SELECT @@warning_count", LocalAnswer.WarningCount, "@@warning_count")]
    [TestCase("SELECT @@error_count", LocalAnswer.ErrorCount, "@@error_count")]
    [TestCase("SHOW WARNINGS", LocalAnswer.ShowWarnings, null)]
    [TestCase("show errors;", LocalAnswer.ShowErrors, null)]
    [TestCase("SHOW COUNT(*) WARNINGS", LocalAnswer.WarningCount, null)]
    [TestCase("SHOW COUNT( * ) ERRORS", LocalAnswer.ErrorCount, null)]
    [TestCase("COMMIT", LocalAnswer.OkWhenFloating, null)]
    [TestCase("ROLLBACK WORK AND NO CHAIN NO RELEASE", LocalAnswer.OkWhenFloating, null)]
    [TestCase("SAVEPOINT s", LocalAnswer.OkWhenFloating, null)]
    [TestCase("UNLOCK TABLES", LocalAnswer.OkWhenFloating, null)]
    [TestCase("SET autocommit = 1", LocalAnswer.OkWhenFloating, null)]
    [TestCase("SET @@session.autocommit = ON", LocalAnswer.OkWhenFloating, null)]
    [TestCase("SET SESSION autocommit = TRUE", LocalAnswer.OkWhenFloating, null)]
    [TestCase("-- nothing", LocalAnswer.OkWhenFloating, null)]
    [TestCase("/* nothing */", LocalAnswer.OkWhenFloating, null)]
    [TestCase("SET wait_timeout = 5", LocalAnswer.OkAlways, null)]
    [TestCase("SET SESSION interactive_timeout = DEFAULT", LocalAnswer.OkAlways, null)]
    [TestCase("SET @@wait_timeout = ?", LocalAnswer.OkAlways, null)]
    public void It_may_be_answered_here(string text, LocalAnswer expected, string? column)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.LocalAnswer, traits.LocalColumn), Is.EqualTo((expected, column)));
    }

    [TestCase("SELECT ROW_COUNT(), 1")]
    [TestCase("SELECT ROW_COUNT() + 1")]
    [TestCase("SELECT ROW_COUNT() FROM t")]
    [TestCase("SELECT ROW_COUNT() LIMIT")]
    [TestCase("SELECT ROW_COUNT() AS")]
    [TestCase("SELECT ROW_COUNT() AS ''")]
    [TestCase("SELECT ROW_COUNT( /* x */ )")]
    [TestCase("SELECT ROW_COUNT(1)")]
    [TestCase("SELECT DISTINCT ROW_COUNT()")]
    [TestCase("(SELECT ROW_COUNT())")]
    [TestCase("SELECT ROW_COUNT() UNION SELECT 1")]
    [TestCase("SELECT LAST_INSERT_ID(5)")]
    [TestCase("SELECT @@global.identity")]
    [TestCase("SELECT @@version")]
    [TestCase("SELECT 1; SELECT ROW_COUNT()")]
    [TestCase("EXPLAIN SELECT ROW_COUNT()")]
    [TestCase("SHOW WARNINGS LIMIT 1")]
    [TestCase("COMMIT AND CHAIN")]
    [TestCase("ROLLBACK TO s")]
    [TestCase("RELEASE SAVEPOINT s")]
    [TestCase("COMMIT; COMMIT")]
    [TestCase("UNLOCK INSTANCE")]
    [TestCase("SET autocommit = 0")]
    [TestCase("SET autocommit = 1, time_zone = 'UTC'")]
    [TestCase("SET GLOBAL autocommit = 1")]
    [TestCase("SET GLOBAL wait_timeout = 1")]
    [TestCase("")]
    [TestCase(" ; ")]
    [TestCase("/* x */ ;")]
    [TestCase("/*! SELECT 1 */")]
    [TestCase("COMMIT /*! AND CHAIN */")]
    public void The_server_has_to_be_asked(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.LocalAnswer, traits.LocalColumn), Is.EqualTo((LocalAnswer.None, default(string))));
    }

    [TestCase("USE d", "d")]
    [TestCase("use `a``b`;", "a`b")]
    [TestCase("USE a b", null)]
    [TestCase("USE d; SELECT 1", null)]
    public void The_schema_of_USE_travels(string text, string? expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.Schema, traits.MayChangeSchema), Is.EqualTo((expected, true)));
        Assert.That(traits.Placement, Is.EqualTo(expected is null ? Placement.Pin : Placement.StatementLease));
    }

    [TestCase("KILL 5", 5ul)]
    [TestCase("KILL QUERY 5", 5ul)]
    [TestCase("KILL HARD CONNECTION 18446744073709551615", 18446744073709551615ul)]
    [TestCase("KILL SOFT QUERY 7", 7ul)]
    [TestCase("KILL ((5))", 5ul)]
    [TestCase("KILL CONNECTION_ID()", 0ul)]
    [TestCase("KILL QUERY (CONNECTION_ID ())", 0ul)]
    [TestCase("KILL QUERY ID 5", null)]
    [TestCase("KILL USER app", null)]
    [TestCase("KILL ?", null)]
    [TestCase("SELECT 5", null)]
    public void The_victim_of_KILL_is_known(string text, ulong? expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.KilledThread, Is.EqualTo(expected));

    [Test]
    public void Killing_the_pseudo_thread_is_killing_oneself() =>
        Assert.That(StatementParser.Parse("KILL @@pseudo_thread_id", SqlModes.None).Traits.KilledThread, Is.EqualTo(0ul));

    [TestCase("CREATE TABLE t (a INT)", true)]
    [TestCase("ALTER TABLE t ADD b INT", true)]
    [TestCase("DROP PROCEDURE p", true)]
    [TestCase("CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", true)]
    [TestCase("RENAME TABLE a TO b", true)]
    [TestCase("GRANT SELECT ON t TO u", true)]
    [TestCase("REVOKE r FROM u", true)]
    [TestCase("SET ROLE r", true)]
    [TestCase("SET DEFAULT ROLE r TO u", true)]
    [TestCase("FLUSH PRIVILEGES", true)]
    [TestCase("SELECT 1; DROP TABLE t", true)]
    [TestCase("EXECUTE IMMEDIATE 'DROP TABLE t'", true)]
    [TestCase("CREATE TEMPORARY TABLE t (a INT)", false)]
    [TestCase("DROP TEMPORARY TABLE t", false)]
    [TestCase("DROP PREPARE p", false)]
    [TestCase("TRUNCATE t", false)]
    [TestCase("FLUSH STATUS", false)]
    [TestCase("EXPLAIN SELECT 1", false)]
    public void What_defines_objects_is_noticed(string text, bool expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.DefinesObjects, Is.EqualTo(expected));
}
