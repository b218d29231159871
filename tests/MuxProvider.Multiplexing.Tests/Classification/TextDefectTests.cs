namespace MuxProvider.Multiplexing.Tests;

/// <summary>Texts that no server can read are refused before they are sent, with the place of the mistake.</summary>
[TestFixture]
public sealed class TextDefectTests
{
    [TestCase("SELECT '", SqlModes.None, "string", 8)]
    [TestCase("SELECT \"a", SqlModes.None, "string", 8)]
    [TestCase("SELECT \"a", SqlModes.AnsiQuotes, "quoted name", 8)]
    [TestCase("SELECT \"a", SqlModes.Oracle, "quoted name", 8)]
    [TestCase("SELECT `a", SqlModes.None, "quoted name", 8)]
    [TestCase("SELECT [a", SqlModes.Mssql, "quoted name", 8)]
    [TestCase("SELECT 1 /* x", SqlModes.None, "comment", 10)]
    [TestCase("SELECT 1 /*+ x", SqlModes.None, "comment", 10)]
    [TestCase("SELECT N'a", SqlModes.None, "string", 8)]
    [TestCase("SELECT @'a", SqlModes.None, "quoted name of a variable", 8)]
    [TestCase("SELECT @@`a", SqlModes.None, "quoted name", 10)]
    [TestCase("COMMIT '", SqlModes.None, "string", 8)]
    [TestCase("SELECT 1; SELECT 'a\\'", SqlModes.None, "string", 18)]
    [TestCase("/* x", SqlModes.None, "comment", 1)]
    public void What_does_not_end_is_refused(string text, SqlModes modes, string kind, int position)
    {
        var parsed = StatementParser.Parse(text, modes);
        Assert.Multiple(() =>
        {
            Assert.That(parsed.Traits.Placement, Is.EqualTo(Placement.Reject));
            Assert.That(parsed.TraitsWithUserVariables.Placement, Is.EqualTo(Placement.Reject));
            Assert.That(parsed.Traits.Rejection, Does.Contain($"The {kind} that begins at position {position} "));
        });
    }

    [TestCase("SELECT 'a\\'", SqlModes.NoBackslashEscapes)]
    [TestCase("SELECT 1 -- 'x")]
    [TestCase("SELECT 1 # `x")]
    [TestCase("SELECT '/*'")]
    [TestCase("SELECT $$ ' $$")]
    [TestCase("SELECT /*+ QB_NAME(`*/ 'x")]
    [TestCase("SELECT 1\0")]
    public void What_a_server_may_read_is_not_refused(string text, SqlModes modes = SqlModes.None) =>
        Assert.That(StatementParser.Parse(text, modes).Traits.Placement, Is.Not.EqualTo(Placement.Reject));

    // Attributes are stored in UTF-8, which has no halves.
    private static readonly (string Text, int Position)[] s_halves =
    [
        ("SELECT '\ud800'", 9), ("SELECT '\udc00\ud800'", 9), ("SELECT '\ud83d\ude00', '\ud83d", 15), ("\ud800", 1), ("SELECT 1 -- \udfff", 13),
    ];

    [TestCaseSource(nameof(s_halves))]
    public void Half_of_a_surrogate_pair_is_refused((string Text, int Position) half)
    {
        var traits = StatementParser.Parse(half.Text, SqlModes.None).Traits;
        Assert.That(traits.Placement, Is.EqualTo(Placement.Reject));
        Assert.That(traits.Rejection, Does.Contain($"position {half.Position} "));
    }

    [TestCase("SELECT '\ud83d\ude00\ud83d\ude00'")]
    [TestCase("SELECT 1")]
    [TestCase("")]
    public void Whole_pairs_are_fine(string text) => Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.Placement, Is.EqualTo(Placement.Float));
}
