using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>What a session remembers of its last statement: each handle gets its own, whoever used the link since.</summary>
internal sealed class LastStatementStateTests : StateFixture
{
    // Texts, separated by two semicolons. What they answer, and the registers behind each of them, is compared with a connection that
    // has its link to itself.
    private static readonly string[] s_programs =
    [
        "INSERT INTO {a} (u) VALUES ('x');; INSERT INTO {a} (u) VALUES ('y')",
        "INSERT INTO {a} (u) VALUES ('x'), ('y'), ('z');; SELECT id FROM {a} ORDER BY id",
        "INSERT INTO {a} (u) VALUES ('x');; INSERT INTO {a} VALUES (77, 'explicit')",
        "INSERT INTO {a} VALUES (77, 'explicit');; INSERT INTO {a} (u) VALUES ('x')",
        "INSERT INTO {a} (u) VALUES ('x');; INSERT INTO {a} (u) VALUES ('x') ON DUPLICATE KEY UPDATE u = 'z'",
        "INSERT INTO {a} (u) VALUES ('x');; INSERT INTO {a} (u) VALUES ('y');; INSERT INTO {a} (u) VALUES ('x') ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), u = 'z'",
        "INSERT INTO {a} (u) VALUES ('dup');; INSERT INTO {a} (u) VALUES ('new'), ('dup')",
        "INSERT INTO {a} (u) VALUES ('dup');; INSERT IGNORE INTO {a} (u) VALUES ('dup');; INSERT IGNORE INTO {a} (u) VALUES ('dup'), ('new')",
        "INSERT INTO {a} (u) VALUES ('x');; REPLACE INTO {a} (u) VALUES ('x')",
        "INSERT INTO {a} (u) VALUES ('x'), ('y');; INSERT INTO {a} (u) SELECT CONCAT(u, u) FROM {a}",
        "SELECT LAST_INSERT_ID(123);; SELECT LAST_INSERT_ID() + 1",
        "SET last_insert_id = 5;; SET identity = 6;; SET last_insert_id = 18446744073709551615",
        "INSERT INTO {a} (u) VALUES ('x');; UPDATE {a} SET id = LAST_INSERT_ID(id + 100)",
        "INSERT INTO {a} (u) VALUES ('x');; START TRANSACTION;; INSERT INTO {a} (u) VALUES ('y');; SELECT 1;; COMMIT;; SELECT 1",
        "START TRANSACTION;; INSERT INTO {a} (u) VALUES ('x');; ROLLBACK;; SELECT @@last_insert_id, @@identity",
        "START TRANSACTION;; COMMIT;; INSERT INTO {a} (u) VALUES ('x');; START TRANSACTION;; SELECT LAST_INSERT_ID();; COMMIT",
        "INSERT INTO {a} (u) VALUES ('x');; SELECT u FROM {a} WHERE id = LAST_INSERT_ID()",
        "INSERT INTO {a} (u) VALUES ('x');; INSERT INTO {a} (u) VALUES (LAST_INSERT_ID());; SELECT u FROM {a} ORDER BY id",
        "INSERT INTO {a} (u) VALUES ('x'); SELECT u, LAST_INSERT_ID() FROM {a} WHERE id = LAST_INSERT_ID()",
        "INSERT INTO {a} (u) VALUES ('x');; INSERT INTO {a} VALUES (77, 'none generated'); SELECT u FROM {a} WHERE id = LAST_INSERT_ID()",
        "INSERT INTO {a} (u) VALUES ('x');; SET time_zone = '+01:00';; DO 1;; CREATE TABLE c_{a} (i INT);; DROP TABLE c_{a}",
        "INSERT INTO {a} (u) VALUES ('x');; CALL p_{a}('y');; SELECT f_{a}('z'), LAST_INSERT_ID()",
        "CALL p_{a}('y')",
        "INSERT INTO {a} (u) VALUES ('x');; PREPARE p FROM 'INSERT INTO {a} (u) VALUES (''y'')';; EXECUTE p;; DEALLOCATE PREPARE p;; SELECT 1",
        "INSERT INTO {a} (u) VALUES ('x');; SELECT * FROM there_is_none;; DELETE FROM {a};; UPDATE {a} SET u = 'y';; TRUNCATE TABLE {a}",
        "INSERT INTO {a} (u) VALUES ('x'), ('y');; UPDATE {a} SET u = 'y' WHERE u = 'y';; UPDATE {a} SET u = CONCAT(u, '!');; DELETE FROM {a};; SELECT 1 UNION SELECT 2;; SHOW TABLES LIKE 'there_is_none'",
        "USE {s};; DO 1;; SET sql_mode = '';; INSERT INTO {a} (id) VALUES (NULL);; SELECT 1 FROM {a} WHERE id = 0",
    ];

