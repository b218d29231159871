namespace MuxProvider.ServerTests;

/// <summary>Server Side Command Timeout: the server itself ends what takes too long.</summary>
internal sealed class ServerTimeLimitTests : ServerFixture
{
    private static string Limit => Server.IsMySql ? "@@max_execution_time / 1000" : "@@max_statement_time";

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_server_has_the_time_out_of_each_command(bool pinned)
    {
        var handle = await OpenAsync(NewSource("Server Side Command Timeout=true;Max Shared Links=1"));
        if (pinned)
            await handle.RunAsync("START TRANSACTION");
        foreach (var seconds in (int[])[30, 30, 7, 0, 30])
        {
            await using var command = handle.Command($"SELECT ROUND({Limit})");
            command.CommandTimeout = seconds;
            Assert.That(Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(seconds));
        }
    }

    [Test]
    public async Task What_the_application_sets_wins()
    {
        var handle = await OpenAsync(NewSource("Server Side Command Timeout=true"));
        await handle.RunAsync(Server.IsMySql ? "SET max_execution_time = 12000" : "SET max_statement_time = 12");
        Assert.That(await handle.ScalarAsync<int>($"SELECT ROUND({Limit})"), Is.EqualTo(12));
    }

    [Test]
    public async Task A_handle_without_the_option_does_not_find_the_limit_of_another()
    {
        var handle = await OpenAsync(NewSource("Max Shared Links=1"));
        Assert.That(await handle.ScalarAsync<int>($"SELECT ROUND({Limit})"), Is.Zero);
    }

    [Test]
    public async Task A_statement_that_takes_too_long_times_out_whoever_notices_first()
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        await Server.AdminAsync($"INSERT INTO {Schema}.{table} WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n");
        var handle = await OpenAsync(NewSource("Server Side Command Timeout=true"));
        for (var round = 0; round < 3; round++)
        {
            await using var command = handle.Command($"SELECT COUNT(*) FROM {table} a, {table} b, {table} c, {table} d WHERE a.id + b.id + c.id + d.id < 0");
            command.CommandTimeout = 1;
            var error = await Sql.MuxFailureOf(() => Until.Ends(command.ExecuteScalarAsync()));
            Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.CommandTimeoutExpired));
        }

        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }
}
