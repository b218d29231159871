using MuxProvider.Links.MySql;

namespace MuxProvider.Links.Tests;

/// <summary>In which order servers are tried. Servers are written as a letter for the role, + for a link, ! for one that failed.</summary>
[TestFixture]
public sealed class ServerOrderTests
{
    [TestCase("p p p", LoadBalance.RoundRobin, 0u, ExpectedResult = "012")]
    [TestCase("p p p", LoadBalance.RoundRobin, 1u, ExpectedResult = "120")]
    [TestCase("p p p", LoadBalance.RoundRobin, 5u, ExpectedResult = "201")]
    [TestCase("p p! p", LoadBalance.RoundRobin, 1u, ExpectedResult = "201")]
    [TestCase("p! p! p!", LoadBalance.RoundRobin, 1u, ExpectedResult = "120")]
    [TestCase("p p p", LoadBalance.FailOver, 7u, ExpectedResult = "012")]
    [TestCase("p! p p", LoadBalance.FailOver, 7u, ExpectedResult = "120")]
    [TestCase("p++ p+ p+", LoadBalance.LeastLinks, 0u, ExpectedResult = "120")]
    [TestCase("p++ p+ p+", LoadBalance.LeastLinks, 2u, ExpectedResult = "210")]
    [TestCase("p++ p+ p!", LoadBalance.LeastLinks, 0u, ExpectedResult = "102")]
    [TestCase("p n p", LoadBalance.RoundRobin, 0u, ExpectedResult = "021")]
    public string Equals_come_as_the_policy_says(string servers, LoadBalance balance, uint turn) => Order(servers, balance, TargetSession.Any, turn);

    [TestCase("r p u", TargetSession.Any, ExpectedResult = "012")]
    [TestCase("r p u", TargetSession.Primary, ExpectedResult = "120")]
    [TestCase("p r u", TargetSession.Replica, ExpectedResult = "120")]
    [TestCase("p r u", TargetSession.PreferReplica, ExpectedResult = "120")]
    [TestCase("n p r", TargetSession.PreferReplica, ExpectedResult = "210")]
    [TestCase("p! r r", TargetSession.Primary, ExpectedResult = "120", Description = "a replica may have been promoted, and says so at once")]
    [TestCase("r! p n", TargetSession.Replica, ExpectedResult = "120")]
    public string Servers_that_suit_come_first_and_those_that_failed_last(string servers, TargetSession target) => Order(servers, LoadBalance.FailOver, target);

    [TestCase("p p p", 2, ExpectedResult = "201")]
    [TestCase("p p p!", 2, ExpectedResult = "012", Description = "not one that failed")]
    [TestCase("p p r", 2, ExpectedResult = "012", Description = "nor one that does not suit")]
    [TestCase("p p p", -1, ExpectedResult = "012")]
    [TestCase("p p p", 7, ExpectedResult = "012")]
    public string The_preferred_server_is_tried_before_all_others(string servers, int preferred) =>
        Order(servers, LoadBalance.FailOver, TargetSession.Primary, preferred: preferred);

    [Test]
    public void Chance_names_every_server_and_each_of_them_first_now_and_then()
    {
        var random = new Random(7);
        var orders = Enumerable.Range(0, 100).Select(turn => Order("p p p!", LoadBalance.Random, TargetSession.Any, (uint)turn, random: random)).ToList();
        Assert.That(orders, Is.All.EqualTo("012").Or.EqualTo("102"));
        Assert.That(orders.Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public void No_server_is_no_order() => Assert.That(ServerOrder.Of([], LoadBalance.RoundRobin, TargetSession.Any, 3, Random.Shared, 0), Is.Empty);

    private static string Order(string servers, LoadBalance balance, TargetSession target, uint turn = 0, int preferred = -1, Random? random = null)
    {
        var states = servers.Split(' ').Select(static server => new ServerState(server.Count(static letter => letter == '+'), server.Contains('!'), server[0] switch
        {
            'p' => ServerRole.Primary,
            'r' => ServerRole.Replica,
            'n' => ServerRole.NotReady,
            _ => ServerRole.Unknown,
        })).ToArray();
        return string.Concat(ServerOrder.Of(states, balance, target, turn, random ?? new Random(1), preferred));
    }
}
