namespace MuxProvider.Multiplexing.Tests;

/// <summary>The cuts between tokens, each against what the servers do.</summary>
[TestFixture]
public sealed class SqlLexerTests
{
    private static readonly ServerDialect s_mariaDb = new(IsMariaDb: true, 101119);
    private static readonly ServerDialect s_mySql = new(IsMariaDb: false, 90704);

    [TestCase("SELECT 1--1", "SELECT|1|-|-|1")]
    [TestCase("SELECT 1-- 1", "SELECT|1")]
    [TestCase("SELECT 1--\t1\n+2", "SELECT|1|+|2")]
    [TestCase("SELECT 1--", "SELECT|1")]
    [TestCase("SELECT 1--\u00011", "SELECT|1")]
    [TestCase("SELECT 1 # x\r\n+ 2", "SELECT|1|+|2")]
    [TestCase("SELECT 1 # x\r+ 2", "SELECT|1")]
    [TestCase("a/**/b", "a|b")]
    [TestCase("a/*/b*/c", "a|c")]
    [TestCase("a/* /* */b", "a|b")]
    [TestCase("a/*+ MAX_EXECUTION_TIME(1) */b", "a|b")]
    [TestCase("a\u000b\fb", "a|b")]
    [TestCase("'it''s'", "'it''s'")]
    [TestCase("'it\\'s' x", "'it\\'s'|x")]
    [TestCase("'\\\\' x", "'\\\\'|x")]
    [TestCase("\"a\"\"b\\\"c\" x", "\"a\"\"b\\\"c\"|x")]
    [TestCase("`a``b\\`c`", "`a``b\\`|c|`")]
    [TestCase("'a' 'b'", "'a'|'b'")]
    [TestCase("N'a'n'b'X'4D'b'01'", "N'a'|n'b'|X'4D'|b'01'")]
    [TestCase("_utf8mb4'a'", "_utf8mb4|'a'")]
    [TestCase("0x4D 0b01 0xZ 0b2 0x", "0x4D|0b01|0xZ|0b2|0x")]
    [TestCase("1e5 1E+5 1e-5 1e 1ex", "1e5|1E+5|1e-5|1e|1ex")]
    [TestCase("1e5x", "1e5|x")]
    [TestCase(".5 1. 1.5 1.5e3 a.5", ".5|1.|1.5|1.5e3|a|.|5")]
    [TestCase("t.1e5f(", "t|.|1e5f|(")]
    [TestCase("t .5", "t|.5")]
    [TestCase("1st", "1st")]
    [TestCase("a$b_1ÿ漢", "a$b_1ÿ漢")]
    [TestCase("𝒳y", "𝒳y")]
    [TestCase("@a @`a b` @'c' @\"d\" @e.f$g", "@a|@`a b`|@'c'|@\"d\"|@e.f$g")]
    [TestCase("@ @", "@|@")]
    [TestCase("@@a @@session.b @@`c` @@global.`d`", "@@a|@@session.b|@@`c`|@@global.`d`")]
    [TestCase("@@", "@@")]
    [TestCase("@a:=1", "@a|:=|1")]
    [TestCase("? ?a ?1", "?|?a|?1")]
    [TestCase("a=?,?", "a|=|?|,|?")]
    [TestCase("\\N", "\\N")]
    [TestCase("x IS \\Nor y", "x|IS|\\N|or|y")]
    [TestCase("(a,b);", "(|a|,|b|)|;")]
    [TestCase("a->>'$.b'", "a|-|>|>|'$.b'")]
    [TestCase("a<=>b", "a|<|=|>|b")]
    [TestCase("[a]", "[|a|]")]
    [TestCase("", "")]
    [TestCase("# only\n-- this\n/* and that */", "")]
    public void Text_is_cut_like_the_servers_cut_it(string text, string expected) => Assert.That(Cut(text, SqlModes.None), Is.EqualTo(expected));

