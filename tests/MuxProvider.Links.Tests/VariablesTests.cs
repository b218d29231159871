using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Session variables that travel: what is written in front of statements, and what the server's session is then.</summary>
[TestFixture(PipeliningMode.On)]
[TestFixture(PipeliningMode.Off)]
public sealed class VariablesTests(PipeliningMode mode)
{
    private const string State = "SELECT state()";

    private static readonly Settings s_berlin = Of("test", ("group_concat_max_len", "5"), ("time_zone", "'+01:00'"));
    private static readonly Settings s_athens = Of("test", ("time_zone", "'+02:00'"));

    [Test]
    public async Task The_first_statement_carries_what_it_needs_in_one_packet_and_the_second_nothing()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        using (var first = await Ask(link, "SELECT 1", s_berlin))
            Assert.That((first.Read(), first.HadPrefix), Is.EqualTo(("1", true)));
        using (var second = await Ask(link, "SELECT 2", Of("test", ("group_concat_max_len", "5"), ("time_zone", "'+01:00'"))))
            Assert.That((second.Read(), second.HadPrefix), Is.EqualTo(("2", false)));
        Assert.That(sent(), Is.EqualTo(new[] { "SET group_concat_max_len=5,time_zone='+01:00';USE `test`;SELECT 1", "SELECT 2" }));
        Assert.That(link.Settings, Is.EqualTo(s_berlin));
    }

    [Test]
    public async Task Only_what_differs_is_written_and_what_is_not_wanted_is_set_back()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        foreach (var settings in (Settings[])[s_berlin, s_athens, s_berlin, Of("other", ("time_zone", "'+01:00'")), new("other")])
            await AskState(link, settings);
        Assert.That(sent(), Is.EqualTo(new[]
        {
            $"SET group_concat_max_len=5,time_zone='+01:00';USE `test`;{State}",
            $"SET time_zone='+02:00',group_concat_max_len=DEFAULT;{State}",
            $"SET group_concat_max_len=5,time_zone='+01:00';{State}",
            $"SET group_concat_max_len=DEFAULT;USE `other`;{State}",
            $"SET time_zone=DEFAULT;{State}",
        }));
    }

    [Test]
    public async Task The_mode_goes_back_to_that_of_the_login_and_the_collation_by_NAMES_in_front()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        await AskState(link, Of(null, ("collation_connection", "'utf8mb4_bin'"), ("sql_mode", "''"), ("auto_increment_increment", "2")));
        var sent = Since(bed);
        Assert.That(await AskState(link, Settings.None), Is.EqualTo(Expected(Settings.None)));
        Assert.That(sent(), Is.EqualTo(new[] { $"SET NAMES utf8mb4,auto_increment_increment=DEFAULT,sql_mode='{link.Facts.SqlMode}';{State}" }));
        Assert.That(link.Settings, Is.EqualTo(Settings.None));
    }

    [TestCase("foreign_key_checks")]
    [TestCase("unique_checks")]
    public async Task What_a_server_takes_for_off_by_DEFAULT_is_set_back_to_its_global_value(string name)
    {
        await using var bed = Bed(options => options.WithVariables((name, "1")));
        var link = await bed.OpenAsync();
        await AskState(link, Of(null, (name, "0")));
        var sent = Since(bed);
        await AskState(link, Settings.None);
        Assert.That(sent(), Is.EqualTo(new[] { $"SET {name}=@@GLOBAL.{name};{State}" }));
    }

    [Test]
    public async Task A_link_that_never_had_a_schema_takes_variables_and_never_a_schema()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        var wanted = Of(null, ("time_zone", "'+01:00'"));
        Assert.That(await AskState(link, wanted), Is.EqualTo(Expected(wanted)));
        Assert.That(await AskState(link, Settings.None), Is.EqualTo(Expected(Settings.None)));
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(await AskState(link, wanted), Is.EqualTo(Expected(wanted)));
        Assert.That(sent(), Has.None.Contains("USE `"));
        await AskState(link, s_athens);
        Assert.That(await AskState(link, wanted), Is.EqualTo("failed: SettingsRefused, NotSent"));
    }

    [Test]
    public async Task A_variable_that_is_refused_keeps_its_statement_from_running_and_the_next_handle_finds_its_own()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var ran = 0;
        bed.Server.OnQuery(text => text == "INSERT" ? FakeReply.Ok((ulong)++ran) : null);
        await AskState(link, s_athens);
        using var hold = bed.Server.Hold(_ => true);
        using var refused = link.Ask("INSERT", Under(Of("other", ("time_zone", "'bad'"))));
        using var next = link.Ask(State, Under(s_athens));
        using var last = link.Ask(State, Under(Of("other")));
        hold.Release();
        await refused.Over();
        Assert.That((refused.Failure?.Kind, refused.Failure?.Delivery, refused.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, Delivery.NotSent, 1298)));
        Assert.That(refused.Failure!.Message, Does.Contain("time_zone='bad'"));
        Assert.That((await next.Text(), await last.Text(), ran), Is.EqualTo((Expected(s_athens), Expected(Of("other")), 0)));
        Assert.That(await AskState(link, s_athens), Is.EqualTo(Expected(s_athens)));
    }

    [Test]
    public async Task A_schema_that_is_refused_behind_variables_leaves_them_set_and_known()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        await AskState(link, s_athens);
        var berlinNowhere = s_berlin with { Schema = "nowhere" };
        Assert.That(await AskState(link, berlinNowhere), Is.EqualTo("failed: SettingsRefused, NotSent"));
        Assert.That(link.Settings, Is.EqualTo(s_berlin));
        var sent = Since(bed);
        Assert.That(await AskState(link, s_berlin), Is.EqualTo(Expected(s_berlin)));
        Assert.That(sent(), Is.EqualTo(new[] { State }));
    }

    [Test]
    public async Task A_statement_in_front_and_a_generated_id_come_last_in_their_order()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        var terms = Under(s_athens) with { GeneratedId = ulong.MaxValue, Before = "SET TRANSACTION READ ONLY" };
        using (var all = await Ask(link, "SELECT LAST_INSERT_ID()", terms))
            Assert.That((all.Read(), all.HadPrefix), Is.EqualTo(("18446744073709551615", true)));
        using (var some = await Ask(link, "SELECT LAST_INSERT_ID()", terms with { GeneratedId = 7 }))
            Assert.That((some.Read(), some.HadPrefix), Is.EqualTo(("7", false)));
        using (var found = await Ask(link, "SELECT 1", Under(null) with { GeneratedId = 8, OnLease = true }))
            Assert.That((found.Read(), found.HadPrefix), Is.EqualTo(("1", false)));
        Assert.That(sent(), Is.EqualTo(new[]
        {
            "SET time_zone='+02:00',last_insert_id=18446744073709551615;USE `test`;SET TRANSACTION READ ONLY;SELECT LAST_INSERT_ID()",
            "SET last_insert_id=7;SET TRANSACTION READ ONLY;SELECT LAST_INSERT_ID()",
            "SET last_insert_id=8;SELECT 1",
        }));
    }

    [Test]
    public async Task A_statement_in_front_that_fails_keeps_the_statement_from_running_and_is_named()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        bed.Server.OnQuery("SET TRANSACTION READ ONLY", FakeReply.Error(1568, "25001", "a transaction is open"));
        using var refused = await Ask(link, "SELECT 1", Under(s_athens) with { Before = "SET TRANSACTION READ ONLY" });
        Assert.That((refused.Failure?.Kind, refused.Failure?.Delivery, refused.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, Delivery.NotSent, 1568)));
        Assert.That(refused.Failure!.Message, Does.Contain("SET TRANSACTION READ ONLY"));
        var sent = Since(bed);
        Assert.That(await AskState(link, s_athens), Is.EqualTo(Expected(s_athens)), "what stands before it was done");
        Assert.That(sent(), Is.EqualTo(new[] { State }));
    }

    [Test]
    public async Task A_begin_stands_behind_everything_else_in_front_of_the_statement()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        var terms = Under(s_athens) with { Before = "SET TRANSACTION READ ONLY", Begin = "START TRANSACTION" };
        using (var all = await Ask(link, "SELECT 1", terms))
            Assert.That(all.Read(), Is.EqualTo("1"));
        using (var begin = await Ask(link, "SELECT 2", terms with { Before = null }))
            Assert.That((begin.Read(), begin.HadPrefix), Is.EqualTo(("2", false)));
        Assert.That(sent(), Is.EqualTo(new[]
        {
            "SET time_zone='+02:00';USE `test`;SET TRANSACTION READ ONLY;START TRANSACTION;SELECT 1",
            "START TRANSACTION;SELECT 2",
        }));
    }

    [Test]
    public async Task A_begin_that_fails_keeps_the_statement_from_running_and_is_named()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var ran = 0;
        bed.Server.OnQuery(text => text == "INSERT" ? FakeReply.Ok((ulong)++ran) : null);
        bed.Server.OnQuery("START TRANSACTION READ WRITE", FakeReply.Error(1836, "HY000", "Running in read-only mode"));
        using var refused = await Ask(link, "INSERT", Under(s_athens) with { Before = "SET TRANSACTION READ ONLY", Begin = "START TRANSACTION READ WRITE" });
        Assert.That((refused.Failure?.Kind, refused.Failure?.Delivery, refused.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, Delivery.NotSent, 1836)));
        Assert.That(refused.Failure!.Message, Does.Contain("START TRANSACTION READ WRITE"));
        Assert.That(ran, Is.Zero);
        var sent = Since(bed);
        Assert.That(await AskState(link, s_athens), Is.EqualTo(Expected(s_athens)), "what stands before it was done");
        Assert.That(sent(), Is.EqualTo(new[] { State }));
    }

    [Test]
    public async Task A_begin_that_does_not_fit_is_sent_ahead_and_keeps_its_statement_from_running_where_it_fails()
    {
        await using var bed = Bed(options => options.WithVariables(("max_allowed_packet", "1024")));
        var ran = 0;
        bed.Server.OnQuery(text => text.StartsWith("long", StringComparison.Ordinal) ? FakeReply.Scalar((ulong)++ran) : null);
        bed.Server.OnQuery("START TRANSACTION READ WRITE", FakeReply.Error(1836, "HY000", "Running in read-only mode"));
        var link = await bed.OpenAsync();
        var text = "long".PadRight(1010);
        var sent = Since(bed);
        using var good = await Ask(link, text, Under(s_athens) with { Before = "SET TRANSACTION READ ONLY", Begin = "START TRANSACTION" });
        Assert.That(good.Read(), Is.EqualTo("1"));
        Assert.That(sent(), Is.EqualTo(new[] { "SET time_zone='+02:00';USE `test`;SET TRANSACTION READ ONLY;START TRANSACTION", text }));
        using var bad = await Ask(link, text, Under(s_athens) with { Begin = "START TRANSACTION READ WRITE" });
        Assert.That((bad.Failure?.Kind, bad.Failure?.Delivery, ran), Is.EqualTo((LinkFailureKind.SettingsRefused, Delivery.NotSent, 1)));
    }

    [Test]
    public async Task What_a_prefix_reveals_is_no_evidence_of_the_statement()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var reply = await Ask(link, "SELECT 1", Under(s_athens) with { LeavesNoState = true, Before = "SET TRANSACTION READ ONLY", GeneratedId = 3 });
        Assert.That((reply.Read(), reply.IsSurprise, reply.Evidence.StateChanged, reply.Evidence.SchemaChanged), Is.EqualTo(("1", false, false, false)));
    }

    [Test]
    public async Task A_reset_forgets_the_variables()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        await AskState(link, s_berlin, onLease: true);
        link.Recycle();
        using var behind = link.Ask(State, Under(s_berlin, onLease: true));
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(await behind.Text(), Is.EqualTo(Expected(s_berlin)), "who follows a reset at once brings everything again");
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled", 2);
        Assert.That(link.Settings, Is.Null);
        var sent = Since(bed);
        Assert.That(await AskState(link, s_athens, onLease: true), Is.EqualTo(Expected(s_athens)));
        Assert.That(sent(), Is.EqualTo(new[] { $"SET time_zone='+02:00';USE `test`;{State}" }), "nothing of what was before the reset is set back");
    }

    [Test]
    public async Task A_prefix_that_does_not_fit_is_sent_ahead_and_awaited()
    {
        await using var bed = Bed(options => options.WithVariables(("max_allowed_packet", "1024")));
        bed.Server.OnQuery(text => text.StartsWith("long", StringComparison.Ordinal) ? FakeReply.Scalar("yes") : null);
        var link = await bed.OpenAsync();
        var text = "long".PadRight(1010);
        var sent = Since(bed);
        using (var reply = await Ask(link, text, s_athens))
            Assert.That((reply.Read(), reply.HadPrefix), Is.EqualTo(("yes", true)));
        using (var again = await Ask(link, text, s_athens))
            Assert.That((again.Read(), again.HadPrefix), Is.EqualTo(("yes", false)));
        using (var other = await Ask(link, text, Under(s_athens) with { GeneratedId = 5, Before = "SET TRANSACTION READ ONLY" }))
            Assert.That((other.Read(), other.HadPrefix), Is.EqualTo(("yes", false)));
        Assert.That(sent(), Is.EqualTo(new[] { "SET time_zone='+02:00';USE `test`", text, text, "SET last_insert_id=5;SET TRANSACTION READ ONLY", text }));
    }

    [Test]
    public async Task A_prefix_sent_ahead_that_is_refused_fails_its_request_alone()
    {
        await using var bed = Bed(options => options.WithVariables(("max_allowed_packet", "1024")));
        var ran = 0;
        bed.Server.OnQuery(text => text.StartsWith("long", StringComparison.Ordinal) ? FakeReply.Scalar((ulong)++ran) : null);
        bed.Server.OnQuery("SET TRANSACTION READ ONLY", FakeReply.Error(1568, "25001", "a transaction is open"));
        var link = await bed.OpenAsync();
        var text = "long".PadRight(1010);
        using var hold = bed.Server.Hold(_ => true);
        using var badVariable = link.Ask(text, Under(Of("test", ("time_zone", "'bad'"))));
        using var badSchema = link.Ask(text, Under(s_athens with { Schema = "nowhere" }));
        using var badBefore = link.Ask(text, Under(s_athens) with { Before = "SET TRANSACTION READ ONLY" });
        using var good = link.Ask(text, Under(s_berlin));
        using var state = link.Ask(State, Under(s_berlin));
        hold.Release();
        foreach (var (reply, what) in new[] { (badVariable, "time_zone='bad'"), (badSchema, "nowhere"), (badBefore, "READ ONLY") })
        {
            Assert.That(await reply.Text(), Is.EqualTo("failed: SettingsRefused, NotSent"));
            Assert.That(reply.Failure!.Message, Does.Contain(what));
        }

        Assert.That((await good.Text(), await state.Text(), ran, link.Depth), Is.EqualTo(("1", Expected(s_berlin), 1, 0)));
    }

    [Test]
    public async Task What_was_changed_for_one_statement_alone_is_used_up_by_it_even_if_its_caller_is_gone()
    {
        await using var bed = Bed(options => options.WithVariables(("max_allowed_packet", "1024")));
        bed.Server.OnQuery(text => text.StartsWith("long", StringComparison.Ordinal) ? FakeReply.Ok() : null);
        var link = await bed.OpenAsync();
        var text = "long".PadRight(1010);
        var sent = Since(bed);
        using var hold = bed.Server.Hold("SET TRANSACTION");
        using var gone = link.Ask(text, Under(s_athens) with { Before = "SET TRANSACTION READ ONLY" });
        using var next = link.Ask("SELECT 2", Under(s_athens));
        await hold.WaitUntilHeldAsync();
        Assert.That(gone.Abandon(Abandonment.Cancelled), Is.True);
        hold.Release();
        Assert.That((await next.Text(), await gone.Text()), Is.EqualTo(("2", "Cancelled, Sent")));
        Assert.That(sent(), Is.EqualTo(new[] { "SET time_zone='+02:00';USE `test`;SET TRANSACTION READ ONLY", text, "SELECT 2" }));
    }

    [Test]
    public async Task A_ping_brings_its_settings_in_a_request_of_their_own()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        using var good = await link.Ping(Under(s_athens)).Over();
        Assert.That((good.Failure, good.HadPrefix), Is.EqualTo(((LinkException?)null, true)));
        using var bad = await link.Ping(Under(Of("test", ("time_zone", "'bad'")))).Over();
        Assert.That((bad.Failure?.Kind, bad.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, 1298)));
        using var unknown = await link.Ping(Under(s_athens with { Schema = "nowhere" })).Over();
        Assert.That((unknown.Failure?.Kind, unknown.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, 1049)));
        using var goodAgain = await link.Ping(Under(s_athens)).Over();
        Assert.That(goodAgain.Failure, Is.Null);
        Assert.That(sent(), Is.EqualTo(new[] { "SET time_zone='+02:00';USE `test`", "SET time_zone='bad';USE `test`" }), "a schema alone is chosen by COM_INIT_DB");
        Assert.That(link.Settings, Is.EqualTo(s_athens));
    }

    [Test]
    public async Task A_schema_that_came_into_being_is_not_refused_for_what_was_before()
    {
        await using var bed = Bed();
        var exists = false;
        bed.Server.OnCommand((session, code, text) =>
        {
            if (!exists || !text.Contains("nowhere", StringComparison.Ordinal) || text.Contains(';', StringComparison.Ordinal))
                return null;
            session.Schema = "nowhere";
            return FakeReply.Ok();
        });
        var link = await bed.OpenAsync();
        using var bad = await link.Ping(Asking.Terms("nowhere")).Over();
        Assert.That(bad.Failure?.Kind, Is.EqualTo(LinkFailureKind.SettingsRefused));
        exists = true;
        Assert.That(await link.AskTextAsync("SELECT 1", "nowhere"), Is.EqualTo("1"));
        using var good = await link.Ping(Asking.Terms("nowhere")).Over();
        Assert.That(good.Failure, Is.Null);
    }

    [TestCase("5.5.5-10.11.19-MariaDB", "tx_isolation='SERIALIZABLE',tx_read_only=1")]
    [TestCase("11.8.6-MariaDB", "transaction_isolation='SERIALIZABLE',transaction_read_only=1")]
    [TestCase("9.7.4", "transaction_isolation='SERIALIZABLE',transaction_read_only=1")]
    public async Task Variables_of_transactions_have_the_names_that_the_server_knows(string version, string list)
    {
        await using var bed = Bed(options => options with { Version = version });
        var link = await bed.OpenAsync();
        var sent = Since(bed);
        using var reply = await Ask(link, "SELECT 1", Of(null, ("transaction_isolation", "'SERIALIZABLE'"), ("transaction_read_only", "1")));
        Assert.That(sent(), Is.EqualTo(new[] { $"SET {list};SELECT 1" }));
    }

    [Test]
    public async Task Handles_with_settings_of_all_kinds_always_find_their_own()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        string[] zones = ["", "'+01:00'", "'+02:00'", "'bad'"];
        string?[] schemas = ["test", "other", "third", "nowhere"];
        await Task.WhenAll(Enumerable.Range(0, 10).Select(task => Task.Run(async () =>
        {
            var random = new Random(task);
            for (var i = 0; i < 60; i++)
            {
                var wanted = new Settings(schemas[random.Next(4)], SessionVariables.None
                    .With("time_zone", zones[random.Next(4)] is { Length: > 0 } zone ? zone : null)
                    .With("sql_mode", random.Next(2) == 0 ? null : "'ANSI'")
                    .With("collation_connection", random.Next(2) == 0 ? null : "'utf8mb4_bin'")
                    .With("group_concat_max_len", random.Next(3) == 0 ? null : $"{random.Next(5, 8)}"));
                var isRefused = wanted.Schema == "nowhere" || wanted.Variables["time_zone"] == "'bad'";
                var leaves = wanted with { Variables = wanted.Variables.With("group_concat_max_len", "99") };
                var (text, terms) = random.Next(4) switch
                {
                    0 => ("SET group_concat_max_len=99", Under(wanted) with { Leaves = leaves }),
                    1 => ("SET group_concat_max_len=99;FAIL;SET group_concat_max_len=1", Under(wanted) with { Leaves = leaves, IsSingleStatement = false }),
                    2 => ("FAIL", Under(wanted) with { Leaves = leaves }),
                    _ => (State, Under(wanted)),
                };
                using var reply = await Ask(link, text, terms);
                var answer = reply.Read();
                Assert.That(answer, Is.EqualTo(
                    isRefused ? "failed: SettingsRefused, NotSent"
                    : text == State ? Expected(wanted)
                    : text == "FAIL" ? "error 1064"
                    : "done"));
            }
        })));
    }

    private LinkBed Bed(Func<FakeServerOptions, FakeServerOptions>? server = null)
    {
        var options = FakeServerOptions.MariaDb.WithVariables(("auto_increment_increment", "1"), ("transaction_read_only", "0"), ("tx_read_only", "0"));
        var bed = new LinkBed(server is null ? options : server(options), change: transport => transport with { Pipelining = mode });
        bed.Server.OnQuery((session, text) => text == State ? FakeReply.Scalar(Describe(session.Schema, name => session.Variables[name])) : null);
        bed.Server.OnQuery(text => text.StartsWith("SET ", StringComparison.Ordinal) && text.Split(';')[0].Contains("'bad'", StringComparison.Ordinal)
            ? FakeReply.Error(1298, "HY000", "Unknown or incorrect time zone: 'bad'")
            : null);
        return bed;
    }

    private static string Expected(Settings settings) => Describe(
        settings.Schema,
        name => settings.Variables[name]?.Trim('\'') ?? FakeServerOptions.MariaDb.Variables[name]);

    private static string Describe(string? schema, Func<string, string> variable) =>
        $"{schema}|{variable("time_zone")}|{variable("sql_mode")}|{variable("collation_connection")}|{variable("group_concat_max_len")}";

    private static Settings Of(string? schema, params (string Name, string Value)[] variables) =>
        new(schema, variables.Aggregate(SessionVariables.None, (all, next) => all.With(next.Name, next.Value)));

    private static Terms Under(Settings? settings, bool onLease = false) => Asking.Terms(onLease: onLease) with { Settings = settings };

    private static async Task<Reply> Ask(ILink link, string text, Settings settings) => await Ask(link, text, Under(settings));

    private static async Task<Reply> Ask(ILink link, string text, Terms terms) => await link.Ask(text, terms).Over();

    private static async Task<string?> AskState(ILink link, Settings settings, bool onLease = false)
    {
        using var reply = await Ask(link, State, Under(settings, onLease));
        return reply.Read();
    }

    // The queries that came since now.
    private static Func<IEnumerable<string>> Since(LinkBed bed)
    {
        var before = bed.Server.Queries.Count;
        return () => bed.Server.Queries.Skip(before);
    }
}
