using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>While a reader is open its connection does nothing else, and says so; the reader does not suffer.</summary>
internal sealed class OpenReaderTests(Sharing sharing) : ConformanceFixture(sharing)
{
    private static readonly Dictionary<string, Func<DbConnection, Task>> s_acts = new(ConnectionActs.Executing)
    {
        ["ChangeDatabase"] = connection =>
        {
            connection.ChangeDatabase("information_schema");
            return Task.CompletedTask;
        },
        ["ChangeDatabaseAsync"] = connection => connection.ChangeDatabaseAsync("information_schema"),
        ["GetSchema(Tables)"] = connection => Task.FromResult(connection.GetSchema("Tables")),
        ["Open"] = connection =>
        {
            connection.Open();
            return Task.CompletedTask;
        },
        ["ConnectionString"] = connection => Task.FromResult(connection.ConnectionString = "Server=elsewhere"),
    };

    private static IEnumerable<string> Acts => s_acts.Keys;

    [TestCaseSource(nameof(Acts))]
    public async Task It_has_to_wait_until_the_reader_is_closed(string act)
    {
        var reader = await ReadAsync("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3");
        Assert.That(async () => await s_acts[act](Connection), Throws.InstanceOf<InvalidOperationException>());
        Assert.That(reader.IsClosed, Is.False);
        Assert.That(reader.GetInt64(0), Is.EqualTo(1));
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader.GetInt64(0), Is.EqualTo(2));
        await reader.DisposeAsync();
        await AssertUsableAsync(Connection);
        Assert.That(Connection.Database, Is.EqualTo(Schema));
    }

    [Test]
    public async Task Another_connection_need_not_wait([Values] Calling calling)
    {
        var reader = await ReadAsync("SELECT 1 UNION ALL SELECT 2");
        var other = await OpenAnotherAsync();
        Assert.That(await Command(other, "SELECT 7").ScalarAsync(calling), Is.EqualTo(7));
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetInt64(0), Is.EqualTo(2));
    }

    [Test]
    public async Task The_command_of_the_reader_cannot_be_changed()
    {
        var command = Command("SELECT 1");
        await using (await command.ExecuteReaderAsync())
        {
            Assert.That(() => command.CommandText = "SELECT 2", Throws.InstanceOf<InvalidOperationException>());
            Assert.That(() => command.Connection = null, Throws.InstanceOf<InvalidOperationException>());
        }

        Assert.That(() => command.CommandText = "SELECT 2", Throws.Nothing);
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task Another_command_can_be_prepared_for_later_use_meanwhile()
    {
        await using (await Command("SELECT 1").ExecuteReaderAsync())
        {
            var other = Command("SELECT @n", ("n", 5));
            Assert.That(other.Connection, Is.SameAs(Connection));
            Assert.That(() => other.CommandText = "SELECT @n + 1", Throws.Nothing);
            Assert.That(() => other.Cancel(), Throws.Nothing);
        }
    }

    [Test]
    public async Task A_disposed_command_leaves_its_reader_open([Values] Calling calling)
    {
        var command = Command("SELECT 1 UNION ALL SELECT 2");
        var reader = Keep(await command.ReaderAsync(calling));
        await command.DisposeAsync(calling);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetInt64(0), Is.EqualTo(2));
    }
}
