using System.Net;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Links to one of several servers, of which some refuse, hang, are read only, or send the link elsewhere.</summary>
[TestFixture]
public sealed class SeveralServersTests
{
    private const string ReadOnlyError = "The MySQL server is running with the --read-only option so it cannot execute this statement";

    private readonly List<FakeServer> _servers = [];
    private readonly List<ILink> _links = [];

    [SetUp]
    public void ThreeServers()
    {
        for (var i = 0; i < 3; i++)
            _servers.Add(new FakeServer());
    }

    [TearDown]
    public async Task EndAll()
    {
        foreach (var link in _links)
            link.Close();
        _links.Clear();
        foreach (var server in _servers)
        {
            server.Release();
            await server.WaitForConnectionsAsync(0);
            Assert.That(server.Violations, Is.Empty);
            server.Dispose();
        }

        _servers.Clear();
    }

    [Test]
    public async Task Links_go_round_fail_over_or_go_to_the_server_with_the_fewest()
    {
        var round = Transport();
        var used = new List<int>();
        for (var i = 0; i < 6; i++)
            used.Add((await OpenAsync(round)).Facts.Server);
        Assert.That(used.GroupBy(server => server).Select(group => group.Count()), Is.EqualTo(new[] { 2, 2, 2 }));

        var first = Transport(options => options with { LoadBalance = LoadBalance.FailOver });
        for (var i = 0; i < 3; i++)
            Assert.That((await OpenAsync(first)).Facts.Server, Is.Zero);

        var least = Transport(options => options with { LoadBalance = LoadBalance.LeastLinks });
        var links = new[] { await OpenAsync(least), await OpenAsync(least), await OpenAsync(least) };
        Assert.That(links.Select(link => link.Facts.Server), Is.Unique);
        var (gone, watcher) = (links[1], new LinkWatcher());
        gone.Close();
        await _servers[gone.Facts.Server].WaitForConnectionsAsync(4 - 1 + (gone.Facts.Server == 0 ? 2 : -1));
        least.BeginOpen(watcher, Guard.Time, server: 2);
        _links.Add(await watcher.Opened);
        Assert.That(_links[^1].Facts.Server, Is.EqualTo(2), "the wish comes first");
    }

    [Test]
    public async Task A_server_that_refuses_is_passed_over_and_not_tried_first_again()
    {
        _servers[0].Stop();
        var transport = Transport(options => options with { LoadBalance = LoadBalance.FailOver });
        Assert.That((await OpenAsync(transport)).Facts.Server, Is.EqualTo(1));
        Assert.That(transport.ServerList.StateOf(0).IsOut, Is.True);
        _servers[0].Restart();
        Assert.That((await OpenAsync(transport)).Facts.Server, Is.EqualTo(1));
        Assert.That(_servers[0].ConnectionsAccepted, Is.Zero);
    }

    [Test]
    public async Task A_server_that_hangs_leaves_the_others_their_time()
    {
        _servers[0].Welcome = FakeWelcome.Silence;
        var transport = Transport(options => options with { LoadBalance = LoadBalance.FailOver });
        Assert.That((await OpenAsync(transport, TimeSpan.FromSeconds(6))).Facts.Server, Is.EqualTo(1));
        Assert.That(_servers[0].ConnectionsAccepted, Is.EqualTo(1));
    }

    [Test]
    public async Task When_all_fail_the_error_says_why_server_by_server()
    {
        _servers[0].Stop();
        _servers[1].Welcome = FakeWelcome.TooManyConnections;
        _servers[2].Welcome = FakeWelcome.Hangup;
        var failure = await FailAsync(Transport());
        Assert.That((failure.Kind, failure.ServerError?.Code, failure.Delivery), Is.EqualTo((LinkFailureKind.LoginRefused, 1040, Delivery.NotSent)));
        Assert.That(failure.Message, Does.Contain("3 servers").And.Contain($":{_servers[0].Port}").And.Contain($":{_servers[1].Port}").And.Contain($":{_servers[2].Port}"));
        Assert.That(failure.Message.Split('\n'), Has.Length.EqualTo(4));
    }

