using System.Data;
using System.Data.Common;

namespace MuxProvider.ServerTests;

/// <summary>Several results, counts, ids, batches, and what generic ADO.NET code asks for.</summary>
internal sealed class ResultTests : ServerFixture
{
    private string _table = "";

    [SetUp]
    public async Task CreateTable() => _table = await TableAsync("id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40) NOT NULL UNIQUE, n DECIMAL(10,2) NULL");

    [Test]
    public async Task A_text_of_several_statements_has_a_result_for_each_that_has_rows()
    {
        var handle = await OpenAsync();
        await using var command = handle.Command($"INSERT INTO {_table} (name) VALUES ('a'),('b'); SELECT 1 AS x; UPDATE {_table} SET n = 1; SELECT name AS y FROM {_table} ORDER BY id; DELETE FROM {_table} WHERE name = 'a'");
        await using var reader = await command.ExecuteReaderAsync();
        Assert.That(reader.GetName(0), Is.EqualTo("x"));
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(await reader.ReadAsync(), Is.False);
        Assert.That(await reader.NextResultAsync(), Is.True);
        Assert.That(reader.GetName(0), Is.EqualTo("y"));
        Assert.That(reader.HasRows, Is.True);
        Assert.That(await reader.NextResultAsync(), Is.False);
        Assert.That(reader.FieldCount, Is.Zero);
        await reader.CloseAsync();
        Assert.That(reader.RecordsAffected, Is.EqualTo(5));
        Assert.That(command.LastInsertedId, Is.EqualTo(1));
    }

