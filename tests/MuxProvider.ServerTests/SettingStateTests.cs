using MuxProvider.Multiplexing;

namespace MuxProvider.ServerTests;

/// <summary>Variables, the default schema, and who the session is.</summary>
internal sealed class SettingStateTests : StateFixture
{
    /// <summary>A setting that travels: name, the text that sets it, a probe, its answer, another value, the probe's answer then.</summary>
    internal sealed record Setting(string Name, string Sets, string Probe, string Mine, string SetsOther, string Other, ServerKinds Servers = ServerKinds.All)
    {
        public override string ToString() => Name;
    }

    private static readonly Setting[] s_settings =
    [
        new("time_zone", "SET time_zone = '+05:00'", "SELECT @@time_zone", "+05:00", "SET SESSION time_zone = '-03:00'", "-03:00"),
        new("time_zone as NOW shows it", "SET time_zone = '+05:00'", "SELECT ROUND(TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), NOW()) / 60)", "5", "SET @@time_zone = '-03:00'", "-3"),
        new("sql_mode ANSI_QUOTES", "SET SESSION sql_mode = 'ANSI_QUOTES'", "SELECT \"name\" FROM {t}", "everybody's", "SET sql_mode = ''", "name"),
        new("sql_mode NO_BACKSLASH_ESCAPES", "SET @@sql_mode = 'NO_BACKSLASH_ESCAPES'", @"SELECT LENGTH('\\')", "2", "SET sql_mode = ''", "1"),
        new("sql_mode PIPES_AS_CONCAT", "SET sql_mode = 'PIPES_AS_CONCAT'", "SELECT 'a' || 'b'", "ab", "SET sql_mode = ''", "0"),
        new("SET NAMES with a collation", "SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SELECT 'a' = 'A'", "0", "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci", "1"),
        new("collation_connection", "SET collation_connection = utf8mb4_bin", "SELECT 'a' = 'A'", "0", "SET collation_connection = 'utf8mb4_general_ci'", "1"),
        new("isolation level", "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT @@{i}", "SERIALIZABLE", "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "READ-COMMITTED"),
        new("isolation level as a variable", "SET SESSION {i} = 'SERIALIZABLE'", "SELECT @@{i}", "SERIALIZABLE", "SET {i} = 'READ-COMMITTED'", "READ-COMMITTED"),
        new("read only", "SET SESSION TRANSACTION READ ONLY", "DELETE FROM {t} WHERE id = 99", "!1792", "SET SESSION TRANSACTION READ WRITE", ""),
        new("foreign_key_checks", "SET foreign_key_checks = 0", "SELECT @@foreign_key_checks", "0", "SET foreign_key_checks = ON", "1"),
        new("unique_checks", "SET unique_checks = OFF", "SELECT @@unique_checks", "0", "SET unique_checks = 1", "1"),
        new("sql_select_limit", "SET sql_select_limit = 0", "SELECT id FROM {t}", "", "SET sql_select_limit = 5", "1"),
        new("sql_safe_updates", "SET sql_safe_updates = 1", "UPDATE {t} SET name = name", "!1175", "SET sql_safe_updates = 0", ""),
        new("sql_big_selects", "SET sql_big_selects = 0", "SELECT @@sql_big_selects", "0", "SET sql_big_selects = 1", "1"),
        new("group_concat_max_len", "SET group_concat_max_len = 4", "SELECT GROUP_CONCAT('abcdefgh')", "abcd", "SET group_concat_max_len = 6", "abcdef"),
        new("div_precision_increment", "SET div_precision_increment = 2", "SELECT CAST(1 / 3 AS CHAR)", "0.33", "SET div_precision_increment = 6", "0.333333"),
        new("default_week_format", "SET default_week_format = 3", "SELECT WEEK('2024-01-01')", "1", "SET default_week_format = 0", "0"),
        new("lc_time_names", "SET lc_time_names = 'de_DE'", "SELECT MONTHNAME('2024-05-01')", "Mai", "SET lc_time_names = fr_FR", "mai"),
        new("max_execution_time", "SET max_execution_time = 12345", "SELECT @@max_execution_time", "12345", "SET max_execution_time = 0", "0", ServerKinds.MySql),
        new("max_statement_time", "SET max_statement_time = 12", "SELECT ROUND(@@max_statement_time)", "12", "SET max_statement_time = 0", "0", ServerKinds.MariaDb),
        new("lock_wait_timeout", "SET lock_wait_timeout = 77", "SELECT @@lock_wait_timeout", "77", "SET lock_wait_timeout = 78", "78"),
        new("innodb_lock_wait_timeout", "SET innodb_lock_wait_timeout = 33", "SELECT @@innodb_lock_wait_timeout", "33", "SET innodb_lock_wait_timeout = 34", "34"),
        new("optimizer_switch", "SET optimizer_switch = 'index_merge=off'", "SELECT @@optimizer_switch LIKE '%index_merge=off%'", "1", "SET optimizer_switch = 'index_merge=on'", "0"),
        new("sort_buffer_size", "SET sort_buffer_size = 65536", "SELECT @@sort_buffer_size", "65536", "SET sort_buffer_size = 131072", "131072"),
        new("join_buffer_size", "SET join_buffer_size = 65536", "SELECT @@join_buffer_size", "65536", "SET join_buffer_size = 131072", "131072"),
        new("tmp_table_size", "SET tmp_table_size = 65536", "SELECT @@tmp_table_size", "65536", "SET tmp_table_size = 131072", "131072"),
        new("auto_increment_increment", "SET auto_increment_increment = 5", "SELECT @@auto_increment_increment", "5", "SET auto_increment_increment = 7", "7"),
        new("auto_increment_offset", "SET auto_increment_offset = 3", "SELECT @@auto_increment_offset", "3", "SET auto_increment_offset = 4", "4"),
        new("net_write_timeout", "SET net_write_timeout = 123", "SELECT @@net_write_timeout", "123", "SET net_write_timeout = 124", "124"),
        new("default_storage_engine", "SET default_storage_engine = MyISAM", "SELECT @@default_storage_engine", "MyISAM", "SET default_storage_engine = 'MEMORY'", "MEMORY"),
        new("block_encryption_mode", "SET block_encryption_mode = 'aes-256-cbc'", "SELECT @@block_encryption_mode", "aes-256-cbc", "SET block_encryption_mode = 'aes-192-cbc'", "aes-192-cbc", ServerKinds.MySql | ServerKinds.MariaDb118),
        new("max_sort_length", "SET max_sort_length = 100", "SELECT @@max_sort_length", "100", "SET max_sort_length = 200", "200"),
        new("cte_max_recursion_depth", "SET cte_max_recursion_depth = 10", "SELECT @@cte_max_recursion_depth", "10", "SET cte_max_recursion_depth = 20", "20", ServerKinds.MySql),
        new("wsrep_sync_wait", "SET wsrep_sync_wait = 1", "SELECT @@wsrep_sync_wait", "1", "SET wsrep_sync_wait = 2", "2", ServerKinds.MariaDb),
        new("a value that is computed", "SET group_concat_max_len = 2 * 1000", "SELECT @@group_concat_max_len", "2000", "SET group_concat_max_len = @@max_sort_length", "1024"),
        new("a value of another variable", "SET time_zone = @@global.time_zone", "SELECT @@time_zone = 'SYSTEM'", "1", "SET time_zone = '+02:00'", "0"),
        new("a mode that is added", "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')", "SELECT \"name\" FROM {t}", "everybody's", "SET sql_mode = REPLACE(@@sql_mode, 'ANSI_QUOTES', '')", "name"),
        new("several at once", "SET time_zone = '+01:00', SESSION group_concat_max_len = 2048", "SELECT @@time_zone, @@group_concat_max_len", "+01:00,2048", "SET time_zone = '+02:00', group_concat_max_len = 4096", "+02:00,4096"),
    ];

    private static readonly StateRow[] s_userVariables =
    [
        new("SET @x", "SET @mine = 42", PinReasons.UserVariable, "SELECT @mine", "42", "NULL"),
        new("SET @x in a comment of versions", "/*!50000 SET @mine = 42 */", PinReasons.UserVariable | PinReasons.Unknown, "SELECT @mine", "42", "NULL"),
        new("SELECT @x :=", "SELECT @mine := 42", PinReasons.UserVariable, "SELECT @mine", "42", "NULL"),
        new("SELECT … INTO @x", "SELECT 42 INTO @mine", PinReasons.UserVariable, "SELECT @mine", "42", "NULL"),
        new("DO @x :=", "DO @mine := 42", PinReasons.UserVariable, "SELECT @mine", "42", "NULL"),
        new("an update that counts", "SET @mine = 41;; UPDATE {t} SET id = (@mine := @mine + 1) - 41", PinReasons.UserVariable, "SELECT @mine", "42", "NULL"),
        new("GET DIAGNOSTICS @x", "INSERT IGNORE INTO {t} VALUES (1, 'twice'); GET DIAGNOSTICS @mine = ROW_COUNT", PinReasons.UserVariable, "SELECT @mine", "0", "NULL"),
    ];

    private static readonly StateRow[] s_variablesThatPin =
    [
        new("timestamp", "SET timestamp = 1000", PinReasons.SessionVariable, "SELECT UNIX_TIMESTAMP() = 1000", "1", "0", "SET timestamp = DEFAULT"),
        new("insert_id", "SET insert_id = 500", PinReasons.SessionVariable, "SELECT @@insert_id", "500", "0"),
        new("pseudo_thread_id", "SET pseudo_thread_id = 999999", PinReasons.SessionVariable, "SELECT CONNECTION_ID() = 999999 OR @@pseudo_thread_id = 999999", "1", "0"),
        new("sql_log_bin", "SET sql_log_bin = 0", PinReasons.SessionVariable, "SELECT @@sql_log_bin", "0", "1"),
        new("sql_auto_is_null", "SET sql_auto_is_null = 1", PinReasons.SessionVariable, "SELECT @@sql_auto_is_null", "1", "0", "SET sql_auto_is_null = 0"),
        new("a short net_write_timeout", "SET net_write_timeout = 5", PinReasons.SessionVariable, "SELECT @@net_write_timeout", "5", "60", "SET net_write_timeout = 60"),
        new("profiling", "SET profiling = 1", PinReasons.SessionVariable, "SHOW VARIABLES LIKE 'profiling'", "profiling,ON", "profiling,OFF", "SET profiling = DEFAULT"),
        new("optimizer_trace", "SET optimizer_trace = 'enabled=on'", PinReasons.SessionVariable, "SHOW VARIABLES WHERE Variable_name = 'optimizer_trace' AND Value LIKE 'enabled=on%'", "optimizer_trace,enabled=on,one_line=off", "", "SET optimizer_trace = DEFAULT", ServerKinds.MySql),
        new("optimizer_trace of MariaDB", "SET optimizer_trace = 'enabled=on'", PinReasons.SessionVariable, "SHOW VARIABLES LIKE 'optimizer_trace'", "optimizer_trace,enabled=on", "optimizer_trace,enabled=off", "SET optimizer_trace = DEFAULT", ServerKinds.MariaDb),
        new("a variable that is not on the list", "SET max_join_size = 1000000", PinReasons.SessionVariable, "SHOW VARIABLES LIKE 'max_join_size'", "max_join_size,1000000", "max_join_size,18446744073709551615", "SET max_join_size = DEFAULT"),
        new("gtid_domain_id", "SET gtid_domain_id = 7", PinReasons.SessionVariable, "SHOW VARIABLES LIKE 'gtid_domain_id'", "gtid_domain_id,7", "gtid_domain_id,0", "SET gtid_domain_id = DEFAULT", ServerKinds.MariaDb),
    ];

    private static string Named(string text) =>
        text.Replace("{i}", Server.Kind == "mariadb" ? "tx_isolation" : "transaction_isolation", StringComparison.Ordinal);

    [TestCaseSource(nameof(s_settings))]
    public async Task A_setting_travels_with_its_handle_and_ends_with_it(Setting setting)
    {
        OnlyOn(setting.Servers);
        var probe = Named(setting.Probe);
        var clean = await AnswerAsync(Neighbour, probe);
        Assert.That(clean, Is.Not.EqualTo(setting.Mine).Or.EqualTo("1"), "the value is not one that everybody has");
        var other = await OpenAsync(Few);

        await Owner.RunAsync(Named(setting.Sets));
        await other.RunAsync(Named(setting.SetsOther));

        for (var round = 0; round < 3; round++)
        {
            Assert.That(await AnswerAsync(Owner, probe), Is.EqualTo(setting.Mine), "the owner's");
            Assert.That(await AnswerAsync(Neighbour, probe), Is.EqualTo(clean), "the neighbour's");
            Assert.That(await AnswerAsync(other, probe), Is.EqualTo(setting.Other), "another value");
        }

        AssertFloats(Owner);
        AssertFloats(Neighbour);
        AssertFloats(other);

        // All at once, on one link.
        await Until.Ends(Task.WhenAll(
            AsksAgainAndAgain(Owner, probe, setting.Mine), AsksAgainAndAgain(Neighbour, probe, clean), AsksAgainAndAgain(other, probe, setting.Other)));

        // On a lease as well.
        await Owner.PinAsync("to look at the link");
        Assert.That(await AnswerAsync(Owner, probe), Is.EqualTo(setting.Mine), "on a lease");
        Owner.Unpin();
        await Neighbour.PinAsync("to look at the link");
        Assert.That(await AnswerAsync(Neighbour, probe), Is.EqualTo(clean), "on the lease behind it");
        Neighbour.Unpin();

        await Owner.CloseAsync();
        await Owner.OpenAsync();
        Assert.That(await AnswerAsync(Owner, probe), Is.EqualTo(clean), "in the owner's next life");
        await other.CloseAsync();
        await AssertEveryLinkIsCleanAsync(probe, clean);
    }

    [TestCaseSource(nameof(s_userVariables))]
    public Task A_user_variable_pins_until_Close(StateRow row) => ProveAsync(row);

    [TestCaseSource(nameof(s_variablesThatPin))]
    public Task A_variable_that_cannot_travel_pins(StateRow row) => ProveAsync(row);

    [Test]
    public async Task A_setting_that_was_accepted_once_costs_later_handles_nothing_but_the_prefix()
    {
        const string Text = "SET time_zone = '+04:30'";
        await Owner.RunAsync(Text);
        var before = Few.GetStatistics();
        for (var i = 0; i < 10; i++)
        {
            await using var later = await Few.OpenConnectionAsync();
            await later.RunAsync(Text);
            Assert.That(await AnswerAsync(later, "SELECT @@time_zone"), Is.EqualTo("+04:30"));
            AssertFloats(later);
        }

        var after = Few.GetStatistics();
        Assert.That(after.LocalAnswers - before.LocalAnswers, Is.EqualTo(10));
        Assert.That(after.LeasedStatements, Is.EqualTo(before.LeasedStatements));
        Assert.That(after.FloatingStatements - before.FloatingStatements, Is.EqualTo(10));
    }

    [TestCase("SET time_zone = 'Nowhere/Land'", "!1298")]
    [TestCase("SET sql_mode = 'nonsense'", "!1231")]
    [TestCase("SET group_concat_max_len = 4096, time_zone = 'Nowhere/Land'", "!1298")]
    [TestCase("SET lc_time_names = 'xx_YY'", "!1649")]
    [TestCase("SET foreign_key_checks = 'perhaps'", "!1231")]
    public async Task A_value_that_is_refused_fails_its_own_handle_which_keeps_what_it_had(string text, string error)
    {
        const string Probe = "SELECT @@time_zone, @@group_concat_max_len, @@sql_mode LIKE '%ANSI_QUOTES%', @@lc_time_names";
        await RunAllAsync(Owner, "SET time_zone = '+05:00', sql_mode = 'ANSI_QUOTES'");
        var mine = await AnswerAsync(Owner, Probe);
        var theirs = await AnswerAsync(Neighbour, Probe);
        var asking = AsksAgainAndAgain(Neighbour, Probe, theirs);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(error));
            Assert.That(await AnswerAsync(Owner, Probe), Is.EqualTo(mine));
        }

