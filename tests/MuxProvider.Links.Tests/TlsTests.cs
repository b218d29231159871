using MuxProvider.Links.MySql;
using MuxProvider.Protocol;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

public sealed class TlsTests
{
    private static readonly FakeServerOptions s_plain = FakeServerOptions.MariaDb;
    private static readonly FakeServerOptions s_good = s_plain.WithTls();
    private static readonly Lazy<FakeServerOptions> s_expired = new(() => s_plain with { Certificates = new FakeCertificates(expired: true) });
    private static readonly Lazy<FakeServerOptions> s_otherName = new(() => s_plain with { Certificates = new FakeCertificates("db.example.com") });
    private static readonly Lazy<FakeCertificates> s_foreign = new(() => new FakeCertificates());

    private string _folder = "";

    [OneTimeSetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("mux-tls-").FullName;

    [OneTimeTearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(SslMode.None, ExpectedResult = false)]
    [TestCase(SslMode.Preferred, ExpectedResult = true)]
    [TestCase(SslMode.Required, ExpectedResult = true)]
    public async Task<bool> The_mode_decides_about_TLS_whatever_the_certificate(SslMode mode)
    {
        await using var bed = new LinkBed(s_expired.Value, options => options with { SslMode = mode });
        var link = await bed.OpenAsync();
        Assert.That(await link.AskTextAsync("SELECT 7"), Is.EqualTo("7"));
        Assert.That(bed.Server.Logins[0].IsEncrypted, Is.EqualTo(link.Facts.IsEncrypted));
        return link.Facts.IsEncrypted;
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_program_may_decide_about_the_certificate(bool accepts)
    {
        var seen = "";
        await using var bed = new LinkBed(s_good, options => options with
        {
            SslMode = SslMode.Required,
            ServerCertificateCheck = (_, certificate, _, _) =>
            {
                seen = certificate!.Subject;
                return accepts;
            },
        });
        if (accepts)
            Assert.That((await bed.OpenAsync()).Facts.IsEncrypted, Is.True);
        else
            await IsRefusedAsync(bed, "TLS");
        Assert.That(seen, Is.Not.Empty);
    }

    [Test]
    public async Task Certificates_of_the_client_that_cannot_be_had_fail_the_login()
    {
        await using var bed = new LinkBed(s_good, options => options with
        {
            SslMode = SslMode.Required,
            ClientCertificates = static () => throw new InvalidOperationException("no card in the reader"),
        });
        await IsRefusedAsync(bed, "no card in the reader");
    }

    [TestCase(SslMode.VerifyCA)]
    [TestCase(SslMode.VerifyFull)]
    public async Task A_certificate_of_the_right_authority_and_name_is_accepted(SslMode mode)
    {
        await using var bed = new LinkBed(s_good, options => options with { SslMode = mode, SslCa = Write(FakeCertificates.Shared.AuthorityPem) });
        Assert.That((await bed.OpenAsync()).Facts.IsEncrypted, Is.True);
    }

    [TestCase(SslMode.VerifyCA)]
    [TestCase(SslMode.VerifyFull)]
    public async Task A_certificate_of_a_foreign_authority_is_refused_before_the_login(SslMode mode)
    {
        await using var bed = new LinkBed(s_good, options => options with { SslMode = mode, SslCa = Write(s_foreign.Value.AuthorityPem) });
        await IsRefusedAsync(bed, "SSL CA", $"SslMode={mode}");
    }

    [Test]
    public async Task A_certificate_that_the_system_does_not_trust_is_refused_where_no_authority_is_given()
    {
        await using var bed = new LinkBed(s_good, options => options with { SslMode = SslMode.VerifyCA });
        await IsRefusedAsync(bed, "SSL CA", "authority");
    }

    [TestCase(SslMode.VerifyCA)]
    [TestCase(SslMode.VerifyFull)]
    public async Task An_expired_certificate_is_refused(SslMode mode)
    {
        await using var bed = new LinkBed(s_expired.Value, options => options with { SslMode = mode, SslCa = Write(s_expired.Value.Certificates!.AuthorityPem) });
        await IsRefusedAsync(bed, "expired");
    }

    [Test]
    public async Task A_certificate_for_another_name_is_refused_by_VerifyFull_only()
    {
        var authority = Write(s_otherName.Value.Certificates!.AuthorityPem);
        await using var full = new LinkBed(s_otherName.Value, options => options with { SslMode = SslMode.VerifyFull, SslCa = authority });
        await IsRefusedAsync(full, "another name", "db.example.com");
        await using var lax = new LinkBed(s_otherName.Value, options => options with { SslMode = SslMode.VerifyCA, SslCa = authority });
        await lax.OpenAsync();
    }

    [TestCase(SslMode.Required)]
    [TestCase(SslMode.VerifyCA)]
    [TestCase(SslMode.VerifyFull)]
    public async Task A_pinned_certificate_is_accepted_and_no_other(SslMode mode)
    {
        // Below VerifyCA the thumbprint is the whole check, and no authority is needed.
        var authority = mode == SslMode.Required ? "" : Write(FakeCertificates.Shared.AuthorityPem);
        var pins = new[] { s_foreign.Value.ServerThumbprint, FakeCertificates.Shared.ServerThumbprint.ToLowerInvariant() };
        await using var right = new LinkBed(s_good, options => options with { SslMode = mode, SslCa = authority, ServerCertificateThumbprints = pins });
        Assert.That((await right.OpenAsync()).Facts.IsEncrypted, Is.True);
        await using var wrong = new LinkBed(s_good, options => options with { SslMode = mode, SslCa = authority, ServerCertificateThumbprints = pins[..1] });
        await IsRefusedAsync(wrong, "Server Certificate Thumbprint", FakeCertificates.Shared.ServerThumbprint);
    }

    [Test]
    public async Task A_pinned_certificate_must_stand_the_other_checks_that_are_asked_for()
    {
        var authority = Write(s_foreign.Value.AuthorityPem);
        await using var bed = new LinkBed(
            s_good, options => options with { SslMode = SslMode.VerifyCA, SslCa = authority, ServerCertificateThumbprints = [FakeCertificates.Shared.ServerThumbprint] });
        await IsRefusedAsync(bed, "SSL CA");
    }

    [TestCase(System.Security.Authentication.SslProtocols.Tls12)]
    [TestCase(System.Security.Authentication.SslProtocols.Tls13)]
    public async Task The_version_of_TLS_can_be_chosen(System.Security.Authentication.SslProtocols version)
    {
        await using var bed = new LinkBed(s_good, options => options with { TlsVersions = version });
        await bed.OpenAsync();
        Assert.That(bed.Server.Logins[0].TlsVersion, Is.EqualTo(version));
    }

    [Test]
    public async Task A_client_certificate_is_shown_where_the_server_asks_for_it()
    {
        var server = s_good with { RequiresClientCertificate = true };
        var certificates = FakeCertificates.Shared;
        await using var two = new LinkBed(server, options => options with { SslCert = Write(certificates.ClientPem), SslKey = Write(certificates.ClientKeyPem) });
        await two.OpenAsync();
        Assert.That(two.Server.Logins[0].ClientCertificate, Is.EqualTo("CN=mux client"));

        await using var one = new LinkBed(server, options => options with { SslCert = Write(certificates.ClientPem + "\n" + certificates.ClientKeyPem) });
        await one.OpenAsync();
        Assert.That(one.Server.Logins[0].ClientCertificate, Is.EqualTo("CN=mux client"));
    }

    [Test]
    public async Task A_client_certificate_may_come_from_a_PKCS_12_file()
    {
        var path = Path.Combine(_folder, "client.pfx");
        await File.WriteAllBytesAsync(path, FakeCertificates.Shared.Client.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx, "open"));
        await using var bed = new LinkBed(s_good with { RequiresClientCertificate = true }, options => options with { CertificateFile = path, CertificatePassword = "open" });
        await bed.OpenAsync();
        Assert.That(bed.Server.Logins[0].ClientCertificate, Is.EqualTo("CN=mux client"));

        await using var wrong = new LinkBed(s_good, options => options with { CertificateFile = path, CertificatePassword = "shut" });
        await IsRefusedAsync(wrong, "Certificate File", path);
    }

    [Test]
    public async Task A_missing_client_certificate_fails_and_leaves_nothing_behind()
    {
        await using var bed = new LinkBed(s_good with { RequiresClientCertificate = true });

        // With TLS 1.3 the client learns of it only after its handshake is over.
        Assert.That((await bed.FailToOpenAsync()).Kind, Is.EqualTo(LinkFailureKind.Tls).Or.EqualTo(LinkFailureKind.Unreachable));
    }

    [TestCase(SslMode.Required)]
    [TestCase(SslMode.VerifyCA)]
    [TestCase(SslMode.VerifyFull)]
    public async Task A_server_without_TLS_is_refused_where_TLS_is_asked_for(SslMode mode)
    {
        await using var bed = new LinkBed(s_plain, options => options with { SslMode = mode });
        await IsRefusedAsync(bed, "does not offer", $"SslMode={mode}");
    }

    [TestCase(SslMode.None)]
    [TestCase(SslMode.Preferred)]
    public async Task A_server_without_TLS_is_taken_as_it_is_otherwise(SslMode mode)
    {
        await using var bed = new LinkBed(s_plain, options => options with { SslMode = mode });
        Assert.That((await bed.OpenAsync()).Facts.IsEncrypted, Is.False);
    }

    [Test]
    public async Task A_server_that_insists_on_TLS_says_how_to_get_in()
    {
        await using var bed = new LinkBed(s_good with { RequiresTls = true }, options => options with { SslMode = SslMode.None });
        var failure = await bed.FailToOpenAsync();
        Assert.That((failure.Kind, failure.ServerError?.Code), Is.EqualTo((LinkFailureKind.LoginRefused, 3159)));
        Assert.That(failure.Message, Does.Contain("SslMode=Required"));
    }

    [TestCase("")]
    [TestCase("no PEM at all")]
    [TestCase("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_bad_authority_file_is_named(string content)
    {
        var path = Write(content);
        await using var bed = new LinkBed(s_good, options => options with { SslMode = SslMode.VerifyCA, SslCa = path });
        await IsRefusedAsync(bed, "SSL CA", path);
    }

    [Test]
    public async Task Files_that_do_not_exist_are_named()
    {
        var path = Path.Combine(_folder, "no", "such.pem");
        await using var authority = new LinkBed(s_good, options => options with { SslMode = SslMode.VerifyCA, SslCa = path });
        await IsRefusedAsync(authority, "SSL CA", path);
        await using var certificate = new LinkBed(s_good, options => options with { SslCert = path });
        await IsRefusedAsync(certificate, "SSL Cert", path);
        await using var pkcs12 = new LinkBed(s_good, options => options with { CertificateFile = path });
        await IsRefusedAsync(pkcs12, "Certificate File", path);
    }

    [Test]
    public async Task A_client_certificate_without_its_key_is_named()
    {
        var path = Write(FakeCertificates.Shared.ClientPem);
        await using var bed = new LinkBed(s_good, options => options with { SslCert = path });
        await IsRefusedAsync(bed, "SSL Cert", path);
    }

    [Test]
    public async Task A_silent_server_ends_the_handshake_in_a_time_out()
    {
        await using var bed = new LinkBed(s_good);
        var probe = await bed.OpenAsync();
        using var hold = bed.Server.HoldAfter(0);

        // The greeting is held, which is before TLS; what is held inside of it is seen as a silent peer as well.
        Assert.That((await bed.FailToOpenAsync(TimeSpan.FromMilliseconds(200))).Kind, Is.EqualTo(LinkFailureKind.TimedOut));
        Assert.That(probe.State, Is.EqualTo(LinkState.Open));
    }

    [Test]
    public async Task Many_statements_go_through_TLS_both_ways_at_once()
    {
        await using var bed = new LinkBed(s_good);
        var large = new string('x', 20_000);
        bed.Server.OnQuery(text => text.StartsWith("echo ", StringComparison.Ordinal) ? FakeReply.Scalar(text + large) : null);
        var link = await bed.OpenAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => link.AskTextAsync($"echo {i} {large}"))));
        for (var i = 0; i < answers.Length; i++)
            Assert.That(answers[i] == $"echo {i} {large}{large}", Is.True);
    }

    private static async Task IsRefusedAsync(LinkBed bed, params string[] words)
    {
        var failure = await bed.FailToOpenAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Tls), failure.Message);
        foreach (var word in words)
            Assert.That(failure.Message, Does.Contain(word));
        Assert.That(bed.Server.Logins, Is.Empty);
    }

    private string Write(string content)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, content);
        return path;
    }
}
