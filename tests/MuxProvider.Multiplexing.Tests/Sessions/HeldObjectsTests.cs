namespace MuxProvider.Multiplexing.Tests;

internal sealed class HeldObjectsTests
{
    [Test]
    public void A_kind_is_held_until_the_last_of_it_is_dropped()
    {
        var held = new HeldObjects();
        held.Open(Table("test.a"));
        held.Open(Table("test.b"));
        held.Open(Table("test.a"));
        held.Close(Table("test.a"));
        Assert.That(held.Holds(PinReasons.TemporaryTable), Is.True);
        held.Close(Table("test.b"));
        Assert.That(held.Holds(PinReasons.TemporaryTable), Is.False);
    }

    [Test]
    public void What_has_no_name_is_never_proven_to_be_gone()
    {
        var held = new HeldObjects();
        held.Open(Table(""));
        held.Open(Table("test.a"));
        held.Close(Table("test.a"));
        Assert.That(held.Holds(PinReasons.TemporaryTable), Is.True);
    }

    [Test]
    public void Named_locks_are_counted()
    {
        var held = new HeldObjects();
        held.CountNamedLocks(1);
        held.CountNamedLocks(1);
        held.CountNamedLocks(-1);
        Assert.That(held.Holds(PinReasons.NamedLock), Is.True);
        held.CountNamedLocks(-1);
        held.CountNamedLocks(-1);
        Assert.That(held.Holds(PinReasons.NamedLock), Is.False);
        held.CountNamedLocks(1);
        Assert.That(held.Holds(PinReasons.NamedLock), Is.True, "a release that released nothing is no credit");
    }

    [Test]
    public void Releasing_all_locks_ends_even_those_that_were_not_counted()
    {
        var held = new HeldObjects();
        held.OpenEndless(PinReasons.NamedLock);
        held.ReleaseNamedLocks();
        Assert.That(held.Holds(PinReasons.NamedLock), Is.False);
    }

    private static SessionObject Table(string name) => new(PinReasons.TemporaryTable, name);
}
