using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Who a link is, what would take it over, and what thousands of handles do to a few of them.</summary>
internal sealed class LinkStateTests : StateFixture
{
    [Test]
    public async Task The_id_of_the_connection_is_that_of_whatever_link_it_ran_on_and_is_known_while_pinned()
    {
        Assert.That(await Owner.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.Positive);
        AssertFloats(Owner);
        await Owner.RunAsync("START TRANSACTION");
        Assert.That(await Owner.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.EqualTo(Owner.ServerThread));
        await Owner.RunAsync("ROLLBACK");
        AssertFloats(Owner);
    }

    [TestCase("SELECT COUNT(*) FROM information_schema.TABLES")]
    [TestCase("SELECT table_name FROM information_schema.TABLES WHERE engine IS NOT NULL")]
    [TestCase("SELECT * FROM INFORMATION_SCHEMA.COLUMNS")]
    [TestCase("SELECT table_name FROM `information_schema`.`VIEWS`")]
    [TestCase("SELECT * FROM sys.version")]
    public async Task What_the_server_tells_of_itself_raises_no_alarm(string text)
    {
        Assert.That(await Owner.TextAsync(text), Is.Not.Null);
        AssertFloats(Owner);
    }

    [TestCase("KILL {0}")]
    [TestCase("KILL CONNECTION {0}")]
    [TestCase("KILL QUERY {0}")]
    [TestCase("KILL CONNECTION_ID()")]
    [TestCase("KILL QUERY CONNECTION_ID()")]
    public async Task A_link_of_our_own_is_not_killed(string text)
    {
        await Neighbour.RunAsync("START TRANSACTION");
        var thread = Neighbour.ServerThread;
        var before = Few.GetStatistics();
        Assert.That(await RefusalOf(Owner, text.Replace("{0}", $"{thread}", StringComparison.Ordinal)), Does.Contain("KILL"));
        var after = Few.GetStatistics();
        Assert.That(after.FloatingStatements + after.LeasedStatements, Is.EqualTo(before.FloatingStatements + before.LeasedStatements));
        Assert.That(await AnswerAsync(Neighbour, "SELECT CONNECTION_ID()"), Is.EqualTo($"{thread}"));
        AssertPinned(Neighbour, PinReasons.Transaction);
    }

    [Test]
    public async Task The_shared_link_is_not_killed_either()
    {
        var thread = await Neighbour.ScalarAsync<long>("SELECT CONNECTION_ID()");
        Assert.That(await RefusalOf(Owner, $"KILL {thread}"), Does.Contain("KILL"));
        Assert.That(await Neighbour.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.EqualTo(thread));
    }

    [Test]
    public async Task Somebody_elses_connection_can_be_killed()
    {
        var foreign = await OpenAsync(NewSource("Multiplexing=false"));
        await Owner.RunAsync($"KILL {foreign.ServerThread}");
        AssertFloats(Owner);
        await Sql.MuxFailureOf(() => foreign.RunAsync("SELECT 1"));
        Assert.That(await AnswerAsync(Owner, "SELECT 1"), Is.EqualTo("1"));
    }

