namespace MuxProvider.Multiplexing.Tests;

/// <summary>What needs a link of its own for as long as it runs, and leaves nothing behind.</summary>
[TestFixture]
public sealed class StatementLeaseTests
{
    private static readonly string[] s_blocking =
    [
        "SELECT SLEEP(1)",
        "SELECT sleep (1) FROM t",
        "DO SLEEP(1)",
        "DO 1, NOW()",
        "SELECT BENCHMARK(1000, MD5('a'))",
        "SELECT MASTER_POS_WAIT('a', 4), WAIT_FOR_EXECUTED_GTID_SET('a')",
        "SELECT * FROM t WHERE id = 1 FOR UPDATE",
        "SELECT * FROM t for update skip locked",
        "SELECT * FROM t FOR SHARE NOWAIT",
        "SELECT * FROM t LOCK IN SHARE MODE",
        "(SELECT * FROM t FOR UPDATE)",
        "SELECT * FROM t INTO OUTFILE '/tmp/x'",
        "SELECT * INTO OUTFILE '/tmp/x' FIELDS TERMINATED BY ',' FROM t",
        "SELECT a INTO DUMPFILE '/tmp/x' FROM t",
        "LOAD DATA INFILE '/tmp/x' INTO TABLE t",
        "LOAD DATA CONCURRENT INFILE '/tmp/x' REPLACE INTO TABLE db.t FIELDS TERMINATED BY ',' LINES TERMINATED BY '\\n' IGNORE 1 LINES (a, b)",
        "LOAD DATA INFILE '/tmp/x' INTO TABLE t (a, b) SET c = NOW()",
        "LOAD XML INFILE '/tmp/x' INTO TABLE t",
        "KILL 5",
        "KILL QUERY 5",
        "USE d",
        "SHOW PROFILES",
        "SELECT * FROM information_schema.TABLES",
        "select t.table_name from `INFORMATION_SCHEMA` . `TABLES` t",
        "SELECT * FROM sys.session",
        "SHOW PROFILE FOR QUERY 1",
        "SELECT WSREP_LAST_WRITTEN_GTID()",
        "EXECUTE IMMEDIATE 'SELECT 1'",
        "EXECUTE IMMEDIATE \"INSERT INTO t VALUES ('a')\"",
        "EXECUTE IMMEDIATE 'SELECT ?' USING 5",
        "SET STATEMENT max_statement_time = 1 FOR SELECT 1",
        "SET STATEMENT time_zone = '+00:00', insert_id = 5 FOR INSERT INTO t VALUES (1)",
        "SET STATEMENT character_set_results = utf8mb4 FOR SELECT 1",
        "SET GLOBAL x = @@sql_mode",
        "SET GLOBAL TRANSACTION READ ONLY",
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (a 'b')",
        "ALTER INSTANCE ROTATE INNODB MASTER KEY",
        "HELP 'select'",
    ];

