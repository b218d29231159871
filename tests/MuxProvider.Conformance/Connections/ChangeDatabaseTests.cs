using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>ChangeDatabase.</summary>
internal sealed class ChangeDatabaseTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public async Task The_connection_goes_to_another_schema_and_comes_back_with_Close([Values] Calling calling)
    {
        await Connection.ChangeDatabaseAsync("information_schema", calling);
        Assert.That(Connection.Database, Is.EqualTo("information_schema").IgnoreCase);
        Assert.That(await Command("SELECT DATABASE()").ScalarAsync(calling), Is.EqualTo("information_schema").IgnoreCase);
        await Connection.CloseAsync(calling);
        Assert.That(Connection.Database, Is.EqualTo(Schema));
        await Connection.OpenAsync(calling);
        Assert.That(await Command("SELECT DATABASE()").ScalarAsync(calling), Is.EqualTo(Schema));
    }

    [Test]
    public async Task Others_do_not_notice([Values] Calling calling)
    {
        var other = await OpenAnotherAsync();
        await Connection.ChangeDatabaseAsync("information_schema", calling);
        Assert.That(await Command(other, "SELECT DATABASE()").ScalarAsync(calling), Is.EqualTo(Schema));
        Assert.That(other.Database, Is.EqualTo(Schema));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    public async Task An_empty_name_is_an_argument_error(string? name)
    {
        foreach (var calling in Enum.GetValues<Calling>())
            Assert.That(async () => await Connection.ChangeDatabaseAsync(name!, calling), Throws.InstanceOf<ArgumentException>());
        Assert.That(Connection.Database, Is.EqualTo(Schema));
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task An_unknown_name_is_the_server_s_error_and_changes_nothing([Values] Calling calling)
    {
        var error = await Sql.FailureOf<DbException>(() => Connection.ChangeDatabaseAsync("no_such_schema", calling));
        Assert.That(Provider.NumberOf(error), Is.EqualTo(1049));
        Assert.That(Connection.State, Is.EqualTo(ConnectionState.Open));
        Assert.That(Connection.Database, Is.EqualTo(Schema));
        Assert.That(await Command("SELECT DATABASE()").ScalarAsync(calling), Is.EqualTo(Schema));
    }

    [Test]
    public async Task A_name_with_a_quote_in_it_is_a_name([Values] Calling calling)
    {
        var name = Server.NewName("mux_ado_od`d");
        await Server.AdminAsync($"CREATE DATABASE `{name.Replace("`", "``", StringComparison.Ordinal)}`");
        try
        {
            await Connection.ChangeDatabaseAsync(name, calling);
            Assert.That(Connection.Database, Is.EqualTo(name));
            Assert.That(await Command("SELECT DATABASE()").ScalarAsync(calling), Is.EqualTo(name));
        }
        finally
        {
            await Server.AdminAsync($"DROP DATABASE `{name.Replace("`", "``", StringComparison.Ordinal)}`");
        }
    }

    [Test]
    public async Task USE_in_a_text_is_seen_by_the_property([Values] Calling calling)
    {
        await Command("USE information_schema").NonQueryAsync(calling);
        Assert.That(Connection.Database, Is.EqualTo("information_schema").IgnoreCase);
    }
}
