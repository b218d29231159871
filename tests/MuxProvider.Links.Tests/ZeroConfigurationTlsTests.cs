using MuxProvider.Links.MySql;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>A certificate that no authority vouches for, where the server proves at the end of the login that it is its own.</summary>
public sealed class ZeroConfigurationTlsTests
{
    private const string Native = FakeServerOptions.NativePassword;

    private static readonly FakeServerOptions s_server = (FakeServerOptions.MariaDb with { Version = "11.8.6-MariaDB-fake", Proof = FakeProof.Right }).WithTls();
    private static readonly Lazy<FakeCertificates> s_otherName = new(() => new FakeCertificates("db.example.com"));
    private static readonly Lazy<FakeCertificates> s_expired = new(() => new FakeCertificates(expired: true));

    [Test]
    public async Task The_right_proof_is_accepted(
        [Values(SslMode.VerifyCA, SslMode.VerifyFull)] SslMode mode,
        [Values] bool switches)
    {
        await using var bed = new LinkBed(s_server with { Users = [new FakeUser("mux", "secret") { AlwaysSwitches = switches }] }, options => options with { SslMode = mode, AllowedAuthPlugins = [Native] });
        var link = await bed.OpenAsync();
        Assert.That(link.Facts.IsEncrypted, Is.True);
        Assert.That(await link.AskTextAsync("SELECT 7"), Is.EqualTo("7"));
    }

    [Test]
    public async Task A_certificate_for_another_name_can_be_proven_as_well()
    {
        await using var bed = new LinkBed(s_server with { Certificates = s_otherName.Value }, options => options with { SslMode = SslMode.VerifyFull, AllowedAuthPlugins = [Native] });
        await bed.OpenAsync();
    }

    [Test]
    public async Task No_proof_or_a_wrong_one_is_refused_before_anything_is_asked(
        [Values(FakeProof.None, FakeProof.OfAnotherCertificate, FakeProof.OfAnotherPassword, FakeProof.Nonsense)] FakeProof proof,
        [Values(SslMode.VerifyCA, SslMode.VerifyFull)] SslMode mode)
    {
        await using var bed = new LinkBed(s_server with { Proof = proof }, options => options with { SslMode = mode, AllowedAuthPlugins = [Native] });
        var failure = await bed.FailToOpenAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.Tls));
        Assert.That(failure.Message, Does.Contain("did the server prove").And.Contain("SSL CA"));
        Assert.That(bed.Server.Received, Is.Empty);
    }

    [Test]
    public async Task The_server_s_refusal_of_the_user_is_told_as_it_is()
    {
        await using var bed = new LinkBed(s_server, options => options with { SslMode = SslMode.VerifyFull, AllowedAuthPlugins = [Native], Password = "wrong" });
        Assert.That((await bed.FailToOpenAsync()).ServerError?.Code, Is.EqualTo(1045));
    }

    [TestCase(FakeServerOptions.ClearPassword)]
    [TestCase(FakeServerOptions.CachingSha2Password)]
    [TestCase(FakeServerOptions.Sha256Password)]
    public async Task A_plugin_that_proves_nothing_gets_no_answer(string plugin)
    {
        await using var bed = new LinkBed(
            s_server with { Users = [new FakeUser("mux", "secret", plugin)] },
            options => options with { SslMode = SslMode.VerifyFull, AllowedAuthPlugins = [Native, plugin] });
        var failure = await bed.FailToOpenAsync();
        Assert.That((failure.Kind, failure.Message.Contains(plugin, StringComparison.Ordinal)), Is.EqualTo((LinkFailureKind.Tls, true)));
        Assert.That(bed.Server.Logins, Is.Empty);
    }

    // Each row: why the server must not even hear the user's name.
    private static IEnumerable<TestCaseData> NotToBeProven()
    {
        yield return new TestCaseData(s_server with { Users = [new FakeUser("mux", "")] }, (MySqlTransportOptions options) => options with { Password = "" }).SetArgDisplayNames("an empty password proves nothing");
        yield return new TestCaseData(s_server with { Version = "10.11.19-MariaDB" }, (MySqlTransportOptions options) => options).SetArgDisplayNames("a server that is too old");
        yield return new TestCaseData(s_server with { Version = "11.3.2-MariaDB" }, (MySqlTransportOptions options) => options).SetArgDisplayNames("a server that is just too old");
        yield return new TestCaseData(s_server with { Version = "11.8.6" }, (MySqlTransportOptions options) => options).SetArgDisplayNames("a server of the other kind");
        yield return new TestCaseData(s_server, (MySqlTransportOptions options) => options with { AllowedAuthPlugins = [FakeServerOptions.CachingSha2Password] }).SetArgDisplayNames("the plugin is not allowed");
        yield return new TestCaseData(s_server, (MySqlTransportOptions options) => options with { AllowedAuthPlugins = [] }).SetArgDisplayNames("nobody asked for it");
        yield return new TestCaseData(s_server with { Certificates = s_expired.Value }, (MySqlTransportOptions options) => options).SetArgDisplayNames("an expired certificate");
        yield return new TestCaseData(s_server, (MySqlTransportOptions options) => options with { ServerCertificateThumbprints = [s_otherName.Value.ServerThumbprint] }).SetArgDisplayNames("another thumbprint was named");
    }

    [TestCaseSource(nameof(NotToBeProven))]
    public async Task Otherwise_the_certificate_is_refused_before_the_login(FakeServerOptions server, Func<MySqlTransportOptions, MySqlTransportOptions> change)
    {
        await using var bed = new LinkBed(server, options => change(options with { SslMode = SslMode.VerifyFull, AllowedAuthPlugins = [Native] }));
        Assert.That((await bed.FailToOpenAsync()).Kind, Is.EqualTo(LinkFailureKind.Tls));
        Assert.That(bed.Server.Logins, Is.Empty);
    }

    [Test]
    public async Task An_authority_that_was_named_is_the_only_one_that_counts()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, s_otherName.Value.AuthorityPem);
        await using var bed = new LinkBed(s_server, options => options with { SslMode = SslMode.VerifyCA, SslCa = path, AllowedAuthPlugins = [Native] });
        Assert.That((await bed.FailToOpenAsync()).Kind, Is.EqualTo(LinkFailureKind.Tls));
        Assert.That(bed.Server.Logins, Is.Empty);
        File.Delete(path);
    }
}
