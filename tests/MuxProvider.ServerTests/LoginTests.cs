using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MuxProvider.ServerTests;

/// <summary>Every way to log in that the servers ask for.</summary>
internal sealed class LoginTests : ServerFixture
{
    [Test]
    public async Task TLS_is_used_where_the_server_offers_it()
    {
        var handle = await OpenWithAsync("");
        Assert.That(await handle.TextAsync("SHOW SESSION STATUS LIKE 'Ssl_cipher'"), Does.Match("Ssl_cipher,.+"));
    }

    [Test]
    public async Task TLS_can_be_declined_and_its_version_chosen()
    {
        var plain = await OpenWithAsync("SSL Mode=None;Allow Public Key Retrieval=true");
        Assert.That(await plain.TextAsync("SHOW SESSION STATUS LIKE 'Ssl_cipher'"), Is.EqualTo("Ssl_cipher,"));
        foreach (var version in new[] { "1.2", "1.3" })
        {
            var handle = await OpenWithAsync($"SSL Mode=Required;TLS Version=TLS {version}");
            Assert.That(await handle.TextAsync("SHOW SESSION STATUS LIKE 'Ssl_version'"), Is.EqualTo($"Ssl_version,TLSv{version}"));
        }
    }

    [TestCase("")]
    [TestCase("Connection Protocol=Unix")]
    public async Task A_unix_socket_is_used(string options)
    {
        var handle = await OpenWithAsync($"Server={Server.Socket};{options}");
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        var host = await handle.ScalarAsync<string>("SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()");
        Assert.That(host, Is.EqualTo("localhost"));
    }

    [Test]
    public async Task A_user_without_password_logs_in()
    {
        foreach (var tls in new[] { "SSL Mode=Preferred", "SSL Mode=None" })
        {
            var handle = await OpenWithAsync($"Database=test;User ID=appnopass;Password=;{tls}");
            Assert.That(await handle.ScalarAsync<string>("SELECT CURRENT_USER()"), Is.EqualTo("appnopass@%"));
        }

        var error = await Sql.MuxFailureOf(() => OpenWithAsync("Password="));
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
        Assert.That(error.Message, Does.Contain("app").And.Contain("Password"));
    }

