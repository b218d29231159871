using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

[TestFixture(PipeliningMode.On)]
[TestFixture(PipeliningMode.Off)]
public sealed class RecyclingTests(PipeliningMode mode)
{
    [Test]
    public async Task A_session_is_reset_then_set_up_then_checked()
    {
        await using var bed = Bed("NONE");
        var link = await bed.OpenAsync(shared: false);
        await link.AskTextAsync("SET @a = 1", onLease: true);
        var login = bed.Server.Received.Count;
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        var steps = bed.Server.Received.Skip(login).ToList();
        Assert.That(steps.Select(step => step.Code), Is.EqualTo(new[] { CommandCode.ResetConnection, CommandCode.Query, CommandCode.Query }));
        Assert.That(steps[1].Text, Does.StartWith("SET NAMES utf8mb4").And.Contain("autocommit=1").And.Contain("session_track_state_change=1"));
        Assert.That(steps[2].Text, Is.EqualTo("SELECT CURRENT_ROLE()"));
        if (mode == PipeliningMode.On)
            Assert.That(steps.Select(step => step.Segment).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await link.AskTextAsync("SELECT @a", onLease: true), Is.Null);
        Assert.That((link.State, link.Depth), Is.EqualTo((LinkState.Open, 0)));
    }

    [Test]
    public async Task A_server_without_roles_is_not_asked_for_one()
    {
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode });
        var link = await bed.OpenAsync(shared: false);
        var login = bed.Server.Received.Count;
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(bed.Server.Received[^1].Code, Is.EqualTo(CommandCode.Ping));
        Assert.That(bed.Server.Received, Has.Count.EqualTo(login + 3));
    }

    [Test]
    public async Task Recycling_comes_behind_what_was_taken_before_and_in_front_of_what_is_taken_after()
    {
        await using var bed = Bed("NONE");
        var link = await bed.OpenAsync(shared: false);
        using var hold = bed.Server.Hold("SELECT 1");
        using var before = link.Ask("SELECT 1", onLease: true);
        link.Recycle();
        using var after = link.Ask("SELECT @a", onLease: true);
        using var set = link.Ask("SET @a = 1", onLease: true);
        await hold.WaitUntilHeldAsync();
        Assert.That(bed.Watcher.Heard, Has.None.EqualTo("recycled"));
        hold.Release();
        Assert.That((await before.Text(), await after.Text(), await set.Text()), Is.EqualTo(("1", (string?)null, "done")));
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "recycled" }));
    }

    [Test]
    public async Task The_schema_is_not_trusted_after_a_reset()
    {
        await using var bed = Bed("NONE");
        var link = await bed.OpenAsync(shared: false);
        await link.AskTextAsync("SELECT 1", "test", onLease: true);
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(link.Settings, Is.Null);
        await link.AskTextAsync("SELECT 1", "test", onLease: true);
        Assert.That(bed.Server.Received.Count(command => command.Text == "USE `test`;SELECT 1"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_reset_leads_back_to_the_sql_mode_that_values_are_written_for()
    {
        await using var bed = Bed("NONE");
        var link = await bed.OpenAsync(shared: false);
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(bed.Server.Received[^2].Text, Does.Contain($"sql_mode='{link.Facts.SqlMode}'"));
        Assert.That(link.Facts.SqlMode, Is.Not.Empty);
    }

    [Test]
    public async Task A_fresh_link_keeps_its_settings_over_a_reset()
    {
        await using var bed = Bed("NONE");
        var link = await bed.OpenAsync(shared: false);
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(link.Settings, Is.EqualTo(Settings.None));
    }

    [Test]
    public async Task A_role_that_a_reset_does_not_bring_back_ends_the_link()
    {
        var role = "NONE";
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode });
        bed.Server.OnQuery(text => text == "SELECT CURRENT_ROLE()" ? FakeReply.Scalar(role) : null);
        var link = await bed.OpenAsync(shared: false);
        role = "admin";
        link.Recycle();
        Assert.That(await bed.Watcher.Closed, Is.Null);
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "closed" }));
        Assert.That(await link.AskTextAsync("SELECT 1", onLease: true), Is.EqualTo("failed: Closed, NotSent"));
    }

    [Test]
    public async Task A_check_that_fails_ends_the_link()
    {
        var fails = false;
        await using var bed = new LinkBed(change: options => options with { Pipelining = mode });
        bed.Server.OnQuery(text => text == "SELECT CURRENT_ROLE()" ? fails ? FakeReply.Error(1227, "42000", "no") : FakeReply.Scalar("NONE") : null);
        var link = await bed.OpenAsync(shared: false);
        fails = true;
        link.Recycle();
        await bed.Watcher.Closed;
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "closed" }));
    }

    [Test]
    public async Task A_connection_that_is_lost_while_recycling_ends_the_link()
    {
        await using var bed = Bed("NONE");
        var link = await bed.OpenAsync(shared: false);
        using var hold = bed.Server.HoldCommands(command => command.Code == CommandCode.ResetConnection);
        link.Recycle();
        await hold.WaitUntilHeldAsync();
        bed.Server.KillAll();
        Assert.That((await bed.Watcher.Closed)?.Kind, Is.EqualTo(LinkFailureKind.ConnectionLost));
        Assert.That(bed.Watcher.Heard, Is.EqualTo(new[] { "opened", "closed" }));
    }

    private LinkBed Bed(string role)
    {
        var bed = new LinkBed(change: options => options with { Pipelining = mode });
        bed.Server.OnQuery("SELECT CURRENT_ROLE()", FakeReply.Scalar(role));
        return bed;
    }
}
