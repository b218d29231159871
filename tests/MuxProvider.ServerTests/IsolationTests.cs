using System.Data;
using System.Runtime.CompilerServices;
using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>What one handle does to its session is not seen by another, and is gone when the link is used again.</summary>
internal sealed class IsolationTests : ServerFixture
{
    /// <summary>
    /// name; texts that leave something; what pins afterwards; a text for another handle; what that answers when nothing leaks
    /// (a number after an exclamation mark: the error).
    /// </summary>
    private static readonly object[][] s_states =
    [
        ["a transaction", "START TRANSACTION;INSERT INTO {t} VALUES (2, 'mine')", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "1"],
        ["a transaction of BEGIN", "BEGIN;DELETE FROM {t}", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "1"],
        ["a temporary table", "CREATE TEMPORARY TABLE mine (id INT)", PinReasons.TemporaryTable, "SELECT * FROM mine", "!1146"],
        ["a temporary table from rows", "CREATE TEMPORARY TABLE mine SELECT 1 AS id", PinReasons.TemporaryTable, "SELECT * FROM mine", "!1146"],
        ["a temporary table over a table", "CREATE TEMPORARY TABLE {t} (id INT)", PinReasons.TemporaryTable, "SELECT COUNT(*) FROM {t}", "1"],
        ["a user variable", "SET @mine = 42", PinReasons.UserVariable, "SELECT @mine", "NULL"],
        ["a user variable assigned in a SELECT", "SELECT @mine := 42", PinReasons.UserVariable, "SELECT @mine", "NULL"],
        ["a user variable of SELECT INTO", "SELECT 42 INTO @mine", PinReasons.UserVariable, "SELECT @mine", "NULL"],
        ["time_zone", "SET time_zone = '+05:00'", PinReasons.None, "SELECT @@time_zone", "SYSTEM"],
        ["time_zone seen by NOW()", "SET time_zone = '+05:00'", PinReasons.None, "SELECT ABS(TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), NOW())) < 290", "1"],
        ["sql_mode", "SET SESSION sql_mode = 'ANSI_QUOTES'", PinReasons.None, "SELECT \"text\"", "text"],
        ["sql_mode, written with @@", "SET @@sql_mode = 'NO_BACKSLASH_ESCAPES'", PinReasons.None, @"SELECT LENGTH('\\')", "1"],
        ["SET NAMES with collation", "SET NAMES utf8mb4 COLLATE utf8mb4_bin", PinReasons.None, "SELECT 'a' = 'A'", "1"],
        ["isolation level", "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", PinReasons.None, "SELECT COUNT(*) FROM {t}", "1"],
        ["sql_select_limit", "SET sql_select_limit = 0", PinReasons.None, "SELECT COUNT(*) FROM {t}", "1"],
        ["foreign_key_checks", "SET foreign_key_checks = 0", PinReasons.None, "SELECT @@foreign_key_checks", "1"],
        ["a named lock", "SELECT GET_LOCK('{l}', 0)", PinReasons.NamedLock, "SELECT 1", "1"],
        ["locked tables", "LOCK TABLES {t} READ", PinReasons.TableLocks, "SELECT COUNT(*) FROM {t}", "1"],
        ["a prepared statement", "PREPARE mine FROM 'SELECT 1'", PinReasons.SqlPrepare, "EXECUTE mine", "!1243"],
        ["autocommit=0", "SET autocommit = 0", PinReasons.AutoCommitOff, "SELECT @@autocommit", "1"],
        ["autocommit=0 with changes", "SET autocommit = 0;INSERT INTO {t} VALUES (2, 'mine')", PinReasons.AutoCommitOff, "SELECT COUNT(*) FROM {t}", "1"],
        ["an open HANDLER", "HANDLER {t} OPEN", PinReasons.Handler, "HANDLER {t} READ FIRST", "!1109"],
        ["the last generated id", "INSERT INTO {a} VALUES ();SELECT LAST_INSERT_ID() + 0", PinReasons.None, "SELECT LAST_INSERT_ID()", "0"],
        ["a procedure that sets a variable", "CALL {p}()", PinReasons.Routine, "SELECT @from_procedure", "NULL"],
    ];

    private string _table = "";

