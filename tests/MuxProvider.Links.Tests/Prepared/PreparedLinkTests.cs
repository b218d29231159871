using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Statements that may run prepared, on a native link.</summary>
[TestFixture(PipeliningMode.On)]
[TestFixture(PipeliningMode.Off)]
public sealed class PreparedLinkTests(PipeliningMode mode)
{
    private const string Text = "SELECT 'text'";

    [Test]
    public async Task A_statement_runs_as_text_while_it_is_prepared_behind_and_prepared_from_then_on()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("text"));
        await Idle(link);
        using var reply = await Ask(link, Text).Over();
        Assert.That(reply.IsBinary, Is.True);
        Assert.That(reply.TryPeekCell(out var cell) && cell.SequenceEqual("SELECT 'text' in test"u8), Is.True);
        Assert.That(reply.Read(), Is.EqualTo("SELECT 'text' in test"));
        Assert.That(BinaryCells.TryReadInt64(reply.GetCell(1), out var seven) ? seven : 0, Is.EqualTo(7));
        Assert.That(Codes(bed), Is.EqualTo(new[] { CommandCode.Query, CommandCode.StatementPrepare, CommandCode.StatementExecute }));
        Assert.That(Statistics(bed), Is.EqualTo(new PreparationStatistics(1, 1, 0, 1)));
    }

    [Test]
    public async Task On_a_lease_the_question_goes_in_front_so_that_the_session_remembers_the_statement()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync(shared: false);
        await link.AskTextAsync("SELECT 1", "test", onLease: true);
        Assert.That(await Ask(link, Text, onLease: true).Text(), Is.EqualTo("text"));
        Assert.That(await Ask(link, Text, onLease: true).Text(), Is.EqualTo("SELECT 'text' in test"));
        Assert.That(Codes(bed)[^3..], Is.EqualTo(new[] { CommandCode.StatementPrepare, CommandCode.Query, CommandCode.StatementExecute }));
    }

    [Test]
    public async Task Nobody_waits_for_a_statement_to_be_prepared()
    {
        if (mode == PipeliningMode.Off)
            Assert.Pass("There one request waits for the other in any case.");
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        using var hold = bed.Server.HoldCommands(command => command.Code == CommandCode.StatementPrepare, "preparing");
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("text"));
        await hold.WaitUntilHeldAsync();
        using var meanwhile = Ask(link, Text);
        hold.Release();
        Assert.That(await meanwhile.Text(), Is.EqualTo("text"));
        Assert.That(Codes(bed), Is.EqualTo(new[] { CommandCode.Query, CommandCode.StatementPrepare, CommandCode.Query }));
    }

    [Test]
    public async Task A_statement_for_which_settings_have_to_be_brought_runs_as_text()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        foreach (var schema in (string[])["test", "other"])
        {
            await Ask(link, Text, schema).Text();
            await Idle(link);
            Assert.That(await Ask(link, Text, schema).Text(), Is.EqualTo($"SELECT 'text' in {schema}"));
        }

        Assert.That(await Ask(link, Text, "test").Text(), Is.EqualTo("text"));
        await Idle(link);
        Assert.That(await Ask(link, Text, "test").Text(), Is.EqualTo("SELECT 'text' in test"));
    }

    [Test]
    public async Task What_was_prepared_where_its_schema_was_refused_is_closed_and_never_executed()
    {
        await using var bed = Bed();
        var server = new PreparingServer(bed.Server);
        var link = await bed.OpenAsync();
        Assert.That(await Ask(link, Text, "nowhere").Text(), Is.EqualTo($"failed: {LinkFailureKind.SettingsRefused}, {Delivery.NotSent}"));
        await bed.Server.WaitForCommandsAsync(1, command => command.Code == CommandCode.StatementClose);
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("text"));
        Assert.That(Statistics(bed).Executions, Is.Zero);
    }

    [Test]
    public async Task What_the_server_refuses_to_prepare_runs_as_text_and_is_not_asked_for_each_time()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await Ask(link, "SELECT 'refuse'").Text(), Is.EqualTo("refuse"));
            await Idle(link);
        }

        Assert.That(Codes(bed).Count(code => code == CommandCode.StatementPrepare), Is.EqualTo(1));
    }

    [Test]
    public async Task What_the_server_has_forgotten_did_not_run_and_is_prepared_anew()
    {
        await using var bed = new LinkBed(null, options => options with { Pipelining = mode });
        var server = new PreparingServer(bed.Server);
        var link = await bed.OpenAsync();
        await Ask(link, Text).Text();
        await Idle(link);
        server.Forget();
        using var lost = await Ask(link, Text, probes: Probes.Warnings | Probes.Status).Over();
        Assert.That(lost.Read(), Is.EqualTo($"failed: {LinkFailureKind.NotPrepared}, {Delivery.NotSent}"));
        await Idle(link);
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("text"));
        await Idle(link);
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("SELECT 'text' in test"));
    }

    [Test]
    public async Task What_makes_room_is_closed_behind_those_that_execute_it()
    {
        await using var bed = Bed(most: 2, out var server);
        var link = await bed.OpenAsync();
        for (var i = 0; i < 6; i++)
        {
            await Ask(link, $"SELECT {i}").Text();
            await Idle(link);
            Assert.That(await Ask(link, $"SELECT {i}").Text(), Is.EqualTo($"SELECT {i} in test"));
        }

        Assert.That((server.Count, Statistics(bed).Evictions), Is.EqualTo((2, 4L)));
    }

    [Test]
    public async Task What_has_made_room_before_it_is_sent_has_to_be_sent_as_text()
    {
        if (mode == PipeliningMode.On)
            Assert.Pass("There it is sent at once.");
        await using var bed = Bed(most: 1, out _);
        var link = await bed.OpenAsync();
        await Ask(link, Text).Text();
        await Idle(link);
        using var hold = bed.Server.Hold("first");
        using var first = Ask(link, "SELECT 'first'", mayRunPrepared: false);
        await hold.WaitUntilHeldAsync();
        using var execution = Ask(link, Text);
        using var other = Ask(link, "SELECT 'other'");
        hold.Release();
        Assert.That(await execution.Text(), Is.EqualTo($"failed: {LinkFailureKind.NotPrepared}, {Delivery.NotSent}"));
        Assert.That(await other.Text(), Is.EqualTo("other"));
    }

    [Test]
    public async Task A_reset_session_prepares_anew()
    {
        await using var bed = Bed(most: 5, out var server);
        var link = await bed.OpenAsync();
        await Ask(link, Text).Text();
        await Idle(link);
        link.Recycle();
        await bed.Watcher.WaitForAsync("recycled");
        Assert.That(server.Count, Is.Zero);
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("text"));
        await Idle(link);
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("SELECT 'text' in test"));
    }

    [Test]
    public async Task Who_asks_for_it_hears_whether_a_statement_can_be_prepared()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        Assert.That(await Prepare(link, Text).Text(), Is.EqualTo("nothing"));
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("SELECT 'text' in test"));
        Assert.That(await Prepare(link, Text).Text(), Is.EqualTo("done"), "a sign of life");
        Assert.That(await Prepare(link, "SELECT 'refuse'").Text(), Is.EqualTo("error 1295"));
        Assert.That(await Prepare(link, Text, "nowhere").Text(), Does.StartWith($"failed: {LinkFailureKind.SettingsRefused}"));
        Assert.That(await Prepare(link, Text, "other").Text(), Is.EqualTo("nothing"));
        Assert.That(await Ask(link, Text, "other").Text(), Is.EqualTo("SELECT 'text' in other"));
    }

    [Test]
    public async Task Nothing_is_prepared_where_none_may_be_kept()
    {
        await using var bed = Bed(most: 0, out _);
        var link = await bed.OpenAsync();
        for (var i = 0; i < 3; i++)
            Assert.That(await Ask(link, Text).Text(), Is.EqualTo("text"));
        Assert.That(Codes(bed), Is.All.EqualTo(CommandCode.Query));
    }

    [Test]
    public async Task A_value_that_cannot_be_sent_is_refused_and_leaves_no_trace()
    {
        await using var bed = Bed();
        var link = await bed.OpenAsync();
        for (var i = 0; i < 3; i++)
        {
            var statement = new Statement(new StatementText("SELECT ?", [new ParameterMarker(7, 1, null, false)]));
            statement.Reset(statement.Text);
            statement.Bind(i == 1 ? 5 : double.NaN);
            if (i == 1)
                await link.Submit(statement, Terms("test", true, Probes.None)).Text();
            else
                Assert.Throws<ArgumentException>(() => link.Submit(statement, Terms("test", true, Probes.None)));
            await Idle(link);
        }

        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("text"));
        Assert.That(link.Depth, Is.LessThan(2));
    }

    private LinkBed Bed(int most, out PreparingServer server)
    {
        var bed = new LinkBed(null, options => options with { Pipelining = mode, MaxPreparedStatements = most });
        server = new PreparingServer(bed.Server);
        return bed;
    }

    private LinkBed Bed() => Bed(10, out _);

    private static PreparationStatistics Statistics(LinkBed bed) => ((ILinkTransport)bed.Transport).Preparations;

    private static Terms Terms(string schema, bool mayRunPrepared, Probes probes, bool onLease = false) =>
        Asking.Terms(schema, onLease) with { MayRunPrepared = mayRunPrepared, Probes = probes };

    private static Reply Ask(ILink link, string text, string schema = "test", bool onLease = false, bool mayRunPrepared = true, Probes probes = Probes.None) =>
        link.Ask(text, Terms(schema, mayRunPrepared, probes, onLease));

    private static Reply Prepare(ILink link, string text, string schema = "test") =>
        link.Prepare(new Statement(new StatementText(text, [])), Terms(schema, mayRunPrepared: true, Probes.None));

    // What was asked behind a statement is answered before what comes later.
    private static Task Idle(ILink link) => link.AskTextAsync("SELECT 1");

    // Without what belongs to the login.
    private static CommandCode[] Codes(LinkBed bed) =>
        [.. bed.Server.Received.Where(command => IsPrepared(command) || command.Text.Contains("SELECT '", StringComparison.Ordinal)).Select(command => command.Code)];

    private static bool IsPrepared(ReceivedCommand command) =>
        command.Code is CommandCode.StatementPrepare or CommandCode.StatementExecute or CommandCode.StatementClose;
}
