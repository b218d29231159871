
namespace MuxProvider.Multiplexing.Tests;

/// <summary>What must hold for any text.</summary>
[TestFixture]
public sealed class ClassifierPropertyTests
{
    private static readonly string[] s_harmless =
    [
        "SELECT a , COUNT(*) FROM t AS x JOIN ( SELECT 1 ) AS y USING ( id ) WHERE a IN ( 1 , 2 ) GROUP BY a ORDER BY b LIMIT 1",
        "INSERT INTO db . t ( a , b ) VALUES ( 1 , 'x' ) , ( NOW() , ? ) ON DUPLICATE KEY UPDATE a = VALUES(a)",
        "UPDATE t SET a = CONCAT( 'a' , b ) WHERE `c` = @p0",
        "DELETE FROM t WHERE a = CAST( b AS CHAR ( 10 ) )",
        "WITH x ( a ) AS ( SELECT 1 ) SELECT * FROM x",
        "REPLACE INTO t ( a ) SELECT b FROM u",
        "( SELECT 1 ) UNION ( SELECT 2 )",
    ];

    private static readonly string[] s_state =
    [
        "GET_LOCK('x', 1)", "get_lock /**/ ('x', 1)", "`get_lock`('x', 1)", "SQL_CALC_FOUND_ROWS", "@v := 1", "INTO @v", "INTO v",
        "@@timestamp", "@@session.insert_id", "/*! x */",
        "/*!50000 x */", "/*M! x */", "'", "/*", "@''", "SLEEP(1)", "FOR UPDATE", "LOCK IN SHARE MODE", "INTO OUTFILE 'x'",
        "; SET x = 1 ;", "; SELECT 1", "; COMMIT ;", "; USE d ;",
    ];

    private static readonly string[] s_registers =
    [
        "LAST_INSERT_ID()", "LAST_INSERT_ID(1)", "`last_insert_id`()", "ROW_COUNT()", "FOUND_ROWS ( )", "@@identity", "@@warning_count",
        "PREVIOUS VALUE FOR s", "LASTVAL(s)", "WSREP_LAST_SEEN_GTID()", "NEXT VALUE FOR s", "NEXTVAL(s)", "SETVAL(s, 1)",
    ];

    private static readonly string[] s_soup =
    [
        "SELECT", "INSERT", "INTO", "t", "VALUES", "(", ")", ",", ";", "'", "\"", "`", "@", "@@", "@x", "?", "?x", ":=", ".", "1", "1e",
        "0x", "--", "-- ", "#", "\n", "/*", "*/", "/*!", "\\", "\\'", "''", "[", "]", "CREATE", "PROCEDURE", "BEGIN", "END", "CASE",
        "SET", "GLOBAL", "WITH", "AS", "f", "GET_LOCK", "FOR", "UPDATE", "DEFINER", "=", "GRANT", "TO", "$", "$$", "é", "漢",
        "\0", "\ud800", "REPLACE", "EXPLAIN", "FORMAT", "LOAD", "DATA", "LOCAL", "INFILE", "COMMIT", "RELEASE", "AND", "N'", "x'", " ", " ",
    ];

