using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What is true of every link, whatever carries it. Each transport has a fixture that says how to open and to steer one.</summary>
public abstract class LinkContract
{
    /// <summary>A link and what stands at its other end.</summary>
    private protected interface IStage : IAsyncDisposable
    {
        ILink Link { get; }

        LinkWatcher Watcher { get; }

        /// <summary>Says what a statement is answered.</summary>
        void Answer(string text, FakeReply reply);

        /// <summary>Answers nothing from now on.</summary>
        void Hold();

        /// <summary>Answers what was held, and what comes.</summary>
        void Release();

        /// <summary>Waits until so many statements are in flight.</summary>
        Task WaitUntilSentAsync(int statements);

        /// <summary>Loses the connection.</summary>
        void Break();
    }

    /// <summary>How far what waits behind another statement has got.</summary>
    private protected virtual Delivery WhileWaiting => Delivery.Sent;

    /// <summary>Whether answers tell how many warnings there are, and the status flags.</summary>
    private protected virtual bool SeesPackets => true;

    private protected abstract Task<IStage> OpenAsync(bool shared = true);

    [Test]
    public async Task Each_statement_gets_its_own_answer()
    {
        await using var stage = await OpenAsync();
        for (var i = 0; i < 20; i++)
            stage.Answer($"q{i}", i % 5 == 4 ? FakeReply.Error(1064, "42000", "no") : FakeReply.Scalar($"a{i}"));
        stage.Hold();
        var replies = Enumerable.Range(0, 20).Select(i => stage.Link.Ask($"q{i}")).ToList();
        Assert.That(stage.Link.Depth, Is.EqualTo(20));
        stage.Release();
        for (var i = 0; i < 20; i++)
        {
            Assert.That(await replies[i].Text(), Is.EqualTo(i % 5 == 4 ? "error 1064" : $"a{i}"));
            Assert.That(replies[i].Delivery, Is.EqualTo(Delivery.Answered));
            replies[i].Dispose();
        }

        Assert.That(stage.Link.Depth, Is.Zero);
    }

