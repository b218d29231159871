namespace MuxProvider.Multiplexing.Tests;

/// <summary>The shape of a text without its values.</summary>
[TestFixture]
public sealed class StatementDigestTests
{
    [TestCase("select  1", "SELECT ?")]
    [TestCase("SELECT 1;", "SELECT ?")]
    [TestCase("SELECT/* x */a -- y\n,b # z", "SELECT a, b")]
    [TestCase("select T.a, t . `B` from T where a='x'and b>=1.5e3", "SELECT T.a, t.`B` FROM T WHERE a = ? AND b >= ?")]
    [TestCase("SELECT * FROM t WHERE a IN (1, 2, 'x') AND b in(5)", "SELECT * FROM t WHERE a IN (...) AND b IN (...)")]
    [TestCase("SELECT * FROM t WHERE a IN (@p0,?,:x)", "SELECT * FROM t WHERE a IN (?, ?, : x)")]
    [TestCase("SELECT * FROM t WHERE a = @id AND b = ? AND c = ?name", "SELECT * FROM t WHERE a = ? AND b = ? AND c = ?")]
    [TestCase("INSERT INTO t (a, b) VALUES (1, 'x'), (-2, NULL),(DEFAULT, true)", "INSERT INTO t (a, b) VALUES (...)")]
    [TestCase("INSERT INTO t VALUES (1, NOW()), (2, NOW()), (3, NOW())", "INSERT INTO t VALUES (?, NOW())")]
    [TestCase("INSERT INTO t VALUES (1), (f(2))", "INSERT INTO t VALUES (...), (f(...))")]
    [TestCase("SELECT f(1), (1)", "SELECT f(...), (...)")]
    [TestCase("SELECT COUNT(*), COUNT (*), now()", "SELECT COUNT(*), COUNT (*), now()")]
    [TestCase("SELECT -1, - 1, a-1, a - 1, (-1)", "SELECT ?, ?, a - ?, a - ?, (...)")]
    [TestCase("SELECT -a, - -1, +x'4D', -@a", "SELECT - a, - ?, + ?, - ?")]
    [TestCase("SELECT 'a' 'b', N'c', _utf8mb4'd', 0x4D, b'1'", "SELECT ?, ?, _utf8mb4 ?, ?, ?")]
    [TestCase("CREATE USER 'u'@'h' IDENTIFIED BY 'secret'", "CREATE USER ? IDENTIFIED BY ?")]
    [TestCase("SELECT a->>'$.b', a<=>b, !a", "SELECT a ->> ?, a <=> b, ! a")]
    [TestCase("SELECT @x := 1, @@session.sql_mode", "SELECT ? := ?, @@session.sql_mode")]
    [TestCase("SELECT ((1), (2))", "SELECT ((...))")]
    [TestCase("SELECT 1; SELECT 2 ;", "SELECT ?; SELECT ?")]
    [TestCase("SELECT t.select, t.Key", "SELECT t.select, t.Key")]
    [TestCase("SELECT 1 /*!50000 , f() */", "SELECT ? /*!50000, f()")]
    [TestCase("SELECT /*!80000 1 + */ 2 /*M! + 3 */", "SELECT /*!80000 ? + ? /*! + ?")]
    [TestCase("SELECT $tag$ secret $tag$", "SELECT…")]
    [TestCase("SELECT 'open", "SELECT ?")]
    [TestCase("", "")]
    [TestCase(" /* x */ ; ", "")]
    [TestCase(") (", ") (")]
    public void Values_are_left_out_and_white_space_does_not_matter(string text, string expected) =>
        Assert.That(StatementDigest.Of(text, SqlModes.None), Is.EqualTo(expected));

    [TestCase("SELECT \"a\", `b`", SqlModes.None, "SELECT ?, `b`")]
    [TestCase("SELECT \"a\", `b`", SqlModes.AnsiQuotes, "SELECT \"a\", `b`")]
    [TestCase("SELECT '\\', 'secret' -- '", SqlModes.NoBackslashEscapes, "SELECT ?, ?")]
    public void Modes_say_what_a_value_is(string text, SqlModes modes, string expected) => Assert.That(StatementDigest.Of(text, modes), Is.EqualTo(expected));

    [Test]
    public void A_digest_is_short_however_long_the_text_is()
    {
        var values = string.Join(',', Enumerable.Range(0, 100_000));
        Assert.That(StatementDigest.Of($"SELECT * FROM t WHERE a IN ({values}) AND b = 1", SqlModes.None), Is.EqualTo("SELECT * FROM t WHERE a IN (...) AND b = ?"));

        var columns = string.Join(", ", Enumerable.Range(0, 100_000).Select(i => $"𝒳{i}"));
        foreach (var text in new[] { $"SELECT {columns}", $"SELECT  ({columns})", $"SELECT ({values}, {columns})", new string('(', 5000), new string('a', 5000) })
        {
            var digest = StatementDigest.Of(text, SqlModes.None);
            Assert.That(digest, Has.Length.LessThanOrEqualTo(StatementDigest.Longest).And.Length.GreaterThan(StatementDigest.Longest - 3));
            Assert.That(digest, Does.EndWith("…"));
            Assert.That(char.IsHighSurrogate(digest[^2]), Is.False);
        }
    }

    [Test]
    public void A_parsed_statement_makes_its_digest_once()
    {
        var parsed = StatementParser.Parse("SELECT \"a\"", SqlModes.AnsiQuotes);
        var digest = parsed.Digest;
        Assert.That(digest, Is.EqualTo("SELECT \"a\""));
        Assert.That(parsed.Digest, Is.SameAs(digest));
    }

    [Test]
    public void Values_never_show([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        string[] words = ["SELECT", "a", ",", "(", ")", "VALUES", "'s3cr3t'", "N's3cr3t'", "\"s3cr3t\"", "_utf8mb4's3cr3t'", "'s3''s3cr3t'", "-", "/*!50000", "*/", "`b`", "IN", "@'s3cr3t'", "x's3cr3t'", ";", "'s3cr3t"];
        for (var round = 0; round < 300; round++)
        {
            var text = string.Join(random.Next(2) == 0 ? " " : "", Enumerable.Range(0, random.Next(1, 40)).Select(_ => words[random.Next(words.Length)]));
            Assert.That(StatementDigest.Of(text, SqlModes.None), Does.Not.Contain("'").And.Not.Contain("\""), text);
        }
    }
}
