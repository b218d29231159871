namespace MuxProvider.AdoNet.Tests;

/// <summary>The ways to say which provider to run over.</summary>
internal sealed class EntryTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task A_connection_string_can_name_the_provider()
    {
        await using var first = new MuxConnection(Options($"Max Links=1;Max Shared Links=1;Provider={Factory.GetType().FullName}, {Factory.GetType().Assembly.GetName().Name}"));
        await using var second = new MuxConnection(first.ConnectionString);
        await first.OpenAsync();
        await second.OpenAsync();

        var threads = (await first.ScalarAsync<long>("SELECT CONNECTION_ID()"), await second.ScalarAsync<long>("SELECT CONNECTION_ID()"));

        Assert.That(threads.Item1, Is.EqualTo(threads.Item2));
        Assert.That(first.ConnectionString, Does.Not.Contain("secret").And.Contain("Provider="));
        Assert.That(first.Database, Is.EqualTo(Schema));
        MuxConnection.ClearPool(first);
    }

    [Test]
    public async Task A_data_source_of_the_provider_says_how_to_connect()
    {
        var options = new MuxConnectionStringBuilder(Server.ConnectionString);
        var text = $"Server={options.Server};Port={options.Port};User Id={options.UserID};Password={options.Password};SslMode={(Driver == Driver.Self ? "None" : "Disabled")};AllowUserVariables=true;Pooling=false;CharSet=utf8mb4;AllowPublicKeyRetrieval=true";
        await using var inner = Watched.Inner.CreateDataSource(text);
        await using var source = new MuxDataSourceBuilder($"Database={Schema};Max Links=2").UseDataSource(inner).Build();

        await using var handle = await source.OpenConnectionAsync();

        Assert.That(await handle.TextAsync("SELECT DATABASE(), @v", ("@v", 5)), Is.EqualTo($"{Schema},5"));
        Assert.That(handle.DataSource, Is.EqualTo(options.Server));
        Assert.That(() => handle.CloneWith("Server=elsewhere"), Throws.InstanceOf<NotSupportedException>().With.Message.Contains(inner.CreateConnection().GetType().Name));
    }

    [Test]
    public void A_data_source_that_takes_no_user_variables_is_refused()
    {
        using var inner = Watched.Inner.CreateDataSource("Server=127.0.0.1;User ID=app;Password=secret");

        Assert.That(
            () => new MuxDataSourceBuilder("Max Links=2").UseDataSource(inner).Build(),
            Throws.ArgumentException.With.Message.Contains("Allow User Variables=true").And.Message.Not.Contains("secret"));
    }

    [Test]
    public void What_the_provider_does_not_know_is_an_error_that_names_both()
    {
        if (Driver == Driver.Self)
            Assert.That(() => NewSource("Use Compression=true"), Throws.Nothing, "it is refused when a link is opened");
        else
            Assert.That(() => NewSource("Server Redirection Mode=Preferred"), Throws.ArgumentException.With.Message.Contains("'Server Redirection Mode'").And.Message.Contains(nameof(WatchedConnection)));
    }

    [Test]
    public async Task It_reads_what_every_type_holds()
    {
        var handle = await OpenAsync(NewSource());

        Assert.That(
            await handle.TextAsync("SELECT 1, 18446744073709551615, 1.50, 'ä〠🙂', X'00FF', CAST('2026-01-02' AS DATE), CAST('2026-01-02 03:04:05.678' AS DATETIME(3)), NULL"),
            Is.EqualTo("1,18446744073709551615,1.50,ä〠🙂,00FF,2026-01-02 00:00:00.000000,2026-01-02 03:04:05.678000,NULL"));
    }
}