    private MuxConnection _alone = null!;

    [SetUp]
    public async Task CreateThings()
    {
        _alone = await OpenAsync(NewSource("Multiplexing=false;Allow User Variables=true"));
        foreach (var table in new[] { $"a_{Table}", $"b_{Table}" })
        {
            await Server.AdminAsync(
                $"CREATE TABLE IF NOT EXISTS {Schema}.{table} (id BIGINT AUTO_INCREMENT PRIMARY KEY, u VARCHAR(50) UNIQUE)",
                $"CREATE PROCEDURE {Schema}.p_{table}(IN v VARCHAR(50)) INSERT INTO {Schema}.{table} (u) VALUES (v)",
                $"CREATE FUNCTION {Schema}.f_{table}(v VARCHAR(50)) RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO {Schema}.{table} (u) VALUES (v); RETURN 1; END");
        }

        await Server.AdminAsync($"CREATE TABLE {Schema}.n_{Table} (id BIGINT AUTO_INCREMENT PRIMARY KEY, u INT) AUTO_INCREMENT = 100000");
    }

    [TestCaseSource(nameof(s_programs))]
    public async Task Registers_are_the_handles_own_behind_every_statement(string program)
    {
        foreach (var text in program.Split(";;"))
        {
            await AssertSameAsync(text.Trim());
            await AssertSameAsync("SELECT ROW_COUNT()", "behind " + text);
            await NeighbourInsertsAsync();
            await AssertSameAsync("SELECT LAST_INSERT_ID()", "behind " + text);
        }

        await AssertSameAsync("SELECT @@identity, @@last_insert_id, LAST_INSERT_ID() + 1");
        AssertFloats(Owner);
    }

    [TestCaseSource(nameof(s_programs))]
    public async Task The_generated_id_is_the_handles_own_when_it_is_asked_for_at_the_end(string program)
    {
        foreach (var text in program.Split(";;"))
        {
            await AssertSameAsync(text.Trim());
            await NeighbourInsertsAsync();
        }

        await AssertSameAsync("SELECT LAST_INSERT_ID()");
        await Owner.CloseAsync();
        await Owner.OpenAsync();
        Assert.That(await AnswerAsync(Owner, "SELECT LAST_INSERT_ID()"), Is.EqualTo("0"), "gone with the handle");
    }

    [Test]
    public async Task Rows_that_are_returned_set_the_generated_id()
    {
        OnlyOn(ServerKinds.MariaDb);
        await AssertSameAsync("INSERT INTO {a} (u) VALUES ('x') RETURNING id");
        await NeighbourInsertsAsync();
        await AssertSameAsync("SELECT LAST_INSERT_ID()");
    }

    [Test]
    public async Task Many_handles_on_one_link_each_have_their_own_generated_id()
    {
        await Until.Ends(Task.WhenAll(Enumerable.Range(0, 30).Select(async h =>
        {
            await using var handle = await Few.OpenConnectionAsync();
            for (var i = 0; i < 5; i++)
            {
                await handle.RunAsync(Fill("INSERT INTO {a} (u) VALUES (@u)"), ("u", $"{h}.{i}"));
                Assert.That(await handle.TextAsync(Fill("SELECT u FROM {a} WHERE id = LAST_INSERT_ID()")), Is.EqualTo($"{h}.{i}"));
            }

            AssertFloats(handle);
        })));
        Assert.That(Few.GetStatistics().LeasedStatements, Is.Zero);
    }

