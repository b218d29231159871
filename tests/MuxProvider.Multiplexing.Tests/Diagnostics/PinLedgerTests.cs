using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

internal sealed class PinLedgerTests
{
    [Test]
    public void Each_reason_is_counted_and_timed_for_itself()
    {
        var clock = new FakeClock();
        var ledger = new PinLedger(clock);
        var (one, two) = (new long[PinLedger.Reasons], new long[PinLedger.Reasons]);
        Assert.That(ledger.Note(PinReasons.None, PinReasons.Transaction, one), Is.EqualTo(PinReasons.Transaction));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(ledger.Note(PinReasons.None, PinReasons.Transaction | PinReasons.UserVariable, two), Is.EqualTo(PinReasons.UserVariable), "only what is new is told");
        clock.Advance(TimeSpan.FromSeconds(3));
        ledger.Note(PinReasons.Transaction, PinReasons.None, one);
        ledger.Note(PinReasons.Transaction | PinReasons.UserVariable, PinReasons.UserVariable, two);

        Assert.That(ledger.Read(), Is.EqualTo(new[]
        {
            new PinStatistics(PinReasons.Transaction, 2, 0, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(5)),
            new PinStatistics(PinReasons.UserVariable, 1, 1, TimeSpan.Zero, TimeSpan.Zero),
        }));
    }
}