    [Test]
    public async Task An_error_behind_rows_ends_them()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Rows(["a"], ["x"]).ThenError(1317, "70100", "interrupted"));
        using var reply = await stage.Link.Ask("q").Over();
        Assert.That((reply.Failure, reply.NextResult(), reply.ReadRow(), reply.Error), Is.EqualTo(((LinkException?)null, ReplyItem.Rows, true, (ErrPacket?)null)));
        Assert.That((reply.ReadRow(), reply.Error?.Code, reply.NextResult()), Is.EqualTo((false, (ushort?)1317, ReplyItem.End)));
        Assert.That(reply.Evidence.ErrorCode, Is.EqualTo(1317));
    }

    [Test]
    public async Task A_link_begins_unshared_and_takes_its_lease_s_requests_only()
    {
        await using var stage = await OpenAsync(shared: false);
        stage.Answer("q", FakeReply.Scalar("a"));
        Assert.That((await stage.Link.AskTextAsync("q"), await stage.Link.AskTextAsync("q", onLease: true)), Is.EqualTo(("failed: Closed, NotSent", "a")));
        stage.Link.Share();
        Assert.That(await stage.Link.AskTextAsync("q"), Is.EqualTo("a"));
        stage.Hold();
        using var taken = stage.Link.Ask("q");
        stage.Link.Unshare();
        Assert.That(await stage.Link.AskTextAsync("q"), Is.EqualTo("failed: Closed, NotSent"));
        stage.Release();
        Assert.That(await taken.Text(), Is.EqualTo("a"));
    }

    [Test]
    public async Task Settings_are_those_that_the_last_request_leaves()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        Assert.That(stage.Link.Settings, Is.EqualTo(Settings.None));
        await stage.Link.AskTextAsync("q", "test");
        await stage.Link.AskTextAsync("q");
        Assert.That(stage.Link.Settings, Is.EqualTo(new Settings("test")));
    }

    [Test]
    public async Task Variables_and_schema_are_brought_where_they_differ_and_only_there()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        var berlin = new Settings("test", SessionVariables.None.With("time_zone", "'+01:00'"));
        foreach (var (settings, hadPrefix) in new[] { (berlin, true), (berlin, false), (new Settings("test"), true), (berlin, true), (berlin with { Schema = "other" }, true) })
        {
            using var reply = await stage.Link.Ask("q", Asking.Terms() with { Settings = settings, GeneratedId = 1 }).Over();
            Assert.That((reply.Read(), reply.HadPrefix), Is.EqualTo(("a", hadPrefix)), $"{settings}");
            Assert.That(stage.Link.Settings, Is.EqualTo(settings));
        }
    }

    [Test]
    public async Task A_statement_whose_schema_is_unknown_does_not_run_and_leaves_what_is_known()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        await stage.Link.AskTextAsync("q", "test");
        Assert.That(await stage.Link.AskTextAsync("q", "nowhere"), Is.EqualTo("failed: SettingsRefused, NotSent"));
        Assert.That(stage.Link.Settings, Is.EqualTo(new Settings("test")));
    }

    [Test]
    public async Task No_schema_can_only_be_had_where_there_is_none()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        var wanted = new Settings(null, SessionVariables.None.With("time_zone", "'+01:00'"));
        var terms = Asking.Terms() with { Settings = wanted };
        using var good = stage.Link.Ask("q", terms);
        Assert.That((await good.Text(), stage.Link.Settings), Is.EqualTo(("a", wanted)));
        await stage.Link.AskTextAsync("q", "test");
        using var bad = stage.Link.Ask("q", terms);
        Assert.That(await bad.Text(), Is.EqualTo("failed: SettingsRefused, NotSent"));
    }

    [TestCase(true, false, "here")]
    [TestCase(true, true, "there")]
    [TestCase(false, false, "unknown")]
    [TestCase(false, true, "there")]
    public async Task Settings_that_a_statement_leaves_are_there_where_it_succeeds(bool isSingle, bool succeeds, string expected)
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Answer("set", succeeds ? FakeReply.Ok() : FakeReply.Error(1231, "42000", "no"));
        var here = new Settings("test", SessionVariables.None.With("time_zone", "'+01:00'"));
        var there = new Settings("test", SessionVariables.None.With("sql_mode", "''"));
        using var reply = await stage.Link.Ask("set", Asking.Terms() with { Settings = here, Leaves = there, IsSingleStatement = isSingle }).Over();
        Assert.That(stage.Link.Settings, Is.EqualTo(expected switch { "here" => here, "there" => there, _ => null }));
        using var after = await stage.Link.Ask("q", Asking.Terms() with { Settings = here }).Over();
        Assert.That((after.Read(), after.HadPrefix, stage.Link.Settings), Is.EqualTo(("a", expected != "here", here)));
    }

    [Test]
    public async Task What_is_asked_behind_a_statement_comes_with_its_answer()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        using var reply = stage.Link.Ask("q", Asking.Terms() with { GeneratedId = 7, Probes = Probes.GeneratedId | Probes.Warnings | Probes.Status });
        Assert.That(await reply.Text(), Is.EqualTo("a"));
        Assert.That((reply.GeneratedId, reply.WarningList?.Count, reply.StatusAfter?.Status), Is.EqualTo(((ulong?)7, (int?)0, (ServerStatus?)ServerStatus.AutoCommit)));
        using var plain = await stage.Link.Ask("q").Over();
        Assert.That((plain.GeneratedId, plain.WarningList, plain.StatusAfter, plain.HadPrefix), Is.EqualTo(((ulong?)null, (IReadOnlyList<ServerWarning>?)null, (ReplyEvidence?)null, false)));
    }

    [Test]
    public async Task The_first_cell_can_be_peeked_at_without_going_there()
    {
        await using var stage = await OpenAsync();
        (string Text, FakeReply Reply, string? Cell)[] cases =
        [
            ("one", FakeReply.Scalar("a"), "a"),
            ("empty", FakeReply.Scalar(""), ""),
            ("null", FakeReply.Rows(["a", "b"], [null, "x"]), null),
            ("none", FakeReply.Rows(["a"]), null),
            ("done", SeesPackets ? FakeReply.Several(FakeReply.Ok(), FakeReply.Scalar("second")) : FakeReply.Ok(), null),
            ("fail", FakeReply.Error(1064, "42000", "no"), null),
            ("wide", FakeReply.Rows([.. Enumerable.Range(0, 300).Select(i => $"c{i}")], [.. Enumerable.Repeat<object?>(new string('w', 1000), 300)]), new string('w', 1000)),
            ("large", FakeReply.Rows(["a"], [new string('l', 200_000)], ["x"]), new string('l', 200_000)),
        ];
        foreach (var (text, answer, cell) in cases)
        {
            stage.Answer(text, answer);
            using var reply = await stage.Link.Ask(text).Over();
            for (var i = 0; i < 2; i++)
            {
                var found = reply.TryPeekCell(out var bytes);
                Assert.That(found ? System.Text.Encoding.UTF8.GetString(bytes) : null, Is.EqualTo(cell), text);
            }

            Assert.That(reply.Read(), Is.EqualTo(text switch { "done" => "done", "fail" => "error 1064", "none" => "empty", _ => cell }), text);
        }
    }

    [Test]
    public async Task The_evidence_counts_rows_and_warnings_of_the_last_result()
    {
        await using var stage = await OpenAsync();
        (string Text, FakeReply Reply, long Rows, ushort Warnings)[] cases =
        [
            ("done", FakeReply.Ok(affected: 5, warnings: 2), 5, 2),
            ("rows", FakeReply.Rows(["a"], ["x"], ["y"]).With(result => result with { Warnings = 3 }), -1, 3),
            ("both", FakeReply.Several(FakeReply.Rows(["a"], ["x"]), FakeReply.Ok(affected: 4, warnings: 1)), 4, 1),
            ("htob", SeesPackets ? FakeReply.Several(FakeReply.Ok(affected: 4, warnings: 1), FakeReply.Rows(["a"])) : FakeReply.Rows(["a"]), -1, 0),
        ];
        foreach (var (text, answer, rows, warnings) in cases)
        {
            stage.Answer(text, answer);
            using var reply = await stage.Link.Ask(text, Asking.Terms("test") with { GeneratedId = 1 }).Over();
            Assert.That((reply.Evidence.RowCount, reply.Evidence.Warnings), Is.EqualTo((rows, SeesPackets ? warnings : (ushort)0)), text);
        }
    }

    [Test]
    public async Task A_ping_fails_where_the_schema_is_unknown()
    {
        await using var stage = await OpenAsync();
        using var good = await stage.Link.Ping(Asking.Terms("test")).Over();
        Assert.That((good.Failure, good.Delivery), Is.EqualTo(((LinkException?)null, Delivery.Answered)));
        using var bad = await stage.Link.Ping(Asking.Terms("nowhere")).Over();
        Assert.That((bad.Failure?.Kind, bad.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, 1049)));
        Assert.That(stage.Link.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public async Task Who_abandons_goes_at_once_and_leaves_its_neighbours_alone()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Hold();
        using var first = stage.Link.Ask("q");
        using var gone = stage.Link.Ask("q");
        using var last = stage.Link.Ask("q");
        await stage.WaitUntilSentAsync(3);
        Assert.That(gone.Abandon(Abandonment.Cancelled), Is.True);
        Assert.That(gone.Abandon(Abandonment.TimedOut), Is.False);
        Assert.That(await gone.Text(), Is.EqualTo($"Cancelled, {WhileWaiting}"));
        stage.Release();
        Assert.That((await first.Text(), await last.Text()), Is.EqualTo(("a", "a")));
        Assert.That(first.Abandon(Abandonment.Cancelled), Is.False);
        Assert.That(first.Abandonment, Is.EqualTo(Abandonment.None));
    }

    [Test]
    public async Task Waits_that_are_overdue_end_when_the_link_is_told_to_look()
    {
        await using var stage = await OpenAsync();
        var clock = new FakeClock();
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Hold();
        using var hasty = stage.Link.Ask("q", deadline: Deadline.In(clock, TimeSpan.FromSeconds(1)));
        using var patient = stage.Link.Ask("q", deadline: Deadline.In(clock, TimeSpan.FromSeconds(3)));
        await stage.WaitUntilSentAsync(2);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(hasty.IsCompleted, Is.False);
        stage.Link.ExpireOverdue();
        Assert.That((await hasty.Text(), patient.IsCompleted), Is.EqualTo(("TimedOut, Sent", false)));
        stage.Release();
        Assert.That(await patient.Text(), Is.EqualTo("a"));
    }

    [Test]
    public async Task Recycling_comes_in_its_turn_and_leaves_a_schema_untrusted()
    {
        await using var stage = await OpenAsync(shared: false);
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Hold();
        using var before = stage.Link.Ask("q", "test", onLease: true);
        stage.Link.Recycle();
        Assert.That(stage.Watcher.Heard, Is.EqualTo(new[] { "opened" }));
        stage.Release();
        await stage.Watcher.WaitForAsync("recycled");
        Assert.That(await before.Text(), Is.EqualTo("a"));
        Assert.That((stage.Link.Settings, stage.Link.State), Is.EqualTo(((Settings?)null, LinkState.Open)));
    }

    [Test]
    public async Task An_idle_link_says_so_once_for_each_time_it_is_asked_to()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Link.NotifyWhenIdle();
        Assert.That(stage.Watcher.Heard, Is.EqualTo(new[] { "opened", "idle" }));
        stage.Hold();
        using var first = stage.Link.Ask("q");
        using var second = stage.Link.Ask("q");
        stage.Link.NotifyWhenIdle();
        stage.Release();
        await stage.Watcher.WaitForAsync("idle", 2);
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((true, true)));
        await stage.Link.AskTextAsync("q");
        Assert.That(stage.Watcher.Heard, Is.EqualTo(new[] { "opened", "idle", "idle" }));
    }

    [Test]
    public async Task A_link_that_closes_when_idle_answers_first()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Hold();
        using var taken = stage.Link.Ask("q");
        stage.Link.CloseWhenIdle();
        Assert.That((stage.Link.State, await stage.Link.AskTextAsync("q", onLease: true)), Is.EqualTo((LinkState.Closing, "failed: Closed, NotSent")));
        stage.Release();
        Assert.That(await taken.Text(), Is.EqualTo("a"));
        Assert.That(await stage.Watcher.Closed, Is.Null);
        Assert.That(stage.Link.State, Is.EqualTo(LinkState.Closed));
    }

    [Test]
    public async Task Closing_fails_what_is_in_flight_and_is_told_once()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Hold();
        using var sent = stage.Link.Ask("q");
        await stage.WaitUntilSentAsync(1);
        stage.Link.Close();
        stage.Link.Close();
        Assert.That(await sent.Text(), Is.EqualTo("failed: Closed, Sent"));
        Assert.That(await stage.Watcher.Closed, Is.Null);
        Assert.That(await stage.Link.AskTextAsync("q", onLease: true), Is.EqualTo("failed: Closed, NotSent"));
        stage.Link.CloseWhenIdle();
        stage.Link.Close();
        Assert.That(stage.Watcher.Heard, Is.EqualTo(new[] { "opened", "closed" }));
    }

    [Test]
    public async Task A_lost_link_fails_what_is_in_flight_and_says_why()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Hold();
        using var sent = stage.Link.Ask("q");
        await stage.WaitUntilSentAsync(1);
        stage.Break();
        Assert.That(await sent.Text(), Is.EqualTo("failed: ConnectionLost, Sent"));
        Assert.That((await stage.Watcher.Closed)?.Kind, Is.EqualTo(LinkFailureKind.ConnectionLost));
        Assert.That(stage.Link.State, Is.EqualTo(LinkState.Closed));
        Assert.That(await stage.Link.AskTextAsync("q"), Is.EqualTo("failed: Closed, NotSent"));
    }
}