    [Test]
    public void State_put_anywhere_into_a_harmless_statement_never_floats([ValueSource(nameof(s_harmless))] string text, [ValueSource(nameof(s_state))] string state)
    {
        var words = text.Split(' ');
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.Placement, Is.EqualTo(Placement.Float));
        for (var at = 1; at <= words.Length; at++)
        {
            var mixed = string.Join(' ', [.. words[..at], state, .. words[at..]]);
            var traits = StatementParser.Parse(mixed, SqlModes.None).Traits;
            Assert.That(traits.Placement, Is.Not.EqualTo(Placement.Float), mixed);
            Assert.That(traits.IsReadOnly, Is.False, mixed);
        }
    }

    [Test]
    public void A_register_asked_for_anywhere_is_noticed([ValueSource(nameof(s_harmless))] string text, [ValueSource(nameof(s_registers))] string register)
    {
        var words = text.Split(' ');
        for (var at = 1; at <= words.Length; at++)
        {
            var mixed = string.Join(' ', [.. words[..at], register, .. words[at..]]);
            var traits = StatementParser.Parse(mixed, SqlModes.None).Traits;
            Assert.That(traits.Reads != SessionRegisters.None || traits.UsesGeneratedId || traits.TakesSequenceValue || traits.CallsRoutines, Is.True, mixed);
            Assert.That(traits.IsReadOnly, Is.False, mixed);
        }
    }

    [Test]
    public void Any_soup_of_tokens_is_read_without_an_exception([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => s_soup[random.Next(s_soup.Length)] + (random.Next(3) == 0 ? " " : "")));
            var modes = (SqlModes)random.Next(32);
            var parsed = StatementParser.Parse(text, modes);

            var end = 0;
            foreach (var marker in parsed.Text.Markers)
            {
                Assert.That(marker.Start, Is.GreaterThanOrEqualTo(end), text);
                Assert.That(marker.Length, Is.GreaterThan(0), text);
                Assert.That(text[marker.Start], Is.EqualTo(marker.IsAt ? '@' : '?'), text);
                end = marker.End;
            }

            Assert.That(end, Is.LessThanOrEqualTo(text.Length), text);
            AssertConsistent(parsed.Traits, text);
            AssertConsistent(parsed.TraitsWithUserVariables, text);
        }
    }

    [Test]
    public void Tokens_cover_the_text_in_order([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => s_soup[random.Next(s_soup.Length)]));
            var lexer = new SqlLexer(text, (SqlModes)random.Next(32));
            var end = 0;
            while (lexer.Read())
            {
                Assert.That(lexer.Token.Start, Is.GreaterThanOrEqualTo(end), text);
                Assert.That(lexer.Token.Length, Is.GreaterThan(0), text);
                end = lexer.Token.End;
            }

            Assert.That(end, Is.LessThanOrEqualTo(text.Length), text);
        }
    }

    [TestCase("(")]
    [TestCase("f(")]
    [TestCase("a,")]
    [TestCase("f(a,")]
    [TestCase(";")]
    [TestCase("CASE ")]
    [TestCase("CREATE PROCEDURE p() SELECT 1;")]
    [TestCase("SELECT 1;")]
    [TestCase("SET x=1,")]
    [TestCase("@a'x'")]
    [TestCase("'' ")]
    [TestCase("/**/")]
    [TestCase("CREATE OR REPLACE ")]
    [TestCase("CREATE DEFINER=a@b ")]
    [TestCase("CREATE PROCEDURE BEGIN ;")]
    [TestCase("WITH ")]
    [TestCase("SET STATEMENT x=1 FOR ")]
    [TestCase("EXECUTE IMMEDIATE ")]
    [TestCase("PREPARE p FROM ")]
    [TestCase("SET GLOBAL x=1,time_zone=(")]
    [TestCase("DROP TEMPORARY TABLE a,")]
    [TestCase("BEGIN NOT ATOMIC ")]
    [TestCase("KILL ")]
    public void Long_and_deep_texts_are_read_in_linear_time(string part)
    {
        // A quadratic reader would need hours for this: it would never come back.
        var text = "SELECT " + string.Concat(Enumerable.Repeat(part, 200_000));
        Assert.That(StatementParser.Parse(text, SqlModes.None).Text.Text, Is.SameAs(text));
        Assert.That(StatementParser.Parse(text["SELECT ".Length..], SqlModes.None).Traits, Is.Not.Null);
    }

    private static void AssertConsistent(StatementTraits traits, string text) => Assert.Multiple(() =>
    {
        if (traits.Placement != Placement.Reject)
            Assert.That(traits.PinReasons != PinReasons.None, Is.EqualTo(traits.Placement == Placement.Pin), text);
        Assert.That(traits.Rejection != null, Is.EqualTo(traits.Placement == Placement.Reject), text);
        if (traits.IsReadOnly)
            Assert.That(traits.Placement, Is.EqualTo(Placement.Float), text);
        if (traits.Placement == Placement.Float || (traits.Placement == Placement.StatementLease && traits.PinReasons != PinReasons.None))
            Assert.That(traits.IsClean, Is.True, text);
        if (traits.CallsRoutines)
            Assert.That(traits.IsClean, Is.False, text);
        if (traits.IsTransactionControl)
            Assert.That(traits.PinReasons, Is.EqualTo(traits.NextTransaction is null ? PinReasons.Transaction : PinReasons.None), text);
        if (traits.NextTransaction is not null)
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease), text);
        if (traits.StatementCount > 1)
            Assert.That((traits.LocalAnswer, traits.Schema, traits.NamedLockCall, traits.Closes.Length), Is.EqualTo((LocalAnswer.None, default(string), NamedLockCall.None, 0)), text);
        if (traits.Reads != SessionRegisters.None)
            Assert.That(traits.IsReadOnly, Is.False, text);
        foreach (var opened in traits.Opens)
            Assert.That(traits.PinReasons & opened.Reason, Is.EqualTo(opened.Reason), text);
        if (traits.IsClean)
            Assert.That(traits.PinReasons & ~PinReasons.Transaction, Is.EqualTo(PinReasons.None), text);
    });
}
