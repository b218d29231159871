namespace MuxProvider.Multiplexing.Tests;

/// <summary>The names that a text mentions.</summary>
[TestFixture]
public sealed class StatementNamesTests
{
    [TestCase("select a, A, `b c` from d.E where f(1) = 'g' -- h", SqlModes.None, "SELECT|A|B C|FROM|D|E|WHERE|F")]
    [TestCase("SELECT `a``b`, @x, @@y, ?z", SqlModes.None, "SELECT|A`B")]
    [TestCase("SELECT \"a\"\"b\", [c]", SqlModes.Mssql, "SELECT|A\"B|C")]
    [TestCase("SELECT \"a\"", SqlModes.None, "SELECT")]
    [TestCase("SELECT größe", SqlModes.None, "SELECT|GRÖßE")]
    [TestCase("SELECT /*!99999 a, */ b", SqlModes.None, "SELECT|A|B")]
    [TestCase("SELECT 1 /*! ' */ , a -- ' */ , b", SqlModes.None, "SELECT|B|A")]
    [TestCase("SELECT `a", SqlModes.None, "SELECT|A")]
    [TestCase("", SqlModes.None, "")]
    public void Each_is_listed_once(string text, SqlModes modes, string expected) =>
        Assert.That(string.Join('|', StatementNames.Of(text, modes)), Is.EqualTo(expected));
}
