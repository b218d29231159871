namespace MuxProvider.Multiplexing.Tests;

/// <summary>Which texts may run prepared.</summary>
[TestFixture]
public sealed class PreparabilityTests
{
    private readonly StatementCache _cache = new();

    [TestCase("SELECT 1", ExpectedResult = true)]
    [TestCase("SELECT a FROM t WHERE b = @b LIMIT ?", ExpectedResult = true)]
    [TestCase("WITH w AS (SELECT 1) SELECT * FROM w", ExpectedResult = true)]
    [TestCase("INSERT INTO t VALUES (@a)", ExpectedResult = true)]
    [TestCase("UPDATE t SET a = ?a", ExpectedResult = true)]
    [TestCase("DELETE FROM t", ExpectedResult = true)]
    [TestCase("REPLACE INTO t VALUES (?)", ExpectedResult = true)]
    [TestCase("SELECT a FROM t FOR UPDATE", ExpectedResult = true)]
    [TestCase("SELECT SLEEP(@s)", ExpectedResult = false)]
    [TestCase("SELECT @a", ExpectedResult = false)]
    [TestCase("SELECT b, CONCAT(?, b) FROM t", ExpectedResult = false)]
    [TestCase("INSERT INTO t SELECT @a", ExpectedResult = false)]
    [TestCase("SELECT a FROM (SELECT @a AS a) s", ExpectedResult = false)]
    [TestCase("SELECT a FROM t WHERE b = (SELECT MAX(b) FROM t WHERE c = ?)", ExpectedResult = true)]
    [TestCase("SELECT a FROM t ORDER BY a, b", ExpectedResult = true)]
    [TestCase("SELECT 1; SELECT 2", ExpectedResult = false)]
    [TestCase("SET time_zone = '+00:00'", ExpectedResult = false)]
    [TestCase("SELECT 1; ", ExpectedResult = true)]
    [TestCase("SELECT 1; -- c", ExpectedResult = false)]
    [TestCase("SELECT /*+ SET_VAR(sort_buffer_size = 100000) */ 1", ExpectedResult = false)]
    [TestCase("USE other", ExpectedResult = false)]
    [TestCase("SHOW TABLES", ExpectedResult = false)]
    [TestCase("CREATE TABLE x (id INT)", ExpectedResult = false)]
    [TestCase("START TRANSACTION", ExpectedResult = false)]
    [TestCase("CALL p(@a)", ExpectedResult = false)]
    [TestCase("SELECT ROW_COUNT()", ExpectedResult = false)]
    [TestCase("SELECT FOUND_ROWS()", ExpectedResult = false)]
    [TestCase("SELECT GET_LOCK('l', 1)", ExpectedResult = false)]
    [TestCase("SELECT @x := 1", ExpectedResult = false)]
    [TestCase("SELECT a FROM t ORDER BY @a", ExpectedResult = false)]
    [TestCase("SELECT a FROM t group by ?", ExpectedResult = false)]
    [TestCase("KILL 5", ExpectedResult = false)]
    [TestCase("PREPARE p FROM 'SELECT 1'", ExpectedResult = false)]
    [TestCase("", ExpectedResult = false)]
    public bool A_text_may_run_prepared_where_that_means_the_same(string text) => _cache.Get(text, SqlModes.None).IsPreparable;
}
