using MuxProvider.Multiplexing;

namespace MuxProvider.AdoNet.Tests;

/// <summary>What a handle does to its session is never seen by another.</summary>
internal sealed class StateTests(Driver driver) : AdoNetFixture(driver)
{
    private const string FewLinks = "Max Shared Links=1;Max Links=3;Allow User Variables=true";

    [Test]
    public async Task A_temporary_table_pins_and_does_not_leak()
    {
        var source = NewSource(FewLinks);
        var (owner, neighbour) = (await OpenAsync(source), await OpenAsync(source));
        await owner.RunAsync("CREATE TEMPORARY TABLE mine (id INT)");
        await owner.RunAsync("INSERT INTO mine VALUES (1)");

        Assert.That(owner.PinReasons, Is.EqualTo(PinReasons.TemporaryTable));
        Assert.That(await owner.ScalarAsync<long>("SELECT COUNT(*) FROM mine"), Is.EqualTo(1));
        Assert.That((await Sql.MuxFailureOf(() => neighbour.RunAsync("SELECT * FROM mine"))).Number, Is.EqualTo(1146));

        await owner.CloseAsync();
        await AssertNobodySeesAsync(source, "SELECT COUNT(*) FROM mine", 1146);
    }

    [Test]
    public async Task A_user_variable_stays_with_its_handle()
    {
        var source = NewSource(FewLinks);
        var (owner, neighbour) = (await OpenAsync(source), await OpenAsync(source));
        await owner.RunAsync("SET @mine = 5");

        Assert.That(await owner.ScalarAsync<long?>("SELECT @mine"), Is.EqualTo(5));
        Assert.That(await neighbour.ScalarAsync<long?>("SELECT @mine"), Is.Null);

        await owner.CloseAsync();
        await neighbour.CloseAsync();
        foreach (var handle in await AllLinksAsync(source))
            Assert.That(await handle.ScalarAsync<long?>("SELECT @mine"), Is.Null);
    }

    [Test]
    public async Task A_named_lock_is_released_with_its_handle()
    {
        var source = NewSource(FewLinks);
        var owner = await OpenAsync(source);
        var name = Server.NewName("lock");
        Assert.That(await owner.ScalarAsync<long>($"SELECT GET_LOCK('{name}', 0)"), Is.EqualTo(1));
        Assert.That(owner.PinReasons, Is.EqualTo(PinReasons.NamedLock));

        await owner.CloseAsync();

        await Until.Holds("the lock is free", async () => await Server.AdminScalarAsync<long>($"SELECT IS_FREE_LOCK('{name}')") == 1);
    }

    [Test]
    public async Task A_session_that_cannot_be_reset_is_closed()
    {
        var source = NewSource(FewLinks, static hooks => hooks.Reset = static (_, _) => new ValueTask<bool>(false));
        await using (var owner = await source.OpenConnectionAsync())
            await owner.RunAsync("SET @mine = 5");

        foreach (var handle in await AllLinksAsync(source))
            Assert.That(await handle.ScalarAsync<long?>("SELECT @mine"), Is.Null);
        Assert.That(Watched.Opened, Is.GreaterThan(Watched.Open));
    }

    [Test]
    public async Task A_reset_that_throws_costs_the_connection_and_nothing_else()
    {
        var source = NewSource(FewLinks, static hooks => hooks.Reset = static (_, _) => throw new InvalidOperationException("no reset today"));
        await using (var owner = await source.OpenConnectionAsync())
            await owner.RunAsync("SET @mine = 5");

        foreach (var handle in await AllLinksAsync(source))
            Assert.That(await handle.ScalarAsync<long?>("SELECT @mine"), Is.Null);
    }

    [Test]
    public async Task A_session_is_reset_where_the_provider_can_do_it_and_closed_otherwise()
    {
        var source = NewSource(FewLinks);
        for (var round = 0; round < 5; round++)
        {
            await using var owner = await source.OpenConnectionAsync();
            await owner.RunAsync("SET @mine = 5");
            await owner.CloseAsync();
            await Until.Holds("the session is clean, or gone", () => Task.FromResult(source.GetStatistics() is var now && now.Resets + now.Discards > round));
        }

        Assert.That(Watched.Opened, Driver == Driver.Self ? Is.LessThanOrEqualTo(3) : Is.GreaterThanOrEqualTo(5));
    }

    private async Task AssertNobodySeesAsync(MuxDataSource source, string text, int error)
    {
        foreach (var handle in await AllLinksAsync(source))
            Assert.That((await Sql.MuxFailureOf(() => handle.RunAsync(text))).Number, Is.EqualTo(error));
    }

    // A handle on each of the links.
    private async Task<List<MuxConnection>> AllLinksAsync(MuxDataSource source)
    {
        var handles = new List<MuxConnection>();
        for (var i = 0; i < 2; i++)
        {
            handles.Add(await OpenAsync(source));
            await handles[i].PinAsync("to look at the link");
        }

        return handles;
    }
}
