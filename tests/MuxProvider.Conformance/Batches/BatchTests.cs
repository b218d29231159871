using System.Data;
using System.Data.Common;
using System.Globalization;

namespace MuxProvider.Conformance;

/// <summary>Batches: several commands at once.</summary>
internal sealed class BatchTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [Test]
    public void A_new_batch_has_the_documented_defaults([Values] bool fromFactory)
    {
        using var batch = fromFactory ? Provider.Factory.CreateBatch() : Connection.CreateBatch();
        Assert.That(batch.BatchCommands, Is.Empty);
        Assert.That(batch.Connection, fromFactory ? Is.Null : Is.SameAs(Connection));
        Assert.That(batch.Transaction, Is.Null);
        Assert.That(batch.Timeout, Is.EqualTo(30));
    }

    [Test]
    public void A_new_command_of_a_batch_has_the_documented_defaults()
    {
        var command = Connection.CreateBatch().CreateBatchCommand();
        Assert.That(command.CommandText, Is.Empty);
        Assert.That(command.CommandType, Is.EqualTo(CommandType.Text));
        Assert.That(command.Parameters, Is.Empty);
        Assert.That(command.RecordsAffected, Is.EqualTo(-1));
        Assert.That(command.CanCreateParameter, Is.True);
        Assert.That(command.CreateParameter(), Is.TypeOf(Provider.Factory.CreateParameter()!.GetType()));
    }

    [Test]
    public void Connections_say_that_they_can()
    {
        Assert.That(Connection.CanCreateBatch, Is.True);
        Assert.That(Provider.Factory.CanCreateBatch, Is.True);
        Assert.That(() => Connection.CreateBatch().Timeout = -1, Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void The_commands_are_a_list()
    {
        var batch = Batch("SELECT 1", "SELECT 2");
        var commands = batch.BatchCommands;
        var (first, second) = (commands[0], commands[1]);
        var third = batch.CreateBatchCommand();
        Assert.That(commands, Has.Count.EqualTo(2));
        Assert.That(commands.IsReadOnly, Is.False);
        Assert.That(commands.Contains(third), Is.False);
        Assert.That(commands.IndexOf(third), Is.EqualTo(-1));
        Assert.That(commands.Remove(third), Is.False);
        commands.Insert(1, third);
        Assert.That(commands, Is.EqualTo(new[] { first, third, second }));
        Assert.That(commands.IndexOf(second), Is.EqualTo(2));
        var copy = new DbBatchCommand[4];
        commands.CopyTo(copy, 1);
        Assert.That(copy, Is.EqualTo(new[] { null, first, third, second }));
        Assert.That(commands.Remove(first), Is.True);
        commands.RemoveAt(0);
        Assert.That(commands, Is.EqualTo(new[] { second }));
        commands[0] = third;
        Assert.That(commands[0], Is.SameAs(third));
        commands.Clear();
        Assert.That(commands, Is.Empty);
        Assert.That(() => commands.Add(null!), Throws.InstanceOf<ArgumentNullException>());
        Assert.That(() => commands[0], Throws.InstanceOf<ArgumentOutOfRangeException>().Or.InstanceOf<IndexOutOfRangeException>());
    }

    [Test]
    public async Task All_commands_run_and_each_counts_its_rows([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        var batch = Batch($"INSERT INTO {table} VALUES (1), (2), (3)", $"UPDATE {table} SET id = id + 1 WHERE id > 1", "SELECT 1", $"DELETE FROM {table} WHERE id > 99");
        Assert.That(await batch.NonQueryAsync(calling), Is.EqualTo(5));
        Assert.That(batch.BatchCommands.Select(command => command.RecordsAffected), Is.EqualTo(new[] { 3, 2, -1, 0 }));
    }

    [Test]
    public async Task A_scalar_is_the_first_cell_of_the_first_result([Values] Calling calling)
    {
        Assert.That(await Batch("SELECT 'a', 'b'", "SELECT 'c'").ScalarAsync(calling), Is.EqualTo("a"));
        Assert.That(await Batch("DO 1", "SELECT 'c'").ScalarAsync(calling), Is.EqualTo("c"));
        Assert.That(await Batch("DO 1", "DO 2").ScalarAsync(calling), Is.Null);
        Assert.That(await Batch("SELECT 1 FROM DUAL WHERE 1 = 0", "SELECT 'c'").ScalarAsync(calling), Is.Null);
    }

    [Test]
    public async Task A_reader_reads_all_results([Values] Calling calling)
    {
        await using var reader = await Batch("SELECT 'a'", "DO 1", "SELECT 'b' UNION ALL SELECT 'c'").ReaderAsync(calling);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetString(0), Is.EqualTo("a"));
        Assert.That(await reader.NextResultAsync(calling), Is.True);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetString(0), Is.EqualTo("c"));
        Assert.That(await reader.NextResultAsync(calling), Is.False);
    }

    [Test]
    public async Task Each_command_has_its_own_parameters([Values] Calling calling)
    {
        var batch = Batch("SELECT @p", "SELECT @p", "SELECT ?");
        for (var i = 0; i < 3; i++)
        {
            var parameter = batch.BatchCommands[i].CreateParameter();
            parameter.ParameterName = i < 2 ? "p" : "";
            parameter.Value = i;
            batch.BatchCommands[i].Parameters.Add(parameter);
        }

        await using var reader = await batch.ReaderAsync(calling);
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await reader.ReadAsync(calling), Is.True);
            Assert.That(Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture), Is.EqualTo(i));
            Assert.That(await reader.NextResultAsync(calling), Is.EqualTo(i < 2));
        }
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task An_error_names_its_command_and_what_ran_before_it_stays(int failing)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var table = await TableAsync("id INT");
            var batch = Batch(Enumerable.Range(0, 3).Select(i => i == failing ? "INSERT INTO no_such_table VALUES (1)" : $"INSERT INTO {table} VALUES ({i})").ToArray());
            var error = await Sql.FailureOf<DbException>(() => batch.NonQueryAsync(calling));
            Assert.That(error.BatchCommand, Is.SameAs(batch.BatchCommands[failing]));
            Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(failing));
            Assert.That(batch.BatchCommands.Select(command => command.RecordsAffected), Is.EqualTo(Enumerable.Range(0, 3).Select(i => i < failing ? 1 : -1)));
            await AssertUsableAsync(Connection);
        }
    }

    [Test]
    public void A_batch_needs_commands_texts_and_a_connection([Values] Calling calling)
    {
        Assert.That(async () => await Batch().NonQueryAsync(calling), Throws.InstanceOf<InvalidOperationException>());
        Assert.That(async () => await Batch("SELECT 1", "").NonQueryAsync(calling), Throws.InstanceOf<InvalidOperationException>());
        Assert.That(async () => await Batch("SELECT 1", " ").ScalarAsync(calling), Throws.InstanceOf<InvalidOperationException>());
        var homeless = Batch("SELECT 1");
        homeless.Connection = null;
        Assert.That(async () => await homeless.ScalarAsync(calling), Throws.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public async Task A_batch_runs_inside_the_transaction([Values] Calling calling, [Values] bool commits)
    {
        var table = await TableAsync("id INT");
        await using var transaction = await Connection.BeginAsync(calling);
        var batch = Batch($"INSERT INTO {table} VALUES (1)", $"INSERT INTO {table} VALUES (2)");
        batch.Transaction = transaction;
        Assert.That(await batch.NonQueryAsync(calling), Is.EqualTo(2));
        await (commits ? transaction.CommitAsync(calling) : transaction.RollbackAsync(calling));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(commits ? 2 : 0));
        Assert.That(async () => await batch.NonQueryAsync(calling), Throws.InstanceOf<InvalidOperationException>(), "the transaction has ended");
    }

    [Test]
    public async Task A_batch_can_be_run_again_and_changed([Values] Calling calling)
    {
        var batch = Batch("SELECT 1", "SELECT 2");
        for (var i = 0; i < 3; i++)
            Assert.That(await batch.ScalarAsync(calling), Is.EqualTo(1));
        batch.BatchCommands.RemoveAt(0);
        Assert.That(await batch.ScalarAsync(calling), Is.EqualTo(2));
        batch.BatchCommands[0].CommandText = "SELECT 3;";
        Assert.That(await batch.ScalarAsync(calling), Is.EqualTo(3));
    }

    [Test]
    public async Task Prepare_and_Cancel_may_be_called([Values] Calling calling)
    {
        var batch = Batch("SELECT 1", "SELECT 2");
        Assert.That(() => batch.Cancel(), Throws.Nothing);
        if (calling == Calling.Blocking)
            batch.Prepare();
        else
            await batch.PrepareAsync();
        Assert.That(await batch.ScalarAsync(calling), Is.EqualTo(1));
        Assert.That(() => batch.Cancel(), Throws.Nothing);
    }

    [Test]
    public async Task Comments_and_semicolons_at_the_end_of_a_command_stay_in_it([Values] Calling calling)
    {
        var texts = new List<string>();
        await using var reader = await Batch("SELECT 'a' -- comment", "SELECT 'b';", "SELECT 'c' # comment", "SELECT 'd' /* ; */ ;").ReaderAsync(calling);
        do
        {
            while (await reader.ReadAsync(calling))
                texts.Add(reader.GetString(0));
        }
        while (await reader.NextResultAsync(calling));
        Assert.That(texts, Is.EqualTo(new[] { "a", "b", "c", "d" }));
    }

    [Test]
    public async Task A_batch_of_a_data_source_brings_its_connection([Values] Calling calling)
    {
        var batch = Keep(Source.CreateBatch());
        foreach (var text in new[] { "SELECT 'a'", "SELECT 'b'" })
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = text;
            batch.BatchCommands.Add(command);
        }

        Assert.That(await batch.ScalarAsync(calling), Is.EqualTo("a"));
        Assert.That(await batch.NonQueryAsync(calling), Is.EqualTo(-1));
        await using var reader = await batch.ReaderAsync(calling);
        Assert.That(await reader.NextResultAsync(calling), Is.True);
        Assert.That(await reader.ReadAsync(calling), Is.True);
        Assert.That(reader.GetString(0), Is.EqualTo("b"));
    }

    [Test]
    public async Task A_hundred_commands_go_at_once([Values] Calling calling)
    {
        var batch = Batch(Enumerable.Range(0, 100).Select(i => $"SELECT {i}").ToArray());
        await using var reader = await batch.ReaderAsync(calling);
        for (var i = 0; i < 100; i++)
        {
            Assert.That(await reader.ReadAsync(calling), Is.True);
            Assert.That(Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture), Is.EqualTo(i));
            Assert.That(await reader.NextResultAsync(calling), Is.EqualTo(i < 99));
        }
    }

    private DbBatch Batch(params string[] texts)
    {
        var batch = Keep(Connection.CreateBatch());
        foreach (var text in texts)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = text;
            batch.BatchCommands.Add(command);
        }

        return batch;
    }
}
