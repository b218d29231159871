namespace MuxProvider.AdoNet.Tests;

/// <summary>Statements queue for a connection, and may leave the queue.</summary>
internal sealed class WaitingTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task A_cancelled_waiter_leaves_the_queue_and_nothing_of_it_runs()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var source = NewSource("Max Links=1;Max Shared Links=1");
        var (slow, waiting, next) = (await OpenAsync(source), await OpenAsync(source), await OpenAsync(source));
        using var isHeld = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Watched.BeforeText = text =>
        {
            if (!text.Contains("'held up'", StringComparison.Ordinal))
                return;
            isHeld.Set();
            release.Wait();
        };
        try
        {
            var answer = slow.ScalarAsync<string>("SELECT 'held up'");
            await Until.Ends(Task.Run(isHeld.Wait));
            using var cancellation = new CancellationTokenSource();
            await using var insert = waiting.Command($"INSERT INTO {table} VALUES (1)");
            var cancelled = insert.ExecuteNonQueryAsync(cancellation.Token);
            var after = next.ScalarAsync<long>($"SELECT COUNT(*) FROM {table}");

            await cancellation.CancelAsync();

            Assert.That(async () => await Until.Ends(cancelled), Throws.InstanceOf<OperationCanceledException>());
            release.Set();
            Assert.That(await Until.Ends(answer), Is.EqualTo("held up"));
            Assert.That(await Until.Ends(after), Is.Zero);
            Assert.That(Watched.Texts, Has.None.Contains("INSERT"));
            Assert.That(await waiting.ScalarAsync<long>("SELECT 7"), Is.EqualTo(7));
        }
        finally
        {
            release.Set();
        }
    }

    [Test]
    public async Task A_time_out_lets_the_caller_go_and_the_answer_reaches_nobody_else()
    {
        var source = NewSource("Max Links=2;Max Shared Links=1");
        var (slow, next) = (await OpenAsync(source), await OpenAsync(source));
        using var release = new ManualResetEventSlim();
        Watched.BeforeText = text =>
        {
            if (text.Contains("'held up'", StringComparison.Ordinal))
                release.Wait();
        };
        try
        {
            await using var command = slow.Command("SELECT 'held up'");
            command.CommandTimeout = 1;

            var error = await Sql.MuxFailureOf(() => command.ExecuteScalarAsync());

            Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
            release.Set();
            Assert.That(await Until.Ends(next.ScalarAsync<string>("SELECT 'next'")), Is.EqualTo("next"));
            Assert.That(await Until.Ends(slow.ScalarAsync<string>("SELECT 'again'")), Is.EqualTo("again"));
        }
        finally
        {
            release.Set();
        }
    }
}
