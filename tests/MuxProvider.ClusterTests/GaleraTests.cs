using System.Diagnostics;

namespace MuxProvider.ClusterTests;

/// <summary>Three nodes of Galera under load, of which one or all are lost and come back.</summary>
internal sealed class GaleraTests() : ClusterFixture("galera")
{
    private const int Handles = 500;

    [TestCase("Load Balance=RoundRobin")]
    [TestCase("Load Balance=LeastLinks;Max Shared Links=6")]
    public async Task A_node_that_is_killed_fails_only_what_was_in_flight_on_it_and_is_used_again_when_it_is_back(string options)
    {
        var (source, work, table) = await StartAsync(options);
        var node = await NodeInUseAsync(source);

        var mark = work.Mark();
        await Cluster.ControlAsync($"kill {node}");
        await work.EverybodyGoesOnAsync("everybody goes on without the node");
        var killed = Stopwatch.GetElapsedTime(mark);
        await Cluster.ControlAsync($"start {node}");
        await IsUsedAgainAsync(source, node);
        await work.EverybodyGoesOnAsync("everybody goes on with all nodes");
        await work.StopAsync();

        TestContext.Out.WriteLine($"node {node} killed: everybody had written again after {killed.TotalSeconds:F1} s, the first one after {After(mark, work.FirstAfterMark):F2} s; {work}");
        AssertInFlightOnly(work);
        await AssertRowsAsync(work, table);
    }

    [Test]
    public async Task A_node_that_does_not_answer_any_more_is_left_alone_and_used_again_when_it_is_back()
    {
        var (source, work, table) = await StartAsync("Default Command Timeout=6");
        var node = await NodeInUseAsync(source);

        var mark = work.Mark();
        await Cluster.ControlAsync($"pause {node}");
        await work.EverybodyGoesOnAsync("everybody goes on without the node");
        var (paused, settled) = (Stopwatch.GetElapsedTime(mark), Stopwatch.GetTimestamp());
        await work.EverybodyGoesOnAsync("everybody goes on, again");
        AssertNoFailureSince(work, settled);
        await Cluster.ControlAsync($"start {node}");
        await IsUsedAgainAsync(source, node);
        await work.EverybodyGoesOnAsync("everybody goes on with all nodes");
        await work.StopAsync();

        TestContext.Out.WriteLine($"node {node} paused: everybody had written again after {paused.TotalSeconds:F1} s, all was over after {After(mark, Stopwatch.GetTimestamp()):F1} s; {work}");
        AssertExpected(work);
        await AssertRowsAsync(work, table);
    }

    [Test]
    public async Task A_node_that_is_cut_off_is_left_alone_and_used_again_when_it_is_back()
    {
        var (source, work, table) = await StartAsync("");
        var node = await NodeInUseAsync(source);

        var mark = work.Mark();
        await Cluster.ControlAsync($"isolate {node}");
        await work.EverybodyGoesOnAsync("everybody goes on without the node");
        var (isolated, settled) = (Stopwatch.GetElapsedTime(mark), Stopwatch.GetTimestamp());
        await work.EverybodyGoesOnAsync("everybody goes on, again");
        AssertNoFailureSince(work, settled);
        Assert.That(await Cluster.AskAsync($"status {node}"), Does.Not.StartWith("Synced"), "the node is cut off");
        await Cluster.ControlAsync($"join {node}");
        await IsUsedAgainAsync(source, node);
        await work.EverybodyGoesOnAsync("everybody goes on with all nodes");
        await work.StopAsync();

        TestContext.Out.WriteLine($"node {node} cut off: everybody had written again after {isolated.TotalSeconds:F1} s, all was over after {After(mark, Stopwatch.GetTimestamp()):F1} s; {work}");
        AssertExpected(work);
        await AssertRowsAsync(work, table);
    }

