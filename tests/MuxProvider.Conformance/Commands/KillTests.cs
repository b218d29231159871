using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>What is cancelled, or takes too long, does not go on running on the server where nobody else is harmed by ending it.</summary>
internal sealed class KillTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCase("Cancel")]
    [TestCase("token")]
    [TestCase("time-out")]
    public async Task The_statement_ends_on_the_server_too(string how)
    {
        var mark = Server.NewName("mark");
        var command = Command($"SELECT SLEEP(60) /* {mark} */");
        using var cancel = new CancellationTokenSource();
        if (how == "time-out")
            command.CommandTimeout = 1;
        var task = command.ExecuteScalarAsync(cancel.Token);
        await Until.Holds("the statement runs", async () => await RunningAsync(mark) == 1);
        if (how == "Cancel")
            command.Cancel();
        else if (how == "token")
            await cancel.CancelAsync();
        Assert.That(async () => await Until.Ends(task), Throws.InstanceOf<DbException>().Or.InstanceOf<OperationCanceledException>());
        await Until.Holds("the statement has ended", async () => await RunningAsync(mark) == 0);
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task What_a_blocked_caller_gives_up_ends_on_the_server_too_and_its_connection_goes_on()
    {
        var mark = Server.NewName("mark");
        var command = Command($"SELECT SLEEP(60) /* {mark} */");
        command.CommandTimeout = 1;
        var task = Task.Factory.StartNew(
            () =>
            {
                Assert.That(command.ExecuteScalar, Throws.InstanceOf<DbException>());
                command.CommandText = "SELECT 42";
                command.CommandTimeout = 30;
                return command.ExecuteScalar();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.That(Convert.ToInt64(await task, System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(42));
        await Until.Holds("the statement has ended", async () => await RunningAsync(mark) == 0);
        await AssertUsableAsync(Connection);
    }

    private Task<long> RunningAsync(string mark) =>
        AskAsync($"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT SLEEP%{mark}%'");
}
