using MuxProvider.Links;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>The places where parameters may stand.</summary>
[TestFixture]
public sealed class MarkerTests
{
    [TestCase("SELECT @a, @b", "@a=a|@b=b")]
    [TestCase("SELECT ?, ?b", "?=|?b=b")]
    [TestCase("SELECT @a.b$c_1, @größe", "@a.b$c_1=a.b$c_1|@größe=größe")]
    [TestCase("SELECT @`a b`, @'c d', @\"e f\"", "@`a b`=a b|@'c d'=c d|@\"e f\"=e f")]
    [TestCase("SELECT @`a``b`, @'it''s'", "@`a``b`=a`b|@'it''s'=it's")]
    [TestCase("SELECT @@version, @@session.x, @a", "@a=a")]
    [TestCase("SELECT '@a', \"?\", `@b`, 1 /* @c */ -- ?\n# @d\n, @e", "@e=e")]
    [TestCase("SELECT /*+ @a */ 1", "")]
    [TestCase("SELECT /*! @a, */ @b", "@b=b")]
    [TestCase("SELECT 'it''s @a', 'it\\'s @b', @c", "@c=c")]
    [TestCase("SELECT@a,LIMIT@b", "@a=a|@b=b")]
    [TestCase("SELECT a=@a-@b", "@a=a|@b=b")]
    [TestCase("SELECT @a@b", "@a=a|@b=b")]
    [TestCase("SELECT @", "")]
    [TestCase("SELECT @''", "")]
    [TestCase("SELECT @x:=@y", "@x=x|@y=y")]
    [TestCase("SELECT 1--@a", "@a=a")]
    [TestCase("CREATE USER 'app'@'%' IDENTIFIED BY @p", "@p=p")]
    [TestCase("CREATE USER 'app'@'%' IDENTIFIED BY@p", "@p=p")]
    [TestCase("CREATE USER \"app\"@\"%\", `b`@`c`, d@e", "")]
    [TestCase("CREATE USER IF NOT EXISTS app@localhost", "")]
    [TestCase("CREATE USER @a", "@a=a")]
    [TestCase("CREATE USER @a@'%'", "@a=a")]
    [TestCase("GRANT SELECT ON db.* TO app@localhost, 'b'@'%'", "")]
    [TestCase("GRANT SELECT ON db.* TO@a", "@a=a")]
    [TestCase("GRANT r@h TO u@h", "")]
    [TestCase("REVOKE r FROM u@192.168.1.1", "")]
    [TestCase("SET PASSWORD FOR app@localhost = @p", "@p=p")]
    [TestCase("CREATE DEFINER=app@localhost PROCEDURE p() SELECT 1", "")]
    [TestCase("CREATE DEFINER = `app`@`%` VIEW v AS SELECT 1", "")]
    [TestCase("SHOW GRANTS FOR app@localhost", "")]
    [TestCase("SELECT 'a'@b", "")]
    [TestCase("CREATE PROCEDURE p() BEGIN SET @x = 1; END; SELECT @y", "@x=x|@y=y")]
    [TestCase("INSERT INTO t VALUES (@a0,@a1),(@a2,@a3);SELECT @a4", "@a0=a0|@a1=a1|@a2=a2|@a3=a3|@a4=a4")]
    [TestCase("", "")]
    public void Markers_are_found_where_the_server_would_see_them(string text, string expected) => Assert.That(Markers(text, SqlModes.None), Is.EqualTo(expected));

    [TestCase("SELECT \"@a\\\", @b", SqlModes.AnsiQuotes, "@b=b")]
    [TestCase("SELECT '\\', @b -- '", SqlModes.NoBackslashEscapes, "@b=b")]
    [TestCase("SELECT [@a], @b", SqlModes.Mssql, "@b=b")]
    public void Markers_respect_the_modes(string text, SqlModes modes, string expected) => Assert.That(Markers(text, modes), Is.EqualTo(expected));

    [Test]
    public void A_marker_knows_whether_it_may_be_a_user_variable()
    {
        var markers = StatementParser.Parse("SELECT @a, ?b, ?", SqlModes.None).Text.Markers;
        Assert.That(markers, Is.EqualTo(new[]
        {
            new ParameterMarker(7, 2, "a", true),
            new ParameterMarker(11, 2, "b", false),
            new ParameterMarker(15, 1, null, false),
        }));
    }

    private static string Markers(string text, SqlModes modes)
    {
        var parsed = StatementParser.Parse(text, modes).Text;
        Assert.That(parsed.Text, Is.SameAs(text));
        return string.Join('|', parsed.Markers.Select(m => $"{text.Substring(m.Start, m.Length)}={m.Name}"));
    }
}
