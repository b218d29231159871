namespace MuxProvider.Multiplexing.Tests;

/// <summary>What may run on any shared link.</summary>
[TestFixture]
public sealed class FloatingStatementTests
{
    private static readonly string[] s_reads =
    [
        "SELECT 1",
        "select 1;",
        "SeLeCt 1 ; ; ",
        "SELECT 1; -- done",
        "/* tag */ SELECT 1",
        "# tag\nSELECT 1",
        "SELECT 1--1",
        "SELECT 1 FROM DUAL",
        "SELECT * FROM t WHERE id = @id",
        "SELECT * FROM t WHERE id = ? LIMIT ?",
        "SELECT * FROM t WHERE id = ?id",
        "SELECT * FROM t WHERE id IN (@p0, @p1, @p2)",
        "SELECT * FROM t WHERE id IN (1,2) AND (a OR b) OR NOT (c) XOR (d)",
        "SELECT * FROM t WHERE (a, b) IN ((1, 2), (3, 4))",
        "SELECT t.*, u.name FROM db.t AS t JOIN u USING (id) LEFT JOIN (v, w) ON (t.id = v.id)",
        "SELECT `t`.`a`, `t`.`b` FROM `t` AS `t` WHERE `t`.`a` IN (1, 2) ORDER BY `t`.`a` LIMIT 10 OFFSET 5",
        "SELECT EXISTS (SELECT 1 FROM t), NOT EXISTS(SELECT 1)",
        "SELECT a FROM t WHERE a = ANY (SELECT b FROM u) OR a > ALL (SELECT b FROM u) OR a = SOME(SELECT 1)",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "((SELECT 1))",
        "SELECT 1 UNION (SELECT 2) EXCEPT (SELECT 3) INTERSECT (SELECT 4)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "WITH RECURSIVE x (a, b) AS (SELECT 1, 2 UNION ALL SELECT a+1, b FROM x WHERE a < 5) SELECT REPLACE(a, '1', '2') FROM x",
        "WITH `x` (`a`) AS (SELECT 1), y(b) AS (SELECT 2) SELECT * FROM x, y",
        "VALUES ROW(1, 2), ROW(3, 4)",
        "VALUES (1, 2)",
        "TABLE t ORDER BY a LIMIT 1",
        "SELECT COUNT(*), count(DISTINCT a), SUM(a), avg(b), GROUP_CONCAT(a ORDER BY b SEPARATOR ',') FROM t GROUP BY (a) HAVING (COUNT(*) > 1)",
        "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b), RANK() OVER w, LAG(a, 1) OVER(ORDER BY b) FROM t WINDOW w AS (ORDER BY c)",
        "SELECT CAST(x AS DECIMAL(10,2)), CAST(x AS CHAR(10) CHARACTER SET utf8mb4), CAST(x AS datetime(6)), CONVERT(x, DECIMAL(5,1)), CONVERT(x USING utf8mb4)",
        "SELECT CAST(x AS SIGNED), BINARY (x), WEIGHT_STRING(x AS CHAR(4))",
        "SELECT NOW() + INTERVAL (1) DAY, DATE_ADD(NOW(6), INTERVAL 1 MONTH), INTERVAL(5, 1, 10)",
        "SELECT DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', DATE(a), YEAR (a), TIMESTAMPDIFF(DAY, a, b), EXTRACT(DAY FROM a)",
        "SELECT IF (a, b, c), IFNULL(a, b), NULLIF(a, b), COALESCE(a, b), LEFT(a, 1), RIGHT (a, 1), REPLACE(a, 'x', 'y'), INSERT(a, 1, 2, 'x')",
        "SELECT CASE WHEN (a) THEN (b) ELSE (c) END, CASE (a) WHEN (1) THEN (2) END",
        "SELECT SUBSTRING(a FROM 1 FOR 2), TRIM(LEADING 'x' FROM a), POSITION('a' IN b), LOCATE('a', b)",
        "SELECT a DIV (2), a MOD (2), MOD(a, 2), -(a), !(a), a LIKE ('x') ESCAPE '|', a NOT BETWEEN (1) AND (2), a RLIKE ('x'), a REGEXP('y')",
        "SELECT a->'$.b', a->>'$.b', JSON_EXTRACT(a, '$.b'), JSON_OBJECT('a', 1), a MEMBER OF ('[1]')",
        "SELECT jt.* FROM t, JSON_TABLE(t.doc, '$[*]' COLUMNS (a INT PATH '$.a', `b` DATETIME(6) PATH '$.b', c VARCHAR(100) PATH '$.c')) AS jt",
        "SELECT * FROM (SELECT 1, 2) AS a (x, y)",
        "SELECT * FROM (SELECT 1, 2) a (x, y)",
        "SELECT * FROM t AS a (x)",
        "SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.id = t.id) AS l",
        "SELECT * FROM t PARTITION (p0, p1) USE INDEX (i) IGNORE INDEX FOR ORDER BY (j) FORCE KEY FOR JOIN (k)",
        "SELECT * FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01'",
        "SELECT * FROM t FOR SYSTEM_TIME FROM '2020-01-01' TO NOW()",
        "SELECT a FROM t WHERE MATCH (a, b) AGAINST ('x' IN BOOLEAN MODE)",
        "SELECT get_lock, last_insert_id, sleep FROM t",
        "SELECT release, temporary, row_count, nextval FROM t",
        "SELECT 1 /* TEMPORARY GET_LOCK( */ -- @x",
        "SELECT REPLACE('a', 'b', 'c'), t.`values` FROM t",
        "SELECT 'INSERT INTO t; SET @x = 1; COMMIT RELEASE'",
        "SELECT t.get_lock FROM t",
        "SELECT 'GET_LOCK(1)', \"INTO @x\", `FOR UPDATE` FROM t",
        "SELECT 1 /* FOR UPDATE */ -- INTO @x\n # @@sql_mode",
        "SELECT a into_x, next, previous, lock_in, for_update FROM t",
        "SELECT @@version, @@version_comment, @@global.max_connections, @@GLOBAL.sql_mode, @@max_allowed_packet, @@lower_case_table_names",
        "SELECT VERSION(), DATABASE(), SCHEMA(), USER(), CURRENT_USER, CURRENT_USER(), CONNECTION_ID(), CURRENT_ROLE()",
        "SELECT RAND(), UUID(), UUID_SHORT(), UUID_TO_BIN(UUID()), MD5('a'), SHA2('a', 256), AES_ENCRYPT('a', 'b')",
        "SELECT ST_AsText(ST_GeomFromText('POINT(1 2)', 4326)), ST_Distance_Sphere(a, b), POINT(1, 2)",
        "SELECT INET6_NTOA(a), INET_ATON('1.2.3.4'), IS_IPV4('x'), HEX(a), UNHEX('00'), CRC32(a), GREATEST(1, 2), CHAR(65 USING utf8mb4), CHAR(1,2)",
        "SELECT {fn NOW()}, {d '2020-01-01'}",
        "SELECT x'4D', X'4D', 0x4D, b'01', N'a', _utf8mb4'a' COLLATE utf8mb4_bin, 1e5, .5, \\N",
        "SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1",
        "SELECT SQL_NO_CACHE STRAIGHT_JOIN DISTINCT (a) FROM t",
        "SELECT a FROM t ORDER BY FIELD(a, 1, 2), (b) DESC LIMIT 5, 10",
        "SELECT größe, 名前 FROM tabelle WHERE größe > 5",
        "SHOW TABLES",
        "SHOW FULL TABLES FROM db LIKE 'a%'",
        "SHOW COLUMNS FROM t WHERE LENGTH(Field) > 3",
        "SHOW VARIABLES LIKE 'version%'",
        "SHOW GLOBAL STATUS",
        "SHOW CREATE TABLE t",
        "SHOW CREATE USER 'a'@'%'",
        "SHOW GRANTS",
        "SHOW GRANTS FOR 'app'@'%'",
        "SHOW GRANTS FOR app@localhost",
        "SHOW GRANTS FOR CURRENT_USER()",
        "SHOW PROCESSLIST",
        "SHOW INDEX FROM t",
        "SHOW TABLE STATUS",
        "SHOW ENGINE INNODB STATUS",
        "SHOW BINARY LOGS",
        "EXPLAIN SELECT * FROM t",
        "EXPLAIN FORMAT=JSON SELECT * FROM t",
        "EXPLAIN ANALYZE SELECT * FROM t",
        "EXPLAIN FORMAT = TREE (SELECT 1)",
        "EXPLAIN INSERT INTO t (a) VALUES (1)",
        "EXPLAIN UPDATE t SET a = 1",
        "EXPLAIN FOR CONNECTION 5",
        "ANALYZE FORMAT=JSON SELECT 1",
        "DESC t",
        "DESCRIBE db.t",
        "DESC t 'a%'",
        "DESC `db`.`t` a",
        "",
        "   ",
        "-- nothing",
        ";;",
        "/* nothing */;",
    ];

