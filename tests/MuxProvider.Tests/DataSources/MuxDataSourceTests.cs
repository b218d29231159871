using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

/// <summary>What a data source tells of itself. None of it needs a server.</summary>
public class MuxDataSourceTests
{
    private MuxDataSource _source = null!;

    [SetUp]
    public void Make() => _source = MuxDataSource.Create("Server=db.invalid;User ID=app;Password=geheim");

    [TearDown]
    public void Dispose() => _source.Dispose();

    [Test]
    public void Statistics_start_at_nothing()
    {
        var statistics = _source.GetStatistics();
        Assert.Multiple(() =>
        {
            Assert.That(statistics.Links, Is.Zero);
            Assert.That(statistics.Opens, Is.Zero);
            Assert.That(statistics.LeakAlarms, Is.Zero);
            Assert.That(statistics.Pins, Is.Empty);
        });
    }

    [TestCase("SELECT 1", Placement.Float, PinReasons.None)]
    [TestCase("SELECT * FROM t WHERE a = @a", Placement.Float, PinReasons.None)]
    [TestCase("CREATE TEMPORARY TABLE t (a int)", Placement.Pin, PinReasons.TemporaryTable)]
    [TestCase("ROLLBACK RELEASE", Placement.Reject, null)]
    public void A_text_is_explained_without_a_server(string text, Placement placement, PinReasons? pins)
    {
        var explanation = _source.Explain(text);
        Assert.Multiple(() =>
        {
            Assert.That(explanation.Placement, Is.EqualTo(placement));
            Assert.That(explanation.PinReasons, Is.EqualTo(pins ?? explanation.PinReasons), "what a refused text would pin is of no interest");
            Assert.That(explanation.ToString(), Is.Not.Empty);
        });
        Assert.That(_source.GetStatistics().Links, Is.Zero);
    }

    [Test]
    public void Only_a_text_can_be_explained() => Assert.That(() => _source.Explain(null!), Throws.ArgumentNullException);

    [Test]
    public void It_names_its_server_but_not_its_password()
    {
        Assert.That(_source.ToString(), Does.Contain("db.invalid").And.Not.Contain("geheim").And.Not.Contain("\n"));
        Assert.That(FakeConnection.Source("Server=db1;Password=geheim").ToString(), Does.Contain("db1").And.Not.Contain("geheim"));
    }

    [Test]
    public void A_data_source_over_other_handles_has_nothing_to_count_or_to_explain()
    {
        var source = FakeConnection.Source("Server=a");
        Assert.That(source.GetStatistics, Throws.TypeOf<NotSupportedException>().With.Message.Contains("multiplexer"));
        Assert.That(() => source.Explain("SELECT 1"), Throws.TypeOf<NotSupportedException>().With.Message.Contains("multiplexer"));
    }

    [Test]
    public void It_can_be_asked_after_it_was_disposed()
    {
        _source.Dispose();
        Assert.That(_source.GetStatistics().Links, Is.Zero);
        Assert.That(_source.ToString(), Does.Contain("db.invalid"));
    }
}
