using System.Data.Common;

namespace MuxProvider.ServerTests;

/// <summary>
/// However a command runs, and however its caller leaves: the caller hears the right thing, the connection goes on, what changes would have
/// been made is not made behind its back, and neighbours get their own answers.
/// </summary>
internal sealed class GivingUpTests : ServerFixture
{
    private string _table = "";

    public enum Where
    {
        Floats,
        BehindAnother,
        OnALeaseOfItsOwn,
        InATransaction,
        InABatch,
        Prepared,
    }

    public enum How
    {
        Token,
        Cancel,
        TimeOut,
    }

    [OneTimeSetUp]
    public async Task CreateTable() => _table = await TableAsync("id INT PRIMARY KEY, n INT");

    [Test]
    public async Task A_caller_leaves([Values] Where where, [Values] How how, [Values] bool blocked)
    {
        await Server.AdminAsync($"REPLACE INTO {Schema}.{_table} VALUES (1, 1), (2, 1)");
        var mark = $"{where}{how}{blocked}";
        var source = NewSource("Max Shared Links=1;Ignore Prepare=false");

        // Whatever it is, it waits for the lock.
        var owner = await OpenAsync(source);
        await owner.RunAsync("START TRANSACTION");
        await owner.RunAsync($"UPDATE {_table} SET n = 2 WHERE id = 1");
        var first = await OpenAsync(source);
        Task<int>? before = null;
        if (where == Where.BehindAnother)
        {
            before = first.RunAsync($"UPDATE /* {Schema} first{mark} */ {_table} SET n = n + 1 WHERE id = 1");
            await RunsAsync("first" + mark);
        }

        var victim = await OpenAsync(source);
        if (where == Where.InATransaction)
            await victim.RunAsync("START TRANSACTION");
        var text = where == Where.OnALeaseOfItsOwn
            ? $"SELECT /* {Schema} {mark} */ SLEEP(300)"
            : $"UPDATE /* {Schema} {mark} */ {_table} SET n = n + 10 WHERE id = @id";
        var (run, cancel) = await CommandOf(victim, where, text, how == How.TimeOut ? 1 : 120);
        using var token = new CancellationTokenSource();
        var gone = blocked
            ? Task.Factory.StartNew(() => run(token.Token, true), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()
            : run(token.Token, false);
        if (where != Where.BehindAnother && how != How.TimeOut)
            await RunsAsync(mark);

        // Blocked callers have no token: they can only be cancelled.
        if (how == How.Token && !blocked)
            await token.CancelAsync();
        else if (how != How.TimeOut)
            await Until.Holds("it left", () => Task.FromResult(Leave(cancel, gone)));

        if (how == How.Token && !blocked)
            Assert.That((await Sql.FailureOf<OperationCanceledException>(() => Until.Ends(gone))).CancellationToken, Is.EqualTo(token.Token));
        else
            Assert.That((await Sql.MuxFailureOf(() => Until.Ends(gone))).ErrorCode, Is.EqualTo(how == How.TimeOut ? MuxErrorCode.CommandTimeoutExpired : MuxErrorCode.QueryInterrupted));

        // Those behind on the same link are only answered once it flows again.
        await owner.RunAsync("COMMIT");
        if (before is not null)
            Assert.That(await Until.Ends(before), Is.EqualTo(1));
        Assert.That(await Until.Ends(victim.ScalarAsync<int>("SELECT 7")), Is.EqualTo(7));
        Assert.That(await Until.Ends(first.ScalarAsync<int>("SELECT 8")), Is.EqualTo(8));
        if (where == Where.InATransaction)
            await victim.RunAsync("ROLLBACK");
        Assert.That(victim.PinReasons, Is.EqualTo(MuxProvider.Multiplexing.PinReasons.None));
        var n = await victim.ScalarAsync<int>($"SELECT n FROM {_table} WHERE id = 1");
        var least = where == Where.BehindAnother ? 3 : 2;
        Assert.That(n, where is Where.InATransaction or Where.OnALeaseOfItsOwn ? Is.EqualTo(least) : Is.EqualTo(least).Or.EqualTo(least + 10), "all of it or nothing");
    }

    private static bool Leave(Action cancel, Task gone)
    {
        cancel();
        return gone.IsCompleted;
    }

    private async Task<(Func<CancellationToken, bool, Task> Run, Action Cancel)> CommandOf(MuxConnection victim, Where where, string text, int seconds)
    {
        if (where == Where.InABatch)
        {
            var batch = Keep((MuxBatch)victim.CreateBatch());
            batch.Timeout = seconds;
            foreach (var each in (string[])[$"UPDATE {_table} SET n = n WHERE id = 2", text.Replace("@id", "1", StringComparison.Ordinal)])
            {
                DbBatchCommand command = batch.CreateBatchCommand();
                command.CommandText = each;
                ((DbBatch)batch).BatchCommands.Add(command);
            }

            return ((token, blocked) => blocked ? Task.FromResult(batch.ExecuteNonQuery()) : batch.ExecuteNonQueryAsync(token), batch.Cancel);
        }

        var single = Keep(victim.Command(text, ("@id", 1)));
        single.CommandTimeout = seconds;
        if (where == Where.Prepared)
        {
            await single.PrepareAsync();
            single.Parameters["@id"].Value = 999;
            await single.ExecuteNonQueryAsync();
            await single.ExecuteNonQueryAsync();
            single.Parameters["@id"].Value = 1;
        }

        return ((token, blocked) => blocked ? Task.FromResult(single.ExecuteNonQuery()) : single.ExecuteNonQueryAsync(token), single.Cancel);
    }

    private Task RunsAsync(string mark) => Until.Holds($"the server runs the statement '{mark}'", async () =>
        await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE '%{Schema} {mark} %' AND INFO NOT LIKE '%PROCESSLIST%'") > 0);
}
