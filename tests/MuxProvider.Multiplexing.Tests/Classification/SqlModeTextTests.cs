namespace MuxProvider.Multiplexing.Tests;

/// <summary>Which of a session's modes change the cuts between tokens.</summary>
[TestFixture]
public sealed class SqlModeTextTests
{
    private const SqlModes Ansi = SqlModes.AnsiQuotes | SqlModes.IgnoreSpace;

    [TestCase("", SqlModes.None)]
    [TestCase("STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION", SqlModes.None)]
    [TestCase("TRADITIONAL", SqlModes.None)]
    [TestCase("MYSQL40,MYSQL323", SqlModes.None)]
    [TestCase("PIPES_AS_CONCAT", SqlModes.None)]
    [TestCase("ANSI_QUOTES", SqlModes.AnsiQuotes)]
    [TestCase("IGNORE_SPACE", SqlModes.IgnoreSpace)]
    [TestCase("NO_BACKSLASH_ESCAPES", SqlModes.NoBackslashEscapes)]
    [TestCase("ANSI", Ansi)]
    [TestCase("DB2", Ansi)]
    [TestCase("MAXDB", Ansi)]
    [TestCase("POSTGRESQL", Ansi)]
    [TestCase("MSSQL", Ansi | SqlModes.Mssql)]
    [TestCase("ORACLE", Ansi | SqlModes.Oracle)]
    [TestCase(" ansi_quotes , No_Backslash_Escapes", SqlModes.AnsiQuotes | SqlModes.NoBackslashEscapes)]
    [TestCase("ANSI_QUOTES_NOT", SqlModes.None)]
    [TestCase("0", SqlModes.None)]
    [TestCase("4", SqlModes.AnsiQuotes)]
    [TestCase("8", SqlModes.IgnoreSpace)]
    [TestCase("256", Ansi)]
    [TestCase("512", Ansi | SqlModes.Oracle)]
    [TestCase("1024", Ansi | SqlModes.Mssql)]
    [TestCase("2048", Ansi)]
    [TestCase("4096", Ansi)]
    [TestCase("262144", Ansi)]
    [TestCase("1048580", SqlModes.AnsiQuotes | SqlModes.NoBackslashEscapes)]
    [TestCase("1411907584", SqlModes.None)]
    public void A_mode_is_taken_apart_as_the_servers_do_it(string sqlMode, SqlModes expected) =>
        Assert.That(SqlModeText.Parse(sqlMode), Is.EqualTo(expected));
}