    [TestCase(TargetSession.Primary, "1 0 1", ExpectedResult = 1)]
    [TestCase(TargetSession.Replica, "0 0 1", ExpectedResult = 2)]
    [TestCase(TargetSession.PreferReplica, "0 0 1", ExpectedResult = 2)]
    [TestCase(TargetSession.PreferReplica, "0 0 0", ExpectedResult = 0)]
    [TestCase(TargetSession.Any, "1 0 0", ExpectedResult = 0)]
    public async Task<int> Links_lead_to_a_server_that_suits(TargetSession target, string readOnly)
    {
        SetReadOnly(readOnly);
        var transport = Transport(options => options with { LoadBalance = LoadBalance.FailOver, Target = target });
        var link = await OpenAsync(transport);
        Assert.That(link.Facts.ServerRole, Is.EqualTo(readOnly.Split(' ')[link.Facts.Server] == "1" ? ServerRole.Replica : ServerRole.Primary));
        Assert.That(await link.AskTextAsync("SELECT 7"), Is.EqualTo("7"));
        return link.Facts.Server;
    }

    [Test]
    public async Task Where_no_server_suits_the_error_says_what_they_are()
    {
        SetReadOnly("1 1 1");
        _servers[2].Stop();
        var failure = await FailAsync(Transport(options => options with { Target = TargetSession.Primary }));
        Assert.That(failure.Message, Does.Contain("Target Session=Primary").And.Contain($"{_servers[0].Port} is a replica").And.Contain($"No server answers at 127.0.0.1:{_servers[2].Port}"));
    }

    [Test]
    public async Task A_node_that_is_outside_its_cluster_is_never_taken()
    {
        _servers[0].OnQuery(text => text == ServerRoles.Cluster ? FakeReply.Rows(["on", "ready"], [1, "OFF"]) : null);
        _servers[1].OnQuery(text => text.StartsWith("SELECT @@sql_mode", StringComparison.Ordinal) ? FakeReply.Error(1047, "08S01", "WSREP has not yet prepared node for application use") : null);
        _servers[2].OnQuery(text => text == ServerRoles.Cluster ? FakeReply.Rows(["on", "ready"], [1, "ON"]) : null);
        var transport = Transport(options => options with { LoadBalance = LoadBalance.FailOver });
        var link = await OpenAsync(transport);
        Assert.That((link.Facts.Server, link.Facts.IsClusterNode), Is.EqualTo((2, true)));
        Assert.That(transport.ServerList.StateOf(0).Role, Is.EqualTo(ServerRole.NotReady));
        Assert.That(transport.ServerList.StateOf(1).Role, Is.EqualTo(ServerRole.NotReady));
        Assert.That(transport.Servers!.QuestionFor(link.Facts).Text, Is.EqualTo(ServerRoles.ClusterNode));
    }

    [Test]
    public async Task A_server_that_does_not_know_the_question_takes_changes()
    {
        foreach (var server in _servers)
            server.OnQuery(text => text == ServerRoles.Plain ? FakeReply.Error(1193, "HY000", "Unknown system variable 'innodb_read_only'") : null);
        Assert.That((await OpenAsync(Transport(options => options with { Target = TargetSession.Primary }))).Facts.ServerRole, Is.EqualTo(ServerRole.Primary));
    }

    [TestCase("INSERT", 1290, ReadOnlyError, true)]
    [TestCase("INSERT", 1290, "The MySQL server is running with the --secure-file-priv option so it cannot execute this statement", false)]
    [TestCase("INSERT", 1062, "Duplicate entry", false)]
    public async Task An_error_that_tells_of_a_demotion_is_told_and_the_statement_has_it(string text, int code, string message, bool isDemotion)
    {
        _servers[0].OnQuery(text, FakeReply.Error((ushort)code, "HY000", message));
        var watcher = new LinkWatcher();
        var transport = Transport(options => options with { LoadBalance = LoadBalance.FailOver, Target = TargetSession.Primary });
        var link = await OpenAsync(transport, watcher: watcher);
        Assert.That(await link.AskTextAsync(text), Is.EqualTo($"error {code}"));
        Assert.That(await link.AskTextAsync("SELECT 7"), Is.EqualTo("7"), "the link goes on");
        Assert.That(watcher.Heard.Contains("demoted"), Is.EqualTo(isDemotion));
        Assert.That(transport.ServerList.StateOf(0).Role, Is.EqualTo(isDemotion ? ServerRole.Replica : ServerRole.Primary));
    }

