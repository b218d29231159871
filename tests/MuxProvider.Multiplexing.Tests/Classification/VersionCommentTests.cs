namespace MuxProvider.Multiplexing.Tests;

/// <summary>Texts with comments that only some servers execute: what one server sees, and what any might see.</summary>
[TestFixture]
public sealed class VersionCommentTests
{
    private static readonly ServerDialect s_mariaDb = new(IsMariaDb: true, 101119);
    private static readonly ServerDialect s_mySql = new(IsMariaDb: false, 90704);

    [TestCase("SELECT /*!50000 STRAIGHT_JOIN */ * FROM t")]
    [TestCase("SELECT 1 /*!99999 , 2 */")]
    [TestCase("SELECT /*!80000 a, */ b FROM t WHERE c = @c")]
    [TestCase("INSERT /*!50000 IGNORE */ INTO t VALUES (1)")]
    [TestCase("SELECT /*! 'it''s' */ 1")]
    public void What_floats_in_every_reading_floats(string text)
    {
        foreach (var dialect in new[] { s_mariaDb, s_mySql })
        {
            var traits = StatementParser.Parse(text, SqlModes.None, dialect).Traits;
            Assert.That(traits.Placement, Is.EqualTo(Placement.Float), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
        }
    }

    [TestCase("SELECT /*!50000 GET_LOCK('x', 1) */ 1", PinReasons.NamedLock)]
    [TestCase("SELECT /*!999999 GET_LOCK('x', 1) + */ 1", PinReasons.NamedLock)]
    [TestCase("SELECT 1 /*!999999 + GET_LOCK('x', 1) */", PinReasons.NamedLock)]
    [TestCase("CREATE /*!50000 TEMPORARY */ TABLE t (a INT)", PinReasons.TemporaryTable)]
    [TestCase("CREATE /*!80000 TEMPORARY */ TABLE t (a INT)", PinReasons.TemporaryTable)]
    [TestCase("CREATE /*M!100100 TEMPORARY */ TABLE t (a INT)", PinReasons.TemporaryTable)]
    [TestCase("SELECT 1 /*!50000 INTO @x */", PinReasons.UserVariable)]
    [TestCase("SELECT /* /*! */ GET_LOCK('x', 1)", PinReasons.NamedLock)]
    public void The_more_severe_reading_counts(string text, PinReasons expected)
    {
        foreach (var dialect in new[] { s_mariaDb, s_mySql, default })
        {
            var traits = StatementParser.Parse(text, SqlModes.None, dialect).Traits;
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin), dialect.ToString());
            Assert.That(traits.PinReasons & expected, Is.EqualTo(expected));
            Assert.That(traits.IsClean, Is.False);
            Assert.That(traits.IsReadOnly, Is.False);
        }
    }

    [TestCase("COMMIT /*!50000 RELEASE */")]
    [TestCase("COMMIT /*!999999 RELEASE */")]
    public void What_is_refused_in_one_reading_is_refused(string text)
    {
        foreach (var dialect in new[] { s_mariaDb, s_mySql, default })
            Assert.That(StatementParser.Parse(text, SqlModes.None, dialect).Traits.Placement, Is.EqualTo(Placement.Reject));
    }

    [TestCase("/*! SELECT 1 */")]
    [TestCase("/*!40101 SET NAMES utf8 */;")]
    [TestCase("SELECT 1 /*!999999 ; SELECT 2 */")]
    [TestCase("SELECT 1 /*! '*/ ; SELECT 2 -- ' */")]
    [TestCase("SELECT /*!0900001 , */ 1")]
    public void Readings_that_disagree_about_the_cuts_make_the_text_uncertain(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None, s_mySql).Traits;
        Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
        Assert.That(traits.PinReasons & PinReasons.Unknown, Is.EqualTo(PinReasons.Unknown));
        Assert.That(traits.IsClean, Is.False);
        Assert.That(traits.AffectsGeneratedId, Is.True);
    }

    [Test]
    public void For_an_unknown_server_a_version_comment_is_uncertain()
    {
        var traits = StatementParser.Parse("SELECT /*!50000 STRAIGHT_JOIN */ * FROM t", SqlModes.None).Traits;
        Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
        Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.Unknown));
    }

    [TestCase("SELECT @a /*!80000 , @b */", "@a", "@a|@b")]
    [TestCase("SELECT @a /*M! , @b */", "@a|@b", "@a")]
    [TestCase("SELECT @a /*!50000 , @b */", "@a|@b", "@a|@b")]
    public void Markers_are_those_that_the_server_sees(string text, string mariaDb, string mySql)
    {
        Assert.That(Markers(text, s_mariaDb), Is.EqualTo(mariaDb));
        Assert.That(Markers(text, s_mySql), Is.EqualTo(mySql));
    }

    [Test]
    public void A_name_that_is_no_marker_for_the_server_may_be_a_user_variable_for_another()
    {
        const string text = "SELECT @a /*!80000 , @b */";
        var traits = StatementParser.Parse(text, SqlModes.None, s_mariaDb).Traits;
        Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.UserVariable));

        traits = StatementParser.Parse(text, SqlModes.None, s_mySql).Traits;
        Assert.That(traits.Placement, Is.EqualTo(Placement.Float), "Both are bound, and in the text of the other reading none is left.");
    }

    [TestCase("SELECT 1 /*! , 2", true)]
    [TestCase("SELECT 1 /*!50000 /* */ , 2", true)]
    [TestCase("SELECT 1 /*!999999 , 2", true)]
    [TestCase("SELECT 1 /*!50000 , 2 */ , '", true)]
    [TestCase("SELECT 1 /*! , ' */", false)]
    [TestCase("SELECT 1 /*! , '*/' */ '", false)]
    public void Only_what_ends_in_no_reading_is_refused(string text, bool refused)
    {
        foreach (var dialect in new[] { s_mariaDb, s_mySql, default })
        {
            var traits = StatementParser.Parse(text, SqlModes.None, dialect).Traits;
            Assert.That(traits.Placement, Is.EqualTo(refused ? Placement.Reject : Placement.Pin), dialect.ToString());
        }
    }

    private static string Markers(string text, ServerDialect dialect) =>
        string.Join('|', StatementParser.Parse(text, SqlModes.None, dialect).Text.Markers.Select(m => text.Substring(m.Start, m.Length)));
}
