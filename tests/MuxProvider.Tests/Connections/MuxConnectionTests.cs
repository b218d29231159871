using System.Data;
using MuxProvider.Links;
using MuxProvider.Multiplexing;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

public class MuxConnectionTests
{
    [Test]
    public void Opening_and_closing_is_told()
    {
        using var connection = FakeConnection.Source("Server=a").CreateConnection();
        var changes = new List<string>();
        connection.StateChange += (_, change) => changes.Add($"{change.OriginalState}>{change.CurrentState}");
        connection.Open();
        connection.Close();
        connection.Close();
        Assert.That(changes, Is.EqualTo(new[] { "Closed>Connecting", "Connecting>Open", "Open>Closed" }));
    }

    [Test]
    public void An_open_connection_cannot_be_opened()
    {
        var (connection, _) = FakeConnection.Open();
        Assert.That(connection.Open, Throws.InvalidOperationException);
        Assert.That(async () => await connection.OpenAsync(), Throws.InvalidOperationException);
    }

    [Test]
    public void A_failed_open_leaves_it_closed()
    {
        var changes = new List<ConnectionState>();
        using var connection = FakeConnection.Source("Server=a", handle => handle.OpenFailure = new LinkException(LinkFailureKind.Unreachable, Delivery.NotSent, "refused")).CreateConnection();
        connection.StateChange += (_, change) => changes.Add(change.CurrentState);
        Assert.That(connection.Open, Throws.TypeOf<MuxException>().With.Property("Number").EqualTo(1042).And.Property("IsTransient").True);
        Assert.Multiple(() =>
        {
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
            Assert.That(changes, Is.EqualTo(new[] { ConnectionState.Connecting, ConnectionState.Closed }));
        });
    }

    [Test]
    public void An_open_that_was_cancelled_before_does_nothing()
    {
        FakeHandle? handle = null;
        using var connection = FakeConnection.Source("Server=a", created => handle = created).CreateConnection();
        Assert.That(async () => await connection.OpenAsync(new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(handle, Is.Null);
    }

    [Test]
    public void A_disposed_connection_cannot_be_used()
    {
        var (connection, _) = FakeConnection.Open();
        var command = new MuxCommand("x", connection);
        connection.Dispose();
        connection.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
            Assert.That(connection.Open, Throws.TypeOf<ObjectDisposedException>());
            Assert.That(command.ExecuteNonQuery, Throws.TypeOf<ObjectDisposedException>());
        });
    }

    [Test]
    public void A_closed_connection_runs_nothing()
    {
        var connection = FakeConnection.Source("Server=a").CreateConnection();
        Assert.Multiple(() =>
        {
            Assert.That(new MuxCommand("x", connection).ExecuteNonQuery, Throws.InvalidOperationException.With.Message.Contains("open it first"));
            Assert.That(() => connection.BeginTransaction(), Throws.InvalidOperationException);
            Assert.That(() => connection.ServerVersion, Throws.InvalidOperationException);
            Assert.That(() => connection.ChangeDatabase("x"), Throws.InvalidOperationException);
            Assert.That(() => new MuxConnection().Open(), Throws.InvalidOperationException.With.Message.Contains("connection string"));
        });
    }

    [Test]
    public void A_connection_without_connection_string_has_defaults()
    {
        using var connection = new MuxConnection();
        Assert.Multiple(() =>
        {
            Assert.That(connection.Database, Is.Empty);
            Assert.That(connection.ConnectionString, Is.Empty);
            Assert.That(connection.ConnectionTimeout, Is.EqualTo(15));
            Assert.That(connection.CreateCommand().CommandTimeout, Is.EqualTo(30));
        });
    }

    [Test]
    public void A_handler_of_StateChange_that_throws_does_not_leave_the_connection_half_open()
    {
        using var connection = FakeConnection.Source("Server=a").CreateConnection();
        connection.StateChange += static (_, _) => throw new InvalidOperationException("mine");
        Assert.That(connection.Open, Throws.InvalidOperationException);
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
    }

    [Test]
    public void The_connection_string_stays_while_open()
    {
        var (connection, _) = FakeConnection.Open();
        Assert.That(() => connection.ConnectionString = "Server=b", Throws.InvalidOperationException);
        connection.Close();
        Assert.That(() => connection.ConnectionString = "Server=b", Throws.Nothing);
    }

    [Test]
    public void The_password_is_hidden_and_the_text_is_the_same_object_before_and_after_Open()
    {
        var source = FakeConnection.Source("Server=a;Password=secret");
        using var connection = source.CreateConnection();
        var before = connection.ConnectionString;
        connection.Open();
        Assert.Multiple(() =>
        {
            Assert.That(before, Does.Not.Contain("secret"));
            Assert.That(connection.ConnectionString, Is.SameAs(before));
            Assert.That(source.CreateConnection().ConnectionString, Is.SameAs(before));
        });
        connection.Close();
        connection.Open();
        Assert.That(connection.State, Is.EqualTo(ConnectionState.Open));
    }

