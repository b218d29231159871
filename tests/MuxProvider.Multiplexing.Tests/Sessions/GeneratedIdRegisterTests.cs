namespace MuxProvider.Multiplexing.Tests;

internal sealed class GeneratedIdRegisterTests
{
    [Test]
    public void A_fresh_session_has_zero()
    {
        var id = default(GeneratedIdRegister);
        Assert.That((id.Value, id.IsUnknown), Is.EqualTo((0UL, false)));
    }

    [Test]
    public void What_was_asked_for_is_known()
    {
        var id = default(GeneratedIdRegister);
        id.Learned(7);
        Assert.That((id.Value, id.IsUnknown), Is.EqualTo((7UL, false)));
    }

    [Test]
    public void Without_an_answer_the_value_is_lost_and_nothing_is_guessed()
    {
        var id = default(GeneratedIdRegister);
        id.Learned(7);
        id.Learned(null);
        Assert.That((id.Value, id.IsUnknown), Is.EqualTo((0UL, true)));
    }

    [Test]
    public void Zero_behind_a_lost_value_proves_nothing_but_a_new_id_does()
    {
        var id = default(GeneratedIdRegister);
        id.Lost();
        id.Learned(0);
        Assert.That(id.IsUnknown, Is.True);
        id.Learned(8);
        Assert.That((id.Value, id.IsUnknown), Is.EqualTo((8UL, false)));
    }

    [Test]
    public void A_value_on_the_lease_is_lost_with_it_unless_it_was_asked_for()
    {
        var id = default(GeneratedIdRegister);
        id.Leased();
        id.UsedOnLease(mayHaveChanged: true);
        Assert.That((id.IsOnLease, id.IsOwnOnLease, id.IsUnknown), Is.EqualTo((true, true, false)));
        id.Released();
        Assert.That((id.IsOnLease, id.IsOwnOnLease, id.IsUnknown), Is.EqualTo((false, false, true)));
    }

    [Test]
    public void Reading_on_the_lease_loses_nothing()
    {
        var id = default(GeneratedIdRegister);
        id.Learned(3);
        id.Leased();
        id.UsedOnLease(mayHaveChanged: false);
        id.Released();
        Assert.That((id.Value, id.IsUnknown), Is.EqualTo((3UL, false)));
    }
}
