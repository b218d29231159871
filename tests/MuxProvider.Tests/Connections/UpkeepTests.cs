using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;

namespace MuxProvider.Tests;

/// <summary>Signs of life, fresh starts, copies, and what runs when a connection was opened.</summary>
public class UpkeepTests
{
    [Test]
    public async Task A_ping_says_whether_the_server_answers([Values] bool async)
    {
        var (connection, handle) = FakeConnection.Open();
        Assert.That(async ? await connection.PingAsync() : connection.Ping(), Is.True);
        handle.PingFailure = new LinkException(LinkFailureKind.ConnectionLost, Delivery.NotSent, "gone");
        Assert.That(async ? await connection.PingAsync() : connection.Ping(), Is.False);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open), "nothing was lost");
        handle.PinReasons = PinReasons.TemporaryTable;
        Assert.That(async ? await connection.PingAsync() : connection.Ping(), Is.False);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Broken), "its table was lost");
        connection.Close();
        Assert.That(async ? await connection.PingAsync() : connection.Ping(), Is.False);
    }

    [Test]
    public async Task A_reset_begins_anew_without_a_change_of_state([Values] bool async)
    {
        var (connection, handle) = FakeConnection.Open();
        var states = new List<ConnectionState>();
        connection.StateChange += (_, change) => states.Add(change.CurrentState);
        connection.InfoMessage += (_, _) => { };
        var transaction = connection.BeginTransaction();
        handle.PinReasons = PinReasons.UserVariable;
        await connection.ChangeDatabaseAsync("other");
        if (async)
            await connection.ResetConnectionAsync();
        else
            connection.ResetConnection();
        Assert.That((handle.Opens, handle.Closes, connection.Database, connection.PinReasons), Is.EqualTo((2, 1, "shop", PinReasons.None)));
        Assert.That((transaction.Connection, handle.ListensForWarnings, states.Count), Is.EqualTo(((MuxConnection?)null, true, 0)));
    }

    [Test]
    public void A_reset_that_fails_breaks_the_connection()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.OpenFailure = new LinkException(LinkFailureKind.Unreachable, Delivery.NotSent, "gone");
        Assert.That(connection.ResetConnection, Throws.TypeOf<MuxException>());
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Broken));
    }

    [Test]
    public void A_closed_connection_has_nothing_to_reset() =>
        Assert.That(new MuxConnection("Server=a").ResetConnection, Throws.InvalidOperationException);

    [Test]
    public void A_copy_with_another_string_gets_the_password_and_does_not_show_it()
    {
        using var source = FakeConnection.Source("Server=a;User ID=u;Password=secret");
        using var connection = source.CreateConnection();
        using var clone = connection.CloneWith("Server=b;User ID=u");
        Assert.That(clone.Settings.ConnectionString, Does.Contain("secret"));
        Assert.That(clone.ConnectionString, Does.Contain("b").And.Not.Contain("secret"));
        using var own = connection.CloneWith("Server=b;Password=other");
        Assert.That(own.ConnectionString, Is.EqualTo("Server=b;Password=other"));
        Assert.That(() => connection.CloneWith("Nonsense=1"), Throws.ArgumentException);
    }

    [Test]
    public async Task What_is_to_run_when_a_connection_was_opened_runs_at_each_Open([Values] bool async)
    {
        var seen = new List<ConnectionState>();
        using var source = new MuxDataSource(
            new DataSourceSettings(new MuxConnectionStringBuilder("Server=a")), schema => new FakeHandle(schema), null)
        {
            ConnectionOpened = (connection, _) =>
            {
                seen.Add(connection.State);
                return seen.Count < 3 ? default : throw new InvalidOperationException("not today");
            },
        };
        using var connection = source.CreateConnection();
        for (var i = 0; i < 2; i++)
        {
            if (async)
                await connection.OpenAsync(CancellationToken.None);
            else
                connection.Open();
            connection.Close();
        }

        Assert.That(connection.Open, Throws.InvalidOperationException.With.Message.EqualTo("not today"));
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        Assert.That(seen, Is.EqualTo(new[] { ConnectionState.Open, ConnectionState.Open, ConnectionState.Open }));
    }

    [Test]
    public void Clearing_needs_a_connection_string_and_leaves_connections_open()
    {
        var (connection, handle) = FakeConnection.Open();
        MuxConnection.ClearPool(connection);
        MuxConnection.ClearAllPools();
        Assert.That((connection.State, handle.Closes), Is.EqualTo((ConnectionState.Open, 0)));
        Assert.That(() => MuxConnection.ClearPool(new MuxConnection()), Throws.InvalidOperationException);
        Assert.That(() => MuxConnection.ClearPool(null!), Throws.ArgumentNullException);
    }

    [TestCase("Server=a;Password=x", true, false, false)]
    [TestCase("Server=a;SSL Cert=x.pem", false, true, false)]
    [TestCase("Server=a;SSL Mode=VerifyFull", false, false, true)]
    [TestCase("Server=a;SSL CA=x.pem", false, false, true)]
    [TestCase("Server=a;Server Certificate Thumbprint=0000000000000000000000000000000000000000000000000000000000000000", false, false, true)]
    public void A_callback_and_an_option_that_say_the_same_exclude_each_other(string text, bool password, bool client, bool server)
    {
        var builder = new MuxDataSourceBuilder(text);
        if (password)
            builder.UsePasswordProvider(_ => "y");
        if (client)
            builder.UseClientCertificates(() => []);
        if (server)
            builder.UseRemoteCertificateValidationCallback((_, _, _, _) => true);
        Assert.That(builder.Build, Throws.ArgumentException);
    }

    [Test]
    public void The_factory_makes_everything_by_its_invariant_name()
    {
        System.Data.Common.DbProviderFactories.RegisterFactory("MuxProvider.Test", MuxProviderFactory.Instance);
        var factory = System.Data.Common.DbProviderFactories.GetFactory("MuxProvider.Test");
        using var connection = factory.CreateConnection()!;
        using var source = factory.CreateDataSource("Server=a");
        Assert.Multiple(() =>
        {
            Assert.That(connection, Is.TypeOf<MuxConnection>());
            Assert.That(System.Data.Common.DbProviderFactories.GetFactory(connection), Is.SameAs(factory));
            Assert.That(source, Is.TypeOf<MuxDataSource>());
            Assert.That(factory.CanCreateBatch && factory.CanCreateDataAdapter, Is.True);
            Assert.That(factory.CreateBatch(), Is.TypeOf<MuxBatch>());
            Assert.That(factory.CreateDataAdapter(), Is.TypeOf<MuxDataAdapter>());
            Assert.That(factory.CreateParameter(), Is.TypeOf<MuxParameter>());
            Assert.That(factory.CreateConnectionStringBuilder(), Is.TypeOf<MuxConnectionStringBuilder>());
        });
    }
}