    [TestCase("SELECT 'unterminated")]
    [TestCase("SELECT \"unterminated")]
    [TestCase("SELECT `unterminated")]
    [TestCase("SELECT 1 /* unterminated")]
    [TestCase("SELECT 1 /*!50000 + 1")]
    [TestCase("SELECT '{surrogate}'")]
    [TestCase("SELECT 1 -- {surrogate}")]
    public async Task A_text_that_cannot_be_cut_is_refused_and_nothing_is_sent(string text)
    {
        // Names of tests cannot hold one.
        text = text.Replace("{surrogate}", "\ud800", StringComparison.Ordinal);
        var before = Few.GetStatistics();
        var error = await Sql.FailureOf<Exception>(() => Owner.TextAsync(text));
        Assert.That(error, Is.Not.InstanceOf<MuxException>().Or.Property("Number").EqualTo(0), error.ToString());
        var after = Few.GetStatistics();
        Assert.That(after.FloatingStatements + after.LeasedStatements, Is.EqualTo(before.FloatingStatements + before.LeasedStatements));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_statement_that_is_too_large_fails_alone()
    {
        var limit = await Owner.ScalarAsync<int>("SELECT @@max_allowed_packet");
        var waiting = Enumerable.Range(0, 20).Select(async i => await (await OpenAsync(Few)).ScalarAsync<int>("SELECT @i", ("i", i))).ToArray();
        var error = await Sql.FailureOf<Exception>(() => Owner.TextAsync("SELECT LENGTH(@v)", ("v", new string('x', limit))));
        Assert.That(error.Message, Does.Contain("max_allowed_packet"));
        Assert.That(await Until.Ends(Task.WhenAll(waiting)), Is.EqualTo(Enumerable.Range(0, 20)));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT 1"), Is.EqualTo("1"));
    }

    [TestCase("LOAD DATA LOCAL INFILE 'x' INTO TABLE {t}", Placement.Reject)]
    [TestCase("COMMIT RELEASE", Placement.Reject)]
    [TestCase("SHUTDOWN", Placement.StatementLease)]
    [TestCase("RESTART", Placement.StatementLease)]
    [TestCase("BINLOG 'x'", Placement.StatementLease)]
    [TestCase("HELP 'SELECT'", Placement.StatementLease)]
    [TestCase("INSTALL PLUGIN x SONAME 'y'", Placement.StatementLease)]
    [TestCase("PURGE BINARY LOGS TO 'x'", Placement.StatementLease)]
    public void What_takes_a_link_over_never_runs_on_a_shared_one(string text, Placement placement)
    {
        Assert.That(Few.Explain(Fill(text)).Placement, Is.GreaterThanOrEqualTo(placement));
    }

    [TestCase("SELECT SLEEP(0)")]
    [TestCase("ANALYZE TABLE {t}")]
    [TestCase("ALTER TABLE {t} COMMENT 'x'")]
    [TestCase("HELP 'SELECT'")]
    public async Task What_may_take_long_has_a_link_of_its_own_while_it_runs(string text)
    {
        var before = Few.GetStatistics().LeasedStatements;
        await RunAllAsync(Owner, text);
        Assert.That(Few.GetStatistics().LeasedStatements - before, Is.EqualTo(1));
        AssertFloats(Owner);
    }

    [Test]
    public async Task An_unknown_statement_pins_and_its_link_is_closed()
    {
        Assert.That(await AnswerAsync(Owner, "FROBNICATE THE SERVER"), Is.EqualTo("!1064"));
        AssertPinned(Owner, PinReasons.Unknown);
        await Owner.CloseAsync();
        Assert.That(Few.GetStatistics().Discards, Is.EqualTo(1));
    }

    [Test]
    public async Task Tenants_in_five_hundred_schemas_stay_on_the_shared_links()
    {
        const int Tenants = 500;
        var schemas = Enumerable.Range(0, Tenants).Select(i => $"{Schema}_{i}").ToArray();
        try
        {
            await Server.AdminAsync([.. schemas.SelectMany((schema, i) => new[] { $"CREATE DATABASE {schema}", $"CREATE TABLE {schema}.mine (tenant INT) ENGINE=MEMORY", $"INSERT INTO {schema}.mine VALUES ({i})" })]);
            var source = NewSource("Max Shared Links=3;Max Links=20;Connection Timeout=60");
            var next = -1;
            await Until.Ends(Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
            {
                for (int i; (i = Interlocked.Increment(ref next)) < 3 * Tenants;)
                {
                    var tenant = i * 7 % Tenants;
                    await using var handle = await source.OpenConnectionAsync();
                    await handle.ChangeDatabaseAsync(schemas[tenant]);
                    Assert.That(await handle.TextAsync("SELECT tenant, DATABASE() FROM mine"), Is.EqualTo($"{tenant},{schemas[tenant]}"));
                    AssertFloats(handle);
                }
            })));

            var statistics = source.GetStatistics();
            Assert.That(statistics.LeasedStatements, Is.Zero);
            Assert.That(statistics.Links, Is.LessThanOrEqualTo(3));
            Assert.That(statistics.Pins, Is.Empty);
            Assert.That(statistics.LeakAlarms, Is.Zero);
        }
        finally
        {
            await Server.AdminAsync([.. schemas.Select(schema => $"DROP DATABASE IF EXISTS {schema}")]);
        }
    }

    [Test]
    public async Task Three_thousand_handles_of_a_web_site_never_pin_and_send_no_prefix()
    {
        var source = NewSource("Max Shared Links=2;Max Links=20;Connection Timeout=60");
        var visits = await TableAsync("id BIGINT AUTO_INCREMENT PRIMARY KEY, page INT NOT NULL, hits INT NOT NULL DEFAULT 0");
        await Server.AdminAsync($"INSERT INTO {Schema}.{visits} (page) WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 100) SELECT n FROM r");
        // Links learn their schema with the first statement that they run.
        await Until.Holds("all links are warm", async () =>
        {
            var before = source.GetStatistics().PrefixedStatements;
            await VisitAsync(source, visits, 300);
            return source.GetStatistics() is { Links: 2 } now && now.PrefixedStatements == before;
        });
        await Server.AdminAsync($"DELETE FROM {Schema}.{visits} WHERE page < 0", $"UPDATE {Schema}.{visits} SET hits = 0");
        var warm = source.GetStatistics();
        await VisitAsync(source, visits, 3000);

        var after = source.GetStatistics();
        Assert.That(after.Opens - warm.Opens, Is.EqualTo(3000));
        Assert.That(after.FloatingStatements - warm.FloatingStatements, Is.EqualTo(6300));
        Assert.That(after.PrefixedStatements, Is.EqualTo(warm.PrefixedStatements));
        Assert.That(after.LeasedStatements, Is.Zero);
        Assert.That(after.Pins, Is.Empty);
        Assert.That(after.Links, Is.EqualTo(2));
        Assert.That(await Server.AdminScalarAsync<string>($"SELECT CONCAT(SUM(hits), ' ', COUNT(*)) FROM {Schema}.{visits}"), Is.EqualTo("3000 400"));
    }

    // A hundred visitors at a time, each with a handle of its own for each page.
    private static Task VisitAsync(MuxDataSource source, string visits, int pages)
    {
        var next = 0;
        return Until.Ends(Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) <= pages;)
            {
                await using var handle = await source.OpenConnectionAsync();
                Assert.That(await handle.ScalarAsync<int>($"SELECT page FROM {visits} WHERE id = @id", ("id", i % 100 + 1)), Is.EqualTo(i % 100 + 1));
                Assert.That(await handle.RunAsync($"UPDATE {visits} SET hits = hits + 1 WHERE id = @id", ("id", i % 100 + 1)), Is.EqualTo(1));
                if (i % 10 == 0)
                    await handle.RunAsync($"INSERT INTO {visits} (page) VALUES (@page)", ("page", -i));
            }
        })));
    }
}
