using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class OnceWrongTests
{
    private static readonly string s_missing = Path.Combine(Path.GetTempPath(), "mux-no-such-file");

    // Once: Finish looks at Depth before Fill drops what was abandoned.
    [Test]
    public async Task A_link_whose_last_waiting_requests_were_abandoned_says_that_it_is_idle()
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = PipeliningMode.Off });
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 1");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 1");
        link.NotifyWhenIdle();
        second.Abandon(Abandonment.Cancelled);
        hold.Release();
        await first.Over();
        await bed.Watcher.WaitForAsync("idle").WaitAsync(TimeSpan.FromSeconds(3));
    }

    [Test]
    public async Task A_link_whose_last_waiting_requests_were_abandoned_closes_when_idle()
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = PipeliningMode.Off });
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 1");
        using var first = link.Ask("SELECT 1");
        using var second = link.Ask("SELECT 2");
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 1");
        link.CloseWhenIdle();
        second.Abandon(Abandonment.Cancelled);
        hold.Release();
        await first.Over();
        await bed.Watcher.Closed.WaitAsync(TimeSpan.FromSeconds(3));
    }

    // Once: Read takes any ERR with sequence number 0 for an unsolicited one.
    [Test]
    public async Task An_error_that_is_the_256th_packet_of_its_reply_is_the_reply_s_error()
    {
        await using var bed = new LinkBed();
        var rows = Enumerable.Range(0, 253).Select(i => new object?[] { $"row {i}" });
        bed.Server.OnQuery("SELECT many", FakeReply.Rows([FakeColumn.Text("a")], rows).ThenError(1317, "70100", "Query execution was interrupted"));
        var link = await bed.OpenAsync();
        using var reply = link.Ask("SELECT many");
        await reply.Over();
        Assert.That(reply.Failure, Is.Null);
        reply.NextResult();
        var count = 0;
        while (reply.ReadRow())
            count++;
        Assert.That((count, reply.Error?.Code), Is.EqualTo((253, (ushort?)1317)));
    }

    // Once: A request without schema on a link whose label differs throws inside Fill and leaves the flush state at Flushing.
    [Test]
    public async Task A_request_without_schema_on_a_link_with_one_is_handed_back_and_does_not_stop_the_link()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT 1", "test"), Is.EqualTo("1"));
        using (var none = link.Ask("SELECT 2", Asking.Terms() with { Settings = Settings.None }))
        {
            await none.Over();
            Assert.That(none.Failure?.Delivery, Is.EqualTo(Delivery.NotSent));
        }

        Assert.That(await link.AskTextAsync("SELECT 3", "test"), Is.EqualTo("3"));
    }

    [Test]
    public async Task A_refused_schema_does_not_stop_requests_without_schema()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using (var ping = link.Ping(Asking.Terms("nowhere")))
            Assert.That((await ping.Over()).Failure?.Kind, Is.EqualTo(LinkFailureKind.SettingsRefused));
        using var none = link.Ask("SELECT 2", Asking.Terms() with { Settings = Settings.None });
        Assert.That(await none.Text(), Is.EqualTo("2"));
    }

    // Once: Learn does not take a schema change while something is in flight behind it.
    [Test]
    public async Task A_schema_changed_under_a_follower_is_known_when_the_link_is_adopted()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery((session, text) => text == "SELECT sneak()" ? FakeReply.Ok(track: session.Use("other")) : text == "SELECT schema()" ? FakeReply.Scalar(session.Schema) : null);
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT 1", "test"), Is.EqualTo("1"));
        using var hold = bed.Server.Hold("SELECT sneak()");
        using var guilty = link.Ask("SELECT sneak()", "test", leavesNoState: true);
        using var behind = link.Ask("SELECT 2", "test", leavesNoState: true);
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        hold.Release();
        await guilty.Over();
        Assert.That(guilty.IsSurprise, Is.True);
        await behind.Over();
        link.Adopt();
        using var mine = link.Ask("SELECT schema()", "test", onLease: true);
        Assert.That(await mine.Text(), Is.EqualTo("test"));
    }

    [Test]
    public async Task A_schema_changed_on_a_lease_in_front_of_another_statement_is_known_afterwards()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery((session, text) => text == "SELECT schema()" ? FakeReply.Scalar(session.Schema) : null);
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT 1", "test"), Is.EqualTo("1"));
        using var hold = bed.Server.Hold("USE");
        using var use = link.Ask("USE other", onLease: true);
        using var next = link.Ask("SELECT 2", onLease: true);
        await bed.Server.WaitForCommandsAsync(1, command => command.Text == "SELECT 2");
        hold.Release();
        await next.Over();
        Assert.That(await link.AskTextAsync("SELECT schema()", "test"), Is.EqualTo("test"));
    }

    [Test]
    public async Task A_schema_changed_in_front_of_a_recycling_of_a_fresh_link_is_not_forgotten()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery((session, text) => text == "SELECT schema()" ? FakeReply.Scalar(session.Schema ?? "none") : null);
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("USE");
        using var use = link.Ask("USE other", onLease: true);
        link.Recycle();
        await bed.Server.WaitForCommandsAsync(1, command => command.Code == CommandCode.ResetConnection);
        hold.Release();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(link.Settings, Is.Not.EqualTo(Settings.None), "the session still has the schema 'other'");
    }

    // Once: The steps of a recycling that failed are already in the buffer.
    [Test]
    public async Task A_recycling_whose_reset_fails_is_not_called_done()
    {
        await using var bed = new LinkBed();
        bed.Server.OnCommand((_, code, _) => code == CommandCode.ResetConnection ? FakeReply.Error(1047, "08S01", "Unknown command") : null);
        var link = await bed.OpenAsync();
        bed.Server.MergeReplies = 3;
        link.Recycle();
        await bed.Watcher.Closed;
        Assert.That(bed.Watcher.Heard, Has.None.EqualTo("recycled"));
    }

    // Once: An error that ends rows which are skipped.
    [Test]
    public async Task An_error_behind_rows_that_are_passed_over_is_what_NextResult_finds()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery("SELECT some", FakeReply.Rows(["a"], ["x"], ["y"]).ThenError(1317, "70100", "interrupted"));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("SELECT some").Over();
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Rows));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.Error));
        Assert.That(reply.NextResult(), Is.EqualTo(ReplyItem.End));
    }

    // Once: The RSA key file is read outside of the try.
    [Test]
    public async Task A_key_file_that_does_not_exist_is_named_and_is_no_lost_connection()
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql, options => options with { ServerRsaPublicKeyFile = s_missing });
        var failure = await bed.FailToOpenAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
        Assert.That(failure.Message, Does.Contain(s_missing).And.Contain("Server RSA Public Key File"));
    }

    // Once: Recycle always sends the baseline with trackers.
    [Test]
    public async Task A_link_without_session_tracking_is_recycled_with_the_baseline_it_began_with()
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb.Without(CapabilityFlags.SessionTrack));
        bed.Server.OnQuery(text => text.Contains("session_track", StringComparison.Ordinal) ? FakeReply.Error(1193, "HY000", "Unknown system variable 'session_track_schema'") : null);
        var link = await bed.OpenAsync(shared: false);
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled").WaitAsync(TimeSpan.FromSeconds(3));
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("1"));
    }

    // Once: sql_mode told by session tracking without a state change.
    [Test]
    public async Task A_changed_sql_mode_is_a_surprise()
    {
        await using var bed = new LinkBed();
        bed.Server.OnQuery("SELECT sneak()", FakeReply.Ok(track: SessionTrack.Empty.Variable("sql_mode", "NO_BACKSLASH_ESCAPES")));
        var link = await bed.OpenAsync();
        using var reply = await link.Ask("SELECT sneak()", leavesNoState: true).Over();
        Assert.That(reply.IsSurprise, Is.True);
    }

    // Once: A breakdown during the probe is remembered for the life of the process.
    [Test]
    public async Task A_connection_that_is_lost_during_the_probe_does_not_stop_pipelining_for_good()
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb with { Version = "5.5.5-10.11.77-MariaDB-hiccup" }, options => options with { Pipelining = PipeliningMode.Auto });
        using var hold = bed.Server.HoldCommands(command => command.Code == CommandCode.Ping);
        var opening = bed.OpenAsync();
        await hold.WaitUntilHeldAsync();
        bed.Server.Stop();
        bed.Server.KillAll();
        hold.Release();
        Assert.That(async () => await opening, Throws.InstanceOf<LinkException>());
        bed.Server.Restart();
        Assert.That((await bed.OpenAsync()).Facts.SupportsPipelining, Is.True);
    }
}