    private static readonly string[] s_changes =
    [
        "INSERT INTO t VALUES (1)",
        "INSERT INTO t () VALUES ()",
        "INSERT t VALUES (1)",
        "INSERT INTO t(a,b) VALUES (@a,@b),(@c,@d)",
        "INSERT INTO t (a, b) VALUES (NOW(), UUID())",
        "INSERT INTO `db`.`t` (`a`) VALUES (@a)",
        "INSERT INTO a.b(c) SELECT d FROM e",
        "INSERT INTO a.b (c) (SELECT d FROM e)",
        "INSERT IGNORE INTO t (a) VALUES (1)",
        "INSERT LOW_PRIORITY t (a) VALUE (1)",
        "INSERT INTO t PARTITION (p0) (a) VALUES (1)",
        "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a), b = VALUES (b) + 1",
        "INSERT INTO t (a, b) VALUES (1, 2) AS new(x, y) ON DUPLICATE KEY UPDATE a = new.x",
        "INSERT INTO t SET a = 1, b = CONCAT('a', 'b')",
        "INSERT INTO t (a) VALUES (DEFAULT(a))",
        "INSERT INTO t (a) VALUES (1) RETURNING id, a",
        "INSERT INTO t (a) WITH x AS (SELECT 1) SELECT * FROM x",
        "INSERT INTO t (a) VALUES ('; COMMIT; GET_LOCK(')",
        "INSERT INTO t (user_lock, release_lock) VALUES (1, 2)",
        "REPLACE INTO t (a) VALUES (REPLACE('a', 'b', 'c'))",
        "REPLACE t SET a = 1",
        "UPDATE t SET a = a + 1, b = IF(c, 1, 2) WHERE id = @id LIMIT 1",
        "UPDATE t JOIN u ON (t.id = u.id) SET t.a = u.a",
        "UPDATE t SET a = (SELECT MAX(b) FROM u)",
        "DELETE FROM t WHERE id = @id",
        "DELETE t FROM t JOIN u USING (id)",
        "DELETE FROM t PARTITION (p0) WHERE a IN (1)",
        "DELETE FROM t RETURNING id",
        "WITH x AS (SELECT 1 AS id) DELETE FROM t WHERE id IN (SELECT id FROM x)",
        "WITH x AS (SELECT 1 AS id) UPDATE t, x SET t.a = 1 WHERE t.id = x.id",
        "EXPLAIN ANALYZE DELETE FROM t",
        "ANALYZE UPDATE t SET a = 1",
    ];