    [Test]
    public async Task An_insert_that_asks_for_its_id_in_the_same_text_never_pins()
    {
        for (var i = 1; i <= 5; i++)
        {
            Assert.That(await Owner.TextAsync(Fill("INSERT INTO {a} (u) VALUES (@u); SELECT id FROM {a} WHERE ROW_COUNT() = 1 AND id = LAST_INSERT_ID()"), ("u", $"v{i}")), Is.EqualTo($"{i}"));
            AssertFloats(Owner);
            await NeighbourInsertsAsync();
        }

        Assert.That(Few.GetStatistics().Pins, Is.Empty);
    }

    [Test]
    public async Task The_generated_id_that_was_not_kept_is_refused_once_and_kept_from_then_on()
    {
        var source = NewSource(FewLinks + ";Track Last Insert Id=false");
        var handle = await OpenAsync(source);
        await using (var command = handle.Command(Fill("INSERT INTO {a} (u) VALUES ('x')")))
        {
            await command.ExecuteNonQueryAsync();
            Assert.That(command.LastInsertedId, Is.EqualTo(1));
        }

        Assert.That(await RefusalOf(handle, "SELECT LAST_INSERT_ID()"), Does.Contain("Track Last Insert Id=true").And.Contain("LastInsertedId"));
        AssertFloats(handle);
        await RunAllAsync(handle, "INSERT INTO {a} (u) VALUES ('y')");
        Assert.That(await AnswerAsync(handle, "SELECT LAST_INSERT_ID()"), Is.EqualTo("2"));
        Assert.That(await AnswerAsync(await OpenAsync(source), "SELECT LAST_INSERT_ID()"), Is.EqualTo("0"));
    }

    [Test]
    public async Task FOUND_ROWS_behind_SQL_CALC_FOUND_ROWS_holds_the_link_until_another_statement()
    {
        await RunAllAsync(Owner, "INSERT INTO {a} (u) VALUES ('x'), ('y'), ('z')");
        Assert.That(await AnswerAsync(Owner, "SELECT SQL_CALC_FOUND_ROWS id FROM {a} ORDER BY id LIMIT 1"), Is.EqualTo("1"));
        AssertPinned(Owner, PinReasons.FoundRows);
        Assert.That(await AnswerAsync(Neighbour, "SELECT id FROM {a} LIMIT 2"), Is.Not.Empty);
        Assert.That(await AnswerAsync(Owner, "SELECT FOUND_ROWS()"), Is.EqualTo("3"));
        await Owner.RunAsync("SELECT 1");
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT SQL_CALC_FOUND_ROWS id FROM {a} ORDER BY id LIMIT 1; SELECT FOUND_ROWS()"), Is.EqualTo("1|3"));
        AssertFloats(Owner);
    }

    [TestCase("SELECT FOUND_ROWS()", "SQL_CALC_FOUND_ROWS")]
    [TestCase("SELECT ROW_COUNT() + 0", "SELECT ROW_COUNT()")]
    [TestCase("SELECT id FROM {t} WHERE ROW_COUNT() = 1", "SELECT ROW_COUNT()")]
    [TestCase("GET DIAGNOSTICS @n = NUMBER", "Diagnostics")]
    [TestCase("GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT", "Diagnostics")]
    public async Task A_register_of_a_statement_that_floated_away_is_refused_and_says_what_to_do(string text, string contained)
    {
        await RunAllAsync(Owner, "SELECT id FROM {t}");
        var before = Few.GetStatistics();
        Assert.That(await RefusalOf(Owner, text), Does.Contain(contained).And.Contain("BeginTransaction"));
        Assert.That(Few.GetStatistics().FloatingStatements + Few.GetStatistics().LeasedStatements, Is.EqualTo(before.FloatingStatements + before.LeasedStatements));
        AssertFloats(Owner);
    }