    [SetUp]
    public async Task CreateThings()
    {
        _table = await TableAsync("id INT PRIMARY KEY, name VARCHAR(50)");
        await Server.AdminAsync(
            $"INSERT INTO {Schema}.{_table} VALUES (1, 'everybody''s')",
            $"CREATE TABLE {Schema}.a_{_table} (id INT AUTO_INCREMENT PRIMARY KEY)",
            $"CREATE PROCEDURE {Schema}.p_{_table}() SET @from_procedure = 42");
    }

    [TestCaseSource(nameof(s_states))]
    public async Task State_is_not_seen_by_a_neighbour_and_is_gone_with_the_handle(string name, string texts, PinReasons reason, string probe, string clean)
    {
        // One shared link, one for whoever is pinned: the next pinned handle gets the same again.
        var source = NewSource("Max Shared Links=1;Max Links=2;Allow User Variables=true");
        var floating = await OpenAsync(source);
        Assert.That(await floating.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        var owner = await OpenAsync(source);

        await RunAllAsync(owner, texts);

        // What travels keeps no link.
        Assert.That(reason == PinReasons.None ? owner.PinReasons : owner.PinReasons & reason, Is.EqualTo(reason), $"after {name}");
        var thread = owner.ServerThread;
        Assert.That(thread is null, Is.EqualTo(reason == PinReasons.None));
        if (Floats(probe))
            Assert.That(await AnswerAsync(floating, probe), Is.EqualTo(clean), "seen by a neighbour meanwhile");

        owner.Close();

        Assert.That(await AnswerAsync(floating, probe), Is.EqualTo(clean), "seen by a neighbour afterwards");
        var neighboursThread = floating.ServerThread;
        await floating.CloseAsync();

        // The link that the state was on, or one that replaced it; the owner's own next life included.
        await owner.OpenAsync();
        Assert.That(owner.PinReasons, Is.EqualTo(PinReasons.None));
        await RunAllAsync(owner, "SET @pin = 1");
        TestContext.Out.WriteLine($"{name}: link {thread}, then {neighboursThread} and {owner.ServerThread}");
        Assert.That(await AnswerAsync(owner, probe), Is.EqualTo(clean), "seen on the link when it is used again");
        if (!name.StartsWith("a transaction", StringComparison.Ordinal))
            return;
        Assert.That(await owner.TextAsync($"SELECT id FROM {_table}"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_link_is_used_again_after_it_was_reset()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2;Allow User Variables=true");
        var threads = new List<long?>();
        for (var i = 0; i < 5; i++)
        {
            await using var handle = await source.OpenConnectionAsync();
            Assert.That(await handle.ScalarAsync<string?>("SELECT @mine"), Is.Null);
            await handle.RunAsync("SET @mine = 1");
            threads.Add(handle.ServerThread);
        }

        Assert.That(threads.Distinct().Count(), Is.EqualTo(1), "one link for all of them");
    }

    [Test]
    public async Task A_named_lock_is_held_until_its_handle_closes()
    {
        var owner = await OpenAsync();
        var other = await OpenAsync();
        var name = Schema + "_lock";
        Assert.That(await owner.ScalarAsync<int>("SELECT GET_LOCK(@n, 0)", ("n", name)), Is.EqualTo(1));

        Assert.That(await other.ScalarAsync<int>("SELECT GET_LOCK(@n, 0)", ("n", name)), Is.Zero);
        owner.Close();

        Assert.That(await other.ScalarAsync<int>("SELECT GET_LOCK(@n, 30)", ("n", name)), Is.EqualTo(1));
    }

    [Test]
    public async Task Locked_tables_are_free_when_their_handle_closes()
    {
        var owner = await OpenAsync();
        var other = await OpenAsync();
        await owner.RunAsync($"LOCK TABLES {_table} WRITE");
        var waiting = other.RunAsync($"INSERT INTO {_table} VALUES (2, 'late')");
        await Until.Holds("the insert waits for the lock", async () => await Server.AdminScalarAsync<int>(
            $"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for table%' AND INFO LIKE '%{_table}%' AND DB = '{Schema}'") > 0);

        owner.Close();

        Assert.That(await Until.Ends(waiting), Is.EqualTo(1));
    }

    [Test]
    public async Task A_transaction_pins_until_commit_and_its_rows_are_unseen_until_then()
    {
        var owner = await OpenAsync();
        var other = await OpenAsync();
        await using (var transaction = await owner.BeginTransactionAsync())
        {
            Assert.That(owner.PinReasons, Is.EqualTo(PinReasons.Transaction));
            await owner.RunAsync($"INSERT INTO {_table} VALUES (2, 'mine')");
            Assert.That(await owner.ScalarAsync<int>($"SELECT COUNT(*) FROM {_table}"), Is.EqualTo(2));
            Assert.That(await other.ScalarAsync<int>($"SELECT COUNT(*) FROM {_table}"), Is.EqualTo(1));
            Assert.That(other.PinReasons, Is.EqualTo(PinReasons.None));
            await transaction.CommitAsync();
        }

        Assert.That(owner.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(owner.ServerThread, Is.Null);
        Assert.That(await other.ScalarAsync<int>($"SELECT COUNT(*) FROM {_table}"), Is.EqualTo(2));
    }

    [TestCase("rollback")]
    [TestCase("dispose the transaction")]
    [TestCase("close the connection")]
    [TestCase("dispose the connection")]
    [TestCase("text")]
    public async Task A_transaction_is_rolled_back_by(string how)
    {
        var owner = await OpenAsync();
        var transaction = await owner.BeginTransactionAsync();
        await owner.RunAsync($"INSERT INTO {_table} VALUES (2, 'mine')");
        switch (how)
        {
            case "rollback":
                await transaction.RollbackAsync();
                break;
            case "dispose the transaction":
                await transaction.DisposeAsync();
                break;
            case "close the connection":
                owner.Close();
                break;
            case "dispose the connection":
                await owner.DisposeAsync();
                break;
            default:
                await owner.RunAsync("ROLLBACK");
                break;
        }

        Assert.That(owner.PinReasons, Is.EqualTo(PinReasons.None));

        // Not only unseen, but gone: its row lock as well.
        var other = await OpenAsync();
        Assert.That(await other.RunAsync($"INSERT INTO {_table} VALUES (2, 'another')"), Is.EqualTo(1));
        Assert.That(await other.TextAsync($"SELECT name FROM {_table} WHERE id = 2"), Is.EqualTo("another"));
    }

    [Test]
    public async Task The_transaction_of_a_forgotten_handle_is_rolled_back_when_it_is_collected()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2");
        await ForgetAsync(source, _table);

        // INNODB_TRX is a cache that is never renewed while it is asked often: try the row lock itself.
        await Until.Holds("the forgotten transaction is rolled back", async () =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            try
            {
                await Server.AdminAsync($"SELECT id FROM {Schema}.{_table} WHERE id = 2 FOR UPDATE NOWAIT");
                return true;
            }
            catch (MuxException error) when (error.Number is 1205 or 3572)
            {
                return false;
            }
        });

        // With two links the next transaction needs the forgotten one's.
        var other = await OpenAsync(source);
        await using var transaction = await other.BeginTransactionAsync();
        Assert.That(await other.RunAsync($"INSERT INTO {_table} VALUES (2, 'another')"), Is.EqualTo(1));
        await transaction.CommitAsync();
    }

    [Test]
    public async Task START_TRANSACTION_and_COMMIT_as_text_pin_and_unpin()
    {
        var handle = await OpenAsync();

        await handle.RunAsync("START TRANSACTION");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
        await handle.RunAsync($"INSERT INTO {_table} VALUES (3, 'c')");
        await handle.RunAsync("COMMIT");

        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {_table}"), Is.EqualTo(2));
    }

    [Test]
    public async Task An_implicit_commit_unpins()
    {
        var handle = await OpenAsync();
        await handle.RunAsync("START TRANSACTION");
        await handle.RunAsync($"INSERT INTO {_table} VALUES (3, 'c')");

        await handle.RunAsync($"CREATE TABLE implicit_{_table} (id INT)");

        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {_table}"), Is.EqualTo(2));
    }

    [Test]
    public async Task Commit_and_chain_keeps_the_pin()
    {
        var handle = await OpenAsync();
        await handle.RunAsync("START TRANSACTION");
        await handle.RunAsync($"INSERT INTO {_table} VALUES (3, 'c')");

        await handle.RunAsync("COMMIT AND CHAIN");
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.Transaction));
        await handle.RunAsync($"INSERT INTO {_table} VALUES (4, 'd')");
        await handle.RunAsync("ROLLBACK");

        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(await handle.TextAsync($"SELECT id FROM {_table} ORDER BY id"), Is.EqualTo("1;3"));
    }

