using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class FakeServerLoginTests
{
    private static readonly string[] s_plugins = [FakeServerOptions.NativePassword, FakeServerOptions.CachingSha2Password, FakeServerOptions.ClearPassword];

    [Test]
    public void Every_plugin_lets_the_right_password_in_and_no_other(
        [ValueSource(nameof(s_plugins))] string plugin,
        [Values] bool mySql,
        [Values] bool tls,
        [Values] bool switches)
    {
        var options = (mySql ? FakeServerOptions.MySql : FakeServerOptions.MariaDb) with { Users = [new FakeUser("mux", "sécret", plugin) { AlwaysSwitches = switches }] };
        using var server = new FakeServer(tls ? options.WithTls() : options);

        foreach (var (password, code) in ((string, ushort)[])[("sécret", 0), ("wrong", 1045), ("", 1045), ("sécret", 0), ("wrong", 1045)])
        {
            using var client = new RawClient(server);
            var error = client.Login("mux", password, tls: server.Options.Certificates);
            Assert.That(error?.Code ?? 0, Is.EqualTo(code), $"with '{password}'");
            if (error is null)
                Assert.That(client.Query("SELECT 1").Rows, Is.EqualTo(new[] { new[] { "1" } }));
        }

        LeakCheck.Clean(server);
        Assert.That(server.Logins.Select(login => login.IsEncrypted), Is.All.EqualTo(tls));
        Assert.That(server.Logins.Select(login => login.Plugin), Is.All.EqualTo(plugin));
    }

    [Test]
    public void An_empty_password_is_let_in_where_it_is_right(
        [ValueSource(nameof(s_plugins))] string plugin,
        [Values] bool mySql)
    {
        using var server = new FakeServer((mySql ? FakeServerOptions.MySql : FakeServerOptions.MariaDb) with { Users = [new FakeUser("mux", "", plugin)] });
        foreach (var (password, code) in ((string, ushort)[])[("", 0), ("wrong", 1045)])
        {
            using var client = new RawClient(server);
            Assert.That(client.Login("mux", password)?.Code ?? 0, Is.EqualTo(code));
        }
    }

    [Test]
    public void Caching_sha2_asks_for_the_whole_password_only_while_it_does_not_know_it([Values] bool tls)
    {
        using var server = new FakeServer(tls ? FakeServerOptions.MySql.WithTls() : FakeServerOptions.MySql);
        RawClient.Connect(server, tls: tls).Dispose();
        RawClient.Connect(server, tls: tls).Dispose();
        server.ForgetPasswords();
        RawClient.Connect(server, tls: tls).Dispose();
        Assert.That(server.Logins.Select(login => login.UsedFullPassword), Is.EqualTo(new[] { true, false, true }));
    }

    [Test]
    public void Unknown_users_and_schemas_are_refused()
    {
        using var server = new FakeServer();
        using var stranger = new RawClient(server);
        Assert.That(stranger.Login("stranger", "secret")?.SqlState, Is.EqualTo("28000"));
        using var lost = new RawClient(server);
        Assert.That(lost.Login("mux", "secret", "nowhere")?.Code, Is.EqualTo(1049));
        using var found = RawClient.Connect(server, "test");
        Assert.That(found.Query("SELECT DATABASE()").Rows[0][0], Is.EqualTo("test"));
    }

    [Test]
    public void The_greeting_tells_the_flavour([Values] bool mySql)
    {
        using var server = new FakeServer(mySql ? FakeServerOptions.MySql : FakeServerOptions.MariaDb);
        using var client = RawClient.Connect(server);
        var version = ServerVersion.Parse(client.Greeting!.Version);
        Assert.That(version.IsMariaDb, Is.EqualTo(!mySql));
        Assert.That(client.Greeting.Capabilities.HasFlag(CapabilityFlags.LongPassword), Is.EqualTo(mySql));
        Assert.That(client.Query("SELECT VERSION(), CONNECTION_ID()").Rows[0], Is.EqualTo(new[] { version.Text, client.Greeting.ThreadId.ToString(System.Globalization.CultureInfo.InvariantCulture) }));
    }

    [Test]
    public void Tls_may_be_required_and_client_certificates_too()
    {
        using var server = new FakeServer(FakeServerOptions.MySql.WithTls() with { RequiresTls = true });
        using var plain = new RawClient(server);
        Assert.That(plain.Login("mux", "secret")?.Code, Is.EqualTo(3159));

        using var strict = new FakeServer(FakeServerOptions.MySql.WithTls() with { RequiresClientCertificate = true });
        using var shows = new RawClient(strict);
        Assert.That(shows.Login("mux", "secret", tls: FakeCertificates.Shared, showsCertificate: true), Is.Null);
        Assert.That(strict.Logins[0].ClientCertificate, Is.EqualTo("CN=mux client"));
        using var shy = new RawClient(strict);
        Assert.That(() => shy.Login("mux", "secret", tls: FakeCertificates.Shared), Throws.InstanceOf<IOException>().Or.InstanceOf<System.Security.Authentication.AuthenticationException>());
    }

    [Test]
    public void A_certificate_that_is_expired_or_made_out_for_another_is_not_accepted([Values] bool expired)
    {
        var bad = expired ? new FakeCertificates(expired: true) : new FakeCertificates("elsewhere.example");
        using var server = new FakeServer(FakeServerOptions.MySql with { Certificates = bad });
        using var client = new RawClient(server);
        Assert.That(() => client.Login("mux", "secret", tls: bad), Throws.InstanceOf<System.Security.Authentication.AuthenticationException>());
    }

    [Test]
    public void A_Unix_socket_is_as_safe_as_Tls()
    {
        using var server = new FakeServer(FakeServerOptions.MySql with { UsesUnixSocket = true });
        using (var client = RawClient.Connect(server))
            Assert.That(client.Query("SELECT 2").Rows[0][0], Is.EqualTo("2"));
        Assert.That(server.Logins[0].UsedFullPassword, Is.True);
        server.Stop();
        Assert.That(() => new RawClient(server), Throws.InstanceOf<System.Net.Sockets.SocketException>());
        server.Restart();
        RawClient.Connect(server).Dispose();
    }

    [Test]
    public async Task New_connections_can_be_met_with_an_error_with_silence_or_not_at_all()
    {
        using var server = new FakeServer();
        server.Welcome = FakeWelcome.TooManyConnections;
        using (var client = new RawClient(server))
            Assert.That(client.Login("mux", "secret")?.Code, Is.EqualTo(1040));

        server.Welcome = FakeWelcome.Hangup;
        using (var client = new RawClient(server))
            Assert.That(client.ReadToEnd(), Is.Empty);

        server.Welcome = FakeWelcome.Silence;
        using (var client = new RawClient(server))
        {
            client.SendQueries("SELECT 1");
            await server.WaitForConnectionsAsync(1);
            server.KillAll();
            Assert.That(client.ReadToEnd(), Is.Empty);
        }

        server.Welcome = FakeWelcome.Greeting;
        server.Stop();
        Assert.That(() => new RawClient(server), Throws.InstanceOf<System.Net.Sockets.SocketException>());
        server.Restart();
        RawClient.Connect(server).Dispose();
        LeakCheck.Clean(server);
    }

    [Test]
    public void A_login_can_be_held()
    {
        using var server = new FakeServer();
        var hold = server.HoldLogins();
        using var client = new RawClient(server);
        hold.WaitUntilHeld();
        Assert.That(server.BytesSent, Is.Zero);
        hold.Release();
        Assert.That(client.Login("mux", "secret"), Is.Null);
    }
}
