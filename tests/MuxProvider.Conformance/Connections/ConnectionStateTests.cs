using System.Data;
using System.Data.Common;

namespace MuxProvider.Conformance;

/// <summary>The life of a connection: its states, what leads from one to the next, and who hears of it.</summary>
internal sealed class ConnectionStateTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public void A_new_connection_is_closed_and_knows_nothing()
    {
        using var connection = Provider.Factory.CreateConnection()!;
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(connection.ConnectionString, Is.Empty);
        Assert.That(connection.Database, Is.Empty);
        Assert.That(connection.DataSource, Is.Not.Null);
        Assert.That(connection.ConnectionTimeout, Is.EqualTo(15));
    }

    [Test]
    public async Task Opening_and_closing_change_the_state_and_are_told([Values] Calling opening, [Values] Calling closing)
    {
        var connection = NewConnection();
        var changes = new List<string>();
        connection.StateChange += (sender, change) =>
        {
            Assert.That(sender, Is.SameAs(connection));
            Assert.That(connection.State, Is.EqualTo(change.CurrentState), "the state has changed when the event is raised");
            changes.Add($"{change.OriginalState}>{change.CurrentState}");
        };
        for (var life = 0; life < 3; life++)
        {
            await connection.OpenAsync(opening);
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
            await connection.CloseAsync(closing);
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        }

        // The documentation promises Closed and Open; on the way there is Connecting.
        Assert.That(string.Join(' ', changes), Is.EqualTo(string.Join(' ', Enumerable.Repeat("Closed>Connecting Connecting>Open Open>Closed", 3))));
    }

    [Test]
    public async Task Closing_may_be_repeated_and_never_opened_may_be_closed([Values] Calling calling)
    {
        var connection = NewConnection();
        var changes = 0;
        connection.StateChange += (_, _) => changes++;
        await connection.CloseAsync(calling);
        Assert.That(changes, Is.Zero);
        await connection.OpenAsync(calling);
        changes = 0;
        for (var i = 0; i < 3; i++)
            await connection.CloseAsync(calling);
        Assert.That(changes, Is.EqualTo(1));
    }

    [Test]
    public async Task Opening_twice_is_an_error([Values] Calling calling)
    {
        Assert.That(async () => await Connection.OpenAsync(calling), Throws.InstanceOf<InvalidOperationException>());
        await AssertUsableAsync(Connection);
    }

    [Test]
    public void Opening_without_a_connection_string_is_an_error([Values] Calling calling)
    {
        using var connection = Provider.Factory.CreateConnection()!;
        Assert.That(async () => await connection.OpenAsync(calling), Throws.InstanceOf<InvalidOperationException>());
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
    }

    [TestCase("No Such Option=1")]
    [TestCase("Server")]
    [TestCase("Port=many")]
    [TestCase("SSL Mode=perhaps")]
    [TestCase("Pooling=perhaps")]
    public void A_malformed_connection_string_is_an_argument_error_when_it_is_set_or_opened(string text)
    {
        Assert.That(
            () =>
            {
                using var connection = Provider.Factory.CreateConnection()!;
                connection.ConnectionString = text;
                connection.Open();
            },
            Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public async Task Disposing_closes_and_may_be_repeated([Values] Calling calling, [Values] bool isOpen)
    {
        var connection = NewConnection();
        if (isOpen)
            await connection.OpenAsync();
        var disposed = 0;
        var changes = new List<ConnectionState>();
        connection.Disposed += (_, _) => disposed++;
        connection.StateChange += (_, change) => changes.Add(change.CurrentState);
        for (var i = 0; i < 3; i++)
            await connection.DisposeAsync(calling);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(changes, isOpen ? Is.EqualTo(new[] { ConnectionState.Closed }) : Is.Empty);
        Assert.That(disposed, Is.Positive);
    }

    [Test]
    public async Task A_disposed_connection_cannot_be_opened([Values] Calling calling)
    {
        var connection = NewConnection();
        await connection.DisposeAsync(calling);
        Assert.That(async () => await connection.OpenAsync(calling), Throws.InstanceOf<InvalidOperationException>(), "ObjectDisposedException is one");
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
    }

    [TestCase("Password=wrong", 1045)]
    [TestCase("User ID=nobody_here", 1045)]
    [TestCase("Database=no_such_schema", 1049)]
    [TestCase("Port=1", 1042)]
    public async Task A_connection_that_cannot_be_opened_is_closed_again_and_says_why(string option, int number)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            using var connection = Provider.Factory.CreateConnection()!;
            connection.ConnectionString = Provider.ConnectionString(Sharing, $"Connection Timeout=20;{option}");
            var changes = new List<ConnectionState>();
            connection.StateChange += (_, change) => changes.Add(change.CurrentState);
            var error = await Sql.FailureOf<DbException>(() => connection.OpenAsync(calling));
            Assert.That(Provider.NumberOf(error), Is.EqualTo(number).Or.EqualTo(number == 1045 ? 1698 : number));
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
            Assert.That(changes, Is.EqualTo(new[] { ConnectionState.Connecting, ConnectionState.Closed }));

            connection.ConnectionString = ConnectionString;
            await connection.OpenAsync(calling);
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Open), "with another connection string it opens");
        }
    }

    [Test]
    public void The_connection_string_cannot_change_while_the_connection_is_open()
    {
        Assert.That(() => Connection.ConnectionString = ConnectionString, Throws.InstanceOf<InvalidOperationException>());
        Connection.Close();
        Assert.That(() => Connection.ConnectionString = ConnectionString, Throws.Nothing);
        Connection.Open();
    }

    [Test]
    public void A_connection_string_of_null_is_an_empty_one()
    {
        using var connection = Provider.Factory.CreateConnection()!;
        connection.ConnectionString = null;
        Assert.That(connection.ConnectionString, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void The_password_is_not_shown_after_opening_unless_asked_for(bool persists)
    {
        using var connection = Provider.Factory.CreateConnection()!;
        connection.ConnectionString = Provider.ConnectionString(Sharing, $"Persist Security Info={persists}");
        connection.Open();
        Assert.That(connection.ConnectionString.Contains(Provider.Password, StringComparison.Ordinal), Is.EqualTo(persists));
        var open = connection.ConnectionString;
        Assert.That(connection.ConnectionString, Is.SameAs(open), "mappers compare it with each query");
        connection.Close();
        Assert.That(connection.ConnectionString, Is.EqualTo(open));
        connection.Open();
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open), "the password is still known");
    }

    [Test]
    public void The_options_are_shown_as_properties()
    {
        using var connection = Provider.Factory.CreateConnection()!;
        connection.ConnectionString = "Server=db.example;Port=1234;Database=shop;Connection Timeout=7";
        Assert.That(connection.Database, Is.EqualTo("shop"));
        Assert.That(connection.DataSource, Does.Contain("db.example"));
        Assert.That(connection.ConnectionTimeout, Is.EqualTo(7));
    }

    [Test]
    public void An_open_connection_knows_its_server()
    {
        Assert.That(Connection.ServerVersion, Does.Match("^[0-9]+\\.[0-9]+"));
        Assert.That(Connection.Database, Is.EqualTo(Schema));
        Connection.Close();
        Assert.That(() => Connection.ServerVersion, Throws.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task Commands_survive_their_connection_being_closed_and_opened_again([Values] Calling calling)
    {
        var command = Command("SELECT 5");
        for (var life = 0; life < 3; life++)
        {
            Assert.That(await command.ScalarAsync(calling), Is.EqualTo(5));
            await Connection.CloseAsync(calling);
            Assert.That(async () => await command.ScalarAsync(calling), Throws.InstanceOf<InvalidOperationException>());
            await Connection.OpenAsync(calling);
        }
    }

    [Test]
    public async Task Closing_closes_the_reader([Values] Calling calling, [Values] bool disposes)
    {
        var reader = await ReadAsync("SELECT 1 UNION SELECT 2");
        if (disposes)
            await Connection.DisposeAsync(calling);
        else
            await Connection.CloseAsync(calling);
        Assert.That(reader.IsClosed, Is.True);
        Assert.That(() => reader.Read(), Throws.InstanceOf<InvalidOperationException>());
        Assert.That(() => reader.Close(), Throws.Nothing);
    }

    [Test]
    public async Task Closing_rolls_back([Values] Calling calling, [Values] bool disposes)
    {
        var table = await TableAsync("id INT");
        var transaction = Keep(await Connection.BeginTransactionAsync());
        await RunAsync($"INSERT INTO {table} VALUES (1)");
        if (disposes)
            await Connection.DisposeAsync(calling);
        else
            await Connection.CloseAsync(calling);
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        Assert.That(transaction.Connection, Is.Null);
        Assert.That(() => transaction.Commit(), Throws.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task A_closed_connection_that_is_opened_again_has_a_fresh_session([Values] Calling calling)
    {
        await RunAsync("CREATE TEMPORARY TABLE mine (id INT)");
        await RunAsync("SET SESSION sql_mode = 'ANSI_QUOTES'");
        await Connection.CloseAsync(calling);
        await Connection.OpenAsync(calling);
        Assert.That(async () => await RunAsync("SELECT * FROM mine"), Throws.InstanceOf<DbException>());
        Assert.That(await Command("SELECT \"text\"").ScalarAsync(calling), Is.EqualTo("text"));
    }

    [Test]
    public async Task Many_connections_may_be_open_at_once([Values] Calling calling)
    {
        var connections = new List<DbConnection>();
        for (var i = 0; i < 20; i++)
        {
            connections.Add(NewConnection());
            await connections[i].OpenAsync(calling);
        }

        var sum = 0L;
        foreach (var connection in connections)
            sum += Convert.ToInt64(await Command(connection, "SELECT 1").ScalarAsync(calling), null);
        Assert.That(sum, Is.EqualTo(20));
    }
}
