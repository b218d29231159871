using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What a pipelined link writes while a change of settings is not answered, and what it knows afterwards.</summary>
public sealed class InFlightSettingsTests
{
    private static readonly Settings s_athens = Of("test", ("time_zone", "'+02:00'"));

    [Test]
    public async Task While_a_change_of_variables_is_in_flight_its_followers_write_all_of_them()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        await Run(link, "SELECT 0", Of("test", ("group_concat_max_len", "5")));
        var sent = Sent(bed);
        using var hold = bed.Server.Hold(_ => true);
        var replies = new[]
        {
            link.Ask("SELECT 1", Under(s_athens)),
            link.Ask("SELECT 2", Under(s_athens)),
            link.Ask("SELECT 3", Under(Of("test", ("sql_mode", "''")))),
            link.Ask("SELECT 4", Under(new Settings("test"))),
        };
        await bed.Server.WaitForCommandsAsync(1, command => command.Text.EndsWith("SELECT 4", StringComparison.Ordinal));
        hold.Release();
        foreach (var reply in replies)
        {
            await reply.Over();
            reply.Dispose();
        }

        Assert.That(sent(), Is.EqualTo(new[]
        {
            "SET time_zone='+02:00',group_concat_max_len=DEFAULT;SELECT 1",
            "SET time_zone='+02:00',group_concat_max_len=DEFAULT;SELECT 2",
            "SET sql_mode='',group_concat_max_len=DEFAULT,time_zone=DEFAULT;SELECT 3",
            $"SET group_concat_max_len=DEFAULT,sql_mode='{link.Facts.SqlMode}',time_zone=DEFAULT;SELECT 4",
        }));
        var later = Sent(bed);
        await Run(link, "SELECT 5", new Settings("test"));
        await Run(link, "SELECT 6", s_athens);
        Assert.That(later(), Is.EqualTo(new[] { "SELECT 5", "SET time_zone='+02:00';SELECT 6" }), "once all is answered, only what differs");
    }

    [Test]
    public async Task While_only_the_schema_is_in_flight_only_the_schema_is_repeated()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        await Run(link, "SELECT 0", s_athens);
        var sent = Sent(bed);
        using var hold = bed.Server.Hold(_ => true);
        using var first = link.Ask("SELECT 1", Under(s_athens with { Schema = "other" }));
        using var second = link.Ask("SELECT 2", Under(s_athens with { Schema = "other" }));
        await bed.Server.WaitForCommandsAsync(1, command => command.Text.EndsWith("SELECT 2", StringComparison.Ordinal));
        hold.Release();
        Assert.That((await first.Text(), await second.Text()), Is.EqualTo(("1", "2")));
        Assert.That(sent(), Is.EqualTo(new[] { "USE `other`;SELECT 1", "USE `other`;SELECT 2" }));
    }

    [Test]
    public async Task What_was_set_before_a_reset_is_not_repeated_after_it()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        await Run(link, "SELECT 0", Of("test", ("group_concat_max_len", "5")));
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        var sent = Sent(bed);
        using var hold = bed.Server.Hold(_ => true);
        using var first = link.Ask("SELECT 1", Under(s_athens));
        using var second = link.Ask("SELECT 2", Under(s_athens));
        await bed.Server.WaitForCommandsAsync(1, command => command.Text.EndsWith("SELECT 2", StringComparison.Ordinal));
        hold.Release();
        Assert.That((await first.Text(), await second.Text()), Is.EqualTo(("1", "2")));
        Assert.That(sent(), Has.None.Contains("group_concat_max_len"));
    }

    [Test]
    public async Task Where_nothing_differs_and_all_is_proven_followers_carry_nothing()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        await Run(link, "SELECT 0", s_athens);
        var sent = Sent(bed);
        using var hold = bed.Server.Hold(_ => true);
        var replies = Enumerable.Range(1, 5).Select(i => link.Ask($"SELECT {i}", Under(s_athens))).ToList();
        hold.Release();
        foreach (var reply in replies)
        {
            await reply.Over();
            Assert.That(reply.HadPrefix, Is.False);
            reply.Dispose();
        }

        Assert.That(sent(), Is.EqualTo(Enumerable.Range(1, 5).Select(i => $"SELECT {i}")));
    }

    [Test]
    public async Task A_statement_that_succeeds_leaves_what_it_says_and_its_followers_do_not_count_on_it_before()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        await Run(link, "SELECT 0", s_athens);
        var leaves = Of("other", ("time_zone", "'+03:00'"));
        var sent = Sent(bed);
        using var hold = bed.Server.Hold(_ => true);
        using var change = link.Ask("SET time_zone='+03:00';USE other", Under(s_athens) with { Leaves = leaves, IsSingleStatement = false });
        using var follower = link.Ask("SELECT 1", Under(leaves));
        Assert.That(link.Settings, Is.EqualTo(leaves));
        await bed.Server.WaitForCommandsAsync(1, command => command.Text.EndsWith("SELECT 1", StringComparison.Ordinal));
        hold.Release();
        await follower.Over();
        await Run(link, "SELECT 2", leaves);
        Assert.That(sent(), Is.EqualTo(new[] { "SET time_zone='+03:00';USE other", "SET time_zone='+03:00';USE `other`;SELECT 1", "SELECT 2" }));
        Assert.That(link.Settings, Is.EqualTo(leaves));
    }

    [Test]
    public async Task One_statement_that_fails_leaves_the_settings_where_they_were()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        bed.Server.OnQuery("SET time_zone='bad'", FakeReply.Error(1298, "HY000", "no"));
        await Run(link, "SET time_zone='bad'", Under(s_athens) with { Leaves = Of("test", ("time_zone", "'bad'")) });
        Assert.That(link.Settings, Is.EqualTo(s_athens));
        var sent = Sent(bed);
        await Run(link, "SELECT 1", s_athens);
        Assert.That(sent(), Is.EqualTo(new[] { "SELECT 1" }));
    }

    [Test]
    public async Task Several_statements_that_fail_leave_the_variables_unknown_so_that_all_of_them_are_written()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        var leaves = Of("test", ("time_zone", "'+02:00'"), ("sql_mode", "''"));
        await Run(link, "SET sql_mode='';FAIL", Under(s_athens) with { Leaves = leaves, IsSingleStatement = false });
        Assert.That(link.Settings, Is.Null);
        var sent = Sent(bed);
        await Run(link, "SELECT 1", s_athens);
        await Run(link, "SELECT 2", s_athens);
        Assert.That(sent(), Is.EqualTo(new[] { $"SET time_zone='+02:00',sql_mode='{link.Facts.SqlMode}';USE `test`;SELECT 1", "SELECT 2" }));
    }

    [Test]
    public async Task A_schema_that_a_statement_chose_before_another_failed_is_known_by_its_evidence()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        await Run(link, "USE other;FAIL", Under(s_athens) with { Leaves = s_athens with { Schema = "other" }, IsSingleStatement = false });
        var sent = Sent(bed);
        await Run(link, "SELECT 1", s_athens with { Schema = "other" });
        Assert.That(sent(), Is.EqualTo(new[] { "SET time_zone='+02:00';SELECT 1" }));
    }

    [Test]
    public async Task A_statement_on_a_lease_that_takes_the_session_as_it_is_may_leave_settings_too()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync(shared: false);
        await Run(link, "USE test", Asking.Terms(onLease: true) with { Leaves = new Settings("test") });
        Assert.That(link.Settings, Is.EqualTo(new Settings("test")));
        var sent = Sent(bed);
        await Run(link, "SELECT 1", Asking.Terms("test", onLease: true));
        Assert.That(sent(), Is.EqualTo(new[] { "SELECT 1" }));
    }

    [Test]
    public async Task A_caller_that_goes_away_takes_nothing_from_what_is_known()
    {
        await using var bed = new LinkBed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold(_ => true);
        using var gone = link.Ask("SET time_zone='+03:00'", Under(s_athens) with { Leaves = Of("test", ("time_zone", "'+03:00'")) });
        using var behind = link.Ask("SELECT 1");
        await hold.WaitUntilHeldAsync();
        gone.Abandon(Abandonment.Cancelled);
        hold.Release();
        await behind.Over();
        Assert.That(link.Settings, Is.EqualTo(Of("test", ("time_zone", "'+03:00'"))));
    }

    private static Settings Of(string? schema, params (string Name, string Value)[] variables) =>
        new(schema, variables.Aggregate(SessionVariables.None, (all, next) => all.With(next.Name, next.Value)));

    private static Terms Under(Settings settings) => Asking.Terms() with { Settings = settings };

    private static Task Run(ILink link, string text, Settings settings) => Run(link, text, Under(settings));

    private static async Task Run(ILink link, string text, Terms terms)
    {
        using var reply = await link.Ask(text, terms).Over();
        Assert.That(reply.Failure, Is.Null);
    }

    private static Func<IEnumerable<string>> Sent(LinkBed bed)
    {
        var before = bed.Server.Queries.Count;
        return () => bed.Server.Queries.Skip(before);
    }
}
