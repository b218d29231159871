namespace MuxProvider.Tests;

public class MuxBatchTests
{
    private static MuxBatch Of(MuxConnection connection, params string[] texts)
    {
        var batch = connection.CreateBatch();
        foreach (var text in texts)
            batch.BatchCommands.Add(new MuxBatchCommand(text));
        return batch;
    }

    [Test]
    public void Commands_go_out_as_one_text_with_values_of_their_own()
    {
        var (connection, handle) = FakeConnection.Open();
        using var batch = Of(connection, "UPDATE t SET a = @v; ", "UPDATE u SET a = @v -- done", "UPDATE w SET a = ?");
        for (var i = 0; i < 3; i++)
            batch.BatchCommands[i].Parameters.AddWithValue("v", i);
        batch.ExecuteNonQuery();
        Assert.That(handle.Sent, Is.EqualTo(new[] { "UPDATE t SET a = 0\n;UPDATE u SET a = 1 -- done\n;UPDATE w SET a = 2" }));
    }

    [Test]
    public void Each_command_learns_what_it_changed()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Done(1, 11).Rows([Column.Int("a")], [7]).Done(2).Done(3);
        using var batch = Of(connection, "INSERT INTO t VALUES (1)", "SELECT 7", "UPDATE t SET a = 1; UPDATE t SET a = 2");
        Assert.Multiple(() =>
        {
            Assert.That(batch.ExecuteNonQuery(), Is.EqualTo(6));
            Assert.That(batch.BatchCommands.Select<MuxBatchCommand, int>(static command => command.RecordsAffected), Is.EqualTo(new[] { 1, -1, 5 }));
            Assert.That(batch.BatchCommands[0].LastInsertedId, Is.EqualTo(11));
        });
    }

    [Test]
    public void A_procedure_call_keeps_its_results_to_itself()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")], [7]).Rows([Column.Int("b")], [8]).Done(2).Done(5);
        using var batch = Of(connection, "CALL p()", "UPDATE t SET a = 1");
        batch.ExecuteNonQuery();
        Assert.That(batch.BatchCommands.Select<MuxBatchCommand, int>(static command => command.RecordsAffected), Is.EqualTo(new[] { 2, 5 }));
    }

    [Test]
    public void An_error_names_its_command()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Done(1).Rows([Column.Int("a")], [7]).Fails(1062, "duplicate");
        using var batch = Of(connection, "UPDATE t SET a = 1", "SELECT 7", "INSERT INTO t VALUES (1)", "DELETE FROM t");
        var error = Assert.Throws<MuxException>(() => batch.ExecuteNonQuery())!;
        Assert.Multiple(() =>
        {
            Assert.That(error.BatchCommand, Is.SameAs(batch.BatchCommands[2]));
            Assert.That(error.Number, Is.EqualTo(1062));
            Assert.That(batch.BatchCommands[0].RecordsAffected, Is.EqualTo(1));
            Assert.That(batch.BatchCommands[2].RecordsAffected, Is.EqualTo(-1));
        });
    }

    [Test]
    public void A_missing_parameter_names_its_command()
    {
        var (connection, _) = FakeConnection.Open();
        using var batch = Of(connection, "SELECT 1", "SELECT @x");
        batch.BatchCommands[0].Parameters.AddWithValue("x", 1);
        var error = Assert.Throws<MuxException>(() => batch.ExecuteNonQuery())!;
        Assert.That(error.BatchCommand, Is.SameAs(batch.BatchCommands[1]));
    }

    [Test]
    public void Results_are_read_one_after_the_other()
    {
        var (connection, handle) = FakeConnection.Open();
        handle.Answer().Rows([Column.Int("a")], [7]).Done(1).Rows([Column.Int("b")], [8]);
        using var batch = Of(connection, "SELECT 7", "UPDATE t SET a = 1", "SELECT 8");
        using var reader = batch.ExecuteReader();
        reader.Read();
        Assert.That(reader.GetInt32(0), Is.EqualTo(7));
        Assert.That(reader.NextResult(), Is.True);
        reader.Read();
        Assert.That(reader.GetInt32(0), Is.EqualTo(8));
        Assert.That(batch.BatchCommands[1].RecordsAffected, Is.EqualTo(1));
    }

    [Test]
    public void An_empty_batch_and_an_empty_command_are_refused()
    {
        var (connection, _) = FakeConnection.Open();
        Assert.Multiple(() =>
        {
            Assert.That(Of(connection).ExecuteNonQuery, Throws.InvalidOperationException);
            Assert.That(Of(connection, "SELECT 1", " ").ExecuteNonQuery, Throws.InvalidOperationException);
            Assert.That(Of(connection, "SELECT 1", "/* nothing */").ExecuteNonQuery, Throws.InvalidOperationException);
            Assert.That(() => new MuxBatch().BatchCommands.Add(null!), Throws.ArgumentNullException);
        });
    }

    [TestCase("SELECT 'x")]
    [TestCase("SELECT 1 /* x")]
    public void A_command_that_does_not_end_cannot_swallow_the_next(string text)
    {
        var (connection, handle) = FakeConnection.Open();
        using var batch = Of(connection, text, "DELETE FROM t WHERE a = 'x'");
        Assert.That(batch.ExecuteNonQuery, Throws.InvalidOperationException);
        Assert.That(handle.Sent, Is.Empty);
    }

    [Test]
    public void A_finished_transaction_is_refused()
    {
        var (connection, _) = FakeConnection.Open();
        var finished = connection.BeginTransaction();
        finished.Rollback();
        using var batch = Of(connection, "SELECT 1");
        batch.Transaction = finished;
        Assert.That(batch.ExecuteNonQuery, Throws.InvalidOperationException);
    }
}
