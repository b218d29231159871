namespace MuxProvider.AdoNet.Tests;

/// <summary>Reads that wait for the same connection go together, where the provider has batches.</summary>
internal sealed class CoalesceTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task Each_gets_its_own_answer_and_its_own_error()
    {
        var table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(20)");
        await Server.AdminAsync($"INSERT INTO {Schema}.{table} VALUES (1, 'a'), (2, 'b')");
        var source = NewSource("Max Links=1;Max Shared Links=1;Coalesce=true");
        var handles = new List<MuxConnection>();
        for (var i = 0; i < 8; i++)
            handles.Add(await OpenAsync(source));
        foreach (var handle in handles)
            Assert.That(await handle.ScalarAsync<long>("SELECT 1"), Is.EqualTo(1));
        using var isHeld = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Watched.BeforeText = text =>
        {
            if (!text.Contains("'held up'", StringComparison.Ordinal))
                return;
            isHeld.Set();
            release.Wait();
        };
        try
        {
            var first = handles[0].ScalarAsync<string>("SELECT 'held up'");
            await Until.Ends(Task.Run(isHeld.Wait));
            var answers = handles.Skip(1).Select((handle, i) => i == 3
                ? FailAsync(handle)
                : handle.TextAsync($"SELECT @n, name FROM {table} WHERE id = 1", ("@n", i))).ToList();

            release.Set();

            Assert.That(await Until.Ends(first), Is.EqualTo("held up"));
            for (var i = 0; i < answers.Count; i++)
                Assert.That(await Until.Ends(answers[i]), Is.EqualTo(i == 3 ? "!1146" : $"{i},a"));
            if (Driver == Driver.Self)
                Assert.That(Watched.BatchSizes, Has.Some.GreaterThan(1));
            else
                Assert.That(Watched.BatchSizes, Is.Empty, "it has no batches");
        }
        finally
        {
            release.Set();
        }
    }

    [Test]
    public async Task Without_the_option_nothing_goes_together()
    {
        var source = NewSource("Max Links=1;Max Shared Links=1");
        var handles = new List<MuxConnection>();
        for (var i = 0; i < 20; i++)
            handles.Add(await OpenAsync(source));

        var answers = await Task.WhenAll(handles.Select((handle, i) => handle.ScalarAsync<long>("SELECT @n", ("@n", i))));

        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(Watched.BatchSizes, Is.Empty);
    }

    private static async Task<string> FailAsync(MuxConnection handle) =>
        $"!{(await Sql.MuxFailureOf(() => handle.TextAsync("SELECT * FROM no_such_table"))).Number}";
}
