using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

public class MuxConnectionStringBuilderTests
{
    // Every option that MySqlConnector 2.6.1 knows, with its aliases and a value that is not the default.
    private static readonly string[] s_compatibleOptions =
    [
        "Server|Host|Data Source|DataSource|Address|Addr|Network Address=db1",
        "Port=3307",
        "User ID|UserID|Username|Uid|User name|User=app",
        "Password|pwd=secret",
        "Database|Initial Catalog=shop",
        "Load Balance|LoadBalance=FailOver",
        "Connection Protocol|ConnectionProtocol|Protocol=UnixSocket",
        "Pipe Name|PipeName|Pipe=other",
        "SSL Mode|SslMode=VerifyFull",
        "Certificate File|CertificateFile=a.pfx",
        "Certificate Password|CertificatePassword=x",
        "Certificate Store Location|CertificateStoreLocation=CurrentUser",
        "Certificate Thumbprint|CertificateThumbprint|Certificate Thumb Print=00",
        "SSL Cert|SslCert|Ssl-Cert=a.pem",
        "SSL Key|SslKey|Ssl-Key=k.pem",
        "SSL CA|CACertificateFile|CA Certificate File|SslCa|Ssl-Ca=ca.pem",
        "TLS Version|TlsVersion|Tls-Version=TLS 1.3",
        "TLS Cipher Suites|TlsCipherSuites=TLS_AES_128_GCM_SHA256",
        "Pooling=False",
        "Connection Lifetime|ConnectionLifeTime=7",
        "Connection Reset|ConnectionReset=False",
        "Defer Connection Reset|DeferConnectionReset=False",
        "Connection Idle Ping Time|ConnectionIdlePingTime=7",
        "Connection Idle Timeout|ConnectionIdleTimeout=7",
        "Min Links|Minimum Pool Size|Min Pool Size|MinimumPoolSize|minpoolsize|MinLinks=7",
        "Max Links|Maximum Pool Size|Max Pool Size|MaximumPoolSize|maxpoolsize|MaxLinks=7",
        "DNS Check Interval|DnsCheckInterval=7",
        "Allow Load Local Infile|AllowLoadLocalInfile=True",
        "Allow Public Key Retrieval|AllowPublicKeyRetrieval=True",
        "Allow User Variables|AllowUserVariables=True",
        "Allow Zero DateTime|AllowZeroDateTime=True",
        "Application Name|ApplicationName=x",
        "Auto Enlist|AutoEnlist=False",
        "Cancellation Timeout|CancellationTimeout=-1",
        "Character Set|CharSet|CharacterSet=utf8",
        "Connection Timeout|ConnectionTimeout|Connect Timeout=7",
        "Convert Zero DateTime|ConvertZeroDateTime=True",
        "DateTime Kind|DateTimeKind=Utc",
        "Default Command Timeout|DefaultCommandTimeout|Command Timeout=7",
        "Force Synchronous|ForceSynchronous=True",
        "GUID Format|GuidFormat=Binary16",
        "Ignore Command Transaction|IgnoreCommandTransaction=True",
        "Ignore Prepare|IgnorePrepare=True",
        "Interactive Session|InteractiveSession|Interactive=True",
        "Keep Alive|Keepalive=7",
        "No Backslash Escapes|NoBackslashEscapes=True",
        "Old Guids|OldGuids=True",
        "Persist Security Info|PersistSecurityInfo=True",
        "Pipelining=Off",
        "Server Redirection Mode|ServerRedirectionMode=Preferred",
        "Server RSA Public Key File|ServerRsaPublicKeyFile=k.pem",
        "Server SPN|ServerSPN=x",
        "Treat Tiny As Boolean|TreatTinyAsBoolean=False",
        "Use Affected Rows|UseAffectedRows=True",
        "Use Compression|UseCompression|Compress=True",
        "Use XA Transactions|UseXaTransactions=False",
    ];