    [TestCase("\"a\\\" x", SqlModes.AnsiQuotes, "\"a\\\"|x")]
    [TestCase("\"a\"\"b\"", SqlModes.AnsiQuotes, "\"a\"\"b\"")]
    [TestCase("\"a\\\" x", SqlModes.NoBackslashEscapes, "\"a\\\"|x")]
    [TestCase("'a\\' x", SqlModes.NoBackslashEscapes, "'a\\'|x")]
    [TestCase("'a\\' x'", SqlModes.AnsiQuotes, "'a\\' x'")]
    [TestCase("N'a\\' x", SqlModes.NoBackslashEscapes, "N'a\\'|x")]
    [TestCase("@\"a\\\" x", SqlModes.AnsiQuotes, "@\"a\\\"|x")]
    [TestCase("@'a\\' x", SqlModes.NoBackslashEscapes, "@'a\\'|x")]
    [TestCase("[a b] x", SqlModes.Mssql, "[a b]|x")]
    [TestCase("[a]]b] x", SqlModes.Mssql, "[a]]b]|x")]
    [TestCase("[a'b] 'c'", SqlModes.Mssql, "[a'b]|'c'")]
    public void Quotes_follow_the_modes(string text, SqlModes modes, string expected) => Assert.That(Cut(text, modes), Is.EqualTo(expected));

    [TestCase("\"a\"", SqlModes.None, SqlTokenKind.String)]
    [TestCase("\"a\"", SqlModes.AnsiQuotes, SqlTokenKind.QuotedIdentifier)]
    [TestCase("\"a\"", SqlModes.Oracle, SqlTokenKind.QuotedIdentifier)]
    [TestCase("\"a\"", SqlModes.Mssql, SqlTokenKind.QuotedIdentifier)]
    [TestCase("[a]", SqlModes.Mssql, SqlTokenKind.QuotedIdentifier)]
    [TestCase("`a`", SqlModes.None, SqlTokenKind.QuotedIdentifier)]
    [TestCase("n'a'", SqlModes.None, SqlTokenKind.String)]
    [TestCase("n", SqlModes.None, SqlTokenKind.Identifier)]
    [TestCase("1e5", SqlModes.None, SqlTokenKind.Number)]
    [TestCase("1e", SqlModes.None, SqlTokenKind.Identifier)]
    [TestCase("@a", SqlModes.None, SqlTokenKind.UserVariable)]
    [TestCase("@@a", SqlModes.None, SqlTokenKind.SystemVariable)]
    [TestCase("?", SqlModes.None, SqlTokenKind.Parameter)]
    [TestCase(":=", SqlModes.None, SqlTokenKind.Assignment)]
    [TestCase("\0", SqlModes.None, SqlTokenKind.Operator)]
    public void A_token_has_a_kind(string text, SqlModes modes, SqlTokenKind expected)
    {
        var lexer = new SqlLexer(text, modes);
        Assert.That(lexer.Read());
        Assert.That(lexer.Token, Is.EqualTo(new SqlToken(expected, 0, text.Length)));
    }

    [TestCase("'a")]
    [TestCase("'a''")]
    [TestCase("'a\\'")]
    [TestCase("'a\\")]
    [TestCase("\"a")]
    [TestCase("`a")]
    [TestCase("`")]
    [TestCase("@'a")]
    [TestCase("@`")]
    [TestCase("@@`a")]
    [TestCase("x'")]
    [TestCase("/* a")]
    [TestCase("/*/")]
    [TestCase("/*! a")]
    public void What_does_not_end_is_noticed(string text) => Assert.That(ReadAll(text).IsUnterminated, Is.True);

    [TestCase("/*! a */", true)]
    [TestCase("/*!50000 a */", true)]
    [TestCase("/*M! a */", true)]
    [TestCase("/*M!100400 a */", true)]
    [TestCase("/* ! a */", false)]
    [TestCase("/*+ a */", false)]
    [TestCase("'/*! a */'", false)]
    [TestCase("-- /*! a */", false)]
    public void Executable_comments_are_noticed(string text, bool expected) => Assert.That(ReadAll(text).HasVersionComment, Is.EqualTo(expected));

