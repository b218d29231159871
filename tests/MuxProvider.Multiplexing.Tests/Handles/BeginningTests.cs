using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>Transactions that are begun with their first statement.</summary>
[TestFixture]
public sealed class BeginningTests
{
    private const string Level = "ISOLATION LEVEL READ COMMITTED";
    private const string Begin = "START TRANSACTION";

    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);

    private static readonly string[] s_firstStatements =
    [
        "SELECT 1", "INSERT INTO t VALUES (1)", "SELECT 1; SELECT 2", "SET time_zone = '+01:00'", "USE test", "SAVEPOINT s", "START TRANSACTION",
    ];

    [Test]
    public async Task A_begin_costs_nothing_and_takes_no_lease()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Assert.That(handle.TryBeginLater(Level, Begin), Is.True);
        Assert.That((handle.PinReasons, handle.IsInTransaction, handle.ServerThread), Is.EqualTo((PinReasons.Transaction, true, (uint?)null)));
        Assert.That(rig.Transport.Statements, Is.Empty);
        rig.AssertQuiet();
        Assert.That(handle.TryForgetBegin(), Is.True);
        Assert.That((handle.PinReasons, handle.TryForgetBegin()), Is.EqualTo((PinReasons.None, false)));
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That((link.Taken[^1].Terms.Begin, link.Taken[^1].Terms.Before, link.Taken[^1].Terms.OnLease), Is.EqualTo(((string?)null, (string?)null, false)));
    }

    [TestCaseSource(nameof(s_firstStatements))]
    public async Task The_first_statement_takes_the_begin_along_on_a_lease(string text)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        var link = await rig.Run(handle, text, s_inTransaction);
        var terms = link.Taken.Single(request => request.Text == text).Terms;
        Assert.That((terms.Before, terms.Begin, terms.OnLease), Is.EqualTo(("SET TRANSACTION " + Level, Begin, true)));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));

        // It goes once.
        Assert.That(await rig.Run(handle, "SELECT 7", s_inTransaction), Is.SameAs(link));
        Assert.That((link.Taken[^1].Terms.Before, link.Taken[^1].Terms.Begin), Is.EqualTo(((string?)null, (string?)null)));
        await rig.Run(handle, "COMMIT");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        rig.AssertQuiet();
    }

    [TestCase("10.11.1-MariaDB", true)]
    [TestCase("8.4.0", false)]
    public async Task The_warnings_behind_it_are_those_that_the_server_would_show(string version, bool keepsFormer)
    {
        using var rig = new Rig();
        rig.Transport.Facts = rig.Transport.Facts with { ServerVersion = ServerVersion.Parse(version) };
        var handle = await rig.Open();
        var link = await rig.Run(handle, "CREATE TEMPORARY TABLE x (id INT)");
        await rig.Run(handle, "INSERT INTO x VALUES ('abc')", FakeReply.Error(1366, "22007", "Incorrect integer value"));
        Assert.That(handle.TryBeginLater(Level, Begin), Is.True);
        if (keepsFormer)
        {
            Assert.That(await rig.Run(handle, "SHOW WARNINGS", FakeReply.Rows(["Level", "Code", "Message"], ["Error", 1366, "Incorrect integer value"])), Is.SameAs(link));
            Assert.That(link.Taken[^1].Terms.Begin, Is.EqualTo(Begin));
            return;
        }

        using var reply = await Rig.Within(Rig.Start(handle, "SHOW WARNINGS"));
        Assert.That((reply.NextResult(), reply.ReadRow()), Is.EqualTo((ReplyItem.Rows, false)));
    }

    [Test]
    public async Task It_says_with_it_what_was_said_of_the_next_transaction()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        (await Rig.Within(Rig.Start(handle, "SET TRANSACTION READ ONLY"))).Dispose();
        handle.TryBeginLater(Level, Begin);
        var link = await rig.Run(handle, "SELECT 1", s_inTransaction);
        Assert.That(link.Taken[^1].Terms.Before, Is.EqualTo($"SET TRANSACTION {Level}, READ ONLY"));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
    }

    [Test]
    public async Task What_was_said_of_the_next_transaction_is_used_up_by_one_without_statements()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        (await Rig.Within(Rig.Start(handle, "SET TRANSACTION READ ONLY"))).Dispose();
        handle.TryBeginLater(Level, Begin);
        handle.TryForgetBegin();
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That((link.Taken[^1].Terms.Before, link.Taken[^1].Terms.OnLease), Is.EqualTo(((string?)null, false)));
    }

    [Test]
    public async Task A_first_statement_that_fails_leaves_the_transaction_open()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        rig.Transport.Links[0].Status = ServerStatus.InTransaction | ServerStatus.AutoCommit;
        var failing = Rig.Start(handle, "SELECT * FROM nowhere");
        var link = await rig.Waiting("SELECT * FROM nowhere");
        link.Status = ServerStatus.InTransaction | ServerStatus.AutoCommit;
        link.CompleteNext(FakeReply.Error(1146, "42S02", "no table"));
        (await Rig.Within(failing)).Dispose();
        Assert.That((handle.PinReasons, link.Taken[^1].Kind), Is.EqualTo((PinReasons.Transaction, FakeRequestKind.Ping)));
    }

    [Test]
    public async Task A_begin_that_is_refused_goes_again_with_the_next_statement_and_the_session_is_reset()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        var first = Rig.Start(handle, "INSERT INTO t VALUES (1)");
        var link = await rig.Waiting("INSERT INTO t VALUES (1)");
        link.CompleteNext(FakeReply.Fail(new LinkException(LinkFailureKind.SettingsRefused, Delivery.NotSent, "refused", new ErrPacket(1836, "HY000", "read only"))));
        Assert.That((await Rig.Failure<LinkException>(first)).ServerError?.Code, Is.EqualTo(1836));
        Assert.That((handle.PinReasons, handle.ServerThread, handle.LostBecause, link.Recyclings), Is.EqualTo((PinReasons.Transaction, (uint?)null, (string?)null, 1)));
        var second = await rig.Run(handle, "INSERT INTO t VALUES (2)", s_inTransaction);
        Assert.That(second.Taken[^1].Terms.Begin, Is.EqualTo(Begin));
        Assert.That(handle.ServerThread, Is.Not.Null);
    }

    [Test]
    public async Task A_first_statement_that_was_not_sent_is_placed_again_with_its_begin()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        rig.Transport.AutoOpen = false;
        var first = Rig.Start(handle, "INSERT INTO t VALUES (1)");
        await rig.Until(() => rig.Transport.PendingOpens == 1);
        rig.Transport.AutoOpen = true;
        rig.Transport.OpenNext();
        var link = await rig.Waiting("INSERT INTO t VALUES (1)", first);
        link.Pending[0].IsSent = false;
        link.Break();
        FakeLink? other = null;
        await rig.Until(() => (other = rig.Transport.Links.LastOrDefault(each => each != link && each.Pending.Any(request => request.Text.StartsWith("INSERT", StringComparison.Ordinal)))) is not null);
        Assert.That(other!.Pending[0].Terms.Begin, Is.EqualTo(Begin));
        other.CompleteNext(s_inTransaction);
        (await Rig.Within(first)).Dispose();
        Assert.That((handle.PinReasons, handle.LostBecause), Is.EqualTo((PinReasons.Transaction, (string?)null)));
    }

    [Test]
    public async Task A_link_that_is_lost_under_the_first_statement_loses_the_session_so_that_nothing_runs_outside_the_transaction()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        var first = Rig.Start(handle, "INSERT INTO t VALUES (1)");
        (await rig.Waiting("INSERT INTO t VALUES (1)")).Break();
        Assert.That((await Rig.Failure<LinkException>(first)).Delivery, Is.EqualTo(Delivery.Sent));
        Assert.That(handle.LostBecause, Is.Not.Null);
        await Rig.Failure<LinkException>(Rig.Start(handle, "INSERT INTO t VALUES (2)"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Behind_a_first_statement_without_answer_nothing_runs_until_the_transaction_is_proven(bool isBegun)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        var first = Rig.Start(handle, "INSERT INTO t VALUES (1)", rig.In(2));
        var link = await rig.Waiting("INSERT INTO t VALUES (1)");
        link.AnswersPings = false;
        rig.Pass(2);
        await Rig.Failure<StatementAbandonedException>(first);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
        var second = Rig.Start(handle, "INSERT INTO t VALUES (2)");
        await rig.Until(() => link.Depth == 2);
        link.CompleteNext(isBegun ? s_inTransaction : FakeReply.Ok());
        Assert.That(link.Statements, Has.Count.EqualTo(1), "only the sign of life is sent");
        link.CompleteNext(isBegun ? s_inTransaction : FakeReply.Ok());
        if (isBegun)
        {
            await rig.Waiting("INSERT INTO t VALUES (2)", second);
            link.CompleteNext(s_inTransaction);
            (await Rig.Within(second)).Dispose();
            Assert.That((handle.PinReasons, link.Taken[^1].Terms.Begin), Is.EqualTo((PinReasons.Transaction, (string?)null)));
        }
        else
        {
            await Rig.Failure<LinkException>(second);
            Assert.That((handle.LostBecause, link.Statements.Count), Is.EqualTo((handle.LostBecause ?? "?", 1)));
        }
    }

    [Test]
    public async Task A_rollback_needs_no_proof()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        using var source = new CancellationTokenSource();
        var first = Rig.Start(handle, "INSERT INTO t VALUES (1)", default, source.Token);
        var link = await rig.Waiting("INSERT INTO t VALUES (1)");
        source.Cancel();
        await Rig.Failure<OperationCanceledException>(first);
        var rollback = Rig.Start(handle, "ROLLBACK");
        await rig.Waiting("ROLLBACK");
        link.CompleteNext(s_inTransaction);
        link.CompleteNext(FakeReply.Ok());
        (await Rig.Within(rollback)).Dispose();
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, 1)));
        rig.AssertQuiet();
    }

    [TestCase("SET autocommit = 0", ServerStatus.None)]
    [TestCase("START TRANSACTION", ServerStatus.InTransaction | ServerStatus.AutoCommit)]
    [TestCase("LOCK TABLES t WRITE", ServerStatus.AutoCommit)]
    [TestCase("SET completion_type = 1", ServerStatus.AutoCommit)]
    public async Task What_a_begin_would_end_or_heed_has_it_sent_at_once(string text, ServerStatus status)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, text, FakeReply.Ok(status: status));
        Assert.That(handle.TryBeginLater(Level, Begin), Is.False);
    }

    [Test]
    public async Task A_pinned_handle_begins_on_the_link_that_it_has()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await Rig.Within(handle.PinAsync("a report", default, default).AsTask());
        Assert.That(handle.TryBeginLater(Level, Begin), Is.True);
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction | PinReasons.Requested));
        var link = await rig.Run(handle, "SELECT 1", s_inTransaction);
        Assert.That(link.Taken[^1].Terms.Begin, Is.EqualTo(Begin));
        await rig.Run(handle, "ROLLBACK");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Requested));
    }

    [Test]
    public async Task What_is_answered_without_the_server_leaves_the_begin_where_it_is()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        (await Rig.Within(Rig.Start(handle, "SELECT ROW_COUNT()"))).Dispose();
        Assert.That((handle.TryForgetBegin(), rig.Transport.Statements.Count), Is.EqualTo((true, 0)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_that_is_closed_has_begun_nothing()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.TryBeginLater(Level, Begin);
        handle.Close();
        await Rig.Within(Rig.StartOpen(handle));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        var link = await rig.Run(handle, "SELECT 1");
        Assert.That((link.Taken[^1].Terms.Begin, link.Recyclings), Is.EqualTo(((string?)null, 0)));
    }

    [Test]
    public async Task A_sign_of_life_comes_from_the_lease_or_from_any_shared_link()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var before = rig.Pings;
        await Rig.Within(handle.PingAsync(default, default).AsTask());
        Assert.That(rig.Pings, Is.EqualTo(before + 1));
        rig.Transport.Links[0].Break();
        await Rig.Within(handle.PingAsync(default, default).AsTask());
        await Rig.Within(handle.PinAsync("a report", default, default).AsTask());
        rig.Transport.Links.Last(link => link.Facts.ServerThread == handle.ServerThread).AnswersPings = false;
        var ping = handle.PingAsync(default, default).AsTask();
        foreach (var link in rig.Transport.Links.Where(static link => link.Depth > 0))
            link.Break();
        await Rig.Failure<LinkException>(ping);
        Assert.That(handle.LostBecause, Is.Not.Null);
    }

    [Test]
    public async Task Clearing_closes_what_nobody_uses_and_the_rest_when_it_is_given_back()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var pinned = await rig.Open();
        await Rig.Within(pinned.PinAsync("a report", default, default).AsTask());
        var leased = await rig.Run(pinned, "SELECT 1");
        var shared = rig.Transport.Links.Single(link => link.IsShared);
        var under = Rig.Start(handle, "SELECT 2");
        rig.Multiplexer.Clear();
        Assert.That((shared.State, leased.State), Is.EqualTo((LinkState.Closing, LinkState.Open)));
        shared.CompleteNext(FakeReply.Ok());
        (await Rig.Within(under)).Dispose();
        Assert.That(shared.State, Is.EqualTo(LinkState.Closed));
        Assert.That(await rig.Run(handle, "SELECT 3"), Is.Not.SameAs(shared));
        Assert.That(await rig.Run(pinned, "SELECT 4"), Is.SameAs(leased));
        pinned.Unpin();
        Assert.That(leased.State, Is.EqualTo(LinkState.Closed));
        rig.AssertQuiet();
    }
}
