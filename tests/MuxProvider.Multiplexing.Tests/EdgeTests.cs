using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What went wrong once: closing, abandoning and losing things at the worst moment.</summary>
[TestFixture]
public sealed class EdgeTests
{
    private static readonly FakeReply s_inTransaction = FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit);

    [Test]
    public async Task A_link_whose_answer_nobody_has_judged_is_not_given_back_as_clean()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        FakeLink? link = null;
        Blocking.Run(true, async _ =>
        {
            var start = Rig.Start(handle, "START TRANSACTION");
            link = rig.Transport.Links[1];
            link.CompleteNext(s_inTransaction);
            handle.Close();
            (await start).Dispose();
        });
        Assert.That(link!.State == LinkState.Closed || link.Recyclings == 1, Is.True, "the transaction is still open on it: " + rig.Multiplexer);
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_link_granted_to_a_handle_that_is_closed_at_that_moment_is_not_lost()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 2, MaxSharedLinks = 1 });
        var holder = await rig.Open();
        var link = await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var handle = await rig.Open();
        Blocking.Run(true, async _ =>
        {
            var waiting = Rig.Start(handle, "SET @a = 1");
            holder.Close();
            handle.Close();
            foreach (var each in rig.Transport.Links)
                each.Handler = _ => FakeReply.Ok();
            try
            {
                (await waiting).Dispose();
            }
            catch (OperationCanceledException)
            {
                // Well.
            }
        });
        Assert.That(rig.Transport.Statements, Has.None.EqualTo("SET @a = 1"), "nothing is sent for a handle that is closed");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_surprise_of_a_handle_that_is_closed_at_that_moment_leaves_no_lease()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        Blocking.Run(true, async _ =>
        {
            var guilty = Rig.Start(handle, "SELECT 1");
            rig.Transport.Links[0].CompleteNext(FakeReply.Ok(track: SessionTrack.Empty.StateChange()));
            handle.Close();
            try
            {
                (await guilty).Dispose();
            }
            catch (OperationCanceledException)
            {
                // Well.
            }
        });
        rig.AssertQuiet();
    }

    [Test]
    public async Task A_handle_that_was_closed_under_its_statement_opens_again_without_pins()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var statement = Rig.Start(handle, "SET @a = 1");
        await rig.Waiting("SET @a = 1");
        handle.Close();
        await Rig.Failure<OperationCanceledException>(statement);
        await Rig.Within(Rig.StartOpen(handle));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_schema_given_to_a_lease_without_one_does_not_reach_other_handles(bool isEnabled)
    {
        using var rig = new Rig(new MultiplexingOptions { IsEnabled = isEnabled });
        var handle = await rig.Open(schema: null);
        if (isEnabled)
            await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        await Rig.Within(handle.ChangeSchemaAsync("other", default, default).AsTask());
        if (isEnabled)
            await rig.Run(handle, "COMMIT");
        Assert.That(handle.Schema, Is.EqualTo("other"));
        await rig.Run(handle, "SELECT 1");
        handle.Close();
        var neighbour = await rig.Open(schema: null);
        await rig.Run(neighbour, "SELECT 2");
        await rig.Run(neighbour, "OPTIMIZE TABLE t");
        foreach (var request in rig.Transport.Links.SelectMany(link => link.Taken).Where(request => request.Terms is { Settings.Schema: null }))
            Assert.That(request.BringsSettings, Is.False, $"a link cannot be brought back to no schema: '{request}'");
    }

    [Test]
    public async Task The_deadline_of_a_schema_change_on_a_lease_is_kept()
    {
        using var rig = new Rig();
        var handle = await rig.Open(schema: null);
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        rig.Pass(1);
        link.AnswersPings = false;
        var change = handle.ChangeSchemaAsync("other", rig.In(2), default).AsTask();
        rig.Pass(2);
        await Rig.Within(Task.WhenAny(change));
    }

    [Test]
    public async Task Deadlines_are_kept_after_disposal()
    {
        using var rig = new Rig();
        var statement = Rig.Start(await rig.Open(), "SELECT 1", rig.In(2));
        rig.Multiplexer.Dispose();
        rig.Pass(2);
        await Rig.Within(Task.WhenAny(statement));
    }

    [Test]
    public async Task Parked_links_idle_away_while_others_are_busy()
    {
        using var rig = new Rig(new MultiplexingOptions { IdleTimeout = TimeSpan.FromSeconds(60) });
        var handle = await rig.Open();
        var parked = await rig.Run(handle, "OPTIMIZE TABLE t");
        var statement = Rig.Start(handle, "SELECT 1");
        rig.Pass(300);
        rig.Transport.Links[0].CompleteNext(FakeReply.Ok());
        Assert.That(parked.State, Is.EqualTo(LinkState.Closed));
        (await Rig.Within(statement)).Dispose();
    }

    [Test]
    public async Task Growth_that_failed_is_tried_again_later()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.FailNext();
        rig.Transport.Links[0].EstimatedWait = TimeSpan.FromMilliseconds(10);
        await rig.Run(handle, "SELECT 1");
        rig.Pass(60);
        await rig.Run(handle, "SELECT 2");
        Assert.That(rig.Transport.OpenAttempts, Is.EqualTo(3));
    }

    [Test]
    public async Task A_value_is_written_for_the_sql_mode_of_the_leased_link()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.Facts = rig.Transport.Facts with { SqlMode = "NO_BACKSLASH_ESCAPES" };
        rig.Transport.Handler = _ => FakeReply.Ok();
        var parsed = handle.Parse("CALL p(@value)");
        var statement = new Statement(parsed.Text);
        statement.Reset(parsed.Text);
        statement.Bind("\\' OR 1=1 -- ");
        (await handle.ExecuteAsync(statement, parsed, default, default)).Dispose();
        var onLease = rig.Transport.Statements[^1];
        Assert.That(onLease, Is.EqualTo("CALL p('\\'' OR 1=1 -- ')"));
    }

    [Test]
    public async Task The_try_of_a_schema_is_repeated_when_its_link_dies_under_it()
    {
        using var rig = new Rig();
        await rig.Open();
        rig.Transport.Links[0].AnswersPings = false;
        var open = Rig.StartOpen(rig.New("other"));
        rig.Transport.Links[0].Break();
        await Rig.Within(open);
    }

    [Test]
    public async Task The_try_of_a_schema_is_repeated_when_a_neighbour_surprised_it()
    {
        using var rig = new Rig();
        var neighbour = await rig.Open();
        var link = rig.Transport.Links[0];
        var guilty = Rig.Start(neighbour, "SELECT 1");
        var open = Rig.StartOpen(rig.New("other"));
        link.CompleteNext(FakeReply.Ok(track: SessionTrack.Empty.StateChange()));
        (await Rig.Within(guilty)).Dispose();
        await Rig.Within(open);
    }

    [Test]
    public async Task Evidence_that_nobody_saw_makes_the_session_dirty()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var link = await rig.Run(handle, "START TRANSACTION", s_inTransaction);
        var abandoned = Rig.Start(handle, "SELECT 1");
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(abandoned);
        link.CompleteNext(FakeReply.Ok(status: ServerStatus.InTransaction | ServerStatus.AutoCommit, track: SessionTrack.Empty.StateChange()));
        await rig.Run(handle, "COMMIT");
        Assert.That(link.Recyclings == 1 || link.State == LinkState.Closed, Is.True);
    }

    [Test]
    public async Task Floats_are_not_starved_by_leases_on_the_only_link()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 1, MaxSharedLinks = 1 });
        var handles = new[] { await rig.Open(), await rig.Open(), await rig.Open() };
        var link = rig.Transport.Links[0];
        var leases = new[] { Rig.Start(handles[0], "OPTIMIZE TABLE t0"), Rig.Start(handles[1], "OPTIMIZE TABLE t1") };
        var waiting = Rig.Start(handles[2], "SELECT 1");
        for (var i = 0; i < 20 && !waiting.IsCompleted; i++)
        {
            await rig.Until(() => link.Depth > 0);
            var isFloat = link.Pending[0].Text == "SELECT 1";
            link.CompleteNext(FakeReply.Ok());
            if (isFloat)
            {
                await Rig.Within(waiting);
                break;
            }

            (await Rig.Within(leases[i % 2])).Dispose();
            leases[i % 2] = Rig.Start(handles[i % 2], $"OPTIMIZE TABLE t{i % 2}");
        }

        Assert.That(waiting.IsCompleted, Is.True, "20 leases came later and went first");
    }

    [Test]
    public async Task Links_that_accept_and_die_at_once_do_not_make_a_statement_run_round_for_ever()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        rig.Transport.Prepare = link =>
        {
            link.Sends = false;
            link.Handler = _ =>
            {
                link.Break();
                return null;
            };
        };
        rig.Transport.Links[0].Break();
        var statement = Task.Run(() => Rig.Start(handle, "SELECT 1"));
        try
        {
            await Rig.Within(Task.WhenAny(statement));
        }
        finally
        {
            rig.Multiplexer.Dispose();
        }
    }

    [Test]
    public async Task A_handle_without_schema_whose_USE_was_abandoned_has_lost_its_session()
    {
        using var rig = new Rig();
        var handle = await rig.Open(schema: null);
        var use = Rig.Start(handle, "USE other; SELECT 1");
        var link = await rig.Waiting("USE other; SELECT 1");
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(use);
        Assert.That(handle.LostBecause, Is.Not.Null, "the next statement would ask the link for no schema, which throws inside Pipeline.Fill");
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
    }

    [Test]
    public async Task A_handle_with_schema_whose_USE_was_abandoned_has_lost_its_session()
    {
        using var rig = new Rig();
        var handle = await rig.Open();
        var use = Rig.Start(handle, "USE other; SELECT 1");
        var link = await rig.Waiting("USE other; SELECT 1");
        handle.Cancel();
        await Rig.Failure<OperationCanceledException>(use);
        Assert.That(handle.LostBecause, Is.Not.Null, "the next statement would run in 'other', but the handle says " + handle.Schema);
        Assert.That(link.State, Is.EqualTo(LinkState.Closed));
    }

    [Test]
    public async Task Floats_get_a_link_again_however_many_wait_for_a_lease()
    {
        using var rig = new Rig(new MultiplexingOptions { MaxLinks = 2, MaxSharedLinks = 1 });
        var holder = await rig.Open();
        await rig.Run(holder, "START TRANSACTION", s_inTransaction);
        var handle = await rig.Open();
        var leases = new[] { Rig.Start(await rig.Open(), "OPTIMIZE TABLE t0"), Rig.Start(await rig.Open(), "OPTIMIZE TABLE t1") };
        rig.Transport.AutoOpen = false;
        rig.Transport.Links[0].Break();
        var waiting = Rig.Start(handle, "SELECT 1");
        rig.Transport.OpenNext();
        await rig.Until(() => rig.Transport.Links[2].Depth > 0);
        Assert.That(rig.Transport.Links[2].Pending[0].Text, Is.EqualTo("SELECT 1"));
        rig.Transport.Links[2].CompleteNext(FakeReply.Ok());
        (await Rig.Within(waiting)).Dispose();
        await rig.Run(holder, "COMMIT");
        for (var i = 0; i < 2; i++)
        {
            (await rig.Waiting($"OPTIMIZE TABLE t{i}")).CompleteNext(FakeReply.Ok());
            (await Rig.Within(leases[i])).Dispose();
        }

        rig.AssertQuiet();
    }
}