    [Test]
    public async Task Releasing_the_link_with_a_commit_is_refused()
    {
        var handle = await OpenAsync();
        var error = await Sql.FailureOf<NotSupportedException>(() => handle.RunAsync("COMMIT RELEASE"));
        Assert.That(error.Message, Does.Contain("RELEASE"));
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Savepoints_undo_a_part()
    {
        var handle = await OpenAsync();
        await using var transaction = await handle.BeginTransactionAsync();
        await handle.RunAsync($"INSERT INTO {_table} VALUES (2, 'kept')");
        await transaction.SaveAsync("here `or` there");
        await handle.RunAsync($"INSERT INTO {_table} VALUES (3, 'undone')");
        await transaction.RollbackAsync("here `or` there");
        await handle.RunAsync($"INSERT INTO {_table} VALUES (4, 'kept')");
        await transaction.ReleaseAsync("here `or` there");
        await transaction.CommitAsync();

        Assert.That(await handle.TextAsync($"SELECT id FROM {_table} ORDER BY id"), Is.EqualTo("1;2;4"));
    }

    [TestCase(IsolationLevel.ReadUncommitted, ExpectedResult = "2")]
    [TestCase(IsolationLevel.ReadCommitted, ExpectedResult = "1")]
    [TestCase(IsolationLevel.RepeatableRead, ExpectedResult = "1")]
    [TestCase(IsolationLevel.Snapshot, ExpectedResult = "1")]
    [TestCase(IsolationLevel.Unspecified, ExpectedResult = "1")]
    public async Task<string> Isolation_levels_hold_for_one_transaction(IsolationLevel level)
    {
        var writer = await OpenAsync();
        var reader = await OpenAsync();
        await using var writing = await writer.BeginTransactionAsync();
        await writer.RunAsync($"INSERT INTO {_table} VALUES (2, 'dirty')");

        await using var reading = await reader.BeginTransactionAsync(level);
        var seen = await reader.TextAsync($"SELECT COUNT(*) FROM {_table}");
        await reading.RollbackAsync();
        Assert.That(reader.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(await reader.TextAsync($"SELECT COUNT(*) FROM {_table}"), Is.EqualTo("1"), "only that transaction");
        return seen;
    }

    [Test]
    public async Task A_read_only_transaction_refuses_changes()
    {
        var handle = await OpenAsync();
        await using var transaction = await handle.BeginTransactionAsync(IsolationLevel.Unspecified, isReadOnly: true);
        var error = await Sql.MuxFailureOf(() => handle.RunAsync($"DELETE FROM {_table}"));
        Assert.That(error.Number, Is.EqualTo(1792));
    }

    [Test]
    public async Task The_loser_of_a_deadlock_hears_so_and_goes_on()
    {
        await Server.AdminAsync($"INSERT INTO {Schema}.{_table} VALUES (2, 'second')");
        var first = await OpenAsync();
        var second = await OpenAsync();
        var bystander = await OpenAsync();
        await first.RunAsync("START TRANSACTION");
        await second.RunAsync("START TRANSACTION");
        await first.RunAsync($"UPDATE {_table} SET name = 'first' WHERE id = 1");
        await second.RunAsync($"UPDATE {_table} SET name = 'second' WHERE id = 2");

        var crossing = Task.WhenAll(
            TryAsync(first, $"UPDATE {_table} SET name = 'first' WHERE id = 2"),
            TryAsync(second, $"UPDATE {_table} SET name = 'second' WHERE id = 1"));
        Assert.That(await bystander.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        var errors = await Until.Ends(crossing);

        var error = errors.OfType<MuxException>().Single();
        Assert.That(error.Number, Is.EqualTo(1213));
        Assert.That(error.IsTransient, Is.True);
        Assert.That(error.OutcomeUnknown, Is.False);
        var loser = errors[0] is null ? second : first;
        var winner = errors[0] is null ? first : second;
        Assert.That(await loser.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
        Assert.That(loser.PinReasons, Is.EqualTo(PinReasons.None), "its transaction is over");
        await winner.RunAsync("COMMIT");
        Assert.That(await loser.RunAsync($"UPDATE {_table} SET name = 'again' WHERE id = 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_trigger_that_sets_a_variable_behind_a_floating_insert_pins_the_handle_and_leaks_nothing()
    {
        ProvokesLeakAlarms = true;
        await Server.AdminAsync($"CREATE TRIGGER {Schema}.tr_{_table} BEFORE INSERT ON {Schema}.{_table} FOR EACH ROW SET @seen = NEW.id, NEW.name = 'by trigger'");
        var source = NewSource("Max Shared Links=1;Max Links=3;Allow User Variables=true");
        var owner = await OpenAsync(source);
        var neighbours = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(source)));

        var inserting = owner.RunAsync($"INSERT INTO {_table} VALUES (7, 'x')");
        var answers = await Until.Ends(Task.WhenAll(neighbours.Select((neighbour, i) => neighbour.ScalarAsync<int>("SELECT @i", ("i", i)))));
        Assert.That(await Until.Ends(inserting), Is.EqualTo(1));

        Assert.That(answers, Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(owner.PinReasons, Is.Not.EqualTo(PinReasons.None));
        Assert.That(await owner.ScalarAsync<int?>("SELECT @seen"), Is.EqualTo(7));
        Assert.That(await neighbours[0].ScalarAsync<int?>("SELECT @seen"), Is.Null);
        owner.Close();
        Assert.That(await neighbours[1].ScalarAsync<int?>("SELECT @seen"), Is.Null);
        Assert.That(await neighbours[2].TextAsync($"SELECT name FROM {_table} WHERE id = 7"), Is.EqualTo("by trigger"));
    }

    [Test]
    public async Task Many_inserts_with_such_a_trigger_all_run_exactly_once()
    {
        ProvokesLeakAlarms = true;
        var table = await TableAsync("id INT PRIMARY KEY, n INT");
        await Server.AdminAsync($"CREATE TRIGGER {Schema}.tr_{table} BEFORE INSERT ON {Schema}.{table} FOR EACH ROW SET @seen = NEW.id");
        var source = NewSource("Max Shared Links=2;Max Links=20;Connection Timeout=60");

        // Suspects behind a surprise are an error or are run elsewhere, but nothing runs twice and nothing gets lost unsaid.
        var done = await Until.Ends(Task.WhenAll(Enumerable.Range(0, 40).Select(async h =>
        {
            await using var handle = await source.OpenConnectionAsync();
            try
            {
                return (Id: h, Rows: await handle.RunAsync($"INSERT INTO {table} VALUES (@id, 0)", ("id", h)), Unknown: false);
            }
            catch (MuxException e) when (e.OutcomeUnknown)
            {
                return (Id: h, Rows: 0, Unknown: true);
            }
        })));

        var there = (await (await OpenAsync()).TextAsync($"SELECT id FROM {table} ORDER BY id")).Split(';').Select(int.Parse).ToHashSet();
        foreach (var (id, rows, unknown) in done)
            Assert.That(unknown || (rows == 1 && there.Contains(id)), Is.True, $"insert {id}: {rows} rows, unknown {unknown}");
    }

    [Test]
    public async Task Procedures_and_functions_that_leave_nothing_in_the_session_do_not_pin()
    {
        await Server.AdminAsync(
            $"CREATE FUNCTION {Schema}.twice_{_table}(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
            $"CREATE PROCEDURE {Schema}.rows_{_table}(IN n INT) BEGIN SELECT n AS n; SELECT n + 1 AS n; UPDATE {_table} SET name = 'called'; END");
        var handle = await OpenAsync();
        var neighbour = await OpenAsync();

        Assert.That(await handle.ScalarAsync<int>($"SELECT twice_{_table}(21)"), Is.EqualTo(42));
        Assert.That(handle.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(await handle.TextAsync($"CALL rows_{_table}(@n)", ("n", 5)), Is.EqualTo("5|6"));

        Assert.That(await neighbour.TextAsync($"SELECT name FROM {_table}"), Is.EqualTo("called"));
        Assert.That(neighbour.PinReasons, Is.EqualTo(PinReasons.None));
    }

    [Test]
    public async Task USE_and_ChangeDatabase_travel_with_the_handle_and_end_with_it()
    {
        var other = Schema + "_other";
        await Server.AdminAsync($"CREATE DATABASE {other}");
        try
        {
            var source = NewSource("Max Shared Links=1;Max Links=2");
            var handle = await OpenAsync(source);
            var neighbour = await OpenAsync(source);

            await handle.RunAsync($"USE {other}");
            Assert.That(handle.Database, Is.EqualTo(other));
            Assert.That(await handle.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(other));
            Assert.That(await neighbour.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(Schema));
            await handle.ChangeDatabaseAsync(Schema);
            Assert.That(await handle.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(Schema));
            await handle.ChangeDatabaseAsync(other);
            Assert.That(await handle.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(other));

            handle.Close();
            await handle.OpenAsync();
            Assert.That(handle.Database, Is.EqualTo(Schema));
            Assert.That(await handle.ScalarAsync<string>("SELECT DATABASE()"), Is.EqualTo(Schema));
        }
        finally
        {
            await Server.AdminAsync($"DROP DATABASE {other}");
        }
    }

    [Test]
    public async Task A_handle_without_schema_has_none_next_to_handles_that_have_one()
    {
        var source = Keep(MuxDataSource.Create(Server.Options("Database=;Max Shared Links=1")));
        var without = await OpenAsync(source);
        var moving = await OpenAsync(source);

        Assert.That(await without.ScalarAsync<string?>("SELECT DATABASE()"), Is.Null);
        await moving.ChangeDatabaseAsync(Schema);
        Assert.That(await moving.ScalarAsync<string?>("SELECT DATABASE()"), Is.EqualTo(Schema));
        Assert.That(await without.ScalarAsync<string?>("SELECT DATABASE()"), Is.Null);
        await moving.CloseAsync();
        await moving.OpenAsync();
        Assert.That(await moving.ScalarAsync<string?>("SELECT DATABASE()"), Is.Null);
        var error = await Sql.MuxFailureOf(() => without.RunAsync($"SELECT * FROM {_table}"));
        Assert.That(error.Number, Is.EqualTo(1046));
    }

    [Test]
    public async Task A_role_that_was_set_is_gone_with_the_handle()
    {
        var role = Server.NewName("mux_r");
        var user = Server.NewName("mux_u");
        await Server.AdminAsync(
            $"CREATE ROLE {role}",
            $"CREATE USER '{user}'@'%' IDENTIFIED BY 'secret'",
            $"GRANT {role} TO '{user}'@'%'",
            $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            var source = NewSource($"User ID={user};Password=secret;Max Shared Links=1;Max Links=2;Allow User Variables=true");
            var owner = await OpenAsync(source);
            var neighbour = await OpenAsync(source);
            await owner.RunAsync($"SET ROLE {role}");
            Assert.That(owner.PinReasons & PinReasons.Role, Is.EqualTo(PinReasons.Role));
            Assert.That(await owner.ScalarAsync<string>("SELECT CURRENT_ROLE()"), Does.Contain(role));
            Assert.That(await neighbour.ScalarAsync<string?>("SELECT CURRENT_ROLE()"), Is.Null.Or.EqualTo("NONE"));

            owner.Close();
            await owner.OpenAsync();
            await owner.RunAsync("SET @pin = 1");

            Assert.That(await owner.ScalarAsync<string?>("SELECT CURRENT_ROLE()"), Is.Null.Or.EqualTo("NONE"));
        }
        finally
        {
            await Server.AdminAsync($"DROP ROLE {role}", $"DROP USER '{user}'@'%'");
        }
    }

    [Test]
    public async Task A_prepared_XA_transaction_does_not_disturb_the_next_handle()
    {
        var source = NewSource("Max Shared Links=1;Max Links=2;Allow User Variables=true");
        var xid = Schema[..Math.Min(Schema.Length, 60)];
        var owner = await OpenAsync(source);
        await RunAllAsync(owner, $"XA START '{xid}';INSERT INTO {_table} VALUES (9, 'xa');XA END '{xid}';XA PREPARE '{xid}'");
        Assert.That(owner.PinReasons & PinReasons.Xa, Is.EqualTo(PinReasons.Xa));
        owner.Close();
        try
        {
            var next = await OpenAsync(source);
            await next.RunAsync("SET @pin = 1");
            var other = await TableAsync("id INT PRIMARY KEY");
            Assert.That(await next.RunAsync($"INSERT INTO {other} VALUES (1)"), Is.EqualTo(1));
        }
        finally
        {
            await Server.AdminAsync($"XA ROLLBACK '{xid}'");
        }
    }

    [TestCase("SET NAMES latin1")]
    [TestCase("SET character_set_client = gbk")]
    public async Task Another_character_set_is_refused_because_it_would_change_what_quotes_are(string text)
    {
        var handle = await OpenAsync();
        await Sql.FailureOf<NotSupportedException>(() => handle.RunAsync(text));
        Assert.That(await handle.ScalarAsync<string>("SELECT @@character_set_client"), Is.EqualTo("utf8mb4"));
    }

    [Test]
    public async Task The_generated_id_can_be_asked_for_in_the_same_text()
    {
        var source = NewSource("Max Shared Links=1");
        var handles = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(source)));

        var ids = await Until.Ends(Task.WhenAll(handles.Select(handle => handle.ScalarAsync<long>($"INSERT INTO a_{_table} VALUES (); SELECT LAST_INSERT_ID()"))));

        Assert.That(ids.Order(), Is.EqualTo(Enumerable.Range(1, 20)));
    }

    private static bool Floats(string probe) => !probe.Contains('@', StringComparison.Ordinal)
        && !probe.StartsWith("EXECUTE", StringComparison.Ordinal) && !probe.StartsWith("HANDLER", StringComparison.Ordinal)
        && !probe.Contains("LAST_INSERT_ID", StringComparison.Ordinal);

    private static async Task<MuxException?> TryAsync(MuxConnection connection, string text)
    {
        try
        {
            await connection.RunAsync(text);
            return null;
        }
        catch (MuxException error)
        {
            return error;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task ForgetAsync(MuxDataSource source, string table)
    {
        var forgotten = await source.OpenConnectionAsync();
        await forgotten.BeginTransactionAsync();
        await forgotten.RunAsync($"INSERT INTO {table} VALUES (2, 'forgotten')");
    }

    private string Fill(string text) => text
        .Replace("{t}", _table, StringComparison.Ordinal)
        .Replace("{a}", "a_" + _table, StringComparison.Ordinal)
        .Replace("{p}", "p_" + _table, StringComparison.Ordinal)
        .Replace("{l}", $"{Schema}.{_table}", StringComparison.Ordinal);

    private async Task RunAllAsync(MuxConnection connection, string texts)
    {
        foreach (var text in texts.Split(';'))
            await connection.RunAsync(Fill(text));
    }

    private async Task<string> AnswerAsync(MuxConnection connection, string probe)
    {
        try
        {
            return await connection.TextAsync(Fill(probe));
        }
        catch (MuxException error)
        {
            return $"!{error.Number}";
        }
    }

    [Test]
    [NonParallelizable]
    public async Task A_link_that_is_used_again_keeps_its_sql_mode_when_the_servers_changes_meanwhile()
    {
        var before = await Server.AdminScalarAsync<string>("SELECT @@global.sql_mode");
        var source = NewSource("Multiplexing=false;Max Shared Links=1;Max Links=1");
        var handle = await OpenAsync(source);
        var thread = handle.ServerThread;
        try
        {
            await handle.RunAsync("SET SESSION group_concat_max_len = 2000");
            await Server.AdminAsync("SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES'");
            handle.Close();
            await handle.OpenAsync();
            Assert.That(handle.ServerThread, Is.EqualTo(thread), "the link is used again");
            Assert.That(await handle.ScalarAsync<string>("SELECT @@session.sql_mode"), Is.EqualTo(before));
            Assert.That(await handle.ScalarAsync<string>("SELECT @v", ("v", @"a\' OR 1=1 -- ")), Is.EqualTo(@"a\' OR 1=1 -- "));
        }
        finally
        {
            await Server.AdminAsync($"SET GLOBAL sql_mode = '{before}'");
        }
    }
}
