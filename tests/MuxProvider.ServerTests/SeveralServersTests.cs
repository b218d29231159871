using System.Globalization;
using MuxProvider.Testing;

namespace MuxProvider.ServerTests;

/// <summary>One server seen through two doors, which count as two: fail-over, affinity, roles, redirection.</summary>
internal sealed class SeveralServersTests : ServerFixture
{
#pragma warning disable NUnit1032 // Kept by Keep, which disposes them.
    private FaultProxy _first = null!;
    private FaultProxy _second = null!;
#pragma warning restore NUnit1032

    private string Doors => $"Server=127.0.0.1:{_first.Port},127.0.0.1:{_second.Port};";

    [SetUp]
    public void OpenDoors()
    {
        var port = (int)new MuxConnectionStringBuilder(Server.ConnectionString).Port;
        _first = Keep(new FaultProxy("127.0.0.1", port));
        _second = Keep(new FaultProxy("127.0.0.1", port));
    }

    [Test]
    public async Task Links_fail_over_to_the_next_server_and_go_back_when_the_first_is_there_again()
    {
        var source = NewSource(Doors + "Load Balance=FailOver;Server Check Interval=1");
        var handle = await OpenAsync(source);
        Assert.That(await DoorAsync(handle), Is.SameAs(_first));
        _first.Shut();
        Assert.That(await DoorAsync(handle), Is.SameAs(_second), "nobody noticed");
        Assert.That(await DoorAsync(await OpenAsync(source)), Is.SameAs(_second));
        _first.Reopen();
        await Until.Holds("links lead to the first server again", async () => await DoorAsync(handle) == _first);
        Assert.That(await DoorAsync(await OpenAsync(source)), Is.SameAs(_first));
    }

    [TestCase("RoundRobin")]
    [TestCase("LeastLinks")]
    public async Task Links_are_spread_over_the_servers(string balance)
    {
        var source = NewSource(Doors + $"Load Balance={balance};Max Links=8");
        for (var i = 0; i < 6; i++)
            await (await OpenAsync(source)).PinAsync("to have a link");
        Assert.That((_first.ConnectionsAccepted, _second.ConnectionsAccepted), Is.EqualTo((3, 3)).Or.EqualTo((4, 3)).Or.EqualTo((3, 4)));
    }

    [Test]
    public async Task A_connection_stays_on_its_server_and_its_transactions_too()
    {
        var source = NewSource(Doors + "Max Shared Links=2;Max Links=8");
        await ShareBothAsync(source);
        var handles = new List<(MuxConnection Handle, FaultProxy Door)>();
        for (var i = 0; i < 20; i++)
        {
            var handle = await OpenAsync(source);
            handles.Add((handle, await DoorAsync(handle)));
        }

        Assert.That(handles.Select(each => each.Door).Distinct().Count(), Is.EqualTo(2));
        for (var round = 0; round < 5; round++)
        {
            foreach (var (handle, door) in handles)
                Assert.That(await DoorAsync(handle), Is.SameAs(door));
        }

        foreach (var (handle, door) in handles.DistinctBy(each => each.Door))
        {
            await using var transaction = await handle.BeginTransactionAsync();
            Assert.That(await DoorAsync(handle), Is.SameAs(door));
            await transaction.CommitAsync();
        }
    }

    [Test]
    public async Task A_pinned_connection_never_moves_and_floating_ones_do()
    {
        var source = NewSource(Doors + "Max Shared Links=2;Max Links=8");
        await ShareBothAsync(source);
        var pinned = await OpenAsync(source);
        var transaction = await pinned.BeginTransactionAsync();
        await pinned.RunAsync("SELECT 1");
        var door = await DoorAsync(pinned);
        var floating = new List<MuxConnection>();
        for (var i = 0; i < 6; i++)
            floating.Add(await OpenAsync(source));
        foreach (var handle in floating)
            await DoorAsync(handle);
        door.Shut();
        foreach (var handle in floating)
            Assert.That(await DoorAsync(handle), Is.SameAs(door == _first ? _second : _first));
        Assert.That((await Sql.FailureOf<MuxException>(() => pinned.RunAsync("SELECT 1"))).IsTransient, Is.True);
        await transaction.DisposeAsync();
    }

    [Test]
    public async Task When_all_are_gone_the_error_names_them_all()
    {
        _first.Shut();
        _second.Shut();
        var source = NewSource(Doors);
        var error = await Sql.FailureOf<MuxException>(() => OpenAsync(source));
        Assert.That(error.Message, Does.Contain($"127.0.0.1:{_first.Port}").And.Contain($"127.0.0.1:{_second.Port}"));
    }

    // ---- roles -----------------------------------------------------------------------------------------------------------

