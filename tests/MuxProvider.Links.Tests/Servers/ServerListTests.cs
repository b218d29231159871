using MuxProvider.Links.MySql;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What is remembered of servers, and when they are tried again.</summary>
[TestFixture]
public sealed class ServerListTests
{
    private readonly FakeClock _clock = new();

    [Test]
    public void A_server_that_failed_is_tried_last_for_a_while_that_grows()
    {
        var list = New(2, LoadBalance.FailOver);
        list.Failed(0);
        Assert.That(list.Order(-1), Is.EqualTo(new[] { 1, 0 }));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(list.Order(-1), Is.EqualTo(new[] { 0, 1 }));
        list.Failed(0);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.That(list.Order(-1), Is.EqualTo(new[] { 1, 0 }));
        list.Opened(0, ServerRole.Primary);
        Assert.That(list.Order(-1), Is.EqualTo(new[] { 0, 1 }), "it has answered");
    }

    [Test]
    public void A_server_that_failed_is_due_again_and_again_ever_later()
    {
        var list = New(2);
        list.Opened(1, ServerRole.Primary);
        Assert.That(list.TakeDue(), Is.Empty);
        list.Failed(0);
        var seconds = new List<double>();
        for (var i = 0; i < 1000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(0.5));
            if (list.TakeDue().Count == 0)
                continue;
            seconds.Add(_clock.Elapsed.TotalSeconds);
            Assert.That(list.TakeDue(), Is.Empty, "it is named once");
            list.Failed(0);
        }

        var pauses = seconds.Zip(seconds.Prepend(0), (now, before) => now - before).ToList();
        Assert.That(pauses[..7], Is.EqualTo(new double[] { 1, 2, 4, 5, 5, 5, 5 }));
        list.Opened(0, ServerRole.Primary);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That(list.TakeDue(), Is.Empty);
    }

    [Test]
    public void Fail_over_looks_for_earlier_servers_only()
    {
        var list = New(3, LoadBalance.FailOver);
        list.Opened(1, ServerRole.Primary);
        Assert.That(list.TakeDue(), Is.EqualTo(new[] { 0 }));
        Assert.That((list.RankOf(0), list.RankOf(1), list.RankOf(2)), Is.EqualTo((0, 1, 2)));
        Assert.That(New(3).RankOf(2), Is.Zero, "elsewhere no server is better than another");
    }

    [Test]
    public void Who_prefers_a_replica_looks_for_one_while_there_is_none()
    {
        var list = New(3, target: TargetSession.PreferReplica);
        list.Opened(0, ServerRole.Primary);
        Assert.That(list.TakeDue(), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(list.RankOf(0), Is.GreaterThan(list.RankOf(1)));
        list.Opened(1, ServerRole.Replica);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That(list.TakeDue(), Is.Empty);
    }

    [Test]
    public void Who_has_a_primary_does_not_look_for_another()
    {
        var list = New(3, target: TargetSession.Primary);
        Assert.That(list.Learned(1, ServerRole.Replica), Is.False);
        list.Opened(0, ServerRole.Primary);
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.That(list.TakeDue(), Is.Empty);
    }

    [Test]
    public void Links_are_counted_by_server()
    {
        var list = New(2, LoadBalance.LeastLinks);
        list.Opened(0, ServerRole.Primary);
        list.Opened(1, ServerRole.Primary);
        list.Opened(1, ServerRole.Primary);
        Assert.That(list.Order(-1)[0], Is.Zero);
        list.Closed(1);
        list.Closed(1);
        Assert.That(list.Order(-1)[0], Is.EqualTo(1));
    }

    [Test]
    public void Links_of_many_processes_do_not_all_begin_with_the_same_server() =>
        Assert.That(Enumerable.Range(0, 50).Select(seed => New(3, seed: seed).Order(-1)[0]).Distinct(), Is.EquivalentTo(new[] { 0, 1, 2 }));

    private ServerList New(int count, LoadBalance balance = LoadBalance.RoundRobin, TargetSession target = TargetSession.Any, int seed = 1) =>
        new([.. Enumerable.Range(0, count).Select(i => new ServerAddress($"db{i}", 3306))], balance, target, _clock, new Random(seed));
}
