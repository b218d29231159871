using MuxProvider.Links.MySql;
using MuxProvider.Testing;

namespace MuxProvider.Links.Tests;

/// <summary>Which plugins a server may ask for, and what it gets.</summary>
public sealed class PluginChoiceTests
{
    private const string Native = FakeServerOptions.NativePassword;
    private const string Sha2 = FakeServerOptions.CachingSha2Password;
    private const string Sha256 = FakeServerOptions.Sha256Password;
    private const string Clear = FakeServerOptions.ClearPassword;

    [TestCase("", "", ExpectedResult = Native)]
    [TestCase("", Sha2, ExpectedResult = Sha2)]
    [TestCase("", Sha256, ExpectedResult = Sha256)]
    [TestCase("", Clear, ExpectedResult = Sha2)]
    [TestCase("", "client_ed25519", ExpectedResult = Sha2)]
    [TestCase(Native, Sha2, ExpectedResult = Native)]
    [TestCase(Native + "," + Sha2, Native, ExpectedResult = Native)]
    [TestCase(Native + "," + Sha2, Sha256, ExpectedResult = Sha2)]
    [TestCase(Clear, Native, ExpectedResult = Clear)]
    [TestCase(Clear + "," + Sha256, Clear, ExpectedResult = Sha256)]
    public string A_login_begins_with_a_plugin_that_is_allowed_and_hides_the_password(string allowed, string offered) => Rules(allowed).First(offered);

    [TestCase("", false, false, true)]
    [TestCase(Clear, false, true, true)]
    [TestCase(Native, false, false, false)]
    public void Clear_text_needs_a_server_that_is_known_or_the_word_of_the_user_and_never_goes_without_TLS(string allowed, bool open, bool encrypted, bool known)
    {
        var rules = Rules(allowed);
        Assert.That(
            (rules.AllowsClearText(ChannelTrust.Open), rules.AllowsClearText(ChannelTrust.Encrypted), rules.AllowsClearText(ChannelTrust.Known)),
            Is.EqualTo((open, encrypted, known)));
        Assert.That(rules.AllowsClearText(ChannelTrust.Unproven), Is.False);
    }

    [Test]
    public async Task A_server_that_asks_for_a_plugin_that_is_not_allowed_gets_no_answer(
        [Values(Native, Sha2, Sha256, Clear)] string asked,
        [Values] bool tls)
    {
        var others = new[] { Native, Sha2, Sha256, Clear }.Where(plugin => plugin != asked).ToArray();
        var server = FakeServerOptions.MySql with { Users = [new FakeUser("mux", "secret", asked)], DefaultPlugin = asked == Native ? Sha2 : Native };
        await using var bed = new LinkBed(tls ? server.WithTls() : server, options => options with { AllowedAuthPlugins = others });
        var failure = await bed.FailToOpenAsync();
        Assert.That(failure.Kind, Is.EqualTo(LinkFailureKind.LoginRefused));
        Assert.That(failure.Message, Does.Contain(asked).And.Contain("Allowed Auth Plugins").And.Contain(others[0]));
        Assert.That(bed.Server.Logins, Is.Empty);
    }

    [TestCase(Native)]
    [TestCase(Sha2)]
    [TestCase(Sha256)]
    public async Task A_plugin_that_is_allowed_logs_in_though_the_server_offers_another(string plugin)
    {
        var server = FakeServerOptions.MySql with { Users = [new FakeUser("mux", "secret", plugin)], DefaultPlugin = plugin == Native ? Sha2 : Native };
        await using var bed = new LinkBed(server, options => options with { AllowedAuthPlugins = [plugin] });
        await bed.OpenAsync();
        Assert.That((bed.Server.Logins[0].Plugin, bed.Server.Logins[0].WasSwitched), Is.EqualTo((plugin, false)));
    }

    [TestCase(SslMode.Preferred, false, false)]
    [TestCase(SslMode.Preferred, true, true)]
    [TestCase(SslMode.Required, false, false)]
    [TestCase(SslMode.Required, true, true)]
    [TestCase(SslMode.VerifyFull, false, true)]
    [TestCase(SslMode.None, true, false)]
    public async Task The_password_goes_in_clear_text_to_a_server_that_was_checked_or_where_the_user_says_so(SslMode mode, bool isNamed, bool logsIn)
    {
        var path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, FakeCertificates.Shared.AuthorityPem);
        await using var bed = new LinkBed((FakeServerOptions.MySql with { Users = [new FakeUser("mux", "secret", Clear)] }).WithTls(), options => options with
        {
            SslMode = mode,
            SslCa = mode == SslMode.VerifyFull ? path : "",
            AllowedAuthPlugins = isNamed ? [Clear] : [],
        });
        if (logsIn)
        {
            await bed.OpenAsync();
            Assert.That((bed.Server.Logins[0].Plugin, bed.Server.Logins[0].UsedFullPassword), Is.EqualTo((Clear, true)));
        }
        else
        {
            var failure = await bed.FailToOpenAsync();
            Assert.That((failure.Kind, failure.Message.Contains("clear text", StringComparison.Ordinal)), Is.EqualTo((LinkFailureKind.LoginRefused, true)));
            Assert.That(bed.Server.Logins, Is.Empty);
        }

        File.Delete(path);
    }

    [Test]
    public async Task The_password_goes_in_clear_text_to_a_pinned_certificate_and_on_a_unix_socket()
    {
        var server = FakeServerOptions.MySql with { Users = [new FakeUser("mux", "secret", Clear)] };
        await using var pinned = new LinkBed(server.WithTls(), options => options with { SslMode = SslMode.Required, ServerCertificateThumbprints = [FakeCertificates.Shared.ServerThumbprint] });
        await pinned.OpenAsync();
        await using var socket = new LinkBed(server with { UsesUnixSocket = true });
        await socket.OpenAsync();
    }

    private static PluginRules Rules(string allowed) => new(allowed.Split(',', StringSplitOptions.RemoveEmptyEntries));
}