    private static readonly string[] s_definitions =
    [
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(10) DEFAULT (uuid()), KEY k (name), UNIQUE KEY uk (id, name), CHECK (id > 0))",
        "CREATE TABLE IF NOT EXISTS `db`.`t` (a INT, b INT GENERATED ALWAYS AS (a + 1), FULLTEXT KEY f (a) WITH PARSER ngram, CONSTRAINT fk FOREIGN KEY fkx (a) REFERENCES u (id)) ENGINE=InnoDB",
        "CREATE TABLE t (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        "CREATE TABLE t (a INT) PARTITION BY LIST (a) (PARTITION p0 VALUES IN (1, 2))",
        "CREATE TABLE t LIKE u",
        "CREATE TABLE t AS SELECT a, COUNT(*) FROM u GROUP BY a",
        "CREATE TABLE t (a INT) SELECT 1 AS a",
        "CREATE OR REPLACE TABLE t (temporary_id INT)",
        "ALTER TABLE t ADD COLUMN a DECIMAL(10, 2), ADD INDEX i (a), DROP COLUMN b",
        "ALTER IGNORE TABLE t ADD UNIQUE i (a)",
        "DROP TABLE t",
        "DROP TABLE IF EXISTS t, u",
        "TRUNCATE TABLE t",
        "TRUNCATE t",
        "RENAME TABLE a TO b",
        "CREATE INDEX i ON t (a, b(10))",
        "CREATE UNIQUE INDEX i USING BTREE ON t (a)",
        "CREATE FULLTEXT INDEX i ON t (a)",
        "DROP INDEX i ON t",
        "CREATE VIEW v AS SELECT my_function(a) FROM t",
        "CREATE OR REPLACE ALGORITHM=MERGE DEFINER='a'@'%' SQL SECURITY INVOKER VIEW v (a) AS SELECT 1",
        "CREATE DEFINER=CURRENT_USER() VIEW v AS SELECT 1",
        "CREATE DEFINER=app@localhost VIEW v AS SELECT 1",
        "ALTER VIEW v AS SELECT 1",
        "DROP VIEW v",
        "CREATE DATABASE d",
        "CREATE SCHEMA IF NOT EXISTS d CHARACTER SET utf8mb4",
        "ALTER DATABASE d COLLATE utf8mb4_bin",
        "DROP DATABASE d",
        "CREATE SEQUENCE s START WITH 1",
        "CREATE USER 'app'@'%' IDENTIFIED BY 'x'",
        "CREATE USER IF NOT EXISTS app@localhost, `b`@`h`",
        "ALTER USER 'app'@'%' IDENTIFIED BY 'x'",
        "ALTER USER USER() IDENTIFIED BY 'x'",
        "DROP USER 'app'@'%'",
        "RENAME USER 'a'@'%' TO 'b'@'%'",
        "CREATE ROLE r",
        "DROP ROLE r",
        "GRANT SELECT (a, b), EXECUTE ON db.* TO 'app'@'%' WITH GRANT OPTION",
        "GRANT r TO app@localhost",
        "REVOKE ALL PRIVILEGES, GRANT OPTION FROM 'app'@'%'",
        "SET DEFAULT ROLE r TO 'app'@'%'",
        "SET PASSWORD FOR 'app'@'%' = 'x'",
        "SET PASSWORD FOR app@localhost = PASSWORD('x')",
        "SET GLOBAL max_connections = 5",
        "SET @@global.max_connections = 5, GLOBAL x = ON",
        "SET PERSIST max_connections = 5, PERSIST_ONLY y = 1, @@persist.z = 2",
        "SET GLOBAL TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "ANALYZE TABLE t",
        "ANALYZE NO_WRITE_TO_BINLOG TABLE t PERSISTENT FOR COLUMNS (a) INDEXES (b)",
        "CHECK TABLE t",
        "OPTIMIZE TABLE t",
        "REPAIR LOCAL TABLE t",
        "CHECKSUM TABLE t",
        "FLUSH PRIVILEGES",
        "FLUSH TABLES",
        "FLUSH LOGS",
        "FLUSH RELAY LOGS FOR CHANNEL 'x'",
        "DROP PROCEDURE p",
        "DROP FUNCTION IF EXISTS f",
        "DROP TRIGGER t",
        "DROP EVENT e",
    ];

    private static readonly string[] s_routines =
    [
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE PROCEDURE p() SET @x = 1",
        "CREATE PROCEDURE p() BEGIN SET @x = 1; SELECT GET_LOCK('a', 1); COMMIT; END",
        "CREATE DEFINER='a'@'%' PROCEDURE p(IN a INT) BEGIN IF a > 1 THEN SELECT 1; ELSE SELECT 2; END IF; END;",
        "CREATE PROCEDURE p() BEGIN CASE a WHEN 1 THEN SELECT 1; END CASE; SELECT CASE WHEN a THEN 1 ELSE 2 END; END",
        "CREATE PROCEDURE p() x: BEGIN WHILE a DO SET a = 0; END WHILE; REPEAT SET a = 1; UNTIL a END REPEAT; LOOP LEAVE x; END LOOP; END x;",
        "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; SELECT 1; END",
        "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1;",
        "CREATE OR REPLACE FUNCTION f() RETURNS INT BEGIN RETURN 1; END",
        "CREATE AGGREGATE FUNCTION f RETURNS INTEGER SONAME 'x.so'",
        "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN SET NEW.a = 1; SET @x = 2; END",
        "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
        "ALTER EVENT e DO BEGIN DELETE FROM t; DELETE FROM u; END",
        "ALTER PROCEDURE p COMMENT 'x'",
    ];

    [TestCaseSource(nameof(s_blocking))]
    [TestCaseSource(nameof(s_definitions))]
    [TestCaseSource(nameof(s_routines))]
    public void It_gets_a_link_of_its_own_and_leaves_no_state(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.IsClean, Is.True);
            Assert.That(traits.StatementCount, Is.EqualTo(1));
        });
    }

    [TestCaseSource(nameof(s_routines))]
    public void Variables_in_the_body_of_a_routine_are_not_the_sessions(string text)
    {
        var parsed = StatementParser.Parse(text, SqlModes.None);
        Assert.That(parsed.TraitsWithUserVariables, Is.SameAs(parsed.Traits));
    }

    // A body without BEGIN ends at the first semicolon, and what follows is executed: it must not hide in the body.
    [TestCase("CREATE PROCEDURE p() SELECT 1; SET @x = 1", PinReasons.UserVariable)]
    [TestCase("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1; SELECT GET_LOCK('x', 1)", PinReasons.NamedLock)]
    [TestCase("CREATE PROCEDURE p() BEGIN SELECT 1; END; SET @x = 1", PinReasons.UserVariable)]
    [TestCase("CREATE PROCEDURE p() BEGIN SELECT 1; END; XA START 'x'", PinReasons.Xa)]
    [TestCase("CREATE PROCEDURE p() BEGIN IF a THEN SELECT CASE WHEN 1 THEN 2 END; END IF; END; SET ROLE r", PinReasons.Role)]
    [TestCase("CREATE PROCEDURE p() BEGIN SELECT 1; CREATE TEMPORARY TABLE t (a INT)", PinReasons.Unknown)]
    [TestCase("CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW IF NEW.a THEN SET NEW.a = 1; END IF", PinReasons.Unknown)]
    [TestCase("CREATE PROCEDURE p() END; SELECT 1", PinReasons.Unknown)]
    public void What_follows_a_routine_is_judged(string text, PinReasons expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons & expected, Is.EqualTo(expected));
            Assert.That(traits.IsClean, Is.False);
        });
    }

    [TestCase("DROP DATABASE d", true)]
    [TestCase("DROP SCHEMA IF EXISTS d", true)]
    [TestCase("USE d", true)]
    [TestCase("SELECT 1; USE d", true)]
    [TestCase("CREATE DATABASE d", false)]
    [TestCase("DROP TABLE d", false)]
    [TestCase("SELECT * FROM t USE INDEX (i)", false)]
    public void A_change_of_schema_is_noticed(string text, bool expected) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.MayChangeSchema, Is.EqualTo(expected));
}
