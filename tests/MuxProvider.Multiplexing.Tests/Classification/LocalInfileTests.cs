namespace MuxProvider.Multiplexing.Tests;

/// <summary>Statements that read a file of the client.</summary>
[TestFixture]
public sealed class LocalInfileTests
{
    [TestCase("LOAD DATA LOCAL INFILE 'x' INTO TABLE t")]
    [TestCase("LOAD DATA CONCURRENT LOCAL INFILE 'x' INTO TABLE t")]
    [TestCase("load xml local infile 'x' into table t")]
    [TestCase("LOAD DATA LOCAL INFILE ? REPLACE INTO TABLE `d`.`t` CHARACTER SET utf8mb4 FIELDS TERMINATED BY 0x09 ESCAPED BY 0x5C LINES TERMINATED BY 0x0A (`a`,b)")]
    [TestCase("SELECT 1; LOAD DATA LOCAL INFILE 'x' INTO TABLE t")]
    public void It_has_a_link_of_its_own_while_it_runs_and_runs_only_where_data_is_offered(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.LoadsLocalData);
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(StatementPlan.Of(traits, default).Kind, Is.EqualTo(PlanKind.Reject));
            Assert.That(StatementPlan.Of(traits, default).Rejection, Does.Contain("Allow Load Local Infile"));
            Assert.That(StatementPlan.Of(traits, new Situation { OffersLocalData = true }).Kind, Is.EqualTo(PlanKind.Lease));
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease));
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
        });
    }

    [TestCase("LOAD DATA /*!80000 LOCAL */ INFILE 'x' INTO TABLE t")]
    [TestCase("LOAD DATA /*M! LOCAL */ INFILE 'x' INTO TABLE t")]
    public void It_is_refused_where_one_reading_of_the_text_would_read_a_file(string text)
    {
        foreach (var dialect in new[] { new ServerDialect(IsMariaDb: true, 101119), new ServerDialect(IsMariaDb: false, 90704), default })
            Assert.That(StatementPlan.Of(StatementParser.Parse(text, SqlModes.None, dialect).Traits, default).Kind, Is.EqualTo(PlanKind.Reject), dialect.ToString());
    }

    [TestCase("LOAD DATA INFILE 'x' INTO TABLE t")]
    [TestCase("SELECT 'LOAD DATA LOCAL INFILE'")]
    [TestCase("SELECT local FROM infile")]
    public void Others_need_no_data(string text) =>
        Assert.That(StatementParser.Parse(text, SqlModes.None).Traits.LoadsLocalData, Is.False);
}
