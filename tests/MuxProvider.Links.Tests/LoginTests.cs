using System.Net;
using System.Net.Sockets;
using System.Text;
using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class LoginTests
{
    private static readonly string s_missing = Path.Combine(Path.GetTempPath(), "mux-no-such-file");

    private const string Native = FakeServerOptions.NativePassword;
    private const string Sha2 = FakeServerOptions.CachingSha2Password;
    private const string Sha256 = FakeServerOptions.Sha256Password;
    private const string Clear = FakeServerOptions.ClearPassword;

    [Test]
    public async Task A_link_knows_its_server_after_the_login()
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb.WithVariables(("sql_mode", "ANSI,NO_BACKSLASH_ESCAPES"), ("max_allowed_packet", "1048576")));
        bed.Server.OnQuery("SELECT CURRENT_ROLE()", FakeReply.Scalar("clerk"));
        var link = await bed.OpenAsync();
        var facts = link.Facts;
        Assert.That(facts.ServerThread, Is.EqualTo(bed.Server.OpenConnectionIds.Single()));
        Assert.That(facts.SqlMode, Is.EqualTo("ANSI,NO_BACKSLASH_ESCAPES"));
        Assert.That(facts.NoBackslashEscapes, Is.True);
        Assert.That(facts.MaxAllowedPacket, Is.EqualTo(1048576));
        Assert.That(facts.Role, Is.EqualTo("clerk"));
        Assert.That((facts.SupportsPipelining, facts.CanBeShared, facts.IsEncrypted), Is.EqualTo((true, true, false)));
        Assert.That(facts.Endpoint, Is.EqualTo($"127.0.0.1:{bed.Server.Port}"));
        Assert.That((link.State, link.Depth, link.Settings), Is.EqualTo((LinkState.Open, 0, Settings.None)));
        Assert.That(link.EstimatedWait, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task A_server_without_roles_or_with_none_set_is_told_apart()
    {
        await using var without = new LinkBed();
        Assert.That((await without.OpenAsync()).Facts.Role, Is.Null);
        await using var unset = new LinkBed();
        unset.Server.OnQuery("SELECT CURRENT_ROLE()", FakeReply.Scalar(null));
        Assert.That((await unset.OpenAsync()).Facts.Role, Is.Empty);
    }

    [Test]
    public async Task A_session_that_reads_texts_in_another_character_set_is_refused()
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb.WithVariables(("character_set_client", "gbk")));
        bed.Server.OnQuery(text => text.StartsWith("SET NAMES", StringComparison.Ordinal) ? FakeReply.Ok() : null);
        var refusal = await bed.FailToOpenAsync();
        Assert.That(refusal.Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
        Assert.That(refusal.Message, Does.Contain("gbk").And.Contain("utf8mb4"));
    }

    [TestCase(CapabilityFlags.SessionTrack)]
    [TestCase(CapabilityFlags.DeprecateEof)]
    [TestCase(CapabilityFlags.SessionTrack | CapabilityFlags.DeprecateEof | CapabilityFlags.ConnectAttributes | CapabilityFlags.PluginAuthLengthEncodedData)]
    public async Task A_server_that_does_not_bring_the_evidence_cannot_be_shared_but_can_be_used(CapabilityFlags missing)
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb.Without(missing));
        var link = await bed.OpenAsync();
        Assert.That(link.Facts.CanBeShared, Is.False);
        Assert.That(await link.AskTextAsync("SELECT 7"), Is.EqualTo("7"));
    }

    [TestCase(Native, false, ExpectedResult = "7")]
    [TestCase(Native, true, ExpectedResult = "7")]
    [TestCase(Sha2, false, ExpectedResult = "7")]
    [TestCase(Sha2, true, ExpectedResult = "7")]
    [TestCase(Sha256, false, ExpectedResult = "7")]
    [TestCase(Sha256, true, ExpectedResult = "7")]
    public async Task<string?> Every_plugin_logs_in_directly_and_after_a_switch(string plugin, bool otherDefault)
    {
        var user = new FakeUser("mux", "secret", plugin);
        await using var bed = new LinkBed(FakeServerOptions.MySql with { Users = [user], DefaultPlugin = otherDefault ? plugin == Native ? Sha2 : Native : plugin });
        var link = await bed.OpenAsync();
        Assert.That((bed.Server.Logins[0].Plugin, bed.Server.Logins[0].WasSwitched), Is.EqualTo((plugin, otherDefault)));
        return await link.AskTextAsync("SELECT 7");
    }

    [Test]
    public async Task A_switch_to_the_same_plugin_with_a_new_nonce_is_followed()
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb with { Users = [new FakeUser("mux", "secret") { AlwaysSwitches = true }] });
        await bed.OpenAsync();
        Assert.That(bed.Server.Logins[0].WasSwitched, Is.True);
    }

    [Test]
    public async Task Caching_sha2_is_fast_once_the_server_knows_the_password()
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql);
        await bed.OpenAsync();
        await bed.OpenAsync();
        Assert.That(bed.Server.Logins.Select(login => login.UsedFullPassword), Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public async Task Caching_sha2_sends_the_whole_password_over_TLS()
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql.WithTls());
        Assert.That((await bed.OpenAsync()).Facts.IsEncrypted, Is.True);
        Assert.That((bed.Server.Logins[0].IsEncrypted, bed.Server.Logins[0].UsedFullPassword), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Caching_sha2_without_TLS_asks_a_server_on_this_machine_for_its_key_without_being_allowed_to()
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql, options => options with { SslMode = SslMode.None, AllowPublicKeyRetrieval = false });
        await bed.OpenAsync();
        Assert.That((bed.Server.Logins[0].IsEncrypted, bed.Server.Logins[0].UsedFullPassword, bed.Server.Logins[0].Error), Is.EqualTo((false, true, (ErrPacket?)null)));
    }

    [Test]
    public async Task A_key_file_that_holds_no_key_says_so()
    {
        var path = Path.GetTempFileName();
        await using var bed = new LinkBed(FakeServerOptions.MySql, options => options with { ServerRsaPublicKeyFile = path });
        var failure = await bed.FailToOpenAsync();
        File.Delete(path);
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
        Assert.That(failure.Message, Does.Contain("RSA public key"));
    }

    [TestCase(Sha2)]
    [TestCase(Sha256)]
    public async Task The_whole_password_goes_under_the_key_of_the_file_without_asking_for_it(string plugin)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, FakeServer.PublicKeyPem);
        try
        {
            var server = FakeServerOptions.MySql with { Users = [new FakeUser("mux", "secret", plugin)] };
            await using var bed = new LinkBed(server, options => options with { SslMode = SslMode.None, ServerRsaPublicKeyFile = path });
            await bed.OpenAsync();
            Assert.That((bed.Server.Logins[0].UsedFullPassword, bed.Server.Logins[0].SentKey), Is.EqualTo((true, false)));

            await using var asks = new LinkBed(server, options => options with { SslMode = SslMode.None });
            await asks.OpenAsync();
            Assert.That((asks.Server.Logins[0].UsedFullPassword, asks.Server.Logins[0].SentKey), Is.EqualTo((true, true)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase(Sha2, false)]
    [TestCase(Sha256, true)]
    public async Task The_whole_password_goes_as_it_is_inside_TLS_and_on_a_unix_socket_as_each_plugin_expects(string plugin, bool needsKey)
    {
        var server = FakeServerOptions.MySql with { Users = [new FakeUser("mux", "secret", plugin)] };
        await using var tls = new LinkBed(server.WithTls());
        await tls.OpenAsync();
        Assert.That((tls.Server.Logins[0].UsedFullPassword, tls.Server.Logins[0].SentKey), Is.EqualTo((true, false)));
        await using var socket = new LinkBed(server with { UsesUnixSocket = true });
        await socket.OpenAsync();
        Assert.That((socket.Server.Logins[0].UsedFullPassword, socket.Server.Logins[0].SentKey), Is.EqualTo((true, needsKey)));
    }

    [TestCase(Native)]
    [TestCase(Sha2)]
    public async Task A_key_that_was_not_asked_for_gets_no_password(string plugin)
    {
        // Otherwise whoever sits on the line could send a key of his own and decrypt what comes back.
        using var server = new RawServer(
            Greet(), Packet(2, [0xFE, .. Encoding.ASCII.GetBytes(plugin), 0, .. new byte[20], 0]), Packet(4, [0x01, .. Encoding.ASCII.GetBytes(FakeServer.PublicKeyPem)]));
        var failure = await server.FailAsync();
        Assert.That((failure.Kind, failure.Message.Contains("not asked for", StringComparison.Ordinal)), Is.EqualTo((LinkFailureKind.Protocol, true)));
    }

    [Test]
    public async Task The_password_is_not_sent_in_the_clear_where_the_greeting_asks_for_it_without_TLS()
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql with { DefaultPlugin = Clear });
        Assert.That((await bed.FailToOpenAsync()).Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
    }

    [TestCase(Native, false)]
    [TestCase(Native, true)]
    [TestCase(Sha2, false)]
    [TestCase(Sha2, true)]
    [TestCase(Sha256, false)]
    [TestCase(Sha256, true)]
    public async Task An_empty_password_logs_in(string plugin, bool switches)
    {
        var user = new FakeUser("mux", "", plugin) { AlwaysSwitches = switches };
        await using var bed = new LinkBed(FakeServerOptions.MySql with { Users = [user] }, options => options with { Password = "" });
        Assert.That(await (await bed.OpenAsync()).AskTextAsync("SELECT 7"), Is.EqualTo("7"));
    }

    [TestCase(Native)]
    [TestCase(Sha2)]
    [TestCase(Sha256)]
    public async Task A_wrong_password_is_told_with_the_server_s_words_and_the_option_to_look_at(string plugin)
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql with { DefaultPlugin = plugin }, options => options with { Password = "wrong" });
        var failure = await bed.FailToOpenAsync();
        Assert.That((failure.Kind, failure.ServerError?.Code, failure.ServerError?.SqlState), Is.EqualTo((LinkFailureKind.LoginRefused, 1045, "28000")));
        Assert.That(failure.Message, Does.Contain("Access denied").And.Contain("'mux'").And.Contain("Password").And.Contain($"{bed.Server.Port}"));
        Assert.That(failure.Message, Does.Not.Contain("wrong"));
    }

    [Test]
    public async Task A_plugin_that_is_not_known_is_named()
    {
        using var server = new RawServer(Greet(), [.. Packet(2, [0xFE, .. "auth_gssapi_client\0"u8, .. new byte[20], 0])]);
        var failure = await server.FailAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
        Assert.That(failure.Message, Does.Contain("auth_gssapi_client").And.Contain(Sha2).And.Contain(Native));
    }

    [TestCase("client_ed25519")]
    [TestCase("parsec")]
    public async Task A_plugin_on_Ed25519_is_named_with_what_to_do(string plugin)
    {
        using var server = new RawServer(Greet(), [.. Packet(2, [0xFE, .. Encoding.ASCII.GetBytes(plugin), 0, .. new byte[32], 0])]);
        var failure = await server.FailAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
        Assert.That(failure.Message, Does.Contain(plugin).And.Contain("Ed25519").And.Contain($"ALTER USER 'mux'").And.Contain(Native));
    }

    [Test]
    public async Task A_switch_without_a_plugin_means_the_old_password_which_is_refused()
    {
        using var server = new RawServer(Greet(), Packet(2, [0xFE]));
        var failure = await server.FailAsync();
        Assert.That((failure.Kind, failure.Message.Contains("mysql_old_password", StringComparison.Ordinal)), Is.EqualTo((LinkFailureKind.LoginRefused, true)));
    }

    [Test]
    public async Task A_server_without_room_is_told_apart_from_a_wrong_password()
    {
        await using var bed = new LinkBed();
        bed.Server.Welcome = FakeWelcome.TooManyConnections;
        var failure = await bed.FailToOpenAsync();
        Assert.That((failure.Kind, failure.ServerError?.Code), Is.EqualTo((LinkFailureKind.LoginRefused, 1040)));
        Assert.That(failure.Message, Does.Contain("max_connections"));
    }

    [Test]
    public async Task A_server_that_hangs_up_before_it_greets_is_unreachable()
    {
        await using var bed = new LinkBed();
        bed.Server.Welcome = FakeWelcome.Hangup;
        var failure = await bed.FailToOpenAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Unreachable));
        Assert.That(failure.Message, Does.Contain("logging in").And.Contain($"{bed.Server.Port}"));
    }

    [Test]
    public async Task A_silent_server_ends_in_a_time_out_and_a_closed_connection()
    {
        await using var bed = new LinkBed();
        bed.Server.Welcome = FakeWelcome.Silence;
        var failure = await bed.FailToOpenAsync(TimeSpan.FromMilliseconds(100));
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.TimedOut));
        Assert.That(failure.Message, Does.Contain("Connection Timeout"));
    }

    [Test]
    public async Task A_server_that_falls_silent_in_the_middle_of_the_login_ends_in_a_time_out()
    {
        await using var bed = new LinkBed(FakeServerOptions.MariaDb);
        using var hold = bed.Server.HoldAfter(90);
        Assert.That((await bed.FailToOpenAsync(TimeSpan.FromMilliseconds(200))).Kind, Is.EqualTo(LinkFailureKind.TimedOut));
    }

    [Test]
    public async Task A_port_where_nobody_listens_is_unreachable_and_is_named()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var bed = new LinkBed(change: options => options with { Port = port });
        var failure = await bed.FailToOpenAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Unreachable));
        Assert.That(failure.Message, Does.Contain($"127.0.0.1:{port}").And.Contain("Server and Port"));
    }

    [Test]
    public async Task The_next_host_is_tried_where_the_first_does_not_answer()
    {
        await using var bed = new LinkBed(change: options => options with { Hosts = ["127.0.0.2", "127.0.0.1"] });
        Assert.That((await bed.OpenAsync()).Facts.Endpoint, Does.StartWith("127.0.0.1:"));
    }

    [Test]
    public async Task No_host_at_all_is_said()
    {
        await using var bed = new LinkBed(change: options => options with { Hosts = [] });
        Assert.That((await bed.FailToOpenAsync()).Message, Does.Contain("Server"));
    }

    [TestCase("SSH-2.0-OpenSSH_9.2p1 Debian\r\n")]
    [TestCase("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")]
    public async Task What_is_no_MySQL_server_is_refused(string greeting)
    {
        using var server = new RawServer(Encoding.ASCII.GetBytes(greeting), closes: true);
        var failure = await server.FailAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Protocol).Or.EqualTo(LinkFailureKind.Unreachable));
        Assert.That(failure.Message, Does.Contain("127.0.0.1"));
    }

    [Test]
    public async Task A_greeting_that_cannot_be_read_is_a_broken_protocol()
    {
        using var server = new RawServer(Packet(0, [9, 1, 2, 3]));
        var failure = await server.FailAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Protocol));
        Assert.That(failure.Message, Does.Contain("version 9").And.Contain("Is this a MySQL"));
    }

    [Test]
    public async Task A_packet_out_of_order_in_the_login_is_a_broken_protocol()
    {
        using var server = new RawServer(Packet(1, Greet()[4..]));
        Assert.That((await server.FailAsync()).Kind, Is.EqualTo(LinkFailureKind.Protocol));
    }

    [Test]
    public async Task A_unix_socket_is_secure_enough_for_the_password()
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql with { UsesUnixSocket = true });
        var link = await bed.OpenAsync();
        Assert.That((link.Facts.Endpoint, link.Facts.IsEncrypted), Is.EqualTo((bed.Server.UnixSocketPath, false)));
        Assert.That(bed.Server.Logins[0].UsedFullPassword, Is.True);
        Assert.That(await link.AskTextAsync("SELECT 7"), Is.EqualTo("7"));
    }

    [Test]
    public async Task A_unix_socket_that_does_not_exist_is_named()
    {
        await using var bed = new LinkBed(change: options => options with { UnixSocket = s_missing });
        var failure = await bed.FailToOpenAsync();
        Assert.That((failure.Kind, failure.Message.Contains(s_missing, StringComparison.Ordinal)), Is.EqualTo((LinkFailureKind.Unreachable, true)));
    }

    [Test]
    public async Task The_server_s_people_see_who_connects()
    {
        await using var bed = new LinkBed(change: options => options with { ApplicationName = "billing" });
        await bed.OpenAsync();
        var attributes = bed.Server.Logins[0].Response.Attributes;
        Assert.That(attributes, Does.Contain(new KeyValuePair<string, string>("program_name", "billing")));
        Assert.That(attributes, Does.Contain(new KeyValuePair<string, string>("_client_name", "MuxProvider")));
    }

    [TestCase(false, ExpectedResult = true)]
    [TestCase(true, ExpectedResult = false)]
    public async Task<bool> Rows_found_are_counted_unless_rows_changed_are_asked_for(bool useAffectedRows)
    {
        await using var bed = new LinkBed(change: options => options with { UseAffectedRows = useAffectedRows });
        await bed.OpenAsync();
        return (bed.Server.Logins[0].Response.Capabilities & CapabilityFlags.FoundRows) != 0;
    }

    [Test]
    public async Task A_login_that_is_cut_at_any_byte_fails_and_leaves_nothing_behind()
    {
        await using var bed = new LinkBed(FakeServerOptions.MySql with { DefaultPlugin = Native });
        await bed.OpenAsync();
        var whole = bed.Server.BytesSent;
        for (var bytes = 0; bytes < whole; bytes++)
        {
            bed.Server.CutAfter(bytes);
            Assert.That((await bed.FailToOpenAsync()).Kind, Is.EqualTo(LinkFailureKind.Unreachable), $"cut after {bytes} bytes");
        }
    }

    private static byte[] Packet(byte sequence, byte[] payload) => [(byte)payload.Length, (byte)(payload.Length >> 8), 0, sequence, .. payload];

    private static byte[] Greet()
    {
        using var writer = new ByteWriter();
        new Greeting("9.7.4", 1, Enumerable.Range(40, 20).Select(value => (byte)value).ToArray(), FakeServerOptions.MySql.Capabilities, 45, ServerStatus.AutoCommit, Native).Write(writer);
        return Packet(0, writer.WrittenSpan.ToArray());
    }

    /// <summary>Says fixed pieces, each behind something that the client said; then waits for the client to go.</summary>
    private sealed class RawServer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Thread _thread;

        public RawServer(params byte[][] pieces)
            : this(pieces, false)
        {
        }

        public RawServer(byte[] piece, bool closes)
            : this([piece], closes)
        {
        }

        private RawServer(byte[][] pieces, bool closes)
        {
            _listener.Start();
            _thread = new Thread(() => Serve(pieces, closes)) { IsBackground = true };
            _thread.Start();
        }

        public async Task<LinkException> FailAsync()
        {
            var watcher = new LinkWatcher();
            new MySqlTransport(new MySqlTransportOptions { Hosts = ["127.0.0.1"], Port = ((IPEndPoint)_listener.LocalEndpoint).Port, UserId = "mux", Password = "secret" })
                .BeginOpen(watcher, Guard.Time);
            var failure = await watcher.Failed;

            // The thread ends when the client has closed its side.
            Assert.That(_thread.Join(Guard.Time), Is.True);
            return failure;
        }

        public void Dispose() => _listener.Dispose();

        private void Serve(byte[][] pieces, bool closes)
        {
            using var client = _listener.AcceptSocket();
            var buffer = new byte[4096];
            for (var i = 0; i < pieces.Length; i++)
            {
                if (i > 0)
                    client.Receive(buffer);
                client.Send(pieces[i]);
            }

            if (closes)
                client.Shutdown(SocketShutdown.Send);
            try
            {
                while (client.Receive(buffer) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // A reset is an end as well.
            }
        }
    }
}
