using System.Globalization;
using MuxProvider.Multiplexing;
using MuxProvider.Testing;

namespace MuxProvider.Tests;

/// <summary>What opening costs, seen from the other end of the wire: all floors over a fake server that counts bytes.</summary>
public sealed class OpeningTests
{
    private FakeServer _server = null!;
    private MuxDataSource _source = null!;

    [SetUp]
    public void Start()
    {
        _server = new FakeServer(FakeServerOptions.MariaDb);
        _source = MuxDataSource.Create(ConnectionString("test"));
    }

    [TearDown]
    public async Task Stop()
    {
        await _source.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task Opening_and_closing_handles_sends_nothing_once_a_link_is_up()
    {
        await (await _source.OpenConnectionAsync()).DisposeAsync();
        var sent = (_server.BytesReceived, _server.BytesSent, _server.ConnectionsAccepted);

        var connections = new List<MuxConnection>();
        for (var i = 0; i < 1000; i++)
            connections.Add(i % 2 == 0 ? await _source.OpenConnectionAsync() : _source.OpenConnection());
        Assert.That((_server.BytesReceived, _server.BytesSent, _server.ConnectionsAccepted), Is.EqualTo(sent), "while opening");
        Assert.That(_server.OpenConnections, Is.EqualTo(1));

        foreach (var connection in connections)
            await connection.DisposeAsync();
        Assert.That((_server.BytesReceived, _server.BytesSent, _server.ConnectionsAccepted), Is.EqualTo(sent), "while closing");
    }

    [Test]
    public async Task A_schema_is_looked_at_when_it_is_used_first_and_never_again()
    {
        await (await _source.OpenConnectionAsync()).DisposeAsync();
        await using var other = MuxDataSource.Create(ConnectionString("other"));
        var before = _server.BytesReceived;
        await (await other.OpenConnectionAsync()).DisposeAsync();
        Assert.That(_server.BytesReceived, Is.GreaterThan(before));

        var after = _server.BytesReceived;
        for (var i = 0; i < 100; i++)
        {
            await (await other.OpenConnectionAsync()).DisposeAsync();
            await (await _source.OpenConnectionAsync()).DisposeAsync();
        }

        Assert.That((_server.BytesReceived, _server.ConnectionsAccepted), Is.EqualTo((after, 1)), "tenants share the links");
    }

    [Test]
    public async Task An_unknown_schema_fails_where_it_is_opened_and_nowhere_else()
    {
        await using var unknown = MuxDataSource.Create(ConnectionString("nowhere"));
        var failure = await Assert.ThrowsAsync<MuxException>(async () => await unknown.OpenConnectionAsync());
        Assert.That(failure!.Number, Is.EqualTo(1049));
        Assert.That(failure.Message, Does.Contain("nowhere"));
        await using var connection = await _source.OpenConnectionAsync();
        Assert.That(await AskAsync(connection, "SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task Everybody_who_opens_while_the_first_link_comes_up_waits_for_that_one()
    {
        using (_server.HoldLogins())
        {
            var opening = Enumerable.Range(0, 50).Select(_ => _source.OpenConnectionAsync().AsTask()).ToList();
            await _server.WaitForConnectionsAsync(1);
            Assert.That(opening, Has.All.Matches<Task>(static task => task is { IsCompleted: false }));
            _server.Release();
            foreach (var connection in await Task.WhenAll(opening))
                await connection.DisposeAsync();
        }

        Assert.That(_server.ConnectionsAccepted, Is.EqualTo(1));
    }

    [Test]
    public async Task Handles_of_many_schemas_share_a_link_and_the_prefix_travels_in_the_same_write()
    {
        await using var one = await _source.OpenConnectionAsync();
        await using var source = MuxDataSource.Create(ConnectionString("other"));
        await using var two = await source.OpenConnectionAsync();
        for (var i = 0; i < 5; i++)
        {
            Assert.That(await AskAsync(one, "SELECT DATABASE()"), Is.EqualTo("test"));
            Assert.That(await AskAsync(two, "SELECT DATABASE()"), Is.EqualTo("other"));
        }

        Assert.That(_server.ConnectionsAccepted, Is.EqualTo(1));
        Assert.That(_server.Received.Count(command => command.Text is "USE `test`;SELECT DATABASE()" or "USE `other`;SELECT DATABASE()"), Is.GreaterThanOrEqualTo(9));
    }

    [Test]
    public async Task A_statement_that_is_refused_sends_nothing_and_leaves_the_connection_as_it_was()
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var other = await _source.OpenConnectionAsync();
        var before = (_server.BytesReceived, _server.ConnectionsAccepted);
        foreach (var text in (string[])["ROLLBACK RELEASE", "SELECT 1; COMMIT RELEASE"])
        {
            var failure = await Assert.ThrowsAsync<StatementRejectedException>(async () => await AskAsync(connection, text));
            Assert.That(failure, Is.InstanceOf<NotSupportedException>());
            Assert.That(failure!.Message, Does.Contain("Leave RELEASE out"));
        }

        Assert.That((_server.BytesReceived, _server.ConnectionsAccepted), Is.EqualTo(before));
        Assert.That(connection.State, Is.EqualTo(System.Data.ConnectionState.Open));
        Assert.That(connection.PinReasons, Is.EqualTo(PinReasons.None));
        Assert.That(await AskAsync(connection, "SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_link_is_kept_on_request_and_shared_again_afterwards()
    {
        await using var connection = await _source.OpenConnectionAsync();
        var changes = new List<string>();
        connection.PinChanged += (_, change) => changes.Add($"{change.Before}>{change.Now}");
        await connection.PinAsync("report");
        var thread = connection.ServerThread;
        Assert.That(thread, Is.Not.Null);
        Assert.That(await AskAsync(connection, "SELECT 1"), Is.EqualTo(1));
        Assert.That(connection.ServerThread, Is.EqualTo(thread));
        connection.Unpin();
        Assert.That(connection.ServerThread, Is.Null);
        Assert.That(changes, Is.EqualTo(new[] { "None>Requested", "Requested>None" }));
        Assert.That(await AskAsync(connection, "SELECT 1"), Is.EqualTo(1));
    }

    private static async Task<object?> AskAsync(MuxConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync();
    }

    private string ConnectionString(string schema) => string.Create(
        CultureInfo.InvariantCulture,
        $"Server={_server.Host};Port={_server.Port};User ID=mux;Password=secret;Database={schema};SSL Mode=None;Max Shared Links=1;Max Links=4");
}
