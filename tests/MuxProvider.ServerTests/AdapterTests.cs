using System.Data;
using System.Data.Common;

namespace MuxProvider.ServerTests;

/// <summary>Data adapters: filling tables, and writing their changes back.</summary>
internal sealed class AdapterTests : ServerFixture
{
    private string _table = "";
    private MuxConnection _handle = null!;

    [SetUp]
    public async Task CreateRows()
    {
        _table = await TableAsync("id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, `the total` DECIMAL(10,2) NULL, at DATETIME(6) NULL, data BLOB NULL");
        await Server.AdminAsync($"INSERT INTO {Schema}.{_table} (name, `the total`) VALUES ('a', 1.50), ('b', NULL), ('c', 3)");
        _handle = await OpenAsync();
    }

    [Test]
    public async Task Changes_are_written_with_commands_that_were_built()
    {
        using var adapter = new MuxDataAdapter($"SELECT * FROM {_table} ORDER BY id", _handle);
        using var builder = new MuxCommandBuilder(adapter);
        using var table = new DataTable();
        Assert.That(adapter.Fill(table), Is.EqualTo(3));
        table.Rows[0]["name"] = "it's";
        table.Rows[0]["the total"] = 9.75m;
        table.Rows[1].Delete();
        var row = table.NewRow();
        (row["name"], row["at"], row["data"]) = ("new", new DateTime(2026, 1, 2, 3, 4, 5).AddTicks(1_234_560), new byte[] { 0, 39, 92, 255 });
        table.Rows.Add(row);

        Assert.That(adapter.Update(table), Is.EqualTo(3));
        Assert.That(
            await _handle.TextAsync($"SELECT id, name, `the total`, at, HEX(data) FROM {_table} ORDER BY id"),
            Is.EqualTo("1,it's,9.75,NULL,NULL;3,c,3.00,NULL,NULL;4,new,NULL,2026-01-02 03:04:05.123456,00275CFF"));
        Assert.That(table.GetChanges(), Is.Null);
        Assert.That(builder.GetInsertCommand().CommandText, Does.Contain($"`{Schema}`.`{_table}`").And.Not.Contain("`def`"));
    }

    [Test]
    public async Task A_row_that_somebody_else_changed_is_a_concurrency_violation()
    {
        using var adapter = new MuxDataAdapter($"SELECT id, name FROM {_table} ORDER BY id", _handle);
        using var builder = new MuxCommandBuilder(adapter) { ConflictOption = ConflictOption.CompareAllSearchableValues };
        using var table = new DataTable();
        adapter.Fill(table);
        await Server.AdminAsync($"UPDATE {Schema}.{_table} SET name = 'theirs' WHERE id = 1");
        table.Rows[0]["name"] = "mine";
        table.Rows[2]["name"] = "fine";
        var error = Assert.Throws<DBConcurrencyException>(() => adapter.Update(table));
        Assert.That(error.Row, Is.SameAs(table.Rows[0]));

        adapter.ContinueUpdateOnError = true;
        Assert.That(adapter.Update(table), Is.EqualTo(1));
        Assert.That(table.Rows[0].HasErrors, Is.True);
        Assert.That(await _handle.TextAsync($"SELECT name FROM {_table} ORDER BY id"), Is.EqualTo("theirs;b;fine"));
    }

