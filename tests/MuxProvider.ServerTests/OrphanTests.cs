using System.Globalization;

namespace MuxProvider.ServerTests;

/// <summary>Statements on shared links whose callers went away are ended on the server, and no neighbour ever is.</summary>
internal sealed class OrphanTests : ServerFixture
{
    private static readonly int s_rounds = int.Parse(Environment.GetEnvironmentVariable("MUX_ROUNDS") ?? "25", CultureInfo.InvariantCulture);

    private string _huge = "";

    [OneTimeSetUp]
    public async Task Fill()
    {
        _huge = await TableAsync("id INT PRIMARY KEY");
        await Server.AdminAsync($"INSERT INTO {Schema}.{_huge} WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n");
    }

    // Goes on for longer than any test may take, and floats.
    private string Long(string mark) => $"SELECT /* {Schema} {mark} */ COUNT(*) FROM {_huge} a, {_huge} b, {_huge} c, {_huge} d WHERE a.id + b.id + c.id + d.id < 0";

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_statement_that_floats_and_is_cancelled_ends_on_the_server_soon(bool blocking)
    {
        var handle = await OpenAsync();
        await using var command = handle.Command(Long("cancelled"));
        var running = blocking
            ? Task.Factory.StartNew(() => command.ExecuteScalar(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : command.ExecuteScalarAsync();
        await Until.Holds("it runs", () => RunsAsync("cancelled"));

        command.Cancel();

        var error = await Sql.MuxFailureOf(() => Until.Ends(running));
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.QueryInterrupted));
        await Until.Holds("it does not run any more", async () => !await RunsAsync("cancelled"));
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        await Until.Holds("the kill is counted", () => Task.FromResult(Source.GetStatistics().Kills == 1));
    }

    [Test]
    public async Task One_that_times_out_ends_on_the_server_soon_and_its_link_goes_on()
    {
        var source = NewSource("Max Shared Links=1;Max Links=3");
        var handle = await OpenAsync(source);
        await using var command = handle.Command(Long("late"));
        command.CommandTimeout = 1;

        var error = await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteScalarAsync()));

        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        await Until.Holds("it does not run any more", async () => !await RunsAsync("late"));
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_change_that_waits_for_a_lock_is_ended_and_changes_nothing()
    {
        var table = await TableAsync("id INT PRIMARY KEY, n INT");
        await Server.AdminAsync($"INSERT INTO {Schema}.{table} VALUES (1, 1)");
        var owner = await OpenAsync();
        await owner.RunAsync("START TRANSACTION");
        await owner.RunAsync($"UPDATE {table} SET n = 2");
        var late = await OpenAsync();
        using var stop = new CancellationTokenSource();
        await using var change = late.Command($"UPDATE /* {Schema} locked */ {table} SET n = n + 10");
        var running = change.ExecuteNonQueryAsync(stop.Token);
        await Until.Holds("it waits", () => RunsAsync("locked"));

        await stop.CancelAsync();

        await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(running));
        await Until.Holds("it does not wait any more", async () => !await RunsAsync("locked"));
        await owner.RunAsync("COMMIT");
        Assert.That(await late.ScalarAsync<int>($"SELECT n FROM {table}"), Is.EqualTo(2));
    }

    [Test]
    public async Task One_that_runs_prepared_is_ended_too()
    {
        var source = NewSource("Max Shared Links=1;Ignore Prepare=false");
        var handle = await OpenAsync(source);
        await using var command = handle.Command($"{Long("prepared")} AND a.id < @n", ("@n", 0));
        await command.PrepareAsync();
        await command.ExecuteScalarAsync();
        await command.ExecuteScalarAsync();
        Assert.That(source.GetStatistics().PreparedExecutions, Is.Positive);
        var executions = source.GetStatistics().PreparedExecutions;
        command.Parameters["@n"].Value = int.MaxValue;
        var running = command.ExecuteScalarAsync();
        await Until.Holds("it runs", () => RunsAsync("prepared"));

        command.Cancel();

        await Sql.MuxFailureOf(() => Until.Ends(running));
        await Until.Holds("it does not run any more", async () => !await RunsAsync("prepared"));
        await Until.Holds("it ran prepared", () => Task.FromResult(source.GetStatistics().PreparedExecutions > executions));
    }

    [Test]
    public async Task A_neighbour_on_the_same_link_is_never_hit([Values] bool hasSameText, [Values] bool hasEnded)
    {
        var source = NewSource("Max Shared Links=1;Max Links=2;Default Command Timeout=60");
        var table = await TableAsync("id INT PRIMARY KEY, n INT");
        await Server.AdminAsync($"INSERT INTO {Schema}.{table} VALUES (1, 0)");
        var random = new Random(17);
        var owner = await OpenAsync();
        var first = await OpenAsync(source);
        var second = await OpenAsync(source);
        Assert.That(await first.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        var text = $"UPDATE /* {Schema} neighbour */ {table} SET n = n + 1 WHERE id = 1";
        for (var round = 1; round <= s_rounds; round++)
        {
            // The first waits for a lock, and the second behind it on the same link.
            await owner.RunAsync("START TRANSACTION");
            await owner.RunAsync($"UPDATE {table} SET n = 0 WHERE id = 1");
            using var stop = new CancellationTokenSource();
            await using var gone = first.Command(text);
            await using var stays = second.Command(hasSameText ? text : text.Replace("neighbour", "other", StringComparison.Ordinal));
            var goes = gone.ExecuteNonQueryAsync(stop.Token);
            await Until.Holds("it waits", () => RunsAsync("neighbour"));
            var waits = stays.ExecuteNonQueryAsync(CancellationToken.None);
            await stop.CancelAsync();
            await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(goes));

            // The kill comes about now: the first ends by itself at any time around it, or not at all before.
            if (hasEnded)
                await Task.Delay(random.Next(80, 160));
            else
                await Until.Holds("the kill came, or cannot come", async () => hasSameText || Server.IsMySql || !await RunsAsync("neighbour"));
            await owner.RunAsync("COMMIT");
            Assert.That(await Until.Ends(waits), Is.EqualTo(1), $"round {round}");
            Assert.That(await second.ScalarAsync<int>($"SELECT n FROM {table} WHERE id = 1"), Is.GreaterThanOrEqualTo(1));
        }
    }

    private async Task<bool> RunsAsync(string mark) =>
        await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%{Schema} {mark} %' AND INFO NOT LIKE '%PROCESSLIST%'") > 0;
}
