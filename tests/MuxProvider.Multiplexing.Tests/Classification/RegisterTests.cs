namespace MuxProvider.Multiplexing.Tests;

/// <summary>What is asked of the statements before, and what is left for those behind.</summary>
[TestFixture]
public sealed class RegisterTests
{
    [TestCase("SELECT LAST_INSERT_ID()", SessionRegisters.GeneratedId)]
    [TestCase("SELECT last_insert_id ( )", SessionRegisters.GeneratedId)]
    [TestCase("SELECT `LAST_INSERT_ID`()", SessionRegisters.GeneratedId)]
    [TestCase("SELECT @@identity", SessionRegisters.GeneratedId)]
    [TestCase("SELECT @@session.last_insert_id + 1", SessionRegisters.GeneratedId)]
    [TestCase("INSERT INTO t (parent) VALUES (LAST_INSERT_ID())", SessionRegisters.GeneratedId)]
    [TestCase("SELECT * FROM t WHERE id = LAST_INSERT_ID()", SessionRegisters.GeneratedId)]
    [TestCase("SELECT ROW_COUNT()", SessionRegisters.RowCount)]
    [TestCase("SELECT FOUND_ROWS()", SessionRegisters.FoundRows)]
    [TestCase("SELECT @@warning_count", SessionRegisters.Diagnostics)]
    [TestCase("SELECT @@error_count, ROW_COUNT()", SessionRegisters.Diagnostics | SessionRegisters.RowCount)]
    [TestCase("SHOW WARNINGS", SessionRegisters.Diagnostics)]
    [TestCase("SHOW ERRORS LIMIT 1", SessionRegisters.Diagnostics)]
    [TestCase("SHOW COUNT(*) WARNINGS", SessionRegisters.Diagnostics)]
    [TestCase("SELECT PREVIOUS VALUE FOR s", SessionRegisters.SequenceValue)]
    [TestCase("SELECT LASTVAL(db.s)", SessionRegisters.SequenceValue)]
    public void What_earlier_statements_left_is_asked_for_without_a_pin(string text, SessionRegisters expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Reads, Is.EqualTo(expected));
            Assert.That(traits.Placement, Is.EqualTo(Placement.Float), traits.ToString());
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.IsClean, Is.True);
            Assert.That(traits.UsesGeneratedId, Is.EqualTo(expected == SessionRegisters.GeneratedId));
            Assert.That(traits.DecidingToken, Is.Not.Empty);
        });
    }

    [TestCase("SHOW PROFILES", SessionRegisters.Other, Placement.StatementLease)]
    [TestCase("SELECT WSREP_LAST_SEEN_GTID()", SessionRegisters.Other, Placement.StatementLease)]
    [TestCase("GET DIAGNOSTICS @x = ROW_COUNT", SessionRegisters.Diagnostics | SessionRegisters.RowCount, Placement.Pin)]
    [TestCase("SELECT s.currval", SessionRegisters.SequenceValue, Placement.Float)]
    [TestCase("CALL p(LAST_INSERT_ID())", SessionRegisters.GeneratedId, Placement.StatementLease)]
    [TestCase("SET sql_select_limit = LAST_INSERT_ID()", SessionRegisters.GeneratedId, Placement.StatementLease)]
    [TestCase("EXECUTE IMMEDIATE 'SELECT ROW_COUNT()'", SessionRegisters.RowCount, Placement.StatementLease)]
    public void Elsewhere_it_is_asked_for_as_well(string text, SessionRegisters expected, Placement placement)
    {
        var traits = StatementParser.Parse(text, text.Contains("currval") ? SqlModes.Oracle : SqlModes.None).Traits;
        Assert.That((traits.Reads, traits.Placement), Is.EqualTo((expected, placement)));
    }

    [TestCase("INSERT INTO t VALUES (1); SELECT LAST_INSERT_ID()", SessionRegisters.None)]
    [TestCase("REPLACE INTO t VALUES (1); SELECT @@identity", SessionRegisters.None)]
    [TestCase("UPDATE t SET a = LAST_INSERT_ID(a + 1); SELECT LAST_INSERT_ID()", SessionRegisters.None)]
    [TestCase("SET last_insert_id = 5; SELECT LAST_INSERT_ID()", SessionRegisters.None)]
    [TestCase("UPDATE t SET a = 1; SELECT LAST_INSERT_ID()", SessionRegisters.GeneratedId)]
    [TestCase("SELECT LAST_INSERT_ID(); INSERT INTO t VALUES (1)", SessionRegisters.GeneratedId)]
    [TestCase("EXPLAIN INSERT INTO t VALUES (1); SELECT LAST_INSERT_ID()", SessionRegisters.GeneratedId)]
    [TestCase("CALL p(); SELECT LAST_INSERT_ID()", SessionRegisters.GeneratedId)]
    [TestCase("UPDATE t SET a = 1; SELECT ROW_COUNT()", SessionRegisters.None)]
    [TestCase("SELECT 1; SELECT ROW_COUNT()", SessionRegisters.None)]
    [TestCase("SHOW WARNINGS; SELECT ROW_COUNT()", SessionRegisters.Diagnostics | SessionRegisters.RowCount)]
    [TestCase("INSERT INTO t VALUES (1); SHOW WARNINGS; SHOW ERRORS", SessionRegisters.None)]
    [TestCase("SHOW WARNINGS; SELECT 1", SessionRegisters.Diagnostics)]
    [TestCase("SELECT 1; SELECT FOUND_ROWS()", SessionRegisters.None)]
    [TestCase("UPDATE t SET a = 1; SELECT FOUND_ROWS()", SessionRegisters.FoundRows)]
    [TestCase("WITH x AS (SELECT 1) DELETE FROM t; SELECT FOUND_ROWS()", SessionRegisters.FoundRows)]
    [TestCase("SELECT NEXTVAL(s); SELECT LASTVAL(S)", SessionRegisters.None)]
    [TestCase("INSERT INTO t VALUES (NEXT VALUE FOR `s`); SELECT PREVIOUS VALUE FOR s", SessionRegisters.None)]
    [TestCase("SELECT NEXTVAL(s); SELECT LASTVAL(r)", SessionRegisters.SequenceValue)]
    [TestCase("SELECT SETVAL(s, 1); SELECT LASTVAL(s)", SessionRegisters.SequenceValue)]
    [TestCase("SELECT 1; SELECT WSREP_LAST_WRITTEN_GTID()", SessionRegisters.Other)]
    public void What_the_same_text_left_is_nobody_elses(string text, SessionRegisters expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That(traits.Reads, Is.EqualTo(expected));
        if (text.Contains("LAST_INSERT_ID()") || text.Contains("@@identity"))
            Assert.That(traits.UsesGeneratedId, Is.True);
    }

    [TestCase("INSERT INTO t VALUES (1)", true, false, false)]
    [TestCase("INSERT INTO t VALUES (1) RETURNING id", true, true, false)]
    [TestCase("INSERT INTO t VALUES (JSON_VALUE(a, '$.b' RETURNING CHAR))", true, false, false)]
    [TestCase("INSERT INTO t (id) VALUES (1) ON DUPLICATE KEY UPDATE a = 2", true, true, false)]
    [TestCase("SELECT LAST_INSERT_ID(5)", true, true, true)]
    [TestCase("UPDATE t SET id = LAST_INSERT_ID(id + 1)", true, true, true)]
    [TestCase("SET last_insert_id = 5", true, true, false)]
    [TestCase("SET @@identity = 5", true, true, false)]
    [TestCase("CALL p()", true, true, false)]
    [TestCase("SELECT my_function(1)", true, true, false)]
    [TestCase("EXECUTE s", true, true, false)]
    [TestCase("garbage", true, true, false)]
    [TestCase("LOAD DATA INFILE 'x' INTO TABLE t", true, false, false)]
    [TestCase("EXPLAIN INSERT INTO t VALUES (1) RETURNING id", false, false, false)]
    [TestCase("UPDATE t SET a = 1", false, false, false)]
    [TestCase("SELECT LAST_INSERT_ID()", false, false, true)]
    public void What_becomes_of_the_generated_id_is_known(string text, bool affects, bool hides, bool uses)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.AffectsGeneratedId, traits.HidesGeneratedId, traits.UsesGeneratedId), Is.EqualTo((affects, hides, uses)));
    }

    [TestCase("SELECT NEXTVAL(s)", Placement.Float)]
    [TestCase("SELECT NEXT VALUE FOR db.s", Placement.Float)]
    [TestCase("SELECT SETVAL(s, 1)", Placement.Float)]
    [TestCase("INSERT INTO t VALUES (NEXT VALUE FOR s)", Placement.Float)]
    [TestCase("SELECT nextval('s')", Placement.StatementLease)]
    public void A_value_of_a_sequence_is_taken_without_a_pin(string text, Placement placement)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.TakesSequenceValue, traits.Placement, traits.IsReadOnly), Is.EqualTo((true, placement, false)));
    }

    [Test]
    public void In_Oracle_mode_a_sequence_has_its_own_notation()
    {
        var traits = StatementParser.Parse("SELECT s.nextval FROM dual; SELECT S.currval FROM dual; SELECT nextval FROM t", SqlModes.Oracle).Traits;
        Assert.That((traits.TakesSequenceValue, traits.Reads), Is.EqualTo((true, SessionRegisters.None)));
    }

    [TestCase("SELECT SQL_CALC_FOUND_ROWS 1", Placement.Pin)]
    [TestCase("SELECT SQL_CALC_FOUND_ROWS 1; SELECT FOUND_ROWS()", Placement.StatementLease)]
    [TestCase("SELECT FOUND_ROWS(); SELECT SQL_CALC_FOUND_ROWS 1", Placement.Pin)]
    public void Counted_rows_pin_until_they_are_asked_for(string text, Placement placement)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.CountsFoundRows, traits.Placement), Is.EqualTo((true, placement)));
        Assert.That(traits.IsClean, Is.EqualTo(placement != Placement.Pin));
    }

    [TestCase("SELECT @@sql_mode, @@session.time_zone, @@`foreign_key_checks`, @@local.tx_isolation")]
    [TestCase("SELECT @@autocommit, @@character_set_client, @@collation_connection, @@wait_timeout")]
    [TestCase("SELECT @@read_only, @@global.timestamp")]
    [TestCase("SELECT IS_FREE_LOCK('x'), IS_USED_LOCK('x')")]
    public void What_every_link_answers_alike_floats_and_may_be_repeated(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.Placement, traits.Reads, traits.IsReadOnly), Is.EqualTo((Placement.Float, SessionRegisters.None, true)));
    }

    [TestCase("SELECT RELEASE_LOCK('x')")]
    [TestCase("SELECT RELEASE_ALL_LOCKS()")]
    public void Giving_back_locks_floats_but_is_not_repeated(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.Placement, traits.IsReadOnly), Is.EqualTo((Placement.Float, false)));
    }
}