    [Test]
    public async Task Generated_ids_come_back_into_their_rows([Values] bool asOutput)
    {
        await Server.AdminAsync($"CREATE PROCEDURE {Schema}.add_{_table}(IN name VARCHAR(20), OUT id INT) BEGIN INSERT INTO {Schema}.{_table} (name) VALUES (name); SET id = LAST_INSERT_ID(); END");
        using var adapter = new MuxDataAdapter($"SELECT id, name FROM {_table} WHERE id < 0", _handle);
        using var table = new DataTable();
        adapter.FillSchema(table, SchemaType.Source);
        adapter.InsertCommand = asOutput
            ? new MuxCommand($"add_{_table}", _handle) { CommandType = CommandType.StoredProcedure, UpdatedRowSource = UpdateRowSource.OutputParameters }
            : new MuxCommand($"INSERT INTO {_table} (name) VALUES (@name); SELECT LAST_INSERT_ID() AS id", _handle) { UpdatedRowSource = UpdateRowSource.FirstReturnedRecord };
        adapter.InsertCommand.Parameters.Add("name", MuxDbType.VarChar, 20, "name");
        if (asOutput)
            adapter.InsertCommand.Parameters.Add("id", MuxDbType.Int, 0, "id").Direction = ParameterDirection.Output;
        foreach (var name in new[] { "x", "y" })
        {
            var row = table.NewRow();
            row["name"] = name;
            table.Rows.Add(row);
        }

        Assert.That(adapter.Update(table), Is.EqualTo(2));
        Assert.That(table.Rows.Cast<DataRow>().Select(static row => row["id"]), Is.EqualTo(new object[] { 4, 5 }));
        Assert.That(await _handle.TextAsync($"SELECT id, name FROM {_table} WHERE id > 3 ORDER BY id"), Is.EqualTo("4,x;5,y"));
    }

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(100)]
    public async Task Rows_go_out_in_batches(int size)
    {
        using var adapter = new MuxDataAdapter($"SELECT id, name FROM {_table} ORDER BY id", _handle) { UpdateBatchSize = size };
        using var builder = new MuxCommandBuilder(adapter);
        using var table = new DataTable();
        adapter.Fill(table);
        adapter.InsertCommand = ((MuxCommand)builder.GetInsertCommand()).Clone();
        adapter.UpdateCommand = ((MuxCommand)builder.GetUpdateCommand()).Clone();
        adapter.DeleteCommand = ((MuxCommand)builder.GetDeleteCommand()).Clone();
        foreach (var command in new[] { adapter.InsertCommand, adapter.UpdateCommand, adapter.DeleteCommand })
            command.UpdatedRowSource = UpdateRowSource.None;
        builder.DataAdapter = null;
        for (var i = 0; i < 5; i++)
            table.Rows.Add(null, $"n{i}");
        table.Rows[0]["name"] = "changed";
        table.Rows[1].Delete();
        var events = 0;
        adapter.RowUpdated += (_, e) =>
        {
            events++;
            Assert.That(e.RowCount, Is.LessThanOrEqualTo(size == 0 ? 7 : size));
        };

        Assert.That(adapter.Update(table), Is.EqualTo(7));
        Assert.That(events, Is.EqualTo(size == 2 ? 4 : 1));
        Assert.That(await _handle.TextAsync($"SELECT name FROM {_table} ORDER BY id"), Is.EqualTo("changed;c;n0;n1;n2;n3;n4"));
    }

    [Test]
    public async Task Handlers_see_each_row_and_may_skip_it()
    {
        using var adapter = new MuxDataAdapter($"SELECT id, name FROM {_table} ORDER BY id", _handle);
        using var builder = new MuxCommandBuilder(adapter);
        using var table = new DataTable();
        adapter.Fill(table);
        table.Rows[0]["name"] = "x";
        table.Rows[1]["name"] = "y";
        var seen = new List<string>();
        adapter.RowUpdating += (_, e) =>
        {
            seen.Add($"updating {e.Row["id"]} {e.StatementType} {e.Command!.Parameters.Count > 0}");
            if (e.Row["id"] is 1)
                e.Status = UpdateStatus.SkipCurrentRow;
        };
        adapter.RowUpdated += (_, e) => seen.Add($"updated {e.Row["id"]} {e.RecordsAffected}");
        adapter.Update(table);
        Assert.That(seen, Is.EqualTo(new[] { "updating 1 Update True", "updating 2 Update True", "updated 2 1" }));
        Assert.That(await _handle.TextAsync($"SELECT name FROM {_table} ORDER BY id"), Is.EqualTo("a;y;c"));
    }

    [Test]
    public async Task A_table_loads_from_a_reader_with_its_types_and_key()
    {
        using var table = new DataTable();
        await using (var reader = await _handle.Command($"SELECT id, name, name AS name, `the total`, 1 + 1 FROM {_table} ORDER BY id").ExecuteReaderAsync())
            table.Load(reader);
        Assert.That(table.Rows, Has.Count.EqualTo(3));
        Assert.That(table.Columns.Cast<DataColumn>().Take(2).Select(static column => (column.ColumnName, column.DataType)), Is.EqualTo(new[] { ("id", typeof(int)), ("name", typeof(string)) }));
        Assert.That(table.Columns[0].AutoIncrement, Is.True);
        Assert.That(table.Rows[1]["the total"], Is.EqualTo(DBNull.Value));
    }

    [Test]
    public void A_data_set_takes_all_results_and_a_missing_schema_follows_the_key()
    {
        using var adapter = new MuxDataAdapter($"SELECT id FROM {_table}; SELECT name FROM {_table}", _handle) { MissingSchemaAction = MissingSchemaAction.AddWithKey };
        using var set = new DataSet();
        adapter.Fill(set);
        Assert.That(set.Tables.Cast<DataTable>().Select(static table => table.Rows.Count), Is.EqualTo(new[] { 3, 3 }));
        Assert.That(set.Tables[0].PrimaryKey.Select(static column => column.ColumnName), Is.EqualTo(new[] { "id" }));
    }

    [Test]
    public void The_factory_makes_an_adapter_and_a_builder_that_work_together()
    {
        var factory = MuxProviderFactory.Instance;
        using var adapter = factory.CreateDataAdapter();
        using var builder = factory.CreateCommandBuilder();
        using DbCommand select = _handle.Command($"SELECT id, name FROM {_table} ORDER BY id");
        adapter.SelectCommand = select;
        builder.DataAdapter = adapter;
        using var table = new DataTable();
        adapter.Fill(table);
        table.Rows[2]["name"] = "factory";
        Assert.That(adapter.Update(table), Is.EqualTo(1));
        Assert.That(_handle.Scalar<string>($"SELECT name FROM {_table} WHERE id = 3"), Is.EqualTo("factory"));
    }

    [Test]
    public async Task Columns_say_all_that_the_server_says_of_them()
    {
        var table = await TableAsync("id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, u INT NOT NULL UNIQUE, d DECIMAL(12,3), m MEDIUMINT, n VARCHAR(30), t TEXT, j JSON, b VARBINARY(7)");
        await using var reader = await _handle.Command($"SELECT id, u, d, m, n AS alias, t, j, b, 1 + 1 AS e FROM {table} AS x").ExecuteReaderAsync();
        var columns = reader.GetColumnSchema().Cast<MuxDbColumn>().ToList();
        Assert.That(
            columns.Take(8).Select(static c => $"{c.ColumnName} {c.BaseColumnName} {c.ProviderType} {c.NumericPrecision}.{c.NumericScale} {(c.IsUnsigned ? "u" : "")}{(c.IsKey == true ? "k" : "")}{(c.IsUnique == true ? "q" : "")}{(c.IsAutoIncrement == true ? "a" : "")}{(c.AllowDBNull == true ? "n" : "")}{(c.IsAliased == true ? "l" : "")}"),
            Is.EqualTo(new[]
            {
                "id id UBigInt 20.0 uka", "u u Int 10.0 q", "d d Decimal 12.3 n", "m m MediumInt 7.0 n", "alias n VarChar . nl", "t t Text . n",
                Server.IsMySql ? "j j Json . n" : "j j LongText . n", "b b VarBinary . n",
            }));
        Assert.That(columns.Select(static c => c.ColumnSize).Skip(4).Take(2), Is.EqualTo(new int?[] { 30, 16383 }).Or.EqualTo(new int?[] { 30, 65535 }));
        Assert.That(columns[8].IsExpression, Is.True);
        Assert.That(columns[0].BaseTableName, Is.EqualTo(table));
        Assert.That(columns[0].TableName, Is.EqualTo("x"));
        Assert.That(columns[0].BaseSchemaName, Is.EqualTo(Schema));
        var rows = reader.GetSchemaTable()!.Rows;
        Assert.That(rows, Has.Count.EqualTo(9));
        Assert.That(rows[0]["ProviderType"], Is.EqualTo((int)MuxDbType.UBigInt));
    }
}
