using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Temporary tables, locks and open handlers: seen by their handle alone, and over when the last of them is.</summary>
internal sealed class LockAndTableStateTests : StateFixture
{
    private static readonly StateRow[] s_temporaryTables =
    [
        new("plain", "CREATE TEMPORARY TABLE mine (id INT);; INSERT INTO mine VALUES (42)", PinReasons.TemporaryTable, "SELECT id FROM mine", "42", "!1146", "DROP TEMPORARY TABLE mine"),
        new("from rows, which the server does not tell of", "CREATE TEMPORARY TABLE mine SELECT 42 AS id", PinReasons.TemporaryTable, "SELECT id FROM mine", "42", "!1146", "DROP TEMPORARY TABLE mine"),
        new("like another", "CREATE TEMPORARY TABLE mine LIKE {t};; INSERT INTO mine VALUES (42, '')", PinReasons.TemporaryTable, "SELECT id FROM mine", "42", "!1146", "DROP TEMPORARY TABLE IF EXISTS mine"),
        new("if it is not there", "CREATE TEMPORARY TABLE IF NOT EXISTS mine (id INT);; INSERT INTO mine VALUES (42)", PinReasons.TemporaryTable, "SELECT id FROM mine", "42", "!1146", "DROP TEMPORARY TABLE IF EXISTS mine"),
        new("over a table of the same name", "CREATE TEMPORARY TABLE {t} (id INT);; INSERT INTO {t} VALUES (42)", PinReasons.TemporaryTable, "SELECT id FROM {t}", "42", "1", "DROP TEMPORARY TABLE {t}"),
        new("with its schema", "CREATE TEMPORARY TABLE {s}.mine (id INT);; INSERT INTO mine VALUES (42)", PinReasons.TemporaryTable, "SELECT id FROM mine", "42", "!1146", "DROP TEMPORARY TABLE `mine`"),
        new("two, until the last is dropped", "CREATE TEMPORARY TABLE mine (id INT);; CREATE TEMPORARY TABLE other (id INT);; DROP TEMPORARY TABLE mine", PinReasons.TemporaryTable, "SELECT COUNT(*) FROM other", "0", "!1146", "DROP TEMPORARY TABLE other"),
        new("in a comment of versions", "CREATE /*!50000 TEMPORARY */ TABLE mine (id INT);; INSERT INTO mine VALUES (42)", PinReasons.TemporaryTable, "SELECT id FROM mine", "42", "!1146"),
        new("or replaced", "CREATE OR REPLACE TEMPORARY TABLE mine (id INT);; INSERT INTO mine VALUES (42)", PinReasons.TemporaryTable, "SELECT id FROM mine", "42", "!1146", "DROP TEMPORARY TABLE mine", ServerKinds.MariaDb),
        new("a sequence", "CREATE TEMPORARY SEQUENCE mine START 42", PinReasons.TemporaryTable, "SELECT NEXTVAL(mine) >= 42", "1", "!4091", null, ServerKinds.MariaDb),
    ];

