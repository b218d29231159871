using System.Data;
using MuxProvider.Protocol;

namespace MuxProvider.Tests;

public class BatchPrepareTests
{
    [Test]
    public async Task Each_text_that_can_be_prepared_is_checked_once_and_the_batch_goes_out_as_before()
    {
        var (connection, handle) = FakeConnection.Open();
        await using var batch = Of(connection, "UPDATE t SET a = @a", "COMMIT", "UPDATE t SET a = @a", "DELETE FROM t WHERE a = ?");
        await batch.PrepareAsync();
        batch.Prepare();
        Assert.That(handle.Prepared, Is.EqualTo(new[] { "UPDATE t SET a = @a", "DELETE FROM t WHERE a = ?", "UPDATE t SET a = @a", "DELETE FROM t WHERE a = ?" }));
        Assert.That(handle.Sent, Is.Empty);
        foreach (MuxBatchCommand command in batch.BatchCommands)
            command.Parameters.AddWithValue("a", 1);
        await batch.ExecuteNonQueryAsync();
        Assert.That(handle.Sent, Is.EqualTo(new[] { "UPDATE t SET a = 1\n;COMMIT\n;UPDATE t SET a = 1\n;DELETE FROM t WHERE a = 1" }));
        Assert.That(handle.WantedPreparation, Is.EqualTo(new[] { false }));
    }

    [Test]
    public void An_error_names_its_command()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.PrepareError = new ErrPacket(1146, "42S02", "no such table");
        using var batch = Of(connection, "COMMIT", "DELETE FROM t");
        var error = Assert.Throws<MuxException>(batch.Prepare)!;
        Assert.That((error.Number, error.BatchCommand), Is.EqualTo((1146, batch.BatchCommands[1])));
        Assert.That(async () => await batch.PrepareAsync(), Throws.TypeOf<MuxException>());
        handle.PrepareError = new ErrPacket(1295, "HY000", "not now");
        Assert.That(batch.Prepare, Throws.Nothing);
    }

    [Test]
    public void It_needs_what_executing_needs()
    {
        var (connection, _) = FakeConnection.Open();
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Multiple(() =>
        {
            Assert.That(new MuxBatch().Prepare, Throws.InvalidOperationException.With.Message.Contains("connection"));
            Assert.That(Of(FakeConnection.Source("Server=db1").CreateConnection(), "SELECT 1").Prepare, Throws.InvalidOperationException);
            Assert.That(connection.CreateBatch().Prepare, Throws.InvalidOperationException.With.Message.Contains("no commands"));
            Assert.That(Of(connection, "SELECT 1", " ").Prepare, Throws.InvalidOperationException.With.Message.Contains("no text"));
            Assert.That(Of(connection, "SELECT 1").PrepareAsync(stopped.Token).IsCanceled, Is.True);
            Assert.That(new MuxBatch().PrepareAsync().IsFaulted, Is.True);
        });
    }

    [Test]
    public void Calls_tables_and_what_nobody_wants_prepared_are_passed_over()
    {
        var (connection, handle) = FakeConnection.Open("Ignore Prepare=true");
        Of(connection, "SELECT 1").Prepare();
        Assert.That(handle.Prepared, Is.Empty);
        (connection, handle) = FakeConnection.Open();
        using var batch = connection.CreateBatch();
        batch.BatchCommands.Add(new MuxBatchCommand("p") { CommandType = CommandType.StoredProcedure });
        batch.BatchCommands.Add(new MuxBatchCommand("t") { CommandType = CommandType.TableDirect });
        batch.Prepare();
        Assert.That(handle.Prepared, Is.Empty);
    }

    [Test]
    public async Task A_batch_of_a_data_source_opens_its_connection_meanwhile()
    {
        FakeHandle? handle = null;
        await using var source = FakeConnection.Source("Server=db1", created => handle = created);
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new MuxBatchCommand("SELECT 1"));
        await batch.PrepareAsync();
        Assert.That((handle!.Prepared.Count, handle.Opens, handle.Closes), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public async Task Looking_routines_up_takes_from_the_time_of_the_batch()
    {
        var handles = new List<FakeHandle>();
        await using var source = FakeConnection.Source("Database=shop", handles.Add);
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = Of(connection, "SELECT 1");
        batch.BatchCommands.Add(new MuxBatchCommand("never_heard_of") { CommandType = CommandType.StoredProcedure });
        await batch.ExecuteNonQueryAsync();
        Assert.That(handles[0].LastDeadline, Is.EqualTo(handles[1].LastDeadline));
    }

    private static MuxBatch Of(MuxConnection connection, params string[] texts)
    {
        var batch = connection.CreateBatch();
        foreach (var text in texts)
            batch.BatchCommands.Add(new MuxBatchCommand(text));
        return batch;
    }
}
