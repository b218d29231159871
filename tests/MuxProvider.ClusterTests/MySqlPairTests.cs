using System.Diagnostics;

namespace MuxProvider.ClusterTests;

/// <summary>A primary of MySQL and its replica, whose parts are exchanged while an application writes and reads.</summary>
internal sealed class MySqlPairTests() : ClusterFixture("mysqlpair")
{
    private const int Handles = 100;

    // Who may write on a server that is read only would never notice.
    private const string Plain = "User ID=plain;Server Check Interval=1;Connection Timeout=5;";

    // To ask for @@server_id would pin the connection.
    private const string WhoAnswers = "SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM performance_schema.global_variables WHERE VARIABLE_NAME = 'server_id'";

    [Test]
    public async Task Writes_resume_on_the_replica_that_is_promoted_after_the_primary_died()
    {
        var (source, work, table) = await StartAsync();
        var acknowledged = work.Writes.Where(write => write.Value == Outcome.Done).Select(write => write.Key).ToHashSet();
        await ReplicatedAsync(1, 2);

        await Cluster.ControlAsync("kill 1");
        var killed = Stopwatch.GetTimestamp();
        await Cluster.ControlAsync("promote 2");
        var promoted = work.Mark();
        await work.EverybodyGoesOnAsync("everybody writes on the new primary");
        var everybody = Stopwatch.GetElapsedTime(promoted);
        await Cluster.ControlAsync("start 1");
        var back = Stopwatch.GetTimestamp();
        Assert.That(await Cluster.AskAsync("role 1"), Is.EqualTo("replica"));
        await work.EverybodyGoesOnAsync("everybody writes on");
        await work.EverybodyGoesOnAsync("everybody writes on, again");
        Assert.That(await ServerAsync(source), Is.EqualTo(2), "the old primary is not written to");
        await work.StopAsync();

        var rows = await RowsAsync(2, table);
        var lost = work.Writes.Where(write => write.Value == Outcome.Done && !rows.Contains(write.Key)).Select(write => write.Key).ToHashSet();
        TestContext.Out.WriteLine($"primary killed: first write {After(promoted, work.FirstAfterMark):F2} s after the replica was promoted, everybody's after {everybody.TotalSeconds:F1} s; {lost.Count} rows were acknowledged but had not reached the replica; {work}");
        Assert.That(lost.Intersect(acknowledged), Is.Empty, "what the replica had executed before the primary was killed is there");
        Assert.That(lost.Where(row => work.StartOf(row) > killed), Is.Empty, "what was written after the primary was killed is there");
        Assert.That(work.Writes.Where(write => write.Value == Outcome.NotRun && rows.Contains(write.Key)), Is.Empty, "nothing ran that was said not to");
        Assert.That(rows.Where(row => !work.Writes.ContainsKey(row)), Is.Empty, "nothing ran unsaid");
        Assert.That(work.Failures.Where(failure => failure.At > back).Select(failure => failure.Error.Message), Is.Empty, "nobody notices that the old primary is back");
    }

    [Test]
    public async Task A_planned_exchange_loses_nothing_and_writes_resume_on_the_new_primary()
    {
        var (source, work, table) = await StartAsync();

        await Cluster.ControlAsync("demote 1");
        await Cluster.ControlAsync("promote 2");
        var promoted = work.Mark();
        await work.EverybodyGoesOnAsync("everybody writes on the new primary");
        var everybody = Stopwatch.GetElapsedTime(promoted);
        var settled = Stopwatch.GetTimestamp();
        await work.EverybodyGoesOnAsync("everybody writes on");
        Assert.That(await ServerAsync(source), Is.EqualTo(2), "the old primary is not written to");
        await work.StopAsync();

        TestContext.Out.WriteLine($"exchanged: first write {After(promoted, work.FirstAfterMark):F2} s after the replica was promoted, everybody's after {everybody.TotalSeconds:F1} s; {work}");
        var rows = await RowsAsync(2, table);
        Assert.That(work.Writes.Where(write => write.Value == Outcome.Done && !rows.Contains(write.Key)), Is.Empty, "nothing that was answered is lost");
        Assert.That(work.Writes.Where(write => write.Value == Outcome.NotRun && rows.Contains(write.Key)), Is.Empty, "nothing ran that was said not to");
        Assert.That(rows.Where(row => !work.Writes.ContainsKey(row)), Is.Empty, "nothing ran unsaid");
        Assert.That(work.Failures.Where(failure => failure.At > settled).Select(failure => failure.Error.Message), Is.Empty, "what fails was under way while nobody was primary");
        Assert.That(work.Failures.Where(failure => failure.Error is not MuxException { Number: 1290 or 1836 } and not MuxException { IsTransient: true }).Select(failure => failure.Error.ToString()), Is.Empty);
    }

