namespace MuxProvider.Multiplexing.Tests;

/// <summary>Statements that begin, end and subdivide transactions.</summary>
[TestFixture]
public sealed class TransactionControlTests
{
    [TestCase("START TRANSACTION", true, false)]
    [TestCase("start transaction read only;", true, false)]
    [TestCase("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ WRITE", true, false)]
    [TestCase("BEGIN", true, false)]
    [TestCase("BEGIN WORK", true, false)]
    [TestCase("begin /* x */ ;", true, false)]
    [TestCase("COMMIT", false, true)]
    [TestCase("COMMIT WORK", false, true)]
    [TestCase("COMMIT AND NO CHAIN", false, true)]
    [TestCase("COMMIT NO RELEASE", false, true)]
    [TestCase("COMMIT AND CHAIN NO RELEASE", true, true)]
    [TestCase("COMMIT AND CHAIN", true, true)]
    [TestCase("ROLLBACK", false, true)]
    [TestCase("ROLLBACK WORK AND CHAIN", true, true)]
    [TestCase("ROLLBACK TO s", false, false)]
    [TestCase("ROLLBACK WORK TO SAVEPOINT `s`", false, false)]
    [TestCase("ROLLBACK TO SAVEPOINT release", false, false)]
    [TestCase("ROLLBACK TO savepoint", false, false)]
    [TestCase("SAVEPOINT s", false, false)]
    [TestCase("RELEASE SAVEPOINT s", false, false)]
    [TestCase("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION", true, false)]
    [TestCase("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY; BEGIN;", true, false)]
    [TestCase("SET TRANSACTION READ ONLY; SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; BEGIN", true, false)]
    [TestCase("COMMIT; BEGIN", true, true)]
    [TestCase("COMMIT; SET TRANSACTION READ ONLY; START TRANSACTION", true, true)]
    public void It_pins_for_the_transaction_and_is_clean(string text, bool starts, bool ends)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.Transaction));
            Assert.That(traits.IsTransactionControl, Is.True);
            Assert.That(traits.IsClean, Is.True);
            Assert.That(traits.IsReadOnly, Is.False);
            Assert.That(traits.StartsTransaction, Is.EqualTo(starts));
            Assert.That(traits.EndsTransaction, Is.EqualTo(ends));
        });
    }

    [TestCase("BEGIN; INSERT INTO t VALUES (1); COMMIT")]
    [TestCase("START TRANSACTION; SELECT SLEEP(1)")]
    [TestCase("SET TRANSACTION READ ONLY; BEGIN; SELECT 1; COMMIT;")]
    [TestCase("BEGIN; INSERT INTO t VALUES (1); SELECT LAST_INSERT_ID(); COMMIT")]
    [TestCase("INSERT INTO t VALUES (1); SAVEPOINT s")]
    public void Mixed_with_harmless_statements_it_is_clean_but_no_transaction_control(string text)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.Transaction));
            Assert.That(traits.IsTransactionControl, Is.False);
            Assert.That(traits.IsClean, Is.True);
        });
    }

    [TestCase("BEGIN; SET @x = 1; COMMIT", PinReasons.Transaction | PinReasons.UserVariable)]
    [TestCase("BEGIN; SELECT GET_LOCK('x', 1)", PinReasons.Transaction | PinReasons.NamedLock)]
    [TestCase("COMMIT x", PinReasons.Transaction | PinReasons.Unknown)]
    [TestCase("COMMIT AND", PinReasons.Transaction | PinReasons.Unknown)]
    [TestCase("SAVEPOINT", PinReasons.Transaction | PinReasons.Unknown)]
    [TestCase("SAVEPOINT a b", PinReasons.Transaction | PinReasons.Unknown)]
    [TestCase("START TRANSACTION f(1)", PinReasons.Transaction | PinReasons.Unknown)]
    [TestCase("SET TRANSACTION READ ONLY; SELECT 1; BEGIN", PinReasons.Transaction | PinReasons.NextTransaction)]
    [TestCase("SET TRANSACTION READ ONLY; COMMIT", PinReasons.Transaction | PinReasons.NextTransaction)]
    [TestCase("BEGIN; SET TRANSACTION READ ONLY", PinReasons.Transaction | PinReasons.NextTransaction)]
    public void What_leaves_more_than_a_transaction_is_not_clean(string text, PinReasons expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons, Is.EqualTo(expected));
            Assert.That(traits.IsTransactionControl, Is.False);
            Assert.That(traits.IsClean, Is.False);
        });
    }

    [TestCase("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "ISOLATION LEVEL SERIALIZABLE")]
    [TestCase("set transaction isolation level read committed", "ISOLATION LEVEL READ COMMITTED")]
    [TestCase("SET TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ;", "ISOLATION LEVEL REPEATABLE READ, READ ONLY")]
    [TestCase("SET TRANSACTION READ WRITE", "READ WRITE")]
    public void What_is_meant_for_the_next_transaction_waits_for_it_without_a_pin(string text, string expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(traits.NextTransaction, Is.EqualTo(expected));
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease));
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsTransactionControl, Is.True);
            Assert.That(traits.IsClean, Is.True);
            Assert.That(traits.Settings, Is.Empty);
        });
    }
}
