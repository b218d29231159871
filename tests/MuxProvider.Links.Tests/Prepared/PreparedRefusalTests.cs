using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>What becomes of prepared statements where the link does not take what concerns them.</summary>
public sealed class PreparedRefusalTests
{
    private const string Text = "SELECT 'text'";

    [Test]
    public async Task What_makes_room_for_a_statement_that_the_link_refuses_is_closed_all_the_same()
    {
        await using var bed = Bed(1, out var server);
        var link = await bed.OpenAsync();
        await PrepareAsync(link, Text);
        Assert.That(server.Count, Is.EqualTo(1));
        link.Unshare();
        Assert.That(await Ask(link, "SELECT 'late'").Text(), Is.EqualTo($"failed: {LinkFailureKind.Closed}, {Delivery.NotSent}"));
        await Eventually.Holds(() => server.Count == 0, "the close");
        link.NotifyWhenIdle();
        await Eventually.Holds(() => bed.Watcher.Heard.Contains("idle") && link.Depth == 0, "an idle link");
        link.Share();
        await PrepareAsync(link, "SELECT 'late'");
        Assert.That(server.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task What_makes_room_for_a_value_that_cannot_be_sent_is_closed_all_the_same()
    {
        await using var bed = Bed(1, out var server);
        var link = await bed.OpenAsync();
        await PrepareAsync(link, Text);
        Assert.Throws<ArgumentException>(() => link.Submit(Bound("SELECT ?", double.NaN), Terms()));
        await Eventually.Holds(() => server.Count == 0 && link.Depth == 0, "the close");
        await PrepareAsync(link, Text);
        Assert.That(server.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_question_that_a_large_answer_drives_from_the_link_is_asked_again()
    {
        await using var bed = Bed(10, out _, maxDepth: 2);
        bed.Server.OnQuery("large", FakeReply.Rows([FakeColumn.Text("n"), FakeColumn.Text("x")], Enumerable.Range(0, 400).Select(i => new object?[] { $"{i}", new string('x', 5_000) })));
        var link = await bed.OpenAsync();
        using var hold = bed.Server.Hold("large");
        using var large = link.Ask("large", Streams.Terms(onLease: false, leavesNoState: true));
        using var behind = link.Ask("SELECT 2", Streams.Terms(onLease: false, leavesNoState: true));
        using var unsent = Ask(link, Text);
        await hold.WaitUntilHeldAsync();
        hold.Release();
        await large.Over();
        Assert.That(await unsent.Text(), Is.EqualTo($"failed: {LinkFailureKind.Closed}, {Delivery.NotSent}"));
        await large.NextResultNowAsync();
        await large.NumbersAsync();
        Assert.That(await behind.Text(), Is.EqualTo("2"));
        link.Share();
        await PrepareAsync(link, Text);
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("SELECT 'text' in test"));
    }

    [Test]
    public async Task A_text_that_is_larger_than_the_server_takes_is_not_sent_to_be_prepared()
    {
        await using var bed = Bed(10, out _, maxAllowedPacket: 4096);
        var link = await bed.OpenAsync();
        var text = $"SELECT '{new string('x', 5_000)}'";
        var failure = Assert.Throws<LinkException>(() => link.Prepare(new Statement(new StatementText(text, [])), Terms()))!;
        Assert.That((failure.Kind, failure.Delivery, link.State), Is.EqualTo((LinkFailureKind.PacketTooLarge, Delivery.NotSent, LinkState.Open)));
        await PrepareAsync(link, Text);
        Assert.That(await Ask(link, Text).Text(), Is.EqualTo("SELECT 'text' in test"));
    }

    [Test]
    public async Task A_stream_in_pieces_that_are_larger_than_the_server_takes_is_not_sent()
    {
        await using var bed = Bed(10, out _, maxAllowedPacket: 80_000);
        var link = await bed.OpenAsync();
        await link.Submit(Bound("SELECT ?", 1), Terms()).Over();
        await Eventually.Holds(() => link.Depth == 0, "all answers");
        var failure = Assert.Throws<LinkException>(() => link.Submit(Bound("SELECT ?", new MemoryStream(new byte[100_000])), Terms()))!;
        Assert.That((failure.Kind, failure.Delivery, link.State), Is.EqualTo((LinkFailureKind.PacketTooLarge, Delivery.NotSent, LinkState.Open)));
        Assert.That(await link.Submit(Bound("SELECT ?", 1), Terms()).Text(), Is.EqualTo("SELECT ? in test"));
    }

    private static LinkBed Bed(int most, out PreparingServer server, int maxDepth = 128, int maxAllowedPacket = 16 * 1024 * 1024)
    {
        var bed = new LinkBed(
            FakeServerOptions.MariaDb.WithVariables(("max_allowed_packet", $"{maxAllowedPacket}")),
            options => options with { MaxPreparedStatements = most, MaxDepth = maxDepth });
        server = new PreparingServer(bed.Server);
        return bed;
    }

    private static Terms Terms() => Asking.Terms("test") with { MayRunPrepared = true };

    private static Reply Ask(ILink link, string text) => link.Ask(text, Terms());

    private static async Task PrepareAsync(ILink link, string text)
    {
        Assert.That(await Ask(link, text).Text(), Does.Not.StartWith("failed"));
        await Eventually.Holds(() => link.Depth == 0, "all answers");
    }

    private static Statement Bound(string text, object value)
    {
        var statement = new Statement(new StatementText(text, [new ParameterMarker(text.IndexOf('?', StringComparison.Ordinal), 1, null, false)]));
        statement.Reset(statement.Text);
        statement.Bind(value);
        return statement;
    }
}