    private static readonly StateRow[] s_locks =
    [
        new("LOCK TABLES", "LOCK TABLES {t} READ", PinReasons.TableLocks, "INSERT INTO {t} VALUES (1, 'twice')", "!1099", "!1062", "UNLOCK TABLES"),
        new("LOCK TABLES ended by a transaction", "LOCK TABLES {t} READ", PinReasons.TableLocks, "INSERT INTO {t} VALUES (1, 'twice')", "!1099", "!1062", "START TRANSACTION;; COMMIT"),
        new("FLUSH TABLES … WITH READ LOCK", "FLUSH TABLES {t} WITH READ LOCK", PinReasons.TableLocks, "INSERT INTO {t} VALUES (1, 'twice')", "!1099", "!1062", "UNLOCK TABLES"),
        new("FLUSH TABLES … FOR EXPORT", "FLUSH TABLES {t} FOR EXPORT", PinReasons.TableLocks, "SELECT 1 FROM a_x", "!1100", "!1146", "UNLOCK TABLES"),
        new("FLUSH TABLES WITH READ LOCK", "FLUSH TABLES WITH READ LOCK", PinReasons.TableLocks, "SELECT 1", "1", "1", "UNLOCK TABLES"),
        new("BACKUP STAGE", "BACKUP STAGE START", PinReasons.TableLocks, "SELECT 1", "1", "1", "BACKUP STAGE END", ServerKinds.MariaDb),
        new("BACKUP LOCK", "BACKUP LOCK {t}", PinReasons.TableLocks, "SELECT COUNT(*) FROM {t}", "1", "1", "BACKUP UNLOCK", ServerKinds.MariaDb),
        new("LOCK INSTANCE", "LOCK INSTANCE FOR BACKUP", PinReasons.TableLocks, "SELECT 1", "1", "1", "UNLOCK INSTANCE", ServerKinds.MySql),
        new("GET_LOCK", "SELECT GET_LOCK('{l}', 0)", PinReasons.NamedLock, "SELECT IS_FREE_LOCK('{l}')", "0", "0", "SELECT RELEASE_LOCK('{l}')"),
        new("HANDLER", "HANDLER {t} OPEN", PinReasons.Handler, "SELECT 1", "1", "1", "HANDLER {t} CLOSE"),
        new("HANDLER with an alias", "HANDLER {t} OPEN AS h", PinReasons.Handler, "SELECT 1", "1", "1", "HANDLER h CLOSE"),
    ];

    [TestCaseSource(nameof(s_temporaryTables))]
    public Task A_temporary_table_pins_until_the_last_is_dropped(StateRow row) => ProveAsync(row);

    [Test]
    public async Task Dropping_a_table_without_the_word_TEMPORARY_keeps_the_pin()
    {
        await RunAllAsync(Owner, "CREATE TEMPORARY TABLE {t} (id INT);; DROP TABLE {t}");
        AssertPinned(Owner, PinReasons.TemporaryTable);
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"), "the table itself is still there");
    }

    [Test]
    public async Task A_temporary_table_that_was_not_made_pins_nothing()
    {
        Assert.That(await AnswerAsync(Owner, "CREATE TEMPORARY TABLE mine ("), Is.EqualTo("!1064"));
        AssertFloats(Owner);
    }

