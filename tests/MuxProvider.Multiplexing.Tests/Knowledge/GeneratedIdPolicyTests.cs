namespace MuxProvider.Multiplexing.Tests;

internal sealed class GeneratedIdPolicyTests
{
    [Test]
    public void At_first_ids_are_kept() => Assert.That(new GeneratedIdPolicy(null).IsKept, Is.True);

    [Test]
    public void When_enough_handles_never_asked_they_are_not_kept_any_more()
    {
        var policy = new GeneratedIdPolicy(null);
        End(policy, GeneratedIdPolicy.HandlesToLearnFrom - 1);
        Assert.That(policy.IsKept, Is.True);
        End(policy, 1);
        Assert.That(policy.IsKept, Is.False);
    }

    [Test]
    public void As_soon_as_somebody_asks_they_are_kept_for_good()
    {
        var policy = new GeneratedIdPolicy(null);
        End(policy, GeneratedIdPolicy.HandlesToLearnFrom);
        policy.Asked();
        Assert.That(policy.IsKept, Is.True);
        End(policy, 2 * GeneratedIdPolicy.HandlesToLearnFrom);
        Assert.That(policy.IsKept, Is.True);
    }

    [Test]
    public void Who_wants_them_has_them_and_who_does_not_until_somebody_asks()
    {
        var always = new GeneratedIdPolicy(true);
        End(always, 2 * GeneratedIdPolicy.HandlesToLearnFrom);
        Assert.That(always.IsKept, Is.True);
        var never = new GeneratedIdPolicy(false);
        Assert.That(never.IsKept, Is.False);
        never.Asked();
        Assert.That(never.IsKept, Is.True);
    }

    private static void End(GeneratedIdPolicy policy, int handles)
    {
        for (var i = 0; i < handles; i++)
            policy.HandleEnded();
    }
}