        await Until.Ends(asking);
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_statement_does_not_run_where_its_settings_are_refused_later()
    {
        await SetWhatIsRefusedLaterAsync();
        var asking = AsksAgainAndAgain(Neighbour, "SELECT @@default_storage_engine", "InnoDB");
        for (var i = 2; i < 5; i++)
        {
            var error = await Sql.MuxFailureOf(() => Owner.RunAsync(Fill($"INSERT INTO {{t}} VALUES ({i}, 'under the wrong settings')")));
            Assert.That(error.Number, Is.EqualTo(1286));
        }

        await Until.Ends(asking);
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Neighbour, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Owner.CloseAsync();
        await Owner.OpenAsync();
        Assert.That(await AnswerAsync(Owner, "SELECT @@default_storage_engine, COUNT(*) FROM {t}"), Is.EqualTo("InnoDB,1"));
    }

    [Test]
    public async Task A_setting_that_is_refused_later_can_be_set_to_another_value()
    {
        await SetWhatIsRefusedLaterAsync();
        Assert.That(await AnswerAsync(Owner, "SELECT 1"), Is.EqualTo("!1286"));
        await RunAllAsync(Owner, "SET default_storage_engine = MyISAM");
        Assert.That(await AnswerAsync(Owner, "SELECT @@default_storage_engine"), Is.EqualTo("MyISAM"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_setting_in_one_text_with_its_statement_counts_from_there_on()
    {
        Assert.That(await AnswerAsync(Owner, "SET time_zone = '+03:00'; SELECT @@time_zone"), Is.EqualTo("+03:00"));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Neighbour, "SELECT @@time_zone"), Is.EqualTo("SYSTEM"));
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone"), Is.EqualTo("+03:00"));
    }

    [Test]
    public async Task A_setting_may_be_a_parameter()
    {
        await Owner.RunAsync("SET time_zone = @zone", ("zone", "+03:00"));
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone"), Is.EqualTo("+03:00"));
        await Owner.RunAsync("SET time_zone = @zone", ("zone", "+04:00"));
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone"), Is.EqualTo("+04:00"));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Neighbour, "SELECT @@time_zone"), Is.EqualTo("SYSTEM"));
    }

    [Test]
    public async Task Values_arrive_as_they_are_whatever_the_sql_mode_of_each_handle_on_the_link()
    {
        string[] modes = ["", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES", "STRICT_ALL_TABLES"];
        string[] values = ["it's", @"back\slash", @"\' OR 1=1 -- ", "\"double\"", @"mixed\""'`;#", @"ends with \", "'", "a\0b\nc\u001ad", "?@x"];
        var handles = await Task.WhenAll(modes.Select(_ => OpenAsync(Few)));
        for (var i = 0; i < modes.Length; i++)
            await handles[i].RunAsync($"SET sql_mode = '{modes[i]}'");

        await Until.Ends(Task.WhenAll(handles.Select(async handle =>
        {
            foreach (var value in values)
            {
                Assert.That(await handle.ScalarAsync<string>("SELECT @v", ("v", value)), Is.EqualTo(value));
                Assert.That(await handle.ScalarAsync<long>("SELECT COUNT(*) FROM " + Table + " WHERE name = @v OR id = @v2", ("v", value), ("v2", 1)), Is.EqualTo(1));
            }
        })));
        foreach (var handle in handles)
            AssertFloats(handle);
    }

    [TestCase("SET NAMES latin1")]
    [TestCase("SET NAMES gbk")]
    [TestCase("SET CHARACTER SET sjis")]
    [TestCase("SET character_set_client = big5")]
    [TestCase("SET character_set_results = latin1")]
    [TestCase("SET session_track_schema = 0")]
    [TestCase("SET SESSION session_track_system_variables = ''")]
    [TestCase("SET time_zone = '+01:00', session_track_state_change = 0")]
    [TestCase("SET SESSION max_allowed_packet = 1024")]
    [TestCase("SET wait_timeout = 5, time_zone = '+01:00'")]
    public async Task What_the_link_itself_needs_is_refused_and_nothing_is_sent(string text)
    {
        var before = Few.GetStatistics();
        Assert.That(await RefusalOf(Owner, text), Has.Length.GreaterThan(40));
        var after = Few.GetStatistics();
        Assert.That(after.Rejections - before.Rejections, Is.EqualTo(1));
        Assert.That(after.FloatingStatements + after.LeasedStatements, Is.EqualTo(before.FloatingStatements + before.LeasedStatements));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone, @@character_set_client"), Is.EqualTo("SYSTEM,utf8mb4"));
    }

    [TestCase("SET wait_timeout = 1")]
    [TestCase("SET SESSION interactive_timeout = 1")]
    [TestCase("SET @@wait_timeout = 1")]
    public async Task The_idle_limits_of_a_link_are_accepted_and_ignored(string text)
    {
        var clean = await AnswerAsync(Neighbour, "SELECT @@wait_timeout, @@interactive_timeout");
        var before = Few.GetStatistics().LocalAnswers;
        await Owner.RunAsync(text);
        Assert.That(Few.GetStatistics().LocalAnswers - before, Is.EqualTo(1));
        AssertFloats(Owner);
        await Owner.PinAsync("to look at the link");
        Assert.That(await AnswerAsync(Owner, "SELECT @@wait_timeout, @@interactive_timeout"), Is.EqualTo(clean));
    }

    [Test]
    public async Task Random_seeds_pin_and_give_the_same_numbers_again()
    {
        const string Seeds = "SET rand_seed1 = 42, rand_seed2 = 43";
        await Owner.RunAsync(Seeds);
        AssertPinned(Owner, PinReasons.SessionVariable);
        var first = await AnswerAsync(Owner, "SELECT RAND(), RAND()");
        await AnswerAsync(Neighbour, "SELECT RAND()");
        await Owner.RunAsync(Seeds);
        Assert.That(await AnswerAsync(Owner, "SELECT RAND(), RAND()"), Is.EqualTo(first));
    }

    [Test]
    public async Task Sql_auto_is_null_finds_the_last_row_of_its_handle_only()
    {
        await RunAllAsync(Owner, "SET sql_auto_is_null = 1;; INSERT INTO {a} (u) VALUES ('mine')");
        AssertPinned(Owner, PinReasons.SessionVariable);
        await RunAllAsync(Neighbour, "INSERT INTO {a} (u) VALUES ('neighbour''s')");
        Assert.That(await AnswerAsync(Neighbour, "SELECT u FROM {a} WHERE id IS NULL"), Is.Empty);
        Assert.That(await AnswerAsync(Owner, "SELECT u FROM {a} WHERE id IS NULL"), Is.EqualTo("mine"));
    }

    [Test]
    public async Task A_profile_can_be_shown_by_the_handle_that_made_it()
    {
        await RunAllAsync(Owner, "SET profiling = 1;; SELECT 'profiled'");
        Assert.That(await AnswerAsync(Owner, "SHOW PROFILES"), Does.Contain("profiled"));
        AssertPinned(Owner, PinReasons.SessionVariable);
    }

    [Test]
    public async Task Variables_of_the_whole_server_do_not_pin()
    {
        var before = await Server.AdminScalarAsync<long>("SELECT @@global.max_connect_errors");
        try
        {
            await Owner.RunAsync("SET GLOBAL max_connect_errors = 12345");
            AssertFloats(Owner);
            Assert.That(await AnswerAsync(Neighbour, "SELECT @@global.max_connect_errors"), Is.EqualTo("12345"));
            await Owner.RunAsync("SET @@global.max_connect_errors = 12346");
            AssertFloats(Owner);
            Assert.That(await AnswerAsync(Neighbour, "SELECT @@GLOBAL.max_connect_errors"), Is.EqualTo("12346"));
        }
        finally
        {
            await Server.AdminAsync($"SET GLOBAL max_connect_errors = {before}");
        }
    }

    [TestCase("SET STATEMENT group_concat_max_len = 4 FOR SELECT GROUP_CONCAT('abcdefgh')", "abcd")]
    [TestCase("SET STATEMENT time_zone = '+05:00' FOR SELECT @@time_zone", "+05:00")]
    public async Task A_setting_for_one_statement_does_not_pin(string text, string answer)
    {
        OnlyOn(ServerKinds.MariaDb);
        Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(answer));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT @@time_zone, @@group_concat_max_len"), Is.EqualTo(await AnswerAsync(Neighbour, "SELECT @@time_zone, @@group_concat_max_len")));
    }

    [TestCase("SELECT /*+ SET_VAR(group_concat_max_len = 4) */ GROUP_CONCAT('abcdefgh')", "abcd")]
    [TestCase("SELECT /*+ MAX_EXECUTION_TIME(10000) */ 1", "1")]
    public async Task A_hint_for_one_statement_does_not_pin(string text, string answer)
    {
        OnlyOn(ServerKinds.MySql);
        Assert.That(await AnswerAsync(Owner, text), Is.EqualTo(answer));
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT GROUP_CONCAT('abcdefgh')"), Is.EqualTo("abcdefgh"));
    }

    [Test]
    public async Task A_schema_that_is_dropped_is_nobodys_default_any_more()
    {
        var other = Schema + "_gone";
        await Server.AdminAsync($"CREATE DATABASE {other}");
        await Owner.RunAsync($"USE {other}");
        await RunAllAsync(Owner, "CREATE TABLE here (id INT)");
        var guest = await OpenAsync(Few);
        await guest.ChangeDatabaseAsync(other);
        Assert.That(await AnswerAsync(guest, "SELECT COUNT(*) FROM here"), Is.EqualTo("0"));

        await Owner.RunAsync($"DROP DATABASE {other}");

        // Whoever still has it hears so, and never runs in somebody else's schema.
        Assert.That(await AnswerAsync(guest, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("!1049").Or.EqualTo("!1146"));
        Assert.That(await AnswerAsync(Neighbour, "SELECT DATABASE()"), Is.EqualTo(Schema));
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("!1046").Or.EqualTo("!1049"));
        await Owner.RunAsync($"USE {Schema}");
        Assert.That(await AnswerAsync(Owner, "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        var error = await Sql.MuxFailureOf(() => guest.ChangeDatabaseAsync(other));
        Assert.That(error.Number, Is.EqualTo(1049));
    }

    [Test]
    public async Task USE_travels_and_an_unknown_schema_leaves_the_old_one()
    {
        Assert.That(await AnswerAsync(Owner, "USE there_is_none"), Is.EqualTo("!1049"));
        Assert.That(await AnswerAsync(Owner, "SELECT DATABASE()"), Is.EqualTo(Schema));
        await Owner.RunAsync("USE information_schema");
        AssertFloats(Owner);
        Assert.That(await AnswerAsync(Owner, "SELECT LOWER(DATABASE())"), Is.EqualTo("information_schema"));
        Assert.That(await AnswerAsync(Neighbour, "SELECT DATABASE()"), Is.EqualTo(Schema));
        Assert.That(await AnswerAsync(Owner, "USE {s}; SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        AssertFloats(Owner);
    }

    [Test]
    public async Task The_link_of_a_role_is_closed_behind_its_handle()
    {
        var role = Server.NewName("mux_r");
        var user = Server.NewName("mux_u");
        await Server.AdminAsync($"CREATE ROLE {role}", $"CREATE USER '{user}'@'%' IDENTIFIED BY 'secret'", $"GRANT {role} TO '{user}'@'%'", $"GRANT ALL ON {Schema}.* TO '{user}'@'%'");
        try
        {
            var source = NewSource($"{FewLinks};User ID={user};Password=secret");
            var owner = await OpenAsync(source);
            await owner.RunAsync($"SET ROLE {role}");
            AssertPinned(owner, PinReasons.Role);
            await owner.RunAsync("SET ROLE NONE");
            AssertPinned(owner, PinReasons.Role);
            Assert.That(source.GetStatistics().Discards, Is.Zero);
            await owner.CloseAsync();
            Assert.That(source.GetStatistics().Discards, Is.EqualTo(1));
            await owner.OpenAsync();
            Assert.That(await AnswerAsync(owner, "SELECT CURRENT_ROLE()"), Is.EqualTo("NULL").Or.EqualTo("NONE"));
        }
        finally
        {
            await Server.AdminAsync($"DROP ROLE {role}", $"DROP USER '{user}'@'%'");
        }
    }

    [Test]
    public async Task Accounts_are_changed_without_a_pin()
    {
        var user = Server.NewName("mux_u");
        await Owner.RunAsync($"CREATE USER '{user}'@'%' IDENTIFIED BY 'secret'");
        await Owner.RunAsync($"GRANT SELECT ON {Schema}.* TO '{user}'@'%'");
        await Owner.RunAsync(Server.IsMySql ? $"SET PASSWORD FOR '{user}'@'%' = 'other'" : $"SET PASSWORD FOR '{user}'@'%' = PASSWORD('other')");
        await Owner.RunAsync($"SET DEFAULT ROLE NONE {(Server.IsMySql ? "TO" : "FOR")} '{user}'@'%'");
        AssertFloats(Owner);
        var source = NewSource($"{FewLinks};User ID={user};Password=other");
        Assert.That(await AnswerAsync(await OpenAsync(source), "SELECT COUNT(*) FROM {t}"), Is.EqualTo("1"));
        await Owner.RunAsync($"DROP USER '{user}'@'%'");
        AssertFloats(Owner);
    }

    [Test]
    public async Task A_resource_group_pins_and_its_link_is_closed()
    {
        OnlyOn(ServerKinds.MySql);
        await AnswerAsync(Owner, "SET RESOURCE GROUP USR_default");
        AssertPinned(Owner, PinReasons.Unknown);
        await Owner.CloseAsync();
        Assert.That(Few.GetStatistics().Discards, Is.EqualTo(1));
    }

    [Test]
    public async Task The_position_of_the_last_commit_is_asked_on_a_link_of_its_own()
    {
        OnlyOn(ServerKinds.MariaDb);
        await AnswerAsync(Owner, "SELECT @@last_gtid");
        AssertPinned(Owner, PinReasons.SessionVariable);
    }

    [TestCase("UseAffectedRows=false", "1")]
    [TestCase("UseAffectedRows=true", "0")]
    public async Task What_is_agreed_at_login_is_not_shared_with_handles_that_agreed_otherwise(string option, string rows)
    {
        var source = NewSource($"{FewLinks};{option}");
        var handle = await OpenAsync(source);
        await RunAllAsync(handle, "UPDATE {t} SET name = name");
        Assert.That(await AnswerAsync(handle, "SELECT ROW_COUNT()"), Is.EqualTo(rows));
        await handle.PinAsync("to look at the link");
        Assert.That(await handle.ScalarAsync<long>("SELECT CONNECTION_ID()"), Is.Not.EqualTo(await Neighbour.ScalarAsync<long>("SELECT CONNECTION_ID()")));
    }

    // The owner has a setting that the server took, and takes no more.
    private async Task SetWhatIsRefusedLaterAsync()
    {
        OnlyOn(ServerKinds.MariaDb); // MySQL has no storage engine that can be taken away.
        await Server.AdminAsync("INSTALL SONAME 'ha_blackhole'");
        try
        {
            await RunAllAsync(Owner, "SET default_storage_engine = BLACKHOLE");
            Assert.That(await AnswerAsync(Owner, "SELECT @@default_storage_engine"), Is.EqualTo("BLACKHOLE"));
            Assert.That(await AnswerAsync(Neighbour, "SELECT @@default_storage_engine"), Is.EqualTo("InnoDB"));
        }
        finally
        {
            // As long as a session has it as its default, it stays.
            var sessions = $"FROM information_schema.PROCESSLIST WHERE DB = '{Schema}'";
            foreach (var id in (await Server.AdminScalarAsync<string>($"SELECT GROUP_CONCAT(ID) {sessions}")).Split(','))
                await Server.AdminAsync($"KILL {id}");
            await Until.Holds("the links are gone", async () => await Server.AdminScalarAsync<int>($"SELECT COUNT(*) {sessions}") == 0);
            await Server.AdminAsync("UNINSTALL SONAME 'ha_blackhole'");
        }
    }

    private async Task AsksAgainAndAgain(MuxConnection handle, string probe, string expected)
    {
        for (var round = 0; round < 10; round++)
            Assert.That(await AnswerAsync(handle, probe), Is.EqualTo(expected), "while others ask on the same link");
    }
}