    [Test]
    public void The_password_can_be_kept_visible()
    {
        var (connection, _) = FakeConnection.Open("Server=a;Password=secret;Persist Security Info=true");
        Assert.That(connection.ConnectionString, Does.Contain("secret"));
    }

    [Test]
    public void Properties_come_from_the_connection_string_and_the_server()
    {
        var (connection, handle) = FakeConnection.Open("Server=db1;Database=shop;Connection Timeout=7");
        handle.PinReasons = PinReasons.Transaction;
        Assert.Multiple(() =>
        {
            Assert.That(connection.Database, Is.EqualTo("shop"));
            Assert.That(connection.DataSource, Is.EqualTo("db1"));
            Assert.That(connection.ConnectionTimeout, Is.EqualTo(7));
            Assert.That(connection.ServerVersion, Does.StartWith("10.11.19"));
            Assert.That(connection.PinReasons, Is.EqualTo(PinReasons.Transaction));
            Assert.That(connection.ServerThread, Is.EqualTo(42));
            Assert.That(connection.CanCreateBatch, Is.True);
        });
        handle.PinReasons = PinReasons.None;
        Assert.That(connection.ServerThread, Is.Null);
    }

    [Test]
    public void The_schema_changes_until_the_connection_is_opened_again()
    {
        var handles = new List<FakeHandle>();
        using var connection = FakeConnection.Source("Server=a;Database=shop", handles.Add).OpenConnection();
        connection.ChangeDatabase("other");
        Assert.That(connection.Database, Is.EqualTo("other"));
        connection.Close();
        Assert.That(connection.Database, Is.EqualTo("shop"));
        connection.Open();
        Assert.That(connection.Database, Is.EqualTo("shop"));
        Assert.That(() => connection.ChangeDatabase(" "), Throws.ArgumentException);
    }

