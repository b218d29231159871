using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>DbDataSource.</summary>
internal sealed class DataSourceTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public void It_makes_closed_connections()
    {
        using var connection = Source.CreateConnection();
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        connection.Open();
        Assert.That(connection.Database, Is.EqualTo(Schema));
        Assert.That(Source.CreateConnection(), Is.Not.SameAs(connection));
    }

    [Test]
    public async Task It_makes_open_connections([Values] Calling calling)
    {
        using var connection = calling == Calling.Blocking ? Source.OpenConnection() : await Source.OpenConnectionAsync();
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
        await AssertUsableAsync(connection);
    }

    [Test]
    public void Its_connection_string_is_without_the_password()
    {
        Assert.That(Source.ConnectionString, Does.Contain(Schema).And.Not.Contain(Provider.Password));
    }

    [Test]
    public async Task Its_commands_bring_their_connection([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        await using var insert = Source.CreateCommand($"INSERT INTO {table} VALUES (@id)");
        var parameter = insert.CreateParameter();
        parameter.ParameterName = "id";
        parameter.Value = 5;
        insert.Parameters.Add(parameter);
        Assert.That(await insert.NonQueryAsync(calling), Is.EqualTo(1));
        await using var select = Source.CreateCommand($"SELECT id FROM {table}");
        for (var i = 0; i < 3; i++)
            Assert.That(await select.ScalarAsync(calling), Is.EqualTo(5));
        await using var reader = await select.ReaderAsync(calling);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetInt32(0), Is.EqualTo(5));
    }

    [Test]
    public async Task Its_commands_keep_nothing_when_they_fail([Values] Calling calling)
    {
        await using var command = Source.CreateCommand("SELECT * FROM no_such_table");
        for (var i = 0; i < 3; i++)
        {
            await Sql.FailureOf<DbException>(() => command.ScalarAsync(calling));
            await Sql.FailureOf<DbException>(() => command.NonQueryAsync(calling));
            await Sql.FailureOf<DbException>(() => command.ReaderAsync(calling));
        }

        command.CommandText = "SELECT 3";
        Assert.That(await command.ScalarAsync(calling), Is.EqualTo(3));
    }

    [Test]
    public void Its_commands_do_not_change_their_connection()
    {
        using var command = Source.CreateCommand("SELECT 1");
        Assert.That(() => command.Connection = Connection, Throws.InstanceOf<InvalidOperationException>().Or.InstanceOf<NotSupportedException>());
        Assert.That(command.CommandText, Is.EqualTo("SELECT 1"));
        Assert.That(Source.CreateCommand().CommandText, Is.Empty);
    }

    [Test]
    public async Task Disposed_it_makes_no_more_connections([Values] Calling calling)
    {
        var source = Provider.Factory.CreateDataSource(ConnectionString);
        var connection = Keep(source.CreateConnection());
        await connection.OpenAsync();
        await source.DisposeAsync(calling);
        await source.DisposeAsync(calling);
        Assert.That(() => source.CreateConnection(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => source.OpenConnection(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await source.OpenConnectionAsync(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => source.CreateBatch(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => connection.Close(), Throws.Nothing, "what it made before can be closed");
    }

    [TestCase("Port=many")]
    [TestCase("No Such Option=1")]
    public void A_malformed_connection_string_is_an_argument_error(string text)
    {
        Assert.That(() => Provider.Factory.CreateDataSource(text), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task An_error_of_opening_comes_from_opening([Values] Calling calling)
    {
        await using var source = Provider.Factory.CreateDataSource(Provider.ConnectionString(Sharing, "Password=wrong"));
        var error = await Sql.FailureOf<DbException>(async () =>
        {
            using var connection = calling == Calling.Blocking ? source.OpenConnection() : await source.OpenConnectionAsync();
        });
        Assert.That(Provider.NumberOf(error), Is.EqualTo(1045).Or.EqualTo(1698));
    }
}