    [Test]
    public async Task The_answer_to_the_question_of_a_check_tells_whether_links_may_stay()
    {
        var transport = Transport(options => options with { LoadBalance = LoadBalance.FailOver, Target = TargetSession.Primary });
        var link = await OpenAsync(transport);
        Assert.That(await LearnAsync(transport, link), Is.True);
        SetReadOnly("1 0 0");
        Assert.That(await LearnAsync(transport, link), Is.False);
        _servers[0].OnQuery(ServerRoles.Plain, FakeReply.Error(1317, "70100", "Query execution was interrupted"));
        Assert.That(await LearnAsync(transport, link), Is.True, "this tells nothing");
        foreach (var (code, message) in ((ushort, string)[])[(1047, "WSREP has not yet prepared node for application use"), (1205, "Lock wait timeout exceeded; try restarting transaction")])
        {
            _servers[0].OnQuery(ServerRoles.Plain, FakeReply.Error(code, "HY000", message));
            Assert.That(await LearnAsync(transport, link), Is.False, message);
        }
    }

    [Test]
    public async Task The_addresses_of_a_name_are_tried_one_after_another_and_remembered()
    {
        var transport = Transport(options => options with
        {
            Hosts = [$"db.example:{_servers[0].Port}"],
            Resolve = name => name == "db.example" ? [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback] : [],
        });
        var link = await OpenAsync(transport);
        Assert.That((link.Facts.Endpoint, link.Facts.Address), Is.EqualTo(($"db.example:{_servers[0].Port}", "127.0.0.1")));
        Assert.That(await transport.Servers!.ResolveAsync(0), Is.EquivalentTo(new[] { "127.0.0.2", "127.0.0.1" }));
        var plain = Transport();
        Assert.That((await OpenAsync(plain)).Facts.Address, Is.Empty);
        Assert.That(await plain.Servers!.ResolveAsync(0), Is.Null);
    }

    [Test]
    public async Task The_server_behind_a_unix_socket_has_to_suit_too()
    {
        using var server = new FakeServer(FakeServerOptions.MariaDb with { UsesUnixSocket = true });
        var failure = await FailAsync(Transport(options => options with { UnixSocket = server.UnixSocketPath, Target = TargetSession.Replica }));
        Assert.That(failure.Message, Does.Contain($"{server.UnixSocketPath} is a primary"));
        await server.WaitForConnectionsAsync(0);
    }

    [Test]
    public async Task A_probe_asks_the_one_server_and_no_other()
    {
        _servers[1].Stop();
        var transport = Transport();
        var watcher = new LinkWatcher();
        transport.Servers!.BeginProbe(watcher, 1, Guard.Time);
        Assert.That((await watcher.Failed).Kind, Is.EqualTo(LinkFailureKind.Unreachable));
        watcher = new LinkWatcher();
        transport.Servers.BeginProbe(watcher, 2, Guard.Time);
        _links.Add(await watcher.Opened);
        Assert.That((_links[^1].Facts.Server, _servers[0].ConnectionsAccepted), Is.EqualTo((2, 0)));
    }

    // ---- redirection -----------------------------------------------------------------------------------------------------

    [TestCase(RedirectionMode.Disabled, 0)]
    [TestCase(RedirectionMode.Preferred, 1)]
    [TestCase(RedirectionMode.Required, 1)]
    public async Task A_link_goes_where_the_server_sends_it_if_it_may(RedirectionMode mode, int expected)
    {
        using var sender = Redirecting(_servers[1].Port);
        var link = await OpenAsync(Redirected(sender, mode));
        Assert.That(link.Facts.Endpoint, Is.EqualTo($"127.0.0.1:{(expected == 0 ? sender.Port : _servers[1].Port)}"));
        Assert.That((_servers[1].OpenConnections, link.Facts.Server), Is.EqualTo((expected, 0)));
        await sender.WaitForConnectionsAsync(1 - expected);
        link.Close();
        await sender.WaitForConnectionsAsync(0);
    }

    [Test]
    public async Task A_redirection_that_leads_nowhere_leaves_the_link_where_it_is_unless_it_has_to_go([Values] bool isRequired)
    {
        _servers[1].Stop();
        using var sender = Redirecting(_servers[1].Port);
        var transport = Redirected(sender, isRequired ? RedirectionMode.Required : RedirectionMode.Preferred);
        if (isRequired)
        {
            Assert.That((await FailAsync(transport)).Message, Does.Contain($":{sender.Port} redirects to 127.0.0.1:{_servers[1].Port}").And.Contain("Required"));
        }
        else
        {
            var link = await OpenAsync(transport);
            Assert.That(link.Facts.Endpoint, Is.EqualTo($"127.0.0.1:{sender.Port}"));
            link.Close();
        }

        await sender.WaitForConnectionsAsync(0);
    }

