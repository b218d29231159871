namespace MuxProvider.AdoNet.Tests;

/// <summary>Whose error it is, and what becomes of the connection.</summary>
internal sealed class FailureTests(Driver driver) : AdoNetFixture(driver)
{
    [Test]
    public async Task A_killed_connection_fails_the_statement_on_it_alone()
    {
        var source = NewSource("Max Links=3;Max Shared Links=1");
        var (victim, neighbour) = (await OpenAsync(source), await OpenAsync(source));
        await victim.PinAsync("to be killed");
        var sleeping = victim.ScalarAsync<long>("SELECT SLEEP(60)");
        await Until.Holds("the statement runs", async () => await Server.AdminScalarAsync<long>(
            $"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {victim.ServerThread} AND INFO LIKE 'SELECT SLEEP%'") == 1);

        await Server.AdminAsync($"KILL CONNECTION {victim.ServerThread}");

        Assert.That(async () => await Until.Ends(sleeping), Throws.InstanceOf<MuxException>());
        Assert.That(await neighbour.ScalarAsync<long>("SELECT 5"), Is.EqualTo(5));
        await victim.CloseAsync();
        await victim.OpenAsync();
        Assert.That(await victim.ScalarAsync<long>("SELECT 6"), Is.EqualTo(6));
    }

    [Test]
    public async Task Reads_go_on_when_an_idle_connection_was_killed()
    {
        var source = NewSource("Max Links=2;Max Shared Links=1");
        var handle = await OpenAsync(source);
        var thread = await handle.ScalarAsync<long>("SELECT CONNECTION_ID()");

        await Server.AdminAsync($"KILL CONNECTION {thread}");

        Assert.That(await handle.ScalarAsync<long>("SELECT 5"), Is.EqualTo(5));
        Assert.That(await handle.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.Not.EqualTo(thread));
    }

    [Test]
    public async Task A_server_error_has_its_number_and_state_and_reaches_its_handle_alone()
    {
        var source = NewSource("Max Links=1;Max Shared Links=1");
        var (wrong, right) = (await OpenAsync(source), await OpenAsync(source));

        var failing = Sql.MuxFailureOf(() => wrong.RunAsync("SELECT * FROM no_such_table"));
        var working = right.ScalarAsync<long>("SELECT 1");

        Assert.That(await working, Is.EqualTo(1));
        var error = await failing;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(error.Number, Is.EqualTo(1146));
            Assert.That(error.SqlState, Is.EqualTo(Driver == Driver.Self ? "42S02" : "HY000"), "MySql.Data keeps no SQLSTATE");
            Assert.That(error.IsTransient, Is.False);
            Assert.That(error.Message, Does.Contain("no_such_table"));
            Assert.That(Watched.Opened, Is.EqualTo(1), "the connection goes on");
        }
    }

    [Test]
    public async Task An_error_that_may_pass_is_transient()
    {
        var handle = await OpenAsync(NewSource("Max Links=2"));

        var error = await Sql.MuxFailureOf(() => handle.RunAsync("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO=1213, MESSAGE_TEXT='as a deadlock'"));

        Assert.That((error.Number, error.SqlState, error.IsTransient), Is.EqualTo((1213, Driver == Driver.Self ? "40001" : "HY000", true)));
        Assert.That(await handle.ScalarAsync<long>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public void A_login_that_is_refused_fails_Open_and_shows_no_password()
    {
        var source = NewSource("Password=wrong-one;Max Links=1;Max Shared Links=1");

        var error = Assert.ThrowsAsync<MuxException>(async () => await source.OpenConnectionAsync());

        Assert.That(error!.ToString(), Does.Not.Contain("wrong-one"));
        Assert.That(source.ToString() + source.ConnectionString, Does.Not.Contain("wrong-one"));
    }
}
