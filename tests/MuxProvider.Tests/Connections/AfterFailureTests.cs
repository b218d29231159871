using System.Data;
using MuxProvider.Links;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

/// <summary>What is left behind something that failed, and who hears of it how.</summary>
public class AfterFailureTests
{
    [Test]
    public void What_a_callback_of_Open_left_open_before_it_failed_is_gone()
    {
        FakeHandle? handle = null;
        var fails = true;
        using var source = new MuxDataSource(
            new DataSourceSettings(new MuxConnectionStringBuilder("Server=db1")),
            schema =>
            {
                handle = new FakeHandle(schema);
                handle.Answer().Done();
                handle.Answer().Rows([Column.Int("a")], [1]);
                return handle;
            },
            null)
        {
            ConnectionOpened = (connection, _) =>
            {
                if (!fails)
                    return default;
                connection.BeginTransaction();
                new MuxCommand("SELECT 1", connection).ExecuteReader();
                throw new InvalidOperationException("no");
            },
        };
        using var connection = source.CreateConnection();
        Assert.That(connection.Open, Throws.InvalidOperationException.With.Message.EqualTo("no"));
        Assert.That((connection.State, handle!.IsOpen), Is.EqualTo((ConnectionState.Closed, false)));
        fails = false;
        connection.Open();
        Assert.That(() => new MuxCommand("SELECT 1", connection).ExecuteNonQuery(), Throws.Nothing);
        Assert.That(() => connection.BeginTransaction().Dispose(), Throws.Nothing);
    }

    [Test]
    public void Asynchronous_methods_tell_what_handlers_throw_by_their_tasks()
    {
        using var source = FakeConnection.Source("Server=db1", static handle => handle.PinsOfOpen = Multiplexing.PinReasons.MultiplexingOff);
        foreach (var end in new Func<MuxConnection, Task>[] { static one => one.CloseAsync(), static one => one.DisposeAsync().AsTask() })
        {
            var connection = source.OpenConnection();
            connection.PinChanged += static (_, _) => throw new FormatException();
            Task? ending = null;
            Assert.That(() => { ending = end(connection); }, Throws.Nothing);
            Assert.That(ending!.Exception?.InnerException, Is.TypeOf<FormatException>());
            Assert.That(connection.State, Is.EqualTo(ConnectionState.Closed));
        }
    }

    [Test]
    public void A_savepoint_without_name_is_told_by_the_task()
    {
        var (connection, handle) = FakeConnection.Open();
        var transaction = connection.BeginTransaction();
        var sent = handle.Sent.Count;
        foreach (var task in new Func<Task>[] { () => transaction.SaveAsync(""), () => transaction.RollbackAsync(null!), () => transaction.ReleaseAsync("") })
        {
            Task? saving = null;
            Assert.That(() => { saving = task(); }, Throws.Nothing);
            Assert.That(saving!.Exception?.InnerException, Is.InstanceOf<ArgumentException>());
        }

        Assert.That(() => transaction.Save(""), Throws.ArgumentException);
        Assert.That(handle.Sent, Has.Count.EqualTo(sent));
    }

    [Test]
    public async Task A_large_answer_that_fails_before_its_first_rows_leaves_the_connection_to_others()
    {
        var (connection, handle) = FakeConnection.Open();
        await using var command = new MuxCommand("UPDATE t SET a = 1; SELECT b FROM t", connection);
        handle.Hang();
        var reading = command.ExecuteReaderAsync();
        var reply = new LostStream();
        handle.Finish(reply);
        await Assert.ThatAsync(() => reading, Throws.TypeOf<MuxException>());
        Assert.That(reply.IsDisposed, Is.True);
        Assert.That(() => command.ExecuteNonQuery(), Throws.Nothing);
    }

    [TestCase(int.MaxValue)]
    [TestCase(0)]
    public async Task The_time_for_a_bulk_copy_may_be_longer_than_any_timer(int seconds)
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")]);
        handle.Answer().Done();
        handle.Answer().Done(1);
        using var table = new DataTable();
        table.Columns.Add("a", typeof(int));
        table.Rows.Add(7);
        var copy = new MuxBulkCopy(connection) { DestinationTableName = "t", BulkCopyTimeout = seconds };
        Assert.That((await copy.WriteToServerAsync(table)).RowsInserted, Is.EqualTo(1));
    }

    [Test]
    public void A_bulk_operation_that_a_token_ends_names_that_token()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Hang();
        using var table = new DataTable();
        table.Columns.Add("a", typeof(int));
        table.Rows.Add(7);
        using var stop = new CancellationTokenSource();
        var copying = new MuxBulkCopy(connection) { DestinationTableName = "t" }.WriteToServerAsync(table, stop.Token).AsTask();
        stop.Cancel();
        Assert.That(async () => await copying, Throws.InstanceOf<OperationCanceledException>().With.Property(nameof(OperationCanceledException.CancellationToken)).EqualTo(stop.Token));
    }

    [Test]
    public void Parameters_of_a_routine_in_a_package_are_not_guessed()
    {
        var (connection, handle) = FakeConnection.Open();
        using var command = new MuxCommand("shop.pack.p", connection) { CommandType = CommandType.StoredProcedure };
        Assert.That(() => MuxCommandBuilder.DeriveParameters(command), Throws.InvalidOperationException.With.Message.Contains("package"));
        Assert.That(handle.Sent, Is.Empty);
    }

    // A stream whose link dies before its first result.
    private sealed class LostStream : Reply
    {
        public bool IsDisposed { get; private set; }

        public override IReadOnlyList<ColumnDefinition> Columns => [];

        public override bool HasRows => false;

        public override bool IsStream => true;

        public override bool Abandon(Abandonment reason) => false;

        public override bool TryPeekCell(out ReadOnlySpan<byte> cell)
        {
            cell = default;
            return false;
        }

        public override ReplyItem NextResult() => throw new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone");

        public override ValueTask<ReplyItem> NextResultAsync(CancellationToken cancellationToken) =>
            ValueTask.FromException<ReplyItem>(new LinkException(LinkFailureKind.ConnectionLost, Delivery.Sent, "gone"));

        public override bool ReadRow() => false;

        public override bool IsNull(int ordinal) => true;

        public override ReadOnlySpan<byte> GetCell(int ordinal) => default;

        public override void Dispose() => IsDisposed = true;
    }
}
