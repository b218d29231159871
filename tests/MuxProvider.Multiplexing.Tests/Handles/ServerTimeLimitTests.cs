using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>The server keeps the time of statements, too, where that is asked for.</summary>
[TestFixture]
public sealed class ServerTimeLimitTests
{
    private static readonly ServerVersion s_mysql = ServerVersion.Parse("9.7.0");
    private static readonly ServerVersion s_mariaDb = ServerVersion.Parse("5.5.5-10.11.19-MariaDB");

    private static Rig NewRig() => new(new MultiplexingOptions { LimitsOnServer = true, MaxSharedLinks = 1 });

    [TestCase(true, 30.0, ExpectedResult = "max_statement_time=30")]
    [TestCase(true, 0.25, ExpectedResult = "max_statement_time=0.25")]
    [TestCase(true, 0.0, ExpectedResult = "max_statement_time=0")]
    [TestCase(true, 2147483647.0, ExpectedResult = "max_statement_time=31536000")]
    [TestCase(false, 30.0, ExpectedResult = "max_execution_time=30000")]
    [TestCase(false, 0.0001, ExpectedResult = "max_execution_time=1")]
    [TestCase(false, 0.0, ExpectedResult = "max_execution_time=0")]
    [TestCase(false, 2147483647.0, ExpectedResult = "max_execution_time=4294967295")]
    public string The_limit_is_written_as_the_server_has_it(bool isMariaDb, double seconds) =>
        ServerTimeLimit.Of(Settings.None, TimeSpan.FromSeconds(seconds), isMariaDb ? s_mariaDb : s_mysql).Variables.ToString();

    [Test]
    public void What_the_application_has_set_wins()
    {
        var own = Settings.None with { Variables = SessionVariables.None.With("max_statement_time", "7") };
        Assert.That(ServerTimeLimit.Of(own, TimeSpan.FromSeconds(30), s_mariaDb), Is.SameAs(own));
        Assert.That(ServerTimeLimit.IsExceeded(own, own, 1969, s_mariaDb), Is.False);
    }

    [Test]
    public async Task Equal_limits_cost_nothing_and_another_one_is_brought()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        var link = rig.Transport.Links[0];
        foreach (var seconds in (int[])[30, 30, 5, 0, 0])
        {
            var statement = Rig.Start(handle, "SELECT 1", rig.In(seconds));
            link.CompleteNext(FakeReply.Ok());
            (await Rig.Within(statement)).Dispose();
        }

        Assert.That(link.Taken.Where(request => request.Kind == FakeRequestKind.Statement).Select(request => request.Prefix.Split("USE")[0]), Is.EqualTo(new[]
        {
            "SET max_statement_time=30;", "", "SET max_statement_time=5;", "SET max_statement_time=0;", "",
        }));
    }

    [Test]
    public async Task A_setting_that_the_application_changes_is_its_own_alone()
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        await rig.Run(handle, "SELECT 1");
        await rig.Run(handle, "SET time_zone = '+01:00'");
        var link = await rig.Run(handle, "SELECT 2");
        Assert.That(link.Taken[^1].Terms.Settings!.Variables.ToString(), Is.EqualTo("max_statement_time=0, time_zone='+01:00'"));
        await rig.Run(handle, "SET max_statement_time = 3");
        link = await rig.Run(handle, "SELECT 3");
        Assert.That(link.Taken[^1].Terms.Settings!.Variables.ToString(), Is.EqualTo("max_statement_time=3, time_zone='+01:00'"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_statement_that_the_server_ended_has_timed_out(bool onLease)
    {
        using var rig = NewRig();
        var handle = await rig.Open();
        if (onLease)
            await rig.Run(handle, "BEGIN", FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit));
        var late = Rig.Start(handle, "SELECT 1", rig.In(5));
        var link = await rig.Waiting("SELECT 1", late);
        if (onLease)
            link.Status = ServerStatus.InTransaction | ServerStatus.AutoCommit;
        link.CompleteNext(FakeReply.Error(1969, "70100", "Query execution was interrupted (max_statement_time exceeded)"));
        var failure = await Rig.Failure<StatementAbandonedException>(late);
        Assert.That((failure.Delivery, failure.Message), Is.EqualTo((Delivery.Answered, "The time for the command (5 s) ran out. The server has ended the statement.")));
        Assert.That(handle.IsInTransaction, Is.EqualTo(onLease));
        Assert.That(rig.Transport.UndisposedReplies, Is.Zero);
    }

    [Test]
    public async Task Without_the_option_nothing_is_limited()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var late = Rig.Start(handle, "SELECT 1", rig.In(5));
        var link = await rig.Waiting("SELECT 1", late);
        Assert.That(link.Taken[^1].Terms.Settings!.Variables, Is.EqualTo(SessionVariables.None));
        link.CompleteNext(FakeReply.Error(1969, "70100", "interrupted"));
        using var reply = await Rig.Within(late);
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Error));
    }
}
