using System.Runtime.CompilerServices;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What the ledger keeps of a handle's pins, however the handle ends.</summary>
[TestFixture]
public sealed class PinTrailTests
{
    private PinLedger _ledger = new(new FakeClock());

    [SetUp]
    public void Renew() => _ledger = new PinLedger(new FakeClock());

    [Test]
    public void Pins_that_begin_and_end_are_noted()
    {
        var trail = new PinTrail(_ledger);
        Assert.That(trail.Note(PinReasons.Transaction), Is.EqualTo(PinReasons.Transaction), "for the first time");
        Assert.That((trail.Noted, _ledger.Read().Single().Current), Is.EqualTo((PinReasons.Transaction, 1)));
        trail.Note(PinReasons.None);
        Assert.That(trail.Note(PinReasons.Transaction), Is.EqualTo(PinReasons.None), "for the second");
        trail.Note(PinReasons.None);
        Assert.That((_ledger.Read().Single().Count, _ledger.Read().Single().Current), Is.EqualTo((2L, 0)));
    }

    [Test]
    public void Of_a_handle_that_is_forgotten_the_end_is_noted_once()
    {
        PinAndForget(PinReasons.TemporaryTable, PinReasons.None, PinReasons.TemporaryTable | PinReasons.UserVariable);
        PinAndForget(PinReasons.UserVariable, PinReasons.None);
        Assert.That(
            SpinWait.SpinUntil(
                () =>
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                    return _ledger.Read().All(static pin => pin.Current == 0);
                },
                TimeSpan.FromSeconds(30)),
            Is.True);
        Assert.That(_ledger.Read().Select(static pin => (pin.Reason, pin.Count, pin.Current)), Is.EquivalentTo(new[]
        {
            (PinReasons.TemporaryTable, 2L, 0), (PinReasons.UserVariable, 2L, 0),
        }));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PinAndForget(params PinReasons[] pins)
    {
        var trail = new PinTrail(_ledger);
        foreach (var pin in pins)
            trail.Note(pin);
    }
}
