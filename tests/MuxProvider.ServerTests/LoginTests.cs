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
