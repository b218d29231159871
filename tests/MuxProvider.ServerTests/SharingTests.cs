using System.Collections.Concurrent;

namespace MuxProvider.ServerTests;

/// <summary>Many handles on few links: counted by the server, and every answer reaches who asked.</summary>
internal sealed class SharingTests : ServerFixture
{
    [Test]
    public async Task A_thousand_open_handles_need_at_most_two_server_connections()
    {
        var user = Server.NewName("mux_u");
        await Server.AdminAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'secret'", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            var source = NewSource($"User ID={user};Password=secret;Max Shared Links=2");
            var handles = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async _ => await source.OpenConnectionAsync()));
            var answers = await Task.WhenAll(handles.Select((handle, i) => handle.ScalarAsync<int>("SELECT @i", ("i", i))));

            var connections = await Server.AdminScalarAsync<long>($"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = '{user}'");

            Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 1000)));
            Assert.That(connections, Is.InRange(1, 2));
            foreach (var handle in handles)
                await handle.DisposeAsync();
        }
        finally
        {
            await Server.AdminAsync($"DROP USER '{user}'@'%'");
        }
    }

    [Test]
    public async Task Handles_of_twenty_schemas_on_shared_links_see_their_own_schema_and_rows_only()
    {
        var schemas = Enumerable.Range(0, 20).Select(i => $"{Schema}_{i}").ToArray();
        try
        {
            await Server.AdminAsync([.. schemas.SelectMany((schema, i) => new[]
            {
                $"CREATE DATABASE {schema}",
                $"CREATE TABLE {schema}.mine (id INT PRIMARY KEY, tenant INT)",
                $"INSERT INTO {schema}.mine VALUES (1, {i})",
            })]);
            var source = NewSource("Max Shared Links=2");

            // Four handles of each schema, twenty rounds each, all at once.
            await Until.Ends(Task.WhenAll(Enumerable.Range(0, 80).Select(async h =>
            {
                var i = h % schemas.Length;
                await using var handle = await source.OpenConnectionAsync();
                await handle.ChangeDatabaseAsync(schemas[i]);
                for (var round = 0; round < 20; round++)
                {
                    Assert.That(await handle.TextAsync("SELECT DATABASE(), tenant FROM mine WHERE id = 1"), Is.EqualTo($"{schemas[i]},{i}"));
                    var id = 100 + h * 100 + round;
                    Assert.That(await handle.RunAsync("INSERT INTO mine VALUES (@id, @tenant)", ("id", id), ("tenant", i)), Is.EqualTo(1));
                }

                Assert.That(handle.PinReasons, Is.EqualTo(Multiplexing.PinReasons.None));
            })));

            for (var i = 0; i < schemas.Length; i++)
                Assert.That(await Server.AdminScalarAsync<string>($"SELECT CONCAT(COUNT(*), ':', MIN(tenant), ':', MAX(tenant)) FROM {schemas[i]}.mine"), Is.EqualTo($"81:{i}:{i}"));
        }
        finally
        {
            await Server.AdminAsync([.. schemas.Select(schema => $"DROP DATABASE IF EXISTS {schema}")]);
        }
    }

    [TestCase("Max Shared Links=1")]
    [TestCase("Max Shared Links=4")]
    [TestCase("Max Shared Links=2;Pipelining=false")]
    [TestCase("Multiplexing=false;Max Links=20")]
    public async Task A_thousand_statements_of_a_hundred_handles_are_answered_right_while_every_seventh_fails(string options)
    {
        var table = await TableAsync("id INT PRIMARY KEY, handle INT");
        var source = NewSource(options + ";Connection Timeout=60");
        var errors = new ConcurrentBag<int>();

        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 100).Select(async h =>
        {
            await using var handle = await source.OpenConnectionAsync();
            for (var i = 0; i < 10; i++)
            {
                var n = h * 10 + i;
                if (n % 7 == 0)
                {
                    var text = (n / 7 % 3) switch
                    {
                        0 => "SELECT * FROM there_is_no_such_table",
                        1 => "SELECT FROM nonsense WHERE",
                        
                        // Each its own rows: those who insert the same ones at once may deadlock as well.
                        _ => $"INSERT INTO {table} VALUES ({-1000 * n}, NULL), ({-1000 * n}, NULL)",
                    };
                    var error = await Sql.MuxFailureOf(() => handle.RunAsync(text));
                    errors.Add(error.Number);
                    Assert.That(error.Number, Is.EqualTo((n / 7 % 3) switch { 0 => 1146, 1 => 1064, _ => 1062 }));
                }
                else if (n % 3 == 0)
                {
                    Assert.That(await handle.RunAsync($"INSERT INTO {table} VALUES (@id, @h)", ("id", n + 100_000), ("h", h)), Is.EqualTo(1));
                }
                else
                {
                    Assert.That(await handle.TextAsync("SELECT @a, @b", ("a", n), ("b", $"text {n}")), Is.EqualTo($"{n},text {n}"));
                }
            }
        })));

        var inserted = Enumerable.Range(0, 1000).Count(n => n % 7 != 0 && n % 3 == 0);
        Assert.That(errors, Has.Count.EqualTo(143));
        Assert.That(await Server.AdminScalarAsync<int>($"SELECT COUNT(*) FROM {Schema}.{table}"), Is.EqualTo(inserted));
    }

    [Test]
    public async Task Opening_more_handles_does_not_connect_again()
    {
        await using (await Source.OpenConnectionAsync())
        {
        }

        var before = await Server.AdminScalarAsync<long>("SELECT VARIABLE_VALUE FROM " + GlobalStatus + " WHERE VARIABLE_NAME = 'Connections'");
        for (var i = 0; i < 200; i++)
        {
            await using var handle = await Source.OpenConnectionAsync();
            Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        }

        var after = await Server.AdminScalarAsync<long>("SELECT VARIABLE_VALUE FROM " + GlobalStatus + " WHERE VARIABLE_NAME = 'Connections'");

        // The connection that asks, and links opened because there was work.
        Assert.That(after - before, Is.InRange(1, 4));
    }

    [Test]
    public async Task Big_and_small_answers_of_many_handles_do_not_mix()
    {
        var source = NewSource("Max Shared Links=1");
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 40).Select(async h =>
        {
            await using var handle = await source.OpenConnectionAsync();
            for (var i = 0; i < 5; i++)
            {
                var length = h % 4 == 0 ? 300_000 + h : h;
                var text = await handle.ScalarAsync<string>("SELECT REPEAT(@c, @n)", ("c", (char)('a' + h % 26)), ("n", length));
                Assert.That(text, Is.EqualTo(new string((char)('a' + h % 26), length)));
            }
        })));
    }

    [Test]
    public async Task An_error_inside_the_rows_reaches_its_own_handle_only()
    {
        var source = NewSource("Max Shared Links=1");
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 30).Select(async h =>
        {
            await using var handle = await source.OpenConnectionAsync();
            for (var i = 0; i < 10; i++)
            {
                if (h % 3 == 0)
                {
                    // Two rows where one is expected.
                    var error = await Sql.MuxFailureOf(() => handle.RunAsync("SELECT (SELECT 1 UNION SELECT 2)"));
                    Assert.That(error.Number, Is.EqualTo(1242));
                }
                else
                {
                    Assert.That(await handle.ScalarAsync<int>("SELECT @x", ("x", h)), Is.EqualTo(h));
                }
            }
        })));
    }

    private static string GlobalStatus => Server.IsMySql ? "performance_schema.global_status" : "information_schema.GLOBAL_STATUS";

    [Test]
    public async Task A_floating_change_that_waits_for_a_row_does_not_hold_up_who_comes_later()
    {
        var table = await TableAsync("id INT PRIMARY KEY, n INT");
        var source = NewSource("Max Shared Links=4");
        var owner = await OpenAsync(source);
        await owner.RunAsync($"INSERT INTO {table} VALUES (1, 1)");
        await owner.RunAsync("START TRANSACTION");
        await owner.RunAsync($"UPDATE {table} SET n = 2");
        var waiter = await OpenAsync(source);
        var waiting = waiter.RunAsync($"UPDATE {table} SET n = 3");

        // Long enough for its link to count as held up; then ten come at once, while only that link is open.
        await Until.Holds("it waits", async () => await Server.AdminScalarAsync<int>(
            $"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'UPDATE {table} SET n = 3' AND DB = '{Schema}' AND TIME >= 1") > 0);
        var neighbours = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => OpenAsync(source)));
        var answers = Task.WhenAll(neighbours.Select(neighbour => neighbour.ScalarAsync<int>("SELECT 1")));
        Assert.That(await Until.Ends(answers), Is.All.EqualTo(1));
        Assert.That(waiting.IsCompleted, Is.False);
        await owner.RunAsync("COMMIT");
        Assert.That(await Until.Ends(waiting), Is.EqualTo(1));
    }
}
