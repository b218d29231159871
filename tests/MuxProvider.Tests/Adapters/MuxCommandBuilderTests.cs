using System.Data.Common;

namespace MuxProvider.Tests;

public class MuxCommandBuilderTests
{
    [TestCase("a", "`a`")]
    [TestCase("a`b", "`a``b`")]
    [TestCase("", "``")]
    public void Names_are_quoted_and_unquoted(string name, string quoted)
    {
        using var builder = new MuxCommandBuilder();
        Assert.Multiple(() =>
        {
            Assert.That(builder.QuoteIdentifier(name), Is.EqualTo(quoted));
            Assert.That(builder.UnquoteIdentifier(quoted), Is.EqualTo(name));
            Assert.That(builder.UnquoteIdentifier("plain"), Is.EqualTo("plain"));
            Assert.That(() => builder.QuoteIdentifier(null!), Throws.ArgumentNullException);
            Assert.That(() => builder.QuotePrefix = "[", Throws.ArgumentException);
        });
    }

    [Test]
    public void Parameters_are_derived_for_routines_only()
    {
        var (connection, _) = FakeConnection.Open();
        Assert.Multiple(() =>
        {
            Assert.That(() => MuxCommandBuilder.DeriveParameters(null!), Throws.ArgumentNullException);
            Assert.That(() => MuxCommandBuilder.DeriveParameters(new MuxCommand("p", connection)), Throws.InvalidOperationException);
            Assert.That(() => MuxCommandBuilder.DeriveParameters(new MuxCommand("p") { CommandType = System.Data.CommandType.StoredProcedure }), Throws.InvalidOperationException);
        });
    }

    [Test]
    public void The_factory_creates_everything_it_says_it_can()
    {
        DbProviderFactory factory = MuxProviderFactory.Instance;
        Assert.Multiple(() =>
        {
            Assert.That((factory.CanCreateCommandBuilder, factory.CanCreateDataAdapter, factory.CanCreateBatch), Is.EqualTo((true, true, true)));
            Assert.That(factory.CreateCommandBuilder(), Is.TypeOf<MuxCommandBuilder>());
            Assert.That(factory.CreateDataAdapter(), Is.TypeOf<MuxDataAdapter>());
        });
    }

    [Test]
    public void A_batch_size_is_not_negative()
    {
        using var adapter = new MuxDataAdapter { UpdateBatchSize = 0 };
        Assert.That(() => adapter.UpdateBatchSize = -1, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
