using System.Data.Common;
using System.Globalization;

namespace MuxProvider.Conformance;

/// <summary>Prepare: what it needs, what it finds out, and that nothing looks different afterwards.</summary>
internal sealed class PrepareTests(Sharing sharing) : ConformanceFixture(sharing)
{
    [TestCaseSource(typeof(ColumnCase), nameof(ColumnCase.All))]
    public async Task A_prepared_command_reads_the_same_values_of_the_same_types(ColumnCase column)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var command = Command($"SELECT {column.Name} FROM types WHERE id = @id", ("id", 1));
            await PrepareAsync(command, calling);
            for (var i = 0; i < 2; i++)
            {
                command.Parameters[0].Value = 1;
                await using (var reader = await command.ReaderAsync(calling))
                {
                    Assert.That(reader.GetFieldType(0), Is.EqualTo(column.Value.GetType()));
                    Assert.That(reader.GetDataTypeName(0), Is.EqualTo(column.TypeName));
                    Assert.That(await reader.ReadAsync(calling), Is.True);
                    Assert.That(reader.GetValue(0), Is.EqualTo(column.Value).And.TypeOf(column.Value.GetType()));
                }

                command.Parameters[0].Value = 2;
                Assert.That(await command.ScalarAsync(calling), Is.EqualTo(DBNull.Value));
            }
        }
    }

    [TestCaseSource(typeof(ColumnCase), nameof(ColumnCase.All))]
    public async Task A_prepared_command_sends_the_same_values(ColumnCase column)
    {
        var table = await TableAsync($"v {column.Definition}");
        var command = Command($"INSERT INTO {table} VALUES (@v)", ("v", column.Value));
        await command.PrepareAsync();
        Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(1));
        command.Parameters[0].Value = null;
        Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(1));
        Assert.That(await Command($"SELECT v FROM {table} WHERE v IS NOT NULL").ExecuteScalarAsync(), Is.EqualTo(column.Value));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table} WHERE v IS NULL"), Is.EqualTo(1));
    }

    [Test]
    public async Task Preparing_needs_a_connection_that_is_open_and_a_text([Values] Calling calling)
    {
        using var homeless = Provider.Factory.CreateCommand()!;
        homeless.CommandText = "SELECT 1";
        Assert.That(async () => await PrepareAsync(homeless, calling), Throws.InstanceOf<InvalidOperationException>());
        Assert.That(async () => await PrepareAsync(Command(""), calling), Throws.InstanceOf<InvalidOperationException>());
        var closed = NewConnection();
        Assert.That(async () => await PrepareAsync(Command(closed, "SELECT 1"), calling), Throws.InstanceOf<InvalidOperationException>());
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task Preparing_is_not_possible_while_a_reader_is_open([Values] Calling calling)
    {
        await using (await Command("SELECT 1").ReaderAsync(calling))
            Assert.That(async () => await PrepareAsync(Command("SELECT 2"), calling), Throws.InstanceOf<InvalidOperationException>());
        await AssertUsableAsync(Connection);
    }

    [Test]
    public async Task An_error_in_the_text_comes_from_preparing_or_from_executing([Values] Calling calling)
    {
        var command = Command("SELECT * FROM no_such_table");
        await Sql.FailureOf<DbException>(async () =>
        {
            await PrepareAsync(command, calling);
            await command.ScalarAsync(calling);
        });
        command.CommandText = "SELECT 5";
        await PrepareAsync(command, calling);
        Assert.That(Convert.ToInt32(await command.ScalarAsync(calling), CultureInfo.InvariantCulture), Is.EqualTo(5));
    }

    [Test]
    public async Task Preparing_survives_close_changed_texts_and_other_connections([Values] Calling calling)
    {
        var command = Command("SELECT @n", ("n", 1));
        await PrepareAsync(command, calling);
        await Connection.CloseAsync(calling);
        await Connection.OpenAsync(calling);
        Assert.That(Convert.ToInt32(await command.ScalarAsync(calling), CultureInfo.InvariantCulture), Is.EqualTo(1));
        command.CommandText = "SELECT @n + 1";
        Assert.That(Convert.ToInt32(await command.ScalarAsync(calling), CultureInfo.InvariantCulture), Is.EqualTo(2));
        command.Connection = await OpenAnotherAsync();
        Assert.That(Convert.ToInt32(await command.ScalarAsync(calling), CultureInfo.InvariantCulture), Is.EqualTo(2));
    }

    [TestCase("SELECT @a; SELECT @b", "1|2")]
    [TestCase("SELECT ?, ?", "1,2")]
    [TestCase("SELECT @b, @a, @b", "2,1,2")]
    [TestCase("SHOW VARIABLES LIKE 'no such variable'; SELECT @a", "-|1")]
    public async Task Every_text_that_can_be_executed_can_be_prepared(string text, string expected)
    {
        foreach (var calling in Enum.GetValues<Calling>())
        {
            var command = Command(text, ("a", 1), ("b", 2));
            await PrepareAsync(command, calling);
            await using var reader = await command.ReaderAsync(calling);
            var results = new List<string>();
            do
            {
                results.Add(await reader.ReadAsync(calling)
                    ? string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)))
                    : "-");
            }
            while (await reader.NextResultAsync(calling));
            Assert.That(string.Join('|', results), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_prepared_command_runs_inside_the_transaction([Values] Calling calling)
    {
        var table = await TableAsync("id INT");
        var command = Command($"INSERT INTO {table} VALUES (@id)", ("id", 1));
        await PrepareAsync(command, calling);
        await using (var transaction = await Connection.BeginAsync(calling))
        {
            command.Transaction = transaction;
            Assert.That(await command.NonQueryAsync(calling), Is.EqualTo(1));
        }

        command.Transaction = null;
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.Zero);
        Assert.That(await command.NonQueryAsync(calling), Is.EqualTo(1));
        Assert.That(await AskAsync($"SELECT COUNT(*) FROM {table}"), Is.EqualTo(1));
    }

    protected override async Task CreateTablesAsync() => await Server.AdminAsync(ColumnCase.Create(Schema + ".types"), ColumnCase.Fill(Schema + ".types"));

    private static async Task PrepareAsync(DbCommand command, Calling calling)
    {
        if (calling == Calling.Blocking)
            command.Prepare();
        else
            await command.PrepareAsync();
    }
}
