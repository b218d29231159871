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
        new("optimizer_trace", "SET optimizer_trace = 'enabled=on'", PinReasons.SessionVariable, "SHOW VARIABLES WHERE Variable_name = 'optimizer_trace' AND Value LIKE 'enabled=on%'", "optimizer_trace,enabled=on,one_line=off", "", "SET optimizer_trace = DEFAULT"),
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

    private async Task AsksAgainAndAgain(MuxConnection handle, string probe, string expected)
    {
        for (var round = 0; round < 10; round++)
            Assert.That(await AnswerAsync(handle, probe), Is.EqualTo(expected), "while others ask on the same link");
    }
}