    [TestCase("SELECT id FROM {t} UNION SELECT 5", "SELECT FOUND_ROWS()", "2")]
    [TestCase("UPDATE {t} SET name = 'y'", "SELECT ROW_COUNT() + 10", "11")]
    [TestCase("INSERT IGNORE INTO {t} VALUES (1, 'twice')", "SHOW WARNINGS", "Warning,1062,*")]
    [TestCase("INSERT IGNORE INTO {t} VALUES (1, 'twice')", "SELECT @@warning_count", "1")]
    public async Task A_register_can_be_asked_for_right_behind_its_statement_on_a_link_that_is_kept(string text, string asks, string answer)
    {
        await Owner.RunAsync("START TRANSACTION");
        await RunAllAsync(Owner, text);
        await RunAllAsync(Neighbour, "SELECT id FROM {t} WHERE id = 99");
        Assert.That(await AnswerAsync(Owner, asks), answer.EndsWith('*') ? Does.StartWith(answer[..^1]) : Is.EqualTo(answer));
        await Owner.RunAsync("ROLLBACK");
        AssertFloats(Owner);
    }

    [Test]
    public async Task Diagnostics_can_be_asked_for_right_behind_their_statement()
    {
        await RunAllAsync(Owner, "START TRANSACTION;; INSERT IGNORE INTO {t} VALUES (1, 'twice');; GET DIAGNOSTICS CONDITION 1 @m = MYSQL_ERRNO");
        Assert.That(await AnswerAsync(Owner, "SELECT @m"), Is.EqualTo("1062"));
        AssertPinned(Owner, PinReasons.Transaction | PinReasons.UserVariable);
        await Owner.CloseAsync();
        await Owner.OpenAsync();
        Assert.That(await AnswerAsync(Owner, "INSERT IGNORE INTO {t} VALUES (1, 'twice'); SHOW WARNINGS"), Does.StartWith("Warning,1062,"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task Warnings_are_known_to_a_handle_that_listens()
    {
        var heard = new List<MuxError>();
        Owner.InfoMessage += (_, e) => heard.AddRange(e.Errors);
        await RunAllAsync(Owner, "INSERT IGNORE INTO {t} VALUES (1, 'twice')");
        Assert.That(heard.Select(static error => (error.Level, error.Code)), Is.EqualTo(new[] { ("Warning", 1062) }));
        await RunAllAsync(Neighbour, "SELECT id FROM {t}");
        Assert.That(await AnswerAsync(Neighbour, "SHOW WARNINGS"), Is.Empty);

        var before = Few.GetStatistics().LocalAnswers;
        Assert.That(await AnswerAsync(Owner, "SHOW WARNINGS"), Does.StartWith("Warning,1062,"));
        Assert.That(await AnswerAsync(Owner, "SELECT @@warning_count"), Is.EqualTo("1"));
        Assert.That(await AnswerAsync(Owner, "SHOW COUNT(*) WARNINGS"), Is.EqualTo("1"));
        Assert.That(await AnswerAsync(Owner, "SHOW ERRORS"), Is.Empty);
        Assert.That(Few.GetStatistics().LocalAnswers - before, Is.EqualTo(4));
        await RunAllAsync(Owner, "UPDATE {t} SET name = 'x'");
        Assert.That(await AnswerAsync(Owner, "SHOW WARNINGS"), Is.Empty);
        AssertFloats(Owner);
    }

    [Test]
    public async Task Warnings_that_were_not_fetched_are_counted_refused_and_fetched_from_then_on()
    {
        await RunAllAsync(Owner, "INSERT IGNORE INTO {t} VALUES (1, 'twice')");
        await RunAllAsync(Neighbour, "SELECT id FROM {t}");
        Assert.That(await AnswerAsync(Owner, "SELECT @@warning_count"), Is.EqualTo("1"));
        Assert.That(await RefusalOf(Owner, "SHOW WARNINGS"), Does.Contain("InfoMessage"));
        await RunAllAsync(Owner, "INSERT IGNORE INTO {t} VALUES (1, 'twice')");
        await RunAllAsync(Neighbour, "SELECT id FROM {t}");
        Assert.That(await AnswerAsync(Owner, "SHOW WARNINGS"), Does.StartWith("Warning,1062,"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_schema_that_is_refused_leaves_its_error_to_be_asked_for()
    {
        await RunAllAsync(Owner, "INSERT INTO {t} VALUES (2, 'second')");
        Assert.That(async () => await Owner.ChangeDatabaseAsync("there_is_none"), Throws.InstanceOf<MuxException>());
        Assert.That(await RefusalOf(Owner, "SHOW WARNINGS"), Does.Contain("InfoMessage"));
        Assert.That(await AnswerAsync(Owner, "SELECT ROW_COUNT()"), Is.EqualTo("-1"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task An_error_is_among_the_warnings_of_a_handle_that_listens()
    {
        Owner.InfoMessage += static (_, _) => { };
        Assert.That(await AnswerAsync(Owner, "SELECT * FROM there_is_none"), Is.EqualTo("!1146"));
        Assert.That(await AnswerAsync(Neighbour, "SELECT 1"), Is.EqualTo("1"));
        Assert.That(await AnswerAsync(Owner, "SHOW ERRORS"), Does.StartWith("Error,1146,"));
        Assert.That(await AnswerAsync(Owner, "SELECT @@error_count"), Is.EqualTo("1"));
    }

    [Test]
    public async Task The_last_value_of_a_sequence_is_known_only_on_a_link_that_is_kept()
    {
        OnlyOn(ServerKinds.MariaDb);
        await Server.AdminAsync($"CREATE SEQUENCE {Schema}.s_{Table}");
        Assert.That(await AnswerAsync(Owner, "SELECT NEXTVAL(s_{t})"), Is.EqualTo("1"));
        AssertFloats(Owner);
        Assert.That(await RefusalOf(Owner, "SELECT LASTVAL(s_{t})"), Does.Contain("BeginTransaction"));
        Assert.That(await RefusalOf(Owner, "SELECT PREVIOUS VALUE FOR s_{t}"), Does.Contain("NEXT VALUE"));
        await RunAllAsync(Owner, "START TRANSACTION;; SELECT NEXT VALUE FOR s_{t}");
        Assert.That(await AnswerAsync(Neighbour, "SELECT NEXTVAL(s_{t})"), Is.EqualTo("3"));
        Assert.That(await AnswerAsync(Owner, "SELECT LASTVAL(s_{t})"), Is.EqualTo("2"));
        await Owner.RunAsync("COMMIT");
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT NEXTVAL(s_{t}); SELECT LASTVAL(s_{t})"), Is.EqualTo("4|4"));
    }

    [TestCase("SHOW SESSION STATUS LIKE 'Questions'")]
    [TestCase("SELECT RAND(), UUID_SHORT()")]
    [TestCase("SELECT RAND(5)")]
    public async Task Counters_and_random_numbers_float(string text)
    {
        Assert.That(await AnswerAsync(Owner, text), Is.Not.Empty);
        AssertFloats(Owner);
        Assert.That(Few.GetStatistics().LeasedStatements, Is.Zero);
    }

    // Each side has its own table, and otherwise the same texts.
    private async Task AssertSameAsync(string text, string? when = null)
    {
        var alone = await AnswerAsync(_alone, text.Replace("{a}", $"b_{Table}", StringComparison.Ordinal));
        Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(alone), $"{text} {when}");
    }

    private async Task NeighbourInsertsAsync()
    {
        await using var command = Neighbour.Command($"INSERT INTO n_{Table} (u) VALUES (1)");
        await command.ExecuteNonQueryAsync();
        Assert.That(command.LastInsertedId, Is.GreaterThanOrEqualTo(100_000));
        Assert.That(await Neighbour.ScalarAsync<long>("SELECT LAST_INSERT_ID()"), Is.EqualTo(command.LastInsertedId));
        AssertFloats(Neighbour);
    }
}