    [Test]
    public async Task Native_password_logs_in()
    {
        if (Server.IsMySql)
            Assert.Ignore("MySQL 9 has no mysql_native_password; MariaDB covers it.");
        foreach (var tls in new[] { "SSL Mode=Required", "SSL Mode=None" })
        {
            var handle = await OpenWithAsync($"Database=test;User ID=appnative;{tls}");
            Assert.That(await handle.ScalarAsync<string>("SELECT CURRENT_USER()"), Is.EqualTo("appnative@%"));
        }

        Assert.That((await Sql.MuxFailureOf(() => OpenWithAsync("Database=test;User ID=appnative;Password=nope"))).ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
    }

    [TestCase("caching_sha2_password")]
    [TestCase("sha256_password")]
    public async Task The_SHA_256_plugins_log_in_over_every_transport(string plugin)
    {
        if (!Server.IsMySql)
            Assert.Ignore("Only MySQL has them.");
        var key = Path.Combine(Path.GetDirectoryName(Server.Socket)!, "data", "public_key.pem");
        string[] transports =
        [
            "SSL Mode=Required", $"SSL Mode=VerifyFull;SSL CA={Server.Ca}", "SSL Mode=None;Allow Public Key Retrieval=true",
            $"SSL Mode=None;Server RSA Public Key File={key}", $"Server={Server.Socket};SSL Mode=None",
        ];
        foreach (var transport in transports)
        {
            var user = Server.NewName("mux_u");
            var password = "pass wörd ' \\ 😀 " + new string('x', 40);
            await Server.AdminAsync($"CREATE USER '{user}'@'%' IDENTIFIED WITH {plugin} BY '{password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
            try
            {
                // The server knows only a hash: full. Then caching_sha2_password has it in its cache: fast.
                for (var i = 0; i < 2; i++)
                {
                    await using var source = MuxDataSource.Create(new MuxConnectionStringBuilder(Server.Options($"Database={Schema};User ID={user};{transport}")) { Password = password }.ConnectionString);
                    await using var handle = await source.OpenConnectionAsync();
                    Assert.That(await handle.ScalarAsync<string>("SELECT CURRENT_USER()"), Is.EqualTo($"{user}@%"), transport);
                }

                var wrong = await Sql.MuxFailureOf(() => OpenWithAsync($"User ID={user};Password=wrong;{transport}"));
                Assert.That(wrong.ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
            }
            finally
            {
                await Server.AdminAsync($"DROP USER '{user}'@'%'");
            }
        }
    }

    [Test]
    public async Task A_wrong_RSA_key_is_named()
    {
        if (!Server.IsMySql)
            Assert.Ignore("Only MySQL has caching_sha2_password.");
        await Server.AdminAsync("FLUSH PRIVILEGES");
        var error = await Sql.FailureOf<Exception>(() => OpenWithAsync($"SSL Mode=None;Server RSA Public Key File={Server.Ca}"));
        Assert.That(error, Is.InstanceOf<MuxException>());
        Assert.That(error.Message, Does.Contain("RSA"));
        await Server.AdminAsync("FLUSH PRIVILEGES");
        var missing = await Sql.FailureOf<Exception>(() => OpenWithAsync("SSL Mode=None;Server RSA Public Key File=/no/such/key.pem"));
        Assert.That(missing.Message, Does.Contain("/no/such/key.pem"));
    }

    [Test]
    public async Task A_pinned_certificate_is_accepted_and_no_other()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Path.GetDirectoryName(Server.Ca)!, "server.pem"));
        var right = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var handle = await OpenWithAsync($"Server Certificate Thumbprint={right}");
        Assert.That(await handle.TextAsync("SHOW SESSION STATUS LIKE 'Ssl_version'"), Does.Contain("TLSv1."));
        var error = await Sql.MuxFailureOf(() => OpenWithAsync($"Server Certificate Thumbprint={new string('0', 64)}"));
        Assert.That(error.Message, Does.Contain(right).And.Contain("Server Certificate Thumbprint"));
    }