    private static IEnumerable<TestCaseData> Aliases()
    {
        foreach (var line in s_compatibleOptions)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var names = line[..equals].Split('|');
            foreach (var name in names)
                yield return new TestCaseData(name, names[0], line[(equals + 1)..]);
        }
    }

    [Test]
    public void It_knows_all_options_of_the_usual_provider() =>
        Assert.Multiple(() =>
        {
            Assert.That(s_compatibleOptions, Has.Length.EqualTo(56));
            Assert.That(OptionTable.All.Select(static option => option.Name), Is.Unique);
        });

    [Test]
    public void The_documents_tell_of_all_options_of_its_own()
    {
        var compatible = s_compatibleOptions.Select(static line => line[..line.IndexOfAny(['=', '|'])]).ToHashSet(StringComparer.Ordinal);
        var own = OptionTable.All.Select(static option => option.Name).Where(name => !compatible.Contains(name)).ToList();
        Assert.That(own, Has.Count.GreaterThan(12));
        Assert.That(own.Where(static name => !Repository.Read("README.md").Contains($"| `{name}` |", StringComparison.Ordinal)), Is.Empty, "README.md");
        Assert.That(
            own.Where(static name => !Repository.Read("docs/migrating-from-mysqlconnector.md").Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty, "migration");
    }

    [TestCaseSource(nameof(Aliases))]
    public void Every_alias_is_read_and_written_under_its_canonical_name(string alias, string canonical, string value)
    {
        var builder = new MuxConnectionStringBuilder($"{alias.ToUpperInvariant()}={value}");
        var expected = new MuxConnectionStringBuilder { [canonical] = value };
        Assert.Multiple(() =>
        {
            Assert.That(builder.ConnectionString, Is.EqualTo(expected.ConnectionString));
            Assert.That(builder.ConnectionString, Does.StartWith(canonical + "="));
            Assert.That(builder.ConnectionString, Does.Contain(value));
            Assert.That(builder.ContainsKey(alias), Is.True);
            Assert.That(builder[alias], Is.Not.EqualTo(new MuxConnectionStringBuilder()[alias]));
            Assert.That(builder.Remove(alias), Is.True);
            Assert.That(builder.ConnectionString, Is.Empty);
        });
    }

    [Test]
    public void Defaults_are_those_that_users_of_the_usual_provider_expect()
    {
        var builder = new MuxConnectionStringBuilder();
        Assert.Multiple(() =>
        {
            Assert.That(builder.Server, Is.Empty);
            Assert.That(builder.Port, Is.EqualTo(3306));
            Assert.That(builder.Password, Is.Empty);
            Assert.That(builder.SslMode, Is.EqualTo(MuxSslMode.Preferred));
            Assert.That(builder.ConnectionTimeout, Is.EqualTo(15));
            Assert.That(builder.DefaultCommandTimeout, Is.EqualTo(30));
            Assert.That(builder.ConnectionIdleTimeout, Is.EqualTo(180));
            Assert.That(builder.CancellationTimeout, Is.EqualTo(2));
            Assert.That(builder.MaximumPoolSize, Is.EqualTo(100));
            Assert.That(builder.MaxSharedLinks, Is.EqualTo(4));
            Assert.That(builder.Multiplexing, Is.True);
            Assert.That(builder.Pipelining, Is.EqualTo(MuxPipelining.Auto));
            Assert.That(builder.TrustRoutines, Is.True);
            Assert.That(builder.RoutineScan, Is.False);
            Assert.That(builder.TrackLastInsertId, Is.EqualTo(MuxLastInsertIdTracking.Auto));
            Assert.That(builder.TreatTinyAsBoolean, Is.True);
            Assert.That(builder.AllowUserVariables, Is.False);
            Assert.That(builder.GuidFormat, Is.EqualTo(MuxGuidFormat.Default));
        });
    }

    [TestCase("Passwort", "Password")]
    [TestCase("Sever", "Server")]
    [TestCase("Max Pool Sizes", "Max Links")]
    public void An_unknown_option_is_named_together_with_the_likely_one(string wrong, string likely) =>
        Assert.That(() => new MuxConnectionStringBuilder(wrong + "=1"), Throws.ArgumentException.With.Message.Contains($"'{wrong.ToLowerInvariant()}'")
            .And.Message.Contains($"'{likely}'"));

    [TestCase("AllowBatch")]
    [TestCase("IntegratedSecurity")]
    public void An_unknown_option_like_no_other_is_named_alone(string wrong) =>
        Assert.That(() => new MuxConnectionStringBuilder { [wrong] = 1 }, Throws.ArgumentException.With.Message.Contains($"'{wrong}'").And.Message.Not.Contains("mean"));

    [TestCase("Port=0")]
    [TestCase("Port=x")]
    [TestCase("Pooling=maybe")]
    [TestCase("SslMode=Maybe")]
    [TestCase("SslMode=9")]
    [TestCase("Cancellation Timeout=-2")]
    [TestCase("TlsVersion=SSL3")]
    [TestCase("Server Certificate Thumbprint=00")]
    [TestCase("Server Certificate Thumbprint=,")]
    [TestCase("Allowed Auth Plugins=mysql_native_pasword")]
    [TestCase("Allowed Auth Plugins=client_ed25519")]
    [TestCase("Allowed Auth Plugins=,")]
    [TestCase("Max Links=0")]
    [TestCase("Trust Routines=sometimes")]
    [TestCase("Routine Scan=2")]
    [TestCase("Track Last Insert Id=maybe")]
    [TestCase("Track Last Insert Id=7")]
    public void A_value_that_an_option_does_not_take_is_refused_by_name(string text) =>
        Assert.That(() => new MuxConnectionStringBuilder(text), Throws.ArgumentException.With.Message.Contains("'").And.Message.Contains("takes"));

    [Test]
    public void Thumbprints_and_plugins_have_one_spelling()
    {
        var digits = string.Concat(Enumerable.Repeat("ab", 32));
        var spaced = string.Join(':', Enumerable.Repeat("aB", 32));
        var builder = new MuxConnectionStringBuilder($"ServerCertificateThumbprint={new string('F', 64)}, {spaced};AllowedAuthPlugins=SHA256_Password , caching_sha2_password");
        Assert.That(builder.ServerCertificateThumbprint, Is.EqualTo($"{digits.ToUpperInvariant()},{new string('F', 64)}"));
        Assert.That(builder.AllowedAuthPlugins, Is.EqualTo("caching_sha2_password,sha256_password"));
        var transport = MultiplexerFactory.Transport(builder);
        Assert.That(transport.ServerCertificateThumbprints, Has.Count.EqualTo(2));
        Assert.That(transport.AllowedAuthPlugins, Is.EqualTo(new[] { "caching_sha2_password", "sha256_password" }));
        Assert.That(MultiplexerFactory.Key(transport), Is.Not.EqualTo(MultiplexerFactory.Key(transport with { AllowedAuthPlugins = [] })));
        Assert.That(MultiplexerFactory.Key(transport), Is.Not.EqualTo(MultiplexerFactory.Key(transport with { ServerCertificateThumbprints = [] })));
    }

    [TestCase("", MuxProvider.Links.MySql.SslMode.Preferred)]
    [TestCase("Server Certificate Thumbprint={0}", MuxProvider.Links.MySql.SslMode.Required)]
    [TestCase("Server Certificate Thumbprint={0};SSL Mode=VerifyFull", MuxProvider.Links.MySql.SslMode.VerifyFull)]
    public void A_thumbprint_asks_for_TLS(string text, MuxProvider.Links.MySql.SslMode expected) => Assert.That(
        MultiplexerFactory.Transport(new MuxConnectionStringBuilder(text.Replace("{0}", new string('0', 64), StringComparison.Ordinal))).SslMode, Is.EqualTo(expected));

    [TestCase("None")]
    [TestCase("Preferred")]
    public void A_thumbprint_and_no_certain_TLS_contradict_each_other(string mode) => Assert.That(
        () => new DataSourceSettings(new MuxConnectionStringBuilder($"Server Certificate Thumbprint={new string('0', 64)};SSL Mode={mode}")),
        Throws.ArgumentException.With.Message.Contains("SSL Mode"));

    [TestCase("yes", true)]
    [TestCase("True", true)]
    [TestCase("NO", false)]
    [TestCase("false", false)]
    public void Truth_has_four_spellings(string text, bool expected) =>
        Assert.That(new MuxConnectionStringBuilder("Pooling=" + text).Pooling, Is.EqualTo(expected));

    [TestCase("SslMode=Disabled", MuxSslMode.None)]
    [TestCase("SslMode=none", MuxSslMode.None)]
    [TestCase("Ssl Mode=REQUIRED", MuxSslMode.Required)]
    public void Choices_ignore_case_and_have_other_names(string text, MuxSslMode expected) =>
        Assert.That(new MuxConnectionStringBuilder(text).SslMode, Is.EqualTo(expected));

    [TestCase("Auto", MuxLastInsertIdTracking.Auto)]
    [TestCase("true", MuxLastInsertIdTracking.On)]
    [TestCase("YES", MuxLastInsertIdTracking.On)]
    [TestCase("on", MuxLastInsertIdTracking.On)]
    [TestCase("1", MuxLastInsertIdTracking.On)]
    [TestCase("False", MuxLastInsertIdTracking.Off)]
    [TestCase("no", MuxLastInsertIdTracking.Off)]
    [TestCase("off", MuxLastInsertIdTracking.Off)]
    [TestCase("0", MuxLastInsertIdTracking.Off)]
    public void What_is_automatic_can_be_switched_on_and_off(string text, MuxLastInsertIdTracking expected)
    {
        Assert.That(new MuxConnectionStringBuilder("TrackLastInsertId=" + text).TrackLastInsertId, Is.EqualTo(expected));
        Assert.That(new MuxConnectionStringBuilder("Pipelining=" + text).Pipelining.ToString(), Is.EqualTo(expected.ToString()));
    }

    [Test]
    public void Options_of_sharing_have_one_canonical_text_and_leave_out_their_defaults()
    {
        var builder = new MuxConnectionStringBuilder("trackLASTinsertID=no;routinescan=yes;TrustRoutines=0");
        var defaults = new MuxConnectionStringBuilder("Track Last Insert Id=auto;Routine Scan=no;Trust Routines=true");
        Assert.That(builder.ToCanonicalText(), Is.EqualTo("Trust Routines=False;Routine Scan=True;Track Last Insert Id=Off"));
        Assert.That(new MuxConnectionStringBuilder(builder.ToCanonicalText()).ToCanonicalText(), Is.EqualTo(builder.ToCanonicalText()));
        Assert.That(defaults.ToCanonicalText(), Is.Empty);
    }

    private static readonly TestCaseData[] s_sharing =
    [
        new("", new MultiplexingOptions()),
        new("Trust Routines=false", new MultiplexingOptions { TrustsRoutines = false }),
        new("Routine Scan=true", new MultiplexingOptions { ScansRoutines = true }),
        new("Track Last Insert Id=true", new MultiplexingOptions { TracksGeneratedIds = true }),
        new("Track Last Insert Id=false", new MultiplexingOptions { TracksGeneratedIds = false }),
    ];

    [TestCaseSource(nameof(s_sharing))]
    public void Links_are_shared_by_equal_options_only(string text, MultiplexingOptions expected)
    {
        Assert.That(OptionMeanings.Multiplexing(new MuxConnectionStringBuilder(text)), Is.EqualTo(expected));
        Assert.That(s_sharing.Count(other => expected.Equals(other.Arguments[1])), Is.EqualTo(1));
    }

    [TestCase("Tls12", "TLS 1.2")]
    [TestCase("[Tlsv1.2,TLS 1.3]", "TLS 1.2, TLS 1.3")]
    [TestCase("TLS 1.3, TLS 1.2", "TLS 1.2, TLS 1.3")]
    public void Tls_versions_are_brought_to_one_spelling(string text, string expected) =>
        Assert.That(new MuxConnectionStringBuilder { TlsVersion = text }.TlsVersion, Is.EqualTo(expected));

    [Test]
    public void Null_and_empty_remove_an_option()
    {
        var builder = new MuxConnectionStringBuilder("Server=a;Password=b") { Server = null, ["pwd"] = "" };
        Assert.That(builder.ConnectionString, Is.Empty);
    }

    [Test]
    public void A_password_keeps_its_white_space_and_its_quotes()
    {
        var text = new MuxConnectionStringBuilder { Password = " a;'\"b " }.ConnectionString;
        Assert.That(new MuxConnectionStringBuilder(text).Password, Is.EqualTo(" a;'\"b "));
    }

    [Test]
    public void A_malformed_text_is_an_argument_error() =>
        Assert.That(() => new MuxConnectionStringBuilder("Server"), Throws.ArgumentException);

    [Test]
    public void Texts_of_one_meaning_have_one_canonical_text()
    {
        var one = new MuxConnectionStringBuilder("uid=a;host=b;port=3306;Max Pool Size=7");
        var other = new MuxConnectionStringBuilder("MaxLinks=7;Server=b;User=a;Pooling=yes");
        Assert.That(one.ToCanonicalText(), Is.EqualTo(other.ToCanonicalText()));
    }

    [Test]
    public void The_canonical_text_can_be_had_without_password() =>
        Assert.That(new MuxConnectionStringBuilder("Server=a;Password=geheim").ToCanonicalText(withSecrets: false), Is.EqualTo("Server=a"));

    [TestCase("Use Compression=true", "Use Compression")]
    [TestCase("Server=/run/db.sock;Server Redirection Mode=Required", "Server Redirection Mode")]
    [TestCase("Protocol=Pipe", "Connection Protocol")]
    [TestCase("Protocol=Memory", "Connection Protocol")]
    [TestCase("TlsCipherSuites=TLS_AES_128_GCM_SHA256", "TLS Cipher Suites")]
    public void What_cannot_be_honoured_is_refused_by_name_when_the_data_source_is_built(string text, string option) =>
        Assert.That(() => new MuxDataSourceBuilder(text).Build(), Throws.TypeOf<NotSupportedException>().With.Message.Contains(option));

    [TestCase("Server=a,b")]
    [TestCase("Server=a,b;Load Balance=FailOver")]
    [TestCase("Server=a,b:3307,[::1]:3308,::1;Load Balance=LeastConnections;Target Session=prefer-replica")]
    [TestCase("Server=/run/a:b,c.sock")]
    [TestCase("Server=a;Server Redirection Mode=Required")]
    [TestCase("Server=a;Load Balance=Random")]
    [TestCase("Server Redirection Mode=Preferred")]
    [TestCase("Keepalive=7;Character Set=latin1;Connection Reset=false")]
    public void What_can_be_ignored_without_harm_is_accepted(string text) =>
        Assert.That(() => new DataSourceSettings(new MuxConnectionStringBuilder(text)), Throws.Nothing);

    [TestCase("Old Guids=true;Guid Format=Char36")]
    [TestCase("Min Links=7;Max Links=5")]
    public void Options_that_contradict_each_other_are_refused(string text) =>
        Assert.That(() => new DataSourceSettings(new MuxConnectionStringBuilder(text)), Throws.ArgumentException);

    [TestCase("Server=a,b:x", "b:x")]
    [TestCase("Server=a:0", "a:0")]
    [TestCase("Server=a:70000", "a:70000")]
    [TestCase("Server=[::1]3306", "[::1]3306")]
    [TestCase("Server=[a]:3306", "[a]:3306")]
    [TestCase("Server=a b", "a b")]
    [TestCase("Server=:3306", ":3306")]
    [TestCase("Server=a,b,a:3306", "a:3306 twice")]
    [TestCase("Server=','", "no server")]
    public void A_server_that_is_none_is_an_argument_error_that_quotes_it(string text, string quoted) => Assert.That(
        () => new MuxDataSourceBuilder(text).Build(), Throws.ArgumentException.With.Message.Contains("'Server").And.Message.Contains(quoted));

    [TestCase("Target Session=primary", MuxTargetSession.Primary)]
    [TestCase("TargetSession=preferReplica", MuxTargetSession.PreferReplica)]
    [TestCase("Target Session=prefer-replica", MuxTargetSession.PreferReplica)]
    [TestCase("", MuxTargetSession.Any)]
    public void The_target_of_links_has_a_few_spellings(string text, MuxTargetSession expected) =>
        Assert.That(new MuxConnectionStringBuilder(text).TargetSession, Is.EqualTo(expected));

    [Test]
    public void What_several_servers_are_asked_for_reaches_the_transport_and_tells_links_apart()
    {
        const string text = "Server=a,b:3307,[::1]:3308;Port=4000;";
        var transport = MultiplexerFactory.Transport(new MuxConnectionStringBuilder(text + "Load Balance=least-links;Target Session=Replica;Server Redirection Mode=Preferred"));
        Assert.That(transport.Servers.Select(server => server.ToString()), Is.EqualTo(new[] { "a:4000", "b:3307", "[::1]:3308" }));
        Assert.That(
            (transport.LoadBalance, transport.Target, transport.Redirection),
            Is.EqualTo((MuxProvider.Links.MySql.LoadBalance.LeastLinks, MuxProvider.Links.MySql.TargetSession.Replica, MuxProvider.Links.MySql.RedirectionMode.Preferred)));
        string[] texts = ["", "Load Balance=FailOver", "Target Session=Primary", "Target Session=Replica", "Server Redirection Mode=Required", "Port=4001"];
        Assert.That(texts.Select(more => MultiplexerFactory.Key(MultiplexerFactory.Transport(new MuxConnectionStringBuilder(text + more)))), Is.Unique);
        Assert.That(MultiplexerFactory.Key(transport).Endpoints, Is.EqualTo("a:4000,b:3307,[::1]:3308"));
        var sharing = OptionMeanings.Multiplexing(new MuxConnectionStringBuilder("Server Check Interval=7;DNS Check Interval=9"));
        Assert.That((sharing.ServerCheckInterval, sharing.DnsCheckInterval), Is.EqualTo((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9))));
    }

    [Test]
    public void Options_without_effect_are_listed() =>
        Assert.That(MuxConnectionStringBuilder.OptionsWithoutEffect, Does.Contain("Pipe Name").And.Contain("Connection Reset").And.Not.Contain("Server"));

    [Test]
    public void Links_follow_from_the_options()
    {
        var options = OptionMeanings.Multiplexing(new MuxConnectionStringBuilder("Maximum Pool Size=2;Connection Timeout=0;Connection Lifetime=9"));
        var alone = OptionMeanings.Multiplexing(new MuxConnectionStringBuilder("Pooling=false;Min Links=3"));
        Assert.Multiple(() =>
        {
            Assert.That(options.MaxLinks, Is.EqualTo(2));
            Assert.That(options.MaxSharedLinks, Is.EqualTo(2));
            Assert.That(options.ConnectionTimeout, Is.EqualTo(Timeout.InfiniteTimeSpan));
            Assert.That(options.LinkLifetime, Is.EqualTo(TimeSpan.FromSeconds(9)));
            Assert.That(alone.IsEnabled, Is.False);
            Assert.That(alone.ReusesLinks, Is.False);
            Assert.That(alone.MinLinks, Is.Zero);
        });
    }
}