    [Test]
    public async Task ExecuteNonQuery_counts_the_rows_of_all_statements_and_says_minus_one_where_none_can_change_any()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.RunAsync($"INSERT INTO {_table} (name) VALUES ('a'),('b'),('c')"), Is.EqualTo(3));
        Assert.That(await handle.RunAsync($"UPDATE {_table} SET n = 1 WHERE id < 3; DELETE FROM {_table} WHERE id = 3"), Is.EqualTo(3));
        Assert.That(await handle.RunAsync($"SELECT * FROM {_table}"), Is.EqualTo(-1));
        Assert.That(await handle.RunAsync($"DELETE FROM {_table} WHERE id = 99"), Is.Zero);
        Assert.That(await handle.RunAsync($"UPDATE {_table} SET n = 1 WHERE id < 3"), Is.EqualTo(2), "found, though not changed");
        Assert.That(await (await OpenAsync(NewSource("Use Affected Rows=true"))).RunAsync($"UPDATE {_table} SET n = 1 WHERE id < 3"), Is.Zero, "changed");
        Assert.That(await handle.RunAsync($"INSERT INTO {_table} (name) VALUES ('a') ON DUPLICATE KEY UPDATE n = 5"), Is.EqualTo(2));
    }

    [Test]
    public async Task LastInsertedId_is_that_of_the_command_however_many_insert_at_once()
    {
        var source = NewSource("Max Shared Links=1");
        var ids = await Until.Ends(Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            await using var handle = await source.OpenConnectionAsync();
            await using var command = handle.Command($"INSERT INTO {_table} (name) VALUES (@n)", ("n", $"name {i}"));
            await command.ExecuteNonQueryAsync();
            var id = command.LastInsertedId;
            Assert.That(await handle.ScalarAsync<string>($"SELECT name FROM {_table} WHERE id = @id", ("id", id)), Is.EqualTo($"name {i}"));
            await using var select = handle.Command("SELECT 1");
            await select.ExecuteScalarAsync();
            Assert.That(select.LastInsertedId, Is.Zero);
            return id;
        })));
        Assert.That(ids, Is.Unique);
    }

    [Test]
    public async Task A_generated_id_beyond_32_bits_is_whole()
    {
        var table = await TableAsync("id BIGINT PRIMARY KEY AUTO_INCREMENT");
        var handle = await OpenAsync();
        await handle.RunAsync($"INSERT INTO {table} VALUES (9007199254740993)");
        await using var command = handle.Command($"INSERT INTO {table} VALUES ()");
        await command.ExecuteNonQueryAsync();
        Assert.That(command.LastInsertedId, Is.EqualTo(9007199254740994));
    }

    [Test]
    public async Task ExecuteScalar_gives_null_without_rows_DBNull_for_NULL_and_otherwise_the_first_cell()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.Command($"SELECT id FROM {_table}").ExecuteScalarAsync(), Is.Null);
        Assert.That(await handle.Command("SELECT NULL").ExecuteScalarAsync(), Is.EqualTo(DBNull.Value));
        Assert.That(await handle.Command("SELECT 'a', 'b' UNION ALL SELECT 'c', 'd'; SELECT 'e'").ExecuteScalarAsync(), Is.EqualTo("a"));
        Assert.That(await handle.Command($"DELETE FROM {_table}").ExecuteScalarAsync(), Is.Null);
    }

    [Test]
    public async Task An_error_midway_comes_when_its_result_is_reached_and_keeps_what_ran_before()
    {
        var handle = await OpenAsync();
        var text = $"INSERT INTO {_table} (name) VALUES ('before'); SELECT 1; INSERT INTO {_table} (name) VALUES ('before'); SELECT 2; INSERT INTO {_table} (name) VALUES ('after')";
        await using (var reader = await handle.Command(text).ExecuteReaderAsync())
        {
            Assert.That(await reader.ReadAsync(), Is.True);
            Assert.That(reader.GetInt32(0), Is.EqualTo(1));
            var error = await Sql.MuxFailureOf(() => reader.NextResultAsync());
            Assert.That(error.ErrorCode, Is.EqualTo(MuxErrorCode.DuplicateKeyEntry));
            Assert.That(error.SqlState, Is.EqualTo("23000"));
        }

        var error2 = await Sql.MuxFailureOf(() => handle.RunAsync($"SELECT 1; INSERT INTO {_table} (name) VALUES ('before')"));
        Assert.That(error2.Number, Is.EqualTo(1062));
        Assert.That(await handle.TextAsync($"SELECT name FROM {_table}"), Is.EqualTo("before"));
    }

    [Test]
    public async Task An_error_of_the_first_statement_comes_from_the_execution_itself()
    {
        var handle = await OpenAsync();
        var error = await Sql.MuxFailureOf(() => handle.Command("SELECT * FROM nowhere; SELECT 1").ExecuteReaderAsync());
        Assert.That(error.Number, Is.EqualTo(1146));
        Assert.That(error.SqlState, Is.EqualTo("42S02"));
        Assert.That(error.ServerMessage, Does.Contain("nowhere"));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(await handle.ScalarAsync<int>("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_batch_runs_its_commands_with_their_own_parameters_and_counts()
    {
        var handle = await OpenAsync();
        await using var batch = handle.CreateBatch();
        batch.BatchCommands.Add(Step($"INSERT INTO {_table} (name) VALUES (@name) -- a comment", "first"));
        batch.BatchCommands.Add(Step($"INSERT INTO {_table} (name) VALUES (@name);", "second"));
        batch.BatchCommands.Add(Step($"SELECT name FROM {_table} WHERE name = @name", "second"));
        batch.BatchCommands.Add(Step($"UPDATE {_table} SET n = 3", ""));

        await using (var reader = await batch.ExecuteReaderAsync())
        {
            Assert.That(await reader.ReadAsync(), Is.True);
            Assert.That(reader.GetString(0), Is.EqualTo("second"));
            Assert.That(await reader.NextResultAsync(), Is.False);
        }

        Assert.That(batch.BatchCommands.Cast<MuxBatchCommand>().Select(step => step.RecordsAffected), Is.EqualTo(new[] { 1, 1, -1, 2 }));
        Assert.That(batch.BatchCommands.Cast<MuxBatchCommand>().Select(step => step.LastInsertedId), Is.EqualTo(new[] { 1, 2, 0, 0 }));
    }

    [Test]
    public async Task An_error_in_a_batch_names_its_command()
    {
        var handle = await OpenAsync();
        await using var batch = handle.CreateBatch();
        batch.BatchCommands.Add(Step($"INSERT INTO {_table} (name) VALUES (@name)", "x"));
        batch.BatchCommands.Add(Step("SELECT 1", ""));
        batch.BatchCommands.Add(Step($"INSERT INTO {_table} (name) VALUES (@name)", "x"));
        batch.BatchCommands.Add(Step($"INSERT INTO {_table} (name) VALUES (@name)", "y"));

        var error = await Sql.MuxFailureOf(() => batch.ExecuteNonQueryAsync());

        Assert.That(error.Number, Is.EqualTo(1062));
        Assert.That(error.BatchCommand, Is.SameAs(batch.BatchCommands[2]));
        Assert.That(batch.BatchCommands[3].RecordsAffected, Is.EqualTo(-1));
        Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {_table}"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_batch_inside_a_transaction_is_undone_with_it()
    {
        var handle = await OpenAsync();
        await using (var transaction = await handle.BeginTransactionAsync())
        {
            await using var batch = new MuxBatch(handle, transaction);
            batch.BatchCommands.Add(Step($"INSERT INTO {_table} (name) VALUES (@name)", "x"));
            batch.BatchCommands.Add(Step($"INSERT INTO {_table} (name) VALUES (@name)", "y"));
            Assert.That(await batch.ExecuteNonQueryAsync(), Is.EqualTo(2));
        }

        Assert.That(await handle.ScalarAsync<int>($"SELECT COUNT(*) FROM {_table}"), Is.Zero);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task CloseConnection_closes_the_connection_with_the_reader(bool asynchronously)
    {
        var handle = await OpenAsync();
        var reader = await handle.Command("SELECT 1").ExecuteReaderAsync(CommandBehavior.CloseConnection);
        Assert.That(await reader.ReadAsync(), Is.True);
        if (asynchronously)
            await reader.DisposeAsync();
        else
            reader.Dispose();
        Assert.That(handle.State, Is.EqualTo(ConnectionState.Closed));
    }

    [Test]
    public async Task Other_behaviours_are_taken_and_SchemaOnly_gives_columns_without_rows()
    {
        var handle = await OpenAsync();
        foreach (var behavior in new[] { CommandBehavior.SequentialAccess, CommandBehavior.SingleRow, CommandBehavior.SingleResult, CommandBehavior.KeyInfo })
        {
            await using var reader = await handle.Command("SELECT 1").ExecuteReaderAsync(behavior);
            Assert.That(await reader.ReadAsync(), Is.True);
        }

        await handle.RunAsync($"INSERT INTO {_table} (name) VALUES ('a')");
        await using var schema = await handle.Command($"SELECT id, name FROM {_table}").ExecuteReaderAsync(CommandBehavior.SchemaOnly);
        Assert.That(schema.FieldCount, Is.EqualTo(2));
        Assert.That(await schema.ReadAsync(), Is.False);
    }

    [Test]
    public async Task A_DataTable_loads_with_the_types_and_keys_of_the_columns()
    {
        var handle = await OpenAsync();
        await handle.RunAsync($"INSERT INTO {_table} (name, n) VALUES ('a', 1.5), ('b', NULL)");
        using var table = new DataTable();
        await using (var reader = await handle.Command($"SELECT id, name, n, n * 2 AS twice FROM {_table} ORDER BY id").ExecuteReaderAsync())
            table.Load(reader);

        Assert.That(table.Rows, Has.Count.EqualTo(2));
        Assert.That(table.Columns["id"]!.DataType, Is.EqualTo(typeof(int)));
        Assert.That(table.Columns["n"]!.DataType, Is.EqualTo(typeof(decimal)));
        Assert.That(table.Rows[0]["n"], Is.EqualTo(1.5m));
        Assert.That(table.Rows[1]["n"], Is.EqualTo(DBNull.Value));
    }

    [Test]
    public async Task The_schema_table_knows_keys_nulls_and_tables()
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command($"SELECT id AS number, name, n FROM {_table} AS t").ExecuteReaderAsync();
        var schema = reader.GetSchemaTable()!;

        Assert.That(schema.Rows, Has.Count.EqualTo(3));
        Assert.That(schema.Rows[0]["ColumnName"], Is.EqualTo("number"));
        Assert.That(schema.Rows[0]["BaseColumnName"], Is.EqualTo("id"));
        Assert.That(schema.Rows[0]["BaseTableName"], Is.EqualTo(_table));
        Assert.That(schema.Rows[0]["IsKey"], Is.True);
        Assert.That(schema.Rows[0]["IsAutoIncrement"], Is.True);
        Assert.That(schema.Rows[0]["IsAliased"], Is.True);
        Assert.That(schema.Rows[1]["AllowDBNull"], Is.False);
        Assert.That(schema.Rows[1]["IsUnique"], Is.True);
        Assert.That(schema.Rows[1]["ColumnSize"], Is.EqualTo(40));
        Assert.That(schema.Rows[2]["AllowDBNull"], Is.True);
        Assert.That(schema.Rows[2]["NumericPrecision"], Is.EqualTo(10));
        Assert.That(schema.Rows[2]["NumericScale"], Is.EqualTo(2));
        Assert.That(reader.GetColumnSchema(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Columns_with_equal_or_empty_names_can_be_read()
    {
        var handle = await OpenAsync();
        await using var reader = await handle.Command("SELECT 1 AS a, 2 AS a, 3 AS ``").ExecuteReaderAsync();
        Assert.That(await reader.ReadAsync(), Is.True);
        Assert.That(reader["A"], Is.EqualTo(1));
        Assert.That(reader.GetName(1), Is.EqualTo("a"));
        Assert.That(reader.GetName(2), Is.Empty);
        Assert.That(reader.GetValue(2), Is.EqualTo(3));
    }

    [Test]
    public async Task Generic_code_works_through_the_factory()
    {
        DbProviderFactory factory = MuxProviderFactory.Instance;
        var builder = factory.CreateConnectionStringBuilder()!;
        builder.ConnectionString = Server.Options($"Database={Schema}");
        await using var source = factory.CreateDataSource(builder.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        var parameter = factory.CreateParameter()!;
        parameter.ParameterName = "@name";
        parameter.DbType = DbType.String;
        parameter.Value = "generic";
        command.Parameters.Add(parameter);
        command.CommandText = $"INSERT INTO {_table} (name) VALUES (@name)";
        Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(1));

        await using var direct = source.CreateCommand($"SELECT name FROM {_table}");
        Assert.That(await direct.ExecuteScalarAsync(), Is.EqualTo("generic"));
        await using var batch = source.CreateBatch();
        var step = factory.CreateBatchCommand()!;
        step.CommandText = "SELECT 5";
        batch.BatchCommands.Add(step);
        Assert.That(Convert.ToInt32(await batch.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(5));

        using var adapter = (DbDataAdapter)factory.CreateDataAdapter()!;
        using var select = factory.CreateCommand()!;
        select.Connection = connection;
        select.CommandText = $"SELECT id, name FROM {_table}";
        adapter.SelectCommand = select;
        using var table = new DataTable();
        Assert.That(adapter.Fill(table), Is.EqualTo(1));
    }

    [Test]
    public async Task An_error_among_rows_that_nobody_reads_is_not_lost()
    {
        var handle = await OpenAsync();
        const string Text = "SELECT 1 UNION ALL SELECT (SELECT 1 UNION SELECT 2)";
        await using (var reader = await handle.Command(Text).ExecuteReaderAsync())
            Assert.That((await Sql.MuxFailureOf(() => reader.NextResultAsync())).Number, Is.EqualTo(1242));
        Assert.That((await Sql.MuxFailureOf(() => handle.RunAsync(Text))).Number, Is.EqualTo(1242));
        Assert.That((await Sql.MuxFailureOf(() => handle.Command(Text).ExecuteScalarAsync())).Number, Is.EqualTo(1242));
    }

    [Test]
    public async Task A_data_source_makes_batches()
    {
        await using var batch = Source.CreateBatch();
        var step = batch.CreateBatchCommand();
        step.CommandText = "SELECT 5";
        batch.BatchCommands.Add(step);
        Assert.That(await batch.ExecuteScalarAsync(), Is.EqualTo(5));
    }

    [Test]
    public async Task Schema_collections_list_tables_and_columns()
    {
        var handle = await OpenAsync();
        Assert.That((await handle.GetSchemaAsync()).Rows, Is.Not.Empty);
        var tables = await handle.GetSchemaAsync("Tables", [null, Schema, _table, null]);
        Assert.That(tables.Rows, Has.Count.EqualTo(1));
        var columns = await handle.GetSchemaAsync("Columns", [null, Schema, _table, null]);
        Assert.That(columns.Rows, Has.Count.EqualTo(3));
        Assert.That((await handle.GetSchemaAsync("ReservedWords")).Rows, Is.Not.Empty);
    }

    [Test]
    public async Task A_connection_tells_its_server_schema_and_states()
    {
        var handle = Source.CreateConnection();
        var states = new List<ConnectionState>();
        handle.StateChange += (_, change) => states.Add(change.CurrentState);
        await handle.OpenAsync();
        Assert.That(handle.ServerVersion, Is.EqualTo(await handle.ScalarAsync<string>("SELECT VERSION()")));
        Assert.That(handle.Database, Is.EqualTo(Schema));
        Assert.That(handle.ConnectionString, Does.Not.Contain("secret"));
        await handle.CloseAsync();
        await handle.CloseAsync();
        await handle.OpenAsync();
        await handle.DisposeAsync();
        await handle.DisposeAsync();
        Assert.That(states.Where(state => state != ConnectionState.Connecting), Is.EqualTo(new[] { ConnectionState.Open, ConnectionState.Closed, ConnectionState.Open, ConnectionState.Closed }));
    }

    [Test]
    public async Task Comments_semicolons_and_white_space_around_a_statement_do_no_harm()
    {
        var handle = await OpenAsync();
        Assert.That(await handle.TextAsync(" /* a */ SELECT 1 ; -- end"), Is.EqualTo("1"));
        Assert.That(await handle.TextAsync("# line\nSELECT 2;"), Is.EqualTo("2"));
        Assert.That(await handle.TextAsync("(SELECT 3)"), Is.EqualTo("3"));
        Assert.That(await handle.TextAsync("SELECT /*! 4 */"), Is.EqualTo("4"));
        Assert.That(await handle.TextAsync("VALUES ROW(5)".Replace("ROW", Server.IsMySql ? "ROW" : "", StringComparison.Ordinal)), Is.EqualTo("5"));
        Assert.That(await handle.TextAsync("WITH x AS (SELECT 6 AS n) SELECT n FROM x"), Is.EqualTo("6"));
        Assert.That(handle.PinReasons & ~Multiplexing.PinReasons.Unknown, Is.EqualTo(Multiplexing.PinReasons.None));
    }

    private static MuxBatchCommand Step(string text, string name)
    {
        var step = new MuxBatchCommand(text);
        if (name.Length > 0)
            step.Parameters.AddWithValue("name", name);
        return step;
    }
}
