using System.Collections;
using System.Globalization;
using System.Text;
using MuxProvider.Testing;

namespace MuxProvider.Tests;

/// <summary>Logins that fail in every way say what went wrong, and never the password: not in exceptions, logs, keys or connection strings.</summary>
public sealed class SecretsTests
{
    private const string Password = "hunter2-Geheim-ß";
    private const string CertificatePassword = "sesame-Offen-ü";
    private const string Native = FakeServerOptions.NativePassword;
    private const string Sha2 = FakeServerOptions.CachingSha2Password;
    private const string Sha256 = FakeServerOptions.Sha256Password;
    private const string Clear = FakeServerOptions.ClearPassword;

    private static readonly FakeServerOptions s_proving = (FakeServerOptions.MariaDb with { Version = "11.8.6-MariaDB-fake" }).WithTls();

    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFiles()
    {
        _folder = Directory.CreateTempSubdirectory("mux-secrets-").FullName;
        File.WriteAllText(Path.Combine(_folder, "empty.pem"), "");
        File.WriteAllBytes(Path.Combine(_folder, "client.pfx"), FakeCertificates.Shared.Client.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx, "another"));
    }

    [OneTimeTearDown]
    public void DeleteFiles() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<TestCaseData> Failures()
    {
        foreach (var plugin in new[] { Native, Sha2, Sha256, Clear })
        {
            var server = FakeServerOptions.MySql with { Users = [new FakeUser("mux", "another", plugin)] };
            yield return Case($"{plugin} wrong", server, "");
            yield return Case($"{plugin} wrong in TLS", server.WithTls(), $"Allowed Auth Plugins={plugin}");
            yield return Case($"{plugin} not allowed", server, $"Allowed Auth Plugins={(plugin == Native ? Sha2 : Native)}");
        }

        yield return Case("no TLS there", FakeServerOptions.MariaDb, "SSL Mode=Required");
        yield return Case("TLS insisted on", FakeServerOptions.MariaDb.WithTls() with { RequiresTls = true }, "SSL Mode=None");
        yield return Case("certificate not trusted", FakeServerOptions.MariaDb.WithTls(), "SSL Mode=VerifyFull");
        yield return Case("certificate not pinned", FakeServerOptions.MariaDb.WithTls(), "Server Certificate Thumbprint=" + new string('A', 64));
        yield return Case("certificate not proven", s_proving, "SSL Mode=VerifyFull");
        yield return Case("no authority", FakeServerOptions.MariaDb.WithTls(), "SSL Mode=VerifyCA;SSL CA={folder}/none.pem");
        yield return Case("wrong password of the certificate", FakeServerOptions.MariaDb.WithTls(), "SSL Mode=Required;Certificate File={folder}/client.pfx");
        yield return Case("no key in the file", FakeServerOptions.MySql, "SSL Mode=None;Server RSA Public Key File={folder}/empty.pem");
    }

    [TestCaseSource(nameof(Failures))]
    public async Task A_login_that_fails_tells_no_secret(FakeServerOptions options, string more)
    {
        await using var server = new FakeServer(options);
        await FailsQuietlyAsync(server, new MuxDataSourceBuilder(ConnectionString(server, more.Replace("{folder}", _folder, StringComparison.Ordinal))));
    }

    [TestCase(FakeWelcome.Hangup)]
    [TestCase(FakeWelcome.TooManyConnections)]
    public async Task A_server_that_lets_nobody_in_learns_and_tells_no_secret(FakeWelcome welcome)
    {
        await using var server = new FakeServer(FakeServerOptions.MariaDb) { Welcome = welcome };
        await FailsQuietlyAsync(server, new MuxDataSourceBuilder(ConnectionString(server, "")));
    }

    [Test]
    public async Task A_password_of_a_provider_is_told_no_more_than_one_of_the_connection_string()
    {
        await using var server = new FakeServer(FakeServerOptions.MySql with { Users = [new FakeUser("mux", "another")] });
        await FailsQuietlyAsync(server, new MuxDataSourceBuilder(ConnectionString(server, "Password=")).UsePasswordProvider(static _ => Password));
    }

    [Test]
    public async Task An_open_connection_shows_its_connection_string_without_secrets_unless_it_is_asked_to()
    {
        await using var server = new FakeServer(FakeServerOptions.MariaDb with { Users = [new FakeUser("mux", Password)] });
        foreach (var persists in new[] { false, true })
        {
            await using var source = MuxDataSource.Create(ConnectionString(server, persists ? "Persist Security Info=true" : ""));
            await using var connection = await source.OpenConnectionAsync();
            await using var alone = new MuxConnection(ConnectionString(server, persists ? "Persist Security Info=true" : ""));
            await alone.OpenAsync();
            foreach (var shown in new[] { source.ConnectionString, connection.ConnectionString, alone.ConnectionString })
            {
                Assert.That(shown.Contains(Password, StringComparison.Ordinal), Is.EqualTo(persists));
                Assert.That(shown.Contains(CertificatePassword, StringComparison.Ordinal), Is.EqualTo(persists));
            }
        }
    }

    [Test]
    public void What_is_kept_for_comparing_tells_no_secret()
    {
        var transport = MultiplexerFactory.Transport(new MuxConnectionStringBuilder($"User ID=mux;Password={Password};Certificate Password={CertificatePassword}"));
        var key = MultiplexerFactory.Key(transport);
        var other = MultiplexerFactory.Key(transport with { Password = "another" });
        Assert.That(other, Is.Not.EqualTo(key));
        HasNoSecret(key.ToString());
        HasNoSecret($"{key.Transport} {key.Endpoints} {key.UserId} {key.CredentialHash} {key.Security} {key.Flags}");
        HasNoSecret(transport.ToString());
        Assert.That(transport.ToString(), Is.EqualTo("mux@localhost:3306"));
    }

    private static async Task FailsQuietlyAsync(FakeServer server, MuxDataSourceBuilder builder)
    {
        var log = new RecordingLogger();
        await using var source = builder.UseLoggerFactory(log).Build();
        var failure = await Assert.ThrowsAsync<MuxException>(async () => await source.OpenConnectionAsync());
        Assert.That(failure!.Message, Is.Not.Empty);
        for (Exception? error = failure; error is not null; error = error.InnerException)
        {
            HasNoSecret(error.ToString());
            HasNoSecret(error.Message);
            foreach (DictionaryEntry entry in error.Data)
                HasNoSecret($"{entry.Key} {entry.Value}");
        }

        HasNoSecret(failure.ServerMessage ?? "");
        HasNoSecret(source.ConnectionString);
        HasNoSecret(source.ToString() ?? "");
        HasNoSecret(source.GetStatistics().ToString());
        foreach (var line in log.Lines)
            HasNoSecret(line.Text + string.Join(' ', line.Values.Values));

        // What the server heard of the user besides the password's own packet.
        foreach (var login in server.Logins)
            HasNoSecret(string.Join(' ', (login.Response.Attributes ?? []).Select(static pair => pair.Value)));
    }

    private static void HasNoSecret(string text)
    {
        foreach (var secret in new[] { Password, CertificatePassword })
        {
            var bytes = Encoding.UTF8.GetBytes(secret);
            foreach (var form in new[] { secret, Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), Convert.ToBase64String(bytes) })
                Assert.That(text, Does.Not.Contain(form));
        }
    }

    private static string ConnectionString(FakeServer server, string more) => string.Create(
        CultureInfo.InvariantCulture, $"Server={server.Host};Port={server.Port};User ID=mux;Password={Password};Certificate Password={CertificatePassword};{more}");

    private static TestCaseData Case(string name, FakeServerOptions server, string options) => new TestCaseData(server, options).SetArgDisplayNames(name);
}
