using MuxProvider.Links;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What a group sees when the time of a statement has run out.</summary>
[TestFixture]
public sealed class LookingTests
{
    private static readonly LinkGlance s_glance = new() { Ahead = 0, SentAgo = TimeSpan.FromSeconds(10), HeadAge = TimeSpan.FromSeconds(10), LastRead = TimeSpan.FromSeconds(11), HeadText = "SELECT 'secret'" };

    private static IEnumerable<TestCaseData> Others() =>
    [
        new TestCaseData(null, null).SetName("A_link_that_tells_nothing_proves_nothing"),
        new TestCaseData(new LinkGlance { LastRead = TimeSpan.FromSeconds(9) }, true).SetName("A_link_that_heard_of_the_server_since_proves_that_it_is_there"),
        new TestCaseData(new LinkGlance { LastRead = TimeSpan.FromSeconds(20) }, null).SetName("A_link_that_nobody_uses_proves_nothing"),
        new TestCaseData(new LinkGlance { LastRead = TimeSpan.FromSeconds(20), HeadAge = TimeSpan.FromSeconds(1) }, null).SetName("A_link_that_was_asked_just_now_proves_nothing"),
        new TestCaseData(new LinkGlance { LastRead = TimeSpan.FromSeconds(20), HeadAge = TimeSpan.FromSeconds(9) }, false).SetName("A_link_that_waits_in_vain_too_makes_the_network_likely"),
    ];

    [TestCaseSource(nameof(Others))]
    public void Others_are_asked(LinkGlance? seen, bool? hears)
    {
        var transport = new FakeTransport { AutoOpen = true };
        using var rig = new Rig();
        var group = new LinkGroup(new HostKey("fake", "looking:3306", "mux", "", "", ""), hasSchema: true, new MultiplexingOptions(), transport, rig.Clock);
        _ = group.RequestLease(Deadline.Never);
        _ = group.RequestLease(Deadline.Never);
        transport.Links[1].Glance = seen;

        var facts = group.LookBack(transport.Links[0], s_glance, Delivery.Sent, rig.In(10));

        Assert.That((facts.OthersHear, facts.Head, facts.Links, facts.Limit), Is.EqualTo((hears, "SELECT ?", (2, 100), TimeSpan.FromSeconds(10))));
        group.Close();
    }
}
