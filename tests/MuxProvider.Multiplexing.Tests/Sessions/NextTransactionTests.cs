namespace MuxProvider.Multiplexing.Tests;

internal sealed class NextTransactionTests
{
    [Test]
    public void A_later_clause_overrides_only_what_it_names()
    {
        var next = default(NextTransaction).With("ISOLATION LEVEL SERIALIZABLE").With("READ ONLY").With("ISOLATION LEVEL READ COMMITTED");
        Assert.That(next.Text, Is.EqualTo("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY"));
    }

    [TestCase("READ ONLY", "SET TRANSACTION READ ONLY")]
    [TestCase("READ WRITE, ISOLATION LEVEL SERIALIZABLE", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ WRITE")]
    public void A_clause_becomes_a_statement(string clause, string text) => Assert.That(default(NextTransaction).With(clause).Text, Is.EqualTo(text));

    [Test]
    public void Nothing_is_set_at_first() => Assert.That(default(NextTransaction).IsSet, Is.False);
}