    [TestCaseSource(nameof(s_locks))]
    public async Task A_lock_pins_until_it_is_released(StateRow row)
    {
        OnlyOn(row.Servers);
        for (var life = 0; life < 2; life++)
        {
            await RunAllAsync(Owner, row.Begins);
            AssertPinned(Owner, row.Reason);
            Assert.That(await AnswerAsync(Owner, row.Probe), Is.EqualTo(row.Mine));
            if (life == 0)
            {
                await RunAllAsync(Owner, row.Ends!);
                AssertFloats(Owner);
            }

            await Owner.CloseAsync();
            await Owner.OpenAsync();
            AssertFloats(Owner);
        }

        if (!row.Probe.Contains("LOCK", StringComparison.Ordinal))
            await AssertEveryLinkIsCleanAsync(row.Probe, row.Clean);
        Assert.That(await Neighbour.RunAsync(Fill("INSERT INTO {t} VALUES (2, 'free again')")), Is.EqualTo(1));
        Assert.That(await AnswerAsync(Neighbour, "SELECT IS_FREE_LOCK('{l}')"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Named_locks_are_counted()
    {
        await RunAllAsync(Owner, "SELECT GET_LOCK('{l}', 0);; SELECT GET_LOCK('{l}', 0);; SELECT GET_LOCK('{l}2', 0)");
        AssertPinned(Owner, PinReasons.NamedLock);
        Assert.That(await AnswerAsync(Neighbour, "SELECT IS_FREE_LOCK('{l}')"), Is.EqualTo("0"));
        AssertFloats(Neighbour);
        await RunAllAsync(Owner, "SELECT RELEASE_LOCK('{l}');; SELECT RELEASE_LOCK('{l}2');; SELECT RELEASE_LOCK('{l}3')");
        AssertPinned(Owner, PinReasons.NamedLock);
        await RunAllAsync(Owner, "SELECT RELEASE_LOCK('{l}')");
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Neighbour, "SELECT IS_FREE_LOCK('{l}')"), Is.EqualTo("1"));
    }

    [Test]
    public async Task All_named_locks_are_released_at_once()
    {
        await RunAllAsync(Owner, "SELECT GET_LOCK('{l}', 0);; SELECT GET_LOCK('{l}2', 0), 5");
        AssertPinned(Owner, PinReasons.NamedLock);
        Assert.That(await AnswerAsync(Owner, "SELECT RELEASE_ALL_LOCKS()"), Is.EqualTo("2"));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Neighbour, "SELECT IS_FREE_LOCK('{l}'), IS_FREE_LOCK('{l}2')"), Is.EqualTo("1,1"));
    }

    [Test]
    public async Task A_named_lock_that_somebody_else_has_is_not_counted()
    {
        await RunAllAsync(Owner, "SELECT GET_LOCK('{l}', 0)");
        Assert.That(await AnswerAsync(Neighbour, "SELECT GET_LOCK('{l}', 0)"), Is.EqualTo("0"));
        AssertFloats(Neighbour);
        Assert.That(await AnswerAsync(Neighbour, "SELECT RELEASE_LOCK('{l}')"), Is.EqualTo("0"));
        AssertFloats(Neighbour);
        Assert.That(await Neighbour.ScalarAsync<long>(Fill("SELECT IS_USED_LOCK('{l}')")), Is.EqualTo(Owner.ServerThread));
    }

    [Test]
    public async Task A_named_lock_that_is_waited_for_holds_up_nobody()
    {
        await RunAllAsync(Owner, "SELECT GET_LOCK('{l}', 0)");
        var waiting = AnswerAsync(Neighbour, "SELECT GET_LOCK('{l}', 60)");
        var third = await OpenAsync(Few);
        for (var i = 0; i < 5; i++)
            Assert.That(await AnswerAsync(third, "SELECT 1"), Is.EqualTo("1"));
        Assert.That(waiting.IsCompleted, Is.False);
        await Owner.CloseAsync();
        Assert.That(await Until.Ends(waiting), Is.EqualTo("1"));
        AssertPinned(Neighbour, PinReasons.NamedLock);
    }

    [Test]
    public async Task A_handler_reads_on_its_own_link_until_the_last_is_closed()
    {
        await RunAllAsync(Owner, "HANDLER {t} OPEN;; HANDLER {t} OPEN AS second");
        Assert.That(await AnswerAsync(Owner, "HANDLER {t} READ FIRST"), Does.StartWith("1,"));
        Assert.That(await AnswerAsync(Neighbour, "HANDLER {t} READ FIRST"), Is.EqualTo("!1109"));
        await Owner.RunAsync(Fill("HANDLER {t} CLOSE"));
        AssertPinned(Owner, PinReasons.Handler);
        await Owner.RunAsync("HANDLER second CLOSE");
        AssertFloats(Owner);
    }

    [TestCase("SELECT service_get_write_locks('a', 'b', 0)", PinReasons.NamedLock)]
    [TestCase("SELECT version_tokens_lock_shared('a', 0)", PinReasons.NamedLock)]
    public void Locks_of_plugins_pin(string text, PinReasons reason)
    {
        Assert.That(Few.Explain(text).PinReasons & reason, Is.EqualTo(reason));
    }

    [TestCase("SELECT id FROM {t} FOR UPDATE")]
    [TestCase("SELECT id FROM {t} LOCK IN SHARE MODE")]
    public async Task Row_locks_without_a_transaction_end_with_the_statement(string text)
    {
        Assert.That(await AnswerAsync(Owner, text), Is.EqualTo("1"));
        AssertFloats(Owner);
        Assert.That(await Neighbour.RunAsync(Fill("DELETE FROM {t}")), Is.EqualTo(1));
    }
}