    [TestCaseSource(nameof(s_reads))]
    public void A_harmless_read_floats_and_may_be_repeated(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Float), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsReadOnly, Is.True);
            Assert.That(traits.IsClean, Is.True);
            Assert.That(traits.Rejection, Is.Null);
            Assert.That(traits.IsTransactionControl, Is.False);
            Assert.That(traits.AffectsGeneratedId, Is.False);
        });
    }

    [TestCaseSource(nameof(s_changes))]
    public void A_harmless_change_floats_but_is_not_repeated(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Float), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.IsClean, Is.True);
        });
    }

    [TestCase("INSERT INTO t (get_lock) VALUES (1)")]
    [TestCase("INSERT INTO t (a, last_insert_id) SELECT 1, 2")]
    [TestCase("INSERT INTO my_func (a) VALUES (1)")]
    [TestCase("INSERT INTO db.my_func(a) VALUES (1)")]
    public void A_column_or_table_may_be_called_like_a_function(string text) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.Placement, Is.EqualTo(Placement.Float));

    [TestCase("SELECT \"a\", \"t\".\"b\" FROM \"t\"", SqlModes.AnsiQuotes)]
    [TestCase("INSERT INTO \"t\" (\"a\") VALUES ('\\')", SqlModes.AnsiQuotes | SqlModes.NoBackslashEscapes)]
    [TestCase("INSERT INTO [t] ([a]) VALUES (1)", SqlModes.Mssql)]
    [TestCase("SELECT COUNT (*) FROM t", SqlModes.IgnoreSpace)]
    [TestCase("SELECT \"INTO\" FROM t", SqlModes.AnsiQuotes)]
    [TestCase("SELECT '\\', 'FOR UPDATE'", SqlModes.NoBackslashEscapes)]
    public void Modes_are_respected(string text, SqlModes modes) =>
        Assert.That(StatementParser.Parse(text, modes).Traits.Placement, Is.EqualTo(Placement.Float));

    [TestCase("select 1", "SELECT")]
    [TestCase(" /* x */ (( select 1 ))", "SELECT")]
    [TestCase("with x as (select 1) select 1", "WITH")]
    [TestCase("", "")]
    [TestCase(";insert into t values (1)", "INSERT")]
    [TestCase("'a'", "")]
    public void The_first_word_is_kept_for_diagnostics(string text, string expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.Keyword, Is.EqualTo(expected));

    [TestCase("", true)]
    [TestCase(" ; /* x */ ;", true)]
    [TestCase("-- x", true)]
    [TestCase("SELECT 1", false)]
    [TestCase("/*! SELECT 1 */", false)]
    [TestCase("/* x", false)]
    public void A_text_of_comments_consists_of_nothing(string text, bool expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.ConsistsOfNothing, Is.EqualTo(expected));
}