    [Test]
    public void Closing_closes_the_reader_and_ends_the_transaction()
    {
        var (connection, handle) = FakeConnection.Open();
        var transaction = connection.BeginTransaction();
        var reply = handle.Answer().Rows([Column.Int("a")], [1]);
        var reader = new MuxCommand("x", connection).ExecuteReader();
        connection.Close();
        Assert.Multiple(() =>
        {
            Assert.That(reader.IsClosed, Is.True);
            Assert.That(reply.IsDisposed, Is.True);
            Assert.That(transaction.Connection, Is.Null);
            Assert.That(transaction.Commit, Throws.InvalidOperationException);
            Assert.That(handle.Closes, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_pinned_connection_that_loses_its_link_is_broken_until_it_is_closed()
    {
        var (connection, handle) = FakeConnection.Open();
        var changes = new List<ConnectionState>();
        connection.StateChange += (_, change) => changes.Add(change.CurrentState);
        var transaction = connection.BeginTransaction();
        handle.PinReasons = PinReasons.Transaction;
        handle.Throw(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));
        Assert.That(new MuxCommand("INSERT INTO t VALUES (1)", connection).ExecuteNonQuery, Throws.TypeOf<MuxException>());
        Assert.Multiple(() =>
        {
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Broken));
            Assert.That(new MuxCommand("INSERT INTO t VALUES (2)", connection).ExecuteNonQuery, Throws.InvalidOperationException.With.Message.Contains("broken"));
            Assert.That(transaction.Commit, Throws.InvalidOperationException);
            Assert.That(connection.Open, Throws.InvalidOperationException);
        });
        connection.Close();
        connection.Open();
        Assert.That(changes, Is.EqualTo(new[] { ConnectionState.Broken, ConnectionState.Closed, ConnectionState.Connecting, ConnectionState.Open }));
    }

#if !DEBUG
    // Unoptimized async methods have state machines on the heap.
    [Test]
    public void Warm_open_and_close_allocate_nothing()
    {
        using var connection = FakeConnection.Source("Server=a;Connection Timeout=15").CreateConnection();
        for (var i = 0; i < 200; i++)
        {
            connection.Open();
            connection.Close();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            connection.Open();
            connection.Close();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
#endif

    [Test]
    public void Connections_of_one_meaning_share_a_data_source()
    {
        var built = 0;
        MuxDataSource Build(string text)
        {
            built++;
            return FakeConnection.Source(text);
        }

        var unique = Guid.NewGuid().ToString("N");
        var one = DataSourceRegistry.Find($"Server={unique};Uid=a", Build);
        Assert.Multiple(() =>
        {
            Assert.That(DataSourceRegistry.Find($"Server={unique};Uid=a", Build), Is.SameAs(one));
            Assert.That(DataSourceRegistry.Find($"user=a;HOST={unique};Port=3306", Build), Is.SameAs(one));
            Assert.That(DataSourceRegistry.Find($"user=b;HOST={unique}", Build), Is.Not.SameAs(one));
            Assert.That(built, Is.EqualTo(2));
        });
    }

    [Test]
    public void A_data_source_that_could_not_be_built_is_tried_again()
    {
        var text = $"Server={Guid.NewGuid():N}";
        Assert.That(() => DataSourceRegistry.Find(text, static _ => throw new IOException("no file")), Throws.TypeOf<IOException>());
        Assert.That(() => DataSourceRegistry.Find(text, static good => FakeConnection.Source(good)), Throws.Nothing);
    }

    [Test]
    public void GetSchema_tells_its_collections_and_refuses_others()
    {
        var (connection, handle) = FakeConnection.Open();
        Assert.Multiple(() =>
        {
            Assert.That(connection.GetSchema().Rows.Cast<DataRow>().Select(static row => row[0]), Does.Contain("Tables").And.Contain("ReservedWords"));
            Assert.That(connection.GetSchema("reservedwords").Rows.Cast<DataRow>().Select(static row => row[0]), Does.Contain("SELECT").And.Contain("TABLE"));
            Assert.That(connection.GetSchema("DataSourceInformation").Rows[0]["DataSourceProductName"], Is.EqualTo("MariaDB"));
            Assert.That(connection.GetSchema("DataTypes").Rows, Has.Count.GreaterThan(30));
            Assert.That(connection.GetSchema("Restrictions").Rows, Has.Count.EqualTo(21));
            Assert.That(() => connection.GetSchema("Nothing"), Throws.ArgumentException.With.Message.Contains("Columns"));
            Assert.That(() => connection.GetSchema("Databases", ["x"]), Throws.ArgumentException);
        });
        handle.Answer().Rows([Column.Text("TABLE_NAME")], ["orders"]);
        var tables = connection.GetSchema("Tables", [null, "shop", "or'ders"]);
        Assert.That(tables.Rows[0][0], Is.EqualTo("orders"));
        Assert.That(handle.Sent[^1], Does.EndWith("WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'or\\'ders'").Or.EndsWith("WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = 'or''ders'"));
    }

    [Test]
    public async Task A_data_source_makes_commands_and_batches_that_need_no_connection()
    {
        FakeHandle? handle = null;
        await using var source = FakeConnection.Source("Server=a", created =>
        {
            handle = created;
            created.Answer().Rows([Column.Int("a")], [7]);
        });
        await using (var command = source.CreateCommand("SELECT 7"))
            Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(7));
        Assert.That(handle!.Closes, Is.EqualTo(1));
        await using (var batch = source.CreateBatch())
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = "SELECT 7";
            batch.BatchCommands.Add(command);
            Assert.That(await batch.ExecuteScalarAsync(), Is.EqualTo(7));
        }

        source.Dispose();
        Assert.That(source.CreateConnection, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void The_factory_makes_everything_it_claims()
    {
        var factory = MuxProviderFactory.Instance;
        Assert.Multiple(() =>
        {
            Assert.That(factory.CreateConnection(), Is.TypeOf<MuxConnection>());
            Assert.That(factory.CreateCommand(), Is.TypeOf<MuxCommand>());
            Assert.That(factory.CreateParameter(), Is.TypeOf<MuxParameter>());
            Assert.That(factory.CreateConnectionStringBuilder(), Is.TypeOf<MuxConnectionStringBuilder>());
            Assert.That(factory.CreateBatch(), Is.TypeOf<MuxBatch>());
            Assert.That(factory.CreateBatchCommand(), Is.TypeOf<MuxBatchCommand>());
            Assert.That(factory.CreateDataAdapter(), Is.TypeOf<MuxDataAdapter>());
            Assert.That(factory.CanCreateBatch, Is.True);
            Assert.That(factory.CanCreateDataAdapter, Is.True);
            Assert.That(factory.CanCreateCommandBuilder, Is.True);
            Assert.That(System.Data.Common.DbProviderFactories.GetFactory(new MuxConnection()), Is.SameAs(factory));
        });
    }

    [Test]
    public void A_data_adapter_fills_a_table()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("id"), Column.Text("name")], [1, "one"]);
        var table = new DataTable();
        new MuxDataAdapter("SELECT id, name FROM t", connection).Fill(table);
        Assert.That(table.Rows[0]["name"], Is.EqualTo("one"));
    }
}