    [Test]
    public async Task Who_wants_a_replica_hears_that_there_are_primaries_only_and_who_prefers_one_takes_a_primary()
    {
        var error = await Sql.FailureOf<MuxException>(() => OpenAsync(NewSource(Doors + "Target Session=Replica")));
        Assert.That(error.Message, Does.Contain("Target Session=Replica").And.Contain($"127.0.0.1:{_first.Port} is a primary").And.Contain($"127.0.0.1:{_second.Port} is a primary"));
        foreach (var target in (string[])["Any", "Primary", "prefer-replica"])
            Assert.That(await (await OpenAsync(NewSource(Doors + $"Target Session={target}"))).ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [TestCase("Primary")]
    [TestCase("Any")]
    public async Task A_server_that_becomes_read_only_loses_the_links_of_those_who_want_a_primary(string target)
    {
        var table = await TableAsync("id INT PRIMARY KEY");
        var user = Server.NewName("plain");
        await Server.AdminAsync($"CREATE USER {user} IDENTIFIED BY 'se'", $"GRANT SELECT, INSERT ON {Schema}.* TO {user}");
        try
        {
            var source = NewSource(Doors + $"User ID={user};Password=se;Target Session={target};Server Check Interval=3600;Connection Timeout=5;Allow Public Key Retrieval=true");
            var handle = await OpenAsync(source);
            await handle.RunAsync($"INSERT INTO {table} VALUES (1)");
            await Server.AdminAsync("SET GLOBAL read_only=1");
            var refused = await Sql.FailureOf<MuxException>(() => handle.RunAsync($"INSERT INTO {table} VALUES (2)"));
            Assert.That(refused.Number, Is.EqualTo(1290), "the statement has its error");
            if (target == "Any")
            {
                Assert.That(await handle.ScalarAsync<int>("SELECT COUNT(*) FROM " + table), Is.EqualTo(1));
            }
            else
            {
                var none = await Sql.FailureOf<MuxException>(() => handle.RunAsync($"INSERT INTO {table} VALUES (2)"));
                Assert.That(none.Message, Does.Contain("is a replica"));
            }

            await Server.AdminAsync("SET GLOBAL read_only=0");
            await Until.Holds("changes are taken again", async () => await TryAsync(handle, $"INSERT INTO {table} VALUES (3)"));
            Assert.That(await handle.TextAsync($"SELECT id FROM {table} ORDER BY id"), Is.EqualTo("1;3"));
        }
        finally
        {
            await Server.AdminAsync("SET GLOBAL read_only=0", $"DROP USER {user}");
        }
    }

    [Test]
    public async Task A_server_that_becomes_read_only_is_found_out_without_any_statement()
    {
        var source = NewSource(Doors + "Target Session=Primary;Server Check Interval=1;Max Shared Links=1");
        var handle = await OpenAsync(source);
        var door = await DoorAsync(handle);
        var before = await handle.ScalarAsync<long>("SELECT CONNECTION_ID()");
        try
        {
            await Server.AdminAsync("SET GLOBAL read_only=1");
            await Until.Holds("the link is closed", async () => await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {before}") == 0);
        }
        finally
        {
            await Server.AdminAsync("SET GLOBAL read_only=0");
        }

        await Until.Holds("there is a link again", async () => await TryAsync(handle, "SELECT 1"));
        Assert.That(door, Is.AnyOf(_first, _second));
    }

    // ---- redirection -----------------------------------------------------------------------------------------------------

    [Test]
    public async Task A_server_sends_links_elsewhere()
    {
        if (Server.Kind != "mariadb118")
            Assert.Ignore($"only MariaDB from 11.3 on has redirect_url, not {Server.Kind}");
        var one = $"Server=127.0.0.1:{_first.Port};Server Redirection Mode=";
        var error = await Sql.FailureOf<MuxException>(() => OpenAsync(NewSource(one + "Required")));
        Assert.That(error.Message, Does.Contain("does not redirect"));
        await Server.AdminAsync($"SET GLOBAL redirect_url='mariadb://127.0.0.1:{_second.Port}'");
        try
        {
            foreach (var (mode, door) in ((string, FaultProxy)[])[("Disabled", _first), ("Preferred", _second), ("Required", _second)])
                Assert.That(await DoorAsync(await OpenAsync(NewSource(one + mode))), Is.SameAs(door), mode);
            _second.Shut();
            Assert.That(await DoorAsync(await OpenAsync(NewSource(one + "Preferred"))), Is.SameAs(_first));
            error = await Sql.FailureOf<MuxException>(() => OpenAsync(NewSource(one + "Required;Connection Timeout=7")));
            Assert.That(error.Message, Does.Contain($"redirects to 127.0.0.1:{_second.Port}"));
        }
        finally
        {
            await Server.AdminAsync("SET GLOBAL redirect_url=''");
        }
    }

    // Through which door the handle's next statement goes.
    private async Task<FaultProxy> DoorAsync(MuxConnection handle)
    {
        var host = await handle.ScalarAsync<string>("SELECT HOST FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()");
        var port = int.Parse(host.AsSpan(host.LastIndexOf(':') + 1), CultureInfo.InvariantCulture);
        return _first.Owns(port) ? _first : _second.Owns(port) ? _second : throw new InvalidOperationException($"{host} is none of the doors.");
    }

    private static async Task<bool> TryAsync(MuxConnection handle, string text)
    {
        try
        {
            await handle.RunAsync(text);
            return true;
        }
        catch (MuxException)
        {
            return false;
        }
    }

    // A link that is held up has another one opened, at the other server.
    private async Task ShareBothAsync(MuxDataSource source)
    {
        var table = await TableAsync("id INT PRIMARY KEY, n INT");
        await Server.AdminAsync($"INSERT INTO {Schema}.{table} VALUES (1, 0)");
        var locker = await OpenAsync(source);
        await using var transaction = await locker.BeginTransactionAsync();
        await locker.RunAsync($"UPDATE {table} SET n = 1");
        var heldUp = (await OpenAsync(source)).RunAsync($"UPDATE {table} SET n = 2");
        var others = new List<Task>();
        await Until.Holds("both servers have a shared link", async () =>
        {
            others.Add((await OpenAsync(source)).RunAsync("SELECT 1"));
            return source.GetStatistics().Links >= 3;
        });
        await transaction.CommitAsync();
        await Until.Ends(Task.WhenAll([heldUp, .. others]));
        await locker.CloseAsync();
    }
}
