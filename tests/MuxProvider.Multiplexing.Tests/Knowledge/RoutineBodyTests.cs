namespace MuxProvider.Multiplexing.Tests;

internal sealed class RoutineBodyTests
{
    [TestCase("BEGIN RETURN 1; END")]
    [TestCase("RETURN a + 1")]
    [TestCase("BEGIN DECLARE x, y INT; SET x = 1, y = (SELECT MAX(id) FROM t); RETURN x; END")]
    [TestCase("BEGIN SET p = 5; END")]
    [TestCase("SET NEW.name = UPPER(NEW.name)")]
    [TestCase("BEGIN UPDATE t SET a = 1, b = 2 WHERE id = p; END")]
    [TestCase("BEGIN INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1; END")]
    [TestCase("BEGIN IF p > 1 THEN SET p = 2; ELSE SET p = 3; END IF; END")]
    [TestCase("BEGIN SELECT 'SET @x = 1', \"GET_LOCK('a')\" FROM t; -- PREPARE\n END")]
    [TestCase("BEGIN DECLARE x INT; SELECT a INTO x FROM t; END")]
    public void A_body_that_leaves_nothing_is_harmless(string body) => Assert.That(RoutineBody.Read(body, ["p"], SqlModes.None).IsStateful, Is.False);

    [TestCase("BEGIN SET @x = 1; END")]
    [TestCase("BEGIN SELECT 1 INTO @x; END")]
    [TestCase("BEGIN SET time_zone = '+00:00'; END")]
    [TestCase("SET SESSION sql_mode = ''")]
    [TestCase("BEGIN SET @@session.time_zone = '+00:00'; END")]
    [TestCase("BEGIN DECLARE x INT; SET x = 1, sql_mode = ''; END")]
    [TestCase("BEGIN IF 1 THEN SET lc_time_names = 'de_DE'; END IF; END")]
    [TestCase("RETURN GET_LOCK('a', 1)")]
    [TestCase("RETURN `get_lock` ('a', 1)")]
    [TestCase("BEGIN CREATE TEMPORARY TABLE x (a INT); END")]
    [TestCase("BEGIN PREPARE s FROM 'SELECT 1'; END")]
    [TestCase("BEGIN START TRANSACTION; END")]
    [TestCase("BEGIN COMMIT; END")]
    [TestCase("BEGIN FLUSH TABLES; END")]
    [TestCase("BEGIN SET ROLE NONE; END")]
    [TestCase("BEGIN /*!50000 SET @x = 1; */ END")]
    [TestCase("BEGIN SELECT 'open; END")]
    [TestCase(null)]
    public void A_body_that_touches_the_session_is_stateful(string? body) => Assert.That(RoutineBody.Read(body, ["p"], SqlModes.None).IsStateful, Is.True);

    [Test]
    public void A_body_says_what_it_calls() =>
        Assert.That(RoutineBody.Read("BEGIN CALL other(1); CALL db.`Third`(); RETURN fourth(MAX(1)); END", [], SqlModes.None).Calls, Is.EquivalentTo(["OTHER", "THIRD", "FOURTH"]));
}
