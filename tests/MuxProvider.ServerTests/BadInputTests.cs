using System.Data;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>What users get wrong: an exception that names it, and nothing broken afterwards.</summary>
internal sealed class BadInputTests : ServerFixture
{
    [Test]
    public async Task A_wrong_password_fails_at_Open_and_names_the_user()
    {
        var error = await OpenFailureAsync("Password=wrong");
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
        Assert.That(error.SqlState, Is.EqualTo("28000"));
        Assert.That(error.Message, Does.Contain("app").And.Contain("Password"));
        Assert.That(error.Message, Does.Not.Contain("wrong"));
        Assert.That(error.IsTransient, Is.False);
    }

    [Test]
    public async Task An_unknown_user_fails_at_Open() =>
        Assert.That((await OpenFailureAsync("User ID=nobody_at_all")).ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));

    [Test]
    public async Task An_unknown_host_is_named()
    {
        var error = await OpenFailureAsync("Server=there.is.no.such.host.invalid");
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.UnableToConnectToHost));
        Assert.That(error.Message, Does.Contain("there.is.no.such.host.invalid").And.Contain("Server"));
    }

    [Test]
    public async Task A_closed_port_is_named()
    {
        var error = await OpenFailureAsync("Port=1");
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.UnableToConnectToHost));
        Assert.That(error.Message, Does.Contain("127.0.0.1:1"));
        Assert.That(error.IsTransient, Is.True);
    }

    [Test]
    public async Task A_missing_socket_is_named()
    {
        var error = await OpenFailureAsync("Server=/no/such/socket.sock");
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.UnableToConnectToHost));
        Assert.That(error.Message, Does.Contain("/no/such/socket.sock"));
    }

    [TestCase("")]
    [TestCase("Multiplexing=false")]
    public async Task An_unknown_database_fails_at_Open(string options)
    {
        var error = await OpenFailureAsync("Database=mux_test_there_is_none;" + options);
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.UnknownDatabase));
        Assert.That(error.Message, Does.Contain("mux_test_there_is_none"));
    }

    [TestCase("")]
    [TestCase("Multiplexing=false")]
    public async Task Changing_to_an_unknown_database_keeps_the_old_one(string options)
    {
        var source = NewSource(options);
        var handle = await OpenAsync(source);
        var neighbour = await OpenAsync(source);
        var error = await Sql.MuxFailureOf(() => handle.ChangeDatabaseAsync("mux_test_there_is_none"));
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.UnknownDatabase));
        Assert.That(handle.Database, Is.EqualTo(Schema));
        Assert.That(await handle.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(Schema));
        Assert.That(await neighbour.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(Schema));
        await Sql.FailureOf<ArgumentException>(() => handle.ChangeDatabaseAsync(" "));
    }

    [Test]
    public async Task A_schema_that_is_dropped_meanwhile_is_an_error_of_its_own_handles_only()
    {
        var doomed = Schema + "_doomed";
        await Server.AdminAsync($"CREATE DATABASE {doomed}");
        var source = NewSource("Max Shared Links=1");
        var handle = await OpenAsync(source);
        var neighbour = await OpenAsync(source);
        await handle.ChangeDatabaseAsync(doomed);
        await Server.AdminAsync($"DROP DATABASE {doomed}");
        Assert.That(await neighbour.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(Schema));

        var mixed = Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await neighbour2(source)));
        var error = await Sql.MuxFailureOf(() => handle.RunAsync("SELECT 1"));

        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.UnknownDatabase));
        Assert.That(await Until.Ends(mixed), Is.All.EqualTo(Schema));

        static async Task<string> neighbour2(MuxDataSource source)
        {
            await using var other = await source.OpenConnectionAsync();
            return await other.ScalarAsync<string>("SELECT DATABASE()");
        }
    }

    [Test]
    public async Task An_authority_that_is_not_trusted_fails()
    {
        var error = await OpenFailureAsync("SSL Mode=VerifyCA");
        Assert.That(error.Message, Does.Contain("TLS").Or.Contain("certificate"));
        Assert.That(error.Message, Does.Contain("SSL CA").Or.Contain("SslCa"));
        var own = await OpenFailureAsync($"SSL Mode=VerifyCA;SSL CA={Server.ClientCert}");
        Assert.That(own.Message, Does.Contain("certificate"));
        var missing = await Sql.FailureOf<Exception>(() => OpenWithAsync("SSL Mode=VerifyCA;SSL CA=/no/such/ca.pem"));
        Assert.That(missing.Message, Does.Contain("/no/such/ca.pem"));
    }

    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    public async Task A_trusted_certificate_for_the_host_is_verified(string host)
    {
        var handle = await OpenWithAsync($"Server={host};SSL Mode=VerifyFull;SSL CA={Server.Ca}");
        Assert.That(await handle.TextAsync("SHOW SESSION STATUS LIKE 'Ssl_version'"), Does.Contain("TLSv1."));
    }

    [Test]
    public async Task A_client_certificate_is_presented()
    {
        var user = Server.NewName("mux_u");
        await Server.AdminAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'secret' REQUIRE X509", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            var refused = await OpenFailureAsync($"User ID={user}");
            Assert.That(refused.ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
            var handle = await OpenWithAsync($"User ID={user};SSL Mode=VerifyCA;SSL CA={Server.Ca};SSL Cert={Server.ClientCert};SSL Key={Server.ClientKey}");
            Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        }
        finally
        {
            await Server.AdminAsync($"DROP USER '{user}'@'%'");
        }
    }

    [Test]
    public async Task A_user_who_needs_TLS_is_refused_without_it()
    {
        var error = await OpenFailureAsync("Database=test;User ID=apptls;SSL Mode=None;Allow Public Key Retrieval=true");
        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.AccessDenied));
        Assert.That(error.Message, Does.Contain("apptls"));
        var handle = await OpenWithAsync("Database=test;User ID=apptls;SSL Mode=Required");
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_packet_that_the_server_does_not_take_is_not_sent()
    {
        var source = NewSource("Max Shared Links=1");
        var handle = await OpenAsync(source);
        var neighbour = await OpenAsync(source);
        var thread = await neighbour.ScalarAsync<long>("SELECT CONNECTION_ID()");

        var error = await Sql.MuxFailureOf(() => handle.RunAsync("SELECT LENGTH(@v)", ("v", new byte[65 * 1024 * 1024])));

        Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.PacketTooLarge));
        Assert.That(error.Message, Does.Contain("max_allowed_packet"));
        Assert.That(error.OutcomeUnknown, Is.False);
        Assert.That(error.IsTransient, Is.False);
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(await neighbour.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.EqualTo(thread), "the link is the same");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [TestCase("Pipelining=true")]
    [TestCase("Pipelining=false")]
    [TestCase("SSL Mode=None;Allow Public Key Retrieval=true")]
    public async Task Packets_beyond_16_MiB_go_both_ways(string options)
    {
        var table = await TableAsync("id INT PRIMARY KEY, v LONGBLOB");
        var source = NewSource(options + ";Max Shared Links=1");
        var handle = await OpenAsync(source);
        var neighbour = await OpenAsync(source);
        foreach (var size in new[] { 0xFFFFFF - 100, 0xFFFFFF, 0xFFFFFF + 1, 20 * 1024 * 1024, 2 * 0xFFFFFF })
        {
            var sent = new byte[size];
            new Random(size).NextBytes(sent);
            var writing = handle.RunAsync($"REPLACE INTO {table} VALUES (1, @v)", ("v", sent));
            var asking = neighbour.ScalarAsync<int>("SELECT 1");
            Assert.That(await Until.Ends(writing), Is.Positive);
            Assert.That(await Until.Ends(asking), Is.EqualTo(1));

            await using var command = handle.Command($"SELECT v FROM {table}");
            var reading = command.ExecuteScalarAsync();
            asking = neighbour.ScalarAsync<int>("SELECT 2");
            var back = (byte[])(await Until.Ends(reading))!;
            Assert.That(back.AsSpan().SequenceEqual(sent), Is.True, $"{size} bytes");
            Assert.That(await Until.Ends(asking), Is.EqualTo(2));
        }
    }

    [TestCase("this is not a connection string")]
    [TestCase("Server=x;Port=abc")]
    [TestCase("Server=x;Port=70000")]
    [TestCase("Server=x;SSL Mode=Sometimes")]
    [TestCase("Server=x;Max Links=0")]
    [TestCase("Server=x;Pipelining=perhaps")]
    [TestCase("Server=x;Min Links=5;Max Links=2")]
    public void A_malformed_connection_string_is_an_argument_error(string text)
    {
        Assert.That(() => MuxDataSource.Create(text), Throws.InstanceOf<ArgumentException>());
        using var connection = new MuxConnection(text);
        Assert.That(connection.Open, Throws.InstanceOf<ArgumentException>());
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
    }

    [Test]
    public void An_unknown_keyword_is_named_with_the_nearest_known_one()
    {
        var error = Assert.Throws<ArgumentException>(() => MuxDataSource.Create("Server=x;Max Shard Links=2"));
        Assert.That(error.Message, Does.Contain("max shard links").IgnoreCase.And.Contain("Max Shared Links"));
    }

    [Test]
    public void A_connection_without_connection_string_says_so()
    {
        using var connection = new MuxConnection();
        Assert.That(connection.Open, Throws.InvalidOperationException.With.Message.Contains("connection string"));
    }

    [Test]
    public async Task A_missing_parameter_is_named_and_nothing_is_sent()
    {
        var handle = await OpenAsync();
        var error = await Sql.MuxFailureOf(() => handle.RunAsync("SELECT @there, @missing", ("there", 1)));
        Assert.That(error.Message, Does.Contain("@missing").And.Contain("Allow User Variables"));
        var few = await Sql.MuxFailureOf(() => handle.RunAsync("SELECT ?, ?", ("", 1)));
        Assert.That(few.Message, Does.Contain("2 times '?'").And.Contain("1 parameter"));
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task Parameter_names_are_found_with_any_prefix_and_case_and_not_twice()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.TextAsync("SELECT @a, ?b, @C, @`d e`", ("@a", 1), ("?b", 2), ("c", 3), ("@`d e`", 4)), Is.EqualTo("1,2,3,4"));
        await using var command = handle.Command("SELECT @a", ("a", 1));
        Assert.That(() => command.Parameters.AddWithValue("@A", 2), Throws.ArgumentException.With.Message.Contains("A"));
        Assert.That(() => command.Parameters["nope"], Throws.ArgumentException.With.Message.Contains("nope"));
    }

    [Test]
    public async Task An_output_parameter_is_refused()
    {
        var handle = await OpenAsync();
        await using var command = handle.Command("SELECT @a");
        command.Parameters.Add(new MuxParameter("a", 1) { Direction = ParameterDirection.Output });
        var error = await Sql.FailureOf<NotSupportedException>(() => command.ExecuteScalarAsync());
        Assert.That(error.Message, Does.Contain("'a'").And.Contain("Output"));
    }

    [Test]
    public async Task A_closed_reader_and_a_reader_not_on_a_row_say_so()
    {
        var handle = await OpenAsync();
        var reader = await handle.Command("SELECT 1").ExecuteReaderAsync();
        Assert.That(() => reader.GetInt32(0), Throws.InvalidOperationException.With.Message.Contains("Read"));
        await reader.DisposeAsync();
        Assert.That(reader.IsClosed, Is.True);
        Assert.That(() => reader.Read(), Throws.InvalidOperationException.With.Message.Contains("closed"));
        Assert.That(() => reader.GetValue(0), Throws.InvalidOperationException);
        Assert.That(() => reader.FieldCount, Throws.InvalidOperationException);
        await Sql.FailureOf<InvalidOperationException>(() => reader.ReadAsync());
    }

    [Test]
    public async Task A_closed_connection_and_a_disposed_one_say_so()
    {
        var handle = await OpenAsync();
        var command = handle.Command("SELECT 1");
        await Sql.FailureOf<InvalidOperationException>(() => handle.OpenAsync());
        handle.Close();
        var error = await Sql.FailureOf<InvalidOperationException>(() => command.ExecuteScalarAsync());
        Assert.That(error.Message, Does.Contain("Closed").And.Contain("open it first"));
        await Sql.FailureOf<InvalidOperationException>(async () => await handle.BeginTransactionAsync());
        await handle.DisposeAsync();
        await Sql.FailureOf<ObjectDisposedException>(() => command.ExecuteScalarAsync());
        await Sql.FailureOf<ObjectDisposedException>(() => handle.OpenAsync());
    }

    [Test]
    public async Task A_command_without_connection_or_text_says_so()
    {
        var handle = await OpenAsync();
        await Sql.FailureOf<InvalidOperationException>(() => new MuxCommand("SELECT 1").ExecuteScalarAsync());
        await Sql.FailureOf<InvalidOperationException>(() => handle.Command("  ").ExecuteScalarAsync());
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_commands_at_once_on_one_connection_are_refused_and_the_first_is_unharmed()
    {
        var handle = await OpenAsync();
        var first = handle.ScalarAsync<int>("SELECT SLEEP(1) + 1");
        var error = await Sql.FailureOf<InvalidOperationException>(() => handle.ScalarAsync<int>("SELECT 2"));
        Assert.That(error.Message, Does.Contain("one command at a time").And.Contain("open another connection"));
        Assert.That(await Until.Ends(first), Is.EqualTo(1));

        await using var reader = await handle.Command("SELECT 1").ExecuteReaderAsync();
        error = await Sql.FailureOf<InvalidOperationException>(() => handle.ScalarAsync<int>("SELECT 2"));
        Assert.That(error.Message, Does.Contain("reader"));
        await Sql.FailureOf<InvalidOperationException>(async () => await handle.BeginTransactionAsync());
    }

    [Test]
    public async Task Transactions_that_do_not_fit_are_refused()
    {
        var first = await OpenAsync();
        var second = await OpenAsync();
        await using var transaction = await first.BeginTransactionAsync();
        await Sql.FailureOf<InvalidOperationException>(async () => await first.BeginTransactionAsync());
        await using var foreign = second.Command("SELECT 1");
        foreign.Transaction = transaction;
        await Sql.FailureOf<InvalidOperationException>(() => foreign.ExecuteScalarAsync());
        await transaction.CommitAsync();
        await Sql.FailureOf<InvalidOperationException>(() => transaction.CommitAsync());
        await using var late = first.Command("SELECT 1");
        late.Transaction = transaction;
        await Sql.FailureOf<InvalidOperationException>(() => late.ExecuteScalarAsync());
        await Sql.FailureOf<NotSupportedException>(async () => await first.BeginTransactionAsync(IsolationLevel.Chaos));
        Assert.That(await first.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Too_many_connections_of_a_user_say_so()
    {
        var user = Server.NewName("mux_u");
        await Server.AdminAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'secret' WITH MAX_USER_CONNECTIONS 2", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            await OpenWithAsync($"User ID={user}");
            await OpenWithAsync($"User ID={user}");
            var error = await OpenFailureAsync($"User ID={user}");
            Assert.That(error.Number, Is.EqualTo(1226));
            Assert.That(error.Message, Does.Contain("max_user_connections").IgnoreCase.And.Contain("Max Links"));
        }
        finally
        {
            await Server.AdminAsync($"DROP USER '{user}'@'%'");
        }
    }

    [Test]
    public async Task A_server_without_room_makes_leases_wait_for_each_other()
    {
        var user = Server.NewName("mux_u");
        await Server.AdminAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'secret' WITH MAX_USER_CONNECTIONS 2", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            var source = NewSource($"User ID={user};Max Shared Links=1;Connection Timeout=60");
            await Until.Ends(Task.WhenAll(Enumerable.Range(0, 10).Select(async i =>
            {
                await using var handle = await source.OpenConnectionAsync();
                await using var transaction = await handle.BeginTransactionAsync();
                Assert.That(await handle.ScalarAsync<int>("SELECT @i", ("i", i)), Is.EqualTo(i));
                await transaction.CommitAsync();
            })));
        }
        finally
        {
            await Server.AdminAsync($"DROP USER '{user}'@'%'");
        }
    }

    [Test]
    public async Task Options_and_commands_that_are_not_supported_yet_say_so()
    {
        Assert.That(() => MuxDataSource.Create("Server=x;Use Compression=true"), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("Use Compression"));
        var handle = await OpenAsync();
        var local = await Sql.FailureOf<NotSupportedException>(() => handle.RunAsync("LOAD DATA LOCAL INFILE 'x' INTO TABLE t"));
        Assert.That(local.Message, Does.Contain("LOCAL"));
    }

    private async Task<MuxConnection> OpenWithAsync(string options) => await OpenAsync(NewSource(options));

    private Task<MuxException> OpenFailureAsync(string options) => Sql.MuxFailureOf(() => Until.Ends(OpenWithAsync(options)));
}