    [Test]
    public async Task A_cluster_that_is_lost_as_a_whole_is_used_again_when_it_is_back()
    {
        var (_, work, table) = await StartAsync("");

        await Cluster.ControlAsync("kill 1 2 3");
        work.Mark();
        await Cluster.ControlAsync("start 1 2 3");
        var back = Stopwatch.GetTimestamp();
        await Until.Holds("the service is back", () => Task.FromResult(work.FirstAfterMark != 0));
        await work.EverybodyGoesOnAsync("everybody goes on");
        var everybody = Stopwatch.GetElapsedTime(back);
        await work.StopAsync();

        TestContext.Out.WriteLine($"all nodes killed: first success {After(back, work.FirstAfterMark):F2} s after the cluster was back, everybody after {everybody.TotalSeconds:F1} s; {work}");
        Assert.That(After(back, work.FirstAfterMark), Is.LessThan(20));
        await AssertRowsAsync(work, table);
    }

    protected override Task RestoreAsync() => Cluster.ControlAsync("start 1 2 3");

    private async Task<(MuxDataSource Source, Workload Work, string Table)> StartAsync(string options)
    {
        var table = await WorkTableAsync();
        var source = NewSource("Server Check Interval=1;Connection Timeout=10;" + options);
        var work = Keep(new Workload(source, table, Handles, TimeSpan.FromMilliseconds(250)));
        await work.EverybodyGoesOnAsync("everybody has begun");
        return (source, work, table);
    }

    // The node that a shared link leads to. (To ask for @@server_id would take another link.)
    private static async Task<int> NodeInUseAsync(MuxDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        return await connection.ScalarAsync<int>("SELECT CAST(VARIABLE_VALUE AS SIGNED) FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME = 'SERVER_ID'");
    }

    private static Task IsUsedAgainAsync(MuxDataSource source, int node) => Until.Holds($"there are links to node {node} again", async () =>
    {
        await using var connection = await source.OpenConnectionAsync();
        await connection.PinAsync("to ask who answers");
        return await connection.ScalarAsync<int>("SELECT @@server_id") == node;
    });

    private static double After(long start, long end) => (end - start) / (double)Stopwatch.Frequency;

    private static void AssertNoFailureSince(Workload work, long time) => Assert.That(
        work.Failures.Where(failure => failure.At > time).Select(failure => failure.Error.Message), Is.Empty, "the node is left alone");

    // 1047: the node is cut off; 1180 and 1213: it was cut off, or lost its group, while it committed. -1: the time for the command ran out.
    private static void AssertExpected(Workload work) => Assert.That(
        work.Failures.Where(failure => failure.Error is not MuxException { Number: 1047 or 1180 or 1213 or -1 } and not MuxException { IsTransient: true }).Select(failure => failure.Error.ToString()), Is.Empty);

    // One statement of a handle can be in flight when the node dies.
    private static void AssertInFlightOnly(Workload work)
    {
        Assert.That(work.Failures.Where(failure => failure.IsRead).Select(failure => failure.Error.Message), Is.Empty, "reads are run again");
        Assert.That(work.Failures.GroupBy(failure => failure.Handle).Where(group => group.Count() > 1).SelectMany(group => group.Select(failure => failure.Error.Message)), Is.Empty, "nothing fails that was not in flight");
        Assert.That(work.Failures.Where(failure => failure.Error is not MuxException { IsTransient: true }).Select(failure => failure.Error.ToString()), Is.Empty);
    }

    private async Task AssertRowsAsync(Workload work, string table)
    {
        Assert.That(work.Writes.Values.Count(outcome => outcome == Outcome.Done), Is.GreaterThan(3 * Handles), "work was done");
        var rows = await RowsAsync(1, table);
        Assert.That(work.Writes.Where(write => write.Value == Outcome.Done && !rows.Contains(write.Key)), Is.Empty, "nothing that was answered is lost");
        Assert.That(work.Writes.Where(write => write.Value == Outcome.NotRun && rows.Contains(write.Key)).Select(write => (write.Key, work.ErrorOf(write.Key))), Is.Empty, "nothing ran that was said not to");
        Assert.That(rows.Where(row => !work.Writes.ContainsKey(row)), Is.Empty, "nothing ran unsaid");
    }
}
