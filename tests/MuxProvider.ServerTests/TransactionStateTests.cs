using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Transactions, and what is said of them: its handle's alone, and over when it says so.</summary>
internal sealed class TransactionStateTests : StateFixture
{
    private static readonly StateRow[] s_rows =
    [
        new("START TRANSACTION", "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'mine')", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "2", "1", "ROLLBACK"),
        new("BEGIN WORK", "BEGIN WORK;; DELETE FROM {t}", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "0", "1", "ROLLBACK WORK"),
        new("with a snapshot", "START TRANSACTION WITH CONSISTENT SNAPSHOT;; INSERT INTO {t} VALUES (2, 'mine')", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "2", "1", "ROLLBACK AND NO CHAIN"),
        new("begun in one text with its work", "BEGIN; INSERT INTO {t} VALUES (2, 'mine')", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "2", "1", "ROLLBACK"),
        new("in a comment of versions", "/*!50000 START TRANSACTION */;; INSERT INTO {t} VALUES (2, 'mine')", PinReasons.Transaction | PinReasons.Unknown, "SELECT COUNT(*) FROM {t}", "2", "1"),
        new("ended by a change of a table", "START TRANSACTION;; SELECT id FROM {t} FOR UPDATE", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "1", "1", "ALTER TABLE {t} COMMENT 'x'"),
        new("with a savepoint", "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'kept');; SAVEPOINT s;; INSERT INTO {t} VALUES (3, 'undone');; ROLLBACK TO s", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "2", "1", "ROLLBACK"),
        new("chained", "START TRANSACTION;; ROLLBACK AND CHAIN;; INSERT INTO {t} VALUES (2, 'mine')", PinReasons.Transaction, "SELECT COUNT(*) FROM {t}", "2", "1", "ROLLBACK"),
        new("autocommit=0", "SET autocommit = 0", PinReasons.AutoCommitOff, "SELECT @@autocommit", "0", "1", "SET autocommit = 1"),
        new("autocommit=OFF, with an end by ON", "SET @@session.autocommit = OFF", PinReasons.AutoCommitOff, "SELECT @@autocommit", "0", "1", "SET autocommit = ON"),
    ];

    private static string Isolation => Server.Kind == "mariadb" ? "tx_isolation" : "transaction_isolation";

    [TestCaseSource(nameof(s_rows))]
    public Task A_transaction_pins_until_its_end(StateRow row) => ProveAsync(row);

    [Test]
    public async Task A_commit_makes_rows_visible_and_unpins()
    {
        await RunAllAsync(Owner, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'mine')");
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Owner.RunAsync("COMMIT");
        AssertFloats(Owner);
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
    }

