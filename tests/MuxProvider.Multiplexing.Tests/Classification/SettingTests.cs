namespace MuxProvider.Multiplexing.Tests;

/// <summary>Session variables that travel with their handle.</summary>
[TestFixture]
public sealed class SettingTests
{
    [TestCase("SET sql_mode = ''", "sql_mode=''")]
    [TestCase("SET SESSION time_zone = '+00:00'", "time_zone='+00:00'")]
    [TestCase("SET LOCAL time_zone := \"+00:00\"", "time_zone='+00:00'")]
    [TestCase("SET @@time_zone = SYSTEM", "time_zone=SYSTEM")]
    [TestCase("SET @@session.time_zone = default;", "time_zone=DEFAULT")]
    [TestCase("SET @@local.`time_zone` = 'UTC'", "time_zone='UTC'")]
    [TestCase("set `Foreign_Key_Checks`=0", "foreign_key_checks=0")]
    [TestCase("SET unique_checks = off, sql_safe_updates = ON", "unique_checks=OFF|sql_safe_updates=ON")]
    [TestCase("SET sql_select_limit = 18446744073709551615", "sql_select_limit=18446744073709551615")]
    [TestCase("SET group_concat_max_len = -1", "group_concat_max_len=-1")]
    [TestCase("SET max_statement_time = 1.5", "max_statement_time=1.5")]
    [TestCase("SET max_execution_time=1000", "max_execution_time=1000")]
    [TestCase("SET lc_time_names = de_DE", "lc_time_names=DE_DE")]
    [TestCase("SET transaction_isolation = 'read-committed'", "transaction_isolation='READ-COMMITTED'")]
    [TestCase("SET tx_isolation = 'SERIALIZABLE'", "transaction_isolation='SERIALIZABLE'")]
    [TestCase("SET @@session.tx_isolation = 3", "transaction_isolation='SERIALIZABLE'")]
    [TestCase("SET transaction_isolation = DEFAULT", "transaction_isolation=DEFAULT")]
    [TestCase("SET transaction_isolation = 'x'", "transaction_isolation=?")]
    [TestCase("SET SESSION tx_read_only = ON", "transaction_read_only=1")]
    [TestCase("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "transaction_isolation='READ-COMMITTED'")]
    [TestCase("SET LOCAL TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ", "transaction_isolation='REPEATABLE-READ'|transaction_read_only=1")]
    [TestCase("SET SESSION TRANSACTION READ WRITE", "transaction_read_only=0")]
    [TestCase("SET NAMES utf8mb4", "collation_connection=DEFAULT")]
    [TestCase("SET NAMES 'utf8mb4' COLLATE 'utf8mb4_BIN'", "collation_connection='utf8mb4_bin'")]
    [TestCase("SET NAMES utf8mb4 COLLATE DEFAULT", "collation_connection=DEFAULT")]
    [TestCase("SET time_zone = 'UTC', NAMES utf8mb4 COLLATE utf8mb4_bin, sql_mode = ''", "time_zone='UTC'|collation_connection='utf8mb4_bin'|sql_mode=''")]
    [TestCase("SET collation_connection = utf8mb4_general_ci", "collation_connection='utf8mb4_general_ci'")]
    [TestCase("SET character_set_connection = utf8mb4", "collation_connection=DEFAULT")]
    [TestCase("SET character_set_results = utf8mb4", "")]
    [TestCase("SET @@character_set_client = 'utf8mb4', time_zone = 'UTC'", "time_zone='UTC'")]
    [TestCase("SET sql_auto_is_null = 0", "sql_auto_is_null=0")]
    [TestCase("SET sql_auto_is_null = FALSE", "sql_auto_is_null=FALSE")]
    [TestCase("SET sql_auto_is_null = DEFAULT", "sql_auto_is_null=DEFAULT")]
    [TestCase("SET net_write_timeout = 600, net_read_timeout = DEFAULT", "net_write_timeout=600|net_read_timeout=DEFAULT")]
    [TestCase("SET optimizer_switch = 'mrr=on'", "optimizer_switch=?")]
    [TestCase("SET optimizer_switch = DEFAULT", "optimizer_switch=DEFAULT")]
    [TestCase("SET sql_mode = CONCAT(@@sql_mode, ',ANSI')", "sql_mode=?")]
    [TestCase("SET sql_mode = CONCAT(@@sql_mode, ',ANSI'), time_zone = 'UTC'", "sql_mode=?|time_zone='UTC'")]
    [TestCase("SET sql_mode = 'it''s'", "sql_mode=?")]
    [TestCase("SET sql_mode = 'a\\\\b'", "sql_mode=?")]
    [TestCase("SET sql_mode = 'a' 'b'", "sql_mode=?")]
    [TestCase("SET sql_mode = N'a'", "sql_mode=?")]
    [TestCase("SET sql_mode = 0x41", "sql_mode=?")]
    [TestCase("SET time_zone = @zone", "time_zone=?")]
    [TestCase("SET time_zone = ?", "time_zone=?")]
    [TestCase("SET sort_buffer_size = 1024 * 1024", "sort_buffer_size=?")]
    [TestCase("SET wsrep_sync_wait = 1, wsrep_OSU_method = TOI", "wsrep_sync_wait=1|wsrep_osu_method=TOI")]
    [TestCase("SET @@global.time_zone = 'UTC', time_zone = 'UTC'", "time_zone='UTC'")]
    [TestCase("SET GLOBAL time_zone = 'UTC'", "")]
    [TestCase("EXECUTE IMMEDIATE 'SET time_zone = \"UTC\"'", "time_zone='UTC'")]
    public void It_travels_without_a_pin(string text, string expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(Settings(traits), Is.EqualTo(expected));
            Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease), traits.ToString());
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.None));
            Assert.That(traits.IsClean, Is.True);
            Assert.That(traits.LocalAnswer, Is.EqualTo(LocalAnswer.None));
            Assert.That(traits.NextTransaction, Is.Null);
        });
    }

    [TestCase("SET time_zone = 'UTC', @x = 1", "time_zone='UTC'", PinReasons.UserVariable)]
    [TestCase("SET timestamp = 5, time_zone = 'UTC'", "time_zone='UTC'", PinReasons.SessionVariable)]
    [TestCase("SET time_zone = 'UTC', autocommit = 0", "time_zone='UTC'", PinReasons.AutoCommitOff)]
    [TestCase("SET time_zone = 'UTC'; SET @x = 1", "time_zone='UTC'", PinReasons.UserVariable)]
    [TestCase("SET time_zone = 'UTC', sql_mode = UPPER('ansi'); SELECT 1", "time_zone='UTC'", PinReasons.SessionVariable)]
    [TestCase("SET time_zone = 'UTC'; BEGIN", "time_zone='UTC'", PinReasons.Transaction)]
    [TestCase("SET sql_mode = (SELECT 1)", "", PinReasons.SessionVariable)]
    [TestCase("SET GLOBAL x = 1, time_zone = 'UTC'", "", PinReasons.SessionVariable)]
    public void Among_what_pins_it_is_listed_all_the_same(string text, string expected, PinReasons reasons)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.Multiple(() =>
        {
            Assert.That(Settings(traits), Is.EqualTo(expected));
            Assert.That(traits.Placement, Is.EqualTo(Placement.Pin));
            Assert.That(traits.PinReasons, Is.EqualTo(reasons));
        });
    }

    [Test]
    public void In_a_text_of_several_statements_the_settings_are_in_order()
    {
        var traits = StatementParser.Parse("SET time_zone = 'a'; SELECT 1; SET NAMES utf8mb4, time_zone = 'b'", SqlModes.None).Traits;
        Assert.That(Settings(traits), Is.EqualTo("time_zone='a'|collation_connection=DEFAULT|time_zone='b'"));
        Assert.That(traits.Placement, Is.EqualTo(Placement.StatementLease));
    }

    [Test]
    public void Where_the_text_is_not_certain_the_session_has_to_be_asked()
    {
        var traits = StatementParser.Parse("SET time_zone = 'UTC' /*!50000 , sql_mode = '' */", SqlModes.None).Traits;
        Assert.That(traits.PinReasons & PinReasons.Unknown, Is.Not.EqualTo(PinReasons.None));
        Assert.That(traits.Settings, Has.None.Matches<SettingChange>(setting => setting.IsLiteral));
    }

    [Test]
    public void In_ANSI_mode_double_quotes_make_no_string() =>
        Assert.That(Settings(StatementParser.Parse("SET time_zone = \"UTC\"", SqlModes.AnsiQuotes).Traits), Is.EqualTo("time_zone=?"));

    [Test]
    public void An_unbound_name_pins_and_the_setting_stays_listed()
    {
        var traits = StatementParser.Parse("SET time_zone = @zone", SqlModes.None).TraitsWithUserVariables;
        Assert.Multiple(() =>
        {
            Assert.That(Settings(traits), Is.EqualTo("time_zone=?"));
            Assert.That(traits.PinReasons, Is.EqualTo(PinReasons.UserVariable));
            Assert.That(traits.DecidingToken, Is.EqualTo("@zone"));
        });
    }

    [TestCase("SET STATEMENT max_statement_time = 1 FOR SELECT 1", true)]
    [TestCase("SET STATEMENT sql_mode = '' FOR INSERT INTO t VALUES (1)", true)]
    [TestCase("SET time_zone = 'UTC'", false)]
    public void What_the_server_takes_back_is_noise(string text, bool expected)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That(traits.HasTrackerNoise, Is.EqualTo(expected));
        Assert.That(traits.IsClean, Is.True);
    }

    [TestCase("SET STATEMENT sql_mode = '' FOR CALL p()", false, PinReasons.None)]
    [TestCase("SET STATEMENT time_zone = 'UTC' FOR SELECT @x := 1", false, PinReasons.UserVariable)]
    [TestCase("SET STATEMENT time_zone = 'UTC' FOR COMMIT", false, PinReasons.Transaction)]
    public void Behind_SET_STATEMENT_the_inner_statement_counts(string text, bool clean, PinReasons reasons)
    {
        var traits = StatementParser.Parse(text, SqlModes.None).Traits;
        Assert.That((traits.IsClean, traits.PinReasons, traits.LocalAnswer), Is.EqualTo((clean, reasons, LocalAnswer.None)));
    }

    private static string Settings(StatementTraits traits) =>
        string.Join('|', traits.Settings.Select(setting => $"{setting.Name}={(setting.IsLiteral ? setting.Value ?? "DEFAULT" : "?")}"));
}
