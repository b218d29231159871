namespace MuxProvider.Tests;

public class RoutineNameTests
{
    [TestCase("p", null, "p", "`p`")]
    [TestCase(" p ", null, "p", "`p`")]
    [TestCase("shop.p", "shop", "p", "`shop`.`p`")]
    [TestCase("`the shop`.`a.b`", "the shop", "a.b", "`the shop`.`a.b`")]
    [TestCase("`a``b` . c", "a`b", "c", "`a``b`.`c`")]
    [TestCase("my-proc", null, "my-proc", "`my-proc`")]
    [TestCase("a.b.c", null, "c", "`a`.`b`.`c`")]
    public void A_name_is_cut_and_quoted(string text, string? schema, string name, string sql)
    {
        var read = RoutineName.Parse(text, "procedure");
        Assert.That((read.Schema, read.Name, read.Sql), Is.EqualTo((schema, name, sql)));
    }

    [TestCase("CALL p")]
    [TestCase("p()")]
    [TestCase("p;DROP TABLE t")]
    [TestCase("p'")]
    [TestCase("`p")]
    [TestCase("`p`x")]
    [TestCase("``")]
    [TestCase("a..b")]
    [TestCase(".a")]
    [TestCase("a.")]
    [TestCase("a.b.c.d")]
    [TestCase("a`b")]
    public void What_is_no_name_is_refused(string text) =>
        Assert.That(() => RoutineName.Parse(text, "procedure"), Throws.InvalidOperationException.With.Message.Contains("procedure"));
}
