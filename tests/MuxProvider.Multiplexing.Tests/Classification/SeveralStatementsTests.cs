namespace MuxProvider.Multiplexing.Tests;

/// <summary>Several statements in one text.</summary>
[TestFixture]
public sealed class SeveralStatementsTests
{
    [TestCase("SELECT 1; SELECT 2", 2)]
    [TestCase("INSERT INTO t VALUES (1); SELECT LAST_INSERT_ID();", 2)]
    [TestCase("INSERT INTO `t` (`a`) VALUES (@p0);\nSELECT `id` FROM `t` WHERE ROW_COUNT() = 1 AND `id` = LAST_INSERT_ID();", 2)]
    [TestCase("UPDATE t SET a = 1; SELECT ROW_COUNT()", 2)]
    [TestCase("DELETE FROM t; SELECT ROW_COUNT ( )", 2)]
    [TestCase("REPLACE INTO t VALUES (1); SELECT @@identity", 2)]
    [TestCase("INSERT INTO t VALUES (1); INSERT INTO u VALUES (LAST_INSERT_ID(), 2)", 2)]
    [TestCase("SELECT 1; SELECT SLEEP(1); ; DELETE FROM t", 3)]
    [TestCase("SELECT ';'; SELECT `;` # ; \n; SELECT 1 /* ; */", 3)]
    [TestCase("SET NAMES utf8mb4; SELECT 1", 2)]
    [TestCase("SET time_zone = '+00:00'; SET sql_mode = ''; SELECT 1", 3)]
    [TestCase("SELECT SQL_CALC_FOUND_ROWS 1; SELECT FOUND_ROWS()", 2)]
    [TestCase("SELECT 1; SET autocommit = 1", 2)]
    [TestCase("DROP TABLE a; CREATE TABLE a (b INT)", 2)]
    [TestCase("CREATE PROCEDURE p() BEGIN SELECT 1; END; SELECT 1", 2)]
    public void Harmless_ones_get_a_link_of_their_own(string text, int count)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsClean, Is.True);
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.StatementCount, Is.EqualTo(count));
        });
    }

    [TestCase("SELECT 1; SET @x = 1", PinReasons.UserVariable)]
    [TestCase("SELECT GET_LOCK('x', 1); CREATE TEMPORARY TABLE t (a INT)", PinReasons.NamedLock | PinReasons.TemporaryTable)]
    [TestCase("SELECT SQL_CALC_FOUND_ROWS 1; SELECT FOUND_ROWS(); SELECT SQL_CALC_FOUND_ROWS 2", PinReasons.FoundRows)]
    [TestCase("SET time_zone = CONCAT('+', '00:00'); SELECT 1", PinReasons.SessionVariable)]
    [TestCase("SELECT 1; SET optimizer_switch = 'mrr=on'", PinReasons.SessionVariable)]
    [TestCase("SET TRANSACTION READ ONLY; SELECT 1", PinReasons.NextTransaction)]
    [TestCase("SELECT 1; USE d", PinReasons.Schema)]
    [TestCase("SELECT 1; garbage", PinReasons.Unknown)]
    public void One_that_pins_pins_all(string text, PinReasons expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons, Is.EqualTo(expected));
            Assert.That(traits.IsClean, Is.False);
        });
    }

    [TestCase("INSERT INTO t VALUES (1)", true)]
    [TestCase("SELECT 1; REPLACE INTO t VALUES (1)", true)]
    [TestCase("CALL p()", true)]
    [TestCase("SELECT LAST_INSERT_ID(5)", true)]
    [TestCase("garbage", true)]
    [TestCase("SELECT LAST_INSERT_ID()", false)]
    [TestCase("SET last_insert_id = 5", true)]
    [TestCase("EXPLAIN INSERT INTO t VALUES (1)", false)]
    [TestCase("SELECT my_function(1)", true)]
    [TestCase("EXECUTE s", true)]
    [TestCase("UPDATE t SET a = 1", false)]
    [TestCase("SELECT INSERT('a', 1, 1, 'b')", false)]
    public void What_may_generate_an_id_is_noticed(string text, bool expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.AffectsGeneratedId, Is.EqualTo(expected));

    [TestCase("SELECT 1", new string[0])]
    [TestCase("SELECT 1;", new string[0])]
    [TestCase("SELECT 1; SELECT 2", new[] { "SELECT 1", " SELECT 2" })]
    [TestCase("SELECT 1;;/* c */ SELECT ';';\n", new[] { "SELECT 1", "/* c */ SELECT ';'" })]
    [TestCase("CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END; CALL p()", new[] { "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END", " CALL p()" })]
    [TestCase("SELECT 1; /*!50000 SELECT 2; */ SELECT 3", new string[0])]
    [TestCase("SELECT 1; SELECT 'open", new string[0])]
    public void The_text_knows_where_its_statements_stand_where_that_is_certain(string text, string[] statements)
    {
        var parsed = StatementParser.Parse(text, SqlModes.None);
        Assert.That(parsed.Text.Statements.Select(span => text[span.Start..span.End]), Is.EqualTo(statements));
    }
}