/// <summary>What is true besides of links that see the server's packets: results as they come, and what becomes of the session.</summary>
public abstract class ProtocolLinkContract : LinkContract
{
    [Test]
    public async Task Results_are_read_forward_to_their_end()
    {
        await using var stage = await OpenAsync();
        stage.Answer("q", FakeReply.Several(FakeReply.Rows(["a", "b"], ["x", null], ["y", 2]), FakeReply.Ok(affected: 5, lastInsertId: 9, warnings: 1), FakeReply.Rows(["c"])));
        using var reply = await stage.Link.Ask("q").Over();
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(reply.Columns.Select(column => column.Name), Is.EqualTo(new[] { "a", "b" }));
        Assert.That((reply.HasRows, reply.ReadRow(), reply.IsNull(0), reply.IsNull(1)), Is.EqualTo((true, true, false, true)));
        Assert.That(reply.GetCell(0).SequenceEqual("x"u8), Is.True);
        Assert.That(reply.GetCell(1).IsEmpty, Is.True);
        Assert.That((reply.ReadRow(), reply.HasRows, reply.ReadRow(), reply.ReadRow()), Is.EqualTo((true, false, false, false)));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Done));
        Assert.That((reply.AffectedRows, reply.LastInsertId, reply.Warnings, reply.Columns.Count), Is.EqualTo((5UL, 9UL, (ushort)1, 0)));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That((reply.HasRows, reply.ReadRow(), reply.AffectedRows), Is.EqualTo((false, false, 0UL)));
        Assert.That((reply.NextResult(), reply.NextResult(), reply.Error), Is.EqualTo((ReplyItem.End, ReplyItem.End, (ErrPacket?)null)));
    }

    [Test]
    public async Task A_surprise_is_told_before_its_answer_fails_its_followers_and_waits_for_adoption()
    {
        await using var stage = await OpenAsync();
        stage.Answer("guilty", FakeReply.Ok(status: ServerStatus.AutoCommit | ServerStatus.InTransaction));
        stage.Answer("q", FakeReply.Scalar("a"));
        stage.Hold();
        using var guilty = stage.Link.Ask("guilty", leavesNoState: true);
        using var behind = stage.Link.Ask("q", leavesNoState: true);
        await stage.WaitUntilSentAsync(2);
        var wasAnswered = true;
        stage.Watcher.Surprised = _ => wasAnswered = guilty.IsCompleted;
        stage.Release();
        await guilty.Over();
        Assert.That((guilty.Failure, guilty.IsSurprise, wasAnswered), Is.EqualTo(((LinkException?)null, true, false)));
        Assert.That(await behind.Text(), Is.EqualTo("failed: Suspect, Sent"));
        Assert.That(await stage.Link.AskTextAsync("q", onLease: true), Is.EqualTo("failed: Closed, NotSent"));
        stage.Link.Adopt();
        Assert.That((await stage.Link.AskTextAsync("q"), await stage.Link.AskTextAsync("q", onLease: true)), Is.EqualTo(("failed: Closed, NotSent", "a")));
        Assert.That(stage.Watcher.Heard, Is.EqualTo(new[] { "opened", "surprise" }));
    }

    [Test]
    public async Task State_that_is_forecast_is_no_surprise()
    {
        await using var stage = await OpenAsync();
        stage.Answer("begin", FakeReply.Ok(status: ServerStatus.AutoCommit | ServerStatus.InTransaction));
        using var reply = await stage.Link.Ask("begin", onLease: true).Over();
        Assert.That((reply.IsSurprise, reply.Evidence.Status), Is.EqualTo((false, ServerStatus.AutoCommit | ServerStatus.InTransaction)));
        Assert.That(stage.Watcher.Heard, Is.EqualTo(new[] { "opened" }));
    }

    [Test]
    public async Task A_surprise_does_not_wait_for_what_is_asked_behind_it()
    {
        await using var stage = await OpenAsync();
        stage.Answer("guilty", FakeReply.Ok(track: SessionTrack.Empty.StateChange()));
        using var guilty = await stage.Link.Ask("guilty", Asking.Terms() with { LeavesNoState = true, Probes = Probes.GeneratedId | Probes.Warnings }).Over();
        Assert.That((guilty.IsSurprise, guilty.GeneratedId, guilty.WarningList), Is.EqualTo((true, (ulong?)null, (IReadOnlyList<ServerWarning>?)null)));
    }

    [Test]
    public async Task A_schema_that_a_statement_changes_is_noticed()
    {
        await using var stage = await OpenAsync();
        stage.Answer("use", FakeReply.Ok(track: SessionTrack.Empty.Schema("other")));
        await stage.Link.AskTextAsync("use", onLease: true);
        Assert.That(stage.Link.Settings, Is.EqualTo(new Settings("other")));
    }
}

