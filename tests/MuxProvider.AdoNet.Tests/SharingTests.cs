namespace MuxProvider.AdoNet.Tests;

/// <summary>Many handles, few connections of the provider underneath.</summary>
internal sealed class SharingTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task A_thousand_handles_share_the_connections_that_Max_Links_allows()
    {
        var source = NewSource("Max Links=3;Max Shared Links=2");
        var handles = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => OpenManyAsync(source)));

        var answers = await Task.WhenAll(handles.Select((handle, i) => handle.ScalarAsync<long>("SELECT @n + 1", ("@n", i))));

        Assert.That(answers, Is.EqualTo(Enumerable.Range(1, 1000)));
        Assert.That(Watched.MostOpen, Is.InRange(1, 3));
        Assert.That(await Server.AdminScalarAsync<long>($"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = '{Schema}'"), Is.InRange(1, 3));
        Assert.That(source.GetStatistics().Links, Is.EqualTo(Watched.Open));
        foreach (var handle in handles)
            await handle.DisposeAsync();
    }

    [Test]
    public async Task Blocked_callers_share_them_too()
    {
        var source = NewSource("Max Links=2");
        var answers = new long[64];
        var callers = Enumerable.Range(0, answers.Length).Select(i => new Thread(() =>
        {
            using var handle = source.OpenConnection();
            for (var round = 0; round < 10; round++)
                answers[i] = handle.Scalar<long>("SELECT @n", ("@n", i));
        })).ToList();

        callers.ForEach(static caller => caller.Start());
        callers.ForEach(static caller => caller.Join());

        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, answers.Length)));
        Assert.That(Watched.MostOpen, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Each_handle_has_its_own_schema()
    {
        var source = NewSource("Max Links=1;Max Shared Links=1");
        var schemas = Enumerable.Range(1, 3).Select(i => $"{Schema}_tenant{i}").ToList();
        foreach (var schema in schemas)
        {
            await Server.AdminAsync(
                $"CREATE DATABASE {schema}",
                $"CREATE TABLE {schema}.who (name VARCHAR(100))",
                $"INSERT INTO {schema}.who VALUES ('{schema}')");
        }

        try
        {
            var handles = new List<MuxConnection>();
            foreach (var schema in schemas)
            {
                handles.Add(await OpenAsync(source));
                await handles[^1].ChangeDatabaseAsync(schema);
            }

            for (var round = 0; round < 5; round++)
            {
                var answers = await Task.WhenAll(handles.Select(handle => handle.TextAsync("SELECT name, DATABASE() FROM who")));
                Assert.That(answers, Is.EqualTo(schemas.Select(schema => $"{schema},{schema}")));
            }

            Assert.That(Watched.Opened, Is.EqualTo(1));
        }
        finally
        {
            foreach (var schema in schemas)
                await Server.AdminAsync($"DROP DATABASE {schema}");
        }
    }

    [Test]
    public async Task Settings_travel_and_never_meet()
    {
        var source = NewSource("Max Links=1;Max Shared Links=1");
        var (here, there) = (await OpenAsync(source), await OpenAsync(source));

        await here.RunAsync("SET time_zone='+05:00'");
        await there.RunAsync("SET time_zone='-03:00'");

        for (var round = 0; round < 3; round++)
        {
            Assert.That(await here.ScalarAsync<string>("SELECT @@time_zone"), Is.EqualTo("+05:00"));
            Assert.That(await there.ScalarAsync<string>("SELECT @@time_zone"), Is.EqualTo("-03:00"));
        }
    }

    [Test]
    public async Task Every_connection_of_the_provider_is_closed_with_the_data_source()
    {
        var source = NewSource("Max Links=3");
        await using (var handle = await source.OpenConnectionAsync())
            await handle.RunAsync("DO 1");

        source.Dispose();

        await Until.Holds("no connection is open", () => Task.FromResult(Watched.Open == 0));
    }

    private static async Task<MuxConnection> OpenManyAsync(MuxDataSource source) => await source.OpenConnectionAsync();
}
