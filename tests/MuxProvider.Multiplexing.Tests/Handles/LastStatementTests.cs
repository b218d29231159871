using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What a session remembers of its last statement, on links that others use in between.</summary>
[TestFixture]
public sealed class LastStatementTests
{
    private const ServerStatus InTransaction = ServerStatus.InTransaction | ServerStatus.AutoCommit;

    [Test]
    public async Task An_INSERT_that_floats_brings_the_handles_own_id_and_asks_for_the_new_one()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "INSERT INTO t (a) VALUES (1)", FakeReply.Ok(1, 7) with { GeneratedId = 7 });
        Assert.That((link.Taken[^1].Terms.GeneratedId, link.Taken[^1].Terms.Probes), Is.EqualTo(((ulong?)0, Probes.GeneratedId)));
        link = await rig.Run(handle, "SELECT LAST_INSERT_ID()");
        Assert.That((link.Taken[^1].Terms.GeneratedId, link.Taken[^1].Terms.OnLease), Is.EqualTo(((ulong?)7, false)));
        Assert.That(link.Taken[^1].Terms.Probes, Is.EqualTo(Probes.None));
    }

    [Test]
    public async Task One_text_that_reads_its_own_id_brings_the_former_one()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "INSERT INTO t (a) VALUES (1)", FakeReply.Ok(1, 7) with { GeneratedId = 7 });
        const string text = "INSERT INTO t (id) VALUES (5); SELECT LAST_INSERT_ID()";
        var link = await rig.Run(handle, text, FakeReply.Several(FakeReply.Ok(1, 5), FakeReply.Scalar(7)) with { GeneratedId = 7 });
        Assert.That(link.Taken.Single(request => request.Text == text).Terms.GeneratedId, Is.EqualTo(7));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Once_enough_handles_never_asked_an_INSERT_carries_nothing()
    {
        using var rig = new Rig();
        for (var i = 0; i < GeneratedIdPolicy.HandlesToLearnFrom; i++)
        {
            var silent = await rig.Open();
            await rig.Run(silent, "INSERT INTO t (a) VALUES (1)", FakeReply.Ok(1, 7) with { GeneratedId = 7 });
            silent.Close();
        }

        var handle = await rig.Open();
        var link = await rig.Run(handle, "INSERT INTO t (a) VALUES (1)", FakeReply.Ok(1, 7));
        Assert.That((link.Taken[^1].Terms.GeneratedId, link.Taken[^1].Terms.Probes), Is.EqualTo(((ulong?)null, Probes.None)));

        // The first who asks after all hears that it was not kept, and from then on it is.
        var refused = await Rig.Failure<StatementRejectedException>(Rig.Start(handle, "SELECT LAST_INSERT_ID()"));
        Assert.That(refused.Message, Does.Contain("LastInsertedId"));
        link = await rig.Run(handle, "INSERT INTO t (a) VALUES (1)", FakeReply.Ok(1, 8) with { GeneratedId = 8 });
        Assert.That(link.Taken[^1].Terms.Probes, Is.EqualTo(Probes.GeneratedId));
        link = await rig.Run(handle, "SELECT LAST_INSERT_ID()");
        Assert.That(link.Taken[^1].Terms.GeneratedId, Is.EqualTo(8));
    }

    [Test]
    public async Task In_a_transaction_the_register_of_the_lease_is_used_and_asked_for_at_its_end()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "BEGIN", FakeReply.Ok(status: InTransaction));
        await rig.Run(handle, "INSERT INTO t (a) VALUES (1)", FakeReply.Ok(1, 7, InTransaction));
        Assert.That((link.Taken[^1].Terms.GeneratedId, link.Taken[^1].Terms.Probes), Is.EqualTo(((ulong?)0, Probes.None)));
        await rig.Run(handle, "SELECT LAST_INSERT_ID()", FakeReply.Scalar(7).With(result => result with { Status = InTransaction }));
        Assert.That(link.Taken[^1].Terms.GeneratedId, Is.Null);
        await rig.Run(handle, "COMMIT", FakeReply.Ok() with { GeneratedId = 7 });
        Assert.That(link.Taken[^1].Terms.Probes, Is.EqualTo(Probes.GeneratedId));
        var shared = await rig.Run(handle, "SELECT LAST_INSERT_ID()");
        Assert.That(shared.Taken[^1].Terms.GeneratedId, Is.EqualTo(7));
    }

    [Test]
    public async Task A_lease_that_ends_unexpectedly_is_asked_before_it_is_given_back()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "SET autocommit = 0", FakeReply.Ok(status: ServerStatus.InTransaction));
        await rig.Run(handle, "INSERT INTO t (a) VALUES (1)", FakeReply.Ok(1, 7, ServerStatus.InTransaction));
        var task = Rig.Start(handle, "SET autocommit = 1");
        var link = await rig.Waiting("SET autocommit = 1", task);
        link.CompleteNext(FakeReply.Ok());
        await rig.Waiting("SELECT LAST_INSERT_ID()", task);
        link.CompleteNext(FakeReply.Scalar(7));
        (await Rig.Within(task)).Dispose();
        var shared = await rig.Run(handle, "SELECT LAST_INSERT_ID()");
        Assert.That(shared.Taken[^1].Terms.GeneratedId, Is.EqualTo(7));
        rig.AssertQuiet();
    }

    [TestCase("UPDATE t SET a = 1", 3L)]
    [TestCase("DELETE FROM t", 0L)]
    public async Task ROW_COUNT_is_answered_from_memory(string text, long rows)
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, text, FakeReply.Ok((ulong)rows));
        Assert.That(await Cell(handle, "SELECT ROW_COUNT()"), Is.EqualTo($"{rows}"));
        Assert.That(await Cell(handle, "SELECT ROW_COUNT()"), Is.EqualTo("-1"), "the question itself was a query");
    }

    [Test]
    public async Task ROW_COUNT_behind_rows_and_errors_is_minus_one()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "SELECT 1", FakeReply.Scalar(1));
        Assert.That(await Cell(handle, "SELECT ROW_COUNT() AS n"), Is.EqualTo("-1"));
        await rig.Run(handle, "UPDATE t SET a = 1", FakeReply.Error(1146, "42S02", "no such table"));
        Assert.That(await Cell(handle, "SELECT ROW_COUNT()"), Is.EqualTo("-1"));
    }

    [Test]
    public async Task Behind_a_question_of_our_own_the_leased_session_is_not_asked()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "BEGIN", FakeReply.Ok(status: InTransaction));
        link.Status = InTransaction;
        await rig.Run(handle, "UPDATE t SET a = 1", FakeReply.Error(1062, "23000", "Duplicate entry"));
        Assert.That(link.Taken[^1].Kind, Is.EqualTo(FakeRequestKind.Ping));
        Assert.That(await Cell(handle, "SELECT ROW_COUNT()"), Is.EqualTo("-1"), "the ping made it 0 on the server");
    }

    [Test]
    public async Task SQL_CALC_FOUND_ROWS_keeps_the_link_for_the_question_and_no_longer()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "SELECT SQL_CALC_FOUND_ROWS id FROM t LIMIT 1", FakeReply.Scalar(1));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.FoundRows));
        Assert.That(await rig.Run(handle, "SELECT FOUND_ROWS()", FakeReply.Scalar(9)), Is.SameAs(link));
        await rig.Run(handle, "SELECT 2", FakeReply.Scalar(2));
        Assert.That((handle.PinReasons, link.Recyclings), Is.EqualTo((PinReasons.None, 0)));
        rig.AssertQuiet();
    }

    [Test]
    public async Task Warnings_are_fetched_for_who_listens_and_answered_from_memory()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        handle.ListensForWarnings = true;
        ServerWarning[] warnings = [new("Warning", 1265, "Data truncated"), new("Error", 1048, "Column cannot be null")];
        var link = await rig.Run(handle, "UPDATE t SET a = 1", FakeReply.Ok(warnings: 2) with { WarningList = warnings });
        Assert.That(link.Taken[^1].Terms.Probes, Is.EqualTo(Probes.Warnings));
        using (var shown = await Rig.Within(Rig.Start(handle, "SHOW WARNINGS")))
        {
            Assert.That(shown.NextResult(), Is.EqualTo(ReplyItem.Rows));
            Assert.That(shown.ReadRow() && shown.ReadRow(), Is.True);
            Assert.That(shown.GetCell(2).SequenceEqual("Column cannot be null"u8), Is.True);
        }

        Assert.That(await Cell(handle, "SELECT @@error_count"), Is.EqualTo("1"));
        Assert.That(await Cell(handle, "SHOW COUNT(*) WARNINGS"), Is.EqualTo("2"));
    }

    [Test]
    public async Task Who_asks_for_warnings_unheard_is_told_so_and_heard_from_then_on()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "UPDATE t SET a = 1", FakeReply.Ok(warnings: 1));
        await Rig.Failure<StatementRejectedException>(Rig.Start(handle, "SHOW WARNINGS"));
        await rig.Run(handle, "UPDATE t SET a = 2", FakeReply.Ok(warnings: 1) with { WarningList = [new ServerWarning("Note", 1, "x")] });
        Assert.That(link.Taken[^1].Terms.Probes, Is.EqualTo(Probes.Warnings));
        (await Rig.Within(Rig.Start(handle, "SHOW WARNINGS"))).Dispose();
    }

    [Test]
    public async Task Where_there_were_no_warnings_none_are_shown()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        await rig.Run(handle, "UPDATE t SET a = 1");
        using var shown = await Rig.Within(Rig.Start(handle, "SHOW WARNINGS"));
        Assert.That((shown.NextResult(), shown.Columns.Count, shown.ReadRow()), Is.EqualTo((ReplyItem.Rows, 3, false)));
    }

    private static async Task<string> Cell(Handle handle, string text)
    {
        using var reply = await Rig.Within(Rig.Start(handle, text));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(reply.ReadRow(), Is.True);
        return System.Text.Encoding.UTF8.GetString(reply.GetCell(0));
    }
}
