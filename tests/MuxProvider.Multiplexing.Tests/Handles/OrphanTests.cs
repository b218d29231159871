using MuxProvider.Links;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Multiplexing.Tests;

/// <summary>What floats for nobody is ended on the server where that can hit nobody else.</summary>
[TestFixture]
public sealed class OrphanTests
{
    private const string Question = "SELECT QUERY_ID, COMMAND, INFO_BINARY FROM information_schema.PROCESSLIST WHERE ID = 1";

    private static Rig NewRig(bool isMariaDb, string identity = "host:3306:1", int links = 2)
    {
        var rig = new Rig(new MultiplexingOptions { MaxSharedLinks = links });
        rig.Transport.Facts = rig.Transport.Facts with { ServerIdentity = identity };
        if (!isMariaDb)
            rig.Transport.Facts = rig.Transport.Facts with { ServerVersion = ServerVersion.Parse("9.7.0") };
        return rig;
    }

    private static async Task<(Handle Handle, FakeLink Link)> AbandonAsync(Rig rig, string text = "SELECT COUNT(*) FROM huge")
    {
        var handle = await rig.Open();
        using var cancel = new CancellationTokenSource();
        var gone = Rig.Start(handle, text, cancellationToken: cancel.Token);
        var link = await rig.Waiting(text);
        await cancel.CancelAsync();
        await Rig.Failure<OperationCanceledException>(gone);
        return (handle, link);
    }

    private static FakeReply Shows(string text, string number = "77") => FakeReply.Rows(["QUERY_ID", "COMMAND", "INFO_BINARY"], [number, "Query", text]);

    [Test]
    public async Task On_MariaDB_it_is_ended_by_its_own_number()
    {
        using var rig = NewRig(isMariaDb: true);
        var (_, link) = await AbandonAsync(rig);
        rig.Pass(0.2);
        var messenger = await rig.Waiting(Question);
        Assert.That(messenger, Is.Not.SameAs(link));
        messenger.CompleteNext(Shows("SELECT COUNT(*) FROM huge"));
        await rig.Waiting("KILL QUERY ID 77");
        Assert.That(link.IsShared, Is.True, "others go on using it");
        messenger.CompleteNext(FakeReply.Ok());
        link.CompleteNext(FakeReply.Error(1317, "70100", "interrupted"));
        await Rig.Spin(() => rig.Multiplexer.GetStatistics().Kills == 1);
    }

    [Test]
    public async Task What_ends_by_itself_is_left_alone()
    {
        using var rig = NewRig(isMariaDb: true);
        var (_, link) = await AbandonAsync(rig);
        link.CompleteNext(FakeReply.Ok());
        rig.Pass(10);
        Assert.That((rig.Transport.Links.Count, rig.Multiplexer.GetStatistics().Kills), Is.EqualTo((1, 0)));
    }

    [TestCase("SELECT 1")]
    [TestCase("")]
    public async Task Where_the_server_shows_something_else_nothing_is_killed(string shown)
    {
        using var rig = NewRig(isMariaDb: true);
        await AbandonAsync(rig);
        rig.Pass(0.2);
        var messenger = await rig.Waiting(Question);
        messenger.CompleteNext(Shows(shown));
        await Rig.Spin(() => rig.Multiplexer.Group(hasSchema: true).IdleControls == 1);
        Assert.That(rig.Transport.Statements, Has.None.StartsWith("KILL"));
    }

    [Test]
    public async Task A_neighbour_with_the_same_text_saves_it()
    {
        using var rig = NewRig(isMariaDb: true, links: 1);
        var (_, link) = await AbandonAsync(rig);
        var other = await rig.Open();
        var neighbour = Rig.Start(other, "SELECT COUNT(*) FROM huge");
        await rig.Until(() => link.Pending.Count == 2);
        rig.Pass(0.2);
        var messenger = await rig.Waiting(Question);
        messenger.CompleteNext(Shows("SELECT COUNT(*) FROM huge"));
        await Rig.Spin(() => rig.Multiplexer.Group(hasSchema: true).IdleControls == 1);
        Assert.That(rig.Transport.Statements, Has.None.StartsWith("KILL"));
        link.CompleteAll(FakeReply.Ok());
        (await Rig.Within(neighbour)).Dispose();
    }

    [Test]
    public async Task The_answer_that_comes_meanwhile_saves_who_follows()
    {
        using var rig = NewRig(isMariaDb: true, links: 1);
        var (_, link) = await AbandonAsync(rig);
        rig.Pass(0.2);
        var messenger = await rig.Waiting(Question);
        link.CompleteNext(FakeReply.Ok());
        messenger.CompleteNext(Shows("SELECT COUNT(*) FROM huge"));
        await Rig.Spin(() => rig.Multiplexer.Group(hasSchema: true).IdleControls == 1);
        Assert.That(rig.Transport.Statements, Has.None.StartsWith("KILL"));
    }

    [Test]
    public async Task Elsewhere_it_is_ended_where_the_link_has_nothing_else_and_nobody_gets_the_link_meanwhile()
    {
        using var rig = NewRig(isMariaDb: false, links: 1);
        var (handle, link) = await AbandonAsync(rig);
        rig.Pass(0.2);
        var messenger = await rig.Waiting("KILL QUERY 1");
        Assert.That((link.IsShared, messenger == link), Is.EqualTo((false, false)));
        var next = Rig.Start(handle, "SELECT 2");
        Assert.That(await rig.Waiting("SELECT 2", next), Is.Not.SameAs(link));
        rig.Transport.Links[^1].CompleteAll(FakeReply.Ok());
        messenger.CompleteAll(FakeReply.Ok());
        (await Rig.Within(next)).Dispose();
        await rig.Waiting("DO 0");
        link.CompleteAll(FakeReply.Ok());
        await Rig.Spin(() => rig.Multiplexer.GetStatistics().Kills == 1);
        Assert.That(link.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public async Task Elsewhere_a_link_with_followers_is_left_alone()
    {
        using var rig = NewRig(isMariaDb: false, links: 1);
        var (_, link) = await AbandonAsync(rig);
        var other = await rig.Open();
        var neighbour = Rig.Start(other, "SELECT 2");
        await rig.Until(() => link.Pending.Count == 2);
        rig.Pass(10);
        Assert.That((rig.Transport.Links.Count, link.IsShared), Is.EqualTo((1, true)));
        link.CompleteAll(FakeReply.Ok());
        (await Rig.Within(neighbour)).Dispose();
    }

    [Test]
    public async Task Elsewhere_a_link_to_which_a_kill_may_still_come_is_closed()
    {
        using var rig = NewRig(isMariaDb: false, links: 1);
        var (_, link) = await AbandonAsync(rig);
        rig.Pass(0.2);
        await rig.Waiting("KILL QUERY 1");
        rig.Pass(5);
        await rig.Until(() => link.State == LinkState.Closed);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Nothing_is_killed_where_the_server_s_identity_is_not_known(bool isMariaDb)
    {
        using var rig = NewRig(isMariaDb, identity: "");
        var (_, link) = await AbandonAsync(rig);
        rig.Pass(10);
        Assert.That((rig.Transport.Links.Count, link.Pending.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task Several_statements_in_one_text_are_left_alone()
    {
        using var rig = NewRig(isMariaDb: true);
        var (_, link) = await AbandonAsync(rig, "SELECT 1; SELECT 2");
        rig.Pass(10);
        Assert.That(rig.Transport.Links.Concat([link]).SelectMany(each => each.Statements), Has.None.Contains("PROCESSLIST"));
    }
}
