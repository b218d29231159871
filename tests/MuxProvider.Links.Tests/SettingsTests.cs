using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

[TestFixture(PipeliningMode.On)]
[TestFixture(PipeliningMode.Off)]
public sealed class SettingsTests(PipeliningMode mode)
{
    [Test]
    public async Task A_prefix_goes_ahead_only_where_the_settings_differ()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        foreach (var schema in (string?[])["test", "test", null, "test", "other", "other", "test"])
            Assert.That(await link.AskTextAsync("SELECT schema()", schema), Is.EqualTo(schema ?? "test"));
        Assert.That(Prefixes(bed), Is.EqualTo(new[] { "test", "other", "test" }));
        Assert.That(link.Settings, Is.EqualTo(new Settings("test")));
    }

    [Test]
    public async Task A_prefix_travels_with_its_statement()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT 1", "test"), Is.EqualTo("1"));
        Assert.That(bed.Server.Received.Select(command => command.Text), Has.One.EqualTo("USE `test`;SELECT 1"), "in one packet, so that an error stops both");
    }

    [Test]
    public async Task Neighbours_of_different_schemas_each_run_in_their_own()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        string[] schemas = ["test", "other", "third"];
        await Task.WhenAll(Enumerable.Range(0, 12).Select(task => Task.Run(async () =>
        {
            var random = new Random(task);
            for (var i = 0; i < 40; i++)
            {
                var schema = schemas[random.Next(3)];
                Assert.That(await link.AskTextAsync("SELECT schema()", schema), Is.EqualTo(schema));
            }
        })));
    }

    [Test]
    public async Task An_unknown_schema_fails_those_who_need_it_and_nobody_else()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("SELECT 0");
        using var first = link.Ask("SELECT 0", "test");
        using var bad = link.Ask("SELECT schema()", "nowhere");
        using var badToo = link.Ask("SELECT schema()", "nowhere");
        using var good = link.Ask("SELECT schema()", "other");
        using var late = link.Ask("SELECT schema()", "test");
        await hold.WaitUntilHeldAsync();
        hold.Release();
        Assert.That(await first.Text(), Is.EqualTo("0"));
        foreach (var reply in (Reply[])[bad, badToo])
        {
            await reply.Over();
            Assert.That((reply.Failure?.Kind, reply.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, 1049)));
            Assert.That(reply.Failure!.Message, Does.Contain("nowhere"));
            if (mode == PipeliningMode.Off)
                Assert.That(reply.Failure.Delivery, Is.EqualTo(Delivery.NotSent));
        }

        Assert.That(await good.Text(), Is.EqualTo("other"));
        Assert.That(await late.Text(), Is.EqualTo("test"));
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public async Task After_an_unknown_schema_the_link_is_brought_to_the_next_one_anew()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT schema()", "test"), Is.EqualTo("test"));
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await link.AskTextAsync("SELECT schema()", "nowhere"), Does.StartWith("failed: SettingsRefused"));
            Assert.That(await link.AskTextAsync("SELECT schema()", "test"), Is.EqualTo("test"));
        }

        Assert.That(await link.AskTextAsync("SELECT 4", "nowhere"), Does.StartWith("failed: SettingsRefused"));
        Assert.That(await link.AskTextAsync("SELECT 5"), Is.EqualTo("5"));
    }

    [Test]
    public async Task Schemas_that_are_refused_again_and_again_never_let_an_answer_out_and_never_hurt_others()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        string[] schemas = ["test", "nowhere", "other", "nirvana"];
        await Task.WhenAll(Enumerable.Range(0, 10).Select(task => Task.Run(async () =>
        {
            var random = new Random(100 + task);
            for (var i = 0; i < 40; i++)
            {
                var schema = schemas[random.Next(4)];
                var answer = await link.AskTextAsync("SELECT schema()", schema);
                if (schema[0] == 'n')
                    Assert.That(answer, Does.StartWith("failed: SettingsRefused"));
                else
                    Assert.That(answer, Is.EqualTo(schema));
            }
        })));
    }

    [Test]
    public async Task A_ping_tells_whether_a_schema_exists()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var good = await link.Ping(Asking.Terms("test")).Over();
        Assert.That((good.Failure, good.NextResult()), Is.EqualTo(((LinkException?)null, ReplyItem.Done)));
        using var bad = await link.Ping(Asking.Terms("nowhere")).Over();
        Assert.That((bad.Failure?.Kind, bad.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, 1049)));
    }

    [Test]
    public async Task A_ping_asks_for_a_schema_even_where_the_session_names_it_already()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var first = await link.Ping(Asking.Terms("test")).Over();
        bed.Server.OnCommand((_, code, text) => code == CommandCode.InitDb && text == "test" ? FakeReply.Error(1049, "42000", "Unknown database 'test'") : null);
        using var again = await link.Ping(Asking.Terms("test")).Over();
        Assert.That(again.Failure?.ServerError?.Code, Is.EqualTo(1049), "it was dropped meanwhile");
    }

    [Test]
    public async Task A_schema_changed_by_a_statement_on_a_lease_is_known()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        Assert.That(await link.AskTextAsync("USE other", onLease: true), Is.EqualTo("done"));
        Assert.That(link.Settings, Is.EqualTo(new Settings("other")));
        Assert.That(await link.AskTextAsync("SELECT schema()", "other", onLease: true), Is.EqualTo("other"));
        Assert.That(Prefixes(bed), Is.Empty);
    }

    private LinkBed Bed()
    {
        var bed = new LinkBed(change: options => options with { Pipelining = mode });
        bed.Server.OnQuery((session, text) => text == "SELECT schema()" ? FakeReply.Scalar(session.Schema) : null);
        return bed;
    }

    private static IEnumerable<string> Prefixes(LinkBed bed) =>
        bed.Server.Received.Where(command => command.Text.StartsWith("USE `", StringComparison.Ordinal)).Select(command => command.Text.Split('`')[1]);

    [Test]
    public async Task A_statement_never_runs_where_its_schema_was_refused_nor_does_one_behind_it()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        var ran = new System.Collections.Concurrent.ConcurrentQueue<string>();
        bed.Server.OnQuery((session, text) =>
        {
            if (!text.StartsWith("INSERT", StringComparison.Ordinal))
                return null;
            ran.Enqueue($"{session.Schema}: {text}");
            return FakeReply.Ok(1);
        });
        await link.AskTextAsync("SELECT 1", "test");
        using var held = bed.Server.Hold();
        var first = link.Ask("INSERT a", "dropped");
        var second = link.Ask("INSERT b", "dropped");
        var third = link.Ask("INSERT c", "test");
        held.Release();
        foreach (var refused in new[] { first, second })
        {
            await refused.Completion;
            Assert.That((refused.Failure?.Kind, refused.Failure?.Delivery, refused.Failure?.ServerError?.Code), Is.EqualTo((LinkFailureKind.SettingsRefused, Delivery.NotSent, 1049)));
            refused.Dispose();
        }

        await third.Completion;
        Assert.That(third.Failure, Is.Null);
        third.Dispose();
        Assert.That(ran, Is.EqualTo(new[] { "test: INSERT c" }));
    }
}