    // Every line was tried on MariaDB 10.11.19 and MySQL 9.7.4.
    [TestCase("a /*!99999 , 2 */", "a", "a")]
    [TestCase("a /*!50000 , 2 */", "a|,|2", "a|,|2")]
    [TestCase("a /*!100611 , 2 */", "a|,|2", "a")]
    [TestCase("a /*!101119 , 2 */", "a|,|2", "a")]
    [TestCase("a /*!101120 , 2 */", "a", "a")]
    [TestCase("a /*!080000 , 2 */", "a", "a|,|2")]
    [TestCase("a /*!090704 , 2 */", "a", "a|,|2")]
    [TestCase("a /*!090705 , 2 */", "a", "a")]
    [TestCase("a /*!90704, 2 */", "a", "a|,|2")]
    [TestCase("a /*!050000 , 2 */", "a|,|2", "a|,|2")]
    [TestCase("a /*!999999 a /* b */ , 2 */", "a", "a")]
    [TestCase("a /*!999999 a /* b /* x */ c */ , 3", "a|,|3", "a|,|3")]
    [TestCase("a /*!999999 a '*/ , 4 #' */", "a|,|4", "a|,|4")]
    [TestCase("a /*! , 2 /* x */ , 3 */", "a|,|2|,|3", "a|,|2|,|3")]
    [TestCase("a /*! , 2 /*!50000 , 3 */ , 4", "a|,|2|,|3|,|4", "a|,|2|,|3|,|4")]
    [TestCase("a /*! , 2 /*!50000 , 3 */ , 4 */", "a|,|2|,|3|,|4|*|/", "a|,|2|,|3|,|4|*|/")]
    [TestCase("a /*! , 2 /*!999999 , 3 */ , 4 */", "a|,|2|,|4", "a|,|2|,|4")]
    [TestCase("a /*! , '*/' , 3 */", "a|,|'*/'|,|3", "a|,|'*/'|,|3")]
    [TestCase("a /*! -- */ 1\n , 2 */", "a|,|2", "a|,|2")]
    [TestCase("a /*m! , 2 */", "a", "a")]
    [TestCase("a /*M! , 2 */", "a|,|2", "a")]
    [TestCase("a /*M!99999 , 2 */", "a|,|2", "a")]
    [TestCase("a /*M!101120 , 2 */", "a", "a")]
    [TestCase("a /*M!080000 , 2 */", "a|,|2", "a")]
    [TestCase("a /*M!101120 /* b */ c */", "a", "a|c|*|/")]
    [TestCase("a /*!5000 + 1 */", "a|5000|+|1", "a|5000|+|1")]
    [TestCase("a /*!0500003 + 1 */", "a|3|+|1", "a|03|+|1")]
    [TestCase("a /*!1000003 + 1 */", "a|3|+|1", "a|03|+|1")]
    [TestCase("a /*!5000003 + 1 */", "a", "a|03|+|1")]
    [TestCase("a /*!090704+ 1 */", "a", "a|4|+|1")]
    [TestCase("a /*!50000'b'*/", "a|'b'", "a|'b'")]
    [TestCase("a/*!50000b*/c", "a|b|c", "a|b|c")]
    [TestCase("a /*!*/ b", "a|b", "a|b")]
    [TestCase("a */ b", "a|*|/|b", "a|*|/|b")]
    public void Each_server_executes_its_own_comments(string text, string mariaDb, string mySql)
    {
        Assert.That(Cut(text, s_mariaDb, VersionComments.AsTheServer), Is.EqualTo(mariaDb));
        Assert.That(Cut(text, s_mySql, VersionComments.AsTheServer), Is.EqualTo(mySql));
    }

