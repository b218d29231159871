namespace MuxProvider.Protocol.Tests;

[TestFixture]
public sealed class ServerVersionTests
{
    [TestCase("5.5.5-10.11.8-MariaDB", "10.11.8-MariaDB", "10.11.8")]
    [TestCase("5.5.5-10.11.8-MariaDB-1:10.11.8+maria~ubu2204-log", "10.11.8-MariaDB-1:10.11.8+maria~ubu2204-log", "10.11.8")]
    [TestCase("11.4.2-MariaDB", "11.4.2-MariaDB", "11.4.2")]
    [TestCase("12.0.1-mariadb", "12.0.1-mariadb", "12.0.1")]
    [TestCase("5.5.68-MariaDB", "5.5.68-MariaDB", "5.5.68")]
    public void A_MariaDB_is_known_by_its_name_and_loses_the_replication_prefix(string sent, string text, string number)
    {
        var version = ServerVersion.Parse(sent);
        Assert.That(version, Is.EqualTo(new ServerVersion(text, true, Version.Parse(number))));
        Assert.That(version.ToString(), Is.EqualTo(text));
    }

    [TestCase("9.7.4", "9.7.4")]
    [TestCase("9.7.4-2", "9.7.4")]
    [TestCase("8.0.36-0ubuntu0.22.04.1", "8.0.36")]
    [TestCase("8.4.0-commercial", "8.4.0")]
    [TestCase("5.7.44-log", "5.7.44")]
    [TestCase("5.7.mysql_aurora.2.11.1", "5.7")]
    [TestCase("8.0.11-TiDB-v7.5.0", "8.0.11")]
    [TestCase("5.5.5-10.4.6", "5.5.5")]
    [TestCase("1.2.3.4", "1.2.3.4")]
    public void Any_other_server_is_a_MySQL_and_keeps_its_text(string sent, string number)
    {
        var version = ServerVersion.Parse(sent);
        Assert.That(version, Is.EqualTo(new ServerVersion(sent, false, Version.Parse(number))));
        Assert.That(version.ToString(), Is.EqualTo("MySQL " + sent));
    }

    [TestCase("")]
    [TestCase("x")]
    [TestCase("-")]
    [TestCase(".")]
    [TestCase("....")]
    [TestCase("9")]
    [TestCase("9..7")]
    [TestCase("v9.7.4")]
    [TestCase("1.2.3.4.5")]
    [TestCase("99999999999.1.1")]
    [TestCase("-1.2.3")]
    [TestCase("\uFFFD\0")]
    [TestCase("MariaDB")]
    [TestCase("5.5.5-MariaDB")]
    public void A_version_without_usable_numbers_is_zero(string sent) =>
        Assert.That(ServerVersion.Parse(sent).Number, Is.EqualTo(new Version(0, 0, 0)));

    [TestCase("5.5.5-10.11.19-MariaDB", "transaction_isolation", "tx_isolation")]
    [TestCase("5.5.5-10.11.19-MariaDB", "transaction_read_only", "tx_read_only")]
    [TestCase("10.11.19-MariaDB", "time_zone", "time_zone")]
    [TestCase("11.0.9-MariaDB", "transaction_isolation", "tx_isolation")]
    [TestCase("11.1.0-MariaDB", "transaction_isolation", "transaction_isolation")]
    [TestCase("9.7.4", "transaction_isolation", "transaction_isolation")]
    public void A_variable_has_the_name_that_the_server_knows(string sent, string name, string expected) =>
        Assert.That(ServerVersion.Parse(sent).VariableName(name), Is.EqualTo(expected));

    [Test]
    public void Random_texts_parse()
    {
        const string alphabet = "0123456789...--MariaDB \0é";
        var random = new Random(20260202);
        for (var i = 0; i < 50_000; i++)
        {
            var text = new string(random.GetItems<char>(alphabet, random.Next(24)));
            Assert.DoesNotThrow(() => ServerVersion.Parse(text), text);
        }
    }
}