/// <summary>The contract over a socket to a fake server, pipelined.</summary>
public sealed class NativeLinkContract : ProtocolLinkContract
{
    private protected override async Task<IStage> OpenAsync(bool shared = true)
    {
        var bed = new LinkBed();
        return new Stage(bed, await bed.OpenAsync(shared));
    }

    private sealed class Stage(LinkBed bed, ILink link) : IStage
    {
        private FakeHold? _hold;

        public ILink Link => link;

        public LinkWatcher Watcher => bed.Watcher;

        public void Answer(string text, FakeReply reply) => bed.Server.OnQuery(text, reply);

        public void Hold() => _hold = bed.Server.Hold();

        public void Release() => _hold!.Release();

        public Task WaitUntilSentAsync(int statements) => bed.Server.WaitUntilAsync(server => server.UnansweredCommands >= statements, $"{statements} statements");

        public void Break() => bed.Server.KillAll();

        public ValueTask DisposeAsync() => bed.DisposeAsync();
    }
}

/// <summary>The contract of the link that the tests of the upper floors stand on.</summary>
public sealed class FakeLinkContract : ProtocolLinkContract
{
    private protected override async Task<IStage> OpenAsync(bool shared = true)
    {
        var watcher = new LinkWatcher();
        var transport = new FakeTransport { Schemas = new HashSet<string> { "test", "other" } };
        transport.BeginOpen(watcher, Guard.Time);
        var link = transport.OpenNext();
        await watcher.Opened;
        if (shared)
            link.Share();
        return new Stage(link, watcher);
    }

    private sealed class Stage : IStage
    {
        private readonly Dictionary<string, FakeReply> _answers = [];
        private readonly FakeLink _link;
        private bool _isHeld;

        public Stage(FakeLink link, LinkWatcher watcher)
        {
            _link = link;
            Watcher = watcher;
            link.Handler = text => _isHeld ? null : _answers[text];
        }

        public ILink Link => _link;

        public LinkWatcher Watcher { get; }

        public void Answer(string text, FakeReply reply) => _answers[text] = reply;

        public void Hold() => _isHeld = true;

        public void Release()
        {
            _isHeld = false;
            while (_link.Depth > 0)
                _link.CompleteNext(_link.Pending[0].Kind == FakeRequestKind.Statement ? _answers[_link.Pending[0].Text] : null);
        }

        public Task WaitUntilSentAsync(int statements) => Task.CompletedTask;

        public void Break() => _link.Break();

        public ValueTask DisposeAsync()
        {
            _link.Close();
            return ValueTask.CompletedTask;
        }
    }
}