    [Test]
    public async Task A_server_that_does_not_redirect_is_none_where_redirection_is_required()
    {
        var failure = await FailAsync(Redirected(_servers[0], RedirectionMode.Required));
        Assert.That((failure.Kind, failure.Message), Is.EqualTo((LinkFailureKind.Unreachable, failure.Message)));
        Assert.That(failure.Message, Does.Contain("does not redirect"));
    }

    [Test]
    public async Task A_redirection_is_followed_one_step_and_one_to_the_same_place_not_at_all()
    {
        using var last = Redirecting(_servers[0].Port);
        using var sender = Redirecting(last.Port);
        var link = await OpenAsync(Redirected(sender, RedirectionMode.Required));
        Assert.That(link.Facts.Endpoint, Is.EqualTo($"127.0.0.1:{last.Port}"));
        link.Close();
        var port = 0;
        using var circle = new FakeServer { RedirectUrl = () => $"mariadb://127.0.0.1:{port}" };
        port = circle.Port;
        link = await OpenAsync(Redirected(circle, RedirectionMode.Required));
        Assert.That((link.Facts.Endpoint, circle.ConnectionsAccepted), Is.EqualTo(($"127.0.0.1:{circle.Port}", 1)));
        link.Close();
        await circle.WaitForConnectionsAsync(0);
        await last.WaitForConnectionsAsync(0);
    }

    [Test]
    public async Task A_link_that_was_encrypted_is_not_sent_where_it_would_not_be()
    {
        using var sender = new FakeServer(FakeServerOptions.MariaDb.WithTls()) { RedirectUrl = () => $"mariadb://127.0.0.1:{_servers[1].Port}" };
        var failure = await FailAsync(Redirected(sender, RedirectionMode.Required));
        Assert.That((failure.Kind, _servers[1].Logins), Is.EqualTo((LinkFailureKind.Tls, Array.Empty<FakeLogin>())));
        await sender.WaitForConnectionsAsync(0);
    }

    [Test]
    public async Task The_user_that_a_redirection_names_logs_in_there()
    {
        using var there = new FakeServer(FakeServerOptions.MariaDb with { Users = [new FakeUser("other", "secret")] });
        using var sender = new FakeServer { RedirectUrl = () => $"mysql://127.0.0.1:{there.Port}/?user=other&ttl=5" };
        var link = await OpenAsync(Redirected(sender, RedirectionMode.Required));
        Assert.That(there.Logins[0].Response.UserId, Is.EqualTo("other"));
        link.Close();
        await there.WaitForConnectionsAsync(0);
    }

    private static FakeServer Redirecting(int port) => new() { RedirectUrl = () => $"mariadb://127.0.0.1:{port}/" };

    private MySqlTransport Redirected(FakeServer server, RedirectionMode mode) =>
        Transport(options => options with { Hosts = [$"127.0.0.1:{server.Port}"], Redirection = mode });

    private MySqlTransport Transport(Func<MySqlTransportOptions, MySqlTransportOptions>? change = null)
    {
        var options = new MySqlTransportOptions
        {
            Hosts = [.. _servers.Select(server => $"127.0.0.1:{server.Port}")],
            UserId = "mux",
            Password = "secret",
            Pipelining = PipeliningMode.On,
        };
        return new MySqlTransport(change is null ? options : change(options));
    }

    private void SetReadOnly(string readOnly)
    {
        var values = readOnly.Split(' ');
        for (var i = 0; i < values.Length; i++)
            _servers[i].OnQuery(ServerRoles.Plain, FakeReply.Rows(["a", "b"], [int.Parse(values[i]), 0]));
    }

    private async Task<ILink> OpenAsync(MySqlTransport transport, TimeSpan? timeout = null, LinkWatcher? watcher = null)
    {
        watcher ??= new LinkWatcher();
        transport.BeginOpen(watcher, timeout ?? Guard.Time);
        var link = await watcher.Opened;
        link.Share();
        _links.Add(link);
        return link;
    }

    private static async Task<LinkException> FailAsync(MySqlTransport transport)
    {
        var watcher = new LinkWatcher();
        transport.BeginOpen(watcher, Guard.Time);
        return await watcher.Failed;
    }

    private static async Task<bool> LearnAsync(MySqlTransport transport, ILink link)
    {
        using var reply = link.Submit(new Statement(transport.Servers!.QuestionFor(link.Facts)), Asking.Terms());
        await reply.Over();
        return transport.Servers.Learn(link.Facts, reply);
    }
}