    [TestCase("DROP TABLE there_is_none", "!1051")]
    [TestCase("TRUNCATE TABLE there_is_none", "!1146")]
    public async Task A_definition_that_fails_commits_all_the_same_and_unpins(string text, string error)
    {
        await RunAllAsync(Owner, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'mine')");
        Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(error));
        AssertFloats(Owner);
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
    }

    [TestCase("CREATE TABLE nonsense (", "!1064")]
    [TestCase("INSERT INTO {t} VALUES (1, 'twice')", "!1062")]
    [TestCase("SELECT * FROM there_is_none", "!1146")]
    public async Task Other_errors_leave_the_transaction_open_and_the_pin(string text, string error)
    {
        await RunAllAsync(Owner, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'mine')");
        Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(error));
        AssertPinned(Owner, PinReasons.Transaction);
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Owner.RunAsync("ROLLBACK");
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_lock_wait_that_times_out_leaves_the_transaction_open()
    {
        await RunAllAsync(Neighbour, "START TRANSACTION;; UPDATE {t} SET name = 'neighbour''s' WHERE id = 1");
        await RunAllAsync(Owner, "SET innodb_lock_wait_timeout = 1;; START TRANSACTION;; INSERT INTO {t} VALUES (2, 'mine')");
        Assert.That(await AnswerAsync(Owner, "UPDATE {t} SET name = 'mine' WHERE id = 1"), Is.EqualTo("!1205"));
        AssertPinned(Owner, PinReasons.Transaction);
        await Owner.RunAsync("COMMIT");
        await Neighbour.RunAsync("ROLLBACK");
        Assert.That(await AnswerAsync(Owner, "SELECT name FROM {t} WHERE id = 2"), Is.EqualTo("mine"));
    }

    [Test]
    public async Task Without_autocommit_every_statement_stays_on_the_link_until_it_is_on_again_which_commits()
    {
        await RunAllAsync(Owner, "SET autocommit = 0;; SELECT 1");
        AssertPinned(Owner, PinReasons.AutoCommitOff);
        await RunAllAsync(Owner, "INSERT INTO {t} VALUES (2, 'undone')");
        AssertPinned(Owner, PinReasons.AutoCommitOff | PinReasons.Transaction);
        await RunAllAsync(Owner, "ROLLBACK");
        AssertPinned(Owner, PinReasons.AutoCommitOff);
        await RunAllAsync(Owner, "INSERT INTO {t} VALUES (3, 'kept')");
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await RunAllAsync(Owner, "SET autocommit = 1");
        AssertFloats(Owner);
        Assert.That(await ForeignAnswerAsync("SELECT id FROM {t} ORDER BY id"), Is.EqualTo("1;3"));
    }

    [TestCase("SET TRANSACTION READ ONLY;; START TRANSACTION;; SET autocommit = 0;; SET autocommit = 1")]
    [TestCase("START TRANSACTION READ ONLY;; SELECT 1;; SET autocommit = 0;; SET autocommit = 1")]
    public async Task What_was_said_of_a_transaction_that_SET_autocommit_ended_meets_nobody_else(string program)
    {
        var one = NewSource("Max Shared Links=1;Max Links=2");
        var owner = await OpenAsync(one);
        var neighbour = await OpenAsync(one);
        await RunAllAsync(owner, program);
        AssertFloats(owner);

        // There is one link to be had without others on it: the owner's.
        await RunAllAsync(neighbour, "SET autocommit = 0");
        Assert.That(await AnswerAsync(neighbour, "INSERT INTO {t} VALUES (7, 'kept')"), Is.Empty);
    }

    [Test]
    public async Task Several_statements_in_one_text_that_end_their_transaction_pin_nothing()
    {
        Assert.That(await AnswerAsync(Owner, "BEGIN; INSERT INTO {t} VALUES (2, 'mine'); SELECT COUNT(*) FROM {t}; COMMIT"), Is.EqualTo("2"));
        AssertFloats(Owner);
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
    }

    [TestCase("COMMIT")]
    [TestCase("ROLLBACK")]
    [TestCase("COMMIT WORK")]
    [TestCase("SAVEPOINT here")]
    [TestCase("SET autocommit = 1")]
    [TestCase("UNLOCK TABLES")]
    [TestCase("-- nothing but a comment")]
    public async Task What_changes_nothing_for_a_floating_handle_is_answered_without_the_server(string text)
    {
        var before = Few.GetStatistics();
        await Owner.RunAsync(text);
        var after = Few.GetStatistics();
        Assert.That(after.LocalAnswers - before.LocalAnswers, Is.EqualTo(1));
        Assert.That(after.FloatingStatements + after.LeasedStatements, Is.EqualTo(before.FloatingStatements + before.LeasedStatements));
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_level_for_the_next_transaction_counts_for_that_one_only()
    {
        var writer = await OpenAsync(Few);
        await RunAllAsync(writer, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'dirty')");
        await Owner.RunAsync("SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED");
        AssertFloats(Owner);
        await AssertOnlyTheNextReadsWhatIsDirtyAsync();
    }

    [Test]
    public async Task A_variable_for_the_next_transaction_pins_until_it_is_used()
    {
        var writer = await OpenAsync(Few);
        await RunAllAsync(writer, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'dirty')");
        await Owner.RunAsync($"SET @@{Isolation} = 'READ-UNCOMMITTED'");
        AssertPinned(Owner, PinReasons.NextTransaction);
        await AssertOnlyTheNextReadsWhatIsDirtyAsync();
    }

    [TestCase("SET @@tx_isolation = 'SERIALIZABLE'")]
    [TestCase("SET @@transaction_isolation = 'SERIALIZABLE'")]
    public async Task A_variable_for_the_next_transaction_is_answered_as_the_server_answers_it(string text)
    {
        var alone = await OpenAsync(NewSource("Multiplexing=false;Allow User Variables=true"));
        Assert.That(await AnswerWithWarningsAsync(Owner, text), Is.EqualTo(await AnswerWithWarningsAsync(alone, text)));
    }

    [Test]
    public async Task A_level_for_the_next_transaction_counts_for_a_statement_without_one_and_pins_until_the_next_begin()
    {
        var writer = await OpenAsync(Few);
        await RunAllAsync(writer, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'dirty')");
        await RunAllAsync(Owner, "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED");
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
        AssertPinned(Owner, PinReasons.NextTransaction);
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await RunAllAsync(Owner, "START TRANSACTION;; COMMIT");
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_level_for_the_next_transaction_that_was_never_used_is_gone_with_the_handle()
    {
        var writer = await OpenAsync(Few);
        await RunAllAsync(writer, "START TRANSACTION;; INSERT INTO {t} VALUES (2, 'dirty')");
        await RunAllAsync(Owner, "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED, READ ONLY");
        await Owner.CloseAsync();
        await Owner.OpenAsync();
        await RunAllAsync(Owner, "START TRANSACTION");
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        Assert.That(await AnswerAsync(Owner, "INSERT INTO {t} VALUES (3, 'mine')"), Is.Empty);
    }

    [Test]
    public async Task A_level_for_the_next_transaction_is_refused_inside_one_as_the_server_does()
    {
        await RunAllAsync(Owner, "START TRANSACTION");
        Assert.That(await AnswerAsync(Owner, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"), Is.EqualTo("!1568"));
        AssertPinned(Owner, PinReasons.Transaction);
    }

    [TestCase("COMMIT RELEASE")]
    [TestCase("ROLLBACK RELEASE")]
    [TestCase("COMMIT WORK RELEASE")]
    [TestCase("SET completion_type = 2")]
    [TestCase("SET completion_type = 'RELEASE'")]
    public async Task What_would_close_the_link_is_refused_and_nothing_is_sent(string text)
    {
        var before = Few.GetStatistics();
        Assert.That(await RefusalOf(Owner, text), Does.Contain("RELEASE"));
        var after = Few.GetStatistics();
        Assert.That(after.Rejections - before.Rejections, Is.EqualTo(1));
        Assert.That(after.FloatingStatements + after.LeasedStatements, Is.EqualTo(before.FloatingStatements + before.LeasedStatements));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Neighbour, "SELECT 1"), Is.EqualTo("1"));
    }

    [Test]
    public async Task Completion_type_pins_until_it_has_its_default_again()
    {
        await ProveAsync(new("completion_type", "SET completion_type = 1", PinReasons.SessionVariable, "SHOW VARIABLES LIKE 'completion_type'", "completion_type,CHAIN", "completion_type,NO_CHAIN", "SET completion_type = DEFAULT"));
    }

    [Test]
    public async Task An_XA_transaction_pins_and_its_link_is_closed()
    {
        var before = Few.GetStatistics().Discards;
        var xid = Schema + "_c";
        await RunAllAsync(Owner, $"XA START '{xid}';; INSERT INTO {{t}} VALUES (2, 'xa')");
        Assert.That(Owner.PinReasons & PinReasons.Xa, Is.EqualTo(PinReasons.Xa));
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await RunAllAsync(Owner, $"XA END '{xid}';; XA PREPARE '{xid}';; XA COMMIT '{xid}'");
        Assert.That(await ForeignAnswerAsync("SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
        AssertPinned(Owner, PinReasons.Xa);
        await Owner.CloseAsync();
        Assert.That(Few.GetStatistics().Discards - before, Is.EqualTo(1));
    }

    [Test]
    public async Task An_XA_transaction_that_is_given_up_is_rolled_back()
    {
        await RunAllAsync(Owner, $"XA START '{Schema}_g';; INSERT INTO {{t}} VALUES (2, 'xa')");
        await Owner.CloseAsync();
        Assert.That(await Neighbour.RunAsync(Fill("INSERT INTO {t} VALUES (2, 'another')")), Is.EqualTo(1));
    }

    [Test]
    public async Task A_block_without_a_transaction_runs_on_a_link_of_its_own_and_pins_only_what_it_changed()
    {
        OnlyOn(ServerKinds.MariaDb);
        Assert.That(await AnswerAsync(Owner, "BEGIN NOT ATOMIC DECLARE n INT DEFAULT 5; SELECT n; END"), Is.EqualTo("5"));
        AssertFloats(Owner);
        await RunAllAsync(Owner, "BEGIN NOT ATOMIC SET time_zone = '+05:00'; END");
        AssertPinned(Owner, PinReasons.Routine);
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone"), Is.EqualTo("+05:00"));
        Assert.That(await ForeignAnswerAsync("SELECT @@time_zone"), Is.EqualTo("SYSTEM"));
    }

    private async Task<string> AnswerWithWarningsAsync(MuxConnection handle, string text)
    {
        var answer = new List<string>();
        handle.InfoMessage += (_, e) => answer.AddRange(e.Errors.Select(static error => $"{error.Level} {error.Code}"));
        answer.Add(await AnswerAsync(handle, text));
        return string.Join("; ", answer);
    }

    // The owner's next transaction does, nobody else's, and the one behind it does not.
    private async Task AssertOnlyTheNextReadsWhatIsDirtyAsync()
    {
        await Neighbour.RunAsync("START TRANSACTION");
        Assert.That(await AnswerAsync(Neighbour, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Neighbour.RunAsync("COMMIT");

        await Owner.RunAsync("START TRANSACTION");
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("2"));
        await Owner.RunAsync("COMMIT");
        AssertFloats(Owner);
        await Owner.RunAsync("START TRANSACTION");
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Owner.RunAsync("COMMIT");
        AssertFloats(Owner);
    }
}