    [Test]
    public async Task A_server_that_proves_its_certificate_with_the_password_needs_no_authority()
    {
        if (Server.Kind != "mariadb118")
            Assert.Ignore("Only MariaDB from 11.4 on does.");
        foreach (var mode in new[] { "VerifyCA", "VerifyFull" })
        {
            foreach (var user in new[] { "", "Database=test;User ID=appnative" })
            {
                var handle = await OpenWithAsync($"SSL Mode={mode};Allowed Auth Plugins=mysql_native_password;{user}");
                Assert.That(await handle.TextAsync("SHOW SESSION STATUS LIKE 'Ssl_version'"), Does.Contain("TLSv1."));
            }

            Assert.That((await Sql.MuxFailureOf(() => OpenWithAsync($"SSL Mode={mode};Allowed Auth Plugins=mysql_native_password;Password=wrong"))).ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
            var unproven = await Sql.MuxFailureOf(() => OpenWithAsync($"SSL Mode={mode};Allowed Auth Plugins=mysql_native_password;Database=test;User ID=appnopass;Password="));
            Assert.That(unproven.Message, Does.Contain("SSL CA"));
            var strict = await Sql.MuxFailureOf(() => OpenWithAsync($"SSL Mode={mode}"));
            Assert.That(strict.Message, Does.Contain("SSL CA"));
        }
    }

    [Test]
    public async Task A_plugin_that_is_not_allowed_is_refused_by_name()
    {
        var (its, another) = Server.IsMySql ? ("caching_sha2_password", "mysql_native_password") : ("mysql_native_password", "caching_sha2_password");
        Assert.That(await (await OpenWithAsync($"Allowed Auth Plugins={its}")).ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        var error = await Sql.MuxFailureOf(() => OpenWithAsync($"Allowed Auth Plugins={another}"));
        Assert.That(error.Message, Does.Contain($"'{its}'").And.Contain("Allowed Auth Plugins"));
    }

    [Test]
    public async Task A_plugin_on_Ed25519_is_named_with_what_to_do()
    {
        if (Server.IsMySql)
            Assert.Ignore("Only MariaDB has ed25519.");
        var user = Server.NewName("mux_u");
        await Server.AdminAsync("INSTALL SONAME 'auth_ed25519'", $"CREATE USER '{user}'@'%' IDENTIFIED VIA ed25519 USING PASSWORD('secret')");
        try
        {
            var error = await Sql.MuxFailureOf(() => OpenWithAsync($"Database=;User ID={user}"));
            Assert.That(error.Message, Does.Contain("client_ed25519").And.Contain("ALTER USER").And.Contain("mysql_native_password"));
        }
        finally
        {
            await Server.AdminAsync($"DROP USER '{user}'@'%'", "UNINSTALL SONAME 'auth_ed25519'");
        }
    }

    [Test]
    public async Task A_rotated_password_is_asked_for_by_new_links_while_old_ones_go_on()
    {
        var user = Server.NewName("mux_u");
        var password = "first";
        await Server.AdminAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'first'", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            var source = Keep(new MuxDataSourceBuilder(Server.Options($"Database={Schema};User ID={user};Password=;Max Shared Links=1")).UsePasswordProvider(_ => password).Build());
            var handle = await OpenAsync(source);
            var before = await handle.ScalarAsync<long>("SELECT CONNECTION_ID()");
            await Server.AdminAsync($"ALTER USER '{user}'@'%' IDENTIFIED BY 'second'");
            Assert.That(await handle.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.EqualTo(before));

            // A link that is new, beside the old one, needs the new password.
            var pinned = await OpenAsync(source);
            Assert.That((await Sql.MuxFailureOf(() => pinned.RunAsync("BEGIN"))).ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
            password = "second";
            await pinned.RunAsync("BEGIN");
            Assert.That(await pinned.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.Not.EqualTo(before));
            await pinned.RunAsync("COMMIT");

            // And the old one goes.
            source.Clear();
            Assert.That(await handle.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.Not.EqualTo(before));
        }
        finally
        {
            await Server.AdminAsync($"DROP USER '{user}'@'%'");
        }
    }

    [Test]
    public async Task The_application_name_reaches_the_server()
    {
        if (!Server.IsMySql)
            Assert.Ignore("MariaDB's performance schema is off.");
        var handle = await OpenWithAsync("Multiplexing=false;Application Name=mux tests here");
        Assert.That(
            await handle.ScalarAsync<string>("SELECT ATTR_VALUE FROM performance_schema.session_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'program_name'"),
            Is.EqualTo("mux tests here"));
    }

    [Test]
    public async Task A_user_whose_password_changes_keeps_links_and_needs_the_new_one_for_new_links()
    {
        var user = Server.NewName("mux_u");
        await Server.AdminAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'old'", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            var handle = await OpenWithAsync($"User ID={user};Password=old");
            await Server.AdminAsync($"ALTER USER '{user}'@'%' IDENTIFIED BY 'new'");
            Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
            Assert.That((await Sql.MuxFailureOf(() => OpenWithAsync($"User ID={user};Password=old"))).ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
            Assert.That(await (await OpenWithAsync($"User ID={user};Password=new")).ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        }
        finally
        {
            await Server.AdminAsync($"DROP USER '{user}'@'%'");
        }
    }

    private async Task<MuxConnection> OpenWithAsync(string options) => await OpenAsync(NewSource(options));
}