    [TestCase("a /*!99999 b */ c", "a|b|c", "a|c")]
    [TestCase("a /*M!999999 b */ c", "a|b|c", "a|c")]
    [TestCase("a /*! '*/' */ c", "a|'*/'|c", "a|' */ c")]
    [TestCase("a /*!999999 b /* x */ c */ d", "a|b|c|d", "a|d")]
    public void Comments_can_be_read_as_if_all_or_none_were_executed(string text, string all, string none)
    {
        foreach (var dialect in new[] { default, s_mariaDb, s_mySql with { Version = 999999 } })
        {
            if (dialect is { IsKnown: true, IsMariaDb: false } && text.Contains("/*M!", StringComparison.Ordinal))
                continue;
            Assert.That(Cut(text, dialect, VersionComments.Executed), Is.EqualTo(all));
            Assert.That(Cut(text, dialect, VersionComments.Skipped), Is.EqualTo(none));
        }
    }

    [TestCase("a /*! b", 2)]
    [TestCase("a /*! b /*!50000 c", 2)]
    [TestCase("a /*! 'b", 6)]
    [TestCase("a /*!999999 b", 2)]
    [TestCase("a /*!999999 b /* c */", 2)]
    [TestCase("a /*! b */ /* c", 11)]
    [TestCase("a 'b", 2)]
    [TestCase("a /*! b */", -1)]
    public void It_is_known_where_that_begins_which_does_not_end(string text, int expected)
    {
        var lexer = new SqlLexer(text, SqlModes.None, s_mySql, VersionComments.AsTheServer);
        while (lexer.Read())
        {
        }

        Assert.That(lexer.UnterminatedFrom, Is.EqualTo(expected));
        Assert.That(lexer.IsUnterminated, Is.EqualTo(expected >= 0));
    }

    [TestCase("/*!1000003 a */", false, true)]
    [TestCase("/*!090704a */", false, true)]
    [TestCase("/*!090704 a */", false, false)]
    [TestCase("/*! a ; b */", true, true)]
    [TestCase("/*! a */ ; b", false, false)]
    public void Oddities_in_executed_comments_are_doubtful(string text, bool mariaDb, bool mySql)
    {
        Assert.That(IsDoubtful(text, s_mariaDb), Is.EqualTo(mariaDb));
        Assert.That(IsDoubtful(text, s_mySql), Is.EqualTo(mySql));
    }

    [TestCase("$$ a $$", true)]
    [TestCase("$tag$ a $tag$", true)]
    [TestCase("a$b$c", false)]
    [TestCase("$a", false)]
    [TestCase("/*+ SET_VAR(a='b') */", false)]
    [TestCase("/*+ QB_NAME(`*/`) */", true)]
    [TestCase("/* it's */", false)]
    public void What_servers_cut_differently_is_noticed(string text, bool expected) => Assert.That(ReadAll(text).IsDoubtful, Is.EqualTo(expected));

    [Test]
    public void A_nul_ends_a_line_comment_as_it_does_on_the_server() => Assert.That(Cut("-- a\0b", SqlModes.None), Is.EqualTo("\0|b"));

    private static bool IsDoubtful(string text, ServerDialect dialect)
    {
        var lexer = new SqlLexer(text, SqlModes.None, dialect, VersionComments.AsTheServer);
        while (lexer.Read())
        {
        }

        return lexer.IsDoubtful;
    }

    private static SqlLexer ReadAll(string text)
    {
        var lexer = new SqlLexer(text, SqlModes.None);
        while (lexer.Read())
        {
        }

        return lexer;
    }

    private static string Cut(string text, SqlModes modes) => Cut(text, new SqlLexer(text, modes));

    private static string Cut(string text, ServerDialect dialect, VersionComments versionComments) =>
        Cut(text, new SqlLexer(text, SqlModes.None, dialect, versionComments));

    private static string Cut(string text, SqlLexer lexer)
    {
        var tokens = new List<string>();
        while (lexer.Read())
            tokens.Add(text.Substring(lexer.Token.Start, lexer.Token.Length));
        return string.Join('|', tokens);
    }
}