    [Test]
    public async Task Who_wants_a_replica_gets_it_or_hears_that_there_is_none()
    {
        var source = NewSource(Plain + "Target Session=Replica");
        for (var i = 0; i < 20; i++)
            Assert.That(await ServerAsync(source), Is.EqualTo(2));

        await Cluster.ControlAsync("kill 2");
        var none = await Sql.MuxFailureOf(() => Until.Ends(ServerAsync(source)));
        Assert.That(none.IsTransient, Is.True);

        await Cluster.ControlAsync("start 2");
        await Until.Holds("the replica is used again", async () => await TryServerAsync(source) == 2);
    }

    [Test]
    public async Task Who_prefers_a_replica_gets_the_primary_meanwhile()
    {
        var source = NewSource(Plain + "Target Session=PreferReplica");
        await using var handle = await source.OpenConnectionAsync();
        Assert.That(await handle.ScalarAsync<int>(WhoAnswers), Is.EqualTo(2));

        await Cluster.ControlAsync("kill 2");
        await Until.Holds("the primary is asked instead", async () => await TryServerAsync(source) == 1);
        Assert.That(await Until.Ends(handle.ScalarAsync<int>(WhoAnswers)), Is.EqualTo(1), "an open connection goes on, too");

        await Cluster.ControlAsync("start 2");
        await Until.Holds("the replica is used again", async () => await TryServerAsync(source) == 2);
    }

    protected override async Task RestoreAsync()
    {
        await Cluster.ControlAsync("start 1 2");
        if (await Cluster.AskAsync("role 1") != "primary")
        {
            await Cluster.ControlAsync("demote 2");
            await Cluster.ControlAsync("promote 1");
        }
    }

    private async Task<(MuxDataSource Source, Workload Work, string Table)> StartAsync()
    {
        var table = await WorkTableAsync();
        await ReplicatedAsync(1, 2);
        var source = NewSource(Plain + "Target Session=Primary");
        var work = Keep(new Workload(source, table, Handles, TimeSpan.FromMilliseconds(50)));
        await work.EverybodyGoesOnAsync("everybody has begun");
        return (source, work, table);
    }

    // Everything that one node has executed by now has been executed by the other.
    private static async Task ReplicatedAsync(int from, int to)
    {
        var executed = await Cluster.SqlAsync(from, "SELECT REPLACE(@@gtid_executed, '\\n', '')");
        Assert.That(await Cluster.SqlAsync(to, $"SELECT WAIT_FOR_EXECUTED_GTID_SET('{executed}', 30)"), Is.EqualTo("0"));
    }

    // On a link that may be a new one.
    private static async Task<int> ServerAsync(MuxDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        await connection.PinAsync("to ask who answers");
        return await connection.ScalarAsync<int>("SELECT @@server_id");
    }

    private static async Task<int> TryServerAsync(MuxDataSource source)
    {
        try
        {
            return await ServerAsync(source);
        }
        catch (MuxException error) when (error.IsTransient)
        {
            return 0;
        }
    }

    private static double After(long start, long end) => (end - start) / (double)Stopwatch.Frequency;
}
